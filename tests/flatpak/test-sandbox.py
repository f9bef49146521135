#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak, run by somebody who is not root: what it may do, what it cannot,
and that everything works nevertheless.

test-sandbox.py PEGBOARDD PICTURE, with a display, a session bus and FLATPAK_SYSTEM_DIR"""

import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))

from gi.repository import Gio, GLib  # noqa: E402

import lint  # noqa: E402
from reader import Reader  # noqa: E402
from shop import Shop, Tap, wait_for  # noqa: E402
from window import Window  # noqa: E402

ID = lint.ID
PATH = '/' + ID.replace('.', '/')
FILE = '1277003_T1.nc'
HERE = os.path.dirname(os.path.abspath(__file__))
SCOPE = '--system' if os.environ.get('PEG_SCOPE') != 'user' else '--user'

TAP = Tap()
check = TAP.check


def flatpak(*arguments, **more):
    return subprocess.run(['flatpak', *arguments], capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, **more)


def inside(script, *options):
    """Runs a script within the sandbox; gives what it prints."""
    done = flatpak('run', SCOPE, *options, '--command=sh', ID, '-c', script)
    return done.stdout.strip()


class Sandboxed(Window):
    """The client in its sandbox. It is known by being the only one on the bus."""

    def __init__(self, log, arguments, *options):
        self.log = open(log, 'a', encoding='utf-8')
        self.process = subprocess.Popen(
            ['flatpak', 'run', SCOPE, '--env=GTK_A11Y=atspi', '--env=G_DEBUG=fatal-criticals',
             *options, ID, *arguments],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        self.began = time.monotonic()
        self.application = wait_for(self.find_application, step=self.turn)
        self.seconds = time.monotonic() - self.began
        if self.application is None:
            raise RuntimeError('the window is not on the accessibility bus')

    def find_application(self):
        if self.process.poll() is not None:
            raise RuntimeError(f'the client ended with {self.process.returncode}')
        for application in Reader.applications():
            try:
                if application.children:
                    return application
            except GLib.Error:
                pass
        return None

    def activate(self, action, *parameters, where=PATH):
        """What a menu of the desktop would do."""
        Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            ID, where, 'org.gtk.Actions', 'Activate',
            GLib.Variant('(sava{sv})', (action, list(parameters), {})), None,
            Gio.DBusCallFlags.NONE, 20000)

    def close(self):
        """Ends it as a person does; gives its exit status."""
        if self.process.poll() is None:
            try:
                self.activate('quit')
            except GLib.Error as error:
                TAP.note(error)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            flatpak('kill', ID)
            code = self.process.wait(20)
        self.log.close()
        return code


def read_status(pid):
    with open(f'/proc/{pid}/status', encoding='ascii') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def find_process(name, above):
    """The process of that name beneath another one, seen from outside."""
    parents, names = {}, {}
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            status = read_status(pid)
            parents[pid], names[pid] = status['PPid'], status['Name']
        except OSError:
            pass
    for pid in names:
        ancestor = pid
        while ancestor in parents and ancestor != str(above):
            ancestor = parents[ancestor]
        if names[pid] == name and ancestor == str(above):
            return pid
    raise RuntimeError(f'there is no process “{name}”')


def check_permissions():
    text = flatpak('info', SCOPE, '--show-permissions', ID).stdout
    values = dict(line.split('=', 1) for line in text.splitlines() if '=' in line)
    there = {key: sorted(value.strip(';').split(';')) for key, value in values.items()}
    check(there == {'shared': ['ipc', 'network'], 'sockets': ['fallback-x11', 'wayland', 'x11'],
                    'devices': ['dri']} and text.count('[') == 1,
          f'it is given what the manifest says and nothing else {there}')


def check_walls():
    status = inside('cat /proc/self/status')
    check(re.search('^CapEff:\t0+$', status, re.M) and re.search('^CapPrm:\t0+$', status, re.M)
          and re.search('^CapBnd:\t0+$', status, re.M), 'it has no capability')
    check('NoNewPrivs:\t1' in status, 'and can get none')
    check('Seccomp:\t2' in status, 'its system calls are filtered')

    for folder in ('/usr', '/usr/bin', '/app', '/app/bin', '/app/site'):
        check(inside(f'touch {folder}/x 2>/dev/null && echo written || echo refused') == 'refused',
              f'{folder} cannot be written')

    home = os.environ['HOME']
    private = os.path.join(home, 'private.txt')
    with open(private, 'w', encoding='ascii') as file:
        file.write('nobody else’s'.encode('ascii', 'replace').decode())
    check(inside(f'cat {private} 2>/dev/null || echo absent') == 'absent',
          'the files of its own user are not there')
    others = [path for path in ('/root', '/home/*', '/etc/shadow', '/run/host/root', '/boot', '/srv')]
    seen = inside('for p in ' + ' '.join(others) + '; do ls -d $p/* $p 2>/dev/null; done; true')
    seen = [line for line in seen.splitlines() if line not in ('/home', '/root', '/srv', '/boot')]
    check(not [line for line in seen if not line.startswith(home)],
          f'other homes and the system’s secrets are not there {seen}')
    check(inside('ls /dev/sd* /dev/vd* /dev/input /dev/mem 2>/dev/null; true') == '',
          'no disk, no keyboard, no memory')
    check(inside('ls /run/dbus/system_bus_socket 2>/dev/null; true') == '', 'there is no system bus')
    names = inside('gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus '
                   '-m org.freedesktop.DBus.RequestName org.example.Other 0 2>&1')
    check('ServiceUnknown' in names and 'uint32' not in names, 'it can be nobody else on the bus')
    names = inside('gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets '
                   '-m org.freedesktop.DBus.Peer.Ping 2>&1')
    check('ServiceUnknown' in names or 'AccessDenied' in names or 'not provided' in names,
          'the keyring of the desktop cannot be asked')


def check_contents():
    check(inside('pegboard --version; pegboardd --version; pegctl --version').splitlines() ==
          [f'{name} {os.environ["PEG_VERSION"]}' for name in ('pegboard', 'pegboardd', 'pegctl')],
          'all three programs are there')
    answer = inside('pegboardd --root /app/share/pegboard/demo-shop --data /tmp/d '
                    '--listen 127.0.0.1:0 >/tmp/out & p=$!; '
                    'until [ -s /tmp/out ]; do :; done; '
                    'a=$(sed "s/.*\\(http[^ ]*\\).*/\\1/" /tmp/out); '
                    f'pegctl --server "$a" --user Ivo checkout {FILE} >/dev/null && '
                    'pegctl --server "$a" --user Ivo ls --out; kill $p; wait $p')
    check(FILE in answer, 'and scripts work with them')
    check(inside('ls /app/share/locale/de/LC_MESSAGES /app/share/locale/uk/LC_MESSAGES | sort -u')
          .count('pegboard.mo') == 1, 'the translations come along')


def check_exports():
    done = flatpak('info', SCOPE, '--show-location', ID)
    share = os.path.join(done.stdout.strip(), 'export', 'share')

    def exported(*parts):
        path = os.path.join(share, *parts)
        if not os.path.exists(path):
            return ''
        with open(path, encoding='utf-8') as file:
            return file.read()

    check(f'--command=pegboard {ID}' in exported('applications', f'{ID}.desktop'),
          'exported: the desktop entry')
    check('<svg' in exported('icons', 'hicolor', 'scalable', 'apps', f'{ID}.svg'),
          'exported: the icon')
    check(f'BusName={ID}' in exported('gnome-shell', 'search-providers', f'{ID}.search-provider.ini'),
          'exported: the search provider')
    check('--gapplication-service' in exported('dbus-1', 'services', f'{ID}.service'),
          'exported: how it is started over D-Bus')
    check(f'<id>{ID}</id>' in exported('metainfo', f'{ID}.metainfo.xml') +
          exported('metainfo', f'{ID}.appdata.xml'), 'exported: the metainfo')


def check_site():
    text = inside('cat /app/site/site.conf')
    check(text == os.environ['PEG_SITE'], 'what the shop has decided is read from /app/site/site.conf')
    check(inside('ls /app/site') == 'site.conf', 'and nothing else is there')


def call_overview(method, parameters):
    return Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        ID, f'{PATH}/SearchProvider', 'org.gnome.Shell.SearchProvider2', method, parameters, None,
        Gio.DBusCallFlags.NONE, 20000).unpack()


def check_window(log, picture):
    """Without any portal: the bus has none yet."""
    window = Sandboxed(log, ['--demo'])
    try:
        check(window.wait('push button', 'Live'), 'the demo shop is live')
        TAP.note(f'the window is there after {window.seconds:.2f} s')
        check(window.wait_row(FILE, 'Free'), 'a row says that nobody has the file')

        check(ID in flatpak('ps', '--columns=application').stdout, 'flatpak knows that it runs')
        status = read_status(find_process('pegboard', window.process.pid))
        check(set(status['CapEff']) == {'0'} and status['NoNewPrivs'] == '1'
              and status['Seccomp'] == '2' and status['Uid'].split('\t')[0] != '0',
              'the program that runs has no capability, can get none, and is not root')

        window.select(FILE)
        check(window.press('Check Out') and window.wait_row(FILE, 'Yours'), 'it checks out')
        subprocess.run(['import', '-window', 'root', picture], check=False)
        check(os.path.exists(picture) and os.path.getsize(picture) > 10000, 'a picture is taken')
        check(window.press('Release') and window.wait_row(FILE, 'Free'), 'and releases')

        keys = call_overview('GetInitialResultSet', GLib.Variant('(as)', (['1277003'],)))[0]
        check(len(keys) == 2, 'the overview finds the two files of a part')
        metas = {meta['name']: meta for meta in
                 call_overview('GetResultMetas', GLib.Variant('(as)', (keys,)))[0]}
        check(metas.get(FILE, {}).get('description', '').startswith('Free'), 'and says who has them')
        call_overview('ActivateResult', GLib.Variant('(sasu)', (metas[FILE]['id'], ['1277003'], 0)))
        check(wait_for(lambda: window.row('1277003_T2.nc') is None and window.row(FILE),
                       step=window.turn), 'and the window shows it')
    finally:
        code = window.close()
        check(code == 0, f'it ends in order {code or ""}')


def check_no_files(log):
    window = Sandboxed(log, ['--demo'], '--nofilesystem=host', '--nofilesystem=home')
    try:
        check(window.wait('push button', 'Live'), 'it works without any file of its user')
    finally:
        code = window.close()
        check(code == 0, f'and ends {code or ""}')


class Portals:
    """Portals that say yes, from now on."""

    def __init__(self, folder, *silent):
        self.log = os.path.join(folder, 'portals.log')
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, 'portal.py'), self.log,
                                         folder, *silent], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def calls(self, method):
        with open(self.log, encoding='utf-8') as file:
            return [call for call in map(json.loads, file) if call['method'] == method]

    def wait(self, method):
        calls = wait_for(lambda: self.calls(method), step=Window.turn)
        return calls[-1] if calls else {}

    def close(self):
        self.process.terminate()
        self.process.wait()


def check_locked_keyring(log, folder):
    """Somebody is asked to unlock the keyring, and is not there."""
    portals = Portals(folder, 'RetrieveSecret')
    window = Sandboxed(log, ['--demo'])
    try:
        check(portals.wait('RetrieveSecret'), 'while nobody unlocks the keyring')
        check(window.wait('push button', 'Live'), 'the shop is live all the same')
    finally:
        code = window.close()
        check(code == 0, f'and quitting does not wait for it {code or ""}')
        portals.close()
        os.remove(portals.log)


def check_portals(log, pegboardd):
    folder = os.path.join(os.environ['HOME'], '.var', 'app', ID, 'data')
    os.makedirs(folder, exist_ok=True)
    check_locked_keyring(log, folder)
    with open(os.path.join(folder, 'new.nc'), 'w', encoding='ascii') as file:
        file.write('O1277 (NEW)\nM30\n')
    shop = Shop(pegboardd, source=os.environ['PEG_DEMO'], name='Shop North').start()
    portals = Portals(folder)
    window = Sandboxed(log, ['--server', shop.address, '--user', 'Dana'])
    try:
        check(window.wait('push button', 'Live'), 'with portals, it is live at a server')
        check(portals.wait('RetrieveSecret'), 'secrets: the portal is asked for the key of them')

        window.select(FILE)
        check(window.wait_button('Check Out'), 'a file is chosen')
        window.activate('save-copy', where=f'{PATH}/window/1')
        call = portals.wait('SaveFile')
        check(call.get('name') == FILE, 'saving: the portal is asked where')
        check(wait_for(lambda: os.path.exists(os.path.join(folder, FILE)), step=window.turn),
              'and the file is there')

        window.activate('open', GLib.Variant('s', FILE))
        call = portals.wait('OpenFile')
        check(os.path.basename(call.get('target', '')) == FILE, 'opening: the portal is given the file')

        check(window.press('Check Out') and window.wait_row(FILE, 'Yours'), 'it is checked out')
        check(window.press('Check In'), 'the check-in begins')
        check(window.wait_button('Choose…') and window.press('Choose…'), 'and asks for a file')
        check(portals.wait('ChooseFile'), 'choosing: the portal is asked for it')
        window.activate('back', where=f'{PATH}/window/1')

        shop.kill()
        check(window.wait_row(FILE, 'as of'), 'without a server the row says how old it is')
        window.activate('check-in', GLib.Variant('(sssb)', (FILE, os.path.join(folder, 'new.nc'),
                                                            'chamfer', False)))
        check(wait_for(lambda: [role for role in ('label', 'push button', 'panel', 'grouping')
                                if window.find(role, 'check-in waiting')], step=window.turn),
              'a check-in waits until it is back')
        code = window.close()
        check(code == 0, f'it ends with work that was not sent {code or ""}')
        call = portals.wait('AddNotification')
        check('not sent' in (call.get('body') or ''), 'notifications: the portal shows that')
    finally:
        if window.process.poll() is None:
            window.close()
        portals.close()
        shop.close()


def main():
    pegboardd, picture = sys.argv[1:3]
    log = os.path.join(os.environ['HOME'], 'window.log')

    check(os.getuid() != 0, 'this is not root')
    check_permissions()
    check_walls()
    check_contents()
    check_exports()
    check_site()
    check_window(log, picture)
    check_no_files(log)
    check_portals(log, pegboardd)

    with open(log, encoding='utf-8', errors='replace') as file:
        words = [line for line in file.read().splitlines() if 'WARNING' in line or 'CRITICAL' in line]
    check(not words, 'and nothing was warned of')
    TAP.note('\n'.join(words))
    sys.exit(TAP.finish())


main()
