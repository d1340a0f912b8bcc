# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Limits: what a client and what all clients of a user may have, that at a limit what is recorded
# stays right, that a user at his limit is in nobody's way, and that nobody can fill the log.
#
# vm: --params allow_virtual=1
. ./lib.sh

limits=/sys/module/tt_memstat/parameters

# limit NAME=VALUE...; what is there already stays
limit()
{
	for pair; do
		echo "${pair#*=}" >"$limits/${pair%%=*}"
	done
}

# as USER NAME ANSWERS: standard input has the commands for one run of ttmem-events.
as()
{
	user=$1 name=$2
	cat >commands
	chmod 644 commands
	expect "$name" "$3" "$(su "$user" -s /bin/sh -c ttmem-events <commands | tr '\n' ';')"
}

# Two that stay: ask WHO COMMAND
start()
{
	mkfifo to.user from.user to.nobody from.nobody
	su user -s /bin/sh -c ttmem-events <to.user >from.user &
	exec 3>to.user 4<from.user
	su nobody -s /bin/sh -c ttmem-events <to.nobody >from.nobody &
	exec 5>to.nobody 6<from.nobody
}

ask()
{
	if [ "$1" = user ]; then
		echo "$2" >&3
		read -r answer <&4
	else
		echo "$2" >&5
		read -r answer <&6
	fi
	echo "${answer:-(nothing)}"
}

# does NAME WHO COMMAND ANSWER
does() { expect "$1: $2: $3" "$4" "$(ask "$2" "$3")"; }

# fill WHO COUNT COMMAND WORDS: as many times with a new id before WORDS; the last answer.
fill()
{
	i=0
	while [ $i -lt "$2" ]; do
		i=$((i + 1)) id=$((id + 1))
		ask "$1" "$3 $id $((id * 64)) $4" >last
	done
	cat last
}

# What was there before; later values are for what comes.
defaults=$(cd $limits && grep . max_*)
restore()
{
	for line in $defaults; do
		limit "${line%%:*}=${line#*:}"
	done
}

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
id=0

# ---- Published -------------------------------------------------------------------------------

printf 'raw open\nioctl get_info max_boundaries? max_user_clients? max_user_records? %s\n' \
	'max_user_boundaries? max_user_sets? max_user_ring_pages?' | ttmem-events | tail -n 1 >info
for name in max_boundaries max_user_clients max_user_records max_user_boundaries max_user_sets \
	max_user_ring_pages; do
	expect_match "$name is published" " $name=$(cat $limits/$name)( |\$)" "$(cat info)"
	fails_with any . "$name has bounds" sh -c "echo 4294967295 >$limits/$name"
done

# ---- Of a user, over all chips ---------------------------------------------------------------

start
for who in user nobody; do
	for chip in 0 1; do
		does 'before' $who "select $chip" 'select OK'
		does 'before' $who 'open' 'open OK'
		does 'before' $who "attach $chip" 'attach OK grid=8x8'
	done
done
does 'before' nobody 'record 1 0 1024 0 dram' 'record OK'

limit max_user_records=50
does 'records' user 'select 0' 'select OK'
expect 'records: thirty' 'record OK' "$(fill user 30 record '64 0 dram')"
does 'records' user 'select 1' 'select OK'
expect 'records: and twenty on another chip' 'record OK' "$(fill user 20 record '64 0 dram')"
does 'records' user 'record 1000 0x100000 64 0 dram' 'record ENOSPC'
does 'records' user 'select 0' 'select OK'
does 'records' user 'record 1000 0x100000 64 0 dram' 'record ENOSPC'
does 'records' user 'query 0 dram_used records dropped inconsistent' \
	"query OK dram_used=$((30 * 64 * 12)) records=30 dropped=1 inconsistent=1"
does 'records' nobody 'record 2 1024 1024 0 dram' 'record OK'
does 'records' nobody 'query 1 dram_used records inconsistent dropped' \
	"query OK dram_used=$((2048 * 12)) records=22 inconsistent=1 dropped=1"
