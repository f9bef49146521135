#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-page.py DOCS: writes DOCS/benchmarks.md from DOCS/benchmarks.json, and
from nothing else: the same figures give the same bytes."""

import json
import os
import sys

TOPICS = {
    'client': 'The client',
    'kiosk': 'A shared terminal',
    'list': 'The list on the screen',
    'wire': 'Reading and writing messages',
    'state': 'The tree behind the window',
    'server': 'The server',
    'board': 'End to end: one client changes, another sees it',
}

FOOT = {
    'board': 'Each change is measured from the call in one client to the notify of the snapshot '
             'in the other: request, SQLite commit with `synchronous=FULL`, broadcast, decoding, '
             'reducing.',
}


def figure(value):
    """Three digits that mean something, thousands apart."""
    if isinstance(value, str):
        return value
    if value == 0:
        return '0'
    if abs(value) >= 100:
        return f'{value:,.0f}'
    if abs(value) >= 10:
        return f'{value:.1f}'
    if abs(value) >= 1:
        return f'{value:.2f}'
    return f'{value:.3g}'


def verdict(entry):
    if 'target' not in entry:
        return '', ''
    met = entry['value'] <= entry['target']
    return f'≤ {entry["target"]:,.10g}', 'met' if met else '**not met**'


def machine_words(machine):
    libraries = ', '.join(f'{name} {version}' for name, version in machine['libraries'].items())
    return (f'{machine["cpu"]}, {machine["processors"]} processors, {machine["memory_gib"]} GiB, '
            f'{machine["system"]}, Linux {machine["kernel"]}; {libraries}')


def stamp_words(stamp):
    return f'{stamp["date"]}, commit {stamp["commit"]}'


def common_machine(book):
    """The machine most of the page was measured on; others are named where they are."""
    words = [machine_words(topic['machine']) for topic in book['topics'].values()]
    return max(sorted(set(words)), key=words.count) if words else ''


def topic_lines(name, topic, machine):
    lines = []
    if topic['figures']:
        lines += [f'## {TOPICS.get(name, name.capitalize())}', '']
        lines += [f'Measured on {stamp_words(topic)}'
                  + ('.' if machine_words(topic['machine']) == machine
                     else f', on {machine_words(topic["machine"])}.'), '']
        lines += ['| what | figure | unit | target | |', '|---|---:|---|---:|---|']
        for entry in topic['figures']:
            target, met = verdict(entry)
            lines.append(f'| {entry["what"]} | {figure(entry["value"])} | {entry["unit"]} '
                         f'| {target} | {met} |')
        lines.append('')
    if name in FOOT:
        lines += [FOOT[name], '']
    for table in topic['tables']:
        lines += [table.strip(), '']
    return lines


def cell(row, contender):
    words = figure(row['values'].get(contender, '–'))
    if contender in row['ratios']:
        words += f' (×{figure(row["ratios"][contender])})'
    return words


def peer_lines(peers):
    contenders = peers['contenders']
    versions = ', '.join(f'{name} {version}' for name, version in peers['versions'].items())
    lines = ['## Beside others', '',
             f'Written by `make bench-peers` on {stamp_words(peers)}: everybody in one run, on one '
             f'machine, fed by one `pegboardd` with the same files. {versions}. In brackets: how '
             f'many times ours. The load of the machine just before was {peers["load"]}: beyond '
             'its processors, times of the wall are too long for everybody.', '']
    lines += [f'- **{one["name"]}**: {one["what"]}' for one in contenders] + ['']
    for measure in peers['measures']:
        lines += [f'**{measure["title"]}** ({measure["unit"]}). {measure["what"]}', '']
        lines += ['| files | ' + ' | '.join(one['name'] for one in contenders) + ' |',
                  '|---:|' + '---:|' * len(contenders)]
        for row in measure['rows']:
            cells = [cell(row, one['id']) for one in contenders]
            lines.append(f'| {row["files"]:,} | ' + ' | '.join(cells) + ' |')
        lines.append('')
    return lines + ['']


def page(book):
    machine = common_machine(book)
    targets = [entry for topic in book['topics'].values() for entry in topic['figures']
               if 'target' in entry]
    met = sum(entry['value'] <= entry['target'] for entry in targets)
    lines = ['# Benchmarks', '',
             'Written by `make bench` from [benchmarks.json](benchmarks.json); the programs that '
             'measure are in `tests/bench`. Smaller is better everywhere. Where it says “CPU”, the '
             'time is what one thread has worked, which a busy machine does not stretch; other '
             'times are of the wall.', '',
             f'Machine: {machine}.', '']
    if targets:
        lines += [f'{met} of {len(targets)} targets are met.', '']
    lines += ['![Cost against the size of the list](benchmarks.svg)', '',
              'Every point is a list of that size; both axes are logarithmic, so a line that does '
              'not rise costs the same however long the list is. The grey dashes rise in '
              'proportion to the list.', '']
    order = [name for name in TOPICS if name in book['topics']]
    order += sorted(name for name in book['topics'] if name not in TOPICS)
    for name in order:
        lines += topic_lines(name, book['topics'][name], machine)
    if 'peers' in book:
        lines += peer_lines(book['peers'])
    return '\n'.join(lines).rstrip() + '\n'


def main():
    docs = sys.argv[1]
    with open(os.path.join(docs, 'benchmarks.json'), encoding='utf-8') as file:
        book = json.load(file)
    with open(os.path.join(docs, 'benchmarks.md'), 'w', encoding='utf-8') as file:
        file.write(page(book))


if __name__ == '__main__':
    main()
