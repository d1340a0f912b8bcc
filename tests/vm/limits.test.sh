# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Limits of a client, a user and all users: at a limit the recorded figures stay correct, other users
# are not affected, and no user can fill the log.
#
# vm: --params allow_virtual=1
# files: tests/vm/two_clients.sh
. ./lib.sh
. ./two_clients.sh

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

# does NAME WHO COMMAND ANSWER
does() { expect "$1: $2: $3" "$4" "$(ask "$2" "$3")"; }

# fill WHO COMMAND WORDS: repeat the command with a new id before WORDS and a new address until it is
# refused, and print the number of successes. `id` is the last accepted one.
fill()
{
	n=0
	while ask "$1" "$2 $((id + 1)) $(((id + 1) * 64)) $3" >last && grep -q OK last && [ $n -lt 20000 ]; do
		n=$((n + 1)) id=$((id + 1))
	done
	filled=$n
}

# between NAME LOW NUMBER HIGH
between()
{
	expect "$1: $3 is from $2 to $4" 1 $(($2 <= $3 && $3 <= $4))
}

# Existing objects keep the old limit; new ones have the new limit.
defaults=$(cd $limits && grep . max_*)
restore()
{
	for line in $defaults; do
		limit "${line%%:*}=${line#*:}"
	done
}

tt-memstat create-virtual --arch blackhole --harvest 0 --open >/dev/null
tt-memstat create-virtual --arch blackhole --harvest 0 --open >/dev/null
id=0

# ---- Published -------------------------------------------------------------------------------

# info FIELD...: print fields of GET_INFO, as called under `run`.
info()
{
	printf 'raw open\nioctl get_info %s\n' "$(printf '%s? ' "$@")" | $run ttmem-events | tail -n 1
}
run=
for name in max_user_mib max_user_mib_per_chip max_host_mib; do
	fails_with any . "$name has bounds" sh -c "echo 4294967295 >$limits/$name"
done
expect 'without limit for who has CAP_SYS_RESOURCE' 'ioctl get_info OK max_user_bytes=0 max_host_bytes=0' \
	"$(info max_user_bytes max_host_bytes)"
run='ttmem-quota bounded'
expect 'the limits are published' \
	"ioctl get_info OK max_user_bytes=$((256 << 20)) max_host_bytes=$((1 << 30)) user_bytes=0" \
	"$(info max_user_bytes max_host_bytes user_bytes)"
expect 'and only the chips that root has made cost anything' \
	"ioctl get_info OK host_bytes=$((2 * 40 << 10))" "$(info host_bytes)"

# ---- Users -----------------------------------------------------------------------------------

succeeds 'people, by uid, user namespace and pid namespace' ttmem-quota people 0

# ---- Limits of a user, on all chips------------------------------------------------------------

two_clients nobody
for who in user nobody; do
	for chip in 0 1; do
		does 'before' $who "select $chip" 'select OK'
		does 'before' $who 'open' 'open OK'
		does 'before' $who "attach $chip" 'attach OK grid=14x10'
	done
done
does 'before' nobody 'record 1 0 1024 0 dram' 'record OK'

# Two boundaries of 140 cores cost 7.8 KB, so 1 MiB suffices for about 130 of them.
limit max_user_mib=1 max_user_mib_per_chip=0
does 'records' user 'select 0' 'select OK'
fill user record '32 0 l1'
between 'records' 100 $filled 140
does 'records' user 'query 0 l1_used records dropped inconsistent' \
	"query OK l1_used=$((filled * 32 * 140)) records=$filled dropped=1 inconsistent=1"
does 'records' user 'record 9000 8 32 0 l1' 'record EINVAL'
does 'records' user 'select 1' 'select OK'
does 'records' user 'record 1000 0 32 0 l1' 'record ENOSPC'
does 'attachments' user 'select 4' 'select OK'
does 'attachments' user 'open' 'open OK'
does 'attachments' user 'attach 0' 'attach ENOSPC'
does 'virtual chips' user 'create wormhole 0' 'create ENOSPC'
does 'records' nobody 'record 2 1024 1024 0 l1' 'record OK'
does 'records' nobody 'query 1 l1_used records inconsistent dropped' \
	"query OK l1_used=$((1024 * 140)) records=2 inconsistent=1 dropped=1"
