# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Replayed captures and the resulting figures. Uses the project's captures, and real ones, which do not
# ship, if available.
#
# vm: --time 900
# files: demo/two-programs.json tests/vm/data tests/cli/descriptors
# files-if-any: ../shared/data/ttnn-graphs ../shared/cases
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

# ---- The same ledger in a process ----------------------------------------------------------------

# object KEY FILE: the members of an object in a pretty JSON, without what time changes.
object()
{
	sed -n "/^  \"$1\":{/,/^  }/{/{\$/d;/^  }/d;s/^ *//;s/,\$//;p}" "$2" | grep -v '_age_ms\|_alert'
}

# same_books CAPTURE OPTION...: each figure of the module after a replay is the library's.
same_books()
{
	capture=$1
	shift
	chip=$(tt-memstat create-virtual --arch "$arch" --harvest "$mask")
	tt-memstat replay --json --chip "$chip" "$@" "$capture" >replay.json 2>/dev/null
	tt-memstat destroy "$chip"
	tt-memstat explain --json --at end --arch "$arch" --harvest "$mask" "$@" "$capture" \
		>explain.json 2>/dev/null
	object chip_figures replay.json >module
	object chip_figures explain.json >library
	expect "${capture##*/} $arch $*: figures of the chip" "$(cat module)" "$(cat library)"
	expect "${capture##*/} $arch $*: there are some" 1 "$(($(wc -l <module) > 40))"
	object figures explain.json >library
	sed 's/^ *//; s/,$//' replay.json >module
	expect "${capture##*/} $arch $*: figures of the client" '' "$(grep -v -x -F -f module library)"
	expect "${capture##*/} $arch $*: there are some" 1 "$(($(wc -l <library) > 30))"
}

