#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-display.sh COMMAND [ARGUMENT…]
#
# Runs a command with a display and a session bus of its own, both gone when it
# ends: an Xvfb on the first free number, and a bus that starts nothing but the
# accessibility bus (the usual one would start portals and keyrings, too). The
# command sees a fresh home and runtime folder. Its exit status is ours.
#
#   PEG_DISPLAY_SIZE   of the screen, 1280x800x24 when unset
#   PEG_DISPLAY_KEEP_HOME  when set, HOME stays as it is

set -u

if [ $# -eq 0 ]; then
  echo "Usage: with-display.sh COMMAND [ARGUMENT…]" >&2
  exit 2
fi

for tool in Xvfb dbus-daemon; do
  if ! command -v "$tool" >/dev/null; then
    echo "with-display.sh: $tool is not installed; “make deps” installs it" >&2
    exit 127
  fi
done

work=$(mktemp -d "${TMPDIR:-/tmp}/peg-display.XXXXXX") || exit 1
xvfb=
bus=
child=

clean_up () {
  trap - EXIT HUP INT TERM
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null
  fi
  # The bus first: what it started ends with it, and still has a display.
  for pid in $bus $xvfb; do
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  rm -rf "$work"
}

trap clean_up EXIT
trap 'clean_up; exit 129' HUP
trap 'clean_up; exit 130' INT
trap 'clean_up; exit 143' TERM

# Waits until file $1, which process $2 writes, has a line.
wait_for_line () {
  tries=0
  until [ -s "$1" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 400 ] || ! kill -0 "$2" 2>/dev/null; then
      return 1
    fi
    sleep 0.025
  done
}

mkdir -m 700 "$work/run" "$work/home" "$work/services"

launcher=
for place in /usr/libexec /usr/lib/at-spi2-core /usr/lib; do
  if [ -x "$place/at-spi-bus-launcher" ]; then
    launcher=$place/at-spi-bus-launcher
    break
  fi
done

if [ -n "$launcher" ]; then
  cat >"$work/services/org.a11y.Bus.service" <<EOF
[D-BUS Service]
Name=org.a11y.Bus
Exec=$launcher
EOF
fi

cat >"$work/bus.conf" <<EOF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$work/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$work/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
EOF

Xvfb -displayfd 3 -screen 0 "${PEG_DISPLAY_SIZE:-1280x800x24}" -nolisten tcp -noreset \
  3>"$work/display" >"$work/xvfb.log" 2>&1 &
xvfb=$!

if ! wait_for_line "$work/display" "$xvfb"; then
  cat "$work/xvfb.log" >&2
  echo "with-display.sh: Xvfb did not start" >&2
  exit 1
fi

DISPLAY=:$(cat "$work/display")
XDG_RUNTIME_DIR=$work/run
GDK_BACKEND=x11
GSK_RENDERER=${GSK_RENDERER:-cairo}
GDK_DEBUG=${GDK_DEBUG:-gl-disable}
ADW_DISABLE_PORTAL=1
export GDK_DEBUG
export DISPLAY XDG_RUNTIME_DIR GDK_BACKEND GSK_RENDERER ADW_DISABLE_PORTAL
unset WAYLAND_DISPLAY XAUTHORITY NO_AT_BRIDGE AT_SPI_BUS_ADDRESS GTK_THEME

if [ -z "${PEG_DISPLAY_KEEP_HOME:-}" ]; then
  HOME=$work/home
  XDG_CACHE_HOME=$work/home/.cache
  XDG_CONFIG_HOME=$work/home/.config
  XDG_DATA_HOME=$work/home/.local/share
  export HOME XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
fi

dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile --nosyslog --print-address=3 \
  3>"$work/address" >"$work/bus.log" 2>&1 &
bus=$!

if ! wait_for_line "$work/address" "$bus"; then
  cat "$work/bus.log" >&2
  echo "with-display.sh: the session bus did not start" >&2
  exit 1
fi

DBUS_SESSION_BUS_ADDRESS=$(cat "$work/address")
export DBUS_SESSION_BUS_ADDRESS

# In the background, so that a signal reaches us and not only the command.
"$@" <&0 &
child=$!
wait "$child"
status=$?
child=

exit "$status"
