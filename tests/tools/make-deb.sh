#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make-deb.sh FOLDER
#
# Builds the Debian packages out of what is committed, into FOLDER, and lets
# lintian look at them. What makes the packages is in data/debian, and goes to the
# place where the tools expect it in a copy of the tree.
set -euo pipefail

[ $# -eq 1 ] || { echo "Usage: make-deb.sh FOLDER" >&2; exit 2; }

mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
changelog=$(sed -n '1s/^pegboard (\(.*\)) .*/\1/p' data/debian/changelog)
if [ "$version" != "$changelog" ]; then
  echo "make-deb.sh: meson.build says $version, data/debian/changelog says $changelog" >&2
  exit 1
fi

rm -rf "$out/source" "$out"/*.deb "$out"/*.buildinfo "$out"/*.changes
mkdir "$out/source"
git archive --format=tar HEAD | tar -x -C "$out/source"
cp -r "$out/source/data/debian" "$out/source/debian"

cd "$out/source"
# The time of the commit, so that the same commit makes the same packages.
SOURCE_DATE_EPOCH=$(git -C "$OLDPWD" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc -b >"$out/build.log" 2>&1 || {
  tail -n 40 "$out/build.log" >&2
  exit 1
}

cd "$out"
lintian --fail-on error,warning --display-info ./*.changes
ls -l ./*.deb
