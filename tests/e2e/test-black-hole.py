#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that swallows everything, without a word: how long clients show as
live what is not, in network namespaces of their own.

test-black-hole.py PEGBOARDD PEGCTL HOLD

The figures are those of docs/architecture.md, “The connection”. It needs root, ip
and nft, and real time: some 40 s, for all three at once."""

import json
import os
import queue
import subprocess
import sys
import threading
import time

from shop import Shop, Tap

DEADLINE_S = 60
PORT = 8420

# How long it may take until it is noticed, s.
CASES = {
    'idle': 40,
    'sending': 15,
    'after a network change': 4,
}


def run(*command, quiet=False):
    return subprocess.run(command, check=not quiet, capture_output=quiet, text=True)


def no_ipv6(namespace):
    """Its addresses would become valid a second later, which is a change, too."""
    run('ip', 'netns', 'exec', namespace, 'sh', '-c',
        'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6')


class Hole:
    """A namespace with one cable to the server's, which can be made to swallow."""

    def __init__(self, number, server):
        self.number = number
        self.name = f'peg-{os.getpid()}-{number}'
        self.cable = f'peg{os.getpid() % 100000}{number}'
        run('ip', 'netns', 'add', self.name)
        no_ipv6(self.name)
        run('ip', '-n', self.name, 'link', 'set', 'lo', 'up')
        run('ip', 'link', 'add', f'{self.cable}c', 'netns', self.name, 'type', 'veth',
            'peer', 'name', f'{self.cable}s', 'netns', server)
        for namespace, end, host in ((self.name, 'c', 2), (server, 's', 1)):
            run('ip', '-n', namespace, 'address', 'add', f'10.77.{number}.{host}/24',
                'dev', f'{self.cable}{end}')
            run('ip', '-n', namespace, 'link', 'set', f'{self.cable}{end}', 'up')

    @property
    def host(self):
        return f'10.77.{self.number}.1'

    def command(self, *command):
        return ['ip', 'netns', 'exec', self.name, *command]

    def swallow(self):
        run(*self.command('nft', 'add table inet hole; '
                          'add chain inet hole in { type filter hook input priority 0; '
                          'policy drop; }; '
                          'add chain inet hole out { type filter hook output priority 0; '
                          'policy drop; }'))

    def change(self):
        """Something about the network changes, and it swallows as before."""
        run('ip', '-n', self.name, 'address', 'add', '10.78.0.2/24', 'dev', f'{self.cable}c')
        run('ip', '-n', self.name, 'route', 'add', 'default', 'via', '10.78.0.1')

    def close(self):
        run('ip', 'netns', 'delete', self.name, quiet=True)


class Client:
    def __init__(self, command, is_live, **environment):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=dict(os.environ, **environment))
        self.is_live = is_live
        self.states = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            live = self.is_live(line)
            if live is not None:
                self.states.put((time.monotonic(), live))

    def wait(self, live):
        """When that came true; None: it did not."""
        try:
            while True:
                at, state = self.states.get(timeout=DEADLINE_S)
                if state == live:
                    return at
        except queue.Empty:
            return None

    def close(self):
        self.process.kill()
        self.process.wait()


def read_watch(line):
    message = json.loads(line)
    return message['live'] if message['type'] == 'link' else None


def may_run():
    """Whether namespaces, cables and rules can be made here; else why not."""
    if os.geteuid() != 0:
        return 'it needs root'
    name = f'peg-{os.getpid()}-try'
    try:
        for command in (['ip', 'netns', 'add', name],
                        ['ip', '-n', name, 'link', 'add', 'try0', 'type', 'veth', 'peer', 'name',
                         'try1'],
                        ['ip', 'netns', 'exec', name, 'nft', 'add table inet try']):
            done = run(*command, quiet=True)
            if done.returncode != 0:
                return f'{" ".join(command[:4])}: {done.stderr.strip()}'
    except FileNotFoundError as error:
        return str(error)
    finally:
        if os.path.exists(f'/run/netns/{name}'):
            run('ip', 'netns', 'delete', name, quiet=True)
    return None


class Lab:
    def __init__(self, pegboardd, pegctl, hold):
        self.server = f'peg-{os.getpid()}-s'
        self.pegctl, self.hold = pegctl, hold
        self.holes, self.clients = [], []
        self.shop = Shop(pegboardd)
        run('ip', 'netns', 'add', self.server)
        no_ipv6(self.server)
        run('ip', '-n', self.server, 'link', 'set', 'lo', 'up')

    def start(self):
        for number in range(len(CASES)):
            self.holes.append(Hole(number, self.server))
        self.process = subprocess.Popen(
            ['ip', 'netns', 'exec', self.server, self.shop.program, '--root', self.shop.root,
             '--data', self.shop.data, '--listen', f'0.0.0.0:{PORT}', '--insecure'],
            stdout=subprocess.PIPE, stderr=self.shop.log, text=True)
        line = self.process.stdout.readline()
        if 'http' not in line:
            raise RuntimeError(f'pegboardd did not start: {self.shop.read_log()}')

    def watch(self, hole):
        client = Client(hole.command(self.pegctl, '--server', f'http://{hole.host}:{PORT}',
                                     '--user', 'Dana', '--json', 'watch'), read_watch)
        self.clients.append(client)
        return client

    def held(self, hole):
        client = Client(hole.command(self.hold, f'ws://{hole.host}:{PORT}/ws'),
                        lambda line: line == 'live\n')
        self.clients.append(client)
        return client

    def close(self):
        for client in self.clients:
            client.close()
        if hasattr(self, 'process'):
            self.process.kill()
            self.process.wait()
        for hole in self.holes:
            hole.close()
        run('ip', 'netns', 'delete', self.server, quiet=True)
        self.shop.close()


def send(client):
    client.process.stdin.write('progress\n')
    client.process.stdin.flush()


def test(tap, lab):
    idle, sending, changing = lab.holes
    clients = {'idle': lab.watch(idle), 'sending': lab.held(sending),
               'after a network change': lab.watch(changing)}
    for name, client in clients.items():
        tap.check(client.wait(True), f'{name}: live before')

    began = {}
    for name, hole in zip(CASES, lab.holes):
        hole.swallow()
        began[name] = time.monotonic()
    send(clients['sending'])
    began['after a network change'] = time.monotonic()
    changing.change()

    for name, most in CASES.items():
        ended = clients[name].wait(False)
        took = ended - began[name] if ended else None
        tap.check(took is not None and took <= most,
                  f'{name}: noticed within {most} s')
        tap.note(f'{name}: noticed after {took:.1f} s' if took else f'{name}: never noticed')


def main():
    reason = may_run()
    if reason is not None:
        print(f'1..0 # SKIP {reason}')
        return

    tap = Tap()
    lab = Lab(*(os.path.abspath(path) for path in sys.argv[1:4]))
    try:
        lab.start()
        test(tap, lab)
    finally:
        lab.close()
    sys.exit(tap.finish())


main()
