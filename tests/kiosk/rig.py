# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal that is driven for real: a client alone in a compositor, with hands.

Weston has fingers, too, and answers how many windows there are; Cage is what terminals
are run with, and has only a keyboard and a mouse here."""

import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from gi.repository import Gio, GLib

from ground import Ground, process_tree, wait_for  # noqa: F401
from reader import Reader

APPLICATION = 'io.github.pegboard.Pegboard'
WIDTH, HEIGHT = 1280, 800
PATIENCE_S = 30
# Signs. More than a compositor keeps would end the client.
AT_ONCE = 256

# The numbers of evdev, for a keyboard of the United States.
CODES = {
    'esc': 1, 'backspace': 14, 'tab': 15, 'enter': 28, 'ctrl': 29, 'shift': 42, 'rightshift': 54,
    'alt': 56, 'space': 57, 'capslock': 58, 'numlock': 69, 'scrolllock': 70, 'kpenter': 96,
    'rightctrl': 97, 'sysrq': 99, 'altgr': 100, 'home': 102, 'up': 103, 'pageup': 104,
    'left': 105, 'right': 106, 'end': 107, 'down': 108, 'pagedown': 109, 'insert': 110,
    'delete': 111, 'mute': 113, 'volumedown': 114, 'volumeup': 115, 'power': 116, 'pause': 119,
    'super': 125, 'rightsuper': 126, 'menu': 127, 'stop': 128, 'again': 129, 'undo': 131,
    'copy': 133, 'open': 134, 'paste': 135, 'find': 136, 'cut': 137, 'help': 138, 'calc': 140,
    'sleep': 142, 'file': 144, 'www': 150, 'mail': 155, 'back': 158, 'forward': 159,
    'close': 206, 'print': 210, 'search': 217, 'homepage': 172, 'refresh': 173, 'new': 181,
    'exit': 174, 'edit': 176, 'menukey': 139, 'comma': 51, 'period': 52, 'slash': 53,
    'semicolon': 39, 'minus': 12, 'equal': 13, 'backslash': 43, 'grave': 41, 'apostrophe': 40,
    'leftbracket': 26, 'rightbracket': 27,
}
CODES.update({f'f{n}': 58 + n for n in range(1, 11)}, f11=87, f12=88)
CODES.update({f'f{n}': 170 + n for n in range(13, 25)})
CODES.update({letter: 16 + n for n, letter in enumerate('qwertyuiop')})
CODES.update({letter: 30 + n for n, letter in enumerate('asdfghjkl')})
CODES.update({letter: 44 + n for n, letter in enumerate('zxcvbnm')})
CODES.update({digit: 2 + n for n, digit in enumerate('1234567890')})

SIGNS = {' ': 'space', '-': 'minus', '=': 'equal', '/': 'slash', '.': 'period', ',': 'comma',
         ';': 'semicolon', "'": 'apostrophe', '\n': 'enter', '\\': 'backslash'}
SHIFTED = {'_': 'minus', '+': 'equal', '?': 'slash', ':': 'semicolon', '!': '1', '@': '2',
           '#': '3', '$': '4', '%': '5', '&': '7', '*': '8', '(': '9', ')': '0', '"': 'apostrophe', '<': 'comma', '>': 'period',
           '|': 'backslash', '~': 'grave', '^': '6', '{': 'leftbracket', '}': 'rightbracket'}


# What is not looked into.
LEAVES = ('push button', 'toggle button', 'label', 'list item', 'image', 'filler icon', 'scroll bar')


def keys_of(sign):
    """What is pressed to write a sign."""
    if sign in CODES:
        return [sign]
    if sign in SIGNS:
        return [SIGNS[sign]]
    if sign in SHIFTED:
        return ['shift', SHIFTED[sign]]
    return ['shift', sign.lower()]


class Tree:
    """What a screen reader sees of a client, and can do to it."""

    def __init__(self, pid):
        self.pid = pid
        self.application = None
        # The page of a stack, and what is on it: that never changes.
        self.pages = {}
        self.found = {}

    @staticmethod
    def turn():
        """Leaves the processor to the client before it is asked again."""
        time.sleep(0.01)

    def find_application(self):
        for application in Reader.applications():
            try:
                if self.is_ours(application) and application.children:
                    return application
            except GLib.Error:
                pass
        return None

    def is_ours(self, application):
        return application.pid == self.pid

    def wait_application(self):
        self.application = wait_for(self.find_application, PATIENCE_S, step=self.turn)
        return self.application

    def walk(self, start=None, shown=False):
        """Everything, from the top, in the order of reading; what a button and a row are
        made of says nothing more than they do. GTK 4.8 also tells of the pages of a stack
        that another one hides: what is on those is left out where only what is shown counts."""
        stack = [start or self.application]
        while stack:
            item = stack.pop()
            try:
                role = item.role
                if shown and role == 'panel' and self.is_hidden_page(item):
                    continue
                yield item
                if role not in LEAVES:
                    stack += reversed(item.children)
            except GLib.Error:
                pass

    def is_hidden_page(self, item):
        """The page of a stack is no widget, and has no place; what is on it has."""
        if item not in self.pages:
            children = item.children
            is_page = len(children) == 1 and item.extents is None
            if not children:
                return False
            self.pages[item] = children[0] if is_page else None
        page = self.pages[item]
        return page is not None and not self.is_mapped(page)

    @staticmethod
    def is_mapped(item):
        """Whether it is where somebody could see it, if nothing lies over it."""
        place = item.extents
        if place is None:
            return True
        x, y, width, height = place
        return width > 0 and height > 0 and item.contains(x + width // 2, y + height // 2)

    def find(self, role, name, start=None, shown=True):
        """The first of a role (a regular expression) whose name has the words, or of which
        they are all, with “=” before them."""
        # What was found before, and can still be seen, is not searched for.
        known = self.found.get((role, name, start)) if shown else None
        if known is not None and self.matches(known, role, name, shown):
            return known
        for item in self.walk(start, shown):
            if self.matches(item, role, name, shown):
                self.found[role, name, start] = item
                return item
        return None

    def matches(self, item, role, name, shown):
        try:
            if not re.fullmatch(role, item.role):
                return False
            said = item.name
            return (name in said if name[:1] != '=' else said == name[1:]) \
                and (not shown or self.is_shown(item))
        except GLib.Error:
            return False

    def wait(self, role, name, patience_s=PATIENCE_S):
        return wait_for(lambda: self.find(role, name), patience_s, step=self.turn)

    def wait_gone(self, role, name, patience_s=PATIENCE_S):
        return wait_for(lambda: not self.find(role, name), patience_s, step=self.turn)

    @property
    def frame(self):
        """The window, as long as there is one."""
        return next(iter(self.application.children), None)

    def is_shown(self, item):
        """Whether it is on the screen: what is at its place must be it, or in it."""
        if item == self.application or item == self.frame:
            return True
        if item.extents is None or not self.is_mapped(item):
            return False
        there = self.at_centre(item)
        if there is None:
            # It answers only for what was walked to, which the insides of a text never are.
            self.reach_into(item)
            there = self.at_centre(item)
            if there is None:
                return item.role == 'text'
        while there is not None and there != self.application:
            if there == item:
                return True
            there = there.parent
        return False

    def at_centre(self, item):
        x, y = self.centre(item)
        return self.frame.at(int(x), int(y))

    def reach_into(self, item):
        for child in item.children:
            self.reach_into(child)

    @staticmethod
    def centre(item):
        x, y, width, height = item.extents
        return x + width / 2, y + height / 2

    def focus(self):
        """What has the focus."""
        for item in self.walk(shown=True):
            try:
                if item.role not in ('frame', 'window') and item.has('focused'):
                    return item
            except GLib.Error:
                pass
        return None

    def dump(self):
        """Everything that is shown, for people who look for a mistake."""
        lines = []
        for item in self.walk(shown=True):
            try:
                if self.is_shown(item) and (item.name or item.role != 'panel'):
                    lines.append(f'{item.role} “{item.name}” {item.extents}')
            except GLib.Error:
                pass
        return '\n'.join(lines)


class Terminal:
    """A client and the compositor it is alone in. What has no hands cannot be used."""

    tree_kind = Tree

    def __init__(self, ground):
        self.ground = ground
        self.client = None
        self.pid = 0
        self.tree = None

    # The client

    def environment(self, more):
        return dict(os.environ, GTK_A11Y='atspi', G_DEBUG='fatal-criticals', **more)

    def appeared(self, pid):
        self.pid = pid
        self.tree = self.tree_kind(pid)
        if self.tree.wait_application() is None:
            raise RuntimeError('the client is not on the accessibility bus: '
                               + self.ground.read_log('client.log'))
        self.wait_shown()
        return self

    def wait_shown(self):
        """Waits until there is something to see; here only until it has been drawn."""
        self.settle()

    def is_alive(self):
        return os.path.exists(f'/proc/{self.pid}/exe')

    def ping(self, patience_s=PATIENCE_S):
        """Waits until the main loop of the client has been round once."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        try:
            return bus.call_sync(APPLICATION, '/' + APPLICATION.replace('.', '/'),
                                 'org.gtk.Actions', 'List', None, None,
                                 Gio.DBusCallFlags.NO_AUTO_START, patience_s * 1000, None) is not None
        except GLib.Error:
            return False

    def settle(self):
        """Waits until what was done has been seen by the client, and drawn."""
        self.sync()
        for _ in range(3):
            self.ping()

    # The hands

    def press(self, name, down):
        raise NotImplementedError

    def sync(self):
        raise NotImplementedError

    def chord(self, words):
        """Presses keys together: “ctrl+shift+i”."""
        names = words.split('+')
        for name in names:
            self.press(name, True)
        for name in reversed(names):
            self.press(name, False)
        self.sync()

    key = chord

    def tap_on(self, item):
        self.tap(*self.tree.centre(item))


