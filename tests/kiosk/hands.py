# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what a trick says (tricks.py) on a terminal (rig.py)."""

import subprocess
import time

from gi.repository import Gio, GLib

from rig import APPLICATION, PATIENCE_S

PATH = '/' + APPLICATION.replace('.', '/')
BUTTONS = {'right': 0x111, 'middle': 0x112, 'backward': 0x113, 'forward': 0x114}


class Hands:
    def __init__(self, terminal, start):
        self.terminal = terminal
        self.start = start

    def place(self, word):
        """Where a place is, in pixels."""
        terminal = self.terminal
        if word == 'field':
            field = terminal.tree.find('text|entry|password text', '')
            if field is not None:
                return terminal.tree.centre(field)
            word = '0.5,0.05'
        x, y = (float(part) for part in word.split(','))
        return x * terminal.width, y * terminal.height

    def do(self, step):
        word, _, rest = step.partition(' ')
        getattr(self, f'do_{word}')(rest)

    def do_keys(self, rest):
        for chord in rest.split():
            self.terminal.chord(chord)

    def do_hold(self, rest):
        self.terminal.press(rest, True)
        self.terminal.later(8)
        self.terminal.press(rest, False)
        self.terminal.sync()

    def do_type(self, rest):
        self.terminal.type(rest)

    def do_scan(self, rest):
        self.terminal.scan(rest)

    def taps(self, rest, times):
        place = self.place(rest)
        for _ in range(times):
            self.terminal.tap(*place)

    def do_tap(self, rest):
        self.taps(rest, 1)

    def do_double(self, rest):
        self.taps(rest, 2)

    def do_triple(self, rest):
        self.taps(rest, 3)

    def do_long(self, rest):
        self.terminal.hold(*self.place(rest), lambda: time.sleep(0.9))

    def do_swipe(self, rest):
        begin, end = rest.split()
        self.terminal.swipe(*self.place(begin), *self.place(end))

    def do_fingers(self, rest):
        count = int(rest)
        for finger in range(count):
            self.terminal.touch(finger, 400 + 60 * finger, 400)
        self.terminal.sync()
        time.sleep(0.3)
        for finger in range(count):
            self.terminal.lift(finger)
        self.terminal.sync()

    def two(self, begin, end):
        terminal, steps = self.terminal, 10
        middle = terminal.width / 2
        terminal.touch(0, middle - begin, 400)
        terminal.touch(1, middle + begin, 400)
        for step in range(1, steps + 1):
            apart = begin + (end - begin) * step / steps
            terminal.slide(0, middle - apart, 400)
            terminal.slide(1, middle + apart, 400)
            terminal.sync()
        terminal.lift(1)
        terminal.lift(0)
        terminal.sync()

    def do_pinch(self, _rest):
        self.two(300, 20)

    def do_spread(self, _rest):
        self.two(20, 300)

    def button(self, word, rest):
        self.terminal.click(*self.place(rest), BUTTONS[word])

    def do_right(self, rest):
        self.button('right', rest)

    def do_middle(self, rest):
        self.button('middle', rest)

    def do_backward(self, rest):
        self.button('backward', rest)

    def do_forward(self, rest):
        self.button('forward', rest)

    def do_drag(self, rest):
        terminal = self.terminal
        (x1, y1), (x2, y2) = (self.place(word) for word in rest.split())
        terminal.say(f'point {x1} {y1}', 'button 272 1')
        for step in range(1, 11):
            terminal.say(f'point {x1 + (x2 - x1) * step / 10} {y1 + (y2 - y1) * step / 10}')
            terminal.sync()
        terminal.say('button 272 0')
        terminal.sync()

    # Over the bus: whether it is refused does not matter, only what comes of it.

    @staticmethod
    def call(path, interface, method, parameters):
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        try:
            bus.call_sync(APPLICATION, path, interface, method, parameters, None,
                          Gio.DBusCallFlags.NO_AUTO_START, PATIENCE_S * 1000, None)
        except GLib.Error:
            pass

    def activate(self, path, rest):
        name, _, text = rest.partition(' ')
        values = [GLib.Variant('s', text)] if text else []
        self.call(path, 'org.gtk.Actions', 'Activate',
                  GLib.Variant('(sava{sv})', (name, values, {})))

    def do_action(self, rest):
        self.activate(PATH, rest)

    def do_window(self, rest):
        for number in range(1, 4):
            self.activate(f'{PATH}/window/{number}', rest)

    def do_call(self, rest):
        values = (['file:///etc/passwd'], {}) if rest == 'Open' else ({},)
        self.call(PATH, 'org.freedesktop.Application', rest,
                  GLib.Variant('(asa{sv})' if rest == 'Open' else '(a{sv})', values))

    def do_again(self, rest):
        """The second one must end by itself."""
        terminal = self.terminal
        second = terminal.ground.spawn(
            [self.start.words[0], *rest.split()], 'second.log',
            env=terminal.environment({'WAYLAND_DISPLAY': 'peg-kiosk', 'GDK_BACKEND': 'wayland'}))
        try:
            second.wait(PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            raise AssertionError('the second one goes on running') from error
        finally:
            terminal.ground.end(second)

    def do_started(self, rest):
        name, _, value = rest.partition('=')
        self.terminal.stop()
        self.start(**{name: value})
