#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure the cost of tracepoints: the same stream of events through the module without a tracer, with
# all tracepoints enabled, and through a module built without them. In instructions (QEMU with -icount),
# which are exact.
# Prints lines `bench: trace.HOW.NAME VALUE UNIT`; everything else goes to stderr.
#
#	bench/trace.sh [MILLISECONDS]
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

program=$TT_MEMSTAT_BUILD/bench/ttmem-peers
work=$TT_MEMSTAT_BUILD/bench/trace

[ -e "$program" ] || die "no $program: run bench/peers.sh before"
mkdir -p "$work/without"
cp "$("$TT_MEMSTAT_ROOT/scripts/kernel" module)" "$work/with.ko"
# NOTRACE is the kernel's own word for it.
cp "$(TT_MEMSTAT_BUILD=$work/without KCFLAGS=-DNOTRACE "$TT_MEMSTAT_ROOT/scripts/kernel" module)" "$work/without.ko"
"$TT_MEMSTAT_ROOT/tests/vm/run" --no-module --icount --time 580 --memory 1024 --env "MILLISECONDS=${1:-100}" \
	--append 'slub_debug=-,none kfence.sample_interval=0 tsc=reliable clocksource=tsc' \
	"$TT_MEMSTAT_ROOT/bench/trace.vm.sh" "$program" "$work/with.ko" "$work/without.ko" |
	tee /dev/stderr | grep '^bench: '
