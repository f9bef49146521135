# SPDX-License-Identifier: GPL-3.0-or-later
"""A classic server, written from docs/protocol.md for the tests, with every habit
that such servers were found to have. A habit is a word in `quirks`; each can be
switched on and off while the server runs.

It runs in a thread of its own, on the loopback; everything public may be called
from another thread."""

import asyncio
import base64
import datetime
import hashlib
import json
import struct
import threading
import urllib.parse

QUIRKS = {
    # The list
    'once': 'one list at a connect, not three',
    'silent-connect': 'no list at a connect, only when asked',
    'names-only': 'entries hold nothing but their name',
    'nulls': 'every optional member is null',
    'not-set-up': 'the one empty group of a server that nobody has set up',
    'empty': 'an empty object',
    'naive-times': 'times without a zone',
    'z-times': 'times that end in Z',
    'mtime-noise': 'every list has other times of change',
    'big': 'a list of more than 128 KiB',
    'huge': 'a list of more than 16 MiB',
    # Changes
    'invalidate': 'says that something changed, not what',
    'oldest': 'says so in plain text',
    'update-requested': 'says so in the words of the newest generation',
    # Answers
    'push-first': 'the push comes before the answer',
    'push-late': 'the push comes a while after the answer',
    'flip': 'says success, and then somebody else has it',
    'error-500': 'refuses with 500 and without a reason',
    'error-plain': 'refuses in plain text',
    'error-array': 'refuses with an array of details',
    'stale-rest': 'GET /files is older than the last push',
    'set-up-for-kim': '`checked_out_by_user` means Kim, and nobody is named',
    # The heartbeat
    'no-pong': 'never answers a ping',
    'plain-pong': 'answers in plain text',
    # The connection
    'one-socket': 'one socket a user: the older is closed with 1000',
    'no-socket': 'the upgrade is 404',
    'no-upgrade': 'the upgrade is 426',
    'forbidden': 'the upgrade is 403',
    'busy': 'the upgrade is 503, with Retry-After',
    'too-big': 'closes with 1009 instead of sending the list',
    'dead': 'nothing is answered, for as long as this is on',
    # Signing in
    'auth-message': 'wants a token in the first message',
    'cookie': 'wants the cookie of a sign-in',
    'bearer': 'wants a token in the header',
}

TOKEN = 'classic-shop-token'
PASSWORD = 'a brass tag'


class Socket:
    """One client."""

    def __init__(self, reader, writer, user):
        self.reader, self.writer, self.user = reader, writer, user
        self.trusted = True

    def send(self, payload, opcode=1):
        data = payload if isinstance(payload, bytes) else payload.encode()
        if len(data) < 126:
            head = struct.pack('!BB', 0x80 | opcode, len(data))
        elif len(data) < 65536:
            head = struct.pack('!BBH', 0x80 | opcode, 126, len(data))
        else:
            head = struct.pack('!BBQ', 0x80 | opcode, 127, len(data))
        if not self.writer.is_closing():
            self.writer.write(head + data)

    def tell(self, message):
        self.send(json.dumps(message))

    def close(self, code):
        self.send(struct.pack('!H', code), opcode=8)

    async def read(self):
        """The next frame: its opcode and what is in it."""
        first, second = await self.reader.readexactly(2)
        length = second & 127
        if length == 126:
            length, = struct.unpack('!H', await self.reader.readexactly(2))
        elif length == 127:
            length, = struct.unpack('!Q', await self.reader.readexactly(8))
        mask = await self.reader.readexactly(4)
        data = await self.reader.readexactly(length)
        return first & 15, bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