does 'records' user 'free 7' 'free OK'
does 'records' user 'record 1000 0x100000 64 0 dram' 'record OK'
does 'records' user 'drop all' 'drop OK'
does 'records' user 'select 1' 'select OK'
id=100
expect 'records: a drop makes room for the other client' 'record OK' \
	"$(fill user 30 record '64 0 dram')"
does 'records' user 'record 1000 0x100000 64 0 dram' 'record ENOSPC'
does 'records' user 'drop all' 'drop OK'
restore

limit max_user_boundaries=8
does 'boundaries' user 'record 1 0 64 0 dram' 'record OK'
does 'boundaries' user 'record 2 64 64 0 dram' 'record OK'
does 'boundaries' user 'select 0' 'select OK'
does 'boundaries' user 'record 1 0 64 0 l1' 'record OK'
does 'boundaries' user 'record 2 128 64 0 l1' 'record OK'
does 'boundaries' user 'record 3 256 64 0 l1' 'record ENOSPC'
does 'boundaries' user 'record 3 0 64 0 kernel 1' 'record OK'
does 'boundaries' user 'query 0 l1_used l1_peak' 'query OK l1_used=8192 l1_peak=8192'
does 'boundaries' nobody 'record 3 0 64 0 l1' 'record OK'
does 'boundaries' user 'drop all' 'drop OK'
does 'boundaries' user 'record 3 256 64 0 l1' 'record OK'
restore

limit max_user_sets=3
does 'sets' user 'set 0,0,0,0' 'set OK set=1'
does 'sets' user 'set 1,0,1,0' 'set OK set=2'
does 'sets' user 'select 1' 'select OK'
does 'sets' user 'dset 1' 'dset OK set=1'
does 'sets' user 'dset 2' 'dset ENOSPC'
does 'sets' user 'dset 1' 'dset OK set=1'
does 'sets' nobody 'dset 2' 'dset OK set=1'
does 'sets' user 'detach' 'detach OK'
does 'sets' user 'attach 1' 'attach OK grid=8x8'
# What a detached client had is freed a little later.
wait_for 'sets: a detach gives them back' 10 sh -c '
	echo "dset 2" >&3 && read -r answer <&4 && [ "$answer" = "dset OK set=1" ]'
restore

limit max_user_ring_pages=4
does 'ring pages' user 'select 2' 'select OK'
does 'ring pages' user 'open' 'open OK'
does 'ring pages' user 'attach 0 ring=128' 'attach OK grid=8x8'
does 'ring pages' user 'record 1 0 64 0 l1' 'record OK'
does 'ring pages' user 'flush' 'flush OK'
does 'ring pages' user 'ring_status' 'ring_status OK head=1 tail=1 refused=0 last=0'
does 'ring pages' user 'select 3' 'select OK'
does 'ring pages' user 'open' 'open OK'
does 'ring pages' user 'attach 0 ring=128' 'attach OK grid=8x8'
does 'ring pages' user 'record 1 0 64 0 l1' 'record OK'
does 'ring pages' user 'ring_status' 'ring_status ENOENT'
does 'ring pages' nobody 'select 2' 'select OK'
does 'ring pages' nobody 'open' 'open OK'
does 'ring pages' nobody 'attach 0 ring=128' 'attach OK grid=8x8'
does 'ring pages' nobody 'flush' 'flush OK'
does 'ring pages' nobody 'ring_status' 'ring_status OK head=0 tail=0 refused=0 last=0'
does 'ring pages' nobody 'detach' 'detach OK'
succeeds 'ring pages: a mapping keeps them' ttmem-ring kept-pages 0
restore

limit max_user_clients=3
does 'clients' user 'attach 1' 'attach ENOSPC'
# What was detached counts until it is freed.
wait_for 'clients: nobody: attach 1' 10 sh -c '
	echo "attach 1" >&5 && read -r answer <&6 && [ "$answer" = "attach OK grid=8x8" ]'
