#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-looks.py FOLDER...
# check-looks.py --take COMMAND [ARGUMENT...]
# check-looks.py --control
#
# Looks at pictures of a shared terminal as people with other eyes do. In each FOLDER
# there is for each state a picture STATE.png, and STATE.words, where the words are
# that say how something is: lines “x y width height text”; STATE.rest, which need not
# be there, says the same of all other words. With --take, COMMAND is
# run with the name of a folder behind it, in which it makes such folders.
#
#  * Every two states are told apart in grey, and by those who see two colours instead
#    of three: protanopia, deuteranopia and tritanopia are simulated with the matrices
#    for a severity of 1.0 of Machado, Oliveira and Fernandes, “A Physiologically-based
#    Model for Simulation of Color Vision Deficiency”, IEEE Transactions on
#    Visualization and Computer Graphics 15 (6), 2009, which are for linear light.
#  * Words have a contrast of at least 7:1 against what is behind them, by relative
#    luminance (WCAG 2.1, 1.4.6), measured from the pixels. All others have at least
#    4.5:1 (1.4.3), also on what cannot be pressed.
#
# Before it looks at anything it makes sure that it finds what is bad (--control does
# only that). Prints TAP.

import itertools
import os
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageDraw

LEAST_CONTRAST = 7.0
LEAST_CONTRAST_OF_REST = 4.5

# Two states differ where a pixel differs by this, in parts of the way from black to
# white as the eye sees it (CIE L* / 100): one can see a tenth at a glance.
LEAST_STEP = 0.10

# And in so large a part of the picture that it is seen from afar: on 12 inches half a
# word of 20 minutes of arc is about 150 mm² of 42,000.
LEAST_PART = 0.0008

