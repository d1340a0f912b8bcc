#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Compare tt_memstat's ways of reporting with alternatives (bench/peers/) on a stock kernel, in one run
# of the virtual machine. Unlike in tests, the debugging of allocators is off, and the clock is the TSC,
# as on real machines with cards (reading QEMU's HPET costs more than a system call).
# Prints lines `bench: NAME VALUE UNIT`; everything else goes to stderr.
#
#	bench/peers.sh [ROUNDS [MILLISECONDS]]
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

program=$TT_MEMSTAT_BUILD/bench/ttmem-peers

if [ ! -e "$TT_MEMSTAT_BUILD/lib/libttmemstat.a" ] || [ ! -e "$TT_MEMSTAT_BUILD/bin/tt-memstat" ]; then
	die "no library and tools in $TT_MEMSTAT_BUILD; run make first"
fi
mkdir -p "$TT_MEMSTAT_BUILD/bench"
"${CC:-gcc}" -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Werror -static \
	-I"$TT_MEMSTAT_ROOT/bench/peers" -I"$TT_MEMSTAT_ROOT/userspace/include" -I"$TT_MEMSTAT_ROOT/uapi" \
	-o "$program" "$TT_MEMSTAT_ROOT"/bench/peers/*.c "$TT_MEMSTAT_BUILD/lib/libttmemstat.a"
# shellcheck disable=SC2086 # options from the outside are words
"$TT_MEMSTAT_ROOT/tests/vm/run" --time 580 --memory 1024 ${PEERS_VM_OPTIONS:-} \
	--env "PEERS_ARGUMENTS=$*" \
	--append 'slub_debug=-,none kfence.sample_interval=0 tsc=reliable clocksource=tsc' \
	"$TT_MEMSTAT_ROOT/bench/peers.vm.sh" "$program" | tee /dev/stderr | grep '^bench: '
