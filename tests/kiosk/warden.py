# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks whether somebody got out of a terminal (rig.py)."""

import time

from gi.repository import GLib

from ground import process_tree
from rig import Weston


class Start:
    """How the program is started, the first time and again."""

    def __init__(self, terminal, words):
        self.terminal = terminal
        self.words = words

    def __call__(self, **more):
        self.terminal.start(self.words, **more)

    @staticmethod
    def person():
        return ''


class Warden:
    """Knows how the terminal was, and says what has changed."""

    def __init__(self, terminal, start):
        self.terminal = terminal
        self.start = start
        self.learn()

    def learn(self):
        self.children = process_tree(self.terminal.pid)
        self.persons = {self.start.person()}
        self.asked = len(self.terminal.ground.portal_calls())

    def count(self):
        return self.terminal.count() if isinstance(self.terminal, Weston) else (1, 0)

    def look(self):
        """What is wrong, in words; an empty list is the answer that is wanted."""
        if not self.terminal.is_alive():
            return ['the program is gone']
        try:
            self.terminal.settle()
            return self.compare()
        except GLib.Error as error:
            return [f'it is going: {error.message}']

    def compare(self):
        terminal, wrong = self.terminal, []
        if self.count() != (1, 0):
            wrong.append(f'windows and popups: {self.count()}')
        frames = len(terminal.tree.application.children)
        if frames != 1:
            wrong.append(f'{frames} windows for a screen reader')
        frame = terminal.tree.frame
        if frame is None:
            return wrong + ['there is no window']
        _x, _y, width, height = frame.extents
        if (width, height) != (terminal.width, terminal.height):
            wrong.append(f'the window is {width}×{height}')
        children = process_tree(terminal.pid)
        if children != self.children:
            wrong.append(f'processes: {children}')
        calls = terminal.ground.portal_calls()[self.asked:]
        if calls:
            wrong.append(f'asked a portal: {calls}')
        if self.start.person() not in self.persons:
            wrong.append(f'“{self.start.person()}” instead of {self.persons}')
        if not terminal.ping():
            wrong.append('it does not answer')
        return wrong

    def settle(self):
        """What opens a window may take a moment to do it."""
        time.sleep(0.02)
        return self.look()
