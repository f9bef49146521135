#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The manual pages are typeset without a warning, and each names every option
# that its completion offers. Usage: check-man.sh MAN-DIR COMPLETIONS-DIR
# VERSION; prints TAP.

set -u

man_dir=$1
completions_dir=$2
version=$3
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

# A warning does not change the exit status of groff.
typeset_clean ()
{
  warnings=$(groff -man -ww -z -Tutf8 -K utf-8 "$1" 2>&1)
  [ -z "$warnings" ] || { echo "$warnings" | sed 's/^/# /'; false; }
}

names_options ()
{
  grep -v '^ *#' "$2" | grep -o -e "--[a-z][a-z-]*" | sort -u | {
    result=0
    while IFS= read -r option; do
      escaped=$(echo "$option" | sed 's/-/\\\\-/g')
      grep -q -e "$escaped" "$1" || { echo "# missing: $option"; result=1; }
    done
    return "$result"
  }
}

names_version ()
{
  grep -q "^\.TH .* \"Pegboard $version\"" "$1"
}

echo 1..13

for program in pegboard pegboardd pegctl; do
  page=$man_dir/$program.1
  check "$program.1 is typeset without a warning" typeset_clean "$page"
  check "$program.1 names the options of the completion" names_options "$page" "$completions_dir/$program"
  check "$program.1 is of this version" names_version "$page"
done

# The session of a terminal has no options of its own.
page=$man_dir/pegboard-kiosk-session.1
check "pegboard-kiosk-session.1 is typeset without a warning" typeset_clean "$page"
check "pegboard-kiosk-session.1 is of this version" names_version "$page"

# A file has none either.
page=$man_dir/pegboard-site.conf.5
check "pegboard-site.conf.5 is typeset without a warning" typeset_clean "$page"
check "pegboard-site.conf.5 is of this version" names_version "$page"

exit $failed
