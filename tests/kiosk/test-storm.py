#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A child, a cat, a crate: keys, chords and touches at random, on a locked terminal.

test-storm.py PROGRAM INJECT ACTIONS [SEED [SCHEMAS PEGBOARDD DEMO_SHOP]]

PEG_STORM in the environment says how many actions there are instead: 1000000 takes
some minutes. The same seed does the same; the one that was taken is printed."""

import os
import random
import sys
import time

from ground import Ground
from rig import CODES, Weston
from shop import Tap
from warden import Start, Warden

# As much as is sent before it is waited for: the client must be able to follow.
BATCH = 24
# As much as happens before everything is looked at.
LOOK = 1000

MODIFIERS = ['ctrl', 'shift', 'alt', 'super', 'altgr', 'rightctrl', 'rightshift']
KEYS = sorted(CODES)
LIKELY = ['esc', 'f4', 'f10', 'f11', 'menu', 'i', 'd', 'q', 'w', 'tab', 'enter', 'space', 'delete',
          'backspace', 'insert', 'end', 'up', 'down']


class Storm:
    """Makes up what happens, as lines for inject.c."""

    def __init__(self, seed, width, height):
        self.random = random.Random(seed)
        self.width, self.height = width, height

    def place(self):
        """Often at an edge or in a corner: that is where ways out are."""
        roll = self.random
        x, y = roll.uniform(0, self.width - 1), roll.uniform(0, self.height - 1)
        if roll.random() < 0.2:
            x = roll.choice([0, self.width - 1])
        if roll.random() < 0.2:
            y = roll.choice([0, self.height - 1])
        return f'{x:.1f} {y:.1f}'

    def some_key(self):
        return self.random.choice(LIKELY if self.random.random() < 0.3 else KEYS)

    def key(self):
        code = CODES[self.some_key()]
        return [f'key {code} 1', f'key {code} 0']

    def chord(self):
        names = self.random.sample(MODIFIERS, self.random.randint(1, 3)) + [self.some_key()]
        codes = list(dict.fromkeys(CODES[name] for name in names))
        return [f'key {code} 1' for code in codes] + [f'key {code} 0' for code in reversed(codes)]

    def tap(self):
        return [f'touch 0 {self.place()}', 'lift 0']

    def swipe(self):
        return [f'touch 0 {self.place()}',
                *(f'slide 0 {self.place()}' for _ in range(self.random.randint(1, 4))), 'lift 0']

    def fingers(self):
        count = self.random.randint(2, 5)
        order = list(range(count))
        self.random.shuffle(order)
        return [*(f'touch {finger} {self.place()}' for finger in range(count)),
                *(f'slide {finger} {self.place()}' for finger in order),
                *(f'lift {finger}' for finger in order)]

    def mouse(self):
        button = self.random.choice([0x110, 0x110, 0x111, 0x112, 0x113, 0x114])
        return [f'point {self.place()}', f'button {button} 1', f'point {self.place()}',
                f'button {button} 0']

    def action(self):
        kind = self.random.choices([self.key, self.chord, self.tap, self.swipe, self.fingers,
                                    self.mouse], [30, 25, 20, 8, 9, 8])[0]
        return kind()


def rage(tap, terminal, storm, count, start):
    warden = Warden(terminal, start)
    warden.persons.add('')
    began = time.monotonic()
    lines, recent, sent = [], [], 0
    for number in range(1, count + 1):
        action = storm.action()
        lines += action
        recent.append(action)
        if len(lines) >= BATCH:
            terminal.say(*lines)
            terminal.sync()
            sent += len(lines)
            lines = []
        if number % LOOK == 0 or number == count:
            terminal.say(*lines)
            sent += len(lines)
            lines = []
            wrong = warden.settle()
            if wrong:
                tap.note(f'after {number}: {"; ".join(wrong)}')
                tap.note('\n'.join(' / '.join(words) for words in recent[-40:]))
                tap.note(terminal.ground.read_log('client.log'))
                return number - 1
            recent = []
            # The second half meets a terminal with somebody at it, who may be signed out
            # by what happens, but not become another one.
            if number > count // 2 and hasattr(start, 'offer_badge'):
                warden.persons.add(start.offer_badge('dana'))
    seconds = time.monotonic() - began
    tap.note(f'{count} actions, {sent} events in {seconds:.1f} s')
    return count


def main():
    program, inject, count, seed, *pegboard = sys.argv[1:] + [''] * (4 - len(sys.argv[1:]))
    count = int(os.environ.get('PEG_STORM') or count)
    seed = int(os.environ.get('PEG_STORM_SEED') or seed or time.time_ns() % 1000000)
    tap = Tap()
    tap.note(f'seed {seed}')
    if pegboard:
        from pegboard import Pegboard
        start = Pegboard(program, *pegboard)
        start.signed_in = False
        start.site = {'wipe-seconds': '10'}
        ground = start.ground = Ground([program, inject, *start.programs], start.folders)
    else:
        ground = Ground([program, inject])
        start = None

    terminal = None
    try:
        terminal = Weston(ground, ground.copies[inject])
        if start is None:
            start = Start(terminal, [ground.copies[program]])
        else:
            start.attach(terminal)
        start()
        done = rage(tap, terminal, Storm(seed, terminal.width, terminal.height), count, start)
        tap.check(done == count, f'{count} keys, chords and touches, and nobody got out')
    finally:
        if terminal is not None:
            terminal.close()
        if hasattr(start, 'close'):
            start.close()
        ground.close()
    sys.exit(tap.finish())


main()