does 'a user at the limit can free' user 'select 0' 'select OK'
does 'a user at the limit can free' user "free $id" 'free OK'
does 'a user at the limit can free' user "record $id $((id * 64)) 32 0 l1" 'record OK'
does 'a user at the limit can free' user 'record 1000 0x100000 32 0 l1' 'record ENOSPC'
does 'a user at the limit can free' user 'drop all' 'drop OK'
does 'a user at the limit can free' user 'select 1' 'select OK'
id=0
fill user record '32 0 l1'
between 'a drop makes room for the other client of the user' 100 $filled 140

n=0
while [ $n -lt 140 ] && ask user "set $((n % 14)),$((n / 14)),$((n % 14)),$((n / 14))" >last &&
	grep -q OK last; do
	n=$((n + 1))
done
expect 'sets' 'set ENOSPC' "$(cat last)"
does 'sets' nobody 'set 1,1,1,1' 'set OK set=1'
does 'sets' user 'drop all' 'drop OK'
does 'sets' user "set $((n % 14)),$((n / 14)),$((n % 14)),$((n / 14))" "set OK set=$((n + 1))"

# A ring of 64 has nodes for 64 records that are not adjacent: half a MiB.
does 'rings' user 'select 2' 'select OK'
does 'rings' user 'open' 'open OK'
does 'rings' user 'attach 0 ring=64' 'attach OK grid=14x10'
does 'rings' user 'record 1 0 64 0 l1' 'record OK'
does 'rings' user 'flush' 'flush OK'
does 'rings' user 'ring_status' 'ring_status OK head=1 tail=1 refused=0 last=0'
does 'rings' user 'select 3' 'select OK'
does 'rings' user 'open' 'open OK'
does 'rings' user 'attach 0 ring=64' 'attach OK grid=14x10'
does 'rings' user 'record 1 0 64 0 l1' 'record OK'
does 'rings' user 'ring_status' 'ring_status ENOENT'
does 'rings' nobody 'select 2' 'select OK'
does 'rings' nobody 'open' 'open OK'
does 'rings' nobody 'attach 0 ring=64' 'attach OK grid=14x10'
does 'rings' nobody 'flush' 'flush OK'
does 'rings' nobody 'ring_status' 'ring_status OK head=0 tail=0 refused=0 last=0'
does 'rings' nobody 'detach' 'detach OK'

limit max_host_mib=1
does 'all users together' nobody 'select 3' 'select OK'
does 'all users together' nobody 'open' 'open OK'
does 'all users together' nobody 'attach 0 ring=64' 'attach OK grid=14x10'
does 'all users together' nobody 'ring_status' 'ring_status ENOENT'
restore

limit max_clients=6
does 'slots of a chip' user 'select 4' 'select OK'
does 'slots of a chip' user 'attach 0' 'attach ENOSPC'
restore
exec 3>&- 4<&- 5>&- 6<&-
wait
wait_for 'all have left' 5 sh -c '[ "$(cat /sys/class/tt_memstat/clients)" = 0 ]'
expect 'and nothing of them' ';' "$(used_figures tt0);$(used_figures tt1)"
wait_for 'and nothing is charged' 10 sh -c "
	printf 'raw open\\nioctl get_info host_bytes?\\n' | ttmem-events | grep -q ' host_bytes=$((2 * 40 << 10))\$'"
succeeds 'the mapping of a ring keeps its pages' su user -s /bin/sh -c 'ttmem-ring kept-pages 0'

# ---- Memory of the host ----------------------------------------------------------------------

