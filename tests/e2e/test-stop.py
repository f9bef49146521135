#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stops pegboardd as a service manager does while somebody listens and somebody
checks a file in.

test-stop.py PEGBOARDD"""

import json
import os
import signal
import socket
import sys
import threading
import time

from shop import Shop, Tap, wait_for

SIZE = 48 * 1024 * 1024


def open_socket(shop):
    connection = socket.create_connection(('127.0.0.1', shop.port), timeout=30)
    connection.sendall(b'GET /ws?user=dana HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n'
                       b'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
                       b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
                       b'Sec-WebSocket-Protocol: pegboard.1\r\n\r\n')
    hello = json.dumps({'type': 'hello'}).encode()
    connection.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    received = b''
    while b'FILE_LIST_UPDATED' not in received:
        received += connection.recv(65536)
    return connection


def read_to_end(connection):
    """Everything until the server ends it; the closing frame is answered."""
    received, answered = b'', False
    while True:
        try:
            part = connection.recv(65536)
        except OSError:
            return received
        if not part:
            return received
        received += part
        if b'\x03\xf4' in received and not answered:
            answered = True
            connection.sendall(bytes([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xf4]))


def main():
    tap = Tap()
    shop = Shop(os.path.abspath(sys.argv[1]))
    try:
        for name in ('a.nc', 'b.nc'):
            with open(shop.path(name), 'w', encoding='ascii') as file:
                file.write('O1 (STOP)\n')
        shop.start()

        connection = open_socket(shop)
        code, took = shop.stop()
        received = read_to_end(connection)
        tap.check(code == 0 and took < 2, f'it ends within 2 s ({took:.2f} s)')
        frame = received[received.rfind(b'\x88'):]
        tap.check(frame[2:4] == b'\x03\xf4', 'whoever listens is told 1012')
        tap.check(b'stops' in frame, 'and why')

        # One that does not answer the closing frame holds it up for a second.
        shop.start()
        connection = open_socket(shop)
        code, took = shop.stop()
        tap.check(code == 0 and took < 2, f'a silent client does not hold it up ({took:.2f} s)')
        connection.close()

        shop.start()
        status, _ = shop.post('a.nc', 'checkout', {'user': 'dana'})
        tap.check(status == 200, 'a file is checked out')
        content = os.urandom(SIZE // 64) * 64
        result = []
        worker = threading.Thread(
            target=lambda: result.append(shop.check_in('a.nc', 'dana', content)))
        worker.start()
        incoming = os.path.join(shop.data, 'incoming')
        wait_for(lambda: any(os.path.getsize(os.path.join(incoming, name)) >= SIZE
                             for name in os.listdir(incoming)), step=lambda: time.sleep(0.001))
        shop.process.send_signal(signal.SIGTERM)
        worker.join()
        code = shop.process.wait(60)
        shop.process.stdout.close()
        tap.check(code == 0, 'it ends although a check-in is being written')
        tap.check(bool(result) and result[0][0] == 200, f'which is answered: {result[0][0] if result else None}')
        shop.start()
        tap.check(len(shop.history('a.nc')) == 2, 'and there after the next start')
        shop.stop()
        if tap.failed:
            tap.note(shop.read_log())
    finally:
        shop.close()
    sys.exit(tap.finish())


main()
