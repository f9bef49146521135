#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shop laid down for a computer: checked without a display, obeyed by a start.

test-site.py PEGBOARD SCHEMAS SAMPLE
test-site.py --display PEGBOARD SCHEMAS DATA"""

import os
import signal
import subprocess
import sys
import tempfile

from shop import DEADLINE_S, Tap, wait_for

TAKEN = 'terminal already'


def write(path, text):
    with open(path, 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


class Ground:
    """A folder, and the program started in it."""

    def __init__(self, program, schemas):
        self.program = program
        # Root without the right to read and write what it must not.
        self.plainly = (['setpriv', '--bounding-set=-dac_override,-dac_read_search']
                        if os.geteuid() == 0 else [])
        self.folder = tempfile.mkdtemp(prefix='pegboard-site-')
        # A terminal of its own: the windows of other tests are none of its business.
        runtime = os.path.join(self.folder, 'run')
        os.mkdir(runtime, 0o700)
        self.environment = dict(os.environ, GSETTINGS_SCHEMA_DIR=schemas, HOME=self.folder,
                                XDG_RUNTIME_DIR=runtime,
                                XDG_CONFIG_HOME=os.path.join(self.folder, 'config'),
                                XDG_STATE_HOME=os.path.join(self.folder, 'state'),
                                XDG_CACHE_HOME=os.path.join(self.folder, 'cache'),
                                GSETTINGS_BACKEND='memory')

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments, **more):
        return subprocess.run([*self.plainly, self.program, *arguments], capture_output=True,
                              text=True, timeout=DEADLINE_S, env=dict(self.environment, **more))

    def start(self, log, *arguments):
        with open(self.path(log), 'w', encoding='utf-8') as file:
            return subprocess.Popen([self.program, *arguments], env=self.environment, stdout=file,
                                    stderr=file)

    def said(self, log):
        with open(self.path(log), encoding='utf-8') as file:
            return file.read()


def check(tap, ground, sample):
    """--check-config, with no display anywhere."""
    for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS'):
        ground.environment.pop(name, None)

    done = ground.run('--check-config', sample)
    tap.check(done.returncode == 0 and 'no mistakes' in done.stdout, 'the sample is right')

    done = ground.run('--check-config', ground.path('nowhere.conf'))
    tap.check(done.returncode == 1 and 'nowhere.conf' in done.stderr,
              'a file that is not there is said')
    done = ground.run('--check-config', ground.folder)
    tap.check(done.returncode == 1 and 'is not a file' in done.stderr,
              'a folder is no configuration')
    pipe = ground.path('pipe')
    os.mkfifo(pipe)
    for path in (pipe, '/dev/zero'):
        done = ground.run('--check-config', path)
        tap.check(done.returncode == 1 and 'is not a file' in done.stderr,
                  f'nor is what never ends: {os.path.basename(path)}')

    wrong = write(ground.path('wrong.conf'),
                  '[Server]\nadress=shop\n[Kiosk]\nenabled=yes\n'
                  '[Station]\nworking-folder=/nowhere/dnc\nname=\n')
    done = ground.run('--check-config', wrong)
    lines = done.stdout.splitlines()
    tap.note(done.stdout)
    tap.check(done.returncode == 1, 'mistakes are told by the exit status')
    tap.check([line.split(': ')[0] for line in lines[:-1]] ==
              [f'{wrong}:{number}' for number in (2, 4, 6, 7)],
              'all of them are told, in the order of the lines')
    tap.check('“address”' in lines[0] and 'enabled=true' in lines[1] and 'There is no' in lines[2],
              'with what would be right, and with what is wrong about files')
    tap.check(lines[-1] == '4 mistakes', 'and how many there are')

    token = write(ground.path('token'), 'abc')
    os.chmod(token, 0)
    dnc = ground.path('dnc')
    os.mkdir(dnc, 0o555)
    closed = write(ground.path('closed.conf'),
                   f'[Server]\ntoken-file={token}\n[Station]\nworking-folder={dnc}\n')
    done = ground.run('--check-config', closed)
    tap.note(done.stdout)
    lines = done.stdout.splitlines()
    tap.check(done.returncode == 1 and len(lines) == 3 and 'cannot be read' in lines[0] and
              'Nothing can be written' in lines[1],
              'what cannot be read or written is told')
    os.chmod(closed, 0)
    done = ground.run('--check-config', closed)
    tap.check(done.returncode == 1 and closed in done.stderr, 'also the file itself')

    done = ground.run('--check-config', write(ground.path('dos.conf'), '[Server]\r\naddress=shop\r\n'))
    tap.check(done.returncode == 0, 'lines may end as in DOS')

    done = ground.run('--check-config', write(ground.path('bytes.conf'), bytes(range(256)) * 64))
    tap.check(done.returncode == 1 and 'NUL' in done.stdout, 'bytes that are no text do no harm')

    long = write(ground.path('long.conf'), '[Server]\n' + 'x' * 300000)
    tap.check(ground.run('--check-config', long).returncode == 1, 'nor does a file that is far too long')


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(DEADLINE_S)


def is_up(ground, process, log):
    """It runs: what it says of the command line comes after it was started."""
    return wait_for(lambda: process.poll() is not None or
                    '“--station” is not used' in ground.said(log)) and process.poll() is None


def obey(tap, ground):
    """A terminal comes up with a file full of mistakes, and stays alone."""
    site = write(ground.path('site.conf'),
                 '[Server]\naddress=127.0.0.1:9\nrubbish\n[Station]\nname=VF-4\n'
                 '[Kiosk]\nenabled=true\nsound=loud\n'
                 '[Lock]\nkeys=Server/address;Station/name\n')
    first = ground.start('first.log', '--site', site, '--server', 'elsewhere', '--station', 'Saw')

    tap.check(is_up(ground, first, 'first.log'), 'a terminal comes up with mistakes in its file')
    said = ground.said('first.log')
    tap.note(said)
    tap.check(f'{site}:3:' in said and f'{site}:8:' in said, 'and logs each of them')
    tap.check('“--server” is not used' in said, 'what is locked is told to the command line')

    for arguments in ([], ['--kiosk'], ['--standalone'], ['--site', site], ['--demo']):
        second = ground.run(*arguments)
        tap.check(second.returncode == 1 and TAKEN in second.stderr,
                  f'no second one opens: {" ".join(arguments) or "without options"}')
    second = ground.run(DBUS_SESSION_BUS_ADDRESS='unix:path=/nowhere')
    tap.check(second.returncode == 1 and TAKEN in second.stderr, 'nor without a session bus')
    tap.check(first.poll() is None, 'the first one is still there')
    tap.check(ground.run('--version').returncode == 0, 'the version is told all the same')

    first.kill()
    first.wait(DEADLINE_S)
    again = ground.start('again.log', '--site', site, '--station', 'Saw')
    tap.check(is_up(ground, again, 'again.log'), 'after a crash the next one is the terminal')
    tap.check(stop(again) == 0, 'it ends cleanly when it is told to')


def show(tap, program, schemas, folder):
    """A window on a desktop shows what is locked, and what is wrong."""
    # Only here: it needs the bindings of the distribution.
    from window import Window

    site = write(os.path.join(folder, 'desk.conf'),
                 '[Server]\naddress=shop.example:8420\nca-file=/nowhere/ca.pem\nrubbish\n'
                 '[Lock]\nkeys=Server/address\n')
    window = Window(program, schemas, os.path.join(folder, 'desk.log'), ['--site', site])
    try:
        tap.check(window.wait('label', f'There are 2 mistakes in “{site}”'),
                  'a window says that the file has mistakes, and the files that it names')
        tap.check(window.wait('label', 'The shop set the address of the server'),
                  'and that the address is locked, and why')
        tap.check(window.find('push button', 'Demo Shop') is None, 'and offers no other server')
    finally:
        tap.check(stop(window.process) == 0, 'the window ends cleanly')


def demo(tap, program, schemas, data, folder):
    """Who tries a terminal out looks at the demo shop, whatever else is laid down."""
    from window import Window

    token = write(os.path.join(folder, 'token'), 'a secret')
    site = write(os.path.join(folder, 'kiosk.conf'),
                 f'[Server]\naddress=http://127.0.0.1:9\ntoken-file={token}\n'
                 '[Station]\nname=VF-4\n')
    runtime = os.path.join(folder, 'demo')
    os.mkdir(runtime, 0o700)
    window = Window(program, schemas, os.path.join(folder, 'demo.log'),
                    ['--kiosk', '--demo', '--site', site], PEGBOARD_DATA_DIR=data,
                    XDG_RUNTIME_DIR=runtime, HOME=folder)
    try:
        tap.check(window.wait('push button', 'VF-4 · Demo shop'), 'a terminal opens the demo shop')
        tap.check(window.wait('push button', 'Live'), 'and it is live')
    finally:
        tap.check(stop(window.process) == 0, 'the terminal ends cleanly')


def main():
    tap = Tap()
    if sys.argv[1] == '--display':
        program, schemas, data = (os.path.abspath(path) for path in sys.argv[2:5])
        ground = Ground(program, schemas)
        obey(tap, ground)
        show(tap, program, schemas, ground.folder)
        demo(tap, program, schemas, data, ground.folder)
    else:
        program, schemas, sample = (os.path.abspath(path) for path in sys.argv[1:4])
        check(tap, Ground(program, schemas), sample)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
