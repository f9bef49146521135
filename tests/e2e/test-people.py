# SPDX-License-Identifier: GPL-3.0-or-later
"""People: the command line that makes tokens, and a server that wants them."""

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


shop = Shop(program)
try:
    check_command(shop)
    sys.exit(tap.finish())
finally:
    shop.close()
