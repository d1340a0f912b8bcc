# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: forms, again and again, without a terminal.

if wanted stream; then
	"$smi" -w0.1 -n 4 --json --sysfs-root "$work/trees/p150" >"$work/out" 2>"$work/err"
	if [ "$(wc -l <"$work/out")" = 4 ] && python3 "$here/smi_check.py" lines <"$work/out"; then
		pass stream
	else
		bad stream 'expected four lines of JSON, saw:' "$(cut -c 1-200 "$work/out")"
	fi
	# Each line is there at once: nothing waits in a buffer.
	: >"$work/out"
	"$smi" -w60 --json --sysfs-root "$work/trees/p150" >"$work/out" 2>"$work/err" &
	pid=$!
	lines_come 1
	kill $pid
	wait $pid
	status=$?
	if [ -s "$work/out" ] && [ $status = 0 ]; then
		pass stream
	else
		bad stream "expected a line at once and status 0 after SIGTERM, saw status $status"
	fi
	"$smi" -w0.1 --csv --max-used=l1=1% --sysfs-root "$work/trees/p150" >"$work/out" 2>&1
	status=$?
	if [ $status = 10 ]; then
		pass 'stream: exit status 10'
	else
		bad stream "expected status 10, saw $status"
	fi
	"$smi" -w0.1 --json --sysfs-root "$work/trees/p150" 2>"$work/err" | head -n 1 >/dev/null
	if [ -s "$work/err" ]; then
		bad stream 'expected a quiet end when nobody reads, saw:' "$(cat "$work/err")"
	else
		pass stream
	fi
fi
