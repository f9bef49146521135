#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the benchmark programs report comes to the page with its target and whether
# it is met, and a topic that is not run keeps what was there. Usage:
# test-bench-page.sh COLLECT PAGE; TAP.

set -u

collect=$1
page=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
count=0

check ()
{
  name=$1
  shift
  count=$((count + 1))
  if "$@"; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    failed=1
  fi
}

# TOPIC VALUE
report ()
{
  mkdir -p "$dir/build/tests/bench/$1"
  cat >"$dir/build/tests/bench/$1/$1.json" <<END
{"figures": [
  {"id": "$1_a", "what": "Sum of $1", "unit": "ms", "value": $2, "target": 20},
  {"id": "$1_b", "what": "Rest of $1", "unit": "MB", "value": 1234.5}],
 "points": [{"series": "$1", "unit": "ms", "files": 1000, "value": $2}]}
END
}

has ()
{
  grep -qF -e "$1" "$dir/docs/benchmarks.md" || { sed 's/^/# /' "$dir/docs/benchmarks.md"; false; }
}

write ()
{
  "$collect" --collect "$dir/build" --docs "$dir/docs" "$@" && "$page" "$dir/docs"
}

peers ()
{
  mkdir -p "$dir/build/tests/bench/peers"
  cat >"$dir/build/tests/bench/peers/peers.json" <<END
{"load": 0.1, "versions": {"Browser": "1.2"},
 "contenders": [{"id": "pegboard", "name": "Ours", "what": "ours"},
                {"id": "other", "name": "Theirs", "what": "theirs"}],
 "measures": [{"id": "start", "title": "Start", "unit": "ms", "what": "Until it is there.",
   "rows": [{"files": 1000, "values": {"pegboard": 20, "other": 50}, "ratios": {"other": 2.5}},
            {"files": 10000, "values": {"pegboard": 20, "other": "more than 90 s"},
             "ratios": {}}]}]}
END
}

echo 1..10
mkdir -p "$dir/docs"
report wire 12.34
report list 25
printf '## The table\n\nof its own\n' >"$dir/build/tests/bench/list/list.md"

check 'the first page is written' write
check 'a figure below its target' has '| Sum of wire | 12.3 | ms | ≤ 20 | met |'
check 'a figure above its target' has '| Sum of list | 25.0 | ms | ≤ 20 | **not met** |'
check 'a figure without a target' has '| Rest of wire | 1,234 | MB |  |  |'
check 'a table of its own' has '## The table'
check 'how many are met' has '1 of 2 targets are met.'

report wire 30
report list 5
write --only wire
check 'the topic that was run' has '| Sum of wire | 30.0 | ms | ≤ 20 | **not met** |'
check 'the topic that was not' has '| Sum of list | 25.0 | ms | ≤ 20 | **not met** |'

peers
write --only peers
check 'a ratio' has '| 1,000 | 20.0 | 50.0 (×2.50) |'
check 'what did not come in time' has '| 10,000 | 20.0 | more than 90 s |'

exit $failed
