#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-demo.sh BUILD: opens the client of a build on a demo shop that its server
# serves. The shop is a copy, and goes with the server when the window is closed.
set -eu

build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)

if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  echo 'There is no display to open a window on; “make screenshot” takes pictures of it instead.' >&2
  exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/pegboard-demo.XXXXXX")
server=

finish() {
  trap - EXIT INT TERM HUP
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cp -R "$source/data/demo-shop" "$work/shop"
mkfifo "$work/ready"
"$build/src/server/pegboardd" --root "$work/shop" --data "$work/data" \
  --listen 127.0.0.1:0 --name "Demo shop" >"$work/ready" &
server=$!

# The one line that the server prints when it is ready.
read -r line <"$work/ready" || line=
address=$(printf '%s\n' "$line" | sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p')

if [ -z "$address" ]; then
  echo "The server did not start: $line" >&2
  exit 1
fi

GSETTINGS_SCHEMA_DIR="$build/data" PEGBOARD_DATA_DIR="$source/data" \
  "$build/src/client/pegboard" --standalone \
  --server "$address" --user "$(id -un)"
