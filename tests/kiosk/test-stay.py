#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal that is killed, again and again.

test-stay.py PROGRAM INJECT KILLS SCHEMAS PEGBOARDD DEMO_SHOP

Somebody checks a file out, changes it at the machine, and checks it in while the server
is away. Then the program is killed at random moments, KILLS times or as often as
PEG_KILLS in the environment says, and each time it must come back to the same file with
nobody signed in and the work still there. In the end the server returns, and gets the
work once."""

import glob
import hashlib
import os
import random
import signal
import sys
import time

from ground import Ground
from pegboard import Pegboard, code
from rig import GLib, Weston
from shop import Tap, wait_for

FILE = '1210044.mpf'
CHANGED = b'; GEARBOX COVER, OP10\nG0 X1\n; changed at the machine\n'
PAINTED = 'The list is painted'


def outbox(ground):
    """What waits, as hashes of every file of it."""
    found = {}
    for path in glob.glob(ground.path('home', '.local', 'state', 'pegboard', 'outbox', '**'),
                          recursive=True):
        if os.path.isfile(path) and not path.endswith(('.lock', '.part')):
            with open(path, 'rb') as file:
                found[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
    return found


def selected(terminal):
    """The name of the row that is selected."""
    for item in terminal.tree.walk(shown=True):
        try:
            if item.role == 'list item' and item.has('selected'):
                return item.name
        except GLib.Error:
            pass
    return ''


def prepare(tap, start, terminal, ground):
    """Leaves work of Dana’s in the outbox, and the server away."""
    turn = terminal.tree.turn
    work = ground.path('work', FILE)

    terminal.scan(FILE)
    tap.check(wait_for(lambda: FILE in selected(terminal), step=turn), 'a label finds its row')
    # The connection has just become theirs, and may not be back yet: that is waited for.
    terminal.scan(code('C', 'CHECKOUT'))
    tap.check(wait_for(lambda: os.path.exists(work), step=turn),
              'a check-out puts the file where the machine reads it')
    with open(work, 'wb') as file:
        file.write(CHANGED)
    tap.check(terminal.tree.wait('list item', 'Changed here') is not None,
              'the row says that it was changed there')

    start.shop.kill()
    tap.check(wait_for(lambda: terminal.tree.find('.*', 'Reconnecting') or
                       terminal.tree.find('.*', 'Offline'), step=turn),
              'the terminal says that it is alone')
    terminal.scan(code('C', 'CHECKIN'))
    terminal.settle()
    terminal.scan(code('C', 'YES'))
    # The bytes come first, then what is to be done with them: only that is a promise.
    hashed = hashlib.sha256(CHANGED).hexdigest()
    tap.check(wait_for(lambda: hashed in outbox(ground).values() and
                       any(name.endswith('.json') for name in outbox(ground)), step=turn),
              'a check-in without a server waits on the disk')
    # What is looked at is written once a second.
    view = ground.path('home', '.local', 'state', 'pegboard', 'kiosk', 'view')
    tap.check(wait_for(lambda: os.path.exists(view) and 'selected' in open(view).read(), step=turn),
              'what is looked at is remembered')


def kill_often(ground, terminal, start, kills, seed):
    """Gives the seconds from each start that was waited for until there was a list."""
    roll = random.Random(seed)
    times = []
    for number in range(kills):
        log = ground.path('logs', f'kill-{number % 8}.log')
        if os.path.exists(log):
            os.remove(log)  # what is in it is another start's
        began = time.monotonic()
        process = ground.spawn(start.words, f'kill-{number % 8}.log', env=dict(
            os.environ, WAYLAND_DISPLAY='peg-kiosk', GDK_BACKEND='wayland', GTK_A11Y='none',
            G_MESSAGES_DEBUG='peg-application'))
        if number % 4 == 0:
            if not wait_for(lambda: PAINTED in open(log, errors='replace').read(),
                            step=lambda: time.sleep(0.005)):
                return None
            times.append(time.monotonic() - began)
        else:
            time.sleep(roll.uniform(0, 0.6))
        if process.poll() is not None:
            return None
        ground.end(process, signal.SIGKILL)
    return times


def main():
    program, inject, kills, *pegboard = sys.argv[1:]
    kills = int(os.environ.get('PEG_KILLS') or kills)
    seed = int(os.environ.get('PEG_KILLS_SEED') or 1)
    tap = Tap()
    start = Pegboard(program, *pegboard)
    ground = start.ground = Ground([program, inject, *start.programs], start.folders)
    terminal = None
    try:
        terminal = Weston(ground, ground.copies[inject])
        start.attach(terminal)
        start()
        prepare(tap, start, terminal, ground)
        before = outbox(ground)
        terminal.stop(signal.SIGKILL)

        times = kill_often(ground, terminal, start, kills, seed)
        tap.check(times is not None, f'{kills} times kill -9, and each time it started')
        times = sorted(times or [0])
        tap.note(f'list painted {times[len(times) // 2] * 1000:.0f} ms after the start, '
                 f'at most {times[-1] * 1000:.0f} ms, in {len(times)} starts')
        tap.check(outbox(ground) == before, 'what waits is as it was')

        start.signed_in = False
        start()
        turn = terminal.tree.turn
        tap.check(wait_for(lambda: FILE in selected(terminal), step=turn),
                  'it comes back to the same file')
        tap.check(start.person() == '', 'and nobody is signed in')

        start.shop.start()
        start.sign_in('dana')
        tap.check(wait_for(lambda: 'changed at the machine' in str(start.shop.history(FILE)) or
                           len(start.shop.history(FILE)) > 1, step=turn),
                  'with the server back, and its person, the work arrives')
        tap.check(terminal.stop() == 0, 'an end that is wanted is clean')
        tap.check(not os.path.exists(ground.path('home', '.local', 'state', 'pegboard', 'kiosk',
                                                 'view')), 'and begins anew the next time')
    finally:
        if terminal is not None:
            terminal.close()
        start.close()
        ground.close()
    sys.exit(tap.finish())


main()
