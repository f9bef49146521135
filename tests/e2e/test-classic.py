#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window against a classic server with every habit that such servers were
found to have, one after the other.

test-classic.py PEGBOARD SCHEMAS [CASE…]"""

import os
import shutil
import sys
import tempfile

from classic import QUIRKS, ClassicShop
from shop import Tap, wait_for
from window import Window

FILE = '1234567.mcam'
OTHER = '1234567_AB12.mcam'
CASES = []


class Case:
    """A server with some habits, a window, and what is said about them."""

    def __init__(self, tap, pegboard, schemas, folder, words, quirks):
        self.tap, self.words = tap, words
        self.log = os.path.join(folder, f'window-{tap.number}.log')
        self.shop = ClassicShop(*quirks).start()
        self.window = Window(pegboard, schemas, self.log,
                             ['--server', self.shop.address, '--user', 'Dana'])

    def check(self, good, words):
        return self.tap.check(good, f'{self.words}: {words}')

    def live(self):
        return self.check(self.window.wait('push button', 'Live'), 'the window becomes live')

    def row(self, words, file=FILE):
        return self.check(self.window.wait_row(file, words), f'the row says “{words}”')

    def open_groups(self):
        """A long list begins with its groups closed; what is searched for is shown."""
        if self.window.row(FILE) is None:
            self.window.type_into('entry', 'Search the Files', '1234567')

    def page(self, words):
        self.check(wait_for(lambda: self.window.shows('label', words), step=self.window.turn),
                   f'the page says “{words}”')

    def press(self, name):
        return self.check(self.window.press(name), f'“{name}” can be pressed')

    def end(self, failed):
        self.check(self.window.process.poll() is None, 'the window is still there')
        self.window.close()
        self.shop.stop()
        with open(self.log, errors='replace') as log:
            text = log.read()
        # GTK itself miscounts when what is pressed is shown anew at that moment.
        lines = [line for line in text.splitlines() if 'Broken accounting of active' not in line]
        self.check(not any('CRITICAL' in line or 'WARNING' in line for line in lines),
                   'without a warning')
        if self.tap.failed > failed:
            self.tap.note(text[-2000:])


def case(*quirks, words=None):
    def register(function):
        CASES.append((words or ', '.join(QUIRKS[quirk] for quirk in quirks), quirks, function))
        return function
    return register


def full_circle(c):
    """What everybody does all day: see, take, give back, see others do it."""
    if not c.live():
        return
    c.open_groups()
    if not c.row('Free'):
        return
    c.window.select(FILE)
    c.press('Check Out')
    c.row('Yours')
    c.press('Release')
    c.row('Free')
    c.shop.lock(OTHER, 'Kim')
    c.row('Kim has it', OTHER)
    c.shop.lock(OTHER, None)
    c.row('Free', OTHER)


for habit in ('once', 'silent-connect', 'nulls', 'naive-times', 'z-times', 'mtime-noise', 'big',
              'invalidate', 'oldest', 'update-requested', 'push-first', 'push-late', 'stale-rest',
              'no-pong', 'plain-pong'):
    case(habit)(full_circle)


@case('names-only')
def names_only(c):
    c.live()
    c.row('Free')


@case('not-set-up')
def not_set_up(c):
    c.live()
    c.page('The Server Is Not Set Up')


@case('empty')
def empty(c):
    c.live()
    c.page('No Programs Yet')


@case('huge')
def huge(c):
    c.check(wait_for(lambda: c.window.find('push button', 'Live'), 180, c.window.turn),
            'the window becomes live')
    c.open_groups()
    c.row('Free')
    c.check(len([1 for method, target, _ in c.shop.asked if target.startswith('/ws')]) < 10,
            'without a loop of reconnects')


@case('too-big')
def too_big(c):
    c.check(wait_for(lambda: c.window.find('push button', 'Live'), 180, c.window.turn),
            'the window becomes live, over HTTP')
    c.row('Free')
    c.check(len([1 for method, target, _ in c.shop.asked if target.startswith('/ws')]) < 10,
            'without a loop of reconnects')


@case('flip')
def flip(c):
    c.live()
    c.window.select(FILE)
    c.press('Check Out')
    c.row('Kim has it')
    c.check(wait_for(lambda: c.window.find('label', 'did not hold'), step=c.window.turn),
            'it says loudly that the check-out did not hold')


def refused(c):
    c.live()
    c.window.select(FILE)
    # Kim was faster, and nobody was told yet.
    c.shop.call(c.shop.set_holder, FILE, 'Kim')
    c.press('Check Out')
    c.check(wait_for(lambda: c.window.find('label', FILE, c.window.find('panel', 'toast')) or
                     c.window.find('label', 'could not be checked out') or
                     c.window.find('label', 'Could not') or c.window.find('label', 'has it'),
                     step=c.window.turn), 'it says why, in words')
    c.check(c.window.find('label', 'Internal Server Error') is None, 'and not the server’s')
    c.shop.lock(OTHER, 'Bo')
    c.row('Kim has it')


for habit in ('error-500', 'error-plain', 'error-array'):
    case(habit)(refused)


@case('set-up-for-kim')
def set_up_for_kim(c):
    c.live()
    c.window.select(FILE)
    c.press('Check Out')
    c.row('Yours')
    c.shop.lock(OTHER, 'Bo')
    c.row('Bo has it', OTHER)


@case('one-socket')
def one_socket(c):
    """Our own second window takes the socket: the first stays away."""
    c.live()
    second = Window(sys.argv[1], os.path.abspath(sys.argv[2]), c.log + '-2',
                    ['--server', c.shop.address, '--user', 'Dana'])
    try:
        c.check(wait_for(lambda: second.find('push button', 'Live'), step=second.turn),
                'the second window becomes live')
        c.check(wait_for(lambda: c.shop.count() == 1, 20), 'and one socket is left')
        tries = len(c.shop.asked)
        c.shop.lock(OTHER, 'Bo')
        c.check(second.wait_row(OTHER, 'Bo has it'), 'the second window goes on')
        c.check(len(c.shop.asked) - tries <= 2, 'and the two do not throw each other out')
    finally:
        second.close()


@case('once', words='a server that is killed, without a close frame')
def killed(c):
    c.live()
    c.shop.lock(FILE, 'Kim')
    c.row('Kim has it')
    c.shop.cut()
    c.check(wait_for(lambda: c.shop.count() == 1, 20), 'it comes back')
    c.live()
    c.row('Kim has it')


@case('busy')
def busy(c):
    c.check(wait_for(lambda: len(c.shop.asked) >= 1, step=c.window.turn), 'it tries')
    c.shop.quirks.clear()
    c.live()


@case('no-socket', words='no WebSocket at all (404)')
def no_socket(c):
    c.check(c.window.wait('push button', 'Live, slower'), 'it works over HTTP, and says so')
    c.row('Free')
    c.shop.call(c.shop.set_holder, OTHER, 'Kim')
    c.row('Kim has it', OTHER)
    c.window.select(FILE)
    c.press('Check Out')
    c.row('Yours')


@case('no-upgrade', words='no WebSocket for a while (426)')
def no_upgrade(c):
    c.check(c.window.wait('push button', 'Live, slower'), 'it works over HTTP, and says so')
    c.shop.quirks.clear()
    c.check(wait_for(lambda: c.shop.count() == 1, 40), 'the socket comes back by itself')
    c.shop.lock(OTHER, 'Kim')
    c.row('Kim has it', OTHER)


@case('forbidden')
def forbidden(c):
    c.page('wants to know who you are')


@case('once', words='notes, progress and markup')
def messages(c):
    c.live()
    c.shop.notes = [{'id': 'n1', 'sender': 'Kim <b>', 'timestamp': c.shop.time(),
                     'message': 'Please check in <i>1234567</i> %s'}]
    c.shop.lock(OTHER, 'Bo')
    c.check(wait_for(lambda: c.window.find('toggle button', '1') or
                     c.window.find('push button', 'note') or c.window.find('toggle button', 'ote'),
                     step=c.window.turn), 'a note is announced')
    c.shop.tell({'type': 'notification', 'message': 'Backup at <b>noon</b> %n', 'level': 'info'})
    c.check(c.window.wait('label', 'Backup at <b>noon</b> %n'), 'a notification is shown as it is')
    for text in ('not json', '{"type":"never_heard_of","x":1}', '[]', '{"type":null}', ''):
        c.shop.tell(text)
    c.shop.lock(OTHER, None)
    c.row('Free', OTHER)


def main():
    pegboard, schemas = (os.path.abspath(path) for path in sys.argv[1:3])
    wanted = sys.argv[3:]
    tap = Tap()
    folder = tempfile.mkdtemp(prefix='pegboard-classic-')

    try:
        for words, quirks, function in CASES:
            if wanted and function.__name__ not in wanted and not set(wanted) & set(quirks):
                continue
            failed = tap.failed
            c = Case(tap, pegboard, schemas, folder, words, quirks)
            try:
                function(c)
            except (AttributeError, TypeError) as error:
                c.check(False, f'something to press is missing: {error}')
            finally:
                c.end(failed)
            c.check(not any(isinstance(data, bytes) for _, data in c.shop.heard),
                    'no binary frame was sent')
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(tap.finish())


main()
