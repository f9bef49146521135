#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The icons are well-formed, complete, and of the form that GTK can recolour.
# Usage: check-icons.sh DIR; prints TAP.

set -u

dir=$1
list=$dir/icons.gresource.xml
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

listed ()
{
  xmllint --xpath '/gresources/gresource/file/text()' "$list" | sed 's/^ *//' | sort
}

well_formed ()
{
  find "$dir" \( -name '*.svg' -o -name '*.xml' \) -exec xmllint --noout {} +
}

all_listed_exist ()
{
  listed | {
    result=0
    while IFS= read -r file; do
      [ -f "$dir/$file" ] || { echo "# listed, but not there: $file"; result=1; }
    done
    return "$result"
  }
}

all_there_listed ()
{
  there=$(cd "$dir" && find symbolic -name '*.svg' | sort)
  [ "$there" = "$(listed)" ] || { echo "# the list and the folder differ"; false; }
}

# GTK overrides the fill of a path and nothing else: a stroke keeps its colour
# on a dark background, and a fill of “none” is filled.
all_recolourable ()
{
  find "$dir" -name '*-symbolic.svg' | {
    result=0
    while IFS= read -r file; do
      paths=$(xmllint --xpath 'count(//*[local-name()="path"][@fill="#2e3436"])' "$file")
      others=$(xmllint --xpath 'count(//*[not(local-name()="path")]) + count(//@stroke)' "$file")
      box=$(xmllint --xpath 'string(/*/@viewBox)' "$file")
      if [ "$paths:$others:$box" != "1:1:0 0 16 16" ]; then
        echo "# not one filled path of 16 by 16: $file"
        result=1
      fi
    done
    return "$result"
  }
}

echo 1..4
check "each file is well-formed" well_formed
check "each listed icon is there" all_listed_exist
check "each icon is listed" all_there_listed
check "each symbolic icon can be recoloured" all_recolourable
exit $failed
