# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The reporter's mirror: a program that keeps statistics in shared memory like tt-metal, and whose
# functions cannot be interposed, is reported correctly to every user, and is not disturbed.
#
# vm: --time 900
. ./lib.sh

node=/dev/tenstorrent/0
REPORTER=/usr/local/lib/libttmemstat-report.so
ended=

# start N COMMAND: commands go to descriptor N, answers come from N + 1, errors go to err.N.
start()
{
	rm -f "to.$1" "from.$1"
	mkfifo "to.$1" "from.$1"
	sh -c "exec $2" <"to.$1" >"from.$1" 2>"err.$1" 3>&- 4<&- 5>&- 6<&- 7>&- 8<&- &
	eval "started_$1=$!; exec $1>to.$1 $(($1 + 1))<from.$1"
}

# stop N: waits for its end, whose status is then in $ended.
stop()
{
	eval "exec $1>&-; wait \$started_$1; ended=\$?; exec $(($1 + 1))<&-"
}

ask()
{
	echo "$2" >&"$1"
	read -r answer <&$(($1 + 1))
	echo "${answer:-(nothing)}"
}

# does NAME N COMMAND ANSWER
does() { expect "$1: $3" "$4" "$(ask "$2" "$3")"; }

# tell N COMMAND...: of which each must succeed.
tell()
{
	to=$1
	shift
	for command; do
		does 'the program' "$to" "$command" "${command%% *} OK"
	done
}

is_now() { [ "$(figure "$1" "$2")" = "$3" ]; }
clients() { ls "$TT_MEMSTAT_CLASS/$1/clients"; }
client_count() { [ "$(clients "$1" | wc -l)" = "$2" ]; }

# comes NAME CHIP[/clients/ID] FILE VALUE: at the next look
comes()
{
	tries=200
	until is_now "$2" "$3" "$4" || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	expect "$1: $3" "$4" "$(figure "$2" "$3")"
}

# used CHIP[/clients/ID]: dram trace l1 l1_small cb_used cb_loaded
used()
{
	for file in dram_buffers_used trace_used l1_buffers_used l1_small_used cb_used cb_loaded; do
		figure "$1" $file
	done | xargs
}

