# SPDX-License-Identifier: GPL-3.0-or-later
"""A real pegboardd on a real folder, for the end-to-end tests."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import uuid

DEADLINE_S = 30


class Tap:
    """Reports in the Test Anything Protocol."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def check(self, good, words):
        self.number += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.number} {words}', flush=True)
        return good

    def note(self, words):
        for line in str(words).splitlines():
            print(f'# {line}', flush=True)

    def finish(self):
        print(f'1..{self.number}', flush=True)
        return 1 if self.failed or not self.number else 0


def wait_for(condition, deadline_s=DEADLINE_S, step=None):
    """Asks until the condition holds; gives what it gave, or None in the end."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        if step is not None:
            step()
    return None


class Shop:
    """A folder, the data about it, and the server between."""

    def __init__(self, program, source=None, name='Shop'):
        self.program = program
        self.name = name
        self.folder = tempfile.mkdtemp(prefix='pegboard-e2e-')
        self.root = os.path.join(self.folder, 'shop')
        self.data = os.path.join(self.folder, 'data')
        self.log = open(os.path.join(self.folder, 'server.log'), 'ab')
        self.process = None
        self.port = 0
        if source is None:
            os.mkdir(self.root)
        else:
            shutil.copytree(source, self.root)

    def start(self):
        self.process = subprocess.Popen(
            [self.program, '--root', self.root, '--data', self.data,
             '--listen', f'127.0.0.1:{self.port}', '--name', self.name],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        match = re.search(r'http://127\.0\.0\.1:(\d+)/', line)
        if match is None:
            raise RuntimeError(f'pegboardd did not start: {line!r}\n{self.read_log()}')
        self.port = int(match.group(1))
        return self

    @property
    def address(self):
        return f'http://127.0.0.1:{self.port}'

    def read_log(self):
        with open(self.log.name, errors='replace') as log:
            return log.read()[-4000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends the server as a service manager does; gives how long it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        return code, time.monotonic() - began

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.root, *name.split('/'))

    # REST, as a stranger would write it

    def request(self, method, path, body=None, headers=None, connection=None):
        own = connection is None
        if own:
            connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=DEADLINE_S)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            if own:
                connection.close()

    def files(self):
        status, body = self.request('GET', '/files')
        assert status == 200, (status, body)
        return {entry['path']: entry
                for group in json.loads(body).values() for entry in group}

    @staticmethod
    def file_path(name, verb):
        return f'/files/{urllib.parse.quote(name, safe="")}/{verb}'

    def post(self, name, verb, values, connection=None):
        return self.request('POST', self.file_path(name, verb), json.dumps(values),
                            {'Content-Type': 'application/json',
                             'Idempotency-Key': str(uuid.uuid4())}, connection)

    def check_in(self, name, user, content, comment='', connection=None):
        boundary = f'pegboard-{uuid.uuid4()}'
        parts = []
        for key, value in (('user', user), ('commit_message', comment), ('rev_type', 'minor')):
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"'
                         f'\r\n\r\n{value}\r\n'.encode())
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
                     f'filename="upload"\r\nContent-Type: application/octet-stream\r\n\r\n'
                     .encode())
        body = b''.join(parts) + content + f'\r\n--{boundary}--\r\n'.encode()
        return self.request('POST', self.file_path(name, 'checkin'), body,
                            {'Content-Type': f'multipart/form-data; boundary={boundary}',
                             'Idempotency-Key': str(uuid.uuid4())}, connection)

    def history(self, name):
        status, body = self.request('GET', self.file_path(name, 'history'))
        assert status == 200, (status, body)
        return json.loads(body)['history']

    def version(self, name, commit):
        return self.request('GET', self.file_path(name, f'versions/{commit}'))
