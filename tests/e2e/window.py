# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window, driven through the accessibility tree as a person would."""

import os
import subprocess

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from shop import DEADLINE_S, wait_for  # noqa: E402


class Window:
    """The client, and what a screen reader sees of it."""

    def __init__(self, program, schemas, log, arguments, **more):
        environment = dict(os.environ, GTK_A11Y='atspi', G_DEBUG='fatal-criticals',
                           GSETTINGS_BACKEND='memory', GSETTINGS_SCHEMA_DIR=schemas, **more)
        self.log = open(log, 'w', encoding='utf-8')
        self.process = subprocess.Popen([program, '--standalone', *arguments],
                                        env=environment, stdout=self.log, stderr=self.log)
        self.application = wait_for(self.find_application, step=self.turn)
        if self.application is None:
            raise RuntimeError('the window is not on the accessibility bus')

    @staticmethod
    def turn():
        """Lets what arrived from the bus in."""
        GLib.MainContext.default().iteration(False)

    def find_application(self):
        if self.process.poll() is not None:
            raise RuntimeError(f'the client ended with {self.process.returncode}')
        desktop = Atspi.get_desktop(0)
        for number in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(number)
            try:
                if child and child.get_process_id() == self.process.pid \
                        and child.get_child_count() > 0:
                    return child
            except GLib.Error:
                pass
        return None

    def find(self, role, name, start=None):
        """The first of a role whose name has the words."""
        stack = [start or self.application]
        while stack:
            item = stack.pop()
            try:
                if item.get_role_name() == role and name in (item.get_name() or ''):
                    return item
                count = item.get_child_count()
                stack += [child for child in
                          (item.get_child_at_index(i) for i in reversed(range(count))) if child]
            except GLib.Error:
                pass
        return None

    def wait(self, role, name):
        return wait_for(lambda: self.find(role, name), step=self.turn)

    def wait_row(self, file, words):
        """Waits until the row of a file says the words; gives what it says."""
        listing = self.find('list', 'Files')

        def look():
            row = self.find('list item', f'{file},', listing)
            return row.get_name() if row and words in row.get_name() else None

        return wait_for(look, step=self.turn)

    def row(self, file):
        row = self.find('list item', f'{file},', self.find('list', 'Files'))
        return row.get_name() if row else None

    def select(self, file):
        """Clicks on the row of a file."""
        row = self.find('list item', f'{file},', self.find('list', 'Files'))
        extents = Atspi.Component.get_extents(row, Atspi.CoordType.WINDOW)
        subprocess.run(['xdotool', 'mousemove', str(extents.x + extents.width // 3),
                        str(extents.y + extents.height // 2), 'click', '1'], check=True)

    def shows(self, role, name):
        """Whether something is on the screen: what never was has no size."""
        item = self.find(role, name)
        if item is None:
            return False
        extents = Atspi.Component.get_extents(item, Atspi.CoordType.WINDOW)
        return extents.width > 0 and extents.height > 0

    def type_into(self, role, name, text):
        """Types as a person would, into a field that has a name."""
        item = self.wait(role, name)
        extents = Atspi.Component.get_extents(item, Atspi.CoordType.WINDOW)
        subprocess.run(['xdotool', 'mousemove', str(extents.x + extents.width // 2),
                        str(extents.y + extents.height // 2), 'click', '1',
                        'type', '--delay', '5', text], check=True)

    @staticmethod
    def is_sensitive(item):
        """Whether it can be pressed: it, and all that it is in."""
        while item is not None and item.get_role_name() != 'application':
            if Atspi.StateType.SENSITIVE not in item.get_state_set().get_states():
                return False
            item = item.get_parent()
        return True

    def wait_button(self, name, sensitive=True):
        def look():
            button = self.find('push button', name)
            return button if button and self.is_sensitive(button) == sensitive else None

        return wait_for(look, step=self.turn)

    def press(self, name):
        button = self.wait_button(name)
        return button is not None and Atspi.Action.do_action(button, 0)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(DEADLINE_S)
        self.log.close()
