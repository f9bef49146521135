#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Holds the demo shop to what data/meson.build promises of it.
# Usage: test-demo-shop.sh DIR; prints TAP.

set -u

shop=$1
failed=0
count=0

# check NAME COMMAND...: one TAP line for one command.
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

# The description of a program is its first comment. Prints what is in it.
description ()
{
  case $1 in
    *.nc) sed -n '2s/^O[0-9]\{4\} (\(.*\))$/\1/p' "$1" ;;
    *.min) sed -n '3s/^(\(.*\))$/\1/p' "$1" ;;
    *.h) sed -n '2s/^1 ; \(.*\)$/\1/p' "$1" ;;
    *.mpf|*.spf) sed -n '1s/^; \(.*\)$/\1/p' "$1" ;;
    *.txt) sed -n '1p' "$1" ;;
  esac
}

all_described ()
{
  find "$shop" -type f | {
    result=0
    while IFS= read -r file; do
      if [ -z "$(description "$file")" ]; then
        echo "# no description: $file"
        result=1
      fi
      if ! head -n 4 "$file" | grep -Eq '^([0-9]+ )?[(;]? ?PART [A-Z0-9-]+ REV [0-9]+\.[0-9]+\)?$'; then
        echo "# no part and revision: $file"
        result=1
      fi
    done
    return "$result"
  }
}

all_end ()
{
  find "$shop" -type f ! -name '*.txt' | {
    result=0
    while IFS= read -r file; do
      if ! grep -Eq '(^|[ 0-9])(M30|M99|M02|RET|END PGM [A-Z0-9_]+ MM)$' "$file"; then
        echo "# no end of program: $file"
        result=1
      fi
    done
    return "$result"
  }
}

# A HEIDENHAIN program is called by its name, so the name inside has to be the
# name of the file, and its blocks are numbered without a hole.
heidenhain_right ()
{
  find "$shop" -type f -name '*.h' | {
    result=0
    while IFS= read -r file; do
      stem=$(basename "$file" .h)
      head -n 1 "$file" | grep -qx "0 BEGIN PGM $stem MM" || { echo "# begin: $file"; result=1; }
      tail -n 1 "$file" | grep -Eqx "[0-9]+ END PGM $stem MM" || { echo "# end: $file"; result=1; }
      awk '/^[0-9]/ && $1 != n++ { exit 1 }' "$file" || { echo "# block numbers: $file"; result=1; }
    done
    return "$result"
  }
}

count_at_least ()
{
  found=$(find "$shop" -type f -name "$1" | wc -l)
  [ "$found" -ge "$2" ] || { echo "# $1: $found"; false; }
}

# More than one part in a group and more than one file of a part, or the tree
# of the client has nothing to show.
parts_mixed ()
{
  names=$(find "$shop" -type f -printf '%f\n' | grep -E '^[0-9]{7}(_[A-Z]{1,3}[0-9]{1,3})?\.[a-z]+$')
  parts=$(echo "$names" | cut -c1-7 | sort -u)
  echo "$parts" | cut -c1-2 | uniq -d | grep -q . &&
    echo "$names" | cut -c1-7 | sort | uniq -d | grep -q .
}

no_strangers ()
{
  ! find "$shop" -type f ! -name '*.nc' ! -name '*.h' ! -name '*.mpf' ! -name '*.spf' \
      ! -name '*.min' ! -name '*.txt' | grep .
}

lines_short ()
{
  find "$shop" -type f | {
    result=0
    while IFS= read -r file; do
      lines=$(wc -l < "$file")
      if [ "$lines" -lt 10 ] || [ "$lines" -gt 60 ]; then
        echo "# $lines lines: $file"
        result=1
      fi
    done
    return "$result"
  }
}

echo 1..14
check "there are forty files or more" count_at_least '*' 40
check "Fanuc programs" count_at_least '*.nc' 15
check "HEIDENHAIN programs" count_at_least '*.h' 6
check "Siemens programs" count_at_least '*.[ms]pf' 6
check "Okuma programs" count_at_least '*.min' 4
check "setup sheets" count_at_least '*.txt' 1
check "a name that is not ASCII" count_at_least 'Düse_Ø12.nc' 1
check "a name with spaces" count_at_least '* * *' 1
check "nothing but programs and setup sheets" no_strangers
check "each has a description, a part and a revision" all_described
check "each program ends" all_end
check "HEIDENHAIN names and block numbers" heidenhain_right
check "several parts in a group, several files of a part" parts_mixed
check "each is short" lines_short
exit $failed
