#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The same seed makes the same shop, another seed another one, and a shop has
# as many files as it was asked for. Usage: test-make-shop.sh MAKE-SHOP; TAP.

set -u

make_shop=$1
# In memory where that is possible: it is about many small files.
dir=$(mktemp -d -p /dev/shm 2> /dev/null || mktemp -d) || exit 1
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

files_are ()
{
  found=$(find "$1" -type f | wc -l)
  [ "$found" -eq "$2" ] || { echo "# $found files"; false; }
}

# Names, contents and times.
digest ()
{
  (cd "$1" && find . -type f -printf '%p %T@\n' | sort &&
    find . -type f -print0 | sort -z | xargs -0 -r cat) | sha256sum
}

same ()
{
  [ "$(digest "$1")" = "$(digest "$2")" ]
}

differ ()
{
  ! same "$1" "$2"
}

exits ()
{
  expected=$1
  shift
  "$make_shop" "$@" > "$dir/out" 2> "$dir/err"
  status=$?
  [ "$status" -eq "$expected" ] || { echo "# exit status $status, $(cat "$dir/err")"; false; }
}

refused ()
{
  exits 2 "$@" && grep -q '^Usage: make-shop' "$dir/err" && [ ! -s "$dir/out" ]
}

parts_mixed ()
{
  names=$(find "$1" -type f -printf '%f\n' | grep -Ex '[0-9]{7}(_[A-Z]{1,3}[0-9]{1,3})?\.[a-z]+')
  [ "$(echo "$names" | cut -c1-7 | sort | uniq -d | wc -l)" -gt 50 ] &&
    [ "$(echo "$names" | cut -c1-2 | sort -u | wc -l)" -gt 10 ]
}

described ()
{
  [ "$(find "$1" -name '*.nc' -exec sed -n '2p' {} + | grep -Evc '^O[0-9]{4} \([A-Z].*, OP[0-9]+\)$')" -eq 0 ]
}

folders_small ()
{
  largest=$(find "$1" -printf '%h\n' | sort | uniq -c | sort -n | tail -n 1 | awk '{ print $1 }')
  [ "$largest" -le 3000 ] || { echo "# $largest in one folder"; false; }
}

sized ()
{
  largest=$(find "$1" -type f -printf '%s\n' | sort -n | tail -n 1)
  smallest=$(find "$1" -type f -printf '%s\n' | sort -n | head -n 1)
  [ "$largest" -le 4200 ] && [ "$smallest" -ge 4000 ] || { echo "# $smallest to $largest"; false; }
}

json_whole ()
{
  exits 0 --seed 7 --files 2000 --json &&
    [ "$(grep -o '{"filename":' "$dir/out" | wc -l)" -eq 2000 ] &&
    [ "$(grep -o '"status":"locked"' "$dir/out" | wc -l)" -gt 50 ] &&
    [ "$(wc -l < "$dir/out")" -eq 1 ] &&
    grep -q '^{"type":"FILE_LIST_UPDATED","payload":{".*]},"timestamp":".*"}$' "$dir/out"
}

# What the message lists is what is in the folder.
json_true ()
{
  exits 0 --seed 7 --files 2000 --json || return 1
  grep -o '"path":"[^"]*"' "$dir/out" | cut -d '"' -f 4 | sort > "$dir/listed"
  (cd "$dir/a" && find . -type f -printf '%P\n') | sort | cmp -s - "$dir/listed"
}

bad_arguments ()
{
  refused && refused "$dir/x" "$dir/y" && refused --files -1 "$dir/x" &&
    refused --files many "$dir/x" && refused --size -1 "$dir/x" &&
    refused --files 10000001 "$dir/x" && refused --nonsense "$dir/x" &&
    refused --json "$dir/x" && [ ! -e "$dir/x" ]
}

echo 1..19
check "makes a shop" exits 0 --seed 7 --files 2000 "$dir/a"
check "again, with the same seed" exits 0 --seed 7 --files 2000 "$dir/b"
check "again, with another seed" exits 0 --seed 8 --files 2000 "$dir/c"
check "has as many files as asked for" files_are "$dir/a" 2000
check "another seed has as many, too" files_are "$dir/c" 2000
check "the same seed makes the same bytes" same "$dir/a" "$dir/b"
check "another seed makes others" differ "$dir/a" "$dir/c"
check "has parts with several files, in several groups" parts_mixed "$dir/a"
check "has descriptions" described "$dir/a"
check "a small shop" exits 0 --files 10 --size 4096 "$dir/ten"
check "has ten files" files_are "$dir/ten" 10
check "of the size asked for" sized "$dir/ten"
check "a large shop" exits 0 --files 21000 --size 0 "$dir/large"
check "has all files, none over another" files_are "$dir/large" 21000
check "in folders that are not large" folders_small "$dir/large"
check "the message is whole" json_whole
check "the message is about the same files" json_true
check "a folder that is not empty is refused" exits 1 --files 10 "$dir/ten"
check "bad arguments are answered with the usage" bad_arguments
exit $failed
