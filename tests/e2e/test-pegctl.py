#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses pegctl as a person and as a script would, against a real pegboardd.

test-pegctl.py PEGBOARDD PEGCTL DEMO_SHOP"""

import http.server
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading

from classic import ClassicShop
from shop import DEADLINE_S, Shop, Tap

FILE = 'Lathe/O1001.nc'
CONTENT = b'O1234 (FACE, OP10)\nG0 X0\nM30\n'


class SignIn(http.server.BaseHTTPRequestHandler):
    """A server that wants to know who this is, whatever it is asked."""

    def do_GET(self):
        self.send_response(401)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Ctl:
    def __init__(self, program, address):
        self.program = program
        self.address = address

    def run(self, *arguments, user='Dana', server=None, cwd=None):
        environment = dict(os.environ, PEGBOARD_SERVER=server or self.address, LC_ALL='C.UTF-8')
        done = subprocess.run([self.program, '--user', user, *arguments], env=environment,
                              capture_output=True, cwd=cwd, timeout=DEADLINE_S * 2)
        return done.returncode, done.stdout, done.stderr.decode()

    def json(self, *arguments, **options):
        code, out, err = self.run('--json', *arguments, **options)
        return code, [json.loads(line) for line in out.splitlines()], err


class Watch:
    """pegctl watch --json, read line by line as it prints."""

    def __init__(self, ctl, user):
        self.process = subprocess.Popen(
            [ctl.program, '--server', ctl.address, '--user', user, '--json', 'watch'],
            stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def until(self, condition):
        """The first line that meets the condition, and what came before it."""
        seen = []
        while True:
            try:
                seen.append(self.lines.get(timeout=DEADLINE_S))
            except queue.Empty:
                return None, seen
            if condition(seen[-1]):
                return seen[-1], seen

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        return code


def test_exit_codes(tap, ctl):
    for arguments in ([], ['nonsense'], ['ls', '--nonsense'], ['checkout'], ['status', 'x'],
                      ['ls', '--out', '--free']):
        code, _, err = ctl.run(*arguments)
        tap.check(code == 2 and err, f'{arguments} is a mistake of usage')

    with socket.socket() as nobody:
        nobody.bind(('127.0.0.1', 0))
        address = f'http://127.0.0.1:{nobody.getsockname()[1]}'
        code, _, err = ctl.run('status', server=address)
        tap.check(code == 3 and address.split('//')[1] in err, 'no server: exit 3, and it is named')

    code, _, err = ctl.run('status', server='http://')
    tap.check(code == 2 and err, 'no address at all: exit 2')

    stranger = http.server.ThreadingHTTPServer(('127.0.0.1', 0), SignIn)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    code, _, err = ctl.run('ls', server=f'http://127.0.0.1:{stranger.server_port}')
    tap.check(code == 4 and err, 'a server that wants a sign-in: exit 4')
    stranger.shutdown()
    stranger.server_close()

    code, out, _ = ctl.run('--version')
    tap.check(code == 0 and out.startswith(b'pegctl '), '--version')
    code, out, _ = ctl.run('--help')
    tap.check(code == 0 and b'checkout' in out and b'4 sign in' in out,
              '--help lists the commands and the exit status')


    for command in ('status', 'ls', 'watch', 'checkout', 'checkin', 'release', 'history', 'get'):
        code, out, err = ctl.run(command, '--help', server='http://127.0.0.1:1')
        tap.check(code == 0 and b'pegctl ' + command.encode() in out and not err,
                  f'{command} --help, without a server')


def test_locks(tap, ctl):
    code, lines, _ = ctl.json('status')
    tap.check(code == 0 and lines[0]['live'] and lines[0]['name'] == 'Shop' and
              lines[0]['user'] == 'Dana', 'status')

    code, lines, _ = ctl.json('ls')
    files = {line['path']: line for line in lines}
    tap.check(code == 0 and FILE in files and files[FILE]['lock'] == 'free', 'ls')
    _, lines, _ = ctl.json('ls', 'o1001')
    tap.check([line['path'] for line in lines] == [FILE], 'ls finds by program number')

    code, out, _ = ctl.run('checkout', '-m', 'chamfer', FILE)
    tap.check(code == 0 and b'Checked out' in out, 'checkout')
    code, lines, _ = ctl.json('ls', '--mine')
    tap.check([line['path'] for line in lines] == [FILE] and lines[0]['lock'] == 'own' and
              lines[0]['reason'] == 'chamfer', 'ls --mine')

    code, _, err = ctl.run('checkout', FILE, user='Ivo')
    tap.check(code == 1 and 'Dana' in err, 'a taken file is refused, and says who has it')
    code, _, err = ctl.run('release', FILE, user='Ivo')
    tap.check(code == 1 and 'Dana' in err, 'only the holder releases')
    code, out, _ = ctl.run('ls', '--out', user='Ivo')
    tap.check(b'Dana' in out and b'\033' not in out, 'a table, without colours in a pipe')

    code, _, _ = ctl.run('release', FILE)
    _, lines, _ = ctl.json('ls', '--out')
    tap.check(code == 0 and lines == [], 'release')

    code, _, err = ctl.run('checkout', 'no such file.nc')
    tap.check(code == 1 and 'no such file.nc' in err, 'a file that is not there')
    code, _, err = ctl.run('checkout', 'SAME.nc')
    tap.check(code == 1 and 'A/SAME.nc' in err and 'B/SAME.nc' in err,
              'a name that is not unique lists the candidates')
    code, _, _ = ctl.run('checkout', 'O1002.nc')
    tap.check(code == 0, 'a name that is unique needs no path')
    code, _, _ = ctl.run('release', '1002.nc')
    _, lines, _ = ctl.json('ls', '--mine')
    tap.check(code == 0 and lines == [], 'nor its letter')
    _, lines, _ = ctl.json('ls', 'o1007')
    tap.check(lines[0]['path'] == 'Lathe/O1007.nc' and len(lines) == 2,
              'ls has the file of that name before others')
    code, out, _ = ctl.run('status', '-v')
    tap.check(code == 0 and b'Dialect: pegboard.1' in out and b'Round trip: ' in out and 'SYNCING → LIVE'.encode() in out,
              'status -v tells what the connection went through')


def test_content(tap, ctl, shop):
    work = os.path.join(shop.folder, 'work')
    os.mkdir(work)
    new = CONTENT + b'(CHAMFER 0.3)\n'
    with open(os.path.join(work, 'new.nc'), 'wb') as file:
        file.write(new)

    code, _, err = ctl.run('checkin', FILE, 'new.nc', cwd=work)
    tap.check(code == 1 and err, 'what is not checked out cannot be checked in')

    ctl.run('checkout', FILE)
    code, _, err = ctl.run('checkin', '-m', 'chamfer 0.3', FILE, 'absent.nc', cwd=work)
    tap.check(code == 1 and 'absent.nc' in err, 'a source that is not there is named')
    code, _, err = ctl.run('checkin', '-m', 'chamfer 0.3', FILE, 'new.nc', cwd=work)
    with open(shop.path(FILE), 'rb') as file:
        there = file.read()
    if not tap.check(code == 0 and there == new, 'checkin'):
        tap.note(err)

    code, lines, _ = ctl.json('history', FILE)
    tap.check(code == 0 and lines[0]['who'] == 'Dana' and lines[0]['comment'] == 'chamfer 0.3',
              'history')
    revisions = [line['revision'] for line in lines]

    code, out, _ = ctl.run('get', '-o', '-', FILE)
    tap.check(code == 0 and out == new, 'get to the standard output')
    code, out, _ = ctl.run('get', '-r', revisions[-1], '-o', '-', FILE)
    tap.check(code == 0 and out == CONTENT, 'get an old revision: the bytes before the check-in')
    code, _, err = ctl.run('get', '-r', '99.99', FILE, cwd=work)
    tap.check(code == 1 and '99.99' in err, 'a revision that is not there')

    code, _, _ = ctl.run('get', FILE, cwd=work)
    tap.check(code == 0 and open(os.path.join(work, 'O1001.nc'), 'rb').read() == new, 'get')
    with open(os.path.join(work, 'O1001.nc'), 'wb') as file:
        file.write(b'mine')
    code, _, err = ctl.run('get', FILE, cwd=work)
    tap.check(code == 1 and open(os.path.join(work, 'O1001.nc'), 'rb').read() == b'mine',
              'get never overwrites unasked')
    code, _, _ = ctl.run('get', '--force', FILE, cwd=work)
    tap.check(code == 0 and open(os.path.join(work, 'O1001.nc'), 'rb').read() == new,
              'get --force does')


def test_second_server(tap, shop):
    done = subprocess.run([shop.program, '--root', shop.root, '--data', f'{shop.data}-2',
                           '--listen', '127.0.0.1:0'], capture_output=True, text=True,
                          timeout=DEADLINE_S)
    tap.check(done.returncode != 0 and shop.root in done.stderr,
              'a second server on the same folder is refused, with data of its own, too')


def test_watch(tap, ctl, shop):
    watch = Watch(ctl, 'Ivo')
    live, seen = watch.until(lambda line: line['type'] == 'link' and line['live'])
    tap.check(live is not None, 'watch becomes live')
    tap.check(any(line['type'] == 'list' for line in seen) or
              watch.until(lambda line: line['type'] == 'list')[0], 'watch tells the list')

    ctl.run('checkout', FILE)
    line, seen = watch.until(lambda line: line['type'] == 'changed' and line['path'] == FILE)
    tap.check(line and line['holder'] == 'Dana' and line['cause'] == 'check-out' and
              line['by'] == 'Dana', 'watch sees a check-out by another, by name')
    tap.check(any(line['type'] == 'presence' and line['user'] == 'Dana' and line['here']
                  for line in seen), 'watch sees who comes')
    _, lines, _ = ctl.json('status')
    tap.check({'Dana', 'Ivo'} <= set(lines[0]['present']), 'status knows who is on the board')
    code, out, _ = ctl.run('status', '-v')
    tap.check(b'On the board' in out and b'Dana (you)' in out, 'status -v says it')

    with open(shop.path('Lathe/O1003.nc'), 'wb') as file:
        file.write(CONTENT)
    line, _ = watch.until(lambda line: line['type'] == 'added')
    tap.check(line and line['path'] == 'Lathe/O1003.nc' and line['cause'] == 'added',
              'watch sees a file that another program saved')

    os.rename(shop.path('Lathe/O1003.nc'), shop.path('Lathe/O1004.nc'))
    line, _ = watch.until(lambda line: line.get('path') == 'Lathe/O1004.nc')
    tap.check(line and line['cause'] == 'renamed', 'watch sees a renaming as one')

    os.remove(shop.path('Lathe/O1004.nc'))
    line, _ = watch.until(lambda line: line['type'] == 'removed')
    tap.check(line and line['path'] == 'Lathe/O1004.nc' and line['cause'] == 'deleted',
              'watch sees a deletion')

    shop.stop()
    line, _ = watch.until(lambda line: line['type'] == 'link' and not line['live'])
    tap.check(line and line['as_of'], 'watch sees the server go, and says how old the tree is')
    shop.start()
    line, _ = watch.until(lambda line: line['type'] == 'link' and line['live'])
    tap.check(line, 'watch sees it come back')
    _, lines, _ = ctl.json('ls', '--out', user='Ivo')
    tap.check(FILE in [line['path'] for line in lines], 'the check-out survived the restart')
    tap.check(watch.stop() == 0, 'watch ends when it is interrupted')


def test_without_sockets(tap, pegctl, home):
    """Where WebSockets do not get through, commands work all the same."""
    for quirk in ('no-socket', 'no-upgrade'):
        classic = ClassicShop(quirk).start()
        try:
            done = subprocess.run([pegctl, '--server', classic.address, '--user', 'Dana', 'ls'],
                                  capture_output=True, text=True, timeout=60,
                                  env=dict(os.environ, HOME=home))
            tap.check(done.returncode == 0 and '1234567.mcam' in done.stdout,
                      f'{quirk}: ls goes over HTTP')
        finally:
            classic.stop()


def main():
    tap = Tap()
    shop = Shop(os.path.abspath(sys.argv[1]), source=os.path.abspath(sys.argv[3]))
    try:
        for name in (FILE, 'Lathe/O1002.nc', 'Lathe/O1007.nc', 'A/10070.nc', 'A/SAME.nc',
                     'B/SAME.nc'):
            os.makedirs(os.path.dirname(shop.path(name)), exist_ok=True)
            with open(shop.path(name), 'wb') as file:
                file.write(CONTENT)
        shop.start()
        ctl = Ctl(os.path.abspath(sys.argv[2]), shop.address)
        test_exit_codes(tap, ctl)
        test_locks(tap, ctl)
        test_content(tap, ctl, shop)
        test_second_server(tap, shop)
        test_watch(tap, ctl, shop)
        test_without_sockets(tap, os.path.abspath(sys.argv[2]), shop.folder)
        if tap.failed:
            tap.note(shop.read_log())
    finally:
        shop.close()
    sys.exit(tap.finish())


main()
