# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Processes on several processors make chips, guess the numbers of chips that are being made, and
# destroy these, under KASAN and lockdep. Grace periods are expedited, which makes chips three times as
# fast.
#
# CHURNED: number of chips, default 1000
#
# vm: --cpus 2 --time 900 --append rcupdate.rcu_expedited=1
. ./lib.sh

expect 'processors' 2 "$(grep -c ^processor /proc/cpuinfo)"
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
succeeds 'chips are destroyed while they are being made' ttmem-life churn 0 "${CHURNED:-1000}"
echo "# $seen"
expect 'none is left' tt0 "$(cd "$TT_MEMSTAT_CLASS" && echo tt*)"
finish
