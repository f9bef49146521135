#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check.sh SOURCE BUILD [WORK]
#
# Builds the Flatpak from SOURCE, bundles it, installs the bundle and proves what
# docs/flatpak.md promises; ends with “N passed, N failed”. BUILD is where meson has built
# the server that hands the repository out. As root, the program runs as “nobody”.
#
# Everything lies below WORK, by default /var/tmp/pegboard-flatpak: the runtime is made
# only once. PEG_FLATPAK_PICTURE says where the picture of the window goes; that of the
# terminal goes beside it, with “-kiosk” in its name.
set -euo pipefail

source=$(cd "${1:?Usage: check.sh SOURCE BUILD [WORK]}" && pwd)
build=$(cd "${2:?Usage: check.sh SOURCE BUILD [WORK]}" && pwd)
work=${3:-${PEG_FLATPAK_WORK:-/var/tmp/pegboard-flatpak}}
id=io.github.pegboard.Pegboard
user=nobody

mkdir -p "$work"
work=$(cd "$work" && pwd)

as_user () {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid="$(id -u $user)" --regid="$(id -g $user)" --clear-groups --no-new-privs -- "$@"
  else
    "$@"
  fi
}

# In a container that has no user namespaces there is no sandbox, either.
if ! as_user bwrap --unshare-all --ro-bind / / true 2>/dev/null; then
  echo "1..0 # SKIP There are no user namespaces here, and so no sandbox"
  echo "0 passed, 0 failed"
  exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
  scope=--system
else
  scope=--user
fi

"$source/flatpak/build.sh" "$source" "$work"
. "$work/environment"

flatpak build-bundle "$work/repo" "$work/$id.flatpak" "$id" stable
flatpak "$scope" uninstall -y --noninteractive "$id" >/dev/null 2>&1 || true
flatpak "$scope" install -y --noninteractive --bundle "$work/$id.flatpak" >/dev/null
printf '%4d s  the bundle of %d KB is installed\n' "$SECONDS" \
  "$(($(stat -c %s "$work/$id.flatpak") / 1024))"

# What a shop lays down for a computer: a folder, and a file in it.
if [ "$scope" = --system ]; then
  installation=${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}
else
  installation=${FLATPAK_USER_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/flatpak}
fi
site=$installation/extension/$id.SiteConfig/$(flatpak --default-arch)/stable
PEG_SITE="[Station]
name=VF-4"
rm -rf "$site"
mkdir -p "$site"
echo "$PEG_SITE" >"$site/site.conf"

# Who runs it may not read where it was built.
rm -rf "$work/host" "$work/home"
mkdir -p "$work/host"
cp "$build/src/server/pegboardd" "$work/host/"
install -d -m 755 "$work/home"
[ "$scope" = --user ] || chown "$user" "$work/home"

failed=0
run () {
  "$@" >"$work/tap" || failed=1
  cat "$work/tap"
  cat "$work/tap" >>"$work/taps"
}
rm -f "$work/taps"

run as_user env -i PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$work/home" \
  FLATPAK_SYSTEM_DIR="${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}" \
  FLATPAK_USER_DIR="${FLATPAK_USER_DIR:-$work/home/flatpak}" \
  PEG_SCOPE="${scope#--}" PEG_SITE="$PEG_SITE" PEG_DISPLAY_KEEP_HOME=1 \
  PEG_DEMO="$work/source/data/demo-shop" \
  PEG_VERSION="$(sed -n "s/^  version: '\(.*\)',/\1/p" "$source/meson.build")" \
  "$work/source/tests/tools/with-display.sh" python3 "$work/source/tests/flatpak/test-sandbox.py" \
  "$work/host/pegboardd" "$work/home/picture.png"
[ -z "${PEG_FLATPAK_PICTURE:-}" ] || cp "$work/home/picture.png" "$PEG_FLATPAK_PICTURE"
printf '# %4d s  it has been run\n' "$SECONDS"

# As a terminal: it gives up the rights of root by itself.
ninja -C "$build" tests/kiosk/peg-inject.so >/dev/null 2>&1 || true
if [ ! -e "$build/tests/kiosk/peg-inject.so" ] || ! command -v weston >/dev/null ||
     ! command -v cage >/dev/null; then
  echo "# SKIP Without weston 10, its development files and cage there is no terminal to drive"
else
  rm -rf "$work/terminal"
  install -d -m 755 "$work/terminal"
  [ "$scope" = --user ] || chown "$user" "$site" "$work/terminal"
  run env -i PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 TMPDIR="$work/terminal" \
    FLATPAK_SYSTEM_DIR="${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}" \
    FLATPAK_USER_DIR="$installation" PEG_SCOPE="${scope#--}" \
    /usr/bin/python3 "$work/source/tests/flatpak/test-kiosk.py" "$site" \
    "$build/tests/kiosk/peg-inject.so" "$build/src/server/pegboardd" \
    "$work/source/data/demo-shop" "$work/kiosk.png"
  [ -z "${PEG_FLATPAK_PICTURE:-}" ] || cp "$work/kiosk.png" "${PEG_FLATPAK_PICTURE%.png}-kiosk.png"
  printf '# %4d s  it has been a terminal\n' "$SECONDS"
fi

run python3 "$work/source/tests/flatpak/test-delivery.py" "$work" "$work/host/pegboardd"
printf '# %4d s  it has been delivered\n' "$SECONDS"

rm -rf "$installation/extension/$id.SiteConfig"
flatpak "$scope" uninstall -y --noninteractive "$id" >/dev/null 2>&1 || true

good=$(grep -c '^ok ' "$work/taps" || true)
bad=$(grep -c '^not ok ' "$work/taps" || true)
[ "$failed" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
echo "$good passed, $bad failed, with $(cat "$work/runtime-name")"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