MACHADO = {
    'protanopia': [[0.152286, 1.052583, -0.204868],
                   [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    'deuteranopia': [[0.367322, 0.860646, -0.227968],
                     [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    'tritanopia': [[1.255528, -0.076749, -0.178779],
                   [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}

# From linear sRGB to CIE XYZ (IEC 61966-2-1), for a white of D65.
XYZ = numpy.array([[0.4124, 0.3576, 0.1805],
                   [0.2126, 0.7152, 0.0722],
                   [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def linear(picture):
    """sRGB, 0 to 255, as linear light, 0 to 1."""
    value = numpy.asarray(picture, dtype=numpy.float64) / 255
    return numpy.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb(light):
    """The other way round, for one colour."""
    light = numpy.clip(light, 0, 1)
    value = numpy.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return tuple(int(round(one)) for one in value * 255)


def luminance(light):
    """Relative luminance of linear light (WCAG 2.1)."""
    return light @ XYZ[1]


def lab(light):
    """CIE L*a*b*, divided by 100."""
    ratio = (light @ XYZ.T) / WHITE
    root = numpy.where(ratio > 216 / 24389, numpy.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return numpy.stack([116 * root[..., 1] - 16,
                        500 * (root[..., 0] - root[..., 1]),
                        200 * (root[..., 1] - root[..., 2])], axis=0).astype(numpy.float32) / 100


def views(picture):
    """What a picture looks like in grey, and to those who see two colours."""
    light = linear(picture)
    grey = luminance(light)
    seen = {'grey': lab(numpy.stack([grey, grey, grey], axis=-1))}
    for name, matrix in MACHADO.items():
        seen[name] = lab(numpy.clip(light @ numpy.array(matrix).T, 0, 1))
    return seen


def part_that_differs(one, other):
    squares = numpy.square(one[0] - other[0])
    for axis in (1, 2):
        squares += numpy.square(one[axis] - other[axis])
    return float((squares >= LEAST_STEP ** 2).mean())


def contrast_of(picture, box):
    """The contrast of the word in a box: of its strokes, against what is behind it.

    What is behind is the luminance that most pixels have. The edges of strokes are
    smoothed, so that the stroke is what differs most from it: the mean of the twentieth
    part that does, of which a letter always has more."""
    x, y, width, height = box
    light = luminance(linear(picture.crop((x, y, x + width, y + height)))).ravel()
    if light.size == 0:
        return 0.0
    steps = numpy.round(light * 1000).astype(int)
    behind = numpy.bincount(steps).argmax() / 1000
    apart = numpy.abs(light - behind)
    stroke = light[apart >= 0.95 * apart.max()].mean()
    return (max(stroke, behind) + 0.05) / (min(stroke, behind) + 0.05)


def read_words(path):
    words = []
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            x, y, width, height, text = line.rstrip('\n').split(' ', 4)
            words.append(((int(x), int(y), int(width), int(height)), text))
    return words


def find_alike(pictures):
    """Names of states that cannot be told apart, and by whom; the smallest difference."""
    alike = []
    least = (1.0, '')
    seen = {name: views(picture) for name, picture in pictures.items()}
    for one, other in itertools.combinations(sorted(seen), 2):
        for eyes in seen[one]:
            part = part_that_differs(seen[one][eyes], seen[other][eyes])
            least = min(least, (part, f'{one} and {other}, {eyes}'))
            if part < LEAST_PART:
                alike.append(f'{one} and {other} in {eyes}: {100 * part:.3f} % differs')
    return alike, least


def find_faint(pictures, words, enough=LEAST_CONTRAST):
    """Words that are too faint; the smallest contrast, and how many words there were."""
    faint = []
    least = (99.0, '')
    n = 0
    for name, picture in pictures.items():
        for box, text in words.get(name, []):
            contrast = contrast_of(picture, box)
            least = min(least, (contrast, f'“{text}” of {name}'))
            n += 1
            if contrast < enough:
                faint.append(f'{name}: “{text}” has {contrast:.1f}:1')
    return faint, least, n


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = False

    def result(self, good, what, problems=()):
        self.count += 1
        self.failed = self.failed or not good
        print(f'{"ok" if good else "not ok"} {self.count} - {what}')
        for problem in problems:
            print(f'# {problem}')
        sys.stdout.flush()

    def finish(self):
        print(f'1..{self.count}')
        return 1 if self.failed else 0


def patch(color, behind=(0x1d, 0x1f, 0x21), box=(60, 60, 140, 100)):
    picture = Image.new('RGB', (400, 300), behind)
    ImageDraw.Draw(picture).rectangle(box, fill=color)
    return picture


def control(tap):
    """What is bad must be found, and what is good must not."""
    alike, _ = find_alike({'free': patch((255, 255, 255)), 'taken': patch((0, 0, 0))})
    tap.result(not alike, 'control: black and white are told apart', alike)

    # The two colours that differ most for everybody else, and least for who has these
    # eyes: on both sides of a grey, in the direction in which they see nothing.
    blind = {name: numpy.linalg.svd(numpy.array(matrix))[2][2] for name, matrix in MACHADO.items()}
    blind['grey'] = numpy.array([1, -XYZ[1][0] / XYZ[1][1], 0])
    for eyes, way in blind.items():
        found = []
        for size in numpy.linspace(0.24, 0.02, 23):
            step = size * way / numpy.abs(way).max()
            one, other = patch(srgb(0.25 + step)), patch(srgb(0.25 - step))
            seen = part_that_differs(lab(linear(one)), lab(linear(other)))
            alike, _ = find_alike({'free': one, 'taken': other})
            if seen > LEAST_PART and any(f' in {eyes}:' in problem for problem in alike):
                found = alike
                break
        tap.result(bool(found), f'control: colours alone are found alike in {eyes}', found)

    alike, _ = find_alike({'free': patch((255, 255, 255), box=(60, 60, 66, 64)),
                           'taken': patch((0, 0, 0), box=(60, 60, 66, 64))})
    tap.result(bool(alike), 'control: what is too little to be seen is found', alike)

    box = (50, 50, 110, 60)
    good, _, _ = find_faint({'a': patch((255, 255, 255))}, {'a': [(box, 'Free')]})
    tap.result(not good, 'control: white on dark grey is not faint', good)
    # 7.3:1 and 6.5:1 against #1d1f21
    good, least, _ = find_faint({'a': patch((0xaa, 0xaa, 0xaa))}, {'a': [(box, 'Free')]})
    tap.result(not good and least[0] < 8, f'control: {least[0]:.2f}:1 is just not faint', good)
    bad, least, _ = find_faint({'a': patch((0x9c, 0x9c, 0x9c))}, {'a': [(box, 'Free')]})
    tap.result(len(bad) == 1 and least[0] > 5.5, f'control: {least[0]:.2f}:1 is faint', bad)
    known = contrast_of(patch((255, 255, 255), (0, 0, 0)), box)
    tap.result(abs(known - 21) < 0.1, 'control: white on black is 21:1', [f'{known:.2f}:1'])


def look(tap, folder):
    pictures = {}
    words = {}
    rest = {}
    for name in sorted(os.listdir(folder)):
        state, ending = os.path.splitext(name)
        path = os.path.join(folder, name)
        if ending == '.png':
            pictures[state] = Image.open(path).convert('RGB')
        elif ending == '.words':
            words[state] = read_words(path)
        elif ending == '.rest':
            rest[state] = read_words(path)

    size = {picture.size for picture in pictures.values()}
    tap.result(len(pictures) > 1 and len(size) == 1, f'{folder}: pictures of one size',
               [f'{len(pictures)} pictures, {sorted(size)}'])

    alike, least = find_alike(pictures)
    tap.result(not alike, f'{folder}: every two states are told apart',
               alike or [f'least: {100 * least[0]:.2f} % differs between {least[1]}'])

    faint, least, n = find_faint(pictures, words)
    tap.result(n > 0 and not faint, f'{folder}: words stand out',
               faint or [f'{n} words, the faintest has {least[0]:.1f}:1, {least[1]}'])
    if rest:
        faint, least, n = find_faint(pictures, rest, LEAST_CONTRAST_OF_REST)
        tap.result(n > 0 and not faint, f'{folder}: the rest can be read',
                   faint or [f'{n} words, the faintest has {least[0]:.1f}:1, {least[1]}'])


def main(arguments):
    tap = Tap()
    control(tap)
    if arguments and arguments[0] == '--take':
        with tempfile.TemporaryDirectory() as work:
            done = subprocess.run([*arguments[1:], work], check=False)
            folders = sorted(os.listdir(work))
            tap.result(done.returncode == 0 and bool(folders), 'pictures are taken')
            for folder in folders:
                look(tap, os.path.join(work, folder))
    elif arguments != ['--control']:
        if not arguments:
            print('Usage: check-looks.py FOLDER... | --take COMMAND... | --control', file=sys.stderr)
            return 2
        for folder in arguments:
            look(tap, folder)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
