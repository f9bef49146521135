#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pin.sh TAG
#
# Makes the release manifest build what TAG names. A commit cannot name itself: this is
# done after the tag, and goes into the next commit and to wherever the manifest is
# published.
set -eu

tag=${1:?Usage: pin.sh TAG}
manifest=$(dirname "$0")/io.github.pegboard.Pegboard.yml
commit=$(git -C "$(dirname "$0")" rev-parse --verify "refs/tags/$tag^{commit}")

sed -i -e "s/^\( *tag: \).*/\1$tag/" -e "s/^\( *commit: \).*/\1$commit/" "$manifest"
echo "$manifest: $tag is $commit"