class ClassicShop:
    """The server."""

    def __init__(self, *quirks):
        self.quirks = set(quirks)
        assert self.quirks <= set(QUIRKS), self.quirks - set(QUIRKS)
        self.files = {}
        self.notes = []
        self.stale = None
        self.sockets = []
        self.heard = []       # what came over sockets, and who said it
        self.asked = []       # the requests, with their headers
        self.port = 0
        self.noise = 0
        for name in ('1234567.mcam', '1234567_AB12.mcam', '1298765_XYZ123.vnc', 'FIXTURE-7.nc'):
            self.add(name)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.ready = threading.Event()
        self.server = None

    def add(self, name):
        digits = name[:7].isdigit()
        self.files[name] = {'filename': name, 'locked_by': None, 'locked_at': None,
                            'checkout_message': '', 'revision': '1.4', 'size': 4104,
                            'description': 'BRACKET, LEFT HAND',
                            'group': f'{name[:2]}XXXXX' if digits else 'Miscellaneous'}

    # From the test's thread

    def start(self):
        self.thread.start()
        self.ready.wait(10)
        return self

    def call(self, function, *arguments):
        """Calls it in the server's thread; gives what it gives."""
        async def wrapped():
            return function(*arguments)
        return asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(10)

    @property
    def address(self):
        return f'http://127.0.0.1:{self.port}'

    def lock(self, name, user):
        """Somebody takes a file, or (None) gives it back; everybody is told."""
        def change():
            self.set_holder(name, user)
            self.push(name)
        self.call(change)

    def tell(self, message):
        """Sends a message to everybody; a text goes as it is."""
        text = message if isinstance(message, str) else json.dumps(message)
        self.call(lambda: [socket.send(text) for socket in self.sockets])

    def cut(self):
        """Ends every connection as a killed server does: without a close frame."""
        self.call(lambda: [socket.writer.transport.abort() for socket in self.sockets])

    def close_all(self, code):
        self.call(lambda: [socket.close(code) for socket in self.sockets])

    def count(self):
        return self.call(lambda: len(self.sockets))

    def stop(self):
        if self.loop.is_running():
            self.call(self.loop.stop)
        self.thread.join(10)

    # In the server's thread

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self.serve, '127.0.0.1', self.port, limit=1 << 26))
        self.port = self.server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        self.server.close()
        for socket in self.sockets:
            socket.writer.transport.abort()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def time(self):
        now = datetime.datetime(2026, 11, 20, 10, 42, 2, 113000)
        if 'naive-times' in self.quirks:
            return now.isoformat()
        return now.isoformat() + ('Z' if 'z-times' in self.quirks else '+00:00')

    def set_holder(self, name, user, message=''):
        self.stale = self.stale or json.dumps(self.payload())
        self.files[name].update(locked_by=user, locked_at=self.time() if user else None,
                                checkout_message=message)

    def entry(self, file):
        if 'names-only' in self.quirks:
            return {'filename': file['filename']}
        self.noise += 'mtime-noise' in self.quirks
        holder = file['locked_by']
        entry = dict(file, path=file['filename'], status='locked' if holder else 'unlocked',
                     modified_at=f'2026-11-20T08:15:{self.noise % 60:02}+00:00',
                     is_link=False, master_file=None)
        if 'set-up-for-kim' in self.quirks and holder == 'Kim':
            entry.update(status='checked_out_by_user', locked_by=None)
        if 'nulls' in self.quirks:
            entry = {key: value if key in ('filename', 'locked_by', 'status') else None
                     for key, value in entry.items()}
        return entry

    def payload(self):
        if 'not-set-up' in self.quirks:
            return {'Miscellaneous': []}
        if 'empty' in self.quirks:
            return {}
        groups = {}
        for file in self.files.values():
            groups.setdefault(file['group'], []).append(self.entry(file))
        filler = 700 if 'big' in self.quirks else 90000 if 'huge' in self.quirks else 0
        if filler:
            groups['99XXXXX'] = [self.entry({'filename': f'99{i:05}.nc', 'locked_by': None,
                                             'locked_at': None, 'group': '99XXXXX',
                                             'description': 'FILLER ' * 12})
                                 for i in range(filler)]
        return groups

    def send_list(self, socket):
        if 'too-big' in self.quirks:
            socket.close(1009)
        else:
            socket.tell({'type': 'FILE_LIST_UPDATED', 'payload': self.payload()})
            if self.notes:
                socket.tell({'type': 'NEW_MESSAGES', 'payload': self.notes})

    def push(self, name):
        holder = self.files[name]['locked_by']
        for socket in self.sockets:
            if not socket.trusted:
                continue
            if 'oldest' in self.quirks:
                socket.send(f'FILE_STATUS_CHANGED:{name}:locked:{holder}' if holder
                            else f'FILE_COMMITTED:{name}')
            elif 'invalidate' in self.quirks:
                socket.tell({'type': 'file_locked' if holder else 'file_unlocked',
                             'data': {'filename': name}})
            elif 'update-requested' in self.quirks:
                socket.tell({'type': 'update_requested'})
            else:
                self.send_list(socket)

    async def serve(self, reader, writer):
        try:
            await self.talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def talk(self, reader, writer):
        while True:
            head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
            method, target, _ = head[0].split(' ', 2)
            headers = {line.split(':', 1)[0].lower(): line.split(':', 1)[1].strip()
                       for line in head[1:] if ':' in line}
            body = await reader.readexactly(int(headers.get('content-length', 0)))
            self.asked.append((method, target, headers))
            while 'dead' in self.quirks:
                await asyncio.sleep(0.01)
            if headers.get('upgrade', '').lower() == 'websocket':
                await self.upgrade(reader, writer, target, headers)
                return
            status, answer, extra = await self.answer(method, target, headers, body)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            kind = 'text/plain' if isinstance(answer, bytes) else 'application/json'
            writer.write(f'HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n{extra}'
                         f'Content-Length: {len(data)}\r\n\r\n'.encode() + data)
            await writer.drain()

    def signed_in(self, headers):
        if 'cookie' in self.quirks:
            return f'auth_token={TOKEN}' in headers.get('cookie', '')
        if 'bearer' in self.quirks:
            return headers.get('authorization') == f'Bearer {TOKEN}'
        return True

    async def answer(self, method, target, headers, body):
        url = urllib.parse.urlsplit(target)
        parts = [urllib.parse.unquote(part) for part in url.path.strip('/').split('/')]
        if parts == ['auth', 'login']:
            form = urllib.parse.parse_qs(body.decode())
            if form.get('password') != [PASSWORD]:
                return 401, {'detail': 'Invalid credentials'}, ''
            if 'cookie' in self.quirks:
                return 200, {'access_token': TOKEN, 'token_type': 'bearer'}, \
                    f'Set-Cookie: auth_token={TOKEN}; HttpOnly; Path=/\r\n'
            return 200, {'status': 'success', 'token': TOKEN, 'is_admin': False}, ''
        if not self.signed_in(headers):
            return 401, {'detail': 'Not authenticated. Please log in.'}, ''
        if parts == ['config']:
            return 200, {'username': 'Kim' if 'set-up-for-kim' in self.quirks else None,
                         'is_admin': False, 'has_token': False, 'gitlab_url': None,
                         'repo_path': None}, ''
        if parts == ['files']:
            if 'stale-rest' in self.quirks and self.stale:
                return 200, json.loads(self.stale), ''
            return 200, self.payload(), ''
        if parts == ['messages', 'acknowledge']:
            wanted = json.loads(body).get('message_id')
            self.notes = [note for note in self.notes if note['id'] != wanted]
            return 200, {'status': 'success'}, ''
        if len(parts) == 3 and parts[0] == 'files' and method == 'POST':
            return await self.change(parts[1], parts[2], body)
        if len(parts) == 3 and parts[2] == 'history':
            return 200, {'filename': parts[1], 'history': []}, ''
        return 404, {'detail': 'Not Found'}, ''

    def refuse(self, words):
        if 'error-500' in self.quirks:
            return 500, {'detail': ''}, ''
        if 'error-plain' in self.quirks:
            return 500, b'Internal Server Error', ''
        if 'error-array' in self.quirks:
            return 422, {'detail': [{'loc': ['body', 'user'], 'msg': 'field required'}]}, ''
        return 409, {'detail': words}, ''

    async def change(self, name, verb, body):
        file = self.files.get(name)
        if file is None:
            return 404, {'detail': 'File not found'}, ''
        user = json.loads(body)['user'] if body[:1] == b'{' else 'Dana'
        if file['locked_by'] not in (None, user):
            return self.refuse(f'File is already checked out by {file["locked_by"]}')
        holder = user if verb == 'checkout' else None
        if 'flip' in self.quirks:
            self.loop.call_later(0.3, lambda: (self.set_holder(name, 'Kim'), self.push(name)))
        self.set_holder(name, holder)
        if 'push-first' in self.quirks:
            self.push(name)
            await asyncio.sleep(0.3)
        else:
            self.loop.call_later(0.5 if 'push-late' in self.quirks else 0.01,
                                 lambda: self.push(name))
        return 200, {'status': 'success'}, ''

    async def upgrade(self, reader, writer, target, headers):
        for quirk, status in (('no-socket', '404 Not Found'), ('no-upgrade', '426 Upgrade Required'),
                              ('forbidden', '403 Forbidden'),
                              ('busy', '503 Busy\r\nRetry-After: 1')):
            if quirk in self.quirks or (quirk == 'forbidden' and not self.signed_in(headers)):
                writer.write(f'HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n'.encode())
                await writer.drain()
                return
        key = headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        writer.write(f'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'
                     f'Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n'.encode())
        user = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query).get('user', ['anonymous'])
        socket = Socket(reader, writer, user[0])
        socket.trusted = 'auth-message' not in self.quirks
        self.accept(socket)
        try:
            await self.listen(socket)
        finally:
            self.sockets.remove(socket)

    def accept(self, socket):
        if 'one-socket' in self.quirks:
            for other in self.sockets:
                if other.user == socket.user:
                    other.close(1000)
        self.sockets.append(socket)
        for other in self.sockets:
            if other.trusted:
                other.tell({'type': 'user_connected', 'username': socket.user,
                            'timestamp': self.time()})
        if socket.trusted and 'silent-connect' not in self.quirks:
            for _ in range(1 if 'once' in self.quirks or 'huge' in self.quirks else 3):
                self.send_list(socket)

    async def listen(self, socket):
        while True:
            opcode, data = await socket.read()
            while 'dead' in self.quirks:
                await asyncio.sleep(0.01)
            if opcode == 8:
                socket.send(data, opcode=8)
                await socket.writer.drain()
                return
            if opcode == 9:
                socket.send(data, opcode=10)
            elif opcode == 2:
                self.heard.append((socket.user, data))
                socket.close(1000)
            elif opcode == 1:
                self.hear(socket, data.decode())

    def hear(self, socket, text):
        self.heard.append((socket.user, text))
        message = json.loads(text) if text.startswith('{') else {}
        if message.get('type') == 'auth':
            socket.trusted = message.get('token') == TOKEN
            socket.tell({'type': 'auth_success' if socket.trusted else 'auth_failed'})
            if socket.trusted:
                self.send_list(socket)
        elif not socket.trusted:
            socket.close(4401)
        elif text == 'REFRESH_FILES' or message.get('type') == 'request_update':
            self.send_list(socket)
        elif text.startswith('SET_USER:'):
            socket.user = text.partition(':')[2]
        elif (text == 'ping' or message.get('type') == 'ping') and 'no-pong' not in self.quirks:
            if 'plain-pong' in self.quirks:
                socket.send('pong')
            else:
                socket.tell({'type': 'pong', 'timestamp': self.time()})
