# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Captures replayed into the module: what the kernel says of them. The project's own captures
# always; real ones, which do not ship, where they are at hand.
#
# files: demo/two-programs.json tests/vm/data
# files-if-any: ../shared/data/ttnn-graphs
. ./lib.sh

# on_p150 NAME CAPTURE OPTION...: a fresh virtual p150 has replayed the capture; leaves it in $chip.
on_p150()
{
	name=$1 capture=$2
	shift 2
	chip=$(tt-memstat create-virtual --arch blackhole --harvest 192)
	succeeds "$name is replayed" tt-memstat replay --chip "$chip" "$@" "$capture"
}

# peaks NAME KEY=VALUE...
peaks()
{
	name=$1
	shift
	for pair; do
		expect "$name: ${pair%%=*}" "${pair#*=}" "$(figure "$chip" "${pair%%=*}")"
	done
	expect "$name: nothing is left" '' "$(used_figures "$chip")"
	wait_for "$name: no client is left" 5 no_clients "$chip"
	tt-memstat destroy "$chip"
}

on_p150 'one program with addresses' data/add.json --grid 11x10
peaks 'one program with addresses' tensix_active=120 l1_capacity=188743680 \
	l1_peak=$((110 * 65536 + 4 * 98304)) cb_peak=$((4 * 98304)) \
	l1_fullest_core_peak=$((65536 + 98304)) dram_peak=$((8 * 8192))

on_p150 'the same without addresses' data/add-no-dispatch.json
peaks 'the same without addresses' l1_fullest_core_peak=$((65536 + 98304)) \
	cb_peak=$((4 * 98304))

on_p150 'a program of views alone' data/views.json --grid 11x10
peaks 'a program of views alone' cb_peak=0 cb_loaded_peak=0 l1_fullest_core_peak=65536

chip=$(tt-memstat create-virtual --arch blackhole --harvest 192)
fails_with 3 'does not fit: needs [0-9]+ of [0-9]+ on core [0-9]+,[0-9]+' 'what exceeds a core' \
	tt-memstat replay --chip "$chip" --grid 11x10 data/too-large.json
echo '[{"counter": 0,' >bad.json
fails_with 1 'bad.json:[0-9]+:[0-9]+' 'malformed JSON' tt-memstat replay --chip "$chip" bad.json
expect 'neither leaves anything' '' "$(used_figures "$chip")"
tt-memstat destroy "$chip"

# What a killed replay leaves: nothing.
chip=$(tt-memstat create-virtual --arch blackhole --harvest 192)
tt-memstat replay --chip "$chip" --grid 11x10 --program-cache --hold two-programs.json \
	>replay.log 2>&1 &
workload=$!
wait_for 'a replay holds' 30 grep -q holding replay.log
expect_match 'tt-smi shows it' 'tt-memstat' "$(tt-smi)"
expect 'sum of the pools - overlap = used' "$(figure "$chip" l1_used)" \
	$(($(figure "$chip" l1_buffers_used) + $(figure "$chip" l1_small_used) + \
	   $(figure "$chip" cb_used) - $(figure "$chip" l1_overlap)))
kill -9 $workload
wait $workload 2>/dev/null
expect 'after kill -9 every figure is zero' '' "$(used_figures "$chip")"
expect 'and no client is there' '' "$(ls "$TTM_CLASS/$chip/clients")"
tt-memstat destroy "$chip"

if [ -d ttnn-graphs ]; then
	on_p150 'matmul' ttnn-graphs/matmul_normal_mode.json --grid 11x10
	peaks 'matmul' tensix_active=120 l1_capacity=188743680 l1_peak=5398528 \
		l1_fullest_core_peak=806912 cb_peak=3145728
	on_p150 'matmul without addresses' ttnn-graphs/matmul_l1_out.json
	peaks 'matmul without addresses' l1_fullest_core_peak=806912
	on_p150 'sharded add' ttnn-graphs/sharded_add.json
	peaks 'sharded add' l1_fullest_core_peak=32768 cb_peak=0
else
	skip 'real captures: none at hand'
fi
finish
