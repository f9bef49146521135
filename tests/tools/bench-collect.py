#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the reports of the benchmark programs into one JSON file.

Each folder of tests/bench is a topic; its programs write NAME.json (as
tests/bench/common/bench-report.h does) or NAME.md (a table of its own) beside
themselves; that of tests/bench/peers says who else was measured. A topic that was
not run keeps what docs/benchmarks.json has of it.
"""

import argparse
import datetime
import glob
import json
import os
import platform
import subprocess

LIBRARIES = {
    'GLib': 'glib-2.0',
    'GTK': 'gtk4',
    'libadwaita': 'libadwaita-1',
    'libsoup': 'libsoup-3.0',
    'json-glib': 'json-glib-1.0',
    'SQLite': 'sqlite3',
}


def output_of(*command):
    """What a command prints, or nothing where there is no such command."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ''


def cpu():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def system():
    """Debian's point release stands in a file of its own."""
    try:
        name = platform.freedesktop_os_release().get('PRETTY_NAME', platform.system())
    except OSError:
        return platform.system()
    try:
        with open('/etc/debian_version', encoding='utf-8') as file:
            return f'{name}, {file.read().strip()}'
    except OSError:
        return name


def machine():
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30
    libraries = {name: output_of('pkg-config', '--modversion', module)
                 for name, module in LIBRARIES.items()}
    return {
        'cpu': cpu(),
        'processors': os.cpu_count(),
        'memory_gib': round(memory),
        'system': system(),
        'kernel': platform.release().split('-')[0],
        'libraries': libraries,
    }


def stamp():
    """When, and of which commit; SOURCE_DATE_EPOCH is for a page of the past."""
    epoch = os.environ.get('SOURCE_DATE_EPOCH')
    now = datetime.datetime.now(datetime.timezone.utc)
    if epoch:
        now = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc)
    commit = output_of('git', 'rev-parse', '--short=10', 'HEAD')
    changed = output_of('git', 'status', '--porcelain', '--untracked-files=no', '--', 'src')
    return {
        'date': now.strftime('%Y-%m-%d'),
        'commit': commit + ('+' if changed else ''),
        'machine': machine(),
    }


def folder_of(build):
    return os.path.join(build, 'tests', 'bench')


def topics_of(build, only):
    names = sorted(entry.name for entry in os.scandir(folder_of(build)) if entry.is_dir())
    return [name for name in names if only in (None, name) and not name.endswith('.p')]


def reports_of(build, topic):
    pattern = os.path.join(folder_of(build), topic, '*')
    return sorted(glob.glob(pattern + '.json')), sorted(glob.glob(pattern + '.md'))


def list_names(build, only):
    """The benchmarks of a build; with only, those of one topic."""
    listed = json.loads(subprocess.run(['meson', 'introspect', '--benchmarks', build],
                                       check=True, capture_output=True, text=True).stdout)
    part = os.path.join('tests', 'bench', only, '') if only else ''
    names = [benchmark['name'] for benchmark in listed
             if any(part in word for word in benchmark['cmd'])]
    if not names:
        raise SystemExit(f'There is no benchmark “{only}”')
    return names


def read(name):
    with open(name, encoding='utf-8') as file:
        return file.read()


def collect(build, only, docs):
    name = os.path.join(docs, 'benchmarks.json')
    book = json.loads(read(name)) if os.path.exists(name) else {}
    topics = book.setdefault('topics', {})

    for topic in topics_of(build, only):
        reports, tables = reports_of(build, topic)
        if not reports and not tables:
            continue
        taken = {**stamp(), 'figures': [], 'points': [], 'tables': []}
        for report in map(json.loads, map(read, reports)):
            if 'contenders' in report:
                book['peers'] = {**stamp(), **report}
                continue
            taken['figures'] += report['figures']
            taken['points'] += report['points']
        taken['tables'] += map(read, tables)
        if topic != 'peers':
            topics[topic] = taken

    with open(name, 'w', encoding='utf-8') as file:
        json.dump(book, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write('\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--names', metavar='BUILD', help='print the benchmarks')
    what.add_argument('--clean', metavar='BUILD', help='remove earlier reports')
    what.add_argument('--collect', metavar='BUILD', help='write DOCS/benchmarks.json')
    parser.add_argument('--only', help='one topic')
    parser.add_argument('--docs', default='docs')
    options = parser.parse_args()

    if options.names:
        print('\n'.join(list_names(options.names, options.only)))
    elif options.clean:
        for topic in topics_of(options.clean, options.only):
            for report in sum(reports_of(options.clean, topic), []):
                os.remove(report)
    else:
        collect(options.collect, options.only, options.docs)


if __name__ == '__main__':
    main()
