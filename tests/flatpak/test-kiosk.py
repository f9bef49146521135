#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak as a terminal, started by pegboard-kiosk-session: alone in weston’s
kiosk shell with a finger and a scanner, and alone in cage with a keyboard.

test-kiosk.py SITE INJECT PEGBOARDD DEMO_SHOP PICTURE, with FLATPAK_SYSTEM_DIR.
SITE is the folder that appears as /app/site, and belongs to whoever runs the terminal. A
server on this computer, outside of the sandbox, is the shop’s."""

import os
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'kiosk'))

import rig  # noqa: E402
from ground import Ground  # noqa: E402
from pegboard import ADMIN_PIN, KEY, PEOPLE, STATION, Pegboard, badge_hash, code, pin_hash  # noqa: E402, E501
from shop import Shop, Tap, wait_for  # noqa: E402

FILE, SECOND = '4299100.h', 'THREADMILL.spf'
BUTTON = 'push button|toggle button|button'
INSIDE = '/app/site'


class Tree(rig.Tree):
    """A client in a sandbox talks through somebody else: it is known by being the only one."""

    def is_ours(self, application):
        return True


class Weston(rig.Weston):
    tree_kind = Tree


class Cage(rig.Cage):
    tree_kind = Tree


class Bare(Ground):
    """A terminal that runs nothing but the board has no portals."""

    def start_portal(self):
        pass


class Boxed(Pegboard):
    """The session with the sandbox that is installed, and what the shop laid down for it."""

    def __init__(self, place, pegboardd, demo):
        super().__init__(None, None, pegboardd, demo)
        self.place = place
        self.programs, self.folders = [pegboardd], [demo]
        self.signed_in = False

    def attach(self, terminal):
        self.terminal = terminal
        copies = self.ground.copies
        if self.shop is None:
            self.shop = Shop(copies[self.pegboardd], source=copies[self.demo], name='Shop North')
            self.shop.start()
            self.write_site()
            self.take_session()
        os.environ['PEGBOARD_KIOSK_COMMAND'] = f'flatpak run {rig.APPLICATION}'

    def write(self, name, text, mode=0o400):
        path = os.path.join(self.place, name)
        if os.path.exists(path):
            os.unlink(path)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, mode)
        return os.path.join(INSIDE, name)

    def write_site(self):
        os.mkdir(self.ground.path('work'))
        people = ''.join(
            f'[{who}]\nname={name}\nuser={who}\nrole={role}\nbadges={badge_hash(badge)}\n'
            f'pin={pin_hash(pin)}\n\n' for who, (name, role, badge, pin) in PEOPLE.items())
        self.write('site.conf', f'''[Server]
address={self.shop.address}

[Station]
name={STATION}
working-folder={self.ground.path("work")}
pixels-per-mm=3.78

[Kiosk]
enabled=true
sound=false
admin-pin-file={self.write("admin.pin", pin_hash(ADMIN_PIN))}

[Badges]
people-file={self.write("people.conf", people)}
key-file={self.write("badge.key", KEY.hex())}
format=[0-9]{{8}}
''', 0o444)

    def take_session(self):
        """As docs/flatpak.md says: what runs outside comes along inside."""
        name = 'pegboard-kiosk-session'
        self.words = [self.ground.path(name)]
        with open(self.words[0], 'w', encoding='utf-8') as file:
            file.write(self.flatpak('run', '--command=cat', rig.APPLICATION,
                                    f'/app/bin/{name}').stdout)
        os.chmod(self.words[0], 0o755)

    def count_mistakes(self):
        done = self.flatpak('run', rig.APPLICATION, '--check-config', f'{INSIDE}/site.conf')
        return (done.stdout + done.stderr).count('site.conf:')

    @staticmethod
    def flatpak(*words):
        return subprocess.run(['flatpak', *words], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)


def find_board(above):
    """The process of the program in the sandbox beneath another one, seen from outside."""
    with open(f'/proc/{above}/comm', encoding='utf-8') as file:
        if file.read().strip() == 'pegboard':
            return above
    with open(f'/proc/{above}/task/{above}/children', encoding='utf-8') as file:
        for word in file.read().split():
            try:
                found = find_board(int(word))
            except OSError:
                continue
            if found:
                return found
    return None


class Steps:
    """What is done on a terminal, and seen there."""

    def __init__(self, tap, start, terminal):
        self.tap, self.start, self.terminal = tap, start, terminal
        self.tree = terminal.tree

    def check(self, good, words):
        """What comes next would fail, too."""
        if not self.tap.check(good, words):
            raise RuntimeError('\n'.join((self.tree.dump(),
                                          self.terminal.ground.read_log('client.log'))))

    def until(self, condition):
        return wait_for(condition, rig.PATIENCE_S, step=self.tree.turn)

    def row(self, file, words, shown=False):
        """What was scanned is said over the list for some seconds; who does not want to
        see it need not wait for that."""
        return self.until(lambda: any(
            words in item.name for item in
            [self.tree.find('list item', f'{file},', shown=shown)] if item))

    def holder(self, file):
        return next(entry['locked_by'] for path, entry in self.start.shop.files().items()
                    if os.path.basename(path) == file)

    def scan(self, file, card):
        path = next(path for path in self.start.shop.files() if os.path.basename(path) == file)
        self.terminal.scan(code('F', path))
        self.row(file, '')
        self.terminal.scan(code('C', card))
        self.terminal.settle()

    def sign_in(self):
        self.check(self.tree.wait('.*', 'Live'), 'it is live at the server that site.conf names')
        self.terminal.scan(PEOPLE['dana'][2])
        self.check(self.until(lambda: self.start.person() == PEOPLE['dana'][0]),
                   'a badge signs its person in')

    def check_out(self, file):
        self.scan(file, 'CHECKOUT')
        self.check(self.row(file, 'Yours') and self.holder(file) == 'dana',
                   'a card checks out, and the row says “Yours”')

    def sign_out(self, press):
        self.terminal.settle()
        press(self.tree.wait(BUTTON, '=Sign Out'))
        self.check(self.until(lambda: self.start.person() == ''), 'it signs out')

    def end(self):
        """What the computer does when it shuts down."""
        board = find_board(self.terminal.pid)
        status = self.terminal.stop()
        self.tap.check(board and not os.path.exists(f'/proc/{board}'),
                       'SIGTERM to the session ends what is in the sandbox')
        if not self.tap.check(status == 0, f'and that is an end in order {status or ""}'):
            self.tap.note(self.terminal.ground.read_log('client.log'))


def drive_weston(tap, start, inject):
    ground = start.ground
    terminal = Weston(ground, inject)
    try:
        start.attach(terminal)
        start()
        steps = Steps(tap, start, terminal)
        steps.check(steps.tree.wait('.*', 'allow this Flatpak to see it'),
                    'without the permission for the working folder it is not locked down')
        steps.sign_in()
        steps.check_out(SECOND)
        steps.check(steps.tree.wait('.*', 'flatpak override --filesystem'),
                    'and who wants to check in is told why not')

        tap.check(start.count_mistakes() == 1, 'and --check-config finds nothing else')
        done = start.flatpak('override', '--user', f'--filesystem={ground.path("work")}',
                             rig.APPLICATION)
        tap.check(done.returncode == 0, f'the permission is given {done.stderr}')
        board = find_board(terminal.pid)
        os.kill(board, signal.SIGKILL)
        steps.check(steps.until(lambda: find_board(terminal.pid) not in (None, board)),
                    'kill -9 in the sandbox, and the session starts it again')
        terminal.appeared(terminal.pid)
        steps.tree = terminal.tree
        tap.check('ended with status 137' in ground.read_log('client.log'), 'and says why')
        steps.check(start.person() == '' and steps.tree.wait('label', 'Nobody is signed in'),
                    'and nobody is signed in then')

        steps.sign_in()
        steps.check_out(FILE)
        steps.check(steps.until(lambda: os.path.exists(ground.path('work', FILE))),
                    'and the file is where the machine reads it')
        steps.check(steps.tree.find('.*', 'not locked down') is None,
                    'and nothing is missing any more')
        steps.check(steps.row(FILE, 'Yours', shown=True), 'the row is on the screen')
        terminal.settle()
        terminal.shot(ground.path('picture.png'))
        tap.check(terminal.count() == (1, 0), 'there is one window')
        steps.sign_out(terminal.tap_on)
        steps.end()
    finally:
        terminal.close()


def drive_cage(tap, start):
    terminal = Cage(start.ground)
    try:
        start.attach(terminal)
        start()
        steps = Steps(tap, start, terminal)
        steps.sign_in()
        steps.scan(FILE, 'RELEASE')
        steps.check(steps.tree.wait(BUTTON, 'Hold to Release'), 'a card asks before it releases')
        terminal.scan(code('C', 'YES'))
        steps.check(steps.row(FILE, 'Free'), 'and it is free')
        steps.check_out(FILE)
        for words in ('alt+f4', 'ctrl+q', 'ctrl+shift+i', 'f11', 'esc'):
            terminal.chord(words)
        terminal.settle()
        steps.check(steps.row(FILE, 'Yours'), 'no key closes it')
        steps.sign_out(lambda item: terminal.click(*steps.tree.centre(item)))
        steps.end()
    finally:
        terminal.close()


def main():
    place, inject, pegboardd, demo, picture = sys.argv[1:]
    tap = Tap()
    start = Boxed(place, pegboardd, demo)
    # A picture goes where root may write, before there is nobody who may.
    with open(picture, 'wb') as file:
        ground = start.ground = Bare([inject, *start.programs], start.folders)
        if os.environ.get('PEG_SCOPE') != 'user':
            os.environ['FLATPAK_USER_DIR'] = ground.path('home', 'flatpak')
        try:
            drive_weston(tap, start, ground.copies[inject])
            with open(ground.path('picture.png'), 'rb') as taken:
                shutil.copyfileobj(taken, file)
            drive_cage(tap, start)
            tap.check(os.getuid() != 0, 'and all of that was not root')
        except RuntimeError as error:
            tap.check(False, 'nothing goes wrong on the way')
            tap.note(error)
        finally:
            start.close()
            ground.close()
    sys.exit(tap.finish())


main()
