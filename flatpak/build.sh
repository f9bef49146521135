#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build.sh SOURCE WORK
#
# Builds the release manifest from what lies in SOURCE instead of from its tag, and
# exports it to WORK/repo, branch “stable”: against the runtime of Flathub where that is
# installed, or where a remote “flathub” can be reached, else against a stand-in
# (stand-in-runtime.sh). PEG_RUNTIME=flathub or PEG_RUNTIME=stand-in decides it.
# WORK/runtime-name says what it was.
#
# The stand-in goes to an installation of its own below WORK, which whoever runs
# “flatpak” does not see; WORK/environment says where that is.
set -euo pipefail

source=$(cd "${1:?Usage: build.sh SOURCE WORK}" && pwd)
work=$(mkdir -p "${2:?Usage: build.sh SOURCE WORK}" && cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
id=io.github.pegboard.Pegboard
version=$(sed -n "s/^runtime-version: '\(.*\)'/\1/p" "$here/$id.yml")

# As root into a system installation, so that anybody can run it; nobody else has one.
if [ "$(id -u)" -eq 0 ]; then
  scope=--system
else
  scope=--user
fi

log () {
  printf '%4d s  %s\n' "$SECONDS" "$*"
}

has_flathub () {
  [ "${PEG_RUNTIME:-}" != stand-in ] || return 1
  flatpak info "org.gnome.Sdk//$version" >/dev/null 2>&1 ||
    { flatpak remotes --columns=name | grep -q -x flathub &&
        timeout 30 flatpak remote-info flathub "org.gnome.Sdk//$version" >/dev/null 2>&1; }
}

# The runtime is made anew when a package of this system has changed.
make_stand_in () {
  local wanted stamp=$work/runtime/stamp

  wanted=$( { dpkg-query -W; cat "$here/stand-in-runtime.sh"; } | sha256sum)
  if [ ! -e "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    rm -f "$stamp"
    "$here/stand-in-runtime.sh" "$work/runtime"
    echo "$wanted" >"$stamp"
    log "the stand-in runtime is made"
  fi
}

if has_flathub; then
  branch=$version
  flatpak "$scope" install -y --noninteractive flathub \
    "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch"
  echo "Flathub's GNOME $branch" >"$work/runtime-name"
  : >"$work/environment"
elif [ "${PEG_RUNTIME:-}" = flathub ]; then
  echo "org.gnome.Sdk//$version is not installed, and there is no remote “flathub”" >&2
  exit 1
else
  branch=stand-in
  make_stand_in
  echo "export FLATPAK_SYSTEM_DIR='$work/installation' FLATPAK_USER_DIR='$work/installation'" \
    >"$work/environment"
  . "$work/environment"
  flatpak "$scope" remote-add --if-not-exists --no-gpg-verify stand-in "file://$work/runtime/repo"
  flatpak "$scope" install -y --noninteractive --or-update stand-in \
    "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch" >/dev/null
  echo "a stand-in of the packages of $(. /etc/os-release && echo "$PRETTY_NAME")" \
    >"$work/runtime-name"
fi
log "the runtime is installed: $(cat "$work/runtime-name")"

# What git knows, as it lies there: neither what was built nor what is not ours.
rm -rf "$work/source"
mkdir -p "$work/source"
if [ -e "$source/.git" ]; then
  git -C "$source" ls-files -z |
    tar -C "$source" --null --ignore-failed-read -T - -cf - 2>/dev/null |
    tar -C "$work/source" -xf -
else
  tar -C "$source" --exclude='./_*' -cf - . | tar -C "$work/source" -xf -
fi

python3 - "$here/$id.yml" "$branch" "$work/source" "$work/manifest.json" <<'PYTHON'
import json
import sys

import yaml

source, branch, tree, target = sys.argv[1:]
with open(source, encoding='utf-8') as file:
    manifest = yaml.safe_load(file)
manifest['runtime-version'] = branch
manifest['modules'][-1]['sources'] = [{'type': 'dir', 'path': tree}]
with open(target, 'w', encoding='utf-8') as file:
    json.dump(manifest, file, indent=2)
PYTHON

# Without a network, so that whatever the build would fetch is missed here, too.
rm -rf "$work/repo"
flatpak-builder "$scope" --force-clean --disable-rofiles-fuse --disable-download --ccache \
  --default-branch=stable --state-dir="$work/state" --repo="$work/repo" \
  "$work/build" "$work/manifest.json" >"$work/builder.log" 2>&1 || {
    tail -60 "$work/builder.log" >&2
    exit 1
  }
log "it is built and tested"
