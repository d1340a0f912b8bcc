# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Chips of PCI functions: added and removed with them, attached to with proof, described by a runtime or
# the administrator, with remote chips behind them. The cards are fake_pci's.
#
# TT_MEMSTAT_ROUNDS: how often to plug and unplug a card under a client, default 100
#
# files: tests/vm/two_clients.sh
. ./lib.sh
. ./two_clients.sh

params=/sys/module/fake_pci/parameters
one=0077:00:01.0	# a wormhole, slot 1, tt0
two=0077:00:02.0	# a blackhole, slot 2, tt1

unplug() { echo "$1" >$params/unplug; }
named() { dmesg | grep -q '0xfaca is not supported'; }
is_there() { [ -e "$TT_MEMSTAT_CLASS/$1" ]; }
is_gone() { [ ! -e "$TT_MEMSTAT_CLASS/$1" ]; }
there() { if is_there "$1"; then echo yes; else echo no; fi; }

# does NAME WHO COMMAND ANSWER: `user` is without privilege, `root` with.
does() { expect "$1: $3" "$4" "$(ask "$2" "$3")"; }

succeeds 'the stand-in loads' insmod /lib/modules/fake_pci.ko
expect 'without a card there is no chip' 0 "$(cat "$TT_MEMSTAT_CLASS/chips")"

# ---- In this order ---------------------------------------------------------------------------

cat >handler <<'END'
#!/bin/sh
[ "$ACTION" != add ] || echo "$SEQNUM $SUBSYSTEM ${DEVPATH##*/}" >>/test/events
END
chmod 755 handler
: >events
uevent ./handler &
listener=$!
wait_for 'the listener runs' 10 sh -c 'grep -q " $0 " /proc/net/netlink' "$listener"
for _ in 1 2 3 4 5; do
	plug 1 0x401e
	unplug 1
done
wait_for 'the listener receives all' 10 sh -c '[ "$(grep -c tt_memstat events)" = 5 ]'
expect 'a function is announced, its node, its chip' \
	"$(for _ in 1 2 3 4 5; do echo pci tenstorrent tt_memstat; done | xargs -n 1)" \
	"$(sort -n events | sed -n 's/^[0-9]* \(pci\|tenstorrent\|tt_memstat\) .*/\1/p')"
kill $listener
wait $listener

# ---- Found, and known for what they are ------------------------------------------------------

plug 1 0x401e
plug 2 0xb140
expect 'two cards are two chips' 2 "$(cat "$TT_MEMSTAT_CLASS/chips")"
expect 'their geometry is unknown' 2 "$(cat "$TT_MEMSTAT_CLASS/chips_unknown")"
expect 'kind' 'local local' "$(figure tt0 kind) $(figure tt1 kind)"
expect 'arch, by the PCI id' 'wormhole blackhole' "$(figure tt0 arch) $(figure tt1 arch)"
expect 'child of its function' "$one" "$(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt0/device")")"
expect 'the other of the other' "$two" "$(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt1/device")")"
expect 'nodes' 'tenstorrent/0 tenstorrent/1' "$(figure tt0 kmd_node) $(figure tt1 kmd_node)"
for file in grid geometry_source tensix_total tensix_active tensix_harvesting l1_capacity l1_free \
	l1_allocatable l1_used l1_peak l1_footprint l1_buffers_used cb_used cb_loaded kernel_app \
	dram_used dram_peak trace_used dram_capacity dram_free l1_fullest_core l1_per_core board unique_id board_id \
	asic_location; do
	expect "undescribed: $file" unknown "$(figure tt0 $file)"
done
expect 'undescribed: nothing of it in stat' '' \
	"$(grep -E 'capacity|tensix|free|used|peak|loaded|footprint' "$TT_MEMSTAT_CLASS/tt0/stat")"
expect_match 'undescribed: reading says so' 'No data available' \
	"$(cat "$TT_MEMSTAT_CLASS/tt0/l1_capacity" 2>&1)"
