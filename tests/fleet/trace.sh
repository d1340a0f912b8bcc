# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Run the examples of docs/howto/tracing.md and docs/howto/alerts.md unchanged, with Debian's
# bpftrace, perf and udev, while clients with known behaviour report; and check the output.
#
# vm: --full --package bpftrace --package linux-perf --memory 2048 --time 1800
# files: docs/howto/tracing.md docs/howto/alerts.md
. ./lib.sh

# example FILE HEADING N: the N-th block of code below a heading.
example()
{
	awk -v heading="## $2" -v n="$3" '
		/^## / { on = $0 == heading; block = 0 }
		on && /^```/ { code = !code; block += code; next }
		on && code && block == n' "$1"
}
# run HEADING N: that example of tracing.md, into the file seen.
run()
{
	example tracing.md "$1" "$2" >example.sh
	expect_match "there is an example: $1, $2" . "$(cat example.sh)"
	sh example.sh >seen 2>&1 || fail "it runs: $1, $2" "$(cat seen)"
}

tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null

# Allocates most, frees some of it and leaks the rest; its CBs have 2048 and 8192 bytes.
worker()
{
	echo open
	echo 'attach 0 label=leaks'
	n=0
	while sleep 0.2; do
		n=$((n + 1))
		echo "record $n 0 4096 0 l1"
		echo "record $((n + 1000000)) 65536 16384 0 l1"
		echo "free $((n + 1000000))"
		echo "record $((n + 2000000)) 131072 2048 0 cb $n"
		echo "record $((n + 3000000)) 139264 8192 0 cb $n"
		echo "program_free $n"
		echo 'free 99999999'
	done
}
# And one who allocates little and frees all.
tidy()
{
	echo open
	echo 'attach 0 label=tidy'
	while sleep 0.2; do
		echo 'record 1 0 16 0 l1'
		echo 'free 1'
	done
}
mkfifo leaks tidy
worker >leaks &
feeders=$!
tidy >tidy &
feeders="$feeders $!"
ttmem-events <leaks >/dev/null &
leaker=$!
ttmem-events <tidy >/dev/null &
tidier=$!
two_clients() { [ "$(cat "$TT_MEMSTAT_CLASS/clients")" = 2 ]; }
wait_for 'two clients report' 20 two_clients

# --- tracing.md

heading='Who allocated most in the last 10 seconds'
run "$heading" 1
expect_match 'bpftrace says who allocated most' "^@bytes\[$leaker\]: [0-9]+$" "$(grep '^@bytes' seen | tail -n 1)"
expect_match 'and who else did' "^@bytes\[$tidier\]: [0-9]+$" "$(cat seen)"
run "$heading" 2
expect_match 'so does perf' "^$leaker +[0-9]+$" "$(grep -E '^[0-9]+ +[0-9]+$' seen | head -n 1)"
expect_match 'of both' "^$tidier +[0-9]+$" "$(cat seen)"
run "$heading" 3
expect_match 'and tracefs' "^\{ pid: +$leaker, pool: +2 \} hitcount: +[0-9]+ +bytes: +[0-9]+$" "$(grep '^{' seen | head -n 1)"

run 'How large are the circular buffers' 1
expect_match 'half of the circular buffers have 2 KiB' '^\[2K, 4K\) +[1-9]' "$(cat seen)"
expect_match 'and half have 8' '^\[8K, 16K\) +[1-9]' "$(cat seen)"
expect 'none are of other sizes' 2 "$(grep -cE '^\[.*\) +[1-9]' seen)"

run 'Who leaks' 1
id=$(for dir in "$TT_MEMSTAT_CLASS"/tt0/clients/*; do [ "$(cat "$dir/label")" != leaks ] || basename "$dir"; done)
grew=$(sed -n "s/^@grew\[0, $id, $leaker\]: //p" seen)
expect 'who leaks has grown by what it leaked' yes \
	"$([ "${grew:-0}" -gt 0 ] && [ $((grew % 491520)) = 0 ] && echo yes || cat seen)"
others=$(sed -n "s/^@grew\[0, [0-9]*, $tidier\]: //p" seen)
expect 'the other has not' yes "$([ "${others:-0}" -le 1920 ] && [ "${others:-0}" -ge -1920 ] && echo yes || echo "$others")"
run 'Who leaks' 2
expect_match 'and these are the records' "^@live\[0, $id, [0-9]+\]: 491520$" "$(cat seen)"

heading='The peaks of a process when it ends'
example tracing.md "$heading" 1 >example.sh
# bpftrace takes its time to start under emulation.
sed -i 's/^timeout 10/timeout 60/' example.sh
(for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 4
	printf 'open\nattach 0\nrecord 1 0 1024 0 l1\nrecord 2 0 65536 0 dram\n' | ttmem-events >/dev/null
done) &
comers=$!
sh example.sh >seen 2>&1 || :
wait $comers
expect_match 'a process that ends is told of' \
	'^ttmem-events \([0-9]+\) on tt0: L1 122880, DRAM 524288 bytes at most$' "$(cat seen)"

run 'How many events of each kind' 1
for event in record free program_load program_free entry_reject; do
	expect_match "perf counts $event" "^ +[1-9][0-9,]* +tt_memstat:$event" "$(cat seen)"
done
expect_match 'and none of what does not happen' '^ +0 +tt_memstat:entry_drop' "$(cat seen)"
run 'Why is an event refused' 1
expect_match 'perf says why' "tt_memstat:entry_reject: .* pid=$leaker op=free error=-2 id=0x5f5e0ff" "$(cat seen)"

# --- alerts.md

rules=/etc/udev/rules.d/90-tt-memstat-alerts.rules
example alerts.md 'With udev' 1 >$rules
expect_match 'there are rules' alert_percent "$(cat $rules)"
udevadm control --reload
tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null
udevadm settle
expect 'a chip that comes gets its levels' '98 95' "$(figure tt1 l1_alert_percent) $(figure tt1 dram_alert_percent)"
{ printf 'open\nattach 1\nrecord 1 0 4294967296 0 dram\n'; sleep 2; } | ttmem-events >/dev/null
told() { journalctl -q -t tt_memstat | grep -q 'tt1: dram above 95 %: 34359738368 of 34359738368 bytes'; }
wait_for 'and udev acts when one is crossed' 30 told
expect 'once' 1 "$(journalctl -q -t tt_memstat | grep -c above)"

kill $leaker $tidier $feeders
finish
