#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# stand-in-runtime.sh FOLDER
#
# Makes org.gnome.Platform and org.gnome.Sdk, both of branch “stand-in”, from the
# Debian packages that are installed, and exports them to the OSTree repository
# FOLDER/repo. Nothing is downloaded. It is for machines that cannot reach Flathub:
# the manifest, the sandbox, the bundle and the delivery are proven with it; newer
# versions of GTK and the drivers of a graphics card are not.
#
# A copy of what dpkg lists is quick, about a minute on two cores, because no
# maintainer script runs; what those would generate is taken from this system.
set -euo pipefail
shopt -s inherit_errexit

work=$(mkdir -p "${1:?Usage: stand-in-runtime.sh FOLDER}" && cd "$1" && pwd)
branch=stand-in
arch=$(flatpak --default-arch)
triplet=$(gcc -print-multiarch)
repo=$work/repo

platform_packages="bash coreutils libc-bin sed grep findutils procps base-files libgtk-4-1
  libadwaita-1-0 libsoup-3.0-0 libjson-glib-1.0-0 glib-networking libsecret-1-0 libsqlite3-0
  libcrypt1 zlib1g ca-certificates openssl adwaita-icon-theme hicolor-icon-theme
  gsettings-desktop-schemas librsvg2-common fonts-dejavu-core fonts-cantarell fontconfig
  shared-mime-info libglib2.0-bin tzdata xkb-data
  libegl1 libgl1 libgles2"
# pkg-config wants every module that a module names, and apt knows some of them
# only by a virtual package.
sdk_packages="$platform_packages gcc libc6-dev ninja-build meson pkg-config gettext git
  libgtk-4-dev libadwaita-1-dev libsoup-3.0-dev libsysprof-4-dev libjson-glib-dev libsecret-1-dev
  libsqlite3-dev libcrypt-dev zlib1g-dev libglib2.0-dev-bin libgtk-4-bin desktop-file-utils
  appstream appstream-util libxml2-utils elfutils patch file tar gzip xz-utils bzip2
  diffutils mawk ccache"

# Every installed package that the packages given need.
closure () {
  apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts \
    --no-breaks --no-replaces --no-enhances "$@" 2>/dev/null |
    sed -n 's/^\([a-z0-9][a-z0-9.+-]*\).*/\1/p' | sort -u |
    comm -12 - <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' |
                   sed -n 's/^ii *//p' | sort -u) |
    # Mesa's software renderer brings LLVM, a third of the whole; GTK draws with
    # cairo where there is no GL.
    grep -v -x -e libllvm[0-9]* -e libgl1-mesa-dri -e libz3-4
}

# The files of the packages named on the standard input, below /usr. dpkg lists
# /lib/… for what lies in /usr/lib/….
list_files () {
  xargs dpkg-query -L |
    sed -n -E 's#^/(bin|sbin|lib|lib64)/#/usr/\1/#; s#^/usr/##p' |
    grep -v -E -e '^share/(doc|man|info|lintian|bug|bash-completion|help|locale|gtk-doc)/' \
      -e '^lib/(systemd|udev)/' | sort -u
}

# What maintainer scripts and triggers would have made.
finish_files () {
  local files=$1 theme

  ln -sf bash "$files/bin/sh"
  [ ! -e "$files/bin/gcc" ] || ln -sf gcc "$files/bin/cc"
  [ ! -e "$files/bin/mawk" ] || ln -sf mawk "$files/bin/awk"
  glib-compile-schemas "$files/share/glib-2.0/schemas"
  cp "/usr/lib/$triplet/gdk-pixbuf-2.0/2.10.0/loaders.cache" \
    "$files/lib/$triplet/gdk-pixbuf-2.0/2.10.0/"
  update-mime-database "$files/share/mime" 2>/dev/null
  for theme in Adwaita hicolor; do
    gtk4-update-icon-cache -q -f "$files/share/icons/$theme" || true
  done
  "/usr/lib/$triplet/glib-2.0/gio-querymodules" "$files/lib/$triplet/gio/modules"

  mkdir -p "$files/etc/ssl/certs" "$files/share/runtime/locale" "$files/share/app-info"
  cp -a /etc/fonts /etc/alternatives "$files/etc/"
  cp /etc/ssl/certs/ca-certificates.crt "$files/etc/ssl/certs/"
  cp /etc/ssl/openssl.cnf "$files/etc/ssl/"
  : >"$files/etc/ld.so.conf"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$files/etc/nsswitch.conf"
  find "$files" -perm /6000 -exec chmod a-s {} +
}

make_runtime () {
  local id=$1 started=$SECONDS tree=$work/$1
  shift

  rm -rf "$tree"
  mkdir -p "$tree/files/etc"
  closure "$@" >"$work/$id.packages"
  list_files <"$work/$id.packages" >"$work/$id.files"
  tar -C /usr --no-recursion --ignore-failed-read -cf - -T "$work/$id.files" 2>/dev/null |
    tar -C "$tree/files" -xf -
  finish_files "$tree/files"

  cat >"$tree/metadata" <<METADATA
[Runtime]
name=$id
runtime=org.gnome.Platform/$arch/$branch
sdk=org.gnome.Sdk/$arch/$branch

[Environment]
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share
GSK_RENDERER=cairo
METADATA

  flatpak build-export --runtime --arch="$arch" --disable-sandbox --files=files \
    --no-update-summary "$repo" "$tree" "$branch" >/dev/null
  echo "$id: $(wc -l <"$work/$id.packages") packages," \
    "$(du -sm "$tree/files" | cut -f1) MB, $((SECONDS - started)) s"
  rm -rf "$tree"
}

rm -rf "$repo"
ostree init --mode=archive-z2 --repo="$repo"
# It lives for one run: neither small nor safe from a loss of power.
ostree config --repo="$repo" set archive.zlib-level 1
ostree config --repo="$repo" set core.fsync false

# shellcheck disable=SC2086 # lists of words
make_runtime org.gnome.Platform $platform_packages
# shellcheck disable=SC2086
make_runtime org.gnome.Sdk $sdk_packages
flatpak build-update-repo "$repo" >/dev/null
echo "$(du -sm "$repo" | cut -f1) MB, $SECONDS s"