expect 'undescribed: sums of the host' '0 0' \
	"$(cat "$TT_MEMSTAT_CLASS/l1_capacity" "$TT_MEMSTAT_CLASS/dram_capacity" | xargs)"

plug 5 0xfaca
wait_for 'an unsupported card is named' 5 named
unplug 5
plug 5 0xfaca
sleep 0.3
expect 'an unsupported card is no chip' 2 "$(cat "$TT_MEMSTAT_CLASS/chips")"
expect 'and is named once' 1 "$(dmesg | grep -c '0xfaca is not supported')"
unplug 5
expect 'what it was stays no chip' 2 "$(cat "$TT_MEMSTAT_CLASS/chips")"

# ---- Proof -----------------------------------------------------------------------------------

echo data >/tmp/file
chmod 666 /tmp/file
two_clients root
does 'proof' user 'open' 'open OK'
does 'nothing' user 'attach 0' 'attach EPERM'
does 'a regular file' user 'attach 0 proof=/tmp/file' 'attach ENODEV'
does 'another device' user 'attach 0 proof=/dev/null' 'attach ENODEV'
does "the other card's node" user 'attach 0 proof=/dev/tenstorrent/1' 'attach ENODEV'
does "the other way round" user 'attach 1 proof=/dev/tenstorrent/0' 'attach ENODEV'
does 'a closed number' user 'attach 0 proof=99' 'attach EBADF'
does 'O_PATH' user 'hold 0 /dev/tenstorrent/0 o_path' 'hold OK'
does 'O_PATH' user 'attach 0 proof=@0' 'attach EBADF'
does 'O_PATH' user 'let 0' 'let OK'
does 'the right node' user 'attach 0 proof=/dev/tenstorrent/0' 'attach OK grid=0x0'
expect 'the node is not kept open' 0 "$(cat /sys/module/fake_pci/refcnt)"
expect 'no geometry came of it' unknown "$(figure tt0 l1_capacity)"
does 'a record before any geometry' user 'record 1 0 64 0 l1' 'record ENODATA'
does 'a set before any geometry' user 'set 0,0,0,0' 'set ENODATA'
expect 'nor of its client' 'unknown unknown' "$(figure tt0 l1_used) \
$(figure "tt0/clients/$(ls "$TT_MEMSTAT_CLASS/tt0/clients")" l1_used)"
does 'a claimed unique id' user 'find unique=77' 'find ENODEV'
expect 'a client is there' 1 "$(cat "$TT_MEMSTAT_CLASS/clients")"

# ---- Geometry from runtimes --------------------------------------------------------------------

node=/dev/tenstorrent/0
does 'a second runtime' user 'select 1' 'select OK'
does 'a second runtime' user 'open' 'open OK'
does 'a worker grid without geometry' user "attach 0 proof=$node grid=8x8" 'attach ENODATA'
does 'of another arch' user "attach 0 proof=$node arch=blackhole mask=0xc0 dram=0" 'attach EEXIST'
expect 'refused ones describe nothing' unknown "$(figure tt0 l1_capacity)"
does 'n150, its cores' user "attach 0 proof=$node arch=wormhole mask=64 grid=8x7" 'attach OK grid=8x9'
expect 'n150: source' runtime "$(figure tt0 geometry_source)"
expect 'n150: cores' '72 80' "$(figure tt0 tensix_active) $(figure tt0 tensix_total)"
expect 'n150: capacity' 107937792 "$(figure tt0 l1_capacity)"
expect 'n150: of DRAM nothing is told' 'unknown unknown' \
	"$(figure tt0 dram_capacity) $(figure tt0 dram_used)"
