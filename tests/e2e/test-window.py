#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: two clients on one folder, a window and pegctl. One checks a
program out, the other sees who has it, at once, and the truth survives a restart.

test-window.py PEGBOARDD PEGBOARD PEGCTL SCHEMAS DEMO_SHOP"""

import json
import os
import subprocess
import sys

from shop import DEADLINE_S, Shop, Tap
from window import Window

FILE = '1277003_T1.nc'


def main():
    pegboardd, pegboard, pegctl, schemas, demo = (os.path.abspath(path) for path in sys.argv[1:6])
    tap = Tap()
    shop = Shop(pegboardd, source=demo, name='Shop North')
    window = None

    def ctl(*arguments):
        done = subprocess.run([pegctl, '--server', shop.address, '--user', 'Ivo',
                               '--station', 'VF-4', '--json', *arguments],
                              capture_output=True, timeout=DEADLINE_S * 2, text=True)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def lock():
        return ctl('ls', FILE)[1][0]

    try:
        shop.start()
        window = Window(pegboard, schemas, os.path.join(shop.folder, 'window.log'),
                        ['--server', shop.address, '--user', 'Dana'])

        tap.check(window.wait('push button', 'Live'), 'the window becomes live')
        tap.check(window.wait_row(FILE, 'Free'), 'a row says that nobody has the file')

        window.select(FILE)
        tap.check(window.press('Check Out'), 'the window checks out')
        tap.check(window.wait_row(FILE, 'Yours'), 'the row says that it is ours')
        there = lock()
        tap.check(there['holder'] == 'Dana' and there['lock'] == 'other',
                  'pegctl sees who has it, by name')
        tap.check(ctl('checkout', FILE)[0] == 1, 'and cannot take it')

        tap.check(window.press('Release'), 'the window releases')
        tap.check(window.wait_row(FILE, 'Free'), 'the row says that nobody has it')
        tap.check(lock()['lock'] == 'free', 'pegctl sees that, too')

        tap.check(ctl('checkout', '-m', 'chamfer', FILE)[0] == 0, 'pegctl checks out')
        tap.check(window.wait_row(FILE, 'Ivo has it · VF-4'), 'the window sees who has it, and where')
        tap.check(window.wait_button('Check Out', sensitive=False), 'and cannot take it')

        shop.stop()
        tap.check(window.wait_row(FILE, 'as of'), 'without a server the row says how old it is')
        tap.check(window.find('push button', 'Live') is None, 'and the dot does not say “Live”')
        tap.check(window.wait_button('Release', sensitive=False), 'and nothing can be released')
        shop.start()
        tap.check(window.wait('push button', 'Live'), 'it comes back by itself')
        row = window.wait_row(FILE, 'Ivo has it')
        tap.check(row and 'as of' not in row, 'the check-out survived the restart')

        shop.kill()
        tap.check(window.wait_row(FILE, 'as of'), 'a killed server is noticed')
        shop.start()
        tap.check(window.wait_row(FILE, 'Ivo has it · VF-4 · '), 'the check-out survived that, too')

        new = os.path.join(shop.folder, 'new.nc')
        with open(new, 'w', encoding='ascii') as file:
            file.write('O1277 (VALVE BODY, OP10 FINISHED)\nM30\n')
        tap.check(ctl('checkin', '-m', 'chamfer 0.3', FILE, new)[0] == 0, 'pegctl checks in')
        row = window.wait_row(FILE, 'OP10 FINISHED')
        tap.check(row and 'Free' in row and 'revision 4.1' in row,
                  'the window shows the new revision, and that it is free')
        tap.check(window.wait('label', 'chamfer 0.3'), 'and its comment in the history')

        os.remove(shop.path(FILE))
        listing = window.find('list', 'Files')
        tap.check(window.wait_row('1277003_T2.nc', 'Free') and listing, 'the other rows stay')
        tap.check(window.process.poll() is None, 'the window is still there')

        window.close()
        shop.stop()
        window = Window(pegboard, schemas, os.path.join(shop.folder, 'window.log'),
                        ['--server', shop.address, '--user', 'Dana'])
        row = window.wait_row('1277003_T2.nc', 'as of')
        tap.check(row and 'Free' in row,
                  'without a server a new window shows what it last knew, and how old that is')
        tap.check(window.find('push button', 'Live') is None, 'and does not say “Live”')
        shop.start()
        tap.check(window.wait('push button', 'Live'), 'and becomes live when there is one')
        row = window.wait_row('1277003_T2.nc', 'Free')
        tap.check(row and 'as of' not in row, 'the age goes')
        if tap.failed:
            tap.note(shop.read_log())
            with open(os.path.join(shop.folder, 'window.log'), errors='replace') as log:
                tap.note(log.read()[-4000:])
    finally:
        if window is not None:
            window.close()
        shop.close()
    sys.exit(tap.finish())


main()
