#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thirteen things that a terminal is for, each in every way that there is to do them:
with fingers only, with a keyboard only, with a scanner only where there is a code, with
a screen reader only. What came of it is asked of the server and of the machine’s folder.

test-tasks.py touch|keyboard|scanner|reader PROGRAM INJECT SCHEMAS PEGBOARDD DEMO_SHOP"""

import os
import sys
import time

import rig
from ground import Ground
from pegboard import PEOPLE, STATION, Pegboard, code
from rig import Weston
from shop import Tap, wait_for

# What is worked with, and what to type to find it.
FILE, FILE_WORDS = '4299100.h', '4299'
SECOND, SECOND_WORDS = 'THREADMILL.spf', 'threadmi'
COPIED, COPIED_WORDS = 'LOCHKREIS.h', 'lochk'
HELD, HELD_WORDS = '5590010.h', '5590'
HELD_BY, REASON = 'Kim Novak', 'new fixture tonight'
COMMENT = 'edge'
KEPT = b'; what was not sent\n'

BUTTON = 'push button|toggle button|button'


class Way:
    """A way to use a terminal."""

    def __init__(self, terminal, start):
        self.terminal, self.start = terminal, start
        self.tree, self.shop = terminal.tree, start.shop

    def wait(self, role, words, within=None):
        item = wait_for(lambda: self.tree.find(role, words, within and within()),
                        rig.PATIENCE_S, step=self.tree.turn)
        if item is None:
            raise AssertionError(f'there is no {role} “{words}”')
        return item

    def gone(self, words):
        """What was held for long enough has done what it is for, and is not there any more."""
        self.until(lambda: self.tree.find(BUTTON, words) is None, f'“{words}” stays')

    def sees(self, words):
        return self.wait('.*', words)

    def row(self, file):
        return self.wait('list item', f'{file},', lambda: self.tree.find('list', 'Files'))

    def row_says(self, file, words):
        """What was done is said over the list for some seconds: nobody has to wait for that."""
        row = self.tree.find('list item', f'{file},', shown=False)
        return row is not None and words in row.name

    def selected(self, file):
        self.until(lambda: self.row(file).has('selected'),
                   f'{file} cannot be selected')

    def person(self, name):
        if not wait_for(lambda: self.start.person() == name, rig.PATIENCE_S, step=self.tree.turn):
            raise AssertionError(f'“{self.start.person()}” is signed in instead of “{name}”')

    def until(self, condition, words):
        if not wait_for(condition, rig.PATIENCE_S, step=self.tree.turn):
            raise AssertionError(words)

    def server_says(self, file):
        return next(entry for path, entry in self.shop.files().items()
                    if os.path.basename(path) == file)

    def held_by(self, file, who):
        """Both the server and the board say so."""
        self.until(lambda: self.server_says(file)['locked_by'] == who,
                   f'{file} is not with {who}')
        self.until(lambda: self.row_says(file, 'Yours' if who else 'Free'),
                   f'{file} is shown to be with somebody else')

    def path(self, file):
        return self.server_says(file)['path']

    def copy(self, file):
        for folder, _, files in os.walk(self.start.ground.path('work')):
            if file in files:
                return os.path.join(folder, file)
        return None

    def edit(self, file):
        """What somebody does at the machine."""
        self.until(lambda: self.copy(file), f'{file} is not in the machine’s folder')
        with open(self.copy(file), 'ab') as work:
            work.write(b'; deburred\n')

    # Without a badge

    def choose(self, who):
        if self.start.person():
            self.press('=Sign Out')
            self.person('')
        self.press('=Sign In')
        self.press(PEOPLE[who][0])

    def be(self, who):
        self.choose(who)
        for key in [*PEOPLE[who][3], 'OK']:
            self.press(f'={key}', lambda: self.tree.find('panel', 'PIN'))

    # What people do, in the words of this way

    def board(self):
        self.sees('Live')
        self.wait('list item', 'Free', lambda: self.tree.find('list', 'Files'))

    def find(self):
        self.look_for(FILE, FILE_WORDS)
        self.row(FILE)

    def who(self):
        self.look_for(HELD, HELD_WORDS)
        self.press('=Details')
        self.sees(HELD_BY)
        self.sees(REASON)
        self.press('=Back')

    def sign_in(self):
        self.be('dana')
        self.person(PEOPLE['dana'][0])

    def check_out(self):
        self.look_for(FILE, FILE_WORDS)
        self.press('=Check Out')
        self.held_by(FILE, 'dana')

    def check_in(self):
        self.edit(FILE)
        self.look_for(FILE, FILE_WORDS)
        self.press('=Check In')
        self.comment(COMMENT)
        self.press('=Check In')
        self.held_by(FILE, None)
        newest = self.shop.history(self.path(FILE))[0]
        assert newest['message'] == COMMENT, newest
        assert self.shop.version(self.path(FILE), newest['commit_hash'])[1].endswith(b'deburred\n')

    def release(self):
        self.look_for(SECOND, SECOND_WORDS)
        self.press('=Check Out')
        self.held_by(SECOND, 'dana')
        self.press('=Release')
        self.hold('Hold to Release')
        self.held_by(SECOND, None)

    def save(self):
        self.look_for(COPIED, COPIED_WORDS)
        self.press(f'=Copy to {STATION}')
        self.until(lambda: self.copy(COPIED), f'{COPIED} is not in the machine’s folder')

    def history(self):
        self.look_for(FILE, FILE_WORDS)
        self.press('=Details')
        self.sees(COMMENT)
        self.press('=Back')

    def out(self):
        self.press('=What Is Out')
        self.sees(HELD)
        self.press('=Back')

    def unsent(self):
        """One is checked in again by whoever has the file, the other thrown away."""
        self.start.keep_refused('dana', self.path(SECOND), KEPT)
        self.press('=Unsent Work')
        self.sees('Needs you')
        self.press('=Back')
        self.look_for(SECOND, SECOND_WORDS)
        self.press('=Check Out')
        self.held_by(SECOND, 'dana')
        self.press('=Unsent Work')
        self.press(f'=Check In Again, {SECOND}')
        self.hold('Hold to Check In')
        self.until(lambda: self.start.count_kept('dana') == 0, 'it is still kept')
        self.until(lambda: self.server_says(SECOND)['locked_by'] is None, 'it is not checked in')
        newest = self.shop.history(self.path(SECOND))[0]
        assert self.shop.version(self.path(SECOND), newest['commit_hash'])[1] == KEPT

        self.start.keep_refused('dana', self.path(SECOND), KEPT)
        self.press(f'=Discard, {SECOND}')
        self.hold('Hold to Discard')
        self.until(lambda: self.start.count_kept('dana') == 0, 'it is still kept')
        self.sees('Nothing of yours waits here.')
        self.press('=Back')

    def switch(self):
        self.be('lee')
        self.person(PEOPLE['lee'][0])

    def sign_out(self):
        self.press('=Sign Out')
        self.person('')


class Touch(Way):
    """With one finger."""

    def tap(self, item):
        self.until(lambda: self.tree.is_shown(item), 'it stays hidden')
        self.terminal.settle()
        self.terminal.tap_on(item)
        self.terminal.settle()

    def press(self, words, within=None):
        self.tap(self.wait(BUTTON, words, within))

    def hold(self, words):
        button = self.wait(BUTTON, words)
        self.until(lambda: self.tree.is_shown(button), 'it stays hidden')
        self.terminal.settle()
        self.terminal.hold(*self.tree.centre(button), lambda: self.gone(words))

    def keyboard(self):
        return self.tree.find('.*', 'On-screen keyboard')

    def write(self, text):
        self.wait('.*', 'On-screen keyboard')
        for sign in text:
            self.press(f'={sign}', self.keyboard)

    def open_find(self):
        """What comes up above the buttons moves them, and whoever missed one touches again."""
        self.press('=Find')
        if not wait_for(lambda: self.tree.find('text', 'Find'), 5, step=self.tree.turn):
            self.press('=Find')

    def look_for(self, file, words):
        self.open_find()
        if self.wait('text', 'Find').length > 0:
            self.press('=Clear')
            self.open_find()
        self.write(words)
        self.press('=Show')
        self.tap(self.row(file))

    def comment(self, text):
        self.tap(self.wait('text|entry', 'What did you change?'))
        self.write(text)
        self.press('=Done')


class Keyboard(Way):
    """With the keys of an ordinary keyboard; the focus is what is seen."""

    def reach(self, words):
        """Goes on with Tab until it has the focus."""
        for _ in range(40):
            self.terminal.settle()
            focus = self.tree.focus()
            name = focus.name if focus else ''
            if name == words[1:] if words[0] == '=' else words in name:
                return
            self.terminal.key('tab')
        raise AssertionError(f'Tab does not lead to “{words}”')

    def press(self, words):
        self.wait(BUTTON, words)
        self.reach(words)
        self.terminal.key('enter')
        self.terminal.settle()

    def hold(self, words):
        self.wait(BUTTON, words)
        self.reach(words)
        self.terminal.press('enter', True)
        self.terminal.sync()
        self.gone(words)
        self.terminal.press('enter', False)
        self.terminal.settle()

    def look_for(self, file, words):
        self.press('=Find')
        self.terminal.settle()
        self.terminal.chord('ctrl+a')
        self.terminal.key('backspace')
        self.terminal.type(words)
        self.terminal.key('enter')
        for _ in range(40):
            self.terminal.settle()
            focus = self.tree.focus()
            if focus and focus.role == 'list item' and f'{file},' in focus.name:
                break
            self.terminal.key('down' if focus and focus.role == 'list item' else 'tab')
        else:
            raise AssertionError(f'no key leads to {file}')
        self.terminal.type(' ')
        self.selected(file)

    def comment(self, text):
        self.reach('What did you change?')
        self.terminal.type(text)
        self.terminal.key('enter')

    def be(self, who):
        self.choose(who)
        self.wait('panel', 'PIN')
        self.terminal.type(PEOPLE[who][3])
        self.terminal.key('enter')


class Scanner(Way):
    """With cards, labels and badges. What is read is read with the eyes."""

    def card(self, word):
        self.terminal.scan(code('C', word))
        self.terminal.settle()

    def look_for(self, file, words):
        self.terminal.scan(code('F', self.path(file)))
        self.row(file)

    def be(self, who):
        self.terminal.scan(PEOPLE[who][2])

    def find(self):
        """By the label of a part."""
        self.terminal.scan(FILE.split('.', maxsplit=1)[0])
        self.row(FILE)

    def who(self):
        """Who has it is in the row. Why is asked with one touch: no code opens a page."""
        self.look_for(HELD, HELD_WORDS)
        assert HELD_BY in self.row(HELD).name, self.row(HELD).name
        self.terminal.tap_on(self.wait(BUTTON, '=Details'))
        self.sees(REASON)
        self.terminal.tap_on(self.wait(BUTTON, '=Back'))
        self.row(HELD)

    def check_out(self):
        self.look_for(FILE, FILE_WORDS)
        self.card('CHECKOUT')
        self.held_by(FILE, 'dana')

    def check_in(self):
        self.edit(FILE)
        self.look_for(FILE, FILE_WORDS)
        self.card('CHECKIN')
        self.sees('What did you change?')
        self.card('YES')
        self.held_by(FILE, None)
        newest = self.shop.history(self.path(FILE))[0]
        assert self.shop.version(self.path(FILE), newest['commit_hash'])[1].endswith(b'deburred\n')

    def release(self):
        self.look_for(SECOND, SECOND_WORDS)
        self.card('CHECKOUT')
        self.held_by(SECOND, 'dana')
        self.card('RELEASE')
        self.sees('Hold to Release')
        self.card('NO')
        self.card('RELEASE')
        self.sees('Hold to Release')
        self.card('YES')
        self.held_by(SECOND, None)

    # There is no code for these.
    save = history = out = unsent = sign_out = None


class Reader(Way):
    """With a screen reader: names and actions, no place and no key."""

    def act(self, item):
        if not item.act():
            raise AssertionError(f'“{item.name}” has no action')
        self.terminal.settle()

    def press(self, words, within=None):
        self.act(self.wait(BUTTON, words, within))

    def hold(self, words):
        """Who cannot hold is asked once more."""
        self.act(self.wait(BUTTON, words))
        self.act(self.wait(BUTTON, 'Activate once more'))

    def write(self, name, text):
        field = self.wait('text|entry', name)
        field.write(text)
        self.terminal.settle()
        return field

    def look_for(self, file, words):
        self.press('=Find')
        self.write('Find', words)
        self.press('=Show')
        row = self.row(file)
        self.tree.find('list', 'Files').select(row)
        self.selected(file)

    def comment(self, text):
        """Where the keyboard on the screen and the rest take turns, it has to go first."""
        self.write('What did you change?', text)
        if self.tree.find(BUTTON, '=Done') is not None:
            self.press('=Done')


WAYS = {'touch': Touch, 'keyboard': Keyboard, 'scanner': Scanner, 'reader': Reader}

TASKS = [
    ('see the board', 'board'), ('find a part', 'find'), ('read who has it, and why', 'who'),
    ('sign in', 'sign_in'), ('check out', 'check_out'), ('check in with a comment', 'check_in'),
    ('release', 'release'), ('save a copy into the machine’s folder', 'save'),
    ('read the history', 'history'), ('see what is out', 'out'),
    ('decide about what was not sent', 'unsent'), ('switch the person', 'switch'),
    ('sign out', 'sign_out'),
]


def hold_a_file(shop):
    """Somebody at another computer has one, and says why."""
    path = next(path for path in shop.files() if os.path.basename(path) == HELD)
    status, answer = shop.post(path, 'checkout', {'user': HELD_BY, 'message': REASON})
    assert status == 200, (status, answer)


def work(tap, way):
    for words, name in TASKS:
        task = getattr(way, name)
        if task is None:
            tap.note(f'there is no code to {words}')
            continue
        began = time.monotonic()
        try:
            task()
            wrong = None
        except (AssertionError, rig.GLib.Error) as error:
            wrong = error
        if not tap.check(wrong is None, f'{words} ({time.monotonic() - began:.1f} s)'):
            tap.note(wrong)
            tap.note(way.terminal.ground.read_log('client.log'))
            tap.note(way.tree.dump())


def main():
    way_name, program, inject, *pegboard = sys.argv[1:]
    tap = Tap()
    start = Pegboard(program, *pegboard)
    start.signed_in = False
    ground = start.ground = Ground([program, inject, *start.programs], start.folders)
    terminal = Weston(ground, ground.copies[inject])
    try:
        start.attach(terminal)
        hold_a_file(start.shop)
        start()
        work(tap, WAYS[way_name](terminal, start))
        tap.check(not ground.portal_calls(), 'no portal was asked for anything')
    finally:
        terminal.close()
        start.close()
        ground.close()
    sys.exit(tap.finish())


main()
