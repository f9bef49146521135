#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every word that people see is known to the translators, and every language
# of LINGUAS says it: completely, surely, with the same placeholders and with
# one mnemonic where there is one. It compares with the sources as they are now,
# not with what the .po files remember of them.
# Usage: check-po.sh SOURCE; prints TAP.

set -u

source=$1
failed=0
count=0

# The tools' own words are for the log; no language may change them.
unset LANGUAGE
export LC_ALL=C.UTF-8

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

check ()
{
  name=$1
  shift
  count=$((count + 1))
  if "$@" >"$work/said" 2>&1; then
    echo "ok $count - $name"
  else
    sed 's/^/# /' "$work/said"
    echo "not ok $count - $name"
    failed=1
  fi
}

without_comments ()
{
  sed -e '/^#/d' -e '/^[[:space:]]*$/d' "$1"
}

# The keywords, and the flags that matter, are those of meson's preset “glib”,
# which makes the .pot file.
extract ()
{
  xgettext --from-code=UTF-8 --add-comments=Translators --add-location=file --no-wrap \
    --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
    --keyword=g_dcgettext:2 --keyword=g_dngettext:2,3 --keyword=g_dpgettext2:2c,3 \
    --flag=C_:2:pass-c-format --flag=g_strdup_printf:1:c-format \
    --flag=g_string_printf:2:c-format --flag=g_string_append_printf:2:c-format \
    --flag=g_error_new:3:c-format --flag=g_set_error:4:c-format \
    --flag=g_print:1:c-format --flag=g_printerr:1:c-format \
    "$@"
}

# Everything that may hold words, without a look at POTFILES.in.
candidates ()
{
  find src -name '*.[ch]' -o -name '*.ui'
  find data -name '*.desktop.in' -o -name '*.metainfo.xml.in' -o -name '*.gschema.xml'
}

# xgettext says only in words that it does not know a kind of file, or that a
# string is no UTF-8; its exit status tells neither.
can_be_read ()
{
  candidates | LC_ALL=C sort >"$work/candidates" &&
    extract --files-from="$work/candidates" --output="$work/pegboard.pot" 2>"$work/warnings" &&
    [ -s "$work/pegboard.pot" ] &&
    [ ! -s "$work/warnings" ] && return

  cat "$work/warnings"
  return 1
}

all_listed ()
{
  sed -n 's/^#: //p' "$work/pegboard.pot" | tr ' ' '\n' | LC_ALL=C sort -u >"$work/there"
  without_comments po/POTFILES.in | LC_ALL=C sort >"$work/listed"
  diff "$work/there" "$work/listed" >"$work/diff" && return

  sed -n -e 's/^</has words, but is not in POTFILES.in:/p' \
    -e 's/^>/is in POTFILES.in, but has no words:/p' "$work/diff"
  return 1
}

languages_listed ()
{
  without_comments po/LINGUAS | LC_ALL=C sort >"$work/languages"
  find po -name '*.po' | sed -e 's,.*/,,' -e 's/\.po$//' | LC_ALL=C sort |
    diff "$work/languages" -
}

complete ()
{
  msgmerge --quiet --no-fuzzy-matching --no-wrap --output-file="$work/$1.po" \
    "po/$1.po" "$work/pegboard.pot" || return

  msgattrib --no-obsolete --no-wrap --untranslated "$work/$1.po" >"$work/lacking" || return
  msgattrib --no-obsolete --no-wrap --only-fuzzy "$work/$1.po" >"$work/unsure" || return
  [ ! -s "$work/lacking" ] && [ ! -s "$work/unsure" ] && return

  sed -n -e 's/^msgid \("[^"]\)/not translated: \1/p' "$work/lacking"
  sed -n -e 's/^msgid \("[^"]\)/fuzzy: \1/p' "$work/unsure"
  return 1
}

fits ()
{
  msgfmt --check --check-accelerators=_ --output-file="$work/$1.mo" "$work/$1.po"
}

cd "$source" || exit 99

check "the words can be read" can_be_read
check "POTFILES.in names the files that have words" all_listed
check "LINGUAS names the languages that are there" languages_listed

for language in $(without_comments po/LINGUAS); do
  check "$language is complete" complete "$language"
  check "$language fits the words it stands for" fits "$language"
done

echo "1..$count"
exit $failed