does 'clients' nobody 'detach' 'detach OK'
limit max_user_clients=4096 max_clients=6
does 'slots of a chip' user 'select 4' 'select OK'
does 'slots of a chip' user 'open' 'open OK'
does 'slots of a chip' user 'attach 0' 'attach ENOSPC'
does 'slots of a chip' nobody 'attach 0' 'attach OK grid=8x8'
restore

# ---- Of a client -----------------------------------------------------------------------------

limit max_boundaries=4
does 'a client' user 'attach 1' 'attach OK grid=8x8'
does 'a client' user 'record 1 0 64 0 dram' 'record OK'
does 'a client' user 'record 2 128 64 0 dram' 'record OK'
does 'a client' user 'record 3 256 64 0 dram' 'record ENOSPC'
does 'a client' user 'free 1' 'free OK'
does 'a client' user 'record 3 256 64 0 dram' 'record OK'
restore
exec 3>&- 4<&- 5>&- 6<&-
wait
wait_for 'all have left' 5 sh -c '[ "$(cat /sys/class/tt_memstat/clients)" = 0 ]'
expect 'and nothing of them' ';' "$(used_figures tt0);$(used_figures tt1)"

# ---- Virtual chips ---------------------------------------------------------------------------

limit max_chips=8
as user 'users have half of them, and each as many as he leaves' "open OK;create OK chip=2;$(:
	)create OK chip=3;create ENOSPC;" <<'COMMANDS'
open
create wormhole 0
create wormhole 0
create wormhole 0
COMMANDS
printf 'open\ncreate wormhole 0\ncreate wormhole 0\npause\n' >squat
chmod 644 squat
su user -s /bin/sh -c 'exec ttmem-events' <squat >/dev/null &
squatter=$!
wait_for 'a user squats' 20 sh -c '[ "$(cat /sys/class/tt_memstat/chips_virtual)" = 4 ]'
as nobody 'who comes next is not locked out' 'open OK;create OK chip=6;create ENOSPC;' <<'COMMANDS'
open
create wormhole 0
create wormhole 0
COMMANDS
for chip in 7 8 9 10; do
	expect 'the administrator has the rest' tt$chip \
		"$(tt-memstat create-virtual --arch wormhole --harvest 544)"
done
fails_with any 'No space|ENOSPC|limit|too many' 'and no more' \
	tt-memstat create-virtual --arch wormhole --harvest 544
# User-mode Linux has no cards.
if [ -d /sys/bus/pci ]; then
	insmod /lib/modules/fake_pci.ko
	for slot in 1 2 3 4 5 6 7 8; do
		plug $slot 0x401e
	done
	echo '9 0x401e' >/sys/module/fake_pci/parameters/plug
	wait_for 'a ninth is refused' 10 sh -c 'dmesg | grep -q "cannot account for this chip"'
	expect 'cards have room of their own, as many' '8 8' \
		"$(cat $TT_MEMSTAT_CLASS/chips) $(cat $TT_MEMSTAT_CLASS/chips_virtual)"
	for slot in 1 2 3 4 5 6 7 8 9; do
		echo "$slot" >/sys/module/fake_pci/parameters/unplug
	done
	rmmod fake_pci
fi
kill -9 $squatter
wait
restore

# ---- Slots of a chip -------------------------------------------------------------------------

# attachments N: of as many files
attachments()
{
	i=0
	while [ $i -lt "$1" ]; do
		printf 'select %d\nopen\nattach 0\n' $i
		i=$((i + 1))
	done
}

