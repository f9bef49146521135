#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# take-screenshots.sh BUILD OUTPUT: takes the pictures that the README and the
# metainfo show, from pages with made-up data, on a display of their own.
set -eu

build=$1
output=$2
here=$(dirname "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/pegboard-shots.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$here/with-display.sh" "$build/tests/tools/ui-shots" "$work"

mkdir -p "$output"
cp "$work/files-light.png" "$output/board.png"
cp "$work/files-dark.png" "$output/board-dark.png"
cp "$work/first-run-light.png" "$output/connect.png"
echo "The pictures are in $output"
