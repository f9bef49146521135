#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a shop's server to its computers: a signed repository over HTTP, updates, the way
back, and a USB stick for where there is no network. What counts is which commit is
installed: flatpak ends well, too, when it has refused something.

test-delivery.py WORK PEGBOARDD, where WORK is what build.sh has left behind"""

import configparser
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))

import lint  # noqa: E402
from shop import Tap  # noqa: E402

ID = lint.ID
COLLECTION = 'io.github.pegboard.Shop'
RUNTIME = 'org.gnome.Platform'
SCOPE = '--system' if os.getuid() == 0 else '--user'

TAP = Tap()
check = TAP.check


def run(*words, must=True, **more):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=300, **more)
    if must and done.returncode != 0:
        raise RuntimeError(f'{" ".join(words)}: {done.stdout}')
    return done


class Publisher:
    """Whoever builds the program, signs it and puts it on the server."""

    def __init__(self, folder, built):
        self.built = built
        self.repo = os.path.join(folder, 'repo')
        self.home = os.path.join(folder, 'gnupg')
        os.mkdir(self.home, 0o700)
        run('gpg', '--homedir', self.home, '--batch', '--passphrase', '', '--quick-gen-key',
            'Pegboard Test', 'ed25519', 'sign', 'never')
        listing = run('gpg', '--homedir', self.home, '--batch', '--with-colons', '-K').stdout
        self.key = re.search('^fpr:+([0-9A-F]+):', listing, re.M).group(1)
        arch = run('flatpak', '--default-arch').stdout.strip()
        self.ref = f'app/{ID}/{arch}/stable'
        run('ostree', 'init', '--mode=archive-z2', f'--collection-id={COLLECTION}',
            f'--repo={self.repo}')
        with open(os.path.join(self.repo, 'pegboard.gpg'), 'wb') as file:
            file.write(subprocess.run(['gpg', '--homedir', self.home, '--export', self.key],
                                      check=True, capture_output=True).stdout)

    def sign(self):
        return [f'--gpg-sign={self.key}', f'--gpg-homedir={self.home}']

    def publish(self, subject, signed=True, summary_signed=True):
        """Gives the commit."""
        run('flatpak', 'build-commit-from', '--force', '--no-update-summary', '--timestamp=NOW',
            f'--subject={subject}', f'--src-repo={self.built}', *(self.sign() if signed else []),
            self.repo, self.ref)
        if summary_signed:
            run('flatpak', 'build-update-repo', '--generate-static-deltas', *self.sign(), self.repo)
        else:
            run('flatpak', 'build-update-repo', self.repo)
            for name in glob.glob(os.path.join(self.repo, 'summary*.sig')):
                os.remove(name)
        return run('ostree', 'rev-parse', f'--repo={self.repo}', self.ref).stdout.strip()


    def publish_runtime(self, branch):
        """An empty one: a stick carries it along, and nothing is started from it here."""
        tree = os.path.join(os.path.dirname(self.repo), 'runtime')
        os.makedirs(os.path.join(tree, 'files'))
        with open(os.path.join(tree, 'metadata'), 'w', encoding='ascii') as file:
            file.write(f'[Runtime]\nname={RUNTIME}\n')
        run('flatpak', 'build-export', '--runtime', '--disable-sandbox', '--files=files',
            '--no-update-summary', *self.sign(), self.repo, tree, branch)


class Server:
    def __init__(self, program, repo):
        self.process = subprocess.Popen(
            [program, '--serve-repo', repo, '--listen', '127.0.0.1:0', '--name', 'Shop North'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.address = re.search(r'http://127\.0\.0\.1:\d+', line).group(0)

    def get(self, path, **headers):
        request = urllib.request.Request(f'{self.address}/repo/{path}', headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def stop(self):
        self.process.terminate()
        return self.process.wait(20)


class Computer:
    """A computer of the shop: an installation of its own."""

    def __init__(self, folder, name):
        place = os.path.join(folder, name)
        os.mkdir(place)
        self.environment = dict(os.environ, FLATPAK_SYSTEM_DIR=place, FLATPAK_USER_DIR=place,
                                FLATPAK_SYSTEM_CACHE_DIR=place + '-cache')

    def flatpak(self, command, *arguments, must=True):
        return run('flatpak', command, SCOPE, *arguments, must=must, env=self.environment)

    def install(self, *arguments, must=True):
        return self.flatpak('install', '-y', '--noninteractive', '--no-related', '--no-deps',
                            *arguments, must=must)

    def update(self, *arguments):
        return self.flatpak('update', '-y', '--noninteractive', '--no-related', '--no-deps',
                            *arguments, ID, must=False)

    def commit(self):
        done = self.flatpak('info', '--show-commit', ID, must=False)
        return done.stdout.strip() if done.returncode == 0 else None


def check_server(server):
    status, text = server.get('pegboard.flatpakrepo')
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text.decode())
    check(status == 200 and parser['Flatpak Repo']['Url'] == f'{server.address}/repo/'
          and parser['Flatpak Repo']['CollectionID'] == COLLECTION,
          'the server says where the repository is, and whom to trust')
    check(server.get('summary')[0] == 200 and server.get('')[0] == 404
          and server.get('objects/')[0] == 404, 'it gives files and no lists')
    check(server.get('summary', Range='bytes=0-3')[1] == server.get('summary')[1][:4],
          'and parts of them')


def check_updates(publisher, server, computer, first):
    computer.flatpak('remote-add', 'pegboard', f'{server.address}/repo/pegboard.flatpakrepo')
    computer.install('pegboard', ID)
    check(computer.commit() == first, 'a computer installs it from the server')

    second = publisher.publish('second')
    check(second != first and computer.commit() == first, 'a second version is published')
    computer.update()
    check(computer.commit() == second, 'the computer is updated to it')
    computer.update(f'--commit={first}')
    check(computer.commit() == first, 'and goes back to the first')
    computer.update()
    check(computer.commit() == second, 'and forward again')

    unsigned = publisher.publish('unsigned', signed=False)
    done = computer.update()
    check(computer.commit() == second and unsigned != second,
          f'a commit that nobody signed is refused ({done.returncode})')
    publisher.publish('unsigned altogether', signed=False, summary_signed=False)
    done = computer.update()
    check(computer.commit() == second,
          f'and so is one in a list that nobody signed ({done.returncode})')

    other = Publisher(tempfile.mkdtemp(dir=os.path.dirname(publisher.repo)), publisher.built)
    other.repo = publisher.repo
    forged = other.publish('forged')
    done = computer.update()
    check(computer.commit() == second and forged != second,
          f'and one that somebody else signed ({done.returncode})')

    third = publisher.publish('third')
    computer.update()
    check(computer.commit() == third, 'what is signed again is installed again')
    return third


def check_ref(server, computer, commit):
    done = computer.install('--from', f'{server.address}/repo/{ID}.flatpakref', must=False)
    check(computer.commit() == commit, 'one file is enough to install it on another computer')
    if computer.commit() != commit:
        TAP.note(done.stdout)


def check_usb(server, folder, computer, other, commit):
    """A stick is written where it is installed; where it is used nothing else answers."""
    stick = os.path.join(folder, 'stick')
    os.mkdir(stick)
    computer.install('pegboard', RUNTIME)
    done = computer.flatpak('create-usb', stick, ID, must=False)
    side = os.path.join(stick, '.ostree', 'repo')
    if not check(os.path.isdir(side), 'a USB stick is written'):
        TAP.note(done.stdout)
    other.flatpak('remote-add', 'pegboard', f'{server.address}/repo/pegboard.flatpakrepo')
    server.stop()
    done = other.install(f'--sideload-repo={side}', 'pegboard', ID, must=False)
    if not check(other.commit() == commit, 'and it is installed from that, without a server'):
        TAP.note(done.stdout)


def main():
    work, pegboardd = sys.argv[1:3]
    folder = tempfile.mkdtemp(prefix='pegboard-delivery-', dir='/var/tmp')
    server = None
    try:
        publisher = Publisher(folder, os.path.join(work, 'repo'))
        with open(os.path.join(work, 'manifest.json'), encoding='utf-8') as file:
            publisher.publish_runtime(json.load(file)['runtime-version'])
        first = publisher.publish('first')
        server = Server(pegboardd, publisher.repo)
        check_server(server)
        one = Computer(folder, 'one')
        third = check_updates(publisher, server, one, first)
        check_ref(server, Computer(folder, 'two'), third)
        check_usb(server, folder, one, Computer(folder, 'three'), third)

        os.remove(os.path.join(publisher.repo, 'summary.sig'))
        done = run(pegboardd, '--serve-repo', publisher.repo, '--listen', '127.0.0.1:0', must=False)
        check(done.returncode != 0 and 'not signed' in done.stdout,
              'a repository that is not signed is not served')
    finally:
        if server is not None and server.process.poll() is None:
            server.stop()
        subprocess.run(['gpgconf', '--homedir', os.path.join(folder, 'gnupg'), '--kill', 'all'],
                       check=False)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(TAP.finish())


main()
