#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs test programs and sums what they say: cmocka's lines, or a closing "N passed, N failed".
#
#   run.sh PROGRAM...		a PROGRAM may be a command with arguments

passed=0 failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

for program in "$@"; do
	$program > "$out" 2>&1
	status=$?
	# A cmocka program names its failures twice: as they come, and in a list at the end.
	p=$(grep -c '^\[       OK \]' "$out")
	f=$(grep -oE '^\[  FAILED  \] [a-z0-9_]+$' "$out" | sort -u | wc -l)
	set_by=$(grep -xE '[0-9]+ passed, [0-9]+ failed' "$out" | tail -n 1)
	if [ -n "$set_by" ]; then
		p=${set_by%% passed*}
		f=${set_by##*, }
		f=${f%% *}
	fi
	# Died before it could say so, or ran nothing.
	if [ $status -ne 0 ] && [ "$f" -eq 0 ] || [ $((p + f)) -eq 0 ]; then
		f=$((f + 1))
	fi
	if [ "$f" -ne 0 ]; then
		cat "$out"
		echo "FAILED: $program (exit status $status)"
		grep -oE '^\[  FAILED  \] [a-z0-9_]+$' "$out" | sort -u |
			while read -r line; do echo "  alone: $program ${line##* }"; done
	else
		echo "ok: ${program%% *}: $p passed"
	fi
	passed=$((passed + p))
	failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
