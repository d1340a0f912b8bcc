#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/sum, on which all reports of failures depend.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

# sums WANTED_STATUS WANTED_LINE NAME PAIR...
sums()
{
	want_status=$1 want_line=$2 name=$3
	shift 3
	status=0
	seen=$("$TT_MEMSTAT_ROOT/tests/sum" "$@" 2>/dev/null) || status=$?
	expect "$name" "$want_line, status $want_status" "$(echo "$seen" | tail -n 1), status $status"
}

sums 0 '5 passed, 0 failed' 'commands are summed' \
	a 'echo 2 passed, 0 failed' b 'echo 3 passed, 0 failed'
sums 1 '2 passed, 1 failed' 'a counted failure fails' \
	a 'echo 2 passed, 0 failed' b 'echo 0 passed, 1 failed; exit 1'
sums 1 '2 passed, 1 failed' 'an exit status without a counted failure is one' \
	a 'echo 2 passed, 0 failed; exit 3'
sums 1 '2 passed, 1 failed' 'a command without a closing line is a failure' \
	a 'echo 2 passed, 0 failed' b 'echo fine'
sums 1 '0 passed, 1 failed' 'a command that does not exist is a failure' a /nonexistent
sums 1 '0 passed, 0 failed' 'nothing passed is no success' a 'echo 0 passed, 0 failed'
sums 0 '2 passed, 0 failed' 'the last line of a command counts' \
	a 'echo 1 passed, 0 failed; echo 2 passed, 0 failed'
sums 1 '2 passed, 1 failed' 'a line within other text is no closing line' \
	a 'echo 2 passed, 0 failed' b 'echo about 9 passed, 0 failed'
sums 1 '5 passed, 3 failed' 'those beside each other count alike' \
	'a&' 'sleep 0.3; echo 2 passed, 0 failed' 'b&' 'echo 3 passed, 1 failed; exit 1' \
	'c&' 'exit 3' 'd&' 'echo fine'
expect 'and are waited for before what comes after' 'first second' "$("$TT_MEMSTAT_ROOT/tests/sum" \
	'a&' 'sleep 0.3; echo first; echo 1 passed, 0 failed' \
	b 'echo second; echo 1 passed, 0 failed' 2>/dev/null | grep -E 'first|second' | xargs)"
sum=$TT_MEMSTAT_ROOT/tests/sum
nested=$(mktemp)
cat >"$nested" <<-EOF
	echo ok 1 - fine
	echo not ok 2 - wrong
	echo "#   expected: 1"
	echo 1 passed, 1 failed
EOF
expect 'failures are repeated before the sum, once, with their details' \
	'# failed: b: wrong|#   expected: 1|# failed: c ended with:|#   half|1..4' \
	"$("$sum" outer "$sum a 'echo 1 passed, 0 failed' b 'sh $nested' c 'echo half; exit 3'" 2>/dev/null |
		tail -n 6 | head -n 5 | paste -sd '|')"
rm -f "$nested"
heard=$(mktemp -u)
expect 'what one alone says is passed on as it comes' '1 passed, 0 failed' "$("$TT_MEMSTAT_ROOT/tests/sum" \
	'a&' "echo said; for i in \$(seq 100); do [ -e $heard ] || sleep 0.1; done
		[ -e $heard ] && echo 1 passed, 0 failed" 2>/dev/null |
	while read -r line; do
		[ "$line" != said ] || : >"$heard"
		echo "$line"
	done | tail -n 1)"
rm -f "$heard"
"$TT_MEMSTAT_ROOT/tests/sum" 'a&' 'sh -c "sleep 98.7; true"; true' b true >/dev/null 2>&1 &
sum=$!
runs() { pgrep -f '^sleep 98\.7$'; }
gone() { ! runs; }
wait_for 'one runs' 10 runs
kill -TERM $sum
wait $sum
wait_for 'and ends with who waits for it' 10 gone
finish
