#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a check-in at any moment, over a slow line, and looks whether what was
to be checked in arrives all the same, and once.

test-drafts.py PEGBOARDD PEGCTL"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from shop import DEADLINE_S, Shop, Tap, wait_for

FILE = 'O1001.nc'
SIZE = 600_000
ROUNDS = 24
SEED = 4711

# A line of about 3 MB/s, and answers that take their time.
PIECE = 32 * 1024
PIECE_S = 0.01
ANSWER_S = 0.05


class SlowLine:
    """A proxy that hands on slowly what comes."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.pause = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(('127.0.0.1', self.target))
            except OSError:
                return
            threading.Thread(target=self.pump, args=(client, server, PIECE_S), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, ANSWER_S), daemon=True).start()

    def pump(self, source, target, delay_s):
        try:
            while data := source.recv(PIECE):
                self.pause.wait(delay_s)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


class Ctl:
    def __init__(self, program, address, home):
        self.command = [program, '--user', 'Dana', '--server', address]
        self.environment = dict(os.environ, XDG_STATE_HOME=os.path.join(home, 'state'),
                                XDG_CACHE_HOME=os.path.join(home, 'cache'), LC_ALL='C.UTF-8')

    def begin(self, *arguments):
        return subprocess.Popen([*self.command, *arguments], env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments):
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=DEADLINE_S)
        return process.returncode, out.decode(), err.decode()

    def drafts(self):
        code, out, err = self.run('--json', 'drafts', 'list')
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]


def content_of(number):
    return (f'O1001 (ROUND {number})\n'.encode() * (SIZE // 16))[:SIZE]


def served(shop):
    with open(shop.path(FILE), 'rb') as file:
        return file.read()


def one_round(tap, shop, ctl, source, number, moment_s):
    """Checks a file in, kills that, and gives whether there was a draft."""
    before = len(shop.history(FILE))
    old = served(shop)
    with open(source, 'wb') as file:
        file.write(content_of(number))

    code, _, err = ctl.run('checkout', FILE)
    if code != 0:
        tap.check(False, f'round {number}: the check-out works: {err}')
        return None

    process = ctl.begin('checkin', '-m', f'round {number}', FILE, source)
    try:
        process.wait(moment_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    drafts = ctl.drafts()
    if drafts:
        os.unlink(source)
        # The server may still be at what the one that was killed had sent.
        for _ in range(20):
            code, _, err = ctl.run('drafts', 'send')
            if code != 3:
                break
        if code != 0:
            tap.check(False, f'round {number}: what was left is sent: {code} {err}')
            return None
    elif served(shop) == old:
        # It was killed before it had promised anything.
        with open(source, 'wb') as file:
            file.write(content_of(number))
        ctl.run('checkin', FILE, source)

    good = served(shop) == content_of(number) and len(shop.history(FILE)) == before + 1 and \
        not ctl.drafts()
    if not good:
        tap.check(False, f'round {number}, killed after {moment_s:.3f} s: it arrives once '
                         f'({len(shop.history(FILE)) - before} revisions, {len(drafts)} drafts)')
        return None
    return bool(drafts)


def test_kills(tap, shop, ctl, home):
    source = os.path.join(home, 'mine.nc')
    moments = random.Random(SEED)
    left = []

    # The first check-in also keeps what was there before.
    with open(source, 'wb') as file:
        file.write(content_of('zero'))
    ctl.run('checkout', FILE)
    tap.check(ctl.run('checkin', FILE, source)[0] == 0, 'a check-in works')
    for number in range(ROUNDS):
        result = one_round(tap, shop, ctl, source, number, moments.uniform(0.0, 0.6))
        if result is None:
            return
        left.append(result)
    tap.check(True, f'{ROUNDS} check-ins that were killed arrived once each')
    tap.check(any(left), f'{sum(left)} of them were drafts in between')


def test_words(tap, shop, ctl, home):
    """A draft is listed, saved and discarded without a server."""
    source = os.path.join(home, 'mine.nc')
    with open(source, 'wb') as file:
        file.write(content_of(99))
    tap.check(ctl.run('checkout', FILE)[0] == 0, 'a file is checked out')
    process = ctl.begin('checkin', '-m', 'for later', FILE, source)
    folder = os.path.join(home, 'state', 'pegboard', 'outbox')
    found = wait_for(lambda: any(name.endswith('.json') for _, _, names in os.walk(folder)
                                 for name in names))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    shop.stop()

    if not found or not ctl.drafts():
        # The line was faster than we were; there is nothing to look at.
        tap.check(False, 'a draft is left')
        return
    draft = ctl.drafts()[0]
    tap.check(draft['file'] == FILE and draft['comment'] == 'for later' and draft['size'] == SIZE,
              'the draft says what it is')
    code, out, _ = ctl.run('drafts')
    tap.check(code == 0 and FILE in out and draft['id'][:8] in out, 'and so does the table')

    saved = os.path.join(home, 'saved.nc')
    code, _, err = ctl.run('drafts', 'save', FILE, saved)
    with open(saved, 'rb') as file:
        tap.check(code == 0 and file.read() == content_of(99), f'it is saved {err}')
    tap.check(ctl.run('drafts', 'save', FILE, saved)[0] == 1, 'what is there is not replaced')
    tap.check(ctl.run('drafts', 'send')[0] == 3, 'without a server nothing is sent')
    tap.check(ctl.run('drafts', 'save', FILE)[0] == 2, 'half a command is said')
    tap.check(ctl.run('drafts', 'discard', 'nothing')[0] == 1, 'what is not there is said')
    tap.check(ctl.run('drafts', 'discard', draft['id'])[0] == 0, 'it is discarded')
    tap.check(not ctl.drafts(), 'and is gone')


def main():
    tap = Tap()
    home = tempfile.mkdtemp(prefix='pegboard-drafts-')
    shop = Shop(sys.argv[1])
    with open(shop.path(FILE), 'wb') as file:
        file.write(b'O1001\nM30\n')
    line = None
    try:
        shop.start()
        line = SlowLine(shop.port)
        ctl = Ctl(sys.argv[2], f'http://127.0.0.1:{line.port}', home)
        test_kills(tap, shop, ctl, home)
        test_words(tap, shop, ctl, home)
    finally:
        if line is not None:
            line.close()
        shop.close()
        shutil.rmtree(home, ignore_errors=True)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
