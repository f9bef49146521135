#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-fuzz.sh BUILD SECONDS: runs every fuzz target of a build for some seconds,
# from its seeds. What it finds beside them stays in the build folder; what breaks
# it is printed, and ends the run with a failure.
set -u

build=$(cd "$1" && pwd)
seconds=$2
source=$(cd "$(dirname "$0")/../fuzz" && pwd)
passed=0
failed=0

for target in "$build"/tests/fuzz/fuzz-*; do
  [ -f "$target" ] && [ -x "$target" ] || continue
  name=$(basename "$target")
  corpus=$build/tests/fuzz/corpus-$name
  seeds=$source/seeds/${name#fuzz-}
  dictionary=$source/${name#fuzz-}.dict
  [ -f "$dictionary" ] || dictionary=$source/wire.dict
  mkdir -p "$corpus"

  echo "== $name, $seconds s"
  if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
       -dict="$dictionary" -artifact_prefix="$build/tests/fuzz/$name-" \
       -print_final_stats=1 "$corpus" "$seeds" >"$build/tests/fuzz/$name.log" 2>&1; then
    grep -E 'number_of_executed_units|peak_rss_mb' "$build/tests/fuzz/$name.log"
    passed=$((passed + 1))
  else
    tail -n 40 "$build/tests/fuzz/$name.log"
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
