# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Accounting of exited clients: the default, the number kept, their data after each kind of exit, access
# for root only, and tt-smi --accounting.
. ./lib.sh

max=/sys/module/tt_memstat/parameters/max_exited
kept() { ls "$TT_MEMSTAT_CLASS/tt0/exited" | sort -n | tr '\n' ' '; }
keeps() { [ "$(kept)" = "$1" ]; }
# key N KEY: of the stat of exited/N.
key() { sed -n "s/^$2 //p" "$TT_MEMSTAT_CLASS/tt0/exited/$1/stat" 2>/dev/null | grep . || echo unknown; }
setting() { echo "$1" >$max; }

# client LINE...: a client that makes these calls, all of which must succeed, and exits.
client()
{
	answers=$({ echo open; printf '%s\n' "$@"; } | ttmem-events)
	[ "$(echo "$answers" | grep -c ' OK')" = $(($# + 1)) ] || fail 'a client' "$answers"
}

tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null

# --- Off

expect 'nothing is kept at first' '0' "$(cat $max)"
client 'attach 0'
sleep 0.3
expect 'nor is it of who exits' '' "$(kept)"
fails_with 6 'accounting is off.*' 'tt-smi says that it is off' tt-smi --accounting
fails_with 6 'echo 100 >/sys/module/tt_memstat/parameters/max_exited' 'and how to turn it on' \
	su user -s /bin/sh -c 'tt-smi --accounting'
for bad in 1025 -1 x '' 99999999999; do
	fails_with any . "it cannot be '$bad'" setting "$bad"
done
expect 'and is not' 0 "$(cat $max)"
fails_with any 'Permission denied' 'other users cannot turn it on' \
	su user -s /bin/sh -c "echo 1 >$max"

# --- What is kept

succeeds 'it is turned on' setting 3
succeeds 'no client has left' tt-smi --accounting
client_start su user -s /bin/sh -c 'exec ttmem-events'
for each in open 'attach 0 label=first runtime=2' 'record 1 0 4096 0 l1' 'record 2 4096 1024 0 l1_small' \
	'record 3 8192 2048 0 cb' 'record 4 0 65536 0 dram' 'record 5 65536 16384 0 trace' \
	'free 1' 'free 2' 'free 4'; do
	call "$each" '.* OK'
done
owner=$(figure "tt0/clients/$(ls "$TT_MEMSTAT_CLASS/tt0/clients")" pid)
id=$(ls "$TT_MEMSTAT_CLASS/tt0/clients")
start=$(figure "tt0/clients/$id" start_time)
stat=$(grep -v -e snapshot_age_ms -e ring_pending -e '^pid' -e '^uid' -e '^runtime' -e '^start' -e '^covers' "$TT_MEMSTAT_CLASS/tt0/clients/$id/stat")
client_end
wait_for 'a client that exits is kept' 10 keeps '1 '
expect 'whose it was' "$id $owner 1000 $start 2 63" \
	"$(key 1 client) $(key 1 pid) $(key 1 uid) $(key 1 start_time) $(key 1 runtime_id) $(key 1 covers)"
expect 'its name and label' 'ttmem-events first' \
	"$(cat "$TT_MEMSTAT_CLASS/tt0/exited/1/comm" "$TT_MEMSTAT_CLASS/tt0/exited/1/label" | tr '\n' ' ' | sed 's/ $//')"
expect 'its figures as they were last' "$stat" \
	"$(sed '1,/^exited /d' "$TT_MEMSTAT_CLASS/tt0/exited/1/stat")"
expect 'the peak of each pool' '491520 122880 245760 524288 131072' \
	"$(key 1 l1_buffers_peak) $(key 1 l1_small_peak) $(key 1 cb_peak) $(key 1 dram_buffers_peak) $(key 1 trace_peak)"
now=$(cut -d . -f 1 /proc/uptime)
expect 'when it came and left' yes "$([ "$(key 1 attached)" -gt "$(key 1 start_time)" ] &&
	[ "$(key 1 exited)" -gt "$(key 1 attached)" ] &&
	[ $(($(key 1 exited) / 1000000000)) -le $((now + 1)) ] && echo yes)"

client_start
for each in open 'attach 0' 'record 1 0 8192 0 l1'; do
	call "$each" '.* OK'
done
client_kill
wait_for 'one that is killed is kept' 10 keeps '1 2 '
expect 'with what it had' '1 983040 983040' "$(key 2 records) $(key 2 l1_used) $(key 2 l1_peak)"
client 'attach 0' 'record 1 0 16 0 l1' detach 'attach 0' 'record 1 0 32 0 l1'
wait_for 'who attaches twice counts twice, and the oldest goes' 10 keeps '2 3 4 '
expect 'each with its own' "$(key 4 client) 1920 3840" \
	"$(key 3 client) $(key 3 l1_peak) $(key 4 l1_peak)"

# --- Who may read

expect 'all is root'\''s' '400 400 400' \
	"$(stat -c %a "$TT_MEMSTAT_CLASS"/tt0/exited/4/* | tr '\n' ' ' | sed 's/ $//')"
fails_with any 'Permission denied' 'other users cannot read it' \
	su user -s /bin/sh -c "cat $TT_MEMSTAT_CLASS/tt0/exited/4/stat"
fails_with 4 'only root can list' 'nor can they with tt-smi' su user -s /bin/sh -c 'tt-smi --accounting'
tt-smi --accounting >table
expect_match 'root sees a table' \
	'^tt0  *20[0-9-]+ [0-9:]+  *[0-9.]+ s  *[0-9]+  *root  *960.0 KiB .* ttmem-events$' "$(cat table)"
expect 'a line for each, and a head' 4 "$(wc -l <table)"
expect_match 'and a form for programs' '"max_exited": *3' "$(tt-smi --accounting --json)"
expect 'of each' 3 "$(tt-smi --accounting --json | grep -c '"exited_at": *"20')"
expect 'chosen by pid' 1 "$(tt-smi --accounting -p "$pid" | grep -c ttmem-events)"
fails_with 6 "no chip 'tt9'" 'of a chip that is there' tt-smi --accounting -i tt9

# --- For how long

succeeds 'fewer are kept' setting 1
expect 'at once' '4 ' "$(kept)"
for n in 1 2 3; do
	client 'attach 0'
done
wait_for 'the last one alone' 10 keeps '7 '
succeeds 'none are' setting 0
expect 'that is all gone' '' "$(kept)"
succeeds 'as many as can be' setting 1024
for n in 1 2 3 4 5 6 7 8; do
	client 'attach 0' &
done
wait
wait_for 'those that leave together are all kept' 10 keeps '8 9 10 11 12 13 14 15 '
succeeds 'they go with the chip' tt-memstat destroy tt0
tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null
client 'attach 1'
finish