expect 'sum of the host' 107937792 "$(cat "$TT_MEMSTAT_CLASS/l1_capacity")"
expect 'both are still described in part at most' 2 "$(cat "$TT_MEMSTAT_CLASS/chips_unknown")"
does 'a record' user 'record 1 0 64 0 l1' 'record OK'
does 'a record of what it has not told' user 'record 2 0 64 0 dram' 'record ENODATA'
does 'a set of what it has not told' user 'dset 1' 'dset ENODATA'
expect 'on its worker grid' 3584 "$(figure tt0 l1_buffers_used)"
does 'who says nothing' user 'select 0' 'select OK'
does 'who says nothing' user 'record 1 64 64 0 l1' 'record ENODATA'

does 'a third' user 'select 2' 'select OK'
does 'a third' user 'open' 'open OK'
does 'with another grid' user "attach 0 proof=$node arch=wormhole mask=0x220 dram=0" \
	'attach OK grid=8x8'
expect 'cores are unknown while they differ' 'unknown unknown unknown unknown' "$(figure tt0 grid) \
$(figure tt0 tensix_active) $(figure tt0 l1_capacity) $(figure tt0 l1_per_core)"
expect 'DRAM is not' 12884901888 "$(figure tt0 dram_capacity)"
does 'it reports' user 'record 1 64 64 0 l1' 'record OK'
expect 'what both use' $((3584 + 64 * 64)) "$(figure tt0 l1_buffers_used)"
does 'it goes' user 'detach' 'detach OK'
expect 'one is left' '72 3584' "$(figure tt0 tensix_active) $(figure tt0 l1_used)"
does 'a grid of one core' user "attach 0 proof=$node arch=wormhole cores=1x1 dram=0" \
	'attach OK grid=1x1'
does 'others attach' root 'open' 'open OK'
does 'others attach' root 'attach 0 arch=wormhole mask=64 dram=0' 'attach OK grid=8x9'
does 'and report' root 'record 1 0 64 0 l1' 'record OK'
does 'and report' root 'detach' 'detach OK'
does 'it goes' user 'detach' 'detach OK'
does 'the others go' user 'select 1' 'select OK'
does 'the others go' user 'detach' 'detach OK'
expect 'no client describes it any more' 'unknown unknown' \
	"$(figure tt0 geometry_source) $(figure tt0 l1_capacity)"
does 'one core, alone' user "attach 0 proof=$node arch=wormhole cores=1x1 dram=0" 'attach OK grid=1x1'
expect 'one core, alone' 1499136 "$(figure tt0 l1_capacity)"
does 'one core, alone' user 'detach' 'detach OK'
expect 'ends with its client' unknown "$(figure tt0 l1_capacity)"
does 'whole again' user "attach 0 proof=$node arch=wormhole mask=64 dram=0 grid=8x7" 'attach OK grid=8x9'
does 'whole again' user 'record 1 0 64 0 l1' 'record OK'
expect 'only the other arch was refused' 1 "$(figure tt0 geometry_conflicts)"

# ---- Geometry from the administrator ---------------------------------------------------------

does 'not for everybody' user 'geometry_set 0 wormhole 0x220' 'geometry_set EPERM'
does 'not for everybody' user 'geometry_unset 0' 'geometry_unset EPERM'
does 'no such chip' root 'geometry_set 9 wormhole 0x220' 'geometry_set ENODEV'
does 'of another arch' root 'geometry_set 0 blackhole 0xc0' 'geometry_set EINVAL'
does 'a mask too wide' root 'geometry_set 0 wormhole 0x400' 'geometry_set EINVAL'
does 'equal grids' root 'geometry_set 0 wormhole 0x001 unique=77 board=n150 location=0 side=l1' \
	'geometry_set OK chip=0'
expect 'are the same geometry' 'admin 3584' \
	"$(figure tt0 geometry_source) $(figure tt0 l1_used)"
expect 'the mask is the new one' 1 "$(figure tt0 tensix_harvesting)"
expect 'identity' '77 n150 0' \
	"$(figure tt0 unique_id) $(figure tt0 board) $(figure tt0 asic_location)"
