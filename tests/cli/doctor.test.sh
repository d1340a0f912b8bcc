#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat doctor over recorded trees: findings, advice and exit status.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

work=$(mktemp -d)
at_end 'rm -rf "$work"'
unset TT_MEMSTAT_DISABLED
python3 "$TT_MEMSTAT_ROOT/tests/cli/smi_trees.py" "$work" p150 kmd unknown approx virtual overlap

# A tree as it would be with the nodes in place and nothing to complain of.
node() { mkdir -p "$(dirname "$work/$1/dev/$2")" && : >"$work/$1/dev/$2" && chmod 666 "$work/$1/dev/$2"; }
version=$(cat "$TT_MEMSTAT_ROOT/VERSION")
for tree in p150 kmd unknown approx virtual overlap; do
	echo "$version" >"$work/$tree/class/tt_memstat/version"
	node $tree tt_memstat
	node $tree tenstorrent/0
	node $tree tenstorrent/1
done

# says TREE [OPTION...]: all it says; status: of the last one
says()
{
	tree=$1
	shift
	seen=$(tt-memstat doctor --sysfs-root "$work/$tree" "$@" 2>&1)
	status=$?
	printf '%s\n' "$seen"
	return $status
}
# todo NAME TREE PATTERN ADVICE: something to do, and what; todo_count: how much in all
todo()
{
	seen=$(says "$2")
	expect "$1: status" 1 $?
	expect_match "$1" "^to do +$3" "$seen"
	expect_match "$1: advice" "^ +-> .*$4" "$seen"
}
todo_count() { says "$1" | grep -c '^to do'; }

succeeds 'a host where all is well' says p150
seen=$(says p150)
for line in "module +tt_memstat $version is loaded" "versions +module and library are $version" \
	'node +/dev/tt_memstat is accessible to all users' 'geometry +tt0: known \(runtime\)' \
	'kmd +tt0: /dev/tenstorrent/0 is accessible to all users'; do
	expect_match "says: $line" "^ok +$line" "$seen"
done
succeeds 'virtual chips need no driver' says virtual
mkdir "$work/none"
todo 'no module' none 'module +tt_memstat is not loaded' 'modprobe tt_memstat'
expect 'without the module, nothing else is checked' 1 "$(todo_count none)"

# Processes that have the cards open: tests/cli/smi_trees.py says which.
mkdir -p "$work/kmd/proc/5150"
printf 'python3\0train.py\0' >"$work/kmd/proc/5150/cmdline"
todo 'a process that reports nothing' kmd 'holders +tt0: pid 5150: has the card open and reports nothing' \
	'tt-memstat run -- COMMAND'
todo 'a silent process on another card' kmd 'holders +tt1: pid 6000' 'tt-memstat run'
todo 'a silent process of another namespace' kmd 'holders +tt1: a process of another pid namespace' 'on the host'
expect 'reporting processes are not listed' 3 "$(todo_count kmd)"
mkdir -p "$work/kmd/proc/6000"
echo tt-bench >"$work/kmd/proc/6000/comm"
echo '7f00-7f01 r-xp 0 fe:01 77 /usr/lib/libttmemstat-report.so' >"$work/kmd/proc/6000/maps"
todo 'a process with the reporter that reports nothing' kmd 'reporter +tt1: pid 6000 tt-bench: runs under the reporter, but reports nothing' \
	'TT_METAL_SHM_TRACKING_DISABLED'
: >"$work/kmd/proc/driver/tenstorrent/1/pids"
echo 4242 >"$work/kmd/proc/driver/tenstorrent/0/pids"
expect_match 'all processes of a card report' '^ok +holders +every process .* reports \(1\)$' "$(says kmd)"
succeeds 'exit status if all processes report' says kmd

# Programs that look at cards. holds WORD...: it runs as that, holds the card and reports nothing.
holds()
{
	printf '%s\0' "$@" >"$work/kmd/proc/5150/cmdline"
	printf '%.15s\n' "${1##*/}" >"$work/kmd/proc/5150/comm"
	printf '4242\n5150\n' >"$work/kmd/proc/driver/tenstorrent/0/pids"
}
# looks NAME: what holds the card is only a note.
looks()
{
	seen=$(says kmd)
	expect "$1 has nothing to do: status" 0 $?
	expect_match "$1 has nothing to do" '^note +holders +tt0: pid 5150 .*: has the card open to monitor it$' "$seen"
	expect_match "$1 is not among those that report" '^ok +holders .* reports \(1\)$' "$seen"
}
echo '7f00-7f01 rw-s 0 00:05 77 /dev/tenstorrent/0' >"$work/kmd/proc/5150/maps"
for program in tt tt-smi nvtop all-smi tt_telemetry_server; do
	holds "/usr/bin/$program"
	looks "$program"
