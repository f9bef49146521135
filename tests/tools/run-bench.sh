#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-bench.sh BUILD OUTPUT: runs every benchmark of a build, and writes what
# came out, with the machine beside it, as a page.
set -eu

build=$1
output=$2

meson test -C "$build" --no-rebuild --benchmark --verbose

python3 - "$build" "$output" <<'PYTHON'
import glob
import json
import os
import platform
import sys

build, output = sys.argv[1:3]
figures = {}
tables = []
folder = os.path.join(build, 'tests', 'bench')
for name in sorted(glob.glob(os.path.join(folder, '*', '*.json'))):
    with open(name, encoding='utf-8') as file:
        report = json.load(file)
    if 'figures' in report:
        report = {figure['id']: figure['value'] for figure in report['figures']}
    figures.update(report)
for name in sorted(glob.glob(os.path.join(folder, '*', '*.md'))):
    with open(name, encoding='utf-8') as file:
        tables.append(file.read())

WORDS = {
    'change_seen_400_files_p50_ms':
        'A check-out in one client, seen by another, 400 files, median (ms)',
    'change_seen_400_files_p99_ms': 'the same, 99th percentile (ms)',
    'change_seen_100000_files_p50_ms': 'the same with 100,000 files, median (ms)',
    'change_seen_100000_files_p99_ms': 'the same, 99th percentile (ms)',
    'check_in_300_mib_ms': 'A file of 300 MiB is checked in (ms)',
    'download_300_mib_ms': 'and fetched again (ms)',
    'server_most_memory_300_mib_file_mib': 'the most memory that takes in the server, RSS (MiB)',
    'server_first_start_100000_ms':
        'The server starts on a folder of 100,000 files it never saw (ms)',
    'server_start_100000_ms': 'and again (ms)',
    'server_rss_100000_mib': 'its memory then, RSS (MiB)',
}


def cpu():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def memory():
    return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30


def system():
    try:
        release = platform.freedesktop_os_release()
        return release.get('PRETTY_NAME', platform.system())
    except OSError:
        return platform.system()


lines = [
    '# Benchmarks',
    '',
    'Written by `make bench`; the server and the link are the real ones, over loopback.',
    '',
    f'Machine: {cpu()}, {os.cpu_count()} processors, {memory():.0f} GiB, '
    f'{system()}, Linux {platform.release().split("-")[0]}.',
    '',
    '| what | figure |',
    '|---|---:|',
]
for name, words in WORDS.items():
    if name in figures:
        lines.append(f'| {words} | {figures.pop(name):.2f} |')
for name, value in figures.items():
    lines.append(f'| {name.replace("_", " ")} | {value:.2f} |')
lines += [
    '',
    'Each change is measured from the call in one client to the notify of the snapshot in the '
    'other: request, SQLite commit with `synchronous=FULL`, broadcast, decoding, reducing.',
    '',
]
lines += tables

with open(output, 'w', encoding='utf-8') as file:
    file.write('\n'.join(lines))
print('\n'.join(lines))
PYTHON
