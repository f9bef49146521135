#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills pegboardd with SIGKILL at random moments of concurrent check-outs and
check-ins, and looks at what is there after a restart: whatever was acknowledged
is, no file is half of anything, and no file has two holders.

test-crash.py PEGBOARDD [ROUNDS [SEED]]"""

import hashlib
import http.client
import os
import random
import sys
import threading
import time

from shop import Shop, Tap

N_FILES = 6
N_WORKERS = 4
SIZE = 24 * 1024


class Truth:
    """What the workers were told about one file, and what they do not know."""

    def __init__(self, content):
        self.lock = threading.Lock()
        self.contents = {digest(content)}   # what it may be now
        self.holders = {None}               # who may have it now
        self.acknowledged = []              # digests that must be in its history


class Race:
    """One file that everybody wants at once."""

    NAME = 'RACE.nc'

    def __init__(self):
        self.lock = threading.Lock()
        self.held = set()     # who was told that they have it, and did not say otherwise since
        self.maybe = {None}   # who may have it besides


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Worker(threading.Thread):
    """Takes files, checks them in or releases them, until the server is gone."""

    def __init__(self, shop, truths, race, number, seed, budget, kill):
        super().__init__()
        self.shop = shop
        self.truths = truths
        self.race = race
        self.user = f'worker {number}'
        self.random = random.Random(seed)
        self.budget = budget
        self.kill = kill
        self.doubles = []
        self.surprises = []

    def run(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.shop.port, timeout=30)
        try:
            while not self.kill.done:
                self.step(connection)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    def spend(self):
        """Counts down to the moment of the kill, which is within a request."""
        if self.budget.take():
            self.kill.after(self.random.random() * 0.006)

    def race_step(self, connection):
        race = self.race
        with race.lock:
            mine = self.user in race.held
            race.held.discard(self.user)
            race.maybe.add(None if mine else self.user)
            if mine:
                race.maybe.add(self.user)
        self.spend()
        if mine:
            status, _ = self.shop.post(race.NAME, 'cancel_checkout', {'user': self.user},
                                       connection)
            with race.lock:
                race.maybe.discard(self.user)
            if status != 200:
                self.surprises.append((race.NAME, 'cancel_checkout', status))
            return
        status, _ = self.shop.post(race.NAME, 'checkout', {'user': self.user}, connection)
        with race.lock:
            race.maybe.discard(self.user)
            if status == 200:
                race.held.add(self.user)
                if len(race.held) > 1:
                    self.doubles.append((race.NAME, set(race.held)))
            elif status != 409:
                self.surprises.append((race.NAME, 'checkout', status))

    def step(self, connection):
        if self.random.random() < 0.4:
            self.race_step(connection)
            return

        name = self.random.choice(sorted(self.truths))
        truth = self.truths[name]

        # One request at a time for a file, so that what is not known is only
        # what the last one of them did; different files run into each other.
        if not truth.lock.acquire(blocking=False):
            return
        try:
            if self.user not in truth.holders:
                self.check_out(connection, name, truth)
            elif self.random.random() < 0.8:
                self.check_in(connection, name, truth)
            else:
                self.release(connection, name, truth)
        finally:
            truth.lock.release()

    def check_out(self, connection, name, truth):
        before = set(truth.holders)
        truth.holders = before | {self.user}
        self.spend()
        status, _ = self.shop.post(name, 'checkout', {'user': self.user}, connection)
        if status == 200:
            if before - {None, self.user} and None not in before:
                self.doubles.append((name, before, self.user))
            truth.holders = {self.user}
        else:
            truth.holders = before
            if status != 409:
                self.surprises.append((name, 'checkout', status))

    def check_in(self, connection, name, truth):
        content = self.random.randbytes(SIZE // 2) * 2 + name.encode()
        before, holders = set(truth.contents), set(truth.holders)
        truth.contents = before | {digest(content)}
        truth.holders = holders | {None}
        self.spend()
        status, body = self.shop.check_in(name, self.user, content, 'crash', connection)
        if status == 200:
            truth.contents = {digest(content)}
            truth.acknowledged.append(digest(content))
            truth.holders = {None}
        else:
            truth.contents, truth.holders = before, holders
            self.surprises.append((name, 'checkin', status, body[:200]))

    def release(self, connection, name, truth):
        before = set(truth.holders)
        truth.holders = before | {None}
        self.spend()
        status, _ = self.shop.post(name, 'cancel_checkout', {'user': self.user}, connection)
        if status == 200:
            truth.holders = {None}
        else:
            truth.holders = before
            self.surprises.append((name, 'cancel_checkout', status))


class Budget:
    def __init__(self, requests):
        self.left = requests
        self.lock = threading.Lock()

    def take(self):
        with self.lock:
            self.left -= 1
            return self.left == 0


class Kill:
    """Kills the server a random few milliseconds after it is asked to."""

    def __init__(self, shop):
        self.shop = shop
        self.done = False
        self.thread = None

    def after(self, seconds):
        self.thread = threading.Thread(target=self.run, args=(time.monotonic() + seconds,))
        self.thread.start()

    def run(self, moment):
        while time.monotonic() < moment:
            pass
        self.done = True
        self.shop.process.kill()


def look(shop, truths, race, wrong):
    """Compares what the server and the folder say with what was promised."""
    files = shop.files()
    holder = files[race.NAME]['locked_by']

    if race.held and holder not in race.held:
        wrong.append(f'{race.NAME}: held by {holder}, not by {race.held}')
    if not race.held and holder not in race.maybe | {None}:
        wrong.append(f'{race.NAME}: held by {holder}, who never asked')
    race.held = {holder} - {None}
    race.maybe = {None}

    for name, truth in truths.items():
        with open(shop.path(name), 'rb') as file:
            there = digest(file.read())
        if there not in truth.contents:
            wrong.append(f'{name}: neither the old content nor the new')

        holder = files[name]['locked_by'] if name in files else 'no such file'
        if holder not in truth.holders:
            wrong.append(f'{name}: held by {holder}, not by one of {truth.holders}')

        kept = [revision['commit_hash'] for revision in shop.history(name)]
        for content in truth.acknowledged[-3:]:
            if content not in kept:
                wrong.append(f'{name}: an acknowledged revision is missing')
                continue
            status, body = shop.version(name, content)
            if status != 200 or digest(body) != content:
                wrong.append(f'{name}: an old revision cannot be read ({status})')

        # What is not known was decided by now.
        truth.contents, truth.holders = {there}, {holder}
        if there in kept and there not in truth.acknowledged:
            truth.acknowledged.append(there)

    strays = [entry for entry in os.listdir(shop.root)
              if entry not in truths and entry != race.NAME and not entry.startswith('.')]
    if strays:
        wrong.append(f'left behind: {strays}')


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(os.environ.get('PEGBOARD_SEED', '1'))
    chance = random.Random(seed)
    tap = Tap()
    shop = Shop(os.path.abspath(sys.argv[1]))
    truths = {}
    wrong, doubles, surprises = [], [], []
    requests = 0
    tap.note(f'seed {seed}, {rounds} rounds')

    try:
        for number in range(N_FILES):
            name = f'O{number:04}.nc'
            content = chance.randbytes(SIZE)
            with open(shop.path(name), 'wb') as file:
                file.write(content)
            truths[name] = Truth(content)

        race = Race()
        with open(shop.path(race.NAME), 'w', encoding='ascii') as file:
            file.write('O1 (RACE)\n')

        shop.start()
        for round_number in range(rounds):
            budget = chance.randint(1, 40)
            requests += budget
            kill = Kill(shop)
            budget = Budget(budget)
            workers = [Worker(shop, truths, race, number, chance.random(), budget, kill)
                       for number in range(N_WORKERS)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
                doubles += worker.doubles
                surprises += worker.surprises
            kill.thread.join()
            shop.process.wait()
            shop.process.stdout.close()
            shop.start()
            look(shop, truths, race, wrong)
            if wrong:
                tap.note(f'round {round_number}')
                break

        acknowledged = sum(len(truth.acknowledged) for truth in truths.values())
        tap.note(f'{requests} requests before the kills, {acknowledged} check-ins acknowledged')
        tap.check(not wrong, f'{rounds} kills: nothing acknowledged is missing, nothing is half')
        tap.check(not doubles, 'no file was given to two people')
        tap.check(not surprises, 'no request was refused that should not be')
        tap.check(acknowledged > rounds, 'the rounds did some work')
        for line in wrong + doubles + surprises:
            tap.note(line)
        code, took = shop.stop()
        tap.check(code == 0 and took < 2, 'SIGTERM ends it cleanly within 2 s')
        if tap.failed:
            tap.note(shop.read_log())
    finally:
        shop.close()

    sys.exit(tap.finish())


main()
