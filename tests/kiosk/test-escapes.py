#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No way out of a terminal: everything of tricks.py is tried.

test-escapes.py weston|open|cage PROGRAM INJECT DOCUMENT [SCHEMAS PEGBOARDD DEMO_SHOP]

With “weston” all of it, with “cage” what a keyboard can do, with “open” a few of them
on a window without the lock, where they must work: else nothing would be proved. With
the last three the program is Pegboard, and somebody is signed in."""

import sys
import time

from ground import Ground
from hands import Hands
from rig import Cage, Weston
from shop import Tap, wait_for
from tricks import GROUPS, KEYBOARD, markdown
from warden import Start, Warden

# What proves that the window without the lock can be left.
OPEN = ['keys ctrl+shift+i', 'keys f10', 'keys ctrl+q', 'keys alt+m', 'right field', 'keys f1',
        'action quit']


def try_all(tap, terminal, start, groups):
    hands, warden = Hands(terminal, start), Warden(terminal, start)
    for title, tricks in groups:
        tap.note(title)
        for name, steps in tricks:
            wrong = []
            try:
                for step in steps:
                    hands.do(step)
            except AssertionError as error:
                wrong.append(str(error))
            wrong += warden.settle()
            if not tap.check(not wrong, name):
                tap.note('; '.join(wrong))
                tap.note(terminal.ground.read_log('client.log'))
            if wrong or any(step.startswith('started') for step in steps):
                if terminal.is_alive():
                    terminal.stop()
                start()
                warden.learn()
            terminal.chord('esc')


def try_open(tap, terminal, start):
    """The same looks must see that somebody got out."""
    hands = Hands(terminal, start)
    for step in OPEN:
        warden = Warden(terminal, start)
        hands.do(step)
        wrong = wait_for(warden.look, 5, step=lambda: time.sleep(0.02))
        tap.check(wrong, f'without the lock, {step} gets out: {"; ".join(wrong or [])}')
        if terminal.is_alive():
            terminal.stop()
        start()


def check_document(tap, path):
    with open(path, encoding='utf-8') as file:
        tap.check(file.read() == markdown(),
                  'docs/kiosk-escapes.md is what tests/kiosk/tricks.py prints')
    count = sum(len(tricks) for _, tricks in GROUPS)
    tap.check(count >= 60, f'{count} tricks are listed')


def main():
    mode, program, inject, document, *pegboard = sys.argv[1:]
    tap = Tap()
    if mode == 'weston':
        check_document(tap, document)

    if pegboard:
        from pegboard import Pegboard  # it needs what the stand-in does not
        start = Pegboard(program, *pegboard)
        ground = start.ground = Ground([program, inject, *start.programs], start.folders)
    else:
        start = None
        ground = Ground([program, inject])

    terminal = None
    try:
        terminal = Cage(ground) if mode == 'cage' else Weston(ground, ground.copies[inject])
        if start is None:
            words = [ground.copies[program]] + (['--open'] if mode == 'open' else [])
            start = Start(terminal, words)
        else:
            start.attach(terminal)
        start()
        if mode == 'open':
            try_open(tap, terminal, start)
        else:
            try_all(tap, terminal, start, [('With the keyboard, in cage', KEYBOARD)]
                    if mode == 'cage' else GROUPS)
        if terminal.is_alive():
            tap.check(terminal.stop() == 0 or not pegboard, 'SIGTERM is a clean exit')
    finally:
        if terminal is not None:
            terminal.close()
        if hasattr(start, 'close'):
            start.close()
        ground.close()
    sys.exit(tap.finish())


main()