class Weston(Terminal):
    """A headless weston with its kiosk shell, and the hands of inject.c."""

    def __init__(self, ground, inject, width=WIDTH, height=HEIGHT, scale=1):
        super().__init__(ground)
        self.width, self.height = width // scale, height // scale
        place = ground.path('run', 'inject')
        if os.path.exists(place):
            os.unlink(place)
        self.compositor = ground.spawn(
            ['weston', '--no-config', '--backend=headless-backend.so', '--use-pixman',
             f'--width={width}', f'--height={height}', f'--scale={scale}',
             '--shell=kiosk-shell.so', f'--modules={inject}', '--socket=peg-kiosk', '--debug',
             '--idle-time=0'],
            'weston.log', env=dict(os.environ, PEG_INJECT=place))
        if not wait_for(lambda: os.path.exists(ground.path('run', 'peg-kiosk')) and
                        os.path.exists(place), step=lambda: time.sleep(0.01)):
            raise RuntimeError(f'weston did not start: {ground.read_log("weston.log")}')
        self.hands = wait_for(lambda: self.reach(place), step=lambda: time.sleep(0.01))
        if not self.hands:
            raise RuntimeError(f'weston has no hands: {ground.read_log("weston.log")}')
        self.answers = self.hands.makefile('r')

    @staticmethod
    def reach(place):
        """The socket is there a moment before anybody listens."""
        hands = socket.socket(socket.AF_UNIX)
        try:
            hands.connect(place)
        except ConnectionRefusedError:
            hands.close()
            return None
        return hands

    def start(self, words, **more):
        self.client = self.ground.spawn(
            words, 'client.log',
            env=self.environment({'WAYLAND_DISPLAY': 'peg-kiosk', 'GDK_BACKEND': 'wayland', **more}))
        return self.appeared(self.client.pid)

    def say(self, *lines):
        self.hands.sendall(''.join(f'{line}\n' for line in lines).encode())

    def ask(self, line):
        self.say(line)
        return self.answers.readline().strip()

    def sync(self):
        if self.ask('sync') != 'ok':
            raise RuntimeError(f'weston is gone: {self.ground.read_log("weston.log")}')

    def count(self):
        """How many windows and popups are on the screen."""
        return tuple(int(word) for word in self.ask('count').split())

    def wait_shown(self):
        if not wait_for(lambda: self.count()[0] > 0, PATIENCE_S, step=lambda: time.sleep(0.01)):
            raise RuntimeError(f'no window: {self.ground.read_log("client.log")}')
        self.settle()

    def press(self, name, down):
        self.say(f'key {CODES[name]} {int(down)}')

    def write(self, text, *later):
        """All of it at once, with something said before and after each key comes up. The
        compositor reads it in one go, however busy the computer is; no code of ours is
        longer than that."""
        for begin in range(0, len(text), AT_ONCE):
            lines = []
            for sign in text[begin:begin + AT_ONCE]:
                names = keys_of(sign)
                lines += [*(f'key {CODES[name]} 1' for name in names), *later,
                          *(f'key {CODES[name]} 0' for name in reversed(names)), *later]
            self.say(*lines)
            self.sync()

    def later(self, seconds):
        """Nobody has to wait for it."""
        self.say(f'later {int(seconds * 1000)}')

    def scan(self, text):
        """What a scanner does, and Enter."""
        self.write(text + '\n')

    def type(self, text):
        """Types as a person does. Fingers are slow to let go: a key that comes up at once is
        a scanner's."""
        self.write(text, 'later 50')

    def touch(self, finger, x, y):
        self.say(f'touch {finger} {x} {y}')

    def slide(self, finger, x, y):
        self.say(f'slide {finger} {x} {y}')

    def lift(self, finger):
        self.say(f'lift {finger}')

    def tap(self, x, y, held_ms=30):
        self.touch(0, x, y)
        self.say(f'later {held_ms}')
        self.lift(0)
        self.sync()

    def hold(self, x, y, until):
        """What has to be held is told by the clock of the client: until something is so."""
        self.touch(0, x, y)
        self.sync()
        until()
        self.lift(0)
        self.sync()

    def swipe(self, x1, y1, x2, y2, steps=12, step_ms=10):
        self.touch(0, x1, y1)
        for step in range(1, steps + 1):
            self.say(f'later {step_ms}')
            self.slide(0, x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps)
        self.lift(0)
        self.sync()

    def click(self, x, y, button=0x110):
        self.say(f'point {x} {y}', f'button {button} 1', f'button {button} 0')
        self.sync()

    def shot(self, path):
        """A picture of the screen."""
        subprocess.run(['weston-screenshooter'], cwd=self.ground.path('run'), check=True,
                       env=dict(os.environ, WAYLAND_DISPLAY='peg-kiosk'))
        found = glob.glob(self.ground.path('run', 'wayland-screenshot-*.png'))
        shutil.move(found[0], path)

    def stop(self, by=signal.SIGTERM):
        """Ends the client; gives its exit status."""
        status = self.ground.end(self.client, by)
        self.client = None
        return status

    def close(self):
        if self.client is not None:
            self.stop()
        self.answers.close()
        self.hands.close()
        self.ground.end(self.compositor)


