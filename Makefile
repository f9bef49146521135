# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything a person needs, each in one word. The build itself is meson's; this
# file installs what it needs, starts it, and says what came out.

BUILD ?= _build
PREFIX ?= /usr/local
MESON_ARGS ?=
FUZZ_SECONDS ?= 60

# In CI a warning is an error.
ifeq ($(CI),true)
MESON_ARGS += --werror
endif


.PHONY: all help deps run test asan clang fuzz bench bench-deps bench-peers guard-limits deb deb-deps flatpak flatpak-deps screenshot install clean pot

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

help:
	@printf '%s\n' \
	  'make run         install what is missing, build, open the client on a demo shop' \
	  'make test        install what is missing, build, run every test' \
	  'make deps        install what is missing' \
	  'make asan        the tests under the address and undefined-behaviour sanitizers' \
	  'make clang       build with clang, warnings are errors' \
	  'make fuzz        fuzz every parser of foreign bytes, FUZZ_SECONDS=60 each' \
	  'make bench       measure, and write docs/benchmarks.md; ONLY=client measures one topic' \
	  'make bench-peers measure the client beside a browser and the usual GTK way' \
  'make guard-limits  take the limits of the hot paths anew, after they have become faster' \
  'make screenshot  take the pictures of the README and the metainfo anew' \
	  'make deb         build the Debian packages of what is committed, in $(BUILD)-deb' \
	  'make flatpak     build the Flatpak, install it, and prove that it is safe and works' \
	  'make install     install to PREFIX=/usr/local' \
	  'make pot         take the strings to translate anew' \
	  'make clean       remove what was built'

deps:
	@tests/tools/install-deps.sh

$(BUILD)/build.ninja: | deps
	@meson setup $(BUILD) --prefix=$(PREFIX) $(MESON_ARGS)

run: deps all
	@tests/tools/run-demo.sh $(BUILD)

test: deps all
	@tests/tools/run-tests.sh $(BUILD)

asan: deps
	@test -f $(BUILD)-asan/build.ninja || meson setup $(BUILD)-asan $(MESON_ARGS) \
	  -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1
	@ninja -C $(BUILD)-asan
	@tests/tools/run-tests.sh $(BUILD)-asan --no-suite once

# Nobody runs these: what the compiler says is wanted, not what it makes.
clang: deps
	@test -f $(BUILD)-clang/build.ninja || \
	  CC=clang meson setup $(BUILD)-clang --werror --buildtype=plain
	@ninja -C $(BUILD)-clang

fuzz: deps
	@test -f $(BUILD)-fuzz/build.ninja || CC=clang meson setup $(BUILD)-fuzz \
	  -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C $(BUILD)-fuzz
	@tests/tools/run-fuzz.sh $(BUILD)-fuzz $(FUZZ_SECONDS)

bench-deps:
	@tests/tools/install-deps.sh bench

$(BUILD)-bench/build.ninja: | bench-deps
	@meson setup $(BUILD)-bench --buildtype=release

bench: bench-deps $(BUILD)-bench/build.ninja
	@ninja -C $(BUILD)-bench
	@tests/tools/run-bench.sh $(BUILD)-bench docs $(ONLY)

# Nobody but this needs a browser.
bench-peers: bench-deps $(BUILD)-bench/build.ninja
	@tests/tools/install-deps.sh bench peers
	@ninja -C $(BUILD)-bench
	@tests/tools/with-display.sh tests/bench/peers/run-peers.py $(BUILD)-bench \
	  $(BUILD)-bench/tests/bench/peers/peers.json $(SIZES)
	@tests/tools/bench-collect.py --collect $(BUILD)-bench --docs docs --only peers
	@tests/tools/bench-page.py docs
	@tests/tools/bench-plot.py docs

# What the hot paths take now is what they may take from now on.
guard-limits: deps all
	@ninja -C $(BUILD) guard-limits

screenshot: deps all
	@tests/tools/take-screenshots.sh $(BUILD) docs/screenshots

flatpak-deps:
	@tests/tools/install-deps.sh flatpak

# The server hands out what flatpak builds.
flatpak: flatpak-deps $(BUILD)/build.ninja
	@ninja -C $(BUILD) src/server/pegboardd
	@PEG_FLATPAK_PICTURE=$(abspath $(BUILD))/flatpak.png flatpak/check.sh . $(BUILD)

deb-deps:
	@tests/tools/install-deps.sh deb

deb: deb-deps
	@tests/tools/make-deb.sh $(BUILD)-deb

# Built for where it goes: the programs know where their data is.
install: deps
	@test -f $(BUILD)-install/build.ninja || meson setup $(BUILD)-install \
	  --prefix=$(PREFIX) --buildtype=release -Dtests=false
	@meson configure $(BUILD)-install -Dprefix=$(PREFIX)
	@ninja -C $(BUILD)-install
	@meson install -C $(BUILD)-install --no-rebuild

pot: all
	@ninja -C $(BUILD) pegboard-update-po

clean:
	@rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-clang $(BUILD)-fuzz $(BUILD)-bench $(BUILD)-install $(BUILD)-deb
