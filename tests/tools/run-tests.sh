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
report=$build/meson-logs/testlog.junit.xml

# Most tests wait for something most of the time: one more than there are processors.
MESON_TESTTHREADS=${MESON_TESTTHREADS:-$(($(nproc) + 1))}
export MESON_TESTTHREADS

# What an earlier run left does not count.
rm -f "$report"
"$here/with-display.sh" meson test -C "$build" --no-rebuild --print-errorlogs "$@"
python3 "$here/count-tests.py" "$report" $?
