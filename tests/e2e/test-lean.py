#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running window does not load: without a graphics processor there is nothing of
OpenGL in it, and the programs that it starts are told nothing of that.

test-lean.py PEGBOARDD PEGBOARD SCHEMAS DEMO_SHOP"""

import os
import re
import sys

from shop import Shop, Tap
from window import Window

# Mesa, what dispatches to it, and what it compiles with; of NVIDIA’s, too.
GL = re.compile(r'/lib(GL|GLX|GLdispatch|EGL|OpenGL|gallium|LLVM|vulkan|glapi|nvidia)[^/]*\.so')

# What is tried on a computer that has one: the same as without.
AS_WITHOUT = {'GDK_DEBUG': 'gl-disable', 'GSK_RENDERER': 'cairo'}


def main():
    pegboardd, pegboard, schemas, demo = (os.path.abspath(path) for path in sys.argv[1:5])
    tap = Tap()
    shop = Shop(pegboardd, source=demo, name='Shop North')
    window = None
    has_gpu = os.path.isdir('/dev/dri') or os.path.exists('/dev/nvidiactl')

    # Whoever runs the test has said how to draw; here the program decides.
    for name in AS_WITHOUT:
        os.environ.pop(name, None)

    try:
        shop.start()
        window = Window(pegboard, schemas, os.path.join(shop.folder, 'window.log'),
                        ['--server', shop.address, '--user', 'dana'],
                        **(AS_WITHOUT if has_gpu else {}))
        tap.check(window.wait('push button', 'Live'), 'the window is there, and live')

        with open(f'/proc/{window.process.pid}/maps', encoding='utf-8') as maps:
            loaded = sorted({line.split()[-1] for line in maps if GL.search(line)})
        tap.check(not loaded, f'nothing of OpenGL is loaded {loaded}')
    finally:
        if window is not None:
            window.close()
        shop.close()
    sys.exit(tap.finish())


main()
