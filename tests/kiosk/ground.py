# SPDX-License-Identifier: GPL-3.0-or-later
"""The ground that a terminal stands on: a person without rights, a home, a session bus,
and a portal that writes down who asks it for anything."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))

from shop import wait_for  # noqa: E402

BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={run}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

LAUNCHERS = ('/usr/libexec/at-spi-bus-launcher', '/usr/lib/at-spi2-core/at-spi-bus-launcher',
             '/usr/lib/at-spi-bus-launcher')

# Whatever the one who runs the tests has told GTK is not what a terminal is told.
FORGET = ('DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'NO_AT_BRIDGE', 'AT_SPI_BUS_ADDRESS',
          'GTK_THEME', 'GTK_DEBUG', 'GTK_MODULES', 'GDK_BACKEND', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'G_MESSAGES_DEBUG',
          'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME',
          'XDG_CURRENT_DESKTOP', 'XDG_SESSION_DESKTOP', 'DESKTOP_SESSION', 'GTK_A11Y')


class Ground:
    """What stays while compositors and clients come and go. The process that makes one
    gives up what rights it has: a terminal is not run by root, and cage would refuse."""

    def __init__(self, programs=(), folders=()):
        self.folder = tempfile.mkdtemp(prefix='peg-kiosk-')
        self.children = []
        self.copies = {}
        for path in programs:
            self.copies[path] = shutil.copy(path, self.folder)
        for path in folders:
            place = os.path.join(self.folder, os.path.basename(path.rstrip('/')))
            self.copies[path] = shutil.copytree(path, place)
        for name in ('run', 'home', 'services', 'logs'):
            os.mkdir(os.path.join(self.folder, name), 0o700)
        if os.geteuid() == 0:
            self.give_up_rights()
        self.set_environment()
        self.start_bus()
        self.start_portal()

    def give_up_rights(self):
        nobody = pwd.getpwnam('nobody')
        for place, folders, files in os.walk(self.folder):
            for name in ['.', *folders, *files]:
                os.chown(os.path.join(place, name), nobody.pw_uid, nobody.pw_gid)
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        os.chdir(self.folder)
        tempfile.tempdir = self.folder

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def set_environment(self):
        for name in FORGET:
            os.environ.pop(name, None)
        os.environ.update(HOME=self.path('home'), XDG_RUNTIME_DIR=self.path('run'),
                          GSK_RENDERER='cairo', GSETTINGS_BACKEND='memory', LC_ALL='C.UTF-8',
                          GIO_USE_VFS='local', GDK_DEBUG='gl-disable')

    def spawn(self, words, log, **more):
        """Starts a program that ends with the ground."""
        with open(self.path('logs', log), 'ab') as file:
            process = subprocess.Popen(words, stderr=file, **{'stdout': file, **more})
        self.children.append(process)
        return process

    def start_bus(self):
        launcher = next((path for path in LAUNCHERS if os.path.exists(path)), None)
        if launcher:
            with open(self.path('services', 'org.a11y.Bus.service'), 'w', encoding='utf-8') as file:
                file.write(f'[D-BUS Service]\nName=org.a11y.Bus\nExec={launcher}\n')
        with open(self.path('bus.conf'), 'w', encoding='utf-8') as file:
            file.write(BUS.format(run=self.path('run'), services=self.path('services')))
        bus = self.spawn(['dbus-daemon', f'--config-file={self.path("bus.conf")}', '--nofork',
                          '--nopidfile', '--nosyslog', '--print-address'],
                         'bus.log', stdout=subprocess.PIPE)
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().decode().strip()

    def start_portal(self):
        portal = self.spawn(['/usr/bin/python3', '-c', PORTAL, self.path('portal.log')],
                            'portal-errors.log', stdout=subprocess.PIPE)
        if not portal.stdout.readline():
            raise RuntimeError(f'the portal did not start: {self.read_log("portal-errors.log")}')

    def portal_calls(self):
        """What was asked of the portal, other than how things should look."""
        try:
            with open(self.path('portal.log'), encoding='utf-8') as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def read_log(self, name):
        with open(self.path('logs', name), encoding='utf-8', errors='replace') as file:
            return file.read()[-6000:]

    def end(self, process, by=signal.SIGTERM, patience_s=10):
        """Ends a child; gives its exit status."""
        if process.poll() is None:
            process.send_signal(by)
        try:
            status = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        if process in self.children:
            self.children.remove(process)
        if process.stdout:
            process.stdout.close()
        return status

    def close(self):
        for process in reversed(list(self.children)):
            self.end(process)
        os.chdir('/')
        shutil.rmtree(self.folder, ignore_errors=True)


def process_tree(pid):
    """What a process has started and what that has, by name; not itself."""
    found = []
    try:
        with open(f'/proc/{pid}/task/{pid}/children', encoding='utf-8') as file:
            children = [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return found
    for child in children:
        try:
            with open(f'/proc/{child}/comm', encoding='utf-8') as file:
                found.append(file.read().strip())
        except FileNotFoundError:
            continue
        found += process_tree(child)
    return sorted(found)


# A portal that says no to everything, and a file manager and a notification service that
# do, too. Each call is a line: the interface and the method.
PORTAL = '''
import sys
from gi.repository import Gio, GLib
NAMES = ('org.freedesktop.portal.Desktop', 'org.freedesktop.FileManager1',
         'org.freedesktop.portal.Documents', 'org.freedesktop.secrets')
QUIET = ('org.freedesktop.portal.Settings', 'org.freedesktop.DBus.Properties',
         'org.freedesktop.DBus.Peer', 'org.freedesktop.DBus.Introspectable',
         'org.freedesktop.Secret.Service', 'org.freedesktop.DBus')
log = open(sys.argv[1], 'a', buffering=1)
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
def look(connection, message, incoming):
    if incoming and message.get_message_type() == Gio.DBusMessageType.METHOD_CALL:
        if message.get_interface() not in QUIET:
            log.write(f'{message.get_interface()}.{message.get_member()}' + chr(10))
        connection.send_message(Gio.DBusMessage.new_method_error_literal(
            message, 'org.freedesktop.DBus.Error.AccessDenied', 'No'), 0)
        return None
    return message
bus.add_filter(look)
for name in NAMES:
    bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                  'RequestName', GLib.Variant('(su)', (name, 4)), None, 0, -1, None)
print('ready', flush=True)
GLib.MainLoop().run()
'''
