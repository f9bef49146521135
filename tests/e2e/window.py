# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window, driven through the accessibility tree as a person would."""

import os
import subprocess
import time

from gi.repository import GLib

from reader import Reader
from shop import DEADLINE_S, wait_for


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
        """Leaves the processor to the client before it is asked again."""
        time.sleep(0.01)

    def find_application(self):
        if self.process.poll() is not None:
            raise RuntimeError(f'the client ended with {self.process.returncode}')
        for application in Reader.applications():
            try:
                if application.pid == self.process.pid and application.children:
                    return application
            except GLib.Error:
                pass
        return None

    def find(self, role, name, start=None):
        """The first of a role whose name has the words."""
        stack = [start or self.application]
        while stack:
            item = stack.pop()
            try:
                if item.role == role and name in item.name:
                    return item
                stack += reversed(item.children)
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
            return row.name if row and words in row.name else None

        return wait_for(look, step=self.turn)

    def row(self, file):
        row = self.find('list item', f'{file},', self.find('list', 'Files'))
        return row.name if row else None

    def select(self, file):
        """Clicks on the row of a file."""
        row = self.find('list item', f'{file},', self.find('list', 'Files'))
        x, y, width, height = row.extents
        subprocess.run(['xdotool', 'mousemove', str(x + width // 3), str(y + height // 2),
                        'click', '1'], check=True)

    def shows(self, role, name):
        """Whether something is on the screen: what never was has no size."""
        item = self.find(role, name)
        if item is None:
            return False
        _x, _y, width, height = item.extents
        return width > 0 and height > 0

    def type_into(self, role, name, text):
        """Types as a person would, into a field that has a name."""
        item = self.wait(role, name)
        x, y, width, height = item.extents
        subprocess.run(['xdotool', 'mousemove', str(x + width // 2), str(y + height // 2),
                        'click', '1', 'type', '--delay', '5', text], check=True)

    @staticmethod
    def is_sensitive(item):
        """Whether it can be pressed: it, and all that it is in."""
        while item is not None and item.role != 'application':
            if not item.has('sensitive'):
                return False
            item = item.parent
        return True

    def wait_button(self, name, sensitive=True):
        def look():
            button = self.find('push button', name)
            return button if button and self.is_sensitive(button) == sensitive else None

        return wait_for(look, step=self.turn)

    def press(self, name):
        button = self.wait_button(name)
        return button is not None and button.act()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(DEADLINE_S)
        self.log.close()
