# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Alert levels: accepted writes, uevents and their figures, their rate, and crossings without a uevent.
. ./lib.sh

# What a uevent says, a line each; busybox's uevent runs this with the event as environment.
cat >handler <<'END'
#!/bin/sh
[ -z "$TT_MEMSTAT_ALERT" ] ||
	echo "$ACTION $SUBSYSTEM ${DEVPATH##*/} $TT_MEMSTAT_ALERT $TT_MEMSTAT_STATE" \
		"$TT_MEMSTAT_PERCENT $TT_MEMSTAT_OF $TT_MEMSTAT_HIGHEST ${TT_MEMSTAT_USED-unknown}" \
		>>/test/events
END
chmod 755 handler
: >events
uevent ./handler &
listener=$!
tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null

client_start
# told NAME LINE...: wait for as many events since the last check, which must be these.
enough() { [ "$(wc -l <events)" -ge "$1" ]; }
told()
{
	name=$1
	shift
	wait_for "$name" 10 enough $#
	want=$(printf '%s\n' "$@")
	expect "$name: in these words" "$want" "$(cat events)"
	: >events
}
# quiet NAME: no event arrives for longer than the periodic work takes.
quiet()
{
	sleep 0.5
	expect "$1" '' "$(cat events)"
	: >events
}
level() { echo "$2" >"$TT_MEMSTAT_CLASS/tt0/$1_alert_percent"; }

# --- The attribute

for space in l1 dram; do
	expect "no level of $space at first" '0 unknown' \
		"$(figure tt0 ${space}_alert_percent) $(figure tt0 ${space}_alert)"
	for bad in 101 -1 x 50% '5 5' 0x10 4294967295; do
		fails_with any 'Invalid argument' "a level of $space cannot be '$bad'" level $space "$bad"
	done
	fails_with any 'range' 'nor what fits no number' level $space 99999999999999999999
	expect 'nothing changed' 0 "$(figure tt0 ${space}_alert_percent)"
	fails_with any 'Permission denied' "root alone sets $space" \
		su user -s /bin/sh -c "echo 5 >$TT_MEMSTAT_CLASS/tt0/${space}_alert_percent"
done

# --- Crossings: 120 cores of 1572864 bytes, so 50 % is 786432 on each

call open 'open OK'
call 'attach 0' 'attach OK grid=12x10'
succeeds 'a level is set' level l1 50
expect 'all can read it' '50 0' "$(su user -s /bin/sh -c \
	"cat $TT_MEMSTAT_CLASS/tt0/l1_alert_percent $TT_MEMSTAT_CLASS/tt0/l1_alert" | tr '\n' ' ' | sed 's/ $//')"
call 'record 1 0 786416 0 l1' 'record OK'
quiet 'a granule less is not above'
call 'record 2 786416 16 0 l1' 'record OK'
told 'the level itself is' 'change tt_memstat tt0 l1 above 50 188743680 94371840 94371840'
expect 'and is seen in the files' '1 1' "$(figure tt0 l1_alert) $(stat_key tt0 l1_alert)"
expect_match 'and by tt-smi' '^Above the alert level: tt0 L1$' "$(tt-smi)"
call 'record 3 900096 1600 0 l1' 'record OK'
call 'free 2' 'free OK'
call 'free 3' 'free OK'
quiet 'no further rise is told, nor a small fall'
call 'free 1' 'free OK'
told 'a fall is' 'change tt_memstat tt0 l1 below 50 188743680 94369920 0'
expect 'and seen' 0 "$(figure tt0 l1_alert)"
expect 'nor does tt-smi say so any more' '' "$(tt-smi | grep alert)"

# --- However shortly

sleep 1
call 'batch record 1 0 943728 0 l1 / free 1' 'batch OK taken=2'
told 'a crossing back and forth in one call is told as both' \
	'change tt_memstat tt0 l1 above 50 188743680 113247360 0' \
	'change tt_memstat tt0 l1 below 50 188743680 0 0'

# --- How often

sleep 1
begin=$(cut -d . -f 1 /proc/uptime)
for _ in $(seq 300); do
	call_ok 'batch record 1 0 943728 0 l1 / free 1'
done
sleep 3
last_is() { [ "$(tail -n 1 events | cut -d ' ' -f 5)" = "$1" ]; }
wait_for 'the last event of use around a level is below' 20 last_is below
seconds=$(($(cut -d . -f 1 /proc/uptime) - begin + 1))
told_of=$(wc -l <events)
expect "and is told of once a second ($told_of in $seconds s)" yes \
	"$([ "$told_of" -ge 2 ] && [ "$told_of" -le $((seconds + 1)) ] && echo yes)"
: >events

# --- Of what is allocatable, when that is known; and of dram

call detach 'detach OK'
call 'attach 0 base=131072 end=1179648' 'attach OK grid=12x10'
sleep 1
call 'record 1 131072 524288 0 l1' 'record OK'
told 'the level is one of what is allocatable' \
	'change tt_memstat tt0 l1 above 50 125829120 62914560 62914560'
call 'record 9 0 2147483648 0 dram' 'record OK'
quiet 'dram has no level'
level dram 50
told 'a level that is set below what is used is crossed' \
	'change tt_memstat tt0 dram above 50 34359738368 17179869184 17179869184'
level dram 60
told 'and one that is raised is left' \
	'change tt_memstat tt0 dram below 60 34359738368 17179869184 17179869184'

# --- Off, death, and unknown use

call 'record 10 2147483648 1073741824 0 dram' 'record OK'
told 'more of it' 'change tt_memstat tt0 dram above 60 34359738368 25769803776 25769803776'
succeeds 'a level is taken away' level l1 0
expect 'nothing says that it is above' 'unknown unknown' \
	"$(figure tt0 l1_alert) $(stat_key tt0 l1_alert)"
quiet 'which is not told'
call 'select 1' 'select OK'
call open 'open OK'
call 'attach 0 covers=l1' 'attach OK grid=12x10'
client_kill
told 'a killed client uses nothing' 'change tt_memstat tt0 dram below 60 34359738368 25769803776 0'

client_start
call open 'open OK'
call 'attach 0 covers=dram' 'attach OK grid=12x10'
call 'select 1' 'select OK'
call open 'open OK'
call 'attach 0 covers=l1' 'attach OK grid=12x10'
call 'select 0' 'select OK'
sleep 1
call 'record 1 0 4294967296 0 dram' 'record OK'
told 'all of it' 'change tt_memstat tt0 dram above 60 34359738368 34359738368 34359738368'
call detach 'detach OK'
told 'unknown use is not above' \
	'change tt_memstat tt0 dram below 60 34359738368 34359738368 unknown'

# --- A chip that goes

call 'attach 0 covers=dram' 'attach OK grid=12x10'
sleep 1
call 'record 1 0 4294967296 0 dram' 'record OK'
succeeds 'a chip is destroyed on the way' tt-memstat destroy tt0
client_end
kill $listener
finish
