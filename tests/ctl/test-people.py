#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says with pegctl who signs in at a terminal, and looks at what is on the disk.

test-people.py PEGCTL"""

import hashlib
import hmac
import json
import os
import stat
import subprocess
import sys
import tempfile

PIN = '2580'
BADGE = '00471199'

number = 0
failed = 0


def check(good, words):
    global number, failed
    number += 1
    failed += not good
    print(f'{"ok" if good else "not ok"} {number} {words}', flush=True)


class Shop:
    def __init__(self, folder):
        self.folder = folder
        self.people = os.path.join(folder, 'people.conf')
        self.key = os.path.join(folder, 'badge.key')
        self.door = os.path.join(folder, 'admin.pin')
        self.site = os.path.join(folder, 'site.conf')
        with open(self.site, 'w') as file:
            file.write(f'[Kiosk]\nadmin-pin-file={self.door}\n'
                       f'[Badges]\npeople-file={self.people}\nkey-file={self.key}\n'
                       'format=[0-9]{8,12}\n')

    def run(self, *words, given=''):
        return subprocess.run([sys.argv[1], '--json', 'people', *words, '--site', self.site],
                              input=given, capture_output=True, text=True, timeout=60)

    def text(self):
        with open(self.people) as file:
            return file.read()

    def list(self):
        return {person['id']: person for person in map(json.loads, self.run('list').stdout.split('\n')[:-1])}


def test_nobody(shop):
    listed = shop.run('list')
    check(listed.returncode == 0 and not listed.stdout and not listed.stderr,
          'without a file there is nobody, which is no mistake')

    def say(*words):
        return subprocess.run([sys.argv[1], 'people', *words], capture_output=True, text=True,
                              timeout=60, env={**os.environ, 'LC_ALL': 'C.UTF-8'})

    run = say('list', '--site', shop.site)
    check(run.returncode == 0 and shop.people in run.stdout and 'people add' in run.stdout,
          'and people are told how to begin')
    for words in (['--help'], ['add', '--help'], ['add', 'dana', '--help']):
        run = say(*words)
        check(run.returncode == 0 and all(option in run.stdout for option in
                                          ('--name', '--user', '--role', '--pin', '--badge',
                                           '--token-file', '--people-file', '--key-file', '--site')),
              f'“{" ".join(words)}” names every option')
    check(not os.path.exists(shop.people), 'and adds nobody')

    run = say('admin-pin', '--site', os.path.join(shop.folder, 'none.conf'))
    check(run.returncode == 1 and 'none.conf' in run.stderr and '--site' in run.stderr,
          'a configuration that is not there is named')
    plain = os.path.join(shop.folder, 'plain.conf')
    with open(plain, 'w') as file:
        file.write('[Station]\nname=VF-4\n')
    run = say('admin-pin', '--site', plain)
    check(run.returncode == 1 and plain in run.stderr and 'admin-pin-file=' in run.stderr,
          'it is said what to write into one that names no PIN')
    os.unlink(plain)
    if not os.path.exists('/etc/pegboard/site.conf'):
        run = say('admin-pin')
        check(run.returncode == 1 and '/etc/pegboard/site.conf' in run.stderr and
              'admin-pin-file=' in run.stderr, 'and into one that is to be made')


def test_key(shop):
    check(shop.run('add', 'dana', '--badge', given=f'{BADGE}\n').returncode == 1,
          'without a key no badge is taken')
    check(not os.path.exists(shop.people), 'nothing was written for it')
    check(shop.run('key').returncode == 0, 'the key is made')
    with open(shop.key) as file:
        before = file.read()
    check(shop.run('key').returncode == 1, 'it is not made twice')
    with open(shop.key) as file:
        check(file.read() == before, 'and is what it was')


def test_add(shop):
    check(shop.run('add', 'dana', '--name', 'Dana “D” Weber; [x]').returncode == 0, 'somebody is added')
    mode = stat.S_IMODE(os.stat(shop.people).st_mode)
    check(mode == 0o640, f'others cannot read the file: {mode:o}')
    check(shop.list()['dana']['name'] == 'Dana “D” Weber; [x]', 'their name is as it was said')
    check(shop.list()['dana']['role'] == 'machinist', 'they are a machinist')

    check(shop.run('add', 'dana', '--pin', '--badge', given=f'{PIN}\n{BADGE}\n').returncode == 0,
          'they get a PIN and a badge')
    check(PIN not in shop.text() and BADGE not in shop.text(), 'neither is in the file')
    check('$y$' in shop.text(), 'the PIN is hashed with yescrypt')
    with open(shop.key) as file:
        key = bytes.fromhex(file.read())
    digest = hmac.new(key, BADGE.encode(), hashlib.sha256).hexdigest()
    check(digest in shop.text(), 'the badge is a keyed hash')
    check(shop.list()['dana'] == {**shop.list()['dana'], 'badges': 1, 'pin': True}, 'both are listed')

    shop.run('add', 'dana', '--badge', given=f'{BADGE}\n')
    check(shop.list()['dana']['badges'] == 1, 'a badge counts once')
    shop.run('add', 'dana', '--badge', given='12345678\n')
    check(shop.list()['dana']['badges'] == 2, 'another one is one more')


def test_refuse(shop):
    before = shop.text()
    refused = [
        (('add', 'omar', '--badge'), f'{BADGE}\n', 'somebody else’s badge'),
        (('add', 'omar', '--badge'), '123\n', 'what is no badge of this shop'),
        (('add', 'omar', '--badge'), '', 'no badge'),
        (('add', 'omar', '--pin'), '123\n', 'a PIN that is too short'),
        (('add', 'omar', '--pin'), '12a4\n', 'a PIN that is no number'),
        (('add', 'omar', '--pin'), '1234\n', 'a PIN that anybody tries'),
        (('add', 'omar', '--pin'), '', 'no PIN'),
        (('add', 'omar', '--role', 'boss'), '', 'a role that there is not'),
        (('add', 'o/mar'), '', 'a name with a slash'),
        (('add', ''), '', 'no name'),
        (('add', 'omar', '--token-file', 'here'), '', 'a path that is not absolute'),
        (('remove', 'omar'), '', 'to remove nobody'),
        (('badge-remove', 'omar'), '', 'to take a badge from nobody'),
    ]
    for words, given, what in refused:
        run = shop.run(*words, given=given)
        check(run.returncode == 1 and run.stderr.strip() and shop.text() == before, f'refused: {what}')
    check(shop.run('add').returncode == 2 and shop.run('marry', 'omar').returncode == 2,
          'and what is no command')


def test_keep(shop):
    with open(shop.people, 'a') as file:
        file.write('\n# The night shift\n[omar]\nname=Omar\nrole=lead\n')
    os.chmod(shop.people, 0o644)
    check(shop.run('add', 'omar', '--role', 'admin').returncode == 0, 'somebody is changed')
    check('# The night shift' in shop.text() and 'name=Omar' in shop.text(), 'the rest stays')
    check(stat.S_IMODE(os.stat(shop.people).st_mode) == 0o640, 'the file is closed again')
    check(shop.run('badge-remove', 'dana').returncode == 0 and shop.list()['dana']['badges'] == 0,
          'badges are taken away')
    check(shop.list()['dana']['pin'], 'the PIN stays')
    check(shop.run('remove', 'dana').returncode == 0 and list(shop.list()) == ['omar'], 'and the person')
    check([name for name in os.listdir(shop.folder) if name.startswith('people')] == ['people.conf'],
          'nothing is left lying about')


def test_mistakes(shop):
    with open(shop.people, 'w') as file:
        file.write('[dana]\nname=Dana\n\n[omar]\nrole=boss\n\n[vera]\npin=1234\nbadges=abc;\n')
    run = shop.run('list')
    check(run.returncode == 1 and '"dana"' in run.stdout, 'who is right is listed')
    check('"omar"' not in run.stdout, 'who is wrong is not')
    for line in (5, 8, 9):
        check(f'{shop.people}:{line}:' in run.stderr, f'line {line} is named')


def test_door(shop):
    check(shop.run('admin-pin', given='1234\n').returncode == 1 and not os.path.exists(shop.door),
          'a plain PIN opens no door')
    check(shop.run('admin-pin', given='902716\n').returncode == 0, 'the door has a PIN')
    with open(shop.door) as file:
        check(file.read().startswith('$y$'), 'it is hashed')
    check(stat.S_IMODE(os.stat(shop.door).st_mode) == 0o640, 'others cannot read it')


def main():
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(folder)
        for test in (test_nobody, test_key, test_add, test_refuse, test_keep, test_mistakes, test_door):
            test(shop)
    print(f'1..{number}')
    sys.exit(1 if failed else 0)


main()