expect_match 'found by it' 'find OK chip=0 .* unique=77' "$(ask user 'find unique=77')"
expect_match 'found by address' 'find OK chip=1 ' "$(ask user "find pci=$two")"
does 'no such address' user 'find pci=0077:00:09.0' 'find ENODEV'
does 'who says nothing' user 'select 0' 'select OK'
does 'goes by what is told' user 'record 1 64 64 0 l1' 'record OK'
expect 'on the whole grid' $((3584 + 72 * 64)) "$(figure tt0 l1_buffers_used)"
does 'and defines sets' user 'set 0,0,1,0' 'set OK set=1'
does 'and not of DRAM' user 'record 3 0 64 0 dram' 'record ENODATA'
does 'DRAM is told later' root 'geometry_set 0 wormhole 0x001 unique=77 board=n150 location=0' \
	'geometry_set OK chip=0'
does 'and can be reported' user 'record 3 0 64 0 dram' 'record OK'
expect 'and ends no client' "$((3584 + 72 * 64)) $((12 * 64))" \
	"$(figure tt0 l1_buffers_used) $(figure tt0 dram_used)"

does 'a third' user 'select 2' 'select OK'
does 'that differs is told' user \
	"attach 0 proof=$node arch=wormhole mask=0x220 dram=0 present" 'attach EEXIST grid=8x9'
expect 'it is counted' 2 "$(figure tt0 geometry_conflicts)"
does 'goes by the present one' user "attach 0 proof=$node" 'attach OK grid=8x9'

does 'over clients' root 'geometry_set 0 wormhole 0x220' 'geometry_set EBUSY'
expect 'changes nothing' '72 77' "$(figure tt0 tensix_active) $(figure tt0 unique_id)"
does 'unset over clients' root 'geometry_unset 0' 'geometry_unset EBUSY'
does 'forced' root 'geometry_set 0 wormhole 0x220 force unique=78 board=n300 board_id=5' \
	'geometry_set OK chip=0'
expect 'forced: cores' '64 8x8' "$(figure tt0 tensix_active) $(figure tt0 grid)"
expect 'forced: what was live is gone' '0 0 0 0' \
	"$(figure tt0 l1_used) $(figure tt0 dram_used) $(figure tt0 records) $(figure tt0 clearing)"
expect 'forced: and so are the clients' yes "$(no_clients tt0 && echo yes)"
expect 'forced: identity' '78 n300 5 unknown' "$(figure tt0 unique_id) $(figure tt0 board) \
$(figure tt0 board_id) $(figure tt0 asic_location)"
# The proof was closed, so the library cannot attach again.
does 'ended' user 'select 0' 'select OK'
does 'ended' user 'record 4 0 64 0 l1' 'record ESTALE'
does 'ended' user 'free 1' 'free ESTALE'
does 'ended' user 'set 0,0,1,0' 'set ESTALE'
does 'ended' user 'drop all' 'drop ESTALE'
does 'ended' user 'detach' 'detach OK'
does 'ended' user 'select 1' 'select OK'
does 'ended' user 'detach' 'detach OK'
does 'ended' user 'select 2' 'select OK'
does 'ended' user 'detach' 'detach OK'
does 'a runtime that differs' user "attach 0 proof=$node arch=wormhole mask=64 dram=0 present" \
	'attach EEXIST grid=8x8'
expect 'the administrator wins' 'admin 64' \
	"$(figure tt0 geometry_source) $(figure tt0 tensix_active)"

# ---- Attached again ----------------------------------------------------------------------------

