# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: what a reading costs, in what does not depend on the speed of the machine.

# at_most NAME LIMIT SEEN
at_most()
{
	if [ "$3" -gt 0 ] && [ "$3" -le "$2" ]; then
		pass "$1"
	else
		bad "$1" "expected at most $2 of a reading, saw $3"
	fi
}

calls() { grep -vc -e '+++' -e '---' "$work/calls.$1"; }
instructions() { sed -n 's/.* Collected : //p' "$work/instructions.$1"; }

# In what does not depend on the machine's speed; smi-cost.sh has the time. Ten readings more, as
# the start is no reading.
if wanted cost && ! grep -q __asan_init "$smi"; then
	for n in 3 13; do
		ENVIRONMENT="strace -f -o '$work/calls.$n'" start 200 60 crowd -w0.1 -n $n
		ends cost 0
		ENVIRONMENT="valgrind --tool=callgrind --trace-children=yes \
			--callgrind-out-file=/dev/null --log-file='$work/instructions.$n'" \
			start 200 60 crowd -w0.1 -n $n
		ends cost 0
	done
	at_most cost-calls 750 $((($(calls 13) - $(calls 3)) / 10))
	# Twice what they were: compilers differ.
	at_most cost-instructions 22000000 $((($(instructions 13) - $(instructions 3)) / 10))
fi

# Pages of memory of a process.
pages() { awk '{ print $2 }' "/proc/$1/statm"; }

if wanted memory && ! grep -q __asan_init "$smi"; then
	reading=$("$smi" --csv --sysfs-root "$work/trees/crowd" | wc -l)
	: >"$work/out"
	"$smi" -w0.1 --csv --sysfs-root "$work/trees/crowd" >"$work/out" 2>"$work/err" &
	pid=$!
	lines_come $((reading * 10))
	first=$(pages $pid)
	lines_come $((reading * 50))
	last=$(pages $pid)
	fds=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	kill $pid
	wait $pid
	if [ "$last" -le $((first + 16)) ] && [ "$fds" -lt 300 ]; then
		pass memory
	else
		bad memory "expected no growth, saw $first then $last pages, $fds descriptors"
	fi
fi
