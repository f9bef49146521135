#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person signs in at the window. Whatever it writes, with every message on, and
whatever others see of the process, the token is not in it.

test-sign-in.py PEGBOARDD PEGBOARD SCHEMAS DEMO_SHOP"""

import os
import re
import subprocess
import sys

from shop import DEADLINE_S, Shop, Tap
from window import Window

FILE = '1277003_T1.nc'

# Three parts, the first two of which are JSON objects (RFC 7519, 3.1).
JWT = re.compile(rb'eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}')


def seen_by_others(process):
    """What everybody, and who has the same name, can read about a process."""
    found = b''
    for name in ('cmdline', 'environ'):
        with open(f'/proc/{process.pid}/{name}', 'rb') as file:
            found += file.read()
    return found


def main():
    pegboardd, pegboard, schemas, demo = (os.path.abspath(path) for path in sys.argv[1:5])
    tap = Tap()
    shop = Shop(pegboardd, source=demo, name='Shop North')
    log = os.path.join(shop.folder, 'window.log')
    window = None

    try:
        added = subprocess.run([pegboardd, 'user', 'add', 'dana', '--role', 'lead',
                                '--data', shop.data],
                               capture_output=True, text=True, timeout=DEADLINE_S, check=True)
        token = added.stdout.strip()
        tap.check(token.startswith('peg_'), 'there is a person, and a token')
        shop.start()
        window = Window(pegboard, schemas, log, ['--server', shop.address, '--user', 'dana'],
                        G_MESSAGES_DEBUG='all')

        tap.check(window.wait('list', 'Name and Password'), 'the window asks to sign in')
        window.type_into('text', 'Password or Token', token)
        tap.check(window.press('Sign In'), 'the token is typed, and sent')
        tap.check(window.wait('push button', 'Live'), 'the window becomes live')
        tap.check(window.wait_row(FILE, 'Free'), 'and shows the list')
        window.select(FILE)
        tap.check(window.press('Check Out'), 'it checks out')
        tap.check(window.wait_row(FILE, 'Yours'), 'in the name of who signed in')

        # A second socket is opened, and says who it is, too.
        shop.stop()
        tap.check(window.wait_row(FILE, 'as of'), 'the server is stopped')
        shop.start()
        tap.check(window.wait('push button', 'Live'), 'and it comes back without a question')

        outside = seen_by_others(window.process)
        window.close()
        with open(log, 'rb') as file:
            written = file.read()
        tap.check(len(written) > 10000 and b'DEBUG' in written, 'it wrote a lot')
        for name, text in (('in what it wrote', written), ('in /proc', outside)):
            tap.check(text and token.encode() not in text and token[4:].encode() not in text and
                      token[4:].replace('-', '').encode() not in text,
                      f'the token is nowhere {name}')
            tap.check(JWT.search(text) is None, f'nor is the one of the session {name}')
        if tap.failed:
            tap.note(shop.read_log())
            tap.note(written.decode(errors='replace')[-4000:])
    finally:
        if window is not None:
            window.close()
        shop.close()
    sys.exit(tap.finish())


main()