does 'held' user "hold 0 $node" 'hold OK'
does 'held' user 'attach 0 proof=@0 arch=wormhole mask=0x220 dram=0' 'attach OK grid=8x8'
does 'held' user 'record 1 0 64 0 l1' 'record OK'
does 'forced again' root 'geometry_set 0 wormhole 0x001 force' 'geometry_set OK chip=0'
expect 'it has no clients' yes "$(no_clients tt0 && echo yes)"
does 'the library attaches again' user 'record 2 64 64 0 l1' 'record OK'
expect 'by what the chip has now' $((72 * 64)) "$(figure tt0 l1_used)"
expect 'and says that this is not all' '28 3' "$(figure tt0 l1_partial) $(figure tt0 dram_partial)"
does 'what was reported before' user 'free 1' 'free ENOENT'
does 'it goes' user 'detach' 'detach OK'

does 'a ring' user 'attach 0 proof=@0 ring=128' 'attach OK grid=8x9'
does 'a ring' user 'record 1 0 64 0 l1' 'record OK'
does 'a ring' user 'flush' 'flush OK'
does 'a ring and its chip is forgotten' root 'geometry_unset 0 force' 'geometry_unset OK'
does 'a ring of a chip without a geometry' user 'record 2 64 64 0 l1' 'record OK'
does 'a ring of a chip without a geometry' user 'flush' 'flush OK'
does 'what came by it was refused' user 'ring_status' \
	'ring_status OK head=1 tail=1 refused=1 last=ENODATA'
does 'the chip is described again' root \
	'geometry_set 0 wormhole 0x220 unique=78 board=n300 board_id=5' 'geometry_set OK chip=0'
does 'which ends no client' user 'record 2 64 64 0 l1' 'record OK'
does 'which ends no client' user 'flush' 'flush OK'
expect 'and it counts' $((64 * 64)) "$(figure tt0 l1_used)"
does 'it goes' user 'detach' 'detach OK'
does 'it goes' user 'let 0' 'let OK'
does 'it has no clients' root 'geometry_unset 0' 'geometry_unset OK'
succeeds 'a full ring is not waited for' ttmem-ring described-anew 0
does 'as it was' root 'geometry_set 0 wormhole 0x220 unique=78 board=n300 board_id=5' \
	'geometry_set OK chip=0'
does 'one stays' user 'select 0' 'select OK'
does 'one stays' user "attach 0 proof=$node" 'attach OK grid=8x8'

# ---- Lost, and found again -------------------------------------------------------------------

unplug 1
expect 'gone with its function' no "$(there tt0)"
expect 'the other stays' yes "$(there tt1)"
does 'its client is told' user 'select 0' 'select OK'
does 'its client is told' user 'record 9 0 64 0 l1' 'record ENODEV'
does 'attach' user 'select 3' 'select OK'
does 'attach' user 'open' 'open OK'
does 'attach' user 'attach 0 proof=/dev/tenstorrent/1' 'attach ENODEV'
plug 1 0x401e
expect 'back with its number' "$one" "$(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt0/device")")"
expect 'and what was imported' 'admin 64 78 n300 5' "$(figure tt0 geometry_source) \
$(figure tt0 tensix_active) $(figure tt0 unique_id) $(figure tt0 board) $(figure tt0 board_id)"
does 'a runtime that differs' user "attach 0 proof=$node arch=wormhole mask=64 dram=0 present" \
	'attach EEXIST grid=8x8'
does 'withdrawn' root 'geometry_unset 0' 'geometry_unset OK'
expect 'withdrawn' 'unknown unknown unknown' \
	"$(figure tt0 geometry_source) $(figure tt0 l1_capacity) $(figure tt0 unique_id)"
does 'withdrawn twice' root 'geometry_unset 0' 'geometry_unset OK'
unplug 1
plug 1 0x401e
expect 'stays withdrawn' unknown "$(figure tt0 l1_capacity)"
does 'imported' root 'geometry_set 0 wormhole 0x220' 'geometry_set OK chip=0'
unplug 1
plug 1 0xb140
expect 'of another card an import is not true' 'blackhole unknown' \
	"$(figure tt0 arch) $(figure tt0 l1_capacity)"
unplug 1
plug 1 0x401e
expect 'and does not come back' unknown "$(figure tt0 l1_capacity)"

