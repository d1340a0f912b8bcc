#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# README, CONTRIBUTING and docs/: link targets exist, examples of JSON, YAML and Python are valid,
# examples of C are in examples/, and commands and their options exist.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
scripts/deps --package python3 python3-yaml || exit 1
result=$(/usr/bin/python3 tests/cli/pages.py README.md CONTRIBUTING.md docs/*.md docs/howto/*.md 2>&1)
status=$?
printf '%s\n' "$result" | grep -v '^checked ' | sed 's/^/# /'
expect 'nothing is wrong in any page' 0 $status
for kind in 'links' 'json' 'yaml' 'python' 'c' 'commands'; do
	expect_match "$kind were checked" "^checked [1-9][0-9]* $kind$" "$result"
done
finish
