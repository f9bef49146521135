#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run-peers.py BUILD OUTPUT.json [SIZE…]: holds the client beside others.

Everybody shows the same list of the same pegboardd, all of it open, in a window
of 1280 × 800, and gets the same changes; all in one run, one after the other, on
one machine. To be run with a display (tests/tools/with-display.sh).
"""

import functools
import http.server
import json
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PAGES = os.path.join(HERE, 'pages')

SIZES = [1000, 10000, 100000]

# Who does not show the list by then has not shown it.
LIST_TIMEOUT_S = 90

# Changes go on until there are so many, or so long.
N_CHANGES = 100
CHANGES_S = 30
PAUSE_S = 0.05

N_FRAMES = 240
SCROLL_STEP = 300

# Once more each, and the median of it.
N_STARTS = 3

CHROMIUM = ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
            '--no-first-run', '--no-default-browser-check', '--disable-background-networking',
            '--disable-component-update', '--disable-sync', '--disable-extensions',
            '--disable-features=Translate,OptimizationHints,MediaRouter', '--password-store=basic',
            '--use-mock-keychain', '--window-size=1280,800', '--remote-debugging-pipe',
            # The pages come from another port than the list: they are not to pay
            # for asking whether they may.
            '--disable-web-security']

CONTENDERS = [
    {'id': 'pegboard', 'name': 'Pegboard',
     'what': 'the client’s own window, store and link (`tests/bench/peers/peer-pegboard.c`), '
             'without its cache, which the others do not have'},
    {'id': 'gtk', 'name': 'GTK, the usual way',
     'what': '`GtkTreeListModel` + `GtkSortListModel` + `GtkFilterListModel`, `GtkListView`, rows '
             'of seven labels bound to properties, json-glib and libsoup on the main loop; a list '
             'replaces everything, a change is applied to its item (`peer-gtk.c`)'},
    {'id': 'virtual', 'name': 'browser, virtual',
     'what': 'headless Chromium; a page with only the rows that are on the screen, used again, '
             'and sort keys made once (`pages/virtual.js`)'},
    {'id': 'naive', 'name': 'browser, naive',
     'what': 'headless Chromium; a page that is written anew whenever something changes '
             '(`pages/naive.js`)'},
]

MEASURES = [
    ('start', 'Start to list', 'ms',
     'From starting the program, the browser included, with the address of a server, to the list '
     'painted.'),
    ('first_list', 'Time to first list', 'ms',
     'From telling a program that runs and is idle to connect, to the list painted: socket, '
     'greeting, list, parsing, sorting, first frame.'),
    ('change', 'One change', 'ms',
     'From sending a check-out to the server to the row painted, median. The server’s part, with '
     'its commit to the disk, is in it, and the same for all.'),
    ('change_p99', 'One change, 99th percentile', 'ms', 'The same.'),
    ('change_cpu', 'Work for a change', 'ms CPU',
     'What all processes of the program have worked for one change.'),
    ('frame_cpu', 'Work for a frame of scrolling', 'ms CPU',
     f'What all processes of the program have worked for one frame, {N_FRAMES} frames in which the '
     f'list moves by {SCROLL_STEP} pixels each. What the X server did for the two GTK programs is '
     'not in it, nor is there anything of the kind behind the headless browser.'),
    ('late', 'Late frames', '% of the frames', 'While scrolling: later than 25 ms after the one '
     'before.'),
    ('memory', 'Memory', 'MB',
     'PSS over all processes of the program, with the list on the screen, 3 s later.'),
    ('memory_empty', 'Memory of the empty window', 'MB', 'The same before there is a list.'),
]


class Refused(Exception):
    """What was wanted did not come in time."""


def processes_of(root):
    """A process and all that it has started."""
    children = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/stat', encoding='utf-8') as file:
                    parent = int(file.read().rsplit(')', 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def memory_mb(root):
    total = 0
    for pid in processes_of(root):
        try:
            with open(f'/proc/{pid}/smaps_rollup', encoding='utf-8') as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith('Pss:'))
        except OSError:
            pass
    return total * 1024 / 1e6


def cpu_ms(root):
    """What a program has worked; of a process that is gone nothing is known."""
    ticks = 0
    for pid in processes_of(root):
        try:
            with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
                fields = file.read().rsplit(')', 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks * 1000 / os.sysconf('SC_CLK_TCK')


def now_us():
    return time.time_ns() // 1000


class Server:
    """A pegboardd on a made-up shop."""

    def __init__(self, build, files, page_origin):
        self.folder = tempfile.mkdtemp(prefix='pegboard-peers-')
        root = os.path.join(self.folder, 'shop')
        subprocess.run([os.path.join(build, 'tests/tools/make-shop'), '--seed', '1', '--files',
                        str(files), root], check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [os.path.join(build, 'src/server/pegboardd'), '--root', root,
             '--data', os.path.join(self.folder, 'data'), '--listen', '127.0.0.1:0',
             '--allow-origin', page_origin],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = next(word.rstrip('/') for word in line.split() if word.startswith('http://'))
        # The first to ask waits until the list is written; that is nobody's merit.
        for headers in ({}, {'Prefer': 'return=minimal'}):
            request = urllib.request.Request(self.url + '/files', headers=headers)
            with urllib.request.urlopen(request) as answer:
                answer.read()

    def post(self, path, what):
        name = urllib.parse.quote(path, safe='')
        request = urllib.request.Request(
            f'{self.url}/files/{name}/{what}', method='POST',
            data=json.dumps({'user': 'Dana', 'message': 'bench'}).encode(),
            headers={'Content-Type': 'application/json'})
        with urllib.request.urlopen(request) as answer:
            answer.read()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


class Program:
    """A GTK program that is told in lines what to do (peer-probe.c)."""

    def __init__(self, build, contender, url=None):
        name = os.path.join(build, 'tests/bench/peers', f'peer-{contender}')
        self.began_us = now_us()
        self.process = subprocess.Popen([name] + ([url] if url else []), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.pid = self.process.pid
        self.rest = b''

    def tell(self, *words):
        self.process.stdin.write(('\t'.join(words) + '\n').encode())
        self.process.stdin.flush()

    def hear(self, event, timeout):
        until = time.monotonic() + timeout
        while True:
            while b'\n' not in self.rest:
                left = until - time.monotonic()
                if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                    raise Refused(event)
                got = os.read(self.process.stdout.fileno(), 65536)
                if not got:
                    raise RuntimeError(f'The program broke off, waiting for “{event}”')
                self.rest += got
            line, self.rest = self.rest.split(b'\n', 1)
            message = json.loads(line)
            if message['event'] == event:
                return message

    def listed(self):
        return self.hear('listed', LIST_TIMEOUT_S)['us']

    def connect(self, url):
        began_us = now_us()
        self.tell('connect', url)
        return self.listed() - began_us

    def shown(self):
        self.tell('shown')
        return self.hear('shown', 60)['files']

    def watch(self, key, locked):
        self.tell('watch', key, '1' if locked else '0')
        self.hear('watching', 60)
        return lambda: self.hear('changed', LIST_TIMEOUT_S)['us']

    def scroll(self):
        self.tell('scroll', str(N_FRAMES), str(SCROLL_STEP))
        return self.hear('scrolled', LIST_TIMEOUT_S)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Page:
    """A page in a headless Chromium of its own, driven through the DevTools
    protocol: messages with a zero behind each, over two pipes."""

    def __init__(self, origin, contender, url=None):
        self.folder = tempfile.mkdtemp(prefix='pegboard-chromium-')
        down_read, self.down = os.pipe()
        self.up, up_write = os.pipe()
        address = f'{origin}/index.html?page={contender}'
        if url:
            address += '&server=' + urllib.parse.quote(url, safe='')
        self.began_us = now_us()
        self.process = subprocess.Popen(
            ['sh', '-c', f'exec "$@" 3<&{down_read} 4>&{up_write}', 'sh', *CHROMIUM,
             f'--user-data-dir={self.folder}', address],
            pass_fds=(down_read, up_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(down_read)
        os.close(up_write)
        self.pid = self.process.pid
        self.rest = b''
        self.last = 0
        self.session = None
        self.attach()

    def send(self, method, **params):
        self.last += 1
        message = {'id': self.last, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.down, json.dumps(message).encode() + b'\0')
        return self.last

    def answer(self, number, timeout):
        until = time.monotonic() + timeout
        while True:
            while b'\0' not in self.rest:
                left = until - time.monotonic()
                if left <= 0 or not select.select([self.up], [], [], left)[0]:
                    raise Refused('an answer of the browser')
                got = os.read(self.up, 65536)
                if not got:
                    raise RuntimeError('The browser broke off')
                self.rest += got
            line, self.rest = self.rest.split(b'\0', 1)
            message = json.loads(line)
            if message.get('id') == number:
                if 'error' in message:
                    raise RuntimeError(message['error'])
                return message['result']

    def call(self, method, **params):
        return self.answer(self.send(method, **params), 60)

    def attach(self):
        while self.session is None:
            for target in self.call('Target.getTargets')['targetInfos']:
                if target['type'] == 'page' and target['url'].startswith('http'):
                    self.session = self.call('Target.attachToTarget', targetId=target['targetId'],
                                             flatten=True)['sessionId']
                    break
        while not self.evaluate('typeof peer === "object" && peer.ready === true'):
            pass

    def begin(self, expression):
        return self.send('Runtime.evaluate', expression=expression, awaitPromise=True,
                         returnByValue=True)

    def value(self, number, timeout):
        result = self.answer(number, timeout)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails'])
        return result['result'].get('value')

    def evaluate(self, expression, timeout=60):
        return self.value(self.begin(expression), timeout)

    def until(self, number):
        """Waits for what the page promised; where it broke instead, says how."""
        try:
            return self.value(number, LIST_TIMEOUT_S)
        except Refused:
            broken = self.evaluate('peer.broken')
            if broken:
                raise RuntimeError(broken) from None
            raise

    def listed(self):
        return self.until(self.begin('peer.started'))

    def connect(self, url):
        began_us = now_us()
        return self.until(self.begin(f'peer.connect({json.dumps(url)})')) - began_us

    def shown(self):
        return self.evaluate('peer.shown()')

    def watch(self, key, locked):
        number = self.begin(f'peer.watch({json.dumps(key)}, {json.dumps(locked)})')
        self.evaluate('0')
        return lambda: self.until(number)

    def scroll(self):
        return self.until(self.begin(f'peer.scroll({N_FRAMES}, {SCROLL_STEP})'))

    def stop(self):
        pids = processes_of(self.pid)
        for pid in pids:
            try:
                os.kill(pid, 9)
            except OSError:
                pass
        self.process.wait()
        os.close(self.down)
        os.close(self.up)
        shutil.rmtree(self.folder, ignore_errors=True)


def open_contender(build, origin, contender, url=None):
    if contender in ('pegboard', 'gtk'):
        return Program(build, contender, url)
    return Page(origin, contender, url)


def measure_starts(open_one, server):
    took = []
    for _ in range(N_STARTS):
        one = open_one(server.url)
        try:
            took.append((one.listed() - one.began_us) / 1000)
        finally:
            one.stop()
        if took[0] > 20000:
            break
    return statistics.median(took)


def measure_lists(open_one, server, values):
    """The time to the first list; the last who shows it goes on."""
    took, empty = [], []
    while True:
        one = open_one()
        try:
            # A program of others says nowhere that it has come to rest: all have the
            # same time, here and below.
            time.sleep(2)
            empty.append(memory_mb(one.pid))
            values['memory_empty'] = statistics.median(empty)
            took.append(one.connect(server.url) / 1000)
            values['first_list'] = statistics.median(took)
            if len(took) == N_STARTS or took[0] > 20000:
                time.sleep(3)
                values['memory'] = memory_mb(one.pid)
                return one
        except BaseException:
            one.stop()
            raise
        one.stop()


def measure_changes(one, server, values):
    files = one.shown()
    took = []
    locked = True
    until = time.monotonic() + CHANGES_S
    before = cpu_ms(one.pid)
    while len(took) < N_CHANGES and (len(took) < 2 or time.monotonic() < until):
        path, key = files[len(took) // 2 % len(files)]
        wait = one.watch(key, locked)
        began_us = now_us()
        server.post(path, 'checkout' if locked else 'cancel_checkout')
        took.append((wait() - began_us) / 1000)
        locked = not locked
        # One change after the other, each to a program at rest: a part of what is measured.
        time.sleep(PAUSE_S)
    values['change_cpu'] = (cpu_ms(one.pid) - before) / len(took)
    values['change'] = statistics.median(took)
    if len(took) == N_CHANGES:
        values['change_p99'] = sorted(took)[N_CHANGES * 99 // 100]
    else:
        values['change_p99'] = f'– ({len(took)} changes)'
    if not locked:
        server.post(path, 'cancel_checkout')


def measure_scroll(one, values):
    before = cpu_ms(one.pid)
    scrolled = one.scroll()
    values['frame_cpu'] = (cpu_ms(one.pid) - before) / scrolled['frames']
    values['late'] = 100 * scrolled['late'] / scrolled['frames']


def measure(open_one, server):
    """What one contender needs for one list; what it did not do in time is words."""
    values = {}
    late = f'more than {LIST_TIMEOUT_S} s'
    try:
        values['start'] = measure_starts(open_one, server)
    except Refused:
        values['start'] = late
    try:
        one = measure_lists(open_one, server, values)
    except Refused:
        values['first_list'] = late
        return values
    try:
        measure_changes(one, server, values)
        measure_scroll(one, values)
    except Refused:
        values.setdefault('change', late)
        values.setdefault('frame_cpu', late)
    finally:
        one.stop()
    return values


def serve_pages():
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    class Pages(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            """A browser that is ended in the middle is no error."""

    pages = Pages(('127.0.0.1', 0), functools.partial(Handler, directory=PAGES))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{pages.server_port}'


def versions():
    chromium = subprocess.run(['chromium', '--version'], capture_output=True, text=True,
                              check=True).stdout.split()
    return {'Chromium': next(word for word in chromium if word[0].isdigit())}


def plain(value):
    return round(value, 3) if isinstance(value, float) else value


def make_row(files, row, key):
    """Who needs how much for a list of that size, and how many times ours it is."""
    values = {contender: plain(values[key]) for contender, values in row.items() if key in values}
    ours = values.get('pegboard')
    ratios = {contender: round(value / ours, 3) for contender, value in values.items()
              if contender != 'pegboard' and isinstance(value, (int, float))
              and isinstance(ours, (int, float)) and ours > 0}
    return {'files': files, 'values': values, 'ratios': ratios}


def save(output, results, load):
    measures = [{'id': key, 'title': title, 'unit': unit, 'what': what,
                 'rows': [make_row(files, row, key) for files, row in results.items()]}
                for key, title, unit, what in MEASURES]

    with open(output, 'w', encoding='utf-8') as file:
        json.dump({'load': load, 'versions': versions(), 'contenders': CONTENDERS,
                   'measures': measures}, file, ensure_ascii=False, indent=1)


def main():
    # Whoever is ended tidies up: servers, browsers, folders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    build, output = sys.argv[1:3]
    sizes = [int(size) for size in sys.argv[3:]] or SIZES
    origin = serve_pages()
    results = {}
    load = round(os.getloadavg()[0], 1)

    for files in sizes:
        server = Server(build, files, origin)
        try:
            results[files] = {}
            for contender in CONTENDERS:
                open_one = functools.partial(open_contender, build, origin, contender['id'])
                values = measure(open_one, server)
                results[files][contender['id']] = values
                print(f'{files:>8} files, {contender["name"]}: ' + ', '.join(
                    f'{key} {value:.1f}' if isinstance(value, float) else f'{key} {value}'
                    for key, value in values.items()), flush=True)
        finally:
            server.stop()

    save(output, results, load)


if __name__ == '__main__':
    main()
