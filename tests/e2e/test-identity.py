#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who somebody is, and whom they trust: pegctl against a pegboardd with people
and TLS. And that what is secret is seen nowhere.

test-identity.py PEGBOARDD PEGCTL TLS_FOLDER DEMO_SHOP"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile

from shop import DEADLINE_S, Shop, Tap

PEGBOARDD, PEGCTL, TLS, DEMO = sys.argv[1:5]
FILE = 'Lathe/O0815.nc'


class TlsShop(Shop):
    """A server with a certificate."""

    def __init__(self, certificate):
        super().__init__(PEGBOARDD, DEMO)
        self.certificate = os.path.join(TLS, certificate)

    def start(self):
        self.process = subprocess.Popen(
            [self.program, '--root', self.root, '--data', self.data, '--verbose',
             '--listen', f'127.0.0.1:{self.port}', '--name', self.name,
             '--tls-cert', self.certificate, '--tls-key', self.certificate],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
            env=dict(os.environ, G_MESSAGES_DEBUG='all'))
        line = self.process.stdout.readline()
        match = re.search(r'https://127\.0\.0\.1:(\d+)/', line)
        if match is None:
            raise RuntimeError(f'pegboardd did not start: {line!r}\n{self.read_log()}')
        self.port = int(match.group(1))
        return self

    @property
    def address(self):
        return f'wss://127.0.0.1:{self.port}'

    def add_person(self, name, role='machinist'):
        done = subprocess.run([self.program, 'user', 'add', name, '--role', role,
                               '--data', self.data], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def whole_log(self):
        with open(self.log.name, errors='replace') as log:
            return log.read()


class Ctl:
    """pegctl as a person on this computer runs it, with nothing of the tester's."""

    def __init__(self, address):
        self.home = tempfile.mkdtemp(prefix='pegboard-home-')
        self.address = address

    def environment(self, **more):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith('PEGBOARD_')}
        return dict(clean, HOME=self.home, XDG_STATE_HOME=os.path.join(self.home, 'state'),
                    PEGBOARD_SERVER=self.address, LC_ALL='C.UTF-8', **more)

    def run(self, *arguments, stdin='', **more):
        done = subprocess.run([PEGCTL, '--user', 'dana', '--ca', os.path.join(TLS, 'ca.pem'),
                               *arguments], input=stdin, env=self.environment(**more),
                              capture_output=True, text=True, timeout=2 * DEADLINE_S)
        return done.returncode, done.stdout, done.stderr


def tokens_in(folder):
    """What is kept there beside the work that was not sent."""
    return [name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name))]


def check_tls(tap):
    cases = [
        ('server.pem', 'ca.pem', 0, ''),
        ('server.pem', 'other-ca.pem', 3, 'Nobody whom this computer trusts'),
        ('server.pem', None, 3, 'Nobody whom this computer trusts'),
        ('elsewhere.pem', 'ca.pem', 3, 'belongs to another server'),
        ('expired.pem', 'ca.pem', 3, 'expired'),
        ('server.pem', 'nonsense.pem', 3, 'CA file cannot be used'),
    ]
    for certificate, ca, wanted, words in cases:
        shop = TlsShop(certificate).start()
        ctl = Ctl(shop.address)
        trust = ['--ca', os.path.join(TLS, ca)] if ca else []
        done = subprocess.run([PEGCTL, *trust, '--user', 'dana', 'status'],
                              env=ctl.environment(), capture_output=True, text=True,
                              timeout=2 * DEADLINE_S)
        tap.check(done.returncode == wanted and words in done.stderr,
                  f'{certificate} with {ca}: exit {wanted}')
        if done.returncode != wanted:
            tap.note(done.stderr)
        shop.close()
        shutil.rmtree(ctl.home)


def check_token_files(tap, ctl, token):
    code, _, err = ctl.run('ls')
    tap.check(code == 4 and 'Sign in' in err, 'without a token: exit 4')
    code, _, err = ctl.run('ls', PEGBOARD_TOKEN='peg_WRONG')
    tap.check(code == 4 and err, 'with a wrong one: exit 4')
    code, _, err = ctl.run('ls', PEGBOARD_TOKEN='two words')
    tap.check(code == 2 and 'token' in err, 'with what is no token: exit 2')
    code, out, err = ctl.run('ls', '--names', PEGBOARD_TOKEN=token)
    tap.check(code == 0 and FILE in out, 'with the token from the environment')

    path = os.path.join(ctl.home, 'token')
    with open(path, 'w') as file:
        file.write(token + '\n')
    os.chmod(path, 0o644)
    code, _, err = ctl.run('--token-file', path, 'ls')
    tap.check(code == 2 and 'chmod 600' in err, 'a token file that others can read is not used')
    os.chmod(path, 0o600)
    code, out, _ = ctl.run('--token-file', path, 'ls', '--names')
    tap.check(code == 0 and FILE in out, 'with a token file that nobody else can read')
    code, _, err = ctl.run('--token-file', path + '-not', 'ls')
    tap.check(code == 2 and 'pegctl login' in err, 'a token file that is not there is said')

    for way in ('message', 'cookie', 'query', 'header'):
        code, out, err = ctl.run('--auth', way, '--token-file', path, 'ls', '--names')
        tap.check(code == 0 and FILE in out, f'the token goes by {way}')
        if code != 0:
            tap.note(err)
    code, _, err = ctl.run('--auth', 'pigeon', 'ls')
    tap.check(code == 2 and 'header' in err, 'and by no pigeon')
    code, _, err = ctl.run('--server', ctl.address.replace('wss', 'ws'), '--auth', 'query',
                           '--token-file', path, 'ls')
    tap.check(code == 2 and 'wss://' in err, 'in the address only with TLS')


