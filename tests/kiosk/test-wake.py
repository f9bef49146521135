#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who touches a dark screen wants to see it, and presses nothing: the whole gesture that
wakes a terminal is eaten, wherever it goes.

test-wake.py PROGRAM INJECT GESTURES SCHEMAS PEGBOARDD DEMO_SHOP

PEG_WAKES in the environment says how many gestures there are instead."""

import os
import random
import sys
import time

from ground import Ground
from pegboard import Pegboard
from rig import Weston
from shop import Tap, wait_for

SEED = 20261121


def looks(tree, places):
    """What is at each place, by name, and whether it is pressed: a page that opened has
    something else there, and a filter that was touched is on."""
    frame = tree.frame
    found = (frame.at(x, y) for x, y in places)
    return [(item.name, item.has('pressed', 'checked', 'selected')) if item else None
            for item in found]


def darken(tree, places, before):
    """Puts the terminal to rest by its own button: nobody else may."""
    def press(words):
        button = tree.wait('push button', words)
        return button is not None and button.act()

    return press('Live') and press('=Darken') and \
        bool(wait_for(lambda: looks(tree, places[:1]) != before[:1], 5, step=tree.turn))


def wake(terminal, roll, x, y):
    kind = roll.randrange(4)
    if kind == 0:
        terminal.swipe(x, y, roll.uniform(0, terminal.width - 1), y, steps=3, step_ms=0)
    elif kind == 1:
        terminal.click(x, y)
    else:
        terminal.tap(x, y, held_ms=0)


def main():
    program, inject, count, *pegboard = sys.argv[1:]
    count = int(os.environ.get('PEG_WAKES') or count)
    tap = Tap()
    roll = random.Random(SEED)
    start = Pegboard(program, *pegboard)
    start.signed_in = False
    ground = start.ground = Ground([program, inject, *start.programs], start.folders)
    terminal = Weston(ground, ground.copies[inject])
    try:
        start.attach(terminal)
        start()
        terminal.settle()
        tree = terminal.tree
        buttons = [item for item in tree.walk()
                   if item.role == 'push button' and tree.is_shown(item)]
        places = [tuple(int(value) for value in tree.centre(item)) for item in buttons]
        before = looks(tree, places)
        tap.check(len(places) >= 6, f'{len(places)} buttons are on the screen')
        woken, dark, began = 0, 0, time.monotonic()
        for _ in range(count):
            dark += darken(tree, places, before)
            wake(terminal, roll, *roll.choice(places))
            # The dark screen stays until the gesture is certainly over.
            if not wait_for(lambda: looks(tree, places) == before, 10, step=tree.turn):
                tap.note(f'{looks(tree, places)} instead of {before}')
                break
            woken += 1
        tap.note(f'{woken} gestures in {time.monotonic() - began:.0f} s')
        tap.check(dark >= count, f'the screen was dark {dark} times')
        tap.check(woken == count, f'{woken} of {count} gestures woke it, and activated nothing')
    finally:
        terminal.close()
        start.close()
        ground.close()
    sys.exit(tap.finish())


main()
