# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Processes on several processors make chips, guess the numbers of chips that are being made, and
# destroy these, under KASAN and lockdep.
#
# CHURNED: number of chips, default 1000
#
# vm: --cpus 4 --time 900
. ./lib.sh

expect 'processors' 4 "$(grep -c ^processor /proc/cpuinfo)"
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
succeeds 'chips are destroyed while they are being made' ttmem-life churn 0 "${CHURNED:-1000}"
expect 'none is left' tt0 "$(cd "$TT_MEMSTAT_CLASS" && echo tt*)"
finish