# In hundredths of a second.
clock()
{
	read -r up _ </proc/uptime
	now=$((${up%.*} * 100 + 1${up#*.} - 100))
}

tell_geometry()
{
	printf '%s\n' open "$@" | ttmem-events | grep -v ' OK' >refused
	expect 'the administrator describes' '' "$(cat refused)"
}

insmod /lib/modules/fake_pci.ko
plug 1 0x401e
plug 2 0x401e
plug 3 0x401e
tell_geometry 'geometry_set 0 wormhole 0x220 dram=0 unique=77 board=n300' \
	'geometry_set 1 wormhole 0x40 dram=0 board=n150'

# ---- Version 3 -------------------------------------------------------------------------------

start 3 'su user -s /bin/sh -c "exec tt-memstat run -- ttmem-region"'
tell 3 "node $node" 'open 77 0 3'
tell 3 'alloc 77 dram 4096' 'alloc 77 l1 2000' 'alloc 77 l1_small 300' 'alloc 77 trace 64' \
	'cb 77 5000'
comes 'version 3' tt0 cb_loaded 5000
id=$(clients tt0)
expect 'v3: the chip' '4096 64 2000 300 unknown 5000' "$(used tt0)"
expect 'v3: the process' '4096 64 2000 300 unknown 5000' "$(used "tt0/clients/$id")"
expect 'v3: known approximately' 1 "$(figure "tt0/clients/$id" approx)"
expect 'v3: and in part' '28 3' \
	"$(figure "tt0/clients/$id" l1_partial) $(figure "tt0/clients/$id" dram_partial)"
expect 'v3: whose' "ttmem-region 1000 0 mirror, region v3" "$(for file in comm uid runtime_id label; do
	figure "tt0/clients/$id" $file; done | xargs)"
expect 'v3: the pid' "$(ask 3 pid)" "pid $(figure "tt0/clients/$id" pid)"
expect_match 'v3: how old' '^[0-9]+$' "$(figure "tt0/clients/$id" snapshot_age_ms)"
expect 'v3: a third user sees it' '4096 64 2000 300 unknown 5000' \
	"$(su nobody -s /bin/sh -c ". ./lib.sh >/dev/null; trap - EXIT
	for file in dram_buffers_used trace_used l1_buffers_used l1_small_used cb_used cb_loaded; do
		figure tt0/clients/$id \$file; done" | xargs)"
expect 'v3: nothing is in /dev/shm' '' "$(ls /dev/shm)"
expect 'v3: nothing was said' '' "$(cat err.3)"

pid=$(figure "tt0/clients/$id" pid)
for task in /proc/"$pid"/task/*; do
	[ "$(cat "$task/comm")" = tt_memstat ] && thread=$task
done
expect_match 'its thread takes no signal' '^SigBlk:.*f{4}e7ffbfeff$' "$(grep SigBlk "$thread/status")"
expect_match 'the program takes all' '^SigBlk:.*0{16}$' "$(grep SigBlk "/proc/$pid/status")"

# How soon, in looks, each of which ends with a nap: the next one sees a change, and one may have
# been on its way. The one in the middle of several, as others have the processor, too.
naps() { sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "$thread/status"; }
total=4096
: >delays
for n in 1 2 3 4 5 6 7; do
	total=$((total + 16))
	before=$(naps)
	ask 3 'alloc 77 dram 16' >/dev/null
	value=0
	until [ "$value" = $total ] || [ $(($(naps) - before)) -gt 100 ]; do
		read -r value <"$TT_MEMSTAT_CLASS/tt0/dram_buffers_used"
	done
	echo $(($(naps) - before)) >>delays
	sleep "0.0$n"
done
median=$(sort -n delays | sed -n 4p)
expect "the figures follow within two looks ($(xargs <delays))" yes \
	"$([ "$median" -le 2 ] && echo yes)"
# How often it looks, beside one that sleeps as long as it should.
before=$(naps)
for n in $(seq 20); do
	sleep 0.1
done
looks=$(($(naps) - before))
expect "it looks ten times a second ($looks times in 20 x 0.1 s)" yes \
	"$([ $looks -ge 15 ] && echo yes)"

# At most ten events a second, the last of them what stands; none while nothing happens.
clock
before=$now
events=$(figure tt0/clients/"$id" generation)
[ "$events" != unknown ] || events=$(stat_key "tt0/clients/$id" generation)
for n in $(seq 60); do
	ask 3 'alloc 77 l1 16' >/dev/null
done
comes 'of many changes the last' tt0 l1_buffers_used 2960
clock
events=$(($(stat_key "tt0/clients/$id" generation) - events))
expect "not more than ten a second ($events in $((now - before)) hundredths)" yes \
	"$([ "$events" -le $(((now - before) / 10 + 2)) ] && echo yes)"
events=$(stat_key "tt0/clients/$id" generation)
sleep 1
expect 'nothing is reported while nothing changes' "$events" "$(stat_key "tt0/clients/$id" generation)"

# Another device, known by the order of the nodes.
tell 3 'node /dev/tenstorrent/1' 'open 99 1 3' 'alloc 99 dram 512'
comes 'a second device' tt1 dram_buffers_used 512
expect 'with its own number' 1 "$(figure "tt1/clients/$(clients tt1)" runtime_id)"

tell 3 'unlink 99'
expect 'its name goes with the memory alone' '' "$(ls /dev/shm)"

# Children: silent with what they inherited, on their own with what they open.
does 'a child' 3 'fork alloc 99 dram 4096' 'alloc OK'
read -r answer <&4
expect 'a child ends' 'fork OK' "$answer"
sleep 0.3
expect 'a child does not report for its parent' 512 "$(figure tt1 dram_buffers_used)"

# Devices are closed and opened again.
tell 3 'shut 77'
wait_for 'a closed device has no client' 5 no_clients tt0
tell 3 'open 77 0 3' 'alloc 77 l1 96'
comes 'opened again' tt0 l1_buffers_used 96
expect 'opened again: from nothing' '0 0 96 0 unknown 0' "$(used tt0)"

tell 3 'child'
does 'the child' 3 'slot 77' 'slot none'
tell 3 'open 98 1 4' 'alloc 98 l1 33'
wait_for 'a child reports what it opens' 5 client_count tt1 2
comes 'a child' tt1 l1_buffers_used 33
expect 'its parent stays' 96 "$(figure tt0 l1_buffers_used)"
tell 3 'close-all'
wait_for 'who closes all descriptors is silent' 5 client_count tt1 1
tell 3 'alloc 98 l1 33' 'sleep 200' 'node /dev/tenstorrent/1' 'open 97 0 3' 'alloc 97 l1 20'
wait_for 'until it opens something again' 5 client_count tt1 2
echo 'exit 5' >&3
stop 3
expect 'the exit status is the program'"'"'s' 5 "$ended"
wait_for 'nothing is left' 5 no_clients tt0

# ---- Version 4, and sudden ends --------------------------------------------------------------

start 3 'tt-memstat run ttmem-region'
tell 3 "node $node" 'open 77 0 4' 'alloc 77 dram 8192' 'alloc 77 l1 48' 'cb 77 640'
comes 'version 4' tt0 cb_used 640
id=$(clients tt0)
expect 'v4: the process' '8192 0 48 0 640 unknown' "$(used "tt0/clients/$id" | sed 's/640$/unknown/')"
expect 'v4: nothing is missing' '0 0 1' "$(figure "tt0/clients/$id" l1_partial) \
$(figure "tt0/clients/$id" dram_partial) $(figure "tt0/clients/$id" approx)"

# A second user at the same time: each sees both, and so does a third.
start 5 'su user -s /bin/sh -c "exec tt-memstat run ttmem-region"'
tell 5 "node $node" 'open 77 0 3' 'alloc 77 dram 100'
wait_for 'two users on a chip' 5 client_count tt0 2
comes 'of both' tt0 dram_buffers_used 8292
expect 'a third user sees both' '0 1000' "$(su nobody -s /bin/sh -c \
	"cat $TT_MEMSTAT_CLASS/tt0/clients/*/uid" | sort -n | xargs)"
kill -9 "$(figure "tt0/clients/$id" pid)"
stop 3
expect 'after SIGKILL nothing is left of the one' '100 1' \
	"$(figure tt0 dram_buffers_used) $(clients tt0 | wc -l)"
kill -9 "$(figure "tt0/clients/$(clients tt0)" pid)"
stop 5
expect 'nor of the other' '0 0' "$(figure tt0 dram_buffers_used) $(clients tt0 | wc -l)"
start 5 'su user -s /bin/sh -c "exec tt-memstat run ttmem-region"'
tell 5 "node $node" 'open 77 0 4' 'alloc 77 dram 160'
comes 'another user afterwards' tt0 dram_buffers_used 160
echo 'exit 0' >&5
stop 5
expect 'its end' 0 "$ended"

# ---- The same pid again, in another pid namespace --------------------------------------------

for version in 3 4; do
	name="v$version"
	start 3 "unshare -p -f tt-memstat run ttmem-region"
	does "$name" 3 pid 'pid 1'
	tell 3 "node $node" "open 77 0 $version" 'alloc 77 dram 1000' 'cb 77 64'
	comes "$name" tt0 dram_buffers_used 1000
	kill -9 "$(figure "tt0/clients/$(clients tt0)" pid)"
	stop 3
	expect "$name: killed" 0 "$(figure tt0 dram_buffers_used)"
	start 3 "unshare -p -f tt-memstat run ttmem-region"
	does "$name: again" 3 pid 'pid 1'
	tell 3 "node $node" "open 77 0 $version" 'alloc 77 dram 500'
	comes "$name: again" tt0 dram_buffers_used 500
	tell 3 'cb 77 32'
	comes "$name: again" tt0 "$([ $version = 3 ] && echo cb_loaded || echo cb_used)" 32
	echo 'exit 0' >&3
	stop 3
done

# ---- What cannot be reported is said once ----------------------------------------------------

start 3 'tt-memstat run ttmem-region'
tell 3 'open 12345 0 3' 'alloc 12345 dram 64'
wait_for 'no such chip: it is said' 15 grep -q 'device 0 is not reported: .*unique_id 0x3039' err.3
tell 3 'node /dev/tenstorrent/1'
wait_for 'and reported when its node is open' 40 is_now tt1 dram_buffers_used 64
tell 3 'shut 12345' 'node /dev/tenstorrent/2' 'open 55 1 3' 'alloc 55 dram 64' 'open 57 3 7'
wait_for 'not described: it is said' 15 grep -q 'device 1 is not reported: its geometry is unknown' err.3
wait_for 'a version: it is said' 15 grep -q 'unique id 57 is not reported: version 7' err.3
tell_geometry 'geometry_set 2 wormhole 0 dram=0'
wait_for 'described later' 40 is_now tt2 dram_buffers_used 64
expect 'each is said once' 1 "$(grep -c 'device 1 is' err.3)"
echo 'exit 0' >&3
stop 3
expect 'and nothing comes of it' 0 "$ended"

# ---- Switched off, and without the module ----------------------------------------------------

cat >commands <<-END
	node $node
	open 77 0 3
	alloc 77 dram 64
	cb 77 10
	slot 77
	slots 77
	child
	alloc 77 dram 64
	slot 77
	open 88 1 4
	shut 77
	sleep 250
	exit 7
END

# outcome COMMAND: all that can be seen of it
outcome()
{
	rm -f /dev/shm/*
	sh -c "$1" <commands >out 2>&1
	echo "status $?"
	cat out
	stat -c '%n %s %a %U' /dev/shm/* 2>&1
}

plain=$(outcome ttmem-region)
expect_match 'the program by itself' '^status 7$' "$plain"
expect 'the mode is exact, and nothing is seen' "$plain" \
	"$(outcome "TT_MEMSTAT_MODE=exact LD_PRELOAD=$REPORTER ttmem-region")"
expect 'the mode is off' "$plain" \
	"$(outcome "TT_MEMSTAT_MODE=off LD_PRELOAD=$REPORTER ttmem-region")"
expect 'reporting is disabled' "$plain" \
	"$(outcome "TT_MEMSTAT_DISABLED=1 LD_PRELOAD=$REPORTER ttmem-region")"
expect_match 'which run says' 'nothing is reported: TT_MEMSTAT_DISABLED' \
	"$(TT_MEMSTAT_DISABLED=1 tt-memstat run true 2>&1)"
succeeds 'no client came of it' no_clients tt0
succeeds 'the module goes' rmmod tt_memstat
expect 'without the module nothing changes' "$plain" "$(outcome "LD_PRELOAD=$REPORTER ttmem-region")"
expect 'nor under run, which says it' "$plain" \
	"$(outcome 'tt-memstat run ttmem-region 2>err')"
expect_match 'which says it' 'tt-memstat: nothing is reported: /dev/tt_memstat: ENOENT' "$(cat err)"
rm -f /dev/shm/*
rmmod fake_pci
finish
