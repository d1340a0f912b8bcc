#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build and run bench/native.c: the ledger in a process. Build the library before.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${TT_MEMSTAT_BUILD:-$top/build}
mkdir -p "$build/bench"
${CC:-cc} -O2 -Wall -Wextra -Werror -I"$top/uapi" -o "$build/bench/native" "$top/bench/native.c" \
	"$build/lib/libttmemledger.a" -lpthread
exec "$build/bench/native"
