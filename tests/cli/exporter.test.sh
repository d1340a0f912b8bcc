#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat-exporter on this machine, with recorded trees: its answers, sockets and refusals.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
# For Debian's own Python.
scripts/deps --package python3 python3-prometheus-client || exit 1
trees=$(mktemp -d)
at_end 'rm -rf "$trees"'
/usr/bin/python3 tests/cli/smi_trees.py "$trees" crowd alert || exit 1
/usr/bin/python3 tests/cli/exporter_check.py "$trees" >"$trees/checks" 2>&1
status=$?
while IFS= read -r line; do
	case $line in
	'ok - '*)	pass "${line#ok - }" ;;
	'not ok - '*)	fail "${line#not ok - }" ;;
	*)		printf '%s\n' "$line" ;;
	esac
done <"$trees/checks"
expect 'all of them ran' 0 $status
finish
