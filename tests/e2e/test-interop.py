#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pegctl against broadcasters on WebSocket implementations that are not ours: the
npm package “ws” and the Python package “websockets”, as the distribution has them.

test-interop.py PEGCTL WS-ECHO LIST.json"""

import json
import os
import queue
import subprocess
import sys
import threading

from shop import DEADLINE_S, Tap

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = '1234567.mcam'
PEERS = {
    'ws of npm': (['/usr/bin/node', '-e', 'require("ws")'],
                  ['/usr/bin/node', os.path.join(HERE, 'peer-ws.js')]),
    'python3-websockets': (['/usr/bin/python3', '-c', 'import websockets'],
                           ['/usr/bin/python3', os.path.join(HERE, 'peer-websockets.py')]),
}

# How each of them ends a connection, the code, and what pegctl says of it.
ENDS = [
    ({'do': 'close', 'code': 1001, 'reason': 'going'}, 1001, 'shutting-down'),
    ({'do': 'close', 'code': 1011, 'reason': 'a bug'}, 1011, 'closed'),
    ({'do': 'close', 'code': 1012, 'reason': 'restart'}, 1012, 'shutting-down'),
    ({'do': 'end'}, 1006, 'lost'),
]


class Lines:
    """A program, and the JSON that it prints."""

    def __init__(self, command, **options):
        environment = dict(os.environ, LC_ALL='C.UTF-8',
                           NODE_PATH='/usr/share/nodejs:/usr/lib/nodejs')
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment, **options)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def until(self, condition):
        """The first line that meets the condition; None if none does."""
        try:
            while True:
                line = self.lines.get(timeout=DEADLINE_S)
                if condition(line):
                    return line
        except queue.Empty:
            return None

    def event(self, name):
        return self.until(lambda line: line['event'] == name)

    def do(self, **command):
        self.process.stdin.write(json.dumps(command) + '\n')
        self.process.stdin.flush()

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        return self.process.wait(DEADLINE_S)


def with_lock(text, user):
    """The list, with one file checked out."""
    message = json.loads(text)
    for group in message['payload'].values():
        for entry in group:
            if entry['filename'] == FILE:
                entry.update(status='locked', locked_by=user, locked_at='2026-11-20T10:00:00Z')
    return message


def large(message):
    """The list, longer than libsoup takes by itself."""
    message['payload']['77XXXXX'] = [
        {'filename': f'77{i:05}.mcam', 'path': f'77{i:05}.mcam', 'description': 'x' * 100}
        for i in range(2000)]
    return message


def is_changed(line, holder):
    return line['type'] == 'changed' and line['path'] == FILE and line['holder'] == holder


def test_list(tap, name, pegctl, address, wanted):
    done = subprocess.run([pegctl, '--server', address, '--user', 'Dana', '--json', 'ls'],
                          capture_output=True, timeout=2 * DEADLINE_S, check=False)
    files = {json.loads(line)['path'] for line in done.stdout.splitlines()}
    tap.check(done.returncode == 0 and files == wanted, f'{name}: every file is listed')


def test_watch(tap, name, peer, watch, text):
    tap.check(watch.until(lambda line: line['type'] == 'link' and line['live']),
              f'{name}: live')
    tap.check(peer.until(lambda line: line['event'] == 'text' and
                         line['text'] == 'SET_USER:Dana Østergård'),
              f'{name}: it is told who this is')

    peer.do(do='send', text=json.dumps(with_lock(text, 'jsmith')))
    tap.check(watch.until(lambda line: is_changed(line, 'jsmith')), f'{name}: a change is seen')

    peer.do(do='ping')
    answer = peer.event('pong')
    tap.check(answer and answer['text'] == 'are you there?', f'{name}: a ping is answered')

    peer.do(do='binary', size=5000)
    peer.do(do='send', text='{"type": "something_new", "data": [1, 2, 3]}')
    peer.do(do='send', text='not JSON at all')
    peer.do(do='send', text=json.dumps(large(with_lock(text, 'bo'))))
    tap.check(watch.until(lambda line: is_changed(line, 'bo')),
              f'{name}: bytes and nonsense change nothing, a list of 300 KiB comes')

    whole = json.dumps(large(with_lock(text, 'cy')))
    step = len(whole) // 50 + 1
    peer.do(do='pieces', texts=[whole[i:i + step] for i in range(0, len(whole), step)])
    tap.check(watch.until(lambda line: is_changed(line, 'cy')), f'{name}: a list in 50 pieces comes')


def start_watch(pegctl, address):
    return Lines([pegctl, '--server', address, '--user', 'Dana Østergård', '--json', 'watch'])


def stop_watch(tap, name, peer, watch):
    watch.process.terminate()
    tap.check(watch.process.wait(DEADLINE_S) == 0, f'{name}: watch ends when it is told to')
    closed = peer.until(lambda line: line['event'] == 'close' and line['code'] == 1000)
    tap.check(closed and closed['reason'] == 'Client disconnect', f'{name}: and says good-bye')


def test_ends(tap, name, peer, pegctl, address):
    """Each with a client that has lost nothing yet: it comes back soon."""
    for command, code, reason in ENDS:
        watch = start_watch(pegctl, address)
        watch.until(lambda line: line['type'] == 'link' and line['live'])
        peer.do(**command)
        line = watch.until(lambda line: line['type'] == 'link' and not line['live'])
        tap.check(line and line['reason'] == reason, f'{name}: closed with {code}: {reason}')
        tap.check(watch.until(lambda line: line['type'] == 'link' and line['live']),
                  f'{name}: and it is live again')
        watch.stop()


def test_peer(tap, name, command, pegctl, echo, fixture):
    with open(fixture, encoding='utf-8') as file:
        text = file.read()
    wanted = {entry['path'] for group in json.loads(text)['payload'].values() for entry in group}

    peer = Lines(command + [fixture])
    address = f'http://127.0.0.1:{peer.event("listening")["port"]}'
    test_list(tap, name, pegctl, address, wanted)

    done = subprocess.run([echo, address.replace('http:', 'ws:') + '/echo'], capture_output=True,
                          text=True, timeout=2 * DEADLINE_S, check=False)
    answer = peer.event('echo')
    tap.check(done.returncode == 0 and done.stdout == '1000\n' and
              answer and answer['good'] == answer['of'], f'{name}: every echo is right')

    watch = start_watch(pegctl, address)
    test_watch(tap, name, peer, watch, text)
    stop_watch(tap, name, peer, watch)
    test_ends(tap, name, peer, pegctl, address)
    peer.stop()


def main():
    tap = Tap()
    programs = [os.path.abspath(path) for path in sys.argv[1:4]]
    absent = []

    for name, (probe, command) in PEERS.items():
        environment = dict(os.environ, NODE_PATH='/usr/share/nodejs:/usr/lib/nodejs')
        if os.path.exists(probe[0]) and subprocess.run(probe, env=environment, check=False,
                                                       stderr=subprocess.DEVNULL).returncode == 0:
            test_peer(tap, name, command, *programs)
        else:
            absent.append(name)

    if tap.number == 0:
        print(f'1..0 # SKIP neither is installed: {", ".join(absent)}')
        return
    for name in absent:
        tap.number += 1
        print(f'ok {tap.number} # SKIP {name} is not installed', flush=True)
    sys.exit(tap.finish())


main()
