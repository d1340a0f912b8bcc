# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A reporter does not wait for readers that get little processor time: on a fully preemptible kernel,
# readers that are stopped most of the time, or have the lowest priority, hold nothing that a reporter
# needs. On any machine, a wait for such a reader would last almost half a second.
#
# vm: --time 600 --append preempt=full
. ./lib.sh

PAIRS=1000

# blocked_most PID: the longest uninterruptible sleep, ms.
blocked_most() { awk '$1 ~ /block_max$/ { printf "%d", $3 }' "/proc/$1/sched"; }

# beside KIND COMMAND...: a user reports PAIRS records and frees, one a call, while COMMAND reads, four
# times.
beside()
{
	kind=$1
	shift
	client_start su user -s /bin/sh -c 'exec ttmem-events'
	call_ok open
	call_ok 'attach 0'
	id=$(ls "$TT_MEMSTAT_CLASS/tt0/clients")
	owner=$(figure "tt0/clients/$id" pid)
	files="$(ls $TT_MEMSTAT_CLASS/tt0/stat $TT_MEMSTAT_CLASS/tt0/l1_* \
		$TT_MEMSTAT_CLASS/tt0/clients/$id/stat $TT_MEMSTAT_CLASS/tt0/clients/$id/l1_*)"
	readers "$@"
	cat events >&6 &
	i=0
	while [ $i -lt $((PAIRS * 2)) ] && read -r answer <&7; do
		case $answer in *' OK') i=$((i + 1)) ;; esac
	done
	expect "$kind: all is taken" $((PAIRS * 2)) "$i"
	expect_match "$kind: no wait as long as a throttled reader is stopped" '^[0-9]{1,2}$|^[12][0-9]{2}$' \
		"$(blocked_most "$owner")"
	stop_readers
	client_end
}

# readers COMMAND...: four times, of all that a chip and its client show.
readers()
{
	started=
	for n in 1 2 3 4; do
		# shellcheck disable=SC2086 # a list of files
		"$@" $files >reads.$n 6>&- 7<&- &
		started="$started $!"
	done
	wait_for "$kind: all are reading" 60 sh -c '[ "$(cat reads.* | grep -c reading)" = 4 ]'
	echo 10000 500000 >/sys/fs/cgroup/slow/cpu.max
}

stop_readers()
{
	echo max >/sys/fs/cgroup/slow/cpu.max
	# shellcheck disable=SC2086 # a list of numbers
	kill -9 $started
	# shellcheck disable=SC2086
	wait $started 2>/dev/null
}

throttled() { exec sh -c 'echo $$ >/sys/fs/cgroup/slow/cgroup.procs; exec ttmem-reader "$@"' sh "$@"; }

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
{
	i=0
	while [ $i -lt $PAIRS ]; do
		echo "record 1 65536 4096 0 l1"
		echo "free 1"
		i=$((i + 1))
	done
} >events
if ! echo 1 >/proc/sys/kernel/sched_schedstats || ! grep -q block_max /proc/self/sched; then
	skip 'readers without processor time' 'this kernel does not tell how long a task is blocked'
	finish
fi

echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/slow
beside cpu.max throttled
# These take what the readers would get.
hogs=
for _ in 1 2; do
	sh -c 'while :; do :; done' &
	hogs="$hogs $!"
done
beside SCHED_IDLE ttmem-reader idle
# shellcheck disable=SC2086 # a list of numbers
kill -9 $hogs
finish
