#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portals of a desktop, made up: whatever a program in a sandbox asks for is written
down, one JSON object in a line, and answered as somebody would who says yes.

portal.py LOG FOLDER [METHOD], where the files lie that are chosen in FOLDER; METHOD is never
answered, as if nobody were there"""

import json
import os
import sys

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.portal.Desktop'
PATH = '/org/freedesktop/portal/desktop'

INTERFACES = '''
<node>
  <interface name="org.freedesktop.portal.FileChooser">
    <method name="OpenFile"><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <method name="SaveFile"><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.OpenURI">
    <method name="OpenURI"><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <method name="OpenFile"><arg type="s" direction="in"/><arg type="h" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Notification">
    <method name="AddNotification"><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/></method>
    <method name="RemoveNotification"><arg type="s" direction="in"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Secret">
    <method name="RetrieveSecret"><arg type="h" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.NetworkMonitor">
    <method name="GetStatus"><arg type="a{sv}" direction="out"/></method>
    <method name="CanReach"><arg type="s" direction="in"/><arg type="u" direction="in"/>
      <arg type="b" direction="out"/></method>
    <signal name="changed"/>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.ProxyResolver">
    <method name="Lookup"><arg type="s" direction="in"/><arg type="as" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Settings">
    <method name="Read"><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="v" direction="out"/></method>
    <method name="ReadAll"><arg type="as" direction="in"/>
      <arg type="a{sa{sv}}" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
</node>'''

REQUEST = '''
<node>
  <interface name="org.freedesktop.portal.Request">
    <method name="Close"/>
    <signal name="Response"><arg type="u"/><arg type="a{sv}"/></signal>
  </interface>
</node>'''


class Portal:
    def __init__(self, log, folder, silent=None):
        self.silent = silent
        self.log = open(log, 'a', encoding='utf-8', buffering=1)
        self.folder = folder
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.request = Gio.DBusNodeInfo.new_for_xml(REQUEST).interfaces[0]
        for interface in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces:
            self.bus.register_object(PATH, interface, self.call, self.get, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)

    @staticmethod
    def get(connection, sender, path, interface, name):
        # libsecret takes no other version than this one.
        return GLib.Variant('u', 1 if interface.endswith(('.Secret', '.Notification')) else 3)

    def note(self, method, **what):
        self.log.write(json.dumps({'method': method, **what}) + '\n')

    def answer(self, sender, options, invocation, results):
        """Says yes, at the object that the caller listens to."""
        token = options.get('handle_token', 'none')
        handle = f'{PATH}/request/{sender[1:].replace(".", "_")}/{token}'
        invocation.return_value(GLib.Variant('(o)', (handle,)))
        if invocation.get_method_name() == self.silent:
            return

        def respond():
            self.bus.emit_signal(sender, handle, 'org.freedesktop.portal.Request', 'Response',
                                 GLib.Variant('(ua{sv})', (0, results)))
            return False

        # A person takes longer; libsecret 0.20 only begins to listen when it is told the
        # handle, and would miss an answer that comes along with it.
        GLib.timeout_add(100, respond)

    def call(self, connection, sender, path, interface, method, parameters, invocation):
        fds = invocation.get_message().get_unix_fd_list()
        values = parameters.unpack()

        if method == 'SaveFile':
            name = values[2].get('current_name', 'unnamed')
            self.note(method, title=values[1], name=name)
            uri = GLib.filename_to_uri(os.path.join(self.folder, os.path.basename(name)), None)
            self.answer(sender, values[2], invocation, {'uris': GLib.Variant('as', [uri])})
        elif method == 'OpenFile' and interface.endswith('FileChooser'):
            self.note('ChooseFile', title=values[1])
            uri = GLib.filename_to_uri(os.path.join(self.folder, 'new.nc'), None)
            self.answer(sender, values[2], invocation, {'uris': GLib.Variant('as', [uri])})
        elif method == 'OpenFile':
            fd = fds.get(values[1])
            self.note(method, target=os.readlink(f'/proc/self/fd/{fd}'))
            os.close(fd)
            self.answer(sender, values[2], invocation, {})
        elif method == 'OpenURI':
            self.note(method, target=values[1])
            self.answer(sender, values[2], invocation, {})
        elif method == 'AddNotification':
            self.note(method, id=values[0], title=values[1].get('title'), body=values[1].get('body'))
            invocation.return_value(None)
        elif method == 'RetrieveSecret':
            fd = fds.get(values[0])
            os.write(fd, b'x' * 64)
            os.close(fd)
            self.note(method)
            self.answer(sender, values[1], invocation, {})
        elif method == 'GetStatus':
            invocation.return_value(GLib.Variant('(a{sv})', ({
                'available': GLib.Variant('b', True), 'metered': GLib.Variant('b', False),
                'connectivity': GLib.Variant('u', 4)},)))
        elif method == 'CanReach':
            invocation.return_value(GLib.Variant('(b)', (True,)))
        elif method == 'Lookup':
            invocation.return_value(GLib.Variant('(as)', (['direct://'],)))
        elif method == 'ReadAll':
            invocation.return_value(GLib.Variant('(a{sa{sv}})', ({},)))
        elif method == 'Read':
            invocation.return_dbus_error('org.freedesktop.portal.Error.NotFound', 'not set')
        else:
            self.note(method)
            invocation.return_value(None)


PORTAL = Portal(*sys.argv[1:])
print('ready', flush=True)
GLib.MainLoop().run()
