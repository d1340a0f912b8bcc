# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The programs of examples/ in C, C++ and Python on a virtual chip: their reports result in the figures
# of their comments, and their output is the same in each language.
#
# vm: --python
# files: userspace/python/ttmemstat examples docs/hello-chip.md
. ./lib.sh

export PYTHONPATH=/test PYTHONDONTWRITEBYTECODE=1

# example NAME LANGUAGE ARGUMENT...: runs it in place of this process.
example()
{
	name=$1 language=$2
	shift 2
	case $language in
	c)	exec ttmemstat-"$name" "$@" ;;
	c++)	exec ttmemstat-"$name"-cxx "$@" ;;
	python)	exec python3 examples/"$name".py "$@" ;;
	esac
}

chip=$(tt-memstat create-virtual --arch blackhole --harvest 0xc0 --open)
n=${chip#tt}
# What docs/hello-chip.md shows of tt-smi.
sed -n '/^tt0 /,/^```$/p' hello-chip.md | grep -v '^```' >shown
shown=$(wc -l <shown)
expect 'the page shows something' 2 "$shown"
tensor=$((8 * 1048576)) buffer=$((120 * 65536)) cb=$((4 * 16384))

# says NAME LANGUAGE: what a reading example says of the one client.
says() { (example "$1" "$2") 2>&1 | sed "s/pid $pid /pid PID /"; }

for language in c c++ python; do
	rm -f to
	mkfifo to
	(example report $language "$n") <to >report.log 2>&1 &
	pid=$!
	exec 3>to
	wait_for "$language: it reports" 30 grep -q '^reported' report.log
	expect "$language: the figures" "$tensor $buffer $cb $((buffer + cb))" \
		"$(figure "$chip" dram_used) $(figure "$chip" l1_buffers_used) $(figure "$chip" cb_used) \
$(figure "$chip" l1_used)"
	expect "$language: one program is loaded" 1 "$(figure "$chip" programs)"
	expect_match "$language: tt-smi shows it" "^$chip +$pid .*\\[hello\\]" "$(tt-smi)"
	for line in $(seq "$shown"); do
		expect "$language: line $line of docs/hello-chip.md is tt-smi's" yes \
			"$(tt-smi | grep -qxF -e "$(sed -n "${line}p" shown)" && echo yes)"
	done
	for reader in c c++ python; do
		expect "$language: read by $reader" \
			"$chip blackhole: L1 $((buffer + cb)) of 188743680, DRAM $tensor of 34359738368
  all: l1 $buffer l1_small - cb $cb dram $tensor trace -
  pid PID hello: l1 $buffer l1_small - cb $cb dram $tensor trace -" "$(says figures $reader)"
	done
	echo >&3
	exec 3>&-
	wait $pid
	expect "$language: it ends well" 0 $?
	expect "$language: and nothing stays" '' "$(used_figures "$chip")"
done

# A level of 10 % of the DRAM: 429496736 bytes on each of 8 banks are as much.
watchers=
for language in c c++ python; do
	(example watch $language "$n" 10) >"watch.$language" 2>&1 &
	watchers="$watchers $!"
done
client_start
call_ok open
call_ok "attach $n covers=dram"
sleep 2
# said LINES COUNT: all watchers together COUNT lines, which are these.
said() { [ "$(cat watch.* | sort -u)" = "$1" ] && [ "$(cat watch.* | wc -l)" = "$2" ]; }
expect 'nothing is told at first' '' "$(cat watch.*)"
call_ok 'record 1 0 429496736 0 dram'
wait_for 'each says that the level is reached' 10 said 'above: 3435973888 of 34359738368 bytes' 3
call_ok 'record 2 429496736 1024 0 dram'
sleep 1
succeeds 'and no more while it stays' said 'above: 3435973888 of 34359738368 bytes' 3
call_ok 'free 1'
wait_for 'each says that it is below again' 10 said 'above: 3435973888 of 34359738368 bytes
below: 8192 of 34359738368 bytes' 6
client_end
tt-memstat destroy "$chip"
ended() { ! kill -0 "$1" 2>/dev/null; }
for watcher in $watchers; do
	wait_for 'a watcher ends with the chip' 10 ended "$watcher"
done
for language in c c++; do
	expect_match "$language says why" "^watch: ttmemstat_reader_chip: n is $n: there is no $chip \\(ENODEV\\)$" \
		"$(cat "watch.$language")"
done

# Without what they need.
for language in c c++ python; do
	expect_match "$language: no such chip to report on" "ttmemstat_attach: chip is $n: there is no $chip" \
		"$( (example report $language "$n") 2>&1 </dev/null)"
done
finish
