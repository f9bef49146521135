#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that an include that goes against the layers does not compile.

Takes the command with which a file of each room is really compiled, and gives
the compiler a file with one #include instead. What a room may include must
compile, what it may not must not.

test-layers.py COMPILE_COMMANDS_JSON"""

import json
import shlex
import subprocess
import sys
import tempfile

STATE = '"peg-entry.h"'
WIRE = '"peg-wire.h"'
LINK = '"peg-link.h"'
UI = '"peg-window.h"'
PEOPLE = '"peg-roster.h"'
GTK = '<gtk/gtk.h>'
SOUP = '<libsoup/soup.h>'
JSON = '<json-glib/json-glib.h>'

# room: (what tells its files from others, what it may see, what it may not)
ROOMS = {
    'state': ('/src/state/', [STATE], [WIRE, LINK, PEOPLE, UI, GTK, SOUP, JSON]),
    'people': ('/src/people/', [STATE, PEOPLE], [WIRE, LINK, UI, GTK, SOUP, JSON]),
    'wire': ('/src/link/wire/', [STATE, WIRE, JSON], [LINK, UI, GTK, SOUP]),
    'link': ('/src/link/peg-', [STATE, WIRE, LINK, SOUP], [PEOPLE, UI, GTK]),
    'ui': ('/src/ui/', [STATE, UI, GTK], [WIRE, LINK, PEOPLE, SOUP, JSON]),
    'ctl': ('/src/ctl/', [STATE, LINK, PEOPLE], [UI, GTK]),
    'server': ('/src/server/', [STATE, WIRE, SOUP], [LINK, PEOPLE, UI, GTK]),
    'client': ('/src/client/peg-application', [STATE, LINK, PEOPLE, UI, GTK], []),
}


def command_of(commands, mark):
    for entry in commands:
        path = f'/{entry["file"]}'
        if mark in path and path.endswith('.c'):
            words = shlex.split(entry['command'])
            drop = {'-o', '-c', '-MF', '-MQ'}
            kept, skip = [], False
            for word in words:
                if skip:
                    skip = False
                elif word in drop:
                    skip = True
                elif word not in ('-MD', '-MMD'):
                    kept.append(word)
            return entry['directory'], kept
    raise SystemExit(f'No file of {mark} is compiled')


def compiles(directory, command, include):
    with tempfile.NamedTemporaryFile('w', suffix='.c') as source:
        source.write(f'#include {include}\nint peg_layers;\n')
        source.flush()
        return subprocess.run(command + ['-w', '-fsyntax-only', source.name],
                              cwd=directory, capture_output=True).returncode == 0


def main():
    with open(sys.argv[1]) as file:
        commands = json.load(file)

    cases = [(room, mark, include, wanted)
             for room, (mark, may, may_not) in ROOMS.items()
             for wanted, includes in ((True, may), (False, may_not))
             for include in includes]
    print(f'1..{len(cases)}')

    failed = 0
    for number, (room, mark, include, wanted) in enumerate(cases, 1):
        good = compiles(*command_of(commands, mark), include) == wanted
        failed += not good
        words = 'may include' if wanted else 'may not include'
        print(f'{"ok" if good else "not ok"} {number} {room} {words} {include.strip(chr(34))}',
              flush=True)

    sys.exit(1 if failed else 0)


main()
