#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tracepoints cost: the same stream of events through the module as it is, with nobody
# listening and with all of them listened to, and through one that was built without them. In instructions:
# time in the virtual machine passes by them, so that they can be told apart by one.
# Prints lines `bench: trace.HOW.NAME VALUE UNIT`; everything else goes to stderr.
#
#	bench/trace.sh [MILLISECONDS]
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

program=$TTM_BUILD/bench/ttm-peers
work=$TTM_BUILD/bench/trace

[ -e "$program" ] || die "no $program: run bench/peers.sh before"
mkdir -p "$work/without"
cp "$("$TTM_ROOT/scripts/kernel" module)" "$work/with.ko"
# NOTRACE is the kernel's own word for it.
cp "$(TTM_BUILD=$work/without KCFLAGS=-DNOTRACE "$TTM_ROOT/scripts/kernel" module)" "$work/without.ko"
"$TTM_ROOT/tests/vm/run" --no-module --icount --time 580 --memory 1024 --env "MILLISECONDS=${1:-100}" \
	--append 'slub_debug=-,none kfence.sample_interval=0 tsc=reliable clocksource=tsc' \
	"$TTM_ROOT/bench/trace.vm.sh" "$program" "$work/with.ko" "$work/without.ko" |
	tee /dev/stderr | grep '^bench: '
