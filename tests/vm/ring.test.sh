# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The submission ring: guarantees for producers, protection against hostile ones, and isolation of slow
# ones and of those without memory. Most cases are in tests/vm/programs/ttmem-ring.c.
#
# SCRIBBLE: seconds for which a thread writes random data to the shared pages during drains
#
# vm: --time 600
. ./lib.sh

SCRIBBLE=${SCRIBBLE:-10}
CGROUP=/sys/fs/cgroup

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null

# ring NAME CASE [SECONDS]: run one case on an empty chip, which must be empty afterwards.
ring()
{
	succeeds "$1" ttmem-ring "$2" 0 "$3"
	expect "$1: nothing is left" '' "$(used_figures tt0)"
}

ring 'set-up and its errors' setup-errors
ring 'mapping and its errors' mapping-errors
if grep -q 'User Mode' /proc/cpuinfo; then
	skip 'User-mode Linux of 6.1 hands on what is mapped at a fork, whatever the mapping says'
else
	ring 'children neither call nor inherit' fork
fi
ring 'a reader sees what was published before' seen
ring 'many laps' laps
ring 'without credit the doorbell helps' no-credit
ring 'a slot that is only claimed stops the drain' stuck
ring 'and then the ring is full' stuck-full
ring 'a tail out of range stops the ring' hostile-tail
ring 'a replaced ring has no effect' old-mapping
ring 'bad entries are counted, and the last error kept' bad-entries
ring 'detach takes what is published' detach
ring 'close takes what is published' close
ring 'death discards it' kill
ring 'drop takes it first' drop
ring 'several producers, each in order' threads
ring 'readers beside them' readers
ring 'the figures are those of submit' same-as-submit
ring "scribbling for $SCRIBBLE s" scribble "$SCRIBBLE"
echo "# $seen"

# --- The library, by a ring

printf '%s\n' open 'attach 0 ring=100' 'attach 0 ring=64' 'record 1 0 1024 0 l1' \
	'query 0 l1_used records' 'record 1 0 1024 0 l1' 'record 2 0x1000 1024 0 l1' 'free 3' flush \
	ring_status 'batch free 1 / free 1' 'query 0 l1_used' 'fork free 2' 'fork flush' \
	'record 4 0 64 0 l1' 'drop all' 'query 0 l1_used records' 'free 4' 'record 5 0 16 0 l1' \
	detach | ttmem-events >library 2>&1
expect 'the calls of the library' 'open OK
attach EINVAL
attach OK grid=8x8
record OK
query OK l1_used=65536 records=1
record OK
record OK
free OK
flush OK
ring_status OK head=4 tail=4 refused=2 last=ENOENT
batch ENOENT taken=1
query OK l1_used=65536
fork free EPERM
fork flush EPERM
record OK
drop OK
query OK l1_used=0 records=0
free OK
record OK
detach OK' "$(cat library)"

# --- Control groups

# cgroup NAME FILE=VALUE...
cgroup()
{
	mkdir -p "$CGROUP/$1"
	group=$CGROUP/$1
	shift
	for pair; do
		echo "${pair#*=}" >"$group/${pair%%=*}"
	done
}

# inside NAME COMMAND...
inside()
{
	group=$1
	shift
	sh -c 'echo $$ >"$0"; exec "$@"' "$CGROUP/$group/cgroup.procs" "$@"
}

# below BOUND NUMBER: print `yes`, or the number
below()
{
	if [ "$2" -lt "$1" ]; then
		echo yes
	else
		echo "$2"
	fi
}

# stall FILE: print the longest wait of `ttmem-ring steady`, in hundredths of its time
stall() { sed -n 's/.* longest_percent //p' "$1"; }

echo '+memory +cpu' >$CGROUP/cgroup.subtree_control

# A monitor is not charged for reading.
cgroup monitor memory.max=67108864
ttmem-ring steady 0 8 >steady.out &
reporter=$!
# shellcheck disable=SC2016 # for the shell inside
inside monitor sh -c '
	ttmem-ring read 0 1 >/dev/null
	cat /sys/class/tt_memstat/tt0/* >/dev/null 2>&1
	cat /sys/fs/cgroup/monitor/memory.current >before
	ttmem-ring read 0 3 >reads
	i=0
	while [ $i -lt 100 ]; do
		cat /sys/class/tt_memstat/tt0/stat >/dev/null
		i=$((i + 1))
	done
	cat /sys/fs/cgroup/monitor/memory.current >after'
wait $reporter
echo "# $(cat reads) $(cat steady.out), charged $(($(cat after) - $(cat before))) bytes"
expect 'a monitor in a loop is charged next to nothing' yes \
	"$(below 524288 $(($(cat after) - $(cat before))))"
expect 'nor met its limit' 0 "$(sed -n 's/^max //p' $CGROUP/monitor/memory.events)"

# A monitor with little processor time delays neither reporters nor other readers.
cgroup slow 'cpu.max=2000 100000'
inside slow ttmem-ring read 0 10000 >/dev/null &
slow=$!
ttmem-ring steady 0 6 >steady.out
kill $slow
wait $slow 2>/dev/null
echo "# $(cat steady.out) beside a throttled reader"
expect_match 'the throttled reader was one' '^nr_throttled [1-9]' "$(cat $CGROUP/slow/cpu.stat)"
expect 'a throttled reader does not stall reporters' yes "$(below 20 "$(stall steady.out)")"

# A client at its limit fails alone.
cgroup small memory.max=16777216
ttmem-ring steady 0 10 >steady.out &
reporter=$!
inside small ttmem-ring hog 0 >hog 2>&1
status=$?
echo "# at its limit: status $status $(tr '\n' ' ' <hog)"
wait $reporter
others=$?
expect_match 'the limit was met' '^max [1-9]' "$(cat $CGROUP/small/memory.events)"

# So does a client without a ring; the limit is that of its group, not the host's.
free_before=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
inside small ttmem-ring hog-submit 0 >hog.submit 2>&1
status=$?
free_after=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
echo "# a submit at its limit: status $status $(cat hog.submit), host $free_before to $free_after kB"
expect 'a submit at the limit fails, or its process is killed' yes "$(
	case $status in
	0)	grep -q 'error ENOMEM' hog.submit && echo yes ;;
	137)	echo yes ;;
	esac)"
expect 'the host has lost nothing' yes "$(below 65536 $((free_before - free_after)))"
echo "# $(cat steady.out) beside them"
expect 'the others go on' 0 $others
expect 'without a long wait' yes "$(below 20 "$(stall steady.out)")"
expect 'nothing is left of any client' '' "$(used_figures tt0)"
finish
