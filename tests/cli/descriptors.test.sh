#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What import reads of cluster descriptors, against what tests/cli/descriptors.py computes of them: the
# project's own, and those that people have posted, where they are at hand.
"$TT_MEMSTAT_ROOT/scripts/deps" --package python3-yaml || exit 1
cd "$TT_MEMSTAT_ROOT" || exit 1
set -- tests/cli/descriptors/*.yaml tests/real/descriptors/*.yaml
for directory in ../shared/data/cluster-descriptors ../shared/data/public-descriptors; do
	if [ -d "$directory" ]; then
		set -- "$@" "$directory"/*.yaml
	else
		echo "# skipped: $directory is not there"
	fi
done
exec /usr/bin/python3 tests/cli/descriptors.py "$@"
