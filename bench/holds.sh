#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure the longest step of an event in the worst known histories, including publishing, in
# instructions (QEMU with -icount). docs/ledger.md has the results.
# Prints lines `bench: holds.NAME VALUE instructions`; everything else goes to stderr.
#
#	bench/holds.sh
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

program=$TT_MEMSTAT_BUILD/bench/ttmem-holds

mkdir -p "$TT_MEMSTAT_BUILD/bench"
"${CC:-gcc}" -std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -static -I"$TT_MEMSTAT_ROOT/uapi" \
	-o "$program" "$TT_MEMSTAT_ROOT/bench/holds.c"
"$TT_MEMSTAT_ROOT/tests/vm/run" --icount --time 580 --memory 2048 \
	--append 'slub_debug=-,none kfence.sample_interval=0 tsc=reliable clocksource=tsc' \
	"$TT_MEMSTAT_ROOT/bench/holds.vm.sh" "$program" | tee /dev/stderr | grep '^bench: '