def check_login(tap, ctl, token):
    code, _, err = ctl.run('login', stdin='wrong\n')
    tap.check(code == 4 and 'wrong' in err, 'a wrong password: exit 4')
    code, _, err = ctl.run('login', stdin='')
    tap.check(code == 2, 'no password: exit 2')
    code, _, _ = ctl.run('login', token)
    tap.check(code == 2, 'a password is no argument')

    code, out, err = ctl.run('login', stdin=token + '\n')
    tap.check(code == 0 and token not in out + err, 'login, and nothing of it is printed')
    folder = os.path.join(ctl.home, 'state', 'pegboard')
    names = tokens_in(folder)
    path = os.path.join(folder, names[0])
    tap.check(len(names) == 1 and os.stat(path).st_mode & 0o777 == 0o600,
              'the token is in a file that nobody else can read')
    with open(path) as file:
        session = file.read().strip()
    tap.check(session != token and session.count('.') == 2, 'it is a session, not the token')

    code, out, _ = ctl.run('checkout', FILE)
    tap.check(code == 0, 'from then on nothing has to be typed')
    code, out, _ = ctl.run('--json', 'ls', '--mine')
    tap.check('"dana"' in out, 'and it is known who that is')
    code, _, _ = ctl.run('--server', 'wss://localhost:1', 'ls')
    tap.check(code == 3, 'another server')

    code, _, _ = ctl.run('logout')
    tap.check(code == 0 and not tokens_in(folder), 'logout takes the file away')
    code, _, _ = ctl.run('ls')
    tap.check(code == 4, 'and who that was is not known any more')
    return session


def check_terminal(tap, ctl, token):
    """On a terminal the password is not echoed."""
    try:
        pid, terminal = pty.fork()
    except OSError as error:
        tap.note(f'there are no terminals here ({error}); “login” is not tried on one')
        return
    if pid == 0:
        os.execve(PEGCTL, [PEGCTL, '--user', 'dana', '--ca', os.path.join(TLS, 'ca.pem'), 'login'],
                  ctl.environment())
    seen = b''
    sent = False
    while True:
        ready, _, _ = select.select([terminal], [], [], DEADLINE_S)
        if not ready:
            break
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        seen += more
        if not sent and b': ' in seen:
            os.write(terminal, token.encode() + b'\n')
            sent = True
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    tap.check(os.waitstatus_to_exitcode(status) == 0 and token.encode() not in seen and
              b'Password' in seen, 'a password that is typed is not seen')
    ctl.run('logout')


def check_secrets(tap, shop, ctl, token):
    """Everything that can be logged is logged, and none of it is the token."""
    loud = {'G_MESSAGES_DEBUG': 'all', 'PEGBOARD_HTTP_LOG': '1', 'GNUTLS_DEBUG_LEVEL': '2'}
    said = ''
    sessions = set()
    for way in ('header', 'message', 'cookie', 'query'):
        code, out, err = ctl.run('--auth', way, '-v', 'status', PEGBOARD_TOKEN=token, **loud)
        tap.check(code == 0 and 'GET /' in out + err, f'{way}: the requests are logged')
        said += out + err
    code, out, err = ctl.run('login', stdin=token + '\n', **loud)
    said += out + err
    folder = os.path.join(ctl.home, 'state', 'pegboard')
    for name in os.listdir(folder):
        # What waits to be sent has a folder beside it.
        if os.path.isfile(os.path.join(folder, name)):
            with open(os.path.join(folder, name)) as file:
                sessions.add(file.read().strip())
    tap.check(code == 0 and len(sessions) == 1, 'signed in')

    watch = subprocess.Popen([PEGCTL, '--user', 'dana', '--ca', os.path.join(TLS, 'ca.pem'),
                              'watch'], env=ctl.environment(), stdout=subprocess.PIPE, text=True)
    watch.stdout.readline()
    with open(f'/proc/{watch.pid}/cmdline') as file:
        arguments = file.read()
    watch.terminate()
    watch.wait(DEADLINE_S)
    watch.stdout.close()

    _, out, err = ctl.run('logout', **loud)
    said += out + err

    for secret in (token, *sessions):
        tap.check(said.count(secret) == 0, 'no token in what pegctl says and logs')
        tap.check(arguments.count(secret) == 0, 'no token among its arguments')
        tap.check(shop.whole_log().count(secret) == 0, 'no token in the log of the server')
    tap.check('Authorization: …' in said and 'token=…' in said and 'Cookie: …' in said,
              'what is left out is marked')


def main():
    tap = Tap()
    check_tls(tap)

    shop = TlsShop('server.pem')
    token = shop.add_person('dana')
    shop.start()
    ctl = Ctl(shop.address)
    try:
        check_token_files(tap, ctl, token)
        check_login(tap, ctl, token)
        check_terminal(tap, ctl, token)
        check_secrets(tap, shop, ctl, token)
    finally:
        if tap.failed:
            tap.note(shop.read_log())
        shop.close()
        shutil.rmtree(ctl.home)
    return tap.finish()


sys.exit(main())
