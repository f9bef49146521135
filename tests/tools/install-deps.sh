#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install-deps.sh [bench] [deb] [flatpak] [peers]
#
# Installs what is missing for building, running and testing, where that is a
# matter of apt; elsewhere says which command does it. Does nothing, and needs
# no network, when nothing is missing. With “bench” also what draws the plot of
# the benchmarks, with “deb” what makes Debian packages, with “flatpak” what makes a
# Flatpak, with “peers” the browser that they are held against: nobody else has to
# wait for those.
set -eu

BUILD="gcc meson ninja-build pkg-config gettext libglib2.0-dev-bin libglib2.0-bin libgtk-4-bin
  libgtk-4-dev libadwaita-1-dev libsoup-3.0-dev libjson-glib-dev libsqlite3-dev zlib1g-dev
  libsecret-1-dev libcrypt-dev"
RUN="dbus adwaita-icon-theme glib-networking gsettings-desktop-schemas librsvg2-common
  shared-mime-info"
TEST="xvfb xauth xdotool openbox at-spi2-core python3 python3-gi python3-yaml gir1.2-atspi-2.0
  fonts-cantarell fonts-dejavu-core desktop-file-utils appstream libxml2-utils groff-base bash openssl
  clang libclang-rt-14-dev nodejs node-ws python3-websockets softhsm2 p11-kit gnutls-bin
  iproute2 nftables libxtst-dev valgrind zbar-tools librsvg2-bin x11-xkb-utils
  weston libweston-10-dev libwayland-dev cage xwayland imagemagick python3-pil python3-numpy"

for extra in "$@"; do
  case $extra in
    bench) TEST="$TEST python3-matplotlib" ;;
    deb) TEST="$TEST debhelper dpkg-dev fakeroot lintian" ;;
    flatpak) TEST="$TEST flatpak flatpak-builder elfutils ostree gnupg bubblewrap ccache patch
      file procps ca-certificates appstream-util libsysprof-4-dev" ;;
    peers) TEST="$TEST chromium" ;;
    *)
      echo "Usage: install-deps.sh [bench] [deb] [flatpak] [peers]" >&2
      exit 2
      ;;
  esac
done

if command -v apt-get >/dev/null 2>&1; then
  missing=
  for package in $BUILD $RUN $TEST; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      'install ok installed') ;;
      *) missing="$missing $package" ;;
    esac
  done

  [ -n "$missing" ] || exit 0

  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "These packages are missing:$missing" >&2
      echo "Install them as root, or install sudo, and run this again." >&2
      exit 1
    fi
    as_root=sudo
  fi

  echo "Installing:$missing"
  $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
  # shellcheck disable=SC2086 # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y -qq --no-install-recommends $missing >/dev/null
  exit 0
fi

# What stands for all the rest; a system that has these has been set up.
if command -v meson >/dev/null 2>&1 &&
   pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 'libsoup-3.0 >= 3.2' \
     'json-glib-1.0 >= 1.6' 'sqlite3 >= 3.40' 2>/dev/null; then
  exit 0
fi

if command -v dnf >/dev/null 2>&1; then
  command="sudo dnf install gcc meson ninja-build gettext-devel gtk4-devel libadwaita-devel \
libsoup3-devel json-glib-devel sqlite-devel desktop-file-utils appstream libxml2 groff-base \
xorg-x11-server-Xvfb xdotool openbox at-spi2-core python3-gobject dejavu-sans-fonts openssl \
glib-networking clang compiler-rt valgrind python3-pillow python3-numpy"
elif command -v pacman >/dev/null 2>&1; then
  command="sudo pacman -S --needed base-devel meson ninja gettext gtk4 libadwaita libsoup3 \
json-glib sqlite desktop-file-utils appstream libxml2 groff xorg-server-xvfb xdotool openbox \
at-spi2-core python-gobject ttf-dejavu openssl glib-networking clang compiler-rt valgrind \
python-pillow python-numpy"
elif command -v zypper >/dev/null 2>&1; then
  command="sudo zypper install gcc meson ninja gettext-tools gtk4-devel libadwaita-devel \
libsoup-devel json-glib-devel sqlite3-devel desktop-file-utils appstream-glib libxml2-tools groff \
xorg-x11-server-Xvfb xdotool openbox at-spi2-core python3-gobject dejavu-fonts openssl \
glib-networking clang valgrind python3-Pillow python3-numpy"
else
  echo "Install meson, a C compiler, GTK 4.8, libadwaita 1.2, libsoup 3.2, json-glib 1.6 and" >&2
  echo "SQLite 3.40 with their headers, and run this again." >&2
  exit 1
fi

echo "Some packages are missing. This installs them:" >&2
echo >&2
echo "  $command" >&2
exit 1