# ---- Stale descriptors -----------------------------------------------------------------------

driver=/sys/bus/pci/drivers/tenstorrent
does 'stale' user "hold 0 $node" 'hold OK'
echo $one >$driver/unbind
expect 'no driver, no node' unknown "$(figure tt0 kmd_node)"
echo $two >$driver/unbind
echo $two >$driver/bind
echo $one >$driver/bind
chmod 666 /dev/tenstorrent/*
expect 'ordinals have changed' 'tenstorrent/1 tenstorrent/0' \
	"$(figure tt0 kmd_node) $(figure tt1 kmd_node)"
does 'proves not what has the ordinal' user 'attach 1 proof=@0' 'attach ENODEV'
does 'nor what it was opened for' user 'attach 0 proof=@0' 'attach ENODEV'
does 'a new one does' user 'attach 0 proof=/dev/tenstorrent/1' 'attach OK grid=0x0'
does 'a new one does' user 'detach' 'detach OK'
does 'stale' user 'let 0' 'let OK'
node=/dev/tenstorrent/1

# ---- Remote chips ----------------------------------------------------------------------------

does 'remote: no proof' user 'attach 0 remote=1' 'attach EPERM'
does "remote: another gateway's" user 'attach 0 remote=1 proof=/dev/tenstorrent/0' 'attach ENODEV'
does 'remote: a layout without geometry' user "attach 0 remote=1 proof=$node grid=8x8" 'attach ENODATA'
does 'remote: a layout beyond it' user \
	"attach 0 remote=1 proof=$node arch=wormhole mask=0x201 dram=0 grid=8x9" 'attach ERANGE'
does 'remote: no such location' user "attach 0 remote=256 proof=$node" 'attach EINVAL'
expect 'remote: none was made' 2 "$(cat "$TT_MEMSTAT_CLASS/chips")"
does 'remote' user "attach 0 remote=1 proof=$node arch=wormhole mask=0x201 dram=0" \
	'attach OK grid=8x8 chip=2'
expect 'remote: what it is' "remote 1 $one unknown wormhole" "$(figure tt2 kind) \
$(figure tt2 asic_location) $(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt2/device")") \
$(figure tt2 kmd_node) $(figure tt2 arch)"
expect 'remote: its own capacity' 95944704 "$(figure tt2 l1_capacity)"
expect "remote: not its gateway's" unknown "$(figure tt0 l1_capacity)"
does 'remote: a record' user 'record 1 0 64 0 l1' 'record OK'
expect 'remote: a record' '4096 unknown' "$(figure tt2 l1_used) $(figure tt0 l1_capacity)"
limits=/sys/module/tt_memstat/parameters
echo 32 >$limits/max_user_mib
expect 'remote: raises no limit of the user who made it' "ioctl get_info OK max_user_bytes=$((32 << 20))" \
	"$(printf 'raw open\nioctl get_info max_user_bytes?\n' | su user -s /bin/sh -c ttmem-events |
		tail -n 1)"
echo 256 >$limits/max_user_mib
does 'remote: by its number' user 'select 4' 'select OK'
does 'remote: by its number' user 'open' 'open OK'
does 'remote: by its number, no proof' user 'attach 2' 'attach EPERM'
does 'remote: by its number' user "attach 2 proof=$node" 'attach OK grid=0x0'
does 'remote: no gateway' user "attach 2 remote=0 proof=$node" 'attach EOPNOTSUPP'
does 'remote: one leaves' user 'detach' 'detach OK'
sleep 0.3
expect 'remote: one is left' yes "$(there tt2)"
born=$(stat -c %i "$TT_MEMSTAT_CLASS/tt2/")
does 'remote: the last leaves' user 'select 3' 'select OK'
does 'remote: the last leaves' user 'detach' 'detach OK'
sleep 5
expect 'remote: lingers after the last' yes "$(there tt2)"
for _ in 1 2 3 4 5 6 7 8 9 10; do
	ask user "attach 0 remote=1 proof=$node" >/dev/null
	ask user detach >/dev/null
done
sleep 6
expect 'remote: and after the last who came again' "$born" "$(stat -c %i "$TT_MEMSTAT_CLASS/tt2/")"
wait_for 'remote: then it goes' 10 is_gone tt2
does 'remote: once more' user "attach 0 remote=1 proof=$node" 'attach OK grid=0x0 chip=2'
does 'remote: imported' root 'geometry_set 0 wormhole 0x201 remote=1 board=n300' \
	'geometry_set OK chip=2'
does 'remote: imported' user 'detach' 'detach OK'
sleep 0.3
expect 'remote: imported ones stay' 'n300 admin 64' "$(figure tt2 board) \
$(figure tt2 geometry_source) $(figure tt2 tensix_active)"
unplug 1
expect 'remote: gone with the gateway' 'no no' "$(there tt0) $(there tt2)"
plug 1 0x401e
node=/dev/tenstorrent/1
expect 'remote: back with the gateway' '64 remote 1' "$(figure tt2 tensix_active) \
$(figure tt2 kind) $(figure tt2 asic_location)"
does 'remote: of a remote one' root 'geometry_set 2 wormhole 0 remote=3' 'geometry_set EOPNOTSUPP'

for location in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	ask root "geometry_set 0 wormhole 0x220 remote=$location" >/dev/null
done
expect 'remote: sixteen' 18 "$(cat "$TT_MEMSTAT_CLASS/chips")"
does 'remote: not seventeen' root 'geometry_set 0 wormhole 0x220 remote=17' 'geometry_set ENOSPC'
does 'remote: not seventeen' user "attach 0 remote=17 proof=$node" 'attach ENOSPC'
for chip in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	ask root "geometry_unset $chip" >/dev/null
	wait_for "remote: tt$chip goes with its import" 5 is_gone tt$chip
done

# A user may have at most as many as stay free, and two are reserved for the administrator.
{
	for context in 0 1 2 3 4 5 6 7; do
		printf 'select %d\nopen\nattach 0 remote=%d proof=%s\n' $context $((context + 30)) $node
	done
	echo pause
} >half
chmod 644 half
su nobody -s /bin/sh -c 'exec ttmem-events' <half >halves &
holder=$!
wait_for 'remote: seven of one user' 20 sh -c "[ \"\$(grep -c '^attach OK' halves)\" = 7 ]"
printf 'open\nattach 0 remote=38 proof=%s\nattach 0 remote=36 proof=%s\n' $node $node >ninth
chmod 644 ninth
expect 'remote: not an eighth, but one that is there' 'open OK attach ENOSPC attach OK' \
	"$(su nobody -s /bin/sh -c ttmem-events <ninth | sed 's/ grid.*//' | xargs)"
