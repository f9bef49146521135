#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A broadcaster on the Python package “websockets”, driven by test-interop.py:

peer-websockets.py LIST.json

Sends the list to every socket, does what the lines of its standard input say, and
tells on its standard output what happened; both are JSON, one object a line."""

import asyncio
import json
import sys

import websockets

SIZES = (0, 1, 125, 126, 127, 65535, 65536, 1048576)

sockets = set()


def tell(event, **more):
    print(json.dumps({'event': event, **more}), flush=True)


def payload(size, binary):
    if binary:
        return bytes(i % 251 for i in range(size))
    return ''.join(chr(97 + i % 26) for i in range(size))


async def echo(socket):
    """Sends messages of many sizes, and compares what comes back."""
    todo = [(size, binary) for size in SIZES for binary in (False, True)]
    good = 0
    for size, binary in todo:
        await socket.send(payload(size, binary))
        if await socket.recv() != payload(size, binary):
            break
        good += 1
    await socket.close(1000)
    tell('echo', good=good, of=len(todo))


async def ping(socket, _):
    await (await socket.ping(b'are you there?'))
    tell('pong', text='are you there?')


async def end(socket, _):
    socket.transport.abort()


ACTIONS = {
    'send': lambda socket, command: socket.send(command['text']),
    'pieces': lambda socket, command: socket.send(command['texts']),
    'binary': lambda socket, command: socket.send(payload(command['size'], True)),
    'ping': ping,
    'close': lambda socket, command: socket.close(command['code'], command['reason']),
    'end': end,
}


async def serve(text, socket, path):
    if path == '/echo':
        await echo(socket)
        return

    sockets.add(socket)
    tell('open', url=path)
    try:
        for _ in range(3):
            await socket.send(text)
        async for message in socket:
            tell('text', text=message)
    except websockets.ConnectionClosed:
        pass
    finally:
        sockets.discard(socket)
        tell('close', code=socket.close_code, reason=socket.close_reason)


async def obey():
    reader = asyncio.StreamReader(limit=2 ** 24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        for socket in list(sockets):
            asyncio.ensure_future(ACTIONS[command['do']](socket, command))


async def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        text = file.read()

    async with websockets.serve(lambda socket, path: serve(text, socket, path), '127.0.0.1', 0,
                                ping_interval=None, max_size=None) as server:
        tell('listening', port=server.sockets[0].getsockname()[1])
        await obey()


asyncio.run(main())