# Unreclaimable memory of the kernel, in KiB.
unreclaimable()
{
	echo 3 >/proc/sys/vm/drop_caches
	sed -n 's/^SUnreclaim: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# pins HOW: a user pins as much as possible of 16 MiB, all of it nodes, while others report.
pins()
{
	before=$(unreclaimable)
	mkfifo stop
	su user -s /bin/sh -c "exec ttmem-quota $1 0" <stop >pinned &
	exec 8>stop
	wait_for "$1 without end" 60 grep -q . pinned
	read -r count bytes <pinned
	between "$1: $count of them cost" $((15 << 20)) "$bytes" $((16 << 20))
	# Kernels with checks have larger objects, especially with KASAN.
	if ! grep -q kasan /proc/kallsyms; then
		between "$1: KiB of the host" $((12 << 10)) $(($(unreclaimable) - before)) $((22 << 10))
	fi
	as nobody "$1: the other user is not disturbed" "open OK;attach OK grid=14x10;record OK;$(:
		)free OK;" <<-'COMMANDS'
	open
	attach 0 ring=64
	record 1 0 64 0 l1
	free 1
	COMMANDS
	exec 8>&-
	wait
	rm stop
	wait_for "$1: nothing is charged" 10 sh -c "
		printf 'raw open\\nioctl get_info host_bytes?\\n' | ttmem-events |
			grep -q ' host_bytes=$((2 * 40 << 10))\$'"
}
limit max_user_mib=16 max_user_mib_per_chip=0
pins rings
pins boundaries
restore

# ---- Virtual chips ---------------------------------------------------------------------------

limit max_chips=8
as user 'users have half of them, and each at most as many as stay free' "open OK;create OK chip=2;$(:
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
as nobody 'the next user is not locked out' 'open OK;create OK chip=6;create ENOSPC;' <<'COMMANDS'
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

# attachments N: attach N files
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
wait_for 'a user takes as much as possible' 20 grep -q 'attach ENOSPC' greed
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

# storm N: make and destroy chips in a loop
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
wait_for 'no process makes chips' 5 [ "$(cat $TT_MEMSTAT_CLASS/chips_virtual)" = 6 ]
su user -s /bin/sh -c ttmem-events <storm >storms
# Devices made above may still count.
expect 'a burst of devices, and one more a second later' yes "$(
	n=$(grep -c 'chip_create OK' storms)
	[ "$n" -ge 10 ] && [ "$n" -le 22 ] && grep -q 'chip_create EAGAIN' storms &&
	tail -n 1 storms | grep -q 'create OK' && echo yes)"
expect 'the administrator has no limit' 50 \
	"$(storm 50 | ttmem-events | grep -c 'chip_create OK')"

# ---- Next to a user at the limit -------------------------------------------------------------

# The user requests more than the limit, as fast as possible, in every way.
limit max_user_mib=1 max_user_mib_per_chip=0
dmesg -c >/dev/null
{
	printf 'open\nattach 0\n'
	i=0
	while [ $i -lt 3000 ]; do
		i=$((i + 1))
		printf 'record %d %d 32 0 l1\nset 0,0,%d,%d\nattach 0\ncreate wormhole 0\n' \
			$i $((i * 64)) $((i % 8)) $((i / 8 % 8))
	done
} >greedy
chmod 644 greedy
su user -s /bin/sh -c ttmem-events <greedy >greed &
wait_for 'the user reaches the limit' 30 grep -q 'record ENOSPC' greed
as nobody 'the other user is not disturbed' "open OK;attach OK grid=14x10;record OK;$(:
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
between 'the user got as much as the limit allows' 30 "$(grep -c 'record OK' greed)" 140
expect 'and no other answer' "$((3000 - $(grep -c 'record OK' greed))) 0" "$(
	grep -c 'record ENOSPC' greed) $(
	grep '^set ' greed | grep -cv -e '^set OK' -e '^set ENOSPC')"
# The debug kernel logs each kobject, and a slow machine logs clock warnings.
expect 'nothing of it is in the log' '' "$(dmesg | grep -i -e tt_memstat -e tt-memstat |
	grep -v ' kobject: ')"
expect 'nothing is left' ';' "$(used_figures tt0);$(used_figures tt1)"
finish
