# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Imports of cluster descriptors, and the resulting figures of each chip: as virtual chips, and for the
# cards of fake_pci. Uses the project's descriptors, and real ones, which do not ship, if available.
#
# files: tests/cli/descriptors
# files-if-any: ../shared/data/cluster-descriptors
. ./lib.sh

chips() { find "$TT_MEMSTAT_CLASS" -name 'tt[0-9]*' | sed 's,.*/tt,,' | sort -n | tr '\n' ' ' | sed 's/ $//'; }

clear_chips()
{
	for chip in $(chips); do
		tt-memstat destroy "tt$chip"
	done
}

# says CHIP: cores, L1 and DRAM as the kernel has them.
says()
{
	echo "$(figure "$1" tensix_active) $(figure "$1" l1_capacity) $(figure "$1" dram_capacity)"
}

# imports NAME FILE 'CORES L1 DRAM'...: one chip for each triple, in this order; twice is once.
imports()
{
	name=$1 file=$2 first=$(chips)
	shift 2
	succeeds "$name imports" tt-memstat import --virtual "$file"
	made=$(chips)
	made=${made#"$first"}
	expect "$name: chips" $# "$(echo "$made" | wc -w)"
	for chip in $made; do
		[ $# -gt 0 ] || break
		expect "$name: tt$chip" "$1" "$(says "tt$chip")"
		expect "$name: tt$chip used" '' "$(used_figures "tt$chip")"
		shift
	done
	again=$(tt-memstat import --virtual "$file" 2>&1)
	expect "$name again: status" 0 $?
	expect "$name again: all kept" "$(echo "$made" | wc -w)" "$(echo "$again" | grep -c ' kept$')"
	expect "$name again: no more chips" "$(echo "$first $made" | xargs)" "$(chips | xargs)"
}

board() { cat "$TT_MEMSTAT_CLASS/$1/board" 2>/dev/null || echo unknown; }

DRAM_WH=$((12 << 30))
DRAM_BH=$((32 << 30))
N150="72 107937792 $DRAM_WH"
N300="64 95944704 $DRAM_WH"
P150="120 188743680 $DRAM_BH"

dir=descriptors
imports 'an n150 without ids' $dir/n150.yaml "$N150"
clear_chips
imports 'an n300' $dir/n300.yaml "$N300" "$N300"
expect 'its chips are left and right' 'n300 L n300 R' \
	"$(for chip in $(chips); do board "tt$chip"; done | xargs)"
expect 'with their unique ids' '31000000001 31000000002' \
	"$(for chip in $(chips); do figure "tt$chip" unique_id; done | xargs)"
expect 'and masks' '3 12' \
	"$(for chip in $(chips); do figure "tt$chip" tensix_harvesting; done | xargs)"
for side in L R; do
	expect_match "tt-smi shows n300 $side" "n300 $side .* virtual" "$(tt-smi 2>&1)"
done
clear_chips
imports 'two n300' $dir/two-n300.yaml "$N300" "$N300" "$N300" "$N300"
expect 'the chips of a board one after the other' 'n300 L n300 R n300 L n300 R' \
	"$(for chip in $(chips); do board "tt$chip"; done | xargs)"
expect 'which they are' '32000000001 32000000003 32000000002 32000000004' \
	"$(for chip in $(chips); do figure "tt$chip" unique_id; done | xargs)"
clear_chips
imports 'a p300' $dir/p300.yaml "$P150" "$P150"
clear_chips
imports 'a p150 with all 140 cores' $dir/p150-old-firmware.yaml "140 220200960 $DRAM_BH"
imports 'a p100 with a DRAM channel off' $dir/p100.yaml "120 188743680 $((28 << 30))"
clear_chips
imports 'what the first writers wrote' $dir/old.yaml "$N300" "$N300"
clear_chips

# What is not told stays unknown; the rest is done.
fails_with 6 'gaps.yaml: chip 0 stays unknown: arch quasar is not supported' 'gaps: an arch' \
	tt-memstat import --virtual $dir/gaps.yaml
fails_with 6 'chip 1 stays unknown: .* neither its harvested cores nor DRAM' 'gaps: no masks' \
	tt-memstat import --virtual $dir/gaps.yaml
# shellcheck disable=SC2046
set -- $(chips)
expect 'gaps: no DRAM mask: the cores are known' '120 188743680 unknown' "$(says "tt$1")"
expect 'the one chip that is told' "2 $P150" "$# $(says "tt$2")"
clear_chips

# A dry run needs no privilege and changes nothing.
expect_match 'a dry run says what it would do' '^ *1 +- +n300 R +wormhole .* 64 +91.50 MiB +12 GiB +would be created$' \
	"$(su user -s /bin/sh -c "tt-memstat import --virtual --dry-run $dir/n300.yaml")"
expect 'and makes nothing' '' "$(chips)"

# Malformed: the line, and nothing of any file is done.
printf 'arch:\n  0: wormhole_b0\nharvesting:\n  0:\n    harvest_mask: 1024\n' >mask.yaml
printf 'arch:\n  0: wormhole_b0\nboards: [\n' >open.yaml
for bad in mask:5 open:4; do
	fails_with 1 "^tt-memstat: ${bad%:*}.yaml:${bad#*:}: " "malformed: ${bad%:*}" \
		tt-memstat import --virtual $dir/n300.yaml "${bad%:*}.yaml"
done
expect 'of files before a malformed one nothing is done' '' "$(chips)"

# What has a unique id and is different now.
succeeds 'an n300, to be changed' tt-memstat import --virtual $dir/n300.yaml
before=$(chips)
sed 's/harvest_mask: 12/harvest_mask: 8/' $dir/n300.yaml >changed.yaml
fails_with 1 'chip 1: EEXIST .*--force' 'another geometry for a unique id' \
	tt-memstat import --virtual changed.yaml
expect 'changes nothing' "$before" "$(chips)"
succeeds 'with --force it is replaced' tt-memstat import --virtual --force changed.yaml
expect 'the one that was different' "72 107937792 $DRAM_WH" "$(says "tt$(chips | sed 's/.* //')")"
expect 'and only that' "${before%% *}" "$(chips | sed 's/ .*//')"
clear_chips

# Who may.
fails_with 1 'EPERM .*CAP_SYS_ADMIN' 'a user may not' \
	su user -s /bin/sh -c "tt-memstat import --virtual $dir/n150.yaml"
expect 'and nothing is made' '' "$(chips)"
succeeds 'a chip for everybody' tt-memstat import --virtual --open $dir/p150-old-firmware.yaml
chip=$(chips)
expect_match 'a user attaches to it' '^attach OK' \
	"$(printf 'open\nattach %s\n' "$chip" | su user -s /bin/sh -c ttmem-events)"
fails_with 1 "tt$chip: E" 'what a virtual chip has is not to be forgotten' tt-memstat forget "tt$chip"
clear_chips

# None of these chips is here.
fails_with 6 'chip 0 stays unknown: no chip at 0000:23:00.0' 'a chip that is not present' \
	tt-memstat import $dir/n300.yaml
fails_with 6 'chip 1 stays unknown: its gateway, chip 0, is not found' 'one behind it' \
	tt-memstat import $dir/n300.yaml
fails_with 6 'only its ordinal 0 could identify it' 'one with nothing but an ordinal' \
	tt-memstat import $dir/n150.yaml
fails_with 6 'no chip has the node tenstorrent/0' 'and no such ordinal' \
	tt-memstat import --by-ordinal $dir/n150.yaml
expect 'nothing was made' '' "$(chips)"
fails_with 1 'tt99: ' 'forgetting a chip that is not there' tt-memstat forget tt99

# ---- Cards ------------------------------------------------------------------------------------

succeeds 'cards' insmod /lib/modules/fake_pci.ko
plug 3 0xb140
plug 1 0x401e
plug 2 0xb140
# at SLOT: the chip there, such as tt4
at()
{
	for chip in $(chips); do
		[ "$(figure "tt$chip" kind)" != local ] ||
			[ "$(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt$chip/device")")" != "0077:00:0$1.0" ] ||
			echo "tt$chip"
	done
}
remote() { for chip in $(chips); do [ "$(figure "tt$chip" kind)" != remote ] || echo "tt$chip"; done; }
identity() { echo "$(board "$1") $(figure "$1" asic_location) $(figure "$1" unique_id) $(figure "$1" geometry_source)"; }
n300=$(at 1) p150=$(at 2) other=$(at 3)

sed 's/0000:23:00.0/0077:00:01.0/' $dir/n300.yaml >here.yaml
expect_match 'a dry run finds the card' "^ *0 +$n300 +n300 .* would be described$" \
	"$(su user -s /bin/sh -c 'tt-memstat import --dry-run here.yaml')"
expect 'and leaves it unknown' unknown "$(figure "$n300" l1_capacity)"
fails_with 1 'EPERM .*CAP_SYS_ADMIN' 'a user may not describe it' \
	su user -s /bin/sh -c 'tt-memstat import here.yaml'
expect 'which changes nothing' '' "$(remote)"
expect_match 'described by its address' "^ *0 +$n300 +n300 .* described$" \
	"$(tt-memstat import here.yaml)"
expect 'the local chip' "$N300" "$(says "$n300")"
expect 'and who it is' 'n300 0 31000000001 admin' "$(identity "$n300")"
expect 'the remote chip' "$N300" "$(says "$(remote)")"
expect 'and who that is' 'n300 1 31000000002 admin' "$(identity "$(remote)")"
expect 'again: both kept' 2 "$(tt-memstat import here.yaml | grep -c ' kept$')"
expect 'the other cards are not touched' 'unknown unknown' \
	"$(figure "$p150" l1_capacity) $(figure "$other" l1_capacity)"
for side in L R; do
	expect_match "tt-smi shows n300 $side" "n300 $side" "$(tt-smi 2>&1)"
done

sed 's/0000:05:00.0/0077:00:01.0/' $dir/p150-old-firmware.yaml >wrong.yaml
fails_with 6 "chip 0 stays unknown: $n300 is a wormhole" 'a blackhole where a wormhole is' \
	tt-memstat import wrong.yaml
expect 'changes nothing' "$N300" "$(says "$n300")"

# By ordinal only when told to: the first card plugged in has ordinal 0.
fails_with 6 'only its ordinal 0 could identify it' 'an ordinal is not believed' \
	tt-memstat import $dir/n150.yaml
sed 's/wormhole_b0/blackhole/' $dir/n150.yaml >ordinal.yaml
succeeds 'unless told to' tt-memstat import --by-ordinal ordinal.yaml
expect 'the card with that ordinal' "130 204472320 $DRAM_BH" "$(says "$other")"

# A card of which the descriptor tells one side: that is known, the other not.
sed '/dram_harvesting_mask/d; s/0000:05:00.0/0077:00:02.0/' $dir/p150-old-firmware.yaml >half.yaml
expect_match 'a side: described' "^ *0 +$p150 .* 140 +210.00 MiB +- +described$" "$(tt-memstat import half.yaml)"
expect 'a side: its cores are known' '140 220200960 unknown' "$(says "$p150")"
expect 'a side: again, kept' 1 "$(tt-memstat import half.yaml | grep -c ' kept$')"
expect_match 'a side: doctor names the other' 'its DRAM is unknown' "$(tt-memstat doctor 2>&1)"
half=$(tt-memstat import --virtual half.yaml)
expect_match 'a side: alone on a virtual chip' "^ *0 +tt[0-9]+ .* 140 +210.00 MiB +- +created$" "$half"
tt-memstat destroy "$(echo "$half" | awk '/created$/ { print $2 }')"

# One file of two that are kept together; the second card has moved since.
sed 's/0000:05:00.0/0077:00:02.0/' $dir/p150-old-firmware.yaml >second.yaml
succeeds 'two files' tt-memstat import here.yaml second.yaml
expect 'the card of the second' "140 220200960 $DRAM_BH" "$(says "$p150")"
sed 's/0077:00:02.0/0077:00:09.0/' second.yaml >moved.yaml
succeeds 'a card that is known by its unique id' tt-memstat import moved.yaml
sed 's/0077:00:02.0/0077:00:03.0/' second.yaml >crossed.yaml
fails_with 6 "0077:00:03.0 is $other, but $p150 has its unique id" \
	'an address and a unique id of two cards' tt-memstat import crossed.yaml

# Over live records.
mkfifo to from
ttmem-events <to >from &
exec 6>to 7<from
for command in open "attach ${p150#tt}" 'record 1 0x100000 4096 0 l1'; do
	echo "$command" >&6
	read -r answer <&7
done
expect_match 'a client records' '^record OK' "$answer"
sed 's/harvest_mask: 0$/harvest_mask: 3/' second.yaml >fewer.yaml
fails_with 1 'chip 0: EBUSY .*--force' 'not over live records' tt-memstat import fewer.yaml
expect 'which stay' $((140 * 4096)) "$(figure "$p150" l1_used)"
fails_with 1 "$p150: EBUSY .*--force" 'nor is it forgotten' tt-memstat forget "$p150"
succeeds 'unless forced' tt-memstat import --force fewer.yaml
expect 'the new geometry' "120 188743680 $DRAM_BH" "$(says "$p150")"
succeeds 'a chip is forgotten' tt-memstat forget --force "$p150"
expect 'and unknown' "unknown unknown unknown" \
	"$(figure "$p150" tensix_active) $(figure "$p150" l1_capacity) $(figure "$p150" geometry_source)"
fails_with 1 'EPERM .*CAP_SYS_ADMIN' 'a user does not forget' \
	su user -s /bin/sh -c "tt-memstat forget $n300"
exec 6>&- 7<&-
wait
succeeds 'a remote chip is forgotten' tt-memstat forget "$(remote)"
expect 'and gone, because it has no clients' '' "$(remote)"
succeeds 'its gateway too' tt-memstat forget "$n300"
expect 'and only that is unknown' "unknown 130" \
	"$(figure "$n300" tensix_active) $(figure "$other" tensix_active)"
succeeds 'the cards go' rmmod fake_pci
expect 'with their chips' '' "$(chips)"

# ---- Real descriptors --------------------------------------------------------------------------

# eight 'CORES L1 DRAM': the arguments for a file of eight equal chips.
eight() { imports "$1" "$2" "$3" "$3" "$3" "$3" "$3" "$3" "$3" "$3"; }

if [ -d cluster-descriptors ]; then
	dir=cluster-descriptors
	imports 'real n150' $dir/wormhole_N150.yaml "$N150"
	imports 'real n300' $dir/wormhole_N300_pci_bdf.yaml "$N300" "$N300"
	eight 'real t3k' $dir/t3k_cluster_desc.yaml "$N300"
	imports 'real p150' $dir/blackhole_P150.yaml "$P150"
	imports 'real p300' $dir/blackhole_P300_both_mmio.yaml "$P150" "$P150"
	eight 'real 8 x p150' $dir/blackhole_8xP150.yaml "130 204472320 $DRAM_BH"
	expect 'every real descriptor was imported' 6 "$(find $dir -name '*.yaml' | wc -l)"
	expect 'chips of all of them' 22 "$(chips | wc -w)"
	expect 'tt-smi shows the chips of each board as left and right' 'n300 L:5 n300 R:5 p300 L:1 p300 R:1' \
		"$(tt-smi --list 2>&1 | grep -oE '[np]300 [LR]' | sort | uniq -c |
		   while read -r count name; do echo "$name:$count"; done | xargs)"
	clear_chips
else
	skip 'real descriptors: none at hand'
fi
finish
