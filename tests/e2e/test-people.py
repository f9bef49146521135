# SPDX-License-Identifier: GPL-3.0-or-later
"""People: the command line that makes tokens, and a server that wants them."""

import json
import os
import re
import subprocess
import sys

from shop import Shop, Tap

program = sys.argv[1]
tap = Tap()


def user(shop, *words):
    """Runs `pegboardd user …`; gives the exit status and both outputs."""
    done = subprocess.run([program, 'user', *words, '--data', shop.data],
                          capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def bytes_of(folder):
    """Everything that is in the files of a folder."""
    found = b''
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), 'rb') as file:
                found += file.read()
    return found


def check_command(shop):
    code, out, err = user(shop, 'add', 'dana', '--role', 'lead')
    token = out.strip()
    tap.check(code == 0 and re.fullmatch(r'peg_([0-9A-Z]{7}-){7}[0-9A-Z]{7}', token),
              'a token is printed, and nothing else')
    tap.check('dana' in err and 'lead' in err and token not in err,
              'whose it is stands beside it')
    code, out, err = user(shop, 'add', 'dana')
    tap.check(code == 1 and not out and 'already' in err, 'nobody is added twice')
    code, out, _ = user(shop, 'list')
    tap.check(code == 0 and 'dana\tlead' in out and token not in out,
              'the list has no token in it')
    tap.check(user(shop, 'role', 'dana', 'boss')[0] == 2, 'a role that is none is refused')
    tap.check(user(shop, 'role', 'nobody', 'lead')[0] == 1, 'nobody has no role')
    tap.check(user(shop, 'add', ' dana')[0] == 2, 'blanks around a name are refused')
    tap.check(user(shop, 'role', 'dana', 'admin')[0] == 0 and
              'dana\tadmin' in user(shop, 'list')[1], 'a role is changed')

    code, new, _ = user(shop, 'token', 'dana')
    tap.check(code == 0 and new.strip() != token, 'a new token is another one')
    secret = new.strip()
    kept = bytes_of(shop.data)
    plain = secret[4:].replace('-', '')
    tap.check(kept and secret.encode() not in kept and plain.encode() not in kept and
              plain.lower().encode() not in kept and token.encode() not in kept,
              'no token is in the data folder')
    return secret


def ask(shop, method, path, token=None, body=None):
    headers = {'Content-Type': 'application/json'}
    if token is not None:
        headers['Authorization'] = f'Bearer {token}'
    status, answer = shop.request(method, path, None if body is None else json.dumps(body), headers)
    return status, json.loads(answer)


def check_server(shop, boss):
    """A server that runs while people come and go."""
    _, out, _ = user(shop, 'add', 'max')
    token = out.strip()
    shop.start()
    tap.check(ask(shop, 'GET', '/files')[0] == 401, 'nobody is believed')
    status, answer = ask(shop, 'GET', '/config')
    tap.check(status == 200 and answer['sign_in'] and answer['username'] is None,
              'the server says that it wants a sign-in')
    tap.check(ask(shop, 'GET', '/files', token)[0] == 200, 'a token lets in')
    status, answer = ask(shop, 'POST', '/auth/login', None, {'username': 'max', 'password': token})
    session = answer.get('token')
    tap.check(status == 200 and answer['role'] == 'machinist', 'it makes a session, too')
    tap.check(ask(shop, 'GET', '/config', session)[1]['username'] == 'max',
              'the session is of the same person')

    checkout = Shop.file_path('a.nc', 'checkout')
    override = Shop.file_path('a.nc', 'override')
    tap.check(ask(shop, 'POST', checkout, session, {'user': 'dana'})[0] == 200 and
              shop_files(shop, boss)['a.nc']['lock']['by'] == 'max',
              'who checks out is who signed in')
    tap.check(user(shop, 'role', 'max', 'viewer')[0] == 0 and
              ask(shop, 'POST', checkout, session, {})[0] == 403,
              'another role counts at once, also for a session')
    tap.check(ask(shop, 'POST', override, boss, {})[0] == 200 and
              'a.nc' in ask(shop, 'GET', '/messages/check', session)[1]['messages'][0]['message'],
              'who loses a file is told')
    tap.check(user(shop, 'remove', 'max')[0] == 0 and
              ask(shop, 'GET', '/files', token)[0] == 401 and
              ask(shop, 'GET', '/files', session)[0] == 401,
              'who is removed is out at once')

    wrong = {'username': 'dana', 'password': token}
    statuses = [ask(shop, 'POST', '/auth/login', None, wrong)[0] for _ in range(6)]
    tap.check(statuses == [401] * 5 + [429], 'who is wrong five times has to wait')
    code, _ = shop.stop()
    tap.check(code == 0, 'the server stops')

    with open(shop.log.name, 'rb') as log:
        written = log.read() + bytes_of(shop.data)
    secrets = [boss, token, session, session.split('.')[2]]
    tap.check(all(secret.encode() not in written for secret in secrets) and
              b'event=signed-in' in written and b'event=sign-in-wrong' in written,
              'no token is in the log or in the data')
    return session


def shop_files(shop, token):
    _, answer = ask(shop, 'GET', '/files', token)
    return {entry['path']: entry for group in answer.values() for entry in group}


shop = Shop(program)
try:
    with open(shop.path('a.nc'), 'w') as file:
        file.write('(A)\n')
    check_server(shop, check_command(shop))
    sys.exit(tap.finish())
finally:
    shop.close()