does 'remote: another user has a separate limit' user "attach 0 remote=38 proof=$node" \
	'attach OK grid=0x0 chip=25'
does 'remote: another user has a separate limit' user 'detach' 'detach OK'
kill -9 $holder
wait_for 'remote: all are gone' 30 sh -c "[ \"\$(cat $TT_MEMSTAT_CLASS/chips)\" = 2 ]"

does 'virtual: has no geometry to set' root 'create wormhole 0' 'create OK chip=26'
does 'virtual: has no geometry to set' root 'geometry_set 26 wormhole 0' 'geometry_set EOPNOTSUPP'
does 'virtual: is no gateway' root 'attach 26 remote=1' 'attach EOPNOTSUPP'
does 'virtual: has no node' root "attach 26 proof=$node" 'attach ENODEV'
does 'virtual: is not counted' root 'destroy 26' 'destroy OK'
# An attach whose result cannot be written is undone, including its geometry.
does 'attach, the answer is lost' root 'raw open' 'raw OK'
does 'attach, the answer is lost' root 'ioctl attach proof=0xffffffff covers=4 flags=1 geometry.arch=1 geometry.valid=3 geometry.tensix_mask=64 readonly' \
	'ioctl attach EFAULT'
expect 'attach, the answer is lost: no geometry' 'unknown unknown' \
	"$(figure tt0 geometry_source) $(figure tt0 l1_capacity)"
