#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# take-screenshots.sh BUILD OUTPUT: takes the pictures that the README, the manual
# of a terminal and the metainfo show, from pages with made-up data, on a display of
# their own.
set -eu

build=$1
output=$2
here=$(dirname "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/pegboard-shots.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$here/with-display.sh" "$build/tests/tools/ui-shots" "$work"
# The largest of the terminals is larger than the usual display.
PEG_DISPLAY_SIZE=2000x2000x24 "$here/with-display.sh" \
  "$build/tests/tools/kiosk-window-shots" "$work" 1280x800

mkdir -p "$output"
cp "$work/files-light.png" "$output/board.png"
cp "$work/files-dark.png" "$output/board-dark.png"
cp "$work/first-run-light.png" "$output/connect.png"
for page in board other pin saver check; do
  cp "$work/kiosk-$page-1280x800.png" "$output/kiosk-$page.png"
done
mv "$output/kiosk-other.png" "$output/kiosk-signed-in.png"
echo "The pictures are in $output"
