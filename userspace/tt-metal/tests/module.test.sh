# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The adapter for tt-metal, built against stand-ins of an older and a newer version of its
# interfaces, on the real module: after every call of a scenario every figure of every chip must be
# what the oracle in userspace/tt-metal/tests says. By rings, and once without.
#
# vm: --time 1800 --memory 1024
. ./lib.sh

i=0
while [ $i -lt 8 ]; do
	tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
	i=$((i + 1))
done

# scenarios NAME COMMAND...: adds what it passed and failed to our own.
scenarios()
{
	name=$1
	shift
	"$@" >out 2>&1
	status=$?
	sum=$(tail -n 1 out)
	case $sum in
	*' passed, '*' failed')
		passed=$((passed + ${sum%% passed*}))
		lost=${sum##*, }
		failed=$((failed + ${lost%% *}))
		echo "# $name: $sum" ;;
	*)	fail "$name" "expected: a sum" "saw:      status $status" "$(tail -n 20 out)" ;;
	esac
	grep -A 3 '^not ok' out | sed "s/metal-\*/$*/"
}

scenarios 'older interfaces' metal-old-17
scenarios 'newer interfaces' metal-new-20
scenarios 'newer interfaces, without a ring' env METAL_RING=0 metal-new-20

i=0
while [ $i -lt 8 ]; do
	expect "nothing is left on tt$i" '' "$(used_figures tt$i)"
	expect "nor anybody" 0 "$(stat_key tt$i clients)"
	i=$((i + 1))
done

# A process that is killed leaves nothing, whatever its adapter was at.
metal-new-20 cached >/dev/null 2>&1 &
pid=$!
busy() { [ -n "$(used_figures tt0)" ]; }
wait_for 'a process at work shows' 20 busy
kill -9 $pid
wait $pid 2>/dev/null
expect 'killed, it is gone at once' '' "$(used_figures tt0)"

finish
