#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-bench.sh BUILD DOCS [NAME]: runs every benchmark of a build, or only those
# of one folder of tests/bench, and takes what came out into DOCS/benchmarks.json.
# The page and the plot are drawn from that file, and from it alone; what was not
# run now stays in it with its own date and commit.
#
# What needs a display brings its own (with-display.sh). That a benchmark broke off
# is said at the end, and in the exit status.
set -eu

build=$1
docs=$2
only=${3:-}
here=$(dirname "$0")

# What an earlier run left behind must not pass for what came out now.
"$here/bench-collect.py" --clean "$build" ${only:+--only "$only"}

failed=0
for name in $("$here/bench-collect.py" --names "$build" ${only:+--only "$only"}); do
  meson test -C "$build" --no-rebuild --benchmark --verbose "$name" || failed=1
done

"$here/bench-collect.py" --collect "$build" --docs "$docs" ${only:+--only "$only"}
"$here/bench-page.py" "$docs"
"$here/bench-plot.py" "$docs"

if [ "$failed" -ne 0 ]; then
  echo "Not every benchmark ran to its end; the page has what was measured before." >&2
  exit 1
fi
