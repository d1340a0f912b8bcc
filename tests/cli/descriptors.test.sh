#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Compare import's reading of cluster descriptors with tests/cli/descriptors.py: the project's
# descriptors, and published ones, if available.
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