for capture in two-programs.json data/*.json ttnn-graphs/*.json cases/*.json; do
	[ -e "$capture" ] || continue
	arch=blackhole mask=192
	same_books "$capture"
	same_books "$capture" --program-cache
	arch=wormhole mask=65
	same_books "$capture"
done

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
expect 'and no client is there' '' "$(ls "$TT_MEMSTAT_CLASS/$chip/clients")"
tt-memstat destroy "$chip"

# ---- A mesh ------------------------------------------------------------------------------------

# node TYPE PARAMS [FIELDS]
node() { echo "{\"node_type\": \"$1\", \"params\": {$2}${3:+, $3}},"; }
# buffer EVENT ADDRESS SIZE: in L1, of a mesh with number 5
buffer()
{
	node "buffer_$1" "\"buffer_type\": 1, \"address\": $2, \"max_size_per_bank\": $3,
		\"size\": $3, \"device_id\": 5"
}
# cb DEVICE SIZE CORES
cb()
{
	node circular_buffer_allocate "\"address\": 131072, \"size\": $2, \"device_id\": $1,
		\"core_range_set\": \"{[$3]}\""
}
end='{"node_type": "capture_end", "params": null}'

{
	echo '['
	buffer allocate 1048576 4096
	node circular_buffer_deallocate_all '"device_id": 5'
	cb 0 65536 '0-0 - 3-0'
	cb 1 32768 '0-0 - 1-0'
	echo "$end]"
} >mesh.json
sed 's/"device_id": 1,/"device_id": 7,/' mesh.json >far.json

# usage CHIP: peaks of buffers and circular buffers
usage() { echo "$(figure "$1" l1_buffers_peak) $(figure "$1" cb_peak)"; }
fresh()
{
	chips=
	for _ in $(seq "$1"); do
		chips="$chips${chips:+,}$(tt-memstat create-virtual --arch wormhole --harvest 3)"
	done
}
clear_chips()
{
	for chip in $(echo "$chips" | tr , ' '); do
		expect "$chip: nothing is left" '' "$(used_figures "$chip")"
		tt-memstat destroy "$chip"
	done
}

fresh 3
one=${chips%%,*} third=${chips##*,}
two=${chips#*,} two=${two%,*}
fails_with 1 'mesh.json: circular buffers of the devices 0, 1: .*--mesh' 'a mesh on one chip' \
	tt-memstat replay --chip "$one" mesh.json
expect 'changes nothing' 'unknown unknown' "$(usage "$one")"
succeeds 'a mesh of two' tt-memstat replay --mesh "$one,$two" --grid 8x8 mesh.json
expect 'the first' "$((64 * 4096)) $((4 * 65536))" "$(usage "$one")"
expect 'the second' "$((64 * 4096)) $((2 * 32768))" "$(usage "$two")"
expect 'and no other' 'unknown unknown' "$(usage "$third")"
fails_with 1 'circular buffers of the devices 0, 7 do not go with 3 chips' \
	'a device that the mesh does not have' tt-memstat replay --mesh "$chips" far.json
fails_with 1 'tt99: no such chip' 'a chip that is not there' \
	tt-memstat replay --mesh "$one,tt99" mesh.json
json=$(tt-memstat replay --mesh "$chips" --grid 8x8 --json mesh.json)
expect 'as JSON: a summary of each' 3 "$(echo "$json" | grep -c '"client":')"
expect 'the third has the buffers alone' "$((64 * 4096)) 0" "$(usage "$third")"
clear_chips
fresh 2
succeeds 'devices with other numbers, in their order' \
	tt-memstat replay --mesh "$chips" --grid 8x8 far.json
expect 'the second of them' "$((64 * 4096)) $((2 * 32768))" "$(usage "${chips#*,}")"
clear_chips
fresh 2
sed -e '/"size": 32768/,/core_range_set/d' -e 's/"address": [1-9][0-9]*/"address": 0/' mesh.json >dry.json
succeeds 'without addresses' tt-memstat replay --mesh "$chips" --grid 8x8 dry.json
expect 'circular buffers of the mesh are on all' "$((4 * 65536))" \
	"$(figure "${chips#*,}" cb_peak)"
clear_chips

# ---- Several captures as one -------------------------------------------------------------------

mkdir ops
{ echo '['; buffer allocate 1048576 4096; echo "$end]"; } >ops/op_1.json
{ echo '['; buffer deallocate 1048576 4096; echo "$end]"; } >ops/op_2.json
{ echo '['; buffer allocate 1064960 4096; cb 0 2097152 '0-0'; echo "$end]"; } >ops/op_10.json
echo 'no capture' >ops/README
fresh 1
fails_with 3 'op_10.json: node [0-9]+: does not fit' 'a directory' \
	tt-memstat replay --chip "$chips" --grid 8x8 ops
expect 'is one workload, in order' "$((64 * 4096))" "$(figure "$chips" l1_buffers_peak)"
expect_match 'that says so' '"files":3' \
	"$(tt-memstat replay --chip "$chips" --json ops 2>/dev/null | tr -d ' \n')"
expect_match 'standard input' '^l1_buffers_peak +262144$' \
	"$(tt-memstat replay --chip "$chips" --grid 8x8 - <ops/op_1.json 2>/dev/null)"
clear_chips

# ---- As fast as recorded -----------------------------------------------------------------------

{
	echo '['
	node function_start '"name": "f"'
	node function_end '"name": "f"' '"duration_ns": 400000000'
	echo "$end]"
} >slow.json
hundredths() { sed 's/ .*//; s/[.]//' /proc/uptime; }
fresh 1
started=$(hundredths)
succeeds 'in real time' tt-memstat replay --chip "$chips" --speed 1 slow.json
expect 'takes no less than it took' yes \
	"$([ $(($(hundredths) - started)) -ge 40 ] && echo yes || hundredths)"
clear_chips

# ---- Chips from a report's descriptor ----------------------------------------------------------

# report DESCRIPTOR CAPTURE
report()
{
	printf '{"version": 1, "cluster_descriptor": "'
	sed 's/["\\]/\\&/g' "$1" | awk '{ printf "%s\\n", $0 }'
	printf '", "graph": '
	cat "$2"
	echo '}'
}
report descriptors/n300.yaml mesh.json >report.json
report descriptors/n300.yaml far.json >elsewhere.json
before=$(cat "$TT_MEMSTAT_CLASS/chips_virtual")
tt-memstat replay --create --grid 8x8 --hold report.json >made.log 2>&1 &
workload=$!
wait_for 'a report makes its chips' 30 grep -q holding made.log
made=$(sed -n 's/.*created \(tt[0-9]*\) for device.*/\1/p' made.log)
expect 'two of them' 2 "$(echo "$made" | wc -w)"
expect 'as its descriptor tells' 'n300 L 64 n300 R 64' \
	"$(for chip in $made; do cat "$TT_MEMSTAT_CLASS/$chip/board"; figure "$chip" tensix_active; done | xargs)"
expect 'the first' "$((64 * 4096)) $((4 * 65536))" "$(usage "${made%%[!t0-9]*}")"
expect 'the second' "$((64 * 4096)) $((2 * 32768))" "$(usage "${made##*[!t0-9]}")"
kill $workload
wait $workload 2>/dev/null
expect 'which go with it' "$before" "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"
fails_with 1 'device 7, which its descriptor does not have' 'a device that is not in it' \
	tt-memstat replay --create elsewhere.json
fails_with 1 'needs a report with a cluster descriptor' 'no report' tt-memstat replay --create mesh.json
report descriptors/gaps.yaml mesh.json >gaps.json
fails_with 6 'chip [01] of its descriptor is unknown' 'a chip of which too little is told' \
	tt-memstat replay --create gaps.json
fails_with 1 'EPERM .*allow_virtual' 'a user may not' \
	su user -s /bin/sh -c 'tt-memstat replay --create report.json'
echo 1 >/sys/module/tt_memstat/parameters/allow_virtual
succeeds 'unless the administrator allows it' \
	su user -s /bin/sh -c 'tt-memstat replay --create --grid 8x8 report.json'
echo 0 >/sys/module/tt_memstat/parameters/allow_virtual
expect 'nothing of all this is left' "$before" "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"

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

# ---- What captures do not know -----------------------------------------------------------------

# on CHIP STATUS NAME CAPTURE: replayed on a fresh chip of that kind.
on()
{
	chip=$(eval "tt-memstat create-virtual $1")
	tt-memstat replay --chip "$chip" "$4" >replay.log 2>&1
	expect "$3: status" "$2" $?
	[ "$2" = 0 ] || cat replay.log >&2
}
WORMHOLE='--arch wormhole --harvest 0x41' BLACKHOLE='--arch blackhole --harvest 0xc0'

# node TYPE ADDRESS SIZE: an L1 buffer; cb ADDRESS SIZE [FLAG]
node() { printf '{"node_type":"buffer_allocate","params":{"address":%s,"buffer_type":%s,"max_size_per_bank":%s,"size":%s}},' "$2" "$1" "$3" "$3"; }
cb() { printf '{"node_type":"circular_buffer_allocate","params":{"address":%s,"core_range_set":"{[0-0 - 7-7]}","size":%s%s}},' "$1" "$2" "${3-}"; }
RUN='{"node_type":"function_end","params":{"name":"op"}},{"node_type":"circular_buffer_deallocate_all","params":{}},'
capture() { echo "[{\"node_type\":\"function_start\",\"params\":{\"name\":\"op\"}},$1$RUN{\"node_type\":\"capture_end\",\"params\":null}]"; }

for address in 0 1953396066 8; do
	capture "$(node 1 0 2048)$(node 1 $address 4096)$(node 0 0 8192)$(cb 111616 4096)" >unplaced.json
	on "$WORMHOLE" 0 "buffers at 0 and $address beside a program" unplaced.json
	peaks "buffers at 0 and $address" l1_buffers_peak=$((64 * 6144)) dram_peak=$((12 * 8192)) cb_peak=$((64 * 4096))
done
capture "$(node 1 1105920 393216)$(node 1 712704 393216)$(cb 1105920 393216)$(cb 712704 393216)" >views.json
on "$WORMHOLE" 0 'circular buffers on tensors, from before views were told' views.json
peaks 'they are the tensors' l1_peak=$((64 * 2 * 393216)) cb_peak=0
capture "$(node 1 712704 393216)$(cb 712704 393216 ',"globally_allocated":false')" >clash.json
on "$WORMHOLE" 3 'a circular buffer that is none says so' clash.json
tt-memstat destroy "$chip"
# A program on more columns than usual: the worker grid is at least that.
capture "$(node 1 0 2048)$(cb 111616 4096 | sed 's/7-7/11-9/')" >wide.json
on "$BLACKHOLE" 0 'a program on 12 columns' wide.json
expect_match 'which is said' 'worker grid 12x10 assumed, as the capture' "$(cat replay.log)"
peaks 'a program on 12 columns' l1_buffers_peak=$((120 * 2048)) cb_peak=$((120 * 4096))

if [ -d cases ]; then
	on "$BLACKHOLE" 0 'case: buffers at zero' cases/buffers-at-zero.json
	peaks 'case: buffers at zero' l1_buffers_peak=675840 dram_peak=25165824
	on "$WORMHOLE" 0 "case: the documentation's sample" cases/doc-sample.json
	expect "case: the documentation's sample: its three buffers on each core" yes \
		"$([ "$(figure "$chip" cb_peak)" -ge 786432 ] && echo yes || figure "$chip" cb_peak)"
	tt-memstat destroy "$chip"
	on "$WORMHOLE" 0 'case: views without a flag' cases/views-without-flag.json
	expect 'case: views without a flag: no clash' 0 "$(figure "$chip" l1_clash)"
	peaks 'case: views without a flag' l1_peak=50331648
	on "$WORMHOLE" 3 'case: a clash' cases/clash-6798.json
	expect 'case: a clash: headroom' $((598016 - 763072)) "$(figure "$chip" l1_headroom_min)"
	tt-memstat destroy "$chip"
fi
finish
