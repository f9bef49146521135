#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the instructions of the hot paths, and holds them against limits.json.

  run-guard.py [--take] [--compiler WORDS] GUARD LIMITS

Instructions are the same on a busy machine and on an idle one, and nearly the
same from run to run: no time, no random addresses, one set of string functions
of the C library whatever the processor offers. So a path that has grown can fail
a test where a time never may. With --take, what is counted now becomes the limit.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# What a path may grow before the test fails, percent: a few instructions more
# are no reason to stop anybody, a second walk over the list is.
MARGIN = 8

# Another compiler or another GLib may do the same in other instructions.
FOREIGN_MARGIN = 50

# memcpy() and its family exist once for each sort of processor; these names make
# the C library take the one that every amd64 has (glibc manual, “Hardware
# Capability Tunables”).
PLAIN_PROCESSOR = ','.join('-' + name for name in (
    'AVX', 'AVX2', 'AVX512F', 'AVX512VL', 'AVX512BW', 'BMI1', 'BMI2', 'LZCNT', 'MOVBE', 'RTM',
    'ERMS', 'FSRM', 'SSSE3', 'SSE4_1', 'SSE4_2', 'Fast_Unaligned_Copy', 'Prefer_No_VZEROUPPER'))


def libraries():
    def version(module):
        got = subprocess.run(['pkg-config', '--modversion', module], capture_output=True,
                             text=True, check=False)
        return f'{module} {got.stdout.strip()}'
    return [version('glib-2.0'), version('json-glib-1.0')]


def run(command, environment):
    """What a command prints; the test is over when it does not run."""
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        print(f'Bail out! {" ".join(command)} did not run:')
        print('\n'.join(f'# {line}' for line in (ran.stdout + ran.stderr).splitlines()))
        sys.exit(1)
    return ran.stdout


def count(guard):
    """Path → instructions."""
    with tempfile.TemporaryDirectory(prefix='pegboard-guard-') as folder:
        environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'HOME': folder,
                       'GLIBC_TUNABLES': f'glibc.cpu.hwcaps={PLAIN_PROCESSOR}'}
        command = ['valgrind', '--tool=callgrind', '--toggle-collect=path_*',
                   f'--callgrind-out-file={folder}/counts', guard]
        # Addresses decide where hash tables put pointers. Where a container does
        # not allow this, valgrind's own order is nearly as good.
        if subprocess.run(['setarch', '-R', 'true'], capture_output=True, check=False).returncode == 0:
            command = ['setarch', '-R', *command]
        run(command, environment)
        annotated = run(['callgrind_annotate', '--inclusive=yes', '--auto=no', '--threshold=100',
                         f'{folder}/counts'], environment)
    found = re.findall(r'^ *([\d,]+) .*:path_(\w+)[. ]', annotated, re.M)
    # What the compiler put into a path from a header has a line of its own.
    counts = {}
    for counted, path in found:
        counts[path] = counts.get(path, 0) + int(counted.replace(',', ''))
    return counts


def thousands(number):
    return f'{number:,.0f}'


def take(counts, limits, name, made_with):
    for path, counted in sorted(counts.items()):
        limits['paths'].setdefault(path, {'what': path.replace('_', ' ')})
        limits['paths'][path]['instructions'] = counted
    limits['paths'] = {path: limits['paths'][path] for path in limits['paths'] if path in counts}
    limits['made_with'] = made_with
    with open(name, 'w', encoding='utf-8') as file:
        json.dump(limits, file, ensure_ascii=False, indent=2)
        file.write('\n')
    for path, counted in counts.items():
        print(f'{path:<16} {thousands(counted):>14}')


def compare(path, counted, limit, margin):
    """A line of TAP, and whether it is well."""
    if counted is None:
        return f'{path}: {limit["what"]}\n# was not walked: guard.c and limits.json differ', False
    at_most = limit['instructions'] * (100 + margin) // 100
    words = f'{path}: {limit["what"]}: {thousands(counted)} instructions'
    change = (counted / limit['instructions'] - 1) * 100
    if counted <= at_most:
        hint = ''
        if change < -20:
            hint = (f'\n# {-change:.0f} % fewer than limits.json says: “make guard-limits” '
                    'keeps what was won')
        return f'{words} of at most {thousands(at_most)}{hint}', True
    return (f'{words}\n# That is {change:.1f} % more than the {thousands(limit["instructions"])} in '
            f'tests/bench/guard/limits.json, where {margin} % are allowed.\n'
            f'# See which part has grown with:  valgrind --tool=callgrind '
            f'--toggle-collect=path_{path} …/guard\n'
            '# If it must be so, “make guard-limits” takes new limits: commit them, and why.',
            False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--take', action='store_true', help='make what is counted the limits')
    parser.add_argument('--compiler', default='', help='what GUARD was built with')
    parser.add_argument('guard')
    parser.add_argument('limits')
    options = parser.parse_args()

    if shutil.which('valgrind') is None:
        print('Bail out! valgrind is not installed; “make deps” installs it')
        sys.exit(1)
    with open(options.limits, encoding='utf-8') as file:
        limits = json.load(file)
    made_with = [options.compiler, *libraries()]
    counts = count(options.guard)

    if options.take:
        take(counts, limits, options.limits, made_with)
        return

    margin = MARGIN if limits['made_with'] == made_with else FOREIGN_MARGIN
    names = list(limits['paths']) + [path for path in counts if path not in limits['paths']]
    good = True
    print(f'1..{len(names)}')
    if margin != MARGIN:
        print(f'# The limits were taken with {", ".join(limits["made_with"])}, this is '
              f'{", ".join(made_with)}: {margin} % are allowed.')
    for i, path in enumerate(names, 1):
        limit = limits['paths'].get(path)
        if limit is None:
            words, well = f'{path}\n# has no limit: “make guard-limits” takes one', False
        else:
            words, well = compare(path, counts.get(path), limit, margin)
        print(f'{"ok" if well else "not ok"} {i} - {words}')
        good = good and well
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