limit max_clients=8
{ attachments 5; echo pause; } >greedy
chmod 644 greedy
su user -s /bin/sh -c 'exec ttmem-events' <greedy >greed &
greedy=$!
wait_for 'a user takes all that he can' 20 grep -q 'attach ENOSPC' greed
expect 'and leaves as many to others' '4 1' \
	"$(grep -c 'attach OK' greed) $(grep -c 'attach ENOSPC' greed)"
{ attachments 3; echo pause; } >second
chmod 644 second
su nobody -s /bin/sh -c 'exec ttmem-events' <second >seconds &
second=$!
wait_for 'who comes next, too' 20 grep -q 'attach ENOSPC' seconds
expect 'and finds half of that' '2 1' \
	"$(grep -c 'attach OK' seconds) $(grep -c 'attach ENOSPC' seconds)"
expect 'the reserve is for the administrator' 'attach OK attach OK attach ENOSPC' \
	"$(attachments 3 | ttmem-events | sed -n 's/^\(attach [A-Z]*\).*/\1/p' | xargs)"
kill -9 $greedy $second
wait
restore

# ---- Devices at a rate -----------------------------------------------------------------------

# storm N: chips that are made and destroyed, in a loop
storm()
{
	printf 'open\n'
	i=0
	while [ $i -lt "$1" ]; do
		printf 'raw open\nioctl chip_create geometry.arch=1 geometry.valid=3\nraw close\n'
		i=$((i + 1))
	done
}

storm 50 >storm
printf 'sleep 1100\nopen\ncreate wormhole 0\n' >>storm
chmod 644 storm
wait_for 'nobody makes chips' 5 [ "$(cat $TT_MEMSTAT_CLASS/chips_virtual)" = 6 ]
su user -s /bin/sh -c ttmem-events <storm >storms
# What he made above may count still.
expect 'a burst of devices, and one more a second later' yes "$(
	n=$(grep -c 'chip_create OK' storms)
	[ "$n" -ge 10 ] && [ "$n" -le 22 ] && grep -q 'chip_create EAGAIN' storms &&
	tail -n 1 storms | grep -q 'create OK' && echo yes)"
expect 'the administrator makes as many as he will' 50 \
	"$(storm 50 | ttmem-events | grep -c 'chip_create OK')"

# ---- Beside a user at his limit --------------------------------------------------------------

# He asks for more than he may have, as fast as he can, on every way there is. Of the 64 sets that he
# names again and again he gets ten; which, depends on when those he had before are gone.
limit max_records=1000 max_user_sets=10
dmesg -c >/dev/null
{
	printf 'open\nattach 0\n'
	i=0
	while [ $i -lt 3000 ]; do
		i=$((i + 1))
		printf 'record %d %d 64 0 dram\nset 0,0,%d,%d\nattach 0\ncreate wormhole 0\n' \
			$i $((i * 64)) $((i % 8)) $((i / 8 % 8))
	done
} >greedy
chmod 644 greedy
su user -s /bin/sh -c ttmem-events <greedy >greed &
wait_for 'he meets it' 30 grep -q 'record ENOSPC' greed
as nobody 'who is beside him is not disturbed' "open OK;attach OK grid=8x8;record OK;$(:
	)record OK;set OK set=1;free OK;query OK records=1 rejected=0 dropped=0 inconsistent=0;" <<'COMMANDS'
open
attach 0
record 1 0 64 0 l1
record 2 64 64 0 l1
set 0,0,1,1
free 1
query 0 client=me records rejected dropped inconsistent
COMMANDS
wait
expect 'he has had what he may, and no more' '1000 2000 10 0' "$(grep -c 'record OK' greed) $(
	grep -c 'record ENOSPC' greed) $(sed -n 's/set OK set=//p' greed | sort -un | tail -n 1) $(
	grep '^set ' greed | grep -cv -e '^set OK' -e '^set ENOSPC')"
# The kernel for debugging tells of each kobject, a slow machine of its clock.
expect 'nothing of it is in the log' '' "$(dmesg | grep -i -e tt_memstat -e tt-memstat |
	grep -v ' kobject: ')"
expect 'nothing is left' ';' "$(used_figures tt0);$(used_figures tt1)"
finish