class Cage(Terminal):
    """cage in an Xvfb."""

    NAMES = {'esc': 'Escape', 'enter': 'Return', 'ctrl': 'Control_L', 'shift': 'Shift_L',
             'alt': 'Alt_L', 'super': 'Super_L', 'backspace': 'BackSpace', 'tab': 'Tab',
             'delete': 'Delete', 'insert': 'Insert', 'home': 'Home', 'end': 'End', 'up': 'Up',
             'down': 'Down', 'left': 'Left', 'right': 'Right', 'pageup': 'Prior',
             'pagedown': 'Next', 'menu': 'Menu', 'sysrq': 'Print', 'pause': 'Pause',
             'leftbracket': 'bracketleft', 'rightbracket': 'bracketright',
             'capslock': 'Caps_Lock', 'numlock': 'Num_Lock', 'rightctrl': 'Control_R',
             'rightshift': 'Shift_R', 'rightsuper': 'Super_R', 'kpenter': 'KP_Enter',
             'altgr': 'ISO_Level3_Shift', 'scrolllock': 'Scroll_Lock', 'print': 'Print',
             'copy': 'XF86Copy', 'cut': 'XF86Cut', 'paste': 'XF86Paste'}

    def __init__(self, ground):
        super().__init__(ground)
        self.width, self.height = 1024, 768
        read, write = os.pipe()
        self.server = ground.spawn(['Xvfb', '-displayfd', str(write), '-screen', '0', '1280x800x24',
                                    '-nolisten', 'tcp', '-noreset'], 'xvfb.log', pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as file:
            self.display = ':' + file.readline().strip()

    def start(self, words, **more):
        environment = self.environment({'DISPLAY': self.display, 'WLR_BACKENDS': 'x11',
                                        'WLR_RENDERER': 'pixman', **more})
        self.client = self.ground.spawn(['cage', '--', 'env', f'DISPLAY=', 'GDK_BACKEND=wayland',
                                         *words], 'client.log', env=environment)
        pid = wait_for(self.find_client, PATIENCE_S, step=lambda: time.sleep(0.01))
        if pid is None:
            raise RuntimeError(f'cage did not start: {self.ground.read_log("client.log")}')
        return self.appeared(pid)

    def find_client(self):
        path = f'/proc/{self.client.pid}/task/{self.client.pid}/children'
        with open(path, encoding='utf-8') as file:
            for word in file.read().split():
                with open(f'/proc/{word}/comm', encoding='utf-8') as name:
                    if name.read().strip() not in ('cage', 'env', 'Xwayland', 'sh'):
                        return int(word)
        return None

    def xdotool(self, *words):
        subprocess.run(['xdotool', *(str(word) for word in words)], check=True,
                       env=dict(os.environ, DISPLAY=self.display))

    def press(self, name, down):
        self.xdotool('keydown' if down else 'keyup', self.name_of(name))

    def name_of(self, name):
        if re.fullmatch(r'f\d+', name):
            return name.upper()
        return self.NAMES.get(name, name)

    def chord(self, words):
        """All of it in one run of the tool, which takes its time to start."""
        names = [self.name_of(name) for name in words.split('+')]
        commands = []
        for name in names:
            commands += ['keydown', name]
        for name in reversed(names):
            commands += ['keyup', name]
        self.xdotool(*commands)
        self.sync()

    key = chord

    def write(self, text, *later):
        """All of it in one run, too: a scanner is known by being quick."""
        commands = []
        for sign in text:
            names = [self.name_of(name) for name in keys_of(sign)]
            for name in names:
                commands += ['keydown', '--delay', '0', name]
            commands += later
            for name in reversed(names):
                commands += ['keyup', '--delay', '0', name]
            commands += later
        self.xdotool(*commands)

    def later(self, seconds):
        """An X server has the clock that everybody has; nobody waits here for long."""
        time.sleep(min(seconds, 0.5))

    def scan(self, text):
        self.write(text + '\n')

    def type(self, text):
        self.write(text, 'sleep', '0.05')

    def sync(self):
        """What was sent has been taken by the X server when the tool has ended."""

    def tap(self, x, y):
        self.xdotool('mousemove', int(x), int(y), 'click', '1')

    def click(self, x, y, button=1):
        self.xdotool('mousemove', int(x), int(y), 'click', button)

    def shot(self, path):
        subprocess.run(['import', '-window', 'root', path], check=True,
                       env=dict(os.environ, DISPLAY=self.display))

    def stop(self, by=signal.SIGTERM):
        """Ends the client; cage ends with it. Gives the exit status of cage."""
        if self.is_alive():
            os.kill(self.pid, by)
        status = self.client.wait(PATIENCE_S)
        self.ground.end(self.client)
        self.client = None
        return status

    def close(self):
        if self.client is not None:
            self.stop()
        self.ground.end(self.server)
