# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Every way to end a client leaves nothing behind: no byte in a total, no node of the ledger, no
# process, no file. Most cases are in tests/vm/programs/ttmem-life.c.
#
# KILLED: number of reporting processes killed at random moments, default 300
# CHURNED: number of chips made while others destroy them, default 1000
#
# vm: --time 3000
. ./lib.sh

KILLED=${KILLED:-300}
CGROUP=/sys/fs/cgroup

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null

# KASAN delays frees, so only unloading shows leaked objects there.
keeps_freed() { grep -q ' kasan_report$' /proc/kallsyms; }

# nodes: print the used objects of the ledger's caches as `cache=objects`
nodes() { awk '/^ttmem_/ && $2 > 0 { print $1 "=" $2 }' /proc/slabinfo; }
no_nodes() { [ -z "$(nodes)" ]; }

# objects CACHE: of any cache
objects() { awk -v name="$1" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }' /proc/slabinfo; }
files() { cut -f 1 /proc/sys/fs/file-nr; }

# life NAME CASE [N]: run a case of ttmem-life, which must leave nothing behind
life()
{
	succeeds "$1" ttmem-life "$2" 0 "$3"
	expect "$1: nothing is left" '0' "$(cat "$TT_MEMSTAT_CLASS/clients")$(used_figures tt0)"
}

succeeds 'a chip is destroyed while it is being made' ttmem-life churn 0 "${CHURNED:-1000}"
expect 'and nothing is left of any' tt0 "$(cd "$TT_MEMSTAT_CLASS" && echo tt*)"

life 'of several descriptors the last one counts' dup
life 'a descriptor that was passed on is of no use' passed
life 'a descriptor in a circle of sockets' circle
life 'exec does not change the owner' exec
life 'an exec that closes is a close' cloexec
life 'exit while threads are in calls' exit-in-call 40
life 'exec while a thread is in a call' exec-in-call 40
life 'exec while a thread is in a dispatch' exec-in-dispatch 20
life 'the thread group lives until its last thread' leader
life 'a mapping is closed too' mapping
life 'the owner is gone, its memory is not' memory

# ---- exec of a setuid program ----------------------------------------------------------------

cp /usr/local/bin/ttmem-life ttmem-life.suid
chmod 4755 ttmem-life.suid
su user -s /bin/sh -c 'exec ttmem-life setuid 0' 2>suid &
wait_for 'a setuid program got the descriptor' 20 grep -q client suid
id=$(sed -n 's/^client //p' suid)
expect 'it has done nothing to it, and may' "client $id" "$(cat suid)"
expect "it reports for who opened it" '1000 2' \
	"$(figure "tt0/clients/$id" uid) $(figure "tt0/clients/$id" records)"
pid=$(figure "tt0/clients/$id" pid)
kill -9 "$pid"
wait
expect 'it is gone with it' '0 0' "$(cat "$TT_MEMSTAT_CLASS/clients") $(figure tt0 records)"

# ---- Namespaces and control groups that go ---------------------------------------------------

unshare -pf sh -c 'ttmem-life report 0 & ttmem-life report 0 & ttmem-life report 0 & wait' &
wait_for 'three in a pid namespace' 20 sh -c "[ \"\$(ls $TT_MEMSTAT_CLASS/tt0/clients | wc -l)\" = 3 ]"
pids=$(cat "$TT_MEMSTAT_CLASS"/tt0/clients/*/pid)
alive=0
for pid in $pids; do
	[ "$(cat "/proc/$pid/comm")" = ttmem-life ] && alive=$((alive + 1))
done
expect 'they are known by their pids out here' 3 $alive
init=$(awk '/^PPid:/ { print $2 }' "/proc/${pids%%
*}/status")
kill -9 "$init"
wait
expect 'they go with the namespace' '0 0' "$(cat "$TT_MEMSTAT_CLASS/clients") $(figure tt0 records)"

echo +memory >$CGROUP/cgroup.subtree_control
mkdir -p $CGROUP/going
for _ in 1 2 3 4; do
	sh -c 'echo $$ >/sys/fs/cgroup/going/cgroup.procs; exec ttmem-life report 0' &
done
wait_for 'four in a control group' 20 sh -c "[ \"\$(ls $TT_MEMSTAT_CLASS/tt0/clients | wc -l)\" = 4 ]"
while [ -n "$(cat $CGROUP/going/cgroup.procs)" ]; do
	xargs kill -9 <$CGROUP/going/cgroup.procs
	sleep 0.1
done 2>/dev/null
wait
succeeds 'the group goes' rmdir $CGROUP/going
expect 'and all that was charged to it' '0 0' "$(cat "$TT_MEMSTAT_CLASS/clients") $(figure tt0 records)"

# ---- Killed at random moments ----------------------------------------------------------------

ttmem-life killed 0 16 >/dev/null
sleep 0.5
pids=$(objects pid)
files=$(files)
succeeds "$KILLED reporting processes, killed at random" ttmem-life killed 0 "$KILLED"
expect 'of them nothing is left' '0' "$(cat "$TT_MEMSTAT_CLASS/clients")$(used_figures tt0)"
expect 'nor of their kernel binaries and programs' '0 0 0' \
	"$(figure tt0 programs) $(figure tt0 kernel_app) $(figure tt0 cb_loaded)"
expect 'no directory' '' "$(ls "$TT_MEMSTAT_CLASS/tt0/clients")"
if keeps_freed; then
	skip 'no node of the ledger is left: KASAN keeps them'
else
	wait_for 'no node of the ledger is left' 10 no_nodes
	# Counts include whole slabs and per-CPU caches, so allow far less than one for each kill.
	few_more() { [ $(($(objects pid) - pids)) -lt 200 ] && [ $(($(files) - files)) -lt 200 ]; }
	wait_for 'no pid and no file is kept' 10 few_more
fi
echo "# $KILLED killed: nodes '$(nodes | xargs)', pids $pids before $(objects pid) after," \
	"files $files before $(files) after"

# ---- Unloading in a storm --------------------------------------------------------------------

ttmem-life storm 0 &
storms=$!
ttmem-life storm 0 &
storms="$storms $!"
(while :; do cat "$TT_MEMSTAT_CLASS"/* "$TT_MEMSTAT_CLASS"/tt*/stat "$TT_MEMSTAT_CLASS"/tt*/clients/*/stat; done) \
	>/dev/null 2>&1 &
storms="$storms $!"
unloads()
{
	tries=0
	while ! rmmod tt_memstat 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 500 ] || return 1
	done
}
rounds=0 refused=0 unloaded=0
while [ $rounds -lt 8 ]; do
	rounds=$((rounds + 1))
	[ -e "$TT_MEMSTAT_CLASS/tt0" ] ||
		tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
	ttmem-life report 0 &
	reporter=$!
	for _ in $(seq 100); do
		[ "$(ls "$TT_MEMSTAT_CLASS/tt0/clients")" ] && break
		sleep 0.05
	done
	rmmod tt_memstat 2>/dev/null || refused=$((refused + 1))
	kill -9 $reporter
	wait $reporter 2>/dev/null
	unloads && unloaded=$((unloaded + 1))
	insmod /lib/modules/tt_memstat.ko
done
expect 'unloading is refused while a client reports' $rounds $refused
expect 'and works without clients, in a storm' $rounds $unloaded
kill -9 $storms
wait
expect 'it is there again, and empty' '0 0' "$(cat "$TT_MEMSTAT_CLASS/chips") $(cat "$TT_MEMSTAT_CLASS/clients")"
finish