done
holds python3 /home/u/.tenstorrent-venv/bin/tt-smi -s
looks 'a script of Python'
holds /usr/bin/python3.12 -m xpustat
looks 'a module of Python'
rm "$work/kmd/proc/5150/maps"
looks 'one whose mappings only its user sees'
holds python3 tt-smi.py
todo 'a silent process with the name of no monitor' kmd 'holders +tt0: pid 5150 python3: has the card open' 'tt-memstat run'
holds python3 -m serve tt-smi
todo 'a monitor as an argument of another program' kmd 'holders +tt0: pid 5150 python3: has the card open' 'tt-memstat run'
holds /usr/bin/tt-smi
echo '7f00-7f01 rw-s 0 00:05 77 /dev/hugepages-1G/device_0_channel_0' >"$work/kmd/proc/5150/maps"
todo 'a monitor with hugepages counts as a program' kmd 'holders +tt0: pid 5150 tt-smi: has the card open' \
	'tt-memstat run'
rm "$work/kmd/proc/5150/maps"
echo 4242 >"$work/kmd/proc/driver/tenstorrent/0/pids"

# The card was exchanged: tt-kmd names another board than the import.
card() # TYPE SERIAL
{
	echo "$1" >"$work/kmd/class/tenstorrent/tenstorrent!0/tt_card_type"
	echo "$2" >"$work/kmd/class/tenstorrent/tenstorrent!0/tt_serial"
}
tt0=$work/kmd/class/tt_memstat/tt0 tt2=$work/kmd/class/tt_memstat/tt2
echo 77 | tee "$tt0/board_id" >"$tt2/board_id"
echo admin >"$tt0/geometry_source"
card n300 000000000000004D
succeeds 'an import that matches the board' says kmd
card n300 000000000000004E
todo 'an import of another board' kmd 'board +tt0: the import describes board 0x4d, but the card is 0x4e' 'import --discover, .* forget tt0$'
todo 'the remote chip of the wrong import' kmd 'board +tt2: the import describes board 0x4d' 'forget tt2$'
expect 'wrong imports are listed once' 2 "$(todo_count kmd)"
rm "$tt0/board_id" "$tt2/board_id"
card n150 000000000000004E
todo 'an import of another type of board' kmd 'board +tt0: the import describes a n300, but the card is a n150' 'forget tt0$'
todo 'a remote chip of another type of board' kmd 'board +tt2: the import describes a n300, but the card is a n150' 'forget tt2$'
echo runtime >"$tt0/geometry_source"
expect "a runtime's geometry is not compared with the board" 1 "$(todo_count kmd)"
echo admin >"$tt0/geometry_source"
for type in n300 unknown galaxy-wormhole; do
	card $type FFFFFFFFFFFFFFFF
	succeeds "no contradiction: $type" says kmd
done
rm "$work/kmd/class/tenstorrent/tenstorrent!0/"tt_card_type

# Descriptors that are kept for each boot.
etc=$work/kmd/etc/tt-memstat
mkdir -p "$etc"
kept() { sed 's/0000:23:00.0/0000:41:00.0/' "$TT_MEMSTAT_ROOT/tests/cli/descriptors/$1" >"$etc/cards.yaml"; }
kept n300.yaml
succeeds 'a kept descriptor with all chips' says kmd
cat >"$etc/cards.yaml" <<'END'
arch: {0: wormhole_b0}
chip_pci_bdfs: {0: "0000:41:00.0"}
harvesting: {0: {harvest_mask: 3, dram_harvesting_mask: 0}}
boards: [[board_id: 82000000000000001, board_type: n300, chips: [0]]]
END
todo 'a chip that is missing from the kept descriptor' kmd \
	'kept +tt2: an import created it, but /etc/tt-memstat/cards.yaml contradicts it: nothing is behind chip 0 there' \
	'tt-memstat forget tt2, or tt-memstat import /etc/tt-memstat/cards.yaml'
