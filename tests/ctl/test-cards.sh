#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints the cards of pegctl(1) on paper made of pixels, and reads them with somebody
# else's reader (ZBar): every card says what it is for. Usage: test-cards.sh PEGCTL; prints
# TAP.

set -u

pegctl=$1
count=0
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

HOME=$work
unset PEGBOARD_TOKEN
export HOME

for tool in rsvg-convert zbarimg xmllint; do
  if ! command -v "$tool" >/dev/null; then
    echo "Bail out! $tool is not installed; “make deps” installs it"
    exit 1
  fi
done

check ()
{
  name=$1
  shift
  count=$((count + 1))
  if "$@" >"$work/said" 2>&1; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    sed 's/^/# /' "$work/said"
    failed=1
  fi
}

# reads SVG EXPECTED…: the codes on a page, at 300 dpi, are these and no others.
reads ()
{
  svg=$1
  shift
  rsvg-convert --dpi-x 300 --dpi-y 300 -o "$work/page.png" "$svg" || return 1
  zbarimg --nodbus -q --raw -Sdisable -Scode128.enable "$work/page.png" 2>/dev/null | sort >"$work/got"
  printf '%s\n' "$@" | sort >"$work/expected"
  diff "$work/expected" "$work/got"
}

# No module is smaller than 0.33 mm.
is_coarse ()
{
  grep -o 'scale([0-9.]* [0-9.]*)" shape-rendering' "$1" |
    awk -F'[( ]' '{ n++; if ($2 < 0.33) bad++ } END { exit n == 0 || bad > 0 }'
}

has_size ()
{
  grep -q "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"$2mm\" height=\"$3mm\" viewBox=\"0 0 $2 $3\">" "$1"
}

# refuses STATUS WORDS ARGUMENT…
refuses ()
{
  status=$1
  words=$2
  shift 2
  "$pegctl" cards "$@" >"$work/out" 2>"$work/err"
  [ $? -eq "$status" ] && [ ! -s "$work/out" ] && grep -q "$words" "$work/err" || { cat "$work/err"; false; }
}

"$pegctl" cards >"$work/commands.svg"
check 'the commands are XML' xmllint --noout "$work/commands.svg"
check 'the commands are on A4' has_size "$work/commands.svg" 210.0000 297.0000
check 'the commands are coarse enough' is_coarse "$work/commands.svg"
check 'the commands can be read' reads "$work/commands.svg" \
  PB1/C/CHECKOUT/H8 PB1/C/CHECKIN/CX PB1/C/RELEASE/GS PB1/C/CANCEL/HT PB1/C/YES/6O PB1/C/NO/IY
for word in 'CHECK OUT' 'CHECK IN' RELEASE CANCEL YES NO; do
  check "$word can be read by people" grep -q ">$word</text>" "$work/commands.svg"
done

"$pegctl" cards --letter --output "$work/letter.svg"
check 'the commands are on letter paper' has_size "$work/letter.svg" 215.9000 279.4000
check 'those can be read, too' reads "$work/letter.svg" \
  PB1/C/CHECKOUT/H8 PB1/C/CHECKIN/CX PB1/C/RELEASE/GS PB1/C/CANCEL/HT PB1/C/YES/6O PB1/C/NO/IY

"$pegctl" cards --file VF-4/1234567_AB12.nc 'Lathe/Düse_Ø12.nc' 'Fixtures/soft jaws 6 inch.nc' \
  '<&">.nc' >"$work/files.svg"
check 'labels of files are XML' xmllint --noout "$work/files.svg"
check 'labels of files are coarse enough' is_coarse "$work/files.svg"
check 'labels of files can be read' reads "$work/files.svg" \
  'PB1/F/VF-4%1234567$UAB12.+NC/FE' 'PB1/F/L+ATHE%+D$C3$BC+SE$U$C3$9812.NC/VT' \
  'PB1/F/F+IXTURES%SOFT$SJAWS$S6$SINCH.NC/PF' 'PB1/F/$3C$26$22$3E.+NC/C7'

"$pegctl" cards --person dana 4711 >"$work/persons.svg"
check 'badges can be read' reads "$work/persons.svg" 'PB1/P/+DANA/KM' 'PB1/P/4711/7T'

# More than a page.
set --
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
  set -- "$@" "$n"
done
check 'two pages are not for a pipe' refuses 2 'more than one page' --person "$@"
"$pegctl" cards --person "$@" -o "$work/many.svg"
check 'the first page can be read' sh -c "grep -c '<path' '$work/many.svg' | grep -qx 12"
check 'the second page has the rest' sh -c "grep -c '<path' '$work/many-2.svg' | grep -qx 1"

long=$(printf '%060d' 0 | tr 0 x)
check 'a name that is too long' refuses 1 'too long' --file "$long-é-$long"
check 'a control character' refuses 1 'no code' --file "$(printf 'a\tb')"
check 'an empty name' refuses 1 'no code' --person ''
check 'names of nothing' refuses 2 'files or persons' dana
check 'nothing of a kind' refuses 2 'take names' --file
check 'both kinds' refuses 2 'not for both' --file --person x
check 'a file that cannot be written' refuses 1 'no-such' --output "$work/no-such/cards.svg"

echo "1..$count"
exit $failed
