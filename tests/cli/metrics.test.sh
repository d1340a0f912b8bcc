#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The program, the page, the rules and the dashboard name the same metrics.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
scripts/deps --package python3 python3-yaml || exit 1
result=$(/usr/bin/python3 tests/cli/metrics.py . 2>&1)
status=$?
printf '%s\n' "$result" | grep -v '^checked ' | sed 's/^/# /'
expect 'they agree' 0 $status
for kind in metrics 'expressions of .* metrics' alerts; do
	expect_match "$kind were checked" "^checked [1-9][0-9]* $kind$" "$result"
done
finish
