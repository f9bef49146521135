#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what the test programs of a build have reported, as “N passed, N failed”.

count-tests.py JUNIT STATUS

JUNIT is what meson writes (testlog.junit.xml): one case for each line that a program
reported; a program that broke off is one that failed. STATUS is that of meson: other than 0
there is at least one that failed, whatever the cases say."""

import re
import sys
import xml.etree.ElementTree as tree

# XML 1.0 has no sign for these (“Char”, section 2.2), and meson writes what a program
# printed as it came.
NOT_XML = re.compile('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


def read_cases(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return tree.fromstring(NOT_XML.sub('\ufffd', file.read())).iter('testcase')


def main():
    path, status = sys.argv[1:]
    passed = failed = 0
    try:
        for case in read_cases(path):
            if case.find('failure') is not None or case.find('error') is not None:
                failed += 1
            elif case.find('skipped') is None:
                passed += 1
    except (OSError, tree.ParseError) as error:
        print(f'What meson reported cannot be read: {error}')
        failed += 1

    if int(status) != 0 and failed == 0:
        failed = 1
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed or not passed else 0)


main()
