#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The demo's part inside the virtual machine: a card, a workload on it, what an operator sees,
# and that nothing of it is left after kill -9. Ends with the status of its own checks.
. ./lib.sh

chip=
workload=
# The full screen cannot be typed at, so it leaves the mouse to the terminal outside.
export XDG_CONFIG_HOME=/tmp/config
mkdir -p $XDG_CONFIG_HOME/tt-memstat
echo 'mouse = no' >$XDG_CONFIG_HOME/tt-memstat/tt-smi.conf

# Only the failed checks and their sum are printed.
pass() { passed=$((passed + 1)); }
heading() { printf '\n== %s\n' "$1"; }
shown() { printf '$ %s\n' "$*"; "$@"; }

# The figures that follow from the capture: see the comment of each.
check_live()
{
	# 14 columns of 10 cores, two harvested; 1,572,864 bytes of L1 each.
	expect 'active cores of a p150' 120 "$(figure "$chip" tensix_active)"
	expect 'L1 capacity after harvesting' 188743680 "$(figure "$chip" l1_capacity)"
	# The softmax ran last, on all 110 workers: 268,288 bytes of CBs on each.
	expect 'CBs that are resident' 29511680 "$(figure "$chip" cb_used)"
	# Beside it the matmul stays cached: 655,360 bytes at the same addresses, on 64 cores.
	expect 'CBs of both cached programs, as a union' 54284288 "$(figure "$chip" cb_loaded)"
	# One tensor of 20,480 bytes on each worker, and one of 4,096 in L1_SMALL.
	expect 'L1 tensors' 2252800 "$(figure "$chip" l1_buffers_used)"
	expect 'L1_SMALL tensors' 450560 "$(figure "$chip" l1_small_used)"
	expect 'used L1 is the sum, as nothing overlaps' 32215040 "$(figure "$chip" l1_used)"
	# 8 MiB of embeddings, two tensors of 2 MiB, a trace of 1 MiB.
	expect 'DRAM tensors' 12582912 "$(figure "$chip" dram_buffers_used)"
	expect 'trace' 1048576 "$(figure "$chip" trace_used)"
}

# Ten seconds of the full screen, or of a line per second if the output is not a terminal.
watch_live()
{
	if [ "${LIVE-}" = 1 ]; then
		echo '$ tt-smi --watch 1'
		ttmem-pty "$COLUMNS" "$LINES" timeout 10 tt-smi --watch 1
		return
	fi
	fields=timestamp,chip,l1_used,l1_buffers_used,cb_used,l1_headroom,dram_used
	printf '$ tt-smi --query-chips=%s --format=csv,mib\n' $fields
	for second in 1 2 3 4 5 6 7 8 9 10; do
		tt-smi --query-chips=$fields --format=csv,mib |
			if [ $second = 1 ]; then cat; else tail -n 1; fi
		sleep 1
	done
}

# Alive, and at the end of the capture.
replayed() { kill -0 "$workload" && grep -q "holding $chip" replay.log; }
on_chip() { ! no_clients "$chip"; }

show_sysfs()
{
	heading 'What the kernel tells everybody'
	echo "# The host's totals are those of physical chips: $chip is virtual and not in them."
	printf '$ grep -s . /sys/class/tt_memstat/* /sys/class/tt_memstat/%s/*\n' "$chip"
	grep -s . /sys/class/tt_memstat/* "/sys/class/tt_memstat/$chip"/*
}

heading 'A virtual p150: Blackhole, columns 6 and 7 harvested'
printf '$ tt-memstat create-virtual --arch blackhole --harvest 0xc0\n'
chip=$(tt-memstat create-virtual --arch blackhole --harvest 0xc0) || {
	fail 'the chip is created' 'expected: its name' "saw:      $chip"
	finish
}
echo "$chip"

heading 'A workload with two cached programs, live'
printf '$ tt-memstat replay --chip %s --grid 11x10 --l1-small 32768 --program-cache --hold' "$chip"
printf ' --step 110 two-programs.json &\n'
tt-memstat replay --chip "$chip" --grid 11x10 --l1-small 32768 --program-cache --hold --step 110 \
	two-programs.json >replay.log 2>&1 &
workload=$!
wait_for 'the workload is up' 30 on_chip
watch_live
wait_for 'the workload comes to its end' 30 replayed
replayed || cat replay.log
[ "${SYSFS-}" != 1 ] || show_sysfs

heading 'Where its memory is'
if [ "${LIVE-}" = 1 ] && [ -z "${NO_COLOR-}" ]; then
	shown tt-smi --color || fail 'tt-smi succeeds' 'expected: status 0'
else
	shown tt-smi || fail 'tt-smi succeeds' 'expected: status 0'
fi
check_live

heading 'It is killed'
printf '$ kill -9 %s\n' "$workload"
kill -9 "$workload"
wait "$workload" 2>/dev/null
wait_for 'its client is gone' 5 no_clients "$chip"
printf '$ grep -s . /sys/class/tt_memstat/%s/*_used\n' "$chip"
grep -s . "/sys/class/tt_memstat/$chip"/*_used
expect 'every figure is back to zero' '' "$(used_figures "$chip")"
succeeds 'the chip goes' tt-memstat destroy "$chip"
heading 'Checked on the way'
finish
