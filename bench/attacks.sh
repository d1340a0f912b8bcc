#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure one user's record, free and read of `stat` while another user attacks the same chip
# (bench/attacks/): in instructions, on one CPU; and in time, on two, with 64 threads against one.
# Prints lines `bench: HOW.NAME VALUE UNIT`; everything else goes to stderr.
#
#	bench/attacks.sh [MILLISECONDS [ATTACK...]]
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

ms=${1:-1000}
[ $# -eq 0 ] || shift
attacks=${*:-none busy snapshots ring pieces dram dispatch drop readers}
program=$TT_MEMSTAT_BUILD/bench/ttmem-attacks

[ -e "$TT_MEMSTAT_BUILD/lib/libttmemstat.a" ] || die "no library in $TT_MEMSTAT_BUILD; run make first"
mkdir -p "$TT_MEMSTAT_BUILD/bench"
"${CC:-gcc}" -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Werror -static -pthread \
	-I"$TT_MEMSTAT_ROOT/userspace/include" -I"$TT_MEMSTAT_ROOT/uapi" \
	-o "$program" "$TT_MEMSTAT_ROOT"/bench/attacks/*.c "$TT_MEMSTAT_BUILD/lib/libttmemstat.a"

# vm HOW THREADS WORD...
vm()
{
	local how=$1 threads=$2
	shift 2
	"$TT_MEMSTAT_ROOT/tests/vm/run" "$@" --time 580 --memory 1024 --env "ATTACKS=$attacks" \
		--env "THREADS=$threads" --env "MILLISECONDS=$ms" \
		--append 'slub_debug=-,none kfence.sample_interval=0 tsc=reliable clocksource=tsc' \
		"$TT_MEMSTAT_ROOT/bench/attacks.vm.sh" "$program" |
		tee >(cat >&2) | sed -n "s/^bench: attacks/bench: $how/p"
}
vm instructions 2 --icount
vm times 64 --cpus 2