printf 'arch: {0: wormhole_b0}\nharvesting: {0: {harvest_mask: 0x400}}\n' >"$etc/cards.yaml"
todo 'a kept descriptor with an impossible mask' kmd 'kept +/etc/tt-memstat/cards.yaml: it cannot be imported: line 2: harvesting: chip 0' \
	'import --discover --save /etc/tt-memstat/cards.yaml'
echo 'arch: [' >"$etc/cards.yaml"
todo 'a kept file that is not a descriptor' kmd 'kept +/etc/tt-memstat/cards.yaml: it cannot be imported: line ' 'import --discover'
rm -r "$work/kmd/etc"

# Nodes.
chmod 600 "$work/p150/dev/tt_memstat"
todo 'a node that is not accessible to all' p150 'node +/dev/tt_memstat is not accessible to all users' '60-tt_memstat.rules'
rm "$work/p150/dev/tt_memstat"
todo 'a node that is missing' p150 'node +/dev/tt_memstat is not there' '--device /dev/tt_memstat'
node p150 tt_memstat
rm "$work/p150/dev/tenstorrent/0"
todo 'a card without its node' p150 'kmd +tt0: /dev/tenstorrent/0 is not there' '--device /dev/tenstorrent'
node p150 tenstorrent/0
mkdir -p "$work/p150/class/tenstorrent/tenstorrent!0" "$work/p150/class/tenstorrent/tenstorrent!7"
todo 'the module does not know this card' p150 'kmd +tenstorrent/7: the module does not know this card' \
	'modprobe tt_memstat'
expect 'known nodes are not listed as strays' 1 "$(todo_count p150)"
rm -r "$work/p150/class/tenstorrent"

# Geometry and events.
todo 'a chip without a geometry' unknown 'geometry +tt0: its cores and DRAM are unknown' 'tt-memstat import'
todo 'a chip without a driver' unknown 'kmd +tt1: it has no driver tenstorrent' 'modprobe tenstorrent'
echo 'geometry_conflicts 3' >>"$work/p150/class/tt_memstat/tt0/stat"
todo 'runtimes that report another geometry' p150 'geometry +tt0: .* another geometry 3 times' \
	'tt-memstat forget tt0'
sed -i '/conflicts/d; s/^rejected .*/rejected 5/' "$work/p150/class/tt_memstat/tt0/stat"
seen=$(says p150)
expect 'refused events do not change the exit status' 0 $?
expect_match 'refused events are counted' '^note +events +tt0: 5 events were refused' "$seen"
todo 'lost events' approx 'events +tt1: 3 events were lost' 'raise the limits'
expect 'totals need no action' 1 "$(todo_count approx)"

# Versions and environment.
echo 9.9.9 >"$work/p150/class/tt_memstat/version"
todo 'module and library of different releases' p150 "versions +the module is 9.9.9, the library $version" \
	'one release'
echo "$version" >"$work/p150/class/tt_memstat/version"
TT_MEMSTAT_DISABLED=1
export TT_MEMSTAT_DISABLED
todo 'reports disabled by the environment' p150 'environment +TT_MEMSTAT_DISABLED is set' 'unset'
TT_MEMSTAT_DISABLED=0
succeeds 'TT_MEMSTAT_DISABLED=0 does not disable reports' says p150

# For machines.
seen=$(says kmd --json)
expect '--json: exit status' 0 $?
printf '%s' "$seen" >"$work/out.json"
expect '--json: the findings' 'True module ok' "$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
first = report["findings"][0]
assert all(set(f) == {"check", "verdict", "subject", "what", "advice"} for f in report["findings"])
print(report["ok"], first["check"], first["verdict"])' "$work/out.json")"
says unknown --json >"$work/out.json"
expect '--json: findings with advice' "False ['geometry', 'geometry', 'kmd']" "$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print(report["ok"], [f["check"] for f in report["findings"] if f["verdict"] == "todo"])' \
	"$work/out.json")"
expect 'names of processes are sanitized' '' "$(
	printf 'x\033[2Jy\n' >"$work/kmd/proc/6000/comm"
	echo 6000 >"$work/kmd/proc/driver/tenstorrent/0/pids"
	says kmd | tr -d '\n[:print:]')"
fails_with 2 'unexpected argument' 'arguments are refused' tt-memstat doctor x
finish
