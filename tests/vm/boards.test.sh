# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Imports that contradict an earlier one: a board that was described in part and then completely, a
# dead chip, cards that were swapped. No chip is counted twice, and no absent chip stays.
#
# vm: --time 900
# files-if-any: ../shared/cases ../shared/data/public-descriptors
. ./lib.sh

insmod /lib/modules/fake_pci.ko
chips() { find "$TT_MEMSTAT_CLASS" -name 'tt[0-9]*' | sed 's,.*/,,' | sort -V | xargs; }
says() { echo "$(figure "$1" tensix_active) $(figure "$1" l1_capacity) $(figure "$1" dram_capacity)"; }
# all: kind, location, cores and GiB of each chip
all()
{
	for chip in $(chips); do
		dram=$(figure "$chip" dram_capacity)
		[ "$dram" = unknown ] || dram=$((dram >> 30))
		echo "$(figure "$chip" kind):$(figure "$chip" asic_location):$(figure "$chip" tensix_active):$dram"
	done | sort | xargs
}
unplug() { echo "$1" >/sys/module/fake_pci/parameters/unplug; }

# The left chip is at location 1.
whole_p300='arch: {0: blackhole, 1: blackhole}
chip_unique_ids: {0: 4096, 1: 4097}
chips_with_mmio: [0: 1, 1: 0]
harvesting:
  0: {harvest_mask: 8320, dram_harvesting_mask: 0}
  1: {harvest_mask: 272, dram_harvesting_mask: 0}
boards: [[board_id: 77, board_type: p300, chips: [0, 1]]]
asic_locations: {0: 0, 1: 1}'
half_p300='arch: {0: blackhole, 1: blackhole}
chip_unique_ids: {0: 4097, 1: 4096}
chips_with_mmio: [0: 0]
harvesting:
  0: {harvest_mask: 272, dram_harvesting_mask: 0}
  1: {harvest_mask: 8320, dram_harvesting_mask: 0}
boards: [[board_id: 77, board_type: p300, chips: [0, 1]]]
asic_locations: {0: 1, 1: 0}'
n300='arch: {0: wormhole_b0, 1: wormhole_b0}
chip_unique_ids: {0: 4096, 1: 4294971392}
chips_with_mmio: [0: 0]
chip_pci_bdfs: {0: "0077:00:01.0"}
harvesting:
  0: {harvest_mask: 544, dram_harvesting_mask: 0}
  1: {harvest_mask: 513, dram_harvesting_mask: 0}
boards: [[board_id: 77, board_type: n300, chips: [0, 1]]]
asic_locations: {0: 0, 1: 1}'
n300_dead=$(echo "$n300" | sed '/^  1:/d; s/, 1: wormhole_b0//; s/, 1: 4294971392//; s/, 1\]/]/; s/, 1: 1//')

import() { echo "$1" | tt-memstat import --by-ordinal -; }

plug 1 0xb140
plug 2 0xb140
succeeds 'a p300 of which one function was seen' import "$half_p300"
expect 'its other chip is remote' "local:1:120:32 local:unknown:unknown:unknown remote:0:120:32" "$(all)"
out=$(import "$whole_p300" 2>&1)
expect 'then both were: status' 0 $?
expect_match 'the remote one is forgotten' 'forgotten: chip 0 has its unique id' "$out"
expect 'two chips are there, once' "local:0:120:32 local:1:120:32" "$(all)"
expect_match 'location 1 is the left one' "p300 L .*01:00.0|p300 L .*00:01.0" "$(tt-smi --list 2>&1)"
succeeds 'the other way round' import "$half_p300"
expect 'both are still there, once' "local:0:120:32 local:1:120:32" "$(all)"
for n in $(chips); do tt-memstat forget "$n"; done
unplug 1
unplug 2

plug 1 0x401e
succeeds 'an n300' import "$n300"
expect 'has two chips' "local:0:64:12 remote:1:64:12" "$(all)"
expect_match 'a dry run names the dead one' 'would be forgotten: nothing is behind chip 0 there' \
	"$(echo "$n300_dead" | tt-memstat import --dry-run -)"
expect 'and leaves it' "local:0:64:12 remote:1:64:12" "$(all)"
expect_match 'its right chip has died' 'forgotten: nothing is behind chip 0 there' "$(import "$n300_dead")"
expect 'one is left' "local:0:64:12" "$(all)"
expect 'with its bytes' '64 95944704 12884901888' "$(says "$(chips)")"
succeeds 'it is there again' import "$n300"
client_start
call_ok open
gateway=$(chips | cut -d ' ' -f 1)
call_ok "attach ${gateway#tt}"
import "$n300_dead" >/dev/null
expect 'a client on its gateway does not keep it' "local:0:64:12" "$(all)"

