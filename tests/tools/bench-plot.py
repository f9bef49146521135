#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-plot.py DOCS [PNG]: draws DOCS/benchmarks.svg from DOCS/benchmarks.json:
cost against the size of the list, a panel for each topic and unit. With PNG, the
same picture for the eye of whoever changes this."""

import collections
import json
import os
import sys

import matplotlib

matplotlib.use('svg')
# The same figures give the same bytes: no random identities, no date, no font
# of whoever looks.
matplotlib.rcParams.update({
    'svg.hashsalt': 'pegboard',
    'svg.fonttype': 'path',
    'font.family': 'DejaVu Sans',
    'font.size': 9,
    'axes.spines.top': False,
    'axes.spines.right': False,
    'axes.edgecolor': '#666666',
})

from matplotlib import pyplot, ticker  # noqa: E402 (after the choice of a backend)

TOPICS = {
    'client': 'The client',
    'list': 'The list on the screen',
    'wire': 'Messages',
    'state': 'The tree',
    'server': 'The server',
    'board': 'End to end',
}

# Okabe and Ito's colours, which most people can tell apart, without the yellow;
# and a mark for each, for those who cannot.
COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#7f5aa8']
MARKS = ['o', 's', '^', 'D', 'v', 'P', 'X', '*']
COLUMNS = 2


def panels(book):
    """(title, unit) → series → [(files, value)], in the order of the page."""
    found = collections.OrderedDict()
    topics = book.get('topics', {})
    order = [name for name in TOPICS if name in topics]
    order += sorted(name for name in topics if name not in TOPICS)
    for name in order:
        for point in topics[name]['points']:
            panel = found.setdefault((TOPICS.get(name, name), point['unit']),
                                     collections.OrderedDict())
            panel.setdefault(point['series'], []).append((point['files'], point['value']))
    names = {one['id']: one['name'] for one in book.get('peers', {}).get('contenders', [])}
    for measure in book.get('peers', {}).get('measures', []):
        if measure['unit'].startswith('%'):
            continue  # has zeros, for which there is no place
        series = collections.OrderedDict()
        for row in measure['rows']:
            for key, name in names.items():
                value = row['values'].get(key)
                if isinstance(value, (int, float)):
                    series.setdefault(name, []).append((row['files'], value))
        if any(len(points) > 1 for points in series.values()):
            found[('Beside others: ' + measure['title'].lower(), measure['unit'])] = series
    return found


def size_words(files, _position=None):
    return f'{files:,.0f}'


def cost_words(value, _position=None):
    return f'{value:,.0f}' if value >= 1 else f'{value:.6f}'.rstrip('0').rstrip('.')


def guide(axes, values):
    """What rises in proportion to the list, from the lowest of the first points."""
    low, high = min(values), max(values)
    sizes = [1000, 1000000]
    axes.plot(sizes, [low, low * 1000], color='#bbbbbb', linestyle=(0, (4, 4)), linewidth=1,
              zorder=1)
    axes.set_ylim(low / 2.5, max(high, low * 10) * 2.5)


def draw_panel(axes, key, series):
    values = []
    for i, (name, points) in enumerate(series.items()):
        points = sorted(point for point in points if point[1] > 0)
        if not points:
            continue
        values += [value for _files, value in points]
        axes.plot(*zip(*points), color=COLOURS[i % len(COLOURS)], marker=MARKS[i % len(MARKS)],
                  markersize=5, linewidth=1.6, label=name, zorder=3,
                  linestyle='-' if i < len(COLOURS) else '--')
    axes.set_xscale('log')
    axes.set_yscale('log')
    sizes = [files for points in series.values() for files, _value in points]
    axes.set_xlim(0.7 * min(sizes + [1000]), 1.4 * max(sizes + [1000000]))
    axes.set_xticks([1000, 10000, 100000, 1000000])
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(size_words))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(cost_words))
    axes.minorticks_off()
    if values:
        guide(axes, values)
        # Two decades have labels enough, one has not.
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(ticker.LogLocator(
            subs=(1, 2, 5) if high / low < 100 else (1,)))
    axes.grid(True, color='#e4e4e4', linewidth=0.7, zorder=0)
    axes.set_title(f'{key[0]}, {key[1]}', loc='left', fontsize=10, fontweight='bold')
    axes.set_xlabel('files', loc='right', labelpad=1)
    axes.legend(loc='upper left', bbox_to_anchor=(-0.02, -0.17), frameon=False, fontsize=8,
                borderaxespad=0, handlelength=2.4, labelspacing=0.35)


def draw(found):
    keys = list(found)
    rows = max(1, (len(keys) + COLUMNS - 1) // COLUMNS)
    # A legend is as high as its lines, and the lowest of a row makes room for it.
    most = [max(len(found[key]) for key in keys[row * COLUMNS:(row + 1) * COLUMNS])
            if keys else 0 for row in range(rows)]
    heights = [2.9 + 0.17 * lines for lines in most]
    figure = pyplot.figure(figsize=(11, sum(heights) + 0.2))
    top = sum(heights) + 0.2
    for i, key in enumerate(keys):
        row, column = divmod(i, COLUMNS)
        base = top - sum(heights[:row])
        axes = figure.add_axes([(0.65 + column * 5.5) / 11, (base - 2.3) / top, 4.6 / 11, 1.9 / top])
        draw_panel(axes, key, found[key])
    return figure


def main():
    docs = sys.argv[1]
    with open(os.path.join(docs, 'benchmarks.json'), encoding='utf-8') as file:
        book = json.load(file)
    figure = draw(panels(book))
    figure.savefig(os.path.join(docs, 'benchmarks.svg'), format='svg', facecolor='white',
                   metadata={'Date': None, 'Creator': None, 'Title': 'Cost against list size'})
    if len(sys.argv) > 2:
        figure.savefig(sys.argv[2], format='png', dpi=90, facecolor='white')


if __name__ == '__main__':
    main()
