#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Count what the reporter adds to a cached ttnn.add of the real ttnn, with the module in User-mode Linux
# (bench/reporter/): a quarter of an hour, as each instruction is a single step.
#
#	bench/reporter.sh [ADDS]
set -euo pipefail
me=bench
. "$(dirname "$0")/../scripts/common.sh"

here=$TT_MEMSTAT_ROOT/bench/reporter
mkdir -p "$TT_MEMSTAT_BUILD/bench"
"${CC:-gcc}" -std=gnu11 -O2 -Wall -Wextra -Wshadow -Wconversion -Werror -o "$TT_MEMSTAT_BUILD/bench/steps" \
	"$here/steps.c"
exec "$TT_MEMSTAT_ROOT/tests/real/run" --time 3600 --with "$TT_MEMSTAT_BUILD/bench/steps" "$here/cost.py" "${1:-2}"
