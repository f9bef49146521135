#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Whatever a test prints, what was passed and what failed is counted.
# Usage: test-count-tests.sh COUNT; TAP.

set -u

count_tests=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
count=0

# NAME STATUS-OF-MESON STATUS-WANTED LAST-LINE-WANTED: counts $dir/junit.xml.
check ()
{
  count=$((count + 1))
  python3 "$count_tests" "$dir/junit.xml" "$2" >"$dir/out" 2>&1
  status=$?
  last=$(tail -n 1 "$dir/out")
  if [ "$status" -eq "$3" ] && [ "$last" = "$4" ]; then
    echo "ok $count - $1"
  else
    echo "not ok $count - $1"
    echo "# $status, $last"
    failed=1
  fi
}

# What the failed case of a report has printed.
report ()
{
  {
    printf '<?xml version="1.0" encoding="utf-8"?>\n<testsuites><testsuite>'
    printf '<testcase name="a"/><testcase name="b"/><testcase name="c"><skipped/></testcase>'
    printf '%b' "$1"
    printf '</testsuite></testsuites>\n'
  } >"$dir/junit.xml"
}

report ''
check 'what passed is counted, and what was skipped is not' 0 0 '2 passed, 0 failed'
check 'a program that ended badly has failed' 1 1 '2 passed, 1 failed'

report '<testcase name="d"><failure>no</failure></testcase><testcase name="e"><error/></testcase>'
check 'failures and errors have failed' 2 1 '2 passed, 2 failed'

report '<testcase name="d"><failure>\0033[31m \0000 \0001 \0014</failure></testcase>'
check 'control characters are no obstacle' 1 1 '2 passed, 1 failed'

report '<testcase name="d"><failure>\0377\0376 \0355\0240\0200 \0357\0277\0277</failure></testcase>'
check 'nor is what is not UTF-8' 1 1 '2 passed, 1 failed'

report '<testcase name="d"><failure>'
check 'a report that breaks off has failed' 0 1 '0 passed, 1 failed'

rm "$dir/junit.xml"
check 'one that is not there has, too' 0 1 '0 passed, 1 failed'

echo "1..$count"
exit $failed
