# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told by a program, and can do to it.

The bus of AT-SPI is asked directly: the library for it asks for one child at a time, and
begins anew each time, which makes minutes of the seconds that a test takes."""

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = '/org/a11y/atspi/accessible/root'
NULL = '/org/a11y/atspi/null'
REGISTRY = 'org.a11y.atspi.Registry'
PATIENCE_MS = 30000

IN_WINDOW = int(Atspi.CoordType.WINDOW)


class Reader:
    """The bus. A program that does not answer is an error of GLib."""

    bus = None

    @classmethod
    def connect(cls):
        if cls.bus is None:
            session = Gio.bus_get_sync(Gio.BusType.SESSION)
            address, = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress',
                                         None, None, 0, PATIENCE_MS, None).unpack()
            cls.bus = Gio.DBusConnection.new_for_address_sync(
                address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
            cls.bus.set_exit_on_close(False)
        return cls.bus

    @classmethod
    def call(cls, where, path, interface, method, values=None):
        answer = cls.connect().call_sync(where, path, interface, method, values, None, 0,
                                         PATIENCE_MS, None).unpack()
        return answer[0] if answer else None

    @classmethod
    def applications(cls):
        """All programs that can be read."""
        return Item(REGISTRY, ROOT).children


class Item:
    """Something that a program shows. All of it but the role is asked anew each time; what is
    gone is an error of GLib."""

    # What never changes.
    roles = {}

    def __init__(self, where, path):
        self.where, self.path = where, path

    def __eq__(self, other):
        return isinstance(other, Item) and (self.where, self.path) == (other.where, other.path)

    def __hash__(self):
        return hash((self.where, self.path))

    def call(self, interface, method, kind='()', *values):
        return Reader.call(self.where, self.path, f'org.a11y.atspi.{interface}', method,
                           GLib.Variant(kind, values))

    def get(self, interface, name):
        return Reader.call(self.where, self.path, 'org.freedesktop.DBus.Properties', 'Get',
                           GLib.Variant('(ss)', (f'org.a11y.atspi.{interface}', name)))

    @staticmethod
    def known(reference):
        return Item(*reference) if reference[1] != NULL else None

    @property
    def role(self):
        if self not in self.roles:
            self.roles[self] = Atspi.role_get_name(Atspi.Role(self.call('Accessible', 'GetRole')))
        return self.roles[self]

    @property
    def name(self):
        return self.get('Accessible', 'Name')

    @property
    def children(self):
        return [Item(*child) for child in self.call('Accessible', 'GetChildren') if child[1] != NULL]

    @property
    def parent(self):
        return self.known(self.get('Accessible', 'Parent'))

    @property
    def pid(self):
        return Reader.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                           'GetConnectionUnixProcessID', GLib.Variant('(s)', (self.where,)))

    def has(self, *states):
        """Whether it has one of the states, in lower case."""
        low, high = self.call('Accessible', 'GetState')
        return any((high << 32 | low) >> int(getattr(Atspi.StateType, state.upper())) & 1
                   for state in states)

    @property
    def extents(self):
        """Where it is in the window, and how large; nothing for what has no place, like the
        page of a stack."""
        try:
            return self.call('Component', 'GetExtents', '(u)', IN_WINDOW)
        except GLib.Error as error:
            if error.matches(Gio.dbus_error_quark(), Gio.DBusError.SERVICE_UNKNOWN):
                raise
            return None

    def contains(self, x, y):
        """Whether a place of the window is its own; none is of what is not shown."""
        return self.call('Component', 'Contains', '(iiu)', x, y, IN_WINDOW)

    def at(self, x, y):
        """What is in it at a place of the window."""
        return self.known(self.call('Component', 'GetAccessibleAtPoint', '(iiu)', x, y, IN_WINDOW))

    def act(self):
        """Does the first thing that can be done to it; gives whether there is one."""
        return self.get('Action', 'NActions') > 0 and self.call('Action', 'DoAction', '(i)', 0)

    @property
    def length(self):
        """How many characters are in a field."""
        return self.get('Text', 'CharacterCount')

    def write(self, text):
        return self.call('EditableText', 'SetTextContents', '(s)', text)

    def select(self, child):
        """Selects a row of a list."""
        return self.call('Selection', 'SelectChild', '(i)', self.children.index(child))