expect 'attach, the answer is lost: no client' yes "$(no_clients tt0 && echo yes)"
does 'attach, the answer is lost' root 'raw close' 'raw OK'
does 'root needs no proof' root 'attach 0 arch=wormhole mask=64 dram=0' 'attach OK grid=8x9'
expect 'and binds no client either' runtime "$(figure tt0 geometry_source)"
does 'root' root 'detach' 'detach OK'
exec 3>&- 4<&- 5>&- 6<&-
wait_for 'all have left' 5 no_clients tt0

# ---- Pulled under load -----------------------------------------------------------------------

unplug 1
plug 1 0x401e
ttmem-hotplug report 0 /dev/tenstorrent/1 10000 4 >report 2>&1 &
reporter=$!
wait_for 'ten thousand records' 60 grep -q ready report
expect 'ten thousand records' yes "$([ "$(figure tt0 records)" -ge 10000 ] && echo yes)"
# Two geometries in turn, and none, while clients report.
{
	echo open
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		echo 'geometry_set 0 wormhole 0x220 force'
		echo 'geometry_set 0 wormhole 0x001 force'
		echo 'geometry_unset 0 force'
	done
	echo 'geometry_set 0 wormhole 0x001 force'
} >changes
ttmem-events <changes >changed
expect 'its geometry changes under them' 31 "$(grep -c '^geometry_.*set OK' changed)"
wait_for 'they go on' 5 sh -c "[ $(figure tt0 generation) -lt \"\$(cat $TT_MEMSTAT_CLASS/tt0/generation)\" ]"
expect 'never above capacity' yes \
	"$([ "$(figure tt0 l1_peak)" -le "$(figure tt0 l1_capacity)" ] && echo yes)"
unplug 1
expect 'gone when the card is' no "$(there tt0)"
wait $reporter
expect 'four threads are told' 4 "$(grep -c '^error ENODEV$' report)"
expect 'no client is attached' 0 "$(cat "$TT_MEMSTAT_CLASS/clients")"

ttmem-hotplug rounds "${TT_MEMSTAT_ROUNDS:-100}" 1 0x401e 0 /dev/tenstorrent/1 >rounds 2>&1
expect 'plugged in and pulled under a client' "rounds ${TT_MEMSTAT_ROUNDS:-100}" "$(cat rounds)"
no_nodes() { ! awk '/^ttmem_/ && $2 > 0 { print; found = 1 } END { exit !found }' /proc/slabinfo; }
# KASAN delays frees, so only unloading shows leaked objects there.
if grep -q ' kasan_report$' /proc/kallsyms; then
	skip 'no node of the ledger is left: KASAN keeps them'
else
	wait_for 'no node of the ledger is left' 5 no_nodes
fi
expect 'the other card never noticed' yes "$(there tt1)"

# ---- Found when the module comes -------------------------------------------------------------

plug 1 0x401e
succeeds 'unloads with cards in place' rmmod tt_memstat
unplug 2
succeeds 'loads' insmod /lib/modules/tt_memstat.ko
expect 'finds what is there' "1 $one" \
	"$(cat "$TT_MEMSTAT_CLASS/chips") $(basename "$(readlink -f "$TT_MEMSTAT_CLASS/tt0/device")")"
plug 2 0xb140
expect 'and what comes' 2 "$(cat "$TT_MEMSTAT_CLASS/chips")"
succeeds 'the bus goes' rmmod fake_pci
expect 'and all chips with it' 0 "$(cat "$TT_MEMSTAT_CLASS/chips")"
finish