# What tt-kmd tells of a card, and no descriptor has to.
client_end
for n in $(chips); do tt-memstat forget "$n" 2>/dev/null; done
unplug 1
echo '1 p300b 44131800001' >/sys/module/fake_pci/parameters/card
echo '2 p300b 44131800001' >/sys/module/fake_pci/parameters/card
plug 1 0xb140
plug 2 0xb140
expect 'two functions of one board, by their driver' 'p300b,0x0000044131800001 p300b,0x0000044131800001' \
	"$(tt-smi --query-chips=board,board_id --format=csv,noheader | xargs)"
unplug 1
unplug 2
# carded SLOT SERIAL: a p150 with it comes
carded()
{
	echo "$1 p150a $2" >/sys/module/fake_pci/parameters/card
	plug "$1" 0xb140
}
carded 1 aa
carded 2 bb
told='arch: {0: blackhole, 1: blackhole}
chips_with_mmio: [0: 0, 1: 1]
chip_pci_bdfs: {0: "0077:00:01.0", 1: "0077:00:02.0"}
harvesting: {0: {harvest_mask: 1, dram_harvesting_mask: 0}, 1: {harvest_mask: 3, dram_harvesting_mask: 0}}
boards: [[board_id: 0xaa, board_type: p150, chips: [0]], [board_id: 0xbb, board_type: p150, chips: [1]]]'
# at SLOT: cores of the card in it
at() { figure "$(for n in $(chips); do readlink -f "$TT_MEMSTAT_CLASS/$n" | grep -q "00:0$1.0" && echo "$n"; done)" tensix_active; }
expect 'nobody has told' 'unknown unknown' "$(at 1) $(at 2)"
succeeds 'two cards' import "$told"
expect 'each has its own cores' '130 120' "$(at 1) $(at 2)"
unplug 1
unplug 2
carded 1 bb
carded 2 aa
succeeds 'they have changed places' import "$told"
expect 'and their cores with them' '120 130' "$(at 1) $(at 2)"
unplug 1
carded 1 cc
fails_with 6 'tt-kmd reports .* on board 0xaa, not on 0xbb' 'another card is in the place of one' \
	tt-memstat import --dry-run /dev/stdin <<END
$told
END
for n in $(chips); do tt-memstat forget "$n" 2>/dev/null; done
unplug 1
unplug 2
echo '1 unknown 0' >/sys/module/fake_pci/parameters/card
echo '2 unknown 0' >/sys/module/fake_pci/parameters/card

if [ -d cases ]; then
	plug 1 0x401e
	expect_match 'case: no DRAM mask' '64 +91.50 MiB +- +would be created' \
		"$(tt-memstat import --virtual --dry-run cases/no-dram-mask.yaml)"
	unplug 1
	plug 1 0xb140
	plug 2 0xb140
	tt-memstat import --by-ordinal cases/p300-one-function.yaml >/dev/null
	succeeds 'case: a p300, in part and then whole' tt-memstat import --by-ordinal cases/p300-two-functions.yaml
	expect 'case: two chips of it' "local:0:120:32 local:1:120:32" "$(all)"
	expect 'case: with the bytes of one board' "$((2 * 188743680)) $((64 << 30))" \
		"$(cat "$TT_MEMSTAT_CLASS/l1_capacity" "$TT_MEMSTAT_CLASS/dram_capacity" | xargs)"
	for n in $(chips); do tt-memstat forget "$n"; done
	unplug 1
	unplug 2
	plug 1 0x401e
	tt-memstat import cases/n300.yaml >/dev/null
	succeeds 'case: a dead n300 R' tt-memstat import cases/n300-right-dead.yaml
	expect 'case: one chip is left' "local:0:64:12" "$(all)"
fi
# Boards without a description: the links determine which chip is behind which card.
# behind COUNT FILE: so many remote chips behind each of four cards.
behind()
{
	for n in $(chips); do tt-memstat forget "$n" 2>/dev/null; done
	succeeds "$2 is imported" tt-memstat import --by-ordinal "$2"
	expect "$2: chips behind each card" "$1 $1 $1 $1" \
		"$(for n in $(chips); do
			[ "$(figure "$n" kind)" != remote ] || readlink -f "$TT_MEMSTAT_CLASS/$n/device"
		done | sort | uniq -c | awk '{ print $1 }' | xargs)"
	expect "$2: all are known" '' "$(for n in $(chips); do [ "$(figure "$n" l1_capacity)" != unknown ] || echo "$n"; done)"
}
if [ -d public-descriptors ]; then
	unplug 1
	for slot in 1 2 3 4; do plug $slot 0x401e; done
	for file in public-descriptors/*t3k_cluster_desc*; do behind 1 "$file"; done
	for file in public-descriptors/*-tg_cluster_desc*; do behind 8 "$file"; done
fi
finish
