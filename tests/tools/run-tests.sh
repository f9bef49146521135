#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-tests.sh BUILD [meson test arguments]: runs every test of a build on a
# display and a session bus of its own, and ends with “N passed, N failed”,
# counting what each test program reports.
set -u

build=$1
shift
here=$(dirname "$0")

"$here/with-display.sh" meson test -C "$build" --no-rebuild --print-errorlogs "$@"
result=$?

# One test case for each line that a program reported; a program that broke off
# is one that failed.
python3 - "$build/meson-logs/testlog.junit.xml" "$result" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

passed = failed = 0
for case in tree.parse(sys.argv[1]).getroot().iter('testcase'):
    if case.find('failure') is not None or case.find('error') is not None:
        failed += 1
    elif case.find('skipped') is None:
        passed += 1

if int(sys.argv[2]) != 0 and failed == 0:
    failed = 1
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed > 0 or passed == 0 else 0)
PYTHON
