#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The examples of docs/integrations.md, extracted from the page, with recorded trees mounted at /sys.
# tests/peers/run covers the example for xpustat.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

if ! unshare -m true 2>/dev/null; then
	skip 'no mount namespace'
	finish
fi
work=$(mktemp -d) || exit 1
python3 "$TT_MEMSTAT_ROOT/tests/cli/smi_trees.py" "$work/trees" kmd unknown || exit 1

# block HEADING: prints the example below the heading that starts with HEADING
block()
{
	awk -v head="## $1" 'index($0, "## ") == 1 { here = index($0, head) == 1; next }
		here && /^```$/ { exit } here && open { print } here && /^```[a-z]/ { open = 1 }' \
		"$TT_MEMSTAT_ROOT/docs/integrations.md"
}

# in_tree TREE COMMAND...: the output of the command with the tree mounted at /sys
in_tree()
{
	tree=$work/trees/$1
	shift
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m -- sh -c 'mount --bind "$0" /sys && exec "$@"' "$tree" "$@" 2>&1
}

files=$TT_MEMSTAT_BUILD/tests/ttmemstat-files
expect 'C: a card, the chip behind it, their processes' 'tt0 dram 4395630592 of 12884901888
  pid 4242 dram 4328521728
  pid 991 dram 67108864
tt2 dram 3221225472 of 12884901888
  pid 4242 dram 3221225472' "$(in_tree kmd "$files" 0000:41:00.0)"
expect_match 'C: unknown is not zero' '^tt0 dram 0 of unknown$' "$(in_tree unknown "$files" 0000:01:00.0)"
expect 'C: no such card' '' "$(in_tree kmd "$files" 0000:99:00.0)"

block node_exporter >"$work/textfile.sh"
expect 'node_exporter: the example is there' 8 "$(wc -l <"$work/textfile.sh")"
expect 'node_exporter: it ends well' '' "$(in_tree kmd sh -e "$work/textfile.sh" "$work/tt.prom")"
expect 'node_exporter: what it writes' 'tenstorrent_dram_capacity_bytes{chip="tt0"} 12884901888
tenstorrent_dram_capacity_bytes{chip="tt1"} 12884901888
tenstorrent_dram_capacity_bytes{chip="tt2"} 12884901888
tenstorrent_dram_used_bytes{chip="tt0"} 4395630592
tenstorrent_dram_used_bytes{chip="tt1"} 0
tenstorrent_dram_used_bytes{chip="tt2"} 3221225472' "$(grep dram "$work/tt.prom")"
in_tree unknown sh -e "$work/textfile.sh" "$work/unknown.prom"
expect 'node_exporter: unknown is absent' 'tenstorrent_dram_used_bytes{chip="tt0"} 0
tenstorrent_dram_used_bytes{chip="tt1"} 0
tenstorrent_l1_used_bytes{chip="tt1"} 0' "$(cat "$work/unknown.prom")"

block Dashboards >"$work/dashboard.py"
expect 'dashboard: what it shows' 'tt0 n300 L1 43% DRAM 34%
tt2 n300 L1 33% DRAM 25%
tt1 n150 L1 0% DRAM 0%' "$(in_tree kmd python3 "$work/dashboard.py")"
expect_match 'dashboard: unknown is not zero' '^tt0 None L1 unknown DRAM unknown$' \
	"$(in_tree unknown python3 "$work/dashboard.py")"
rm -rf "$work"
finish
