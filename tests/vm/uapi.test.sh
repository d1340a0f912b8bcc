# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Every call of the uAPI: its results and its errors; a refused call changes nothing, and nothing
# outlives its owner.
. ./lib.sh

# calls NAME: standard input has lines `COMMAND -> ANSWER` for one run of ttmem-events.
calls()
{
	suite=$1
	grep -v -e '^$' -e '^#' >table
	sed 's/ *-> .*//' table >commands
	sed 's/.* -> //' table >wanted
	ttmem-events <commands >answers 2>trouble || echo "(ttmem-events ended with $?)" >>answers
	cat trouble >>answers
	exec 3<commands 4<wanted 5<answers
	while read -r command <&3; do
		read -r wanted <&4
		read -r answer <&5 || answer='(nothing)'
		expect "$suite: $command" "$wanted" "$answer"
	done
	read -r answer <&5 && fail "$suite: nothing else is said" "saw: $answer"
	exec 3<&- 4<&- 5<&-
}

calls 'shape of the arguments' <<'END'
raw open -> raw OK
ioctl get_info api_version? granule? features? -> ioctl get_info OK api_version=1 granule=16 features=0
ioctl get_info guard granule? -> ioctl get_info OK granule=16
ioctl get_info argsz=8 -> ioctl get_info EINVAL
ioctl get_info argsz=0 -> ioctl get_info EINVAL
ioctl get_info size=4096 granule? -> ioctl get_info OK granule=16
ioctl get_info size=4096 tail=1 -> ioctl get_info E2BIG
ioctl get_info size=4104 -> ioctl get_info EINVAL
ioctl get_info argsz=4294967295 -> ioctl get_info EINVAL
ioctl get_info flags=1 -> ioctl get_info EINVAL
ioctl get_info size=1024 argsz=4096 guard -> ioctl get_info EFAULT
ioctl get_info size=8 argsz=8 guard -> ioctl get_info EINVAL
ioctl get_info size=8 argsz=4096 guard -> ioctl get_info EFAULT
ioctl get_info size=8 argsz=0 guard -> ioctl get_info EINVAL
ioctl 20 -> ioctl 20 ENOTTY
ioctl 255 -> ioctl 255 ENOTTY
ioctl geometry_set -> ioctl geometry_set EINVAL
ioctl geometry_set geometry.arch=1 geometry.valid=3 -> ioctl geometry_set ENODEV
ioctl geometry_set geometry.arch=1 geometry.valid=3 flags=8 -> ioctl geometry_set EINVAL
ioctl geometry_set geometry.arch=1 geometry.valid=3 asic_location=1 -> ioctl geometry_set EINVAL
ioctl geometry_set geometry.arch=1 geometry.valid=3 reserved=1 -> ioctl geometry_set EINVAL
ioctl geometry_set geometry.arch=1 geometry.valid=3 board=0123456789abcdef -> ioctl geometry_set EINVAL
ioctl geometry_unset -> ioctl geometry_unset ENODEV
ioctl geometry_unset flags=4 -> ioctl geometry_unset EINVAL
ioctl geometry_unset geometry.arch=1 -> ioctl geometry_unset EINVAL
ioctl geometry_unset unique_id=1 -> ioctl geometry_unset EINVAL
ioctl geometry_unset reserved=1 -> ioctl geometry_unset EINVAL
ioctl ring_setup -> ioctl ring_setup EINVAL
ioctl ring_setup entries=256 -> ioctl ring_setup ENOENT
ioctl ring_setup flags=1 entries=256 -> ioctl ring_setup EINVAL
ioctl ring_doorbell -> ioctl ring_doorbell ENOENT
ioctl ring_status -> ioctl ring_status ENOENT
ioctl detach reserved=1 -> ioctl detach EINVAL
ioctl submit reserved=1 -> ioctl submit EINVAL
ioctl chip_destroy reserved=1 -> ioctl chip_destroy EINVAL
ioctl query_chip reserved=1 -> ioctl query_chip EINVAL
ioctl query_chip client=1 -> ioctl query_chip EINVAL
ioctl query_chip chip=9 -> ioctl query_chip ENODEV
ioctl attach flags=4 -> ioctl attach EINVAL
END

expect 'what was refused made no chip' 0 "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"

# valid: 1 Tensix mask, 2 DRAM mask, 4 grid; arch: 1 wormhole, 2 blackhole
calls 'geometry' <<'END'
raw open -> raw OK
ioctl chip_create geometry.arch=0 geometry.valid=3 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=3 geometry.valid=3 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=0 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=11 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.tensix_mask=0x400 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.tensix_mask=0x3ff -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.dram_mask=0x40 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.dram_mask=0x3f -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=2 geometry.valid=3 geometry.tensix_mask=0x4000 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=7 geometry.tensix_mask=544 geometry.grid_x=8 geometry.grid_y=9 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.grid_x=8 geometry.grid_y=8 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.l1_bytes=1499144 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.l1_bytes=1499152 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.dram_bank_bytes=0x40000010 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.dram_banks=11 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.reserved=1 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 reserved=1 -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 board=0123456789abcdef -> ioctl chip_create EINVAL
ioctl chip_create geometry.arch=1 geometry.valid=3 geometry.tensix_mask=544 chip? -> ioctl chip_create OK chip=0
ioctl chip_create geometry.arch=2 geometry.valid=7 geometry.tensix_mask=0xc0 geometry.grid_x=12 geometry.grid_y=10 chip? -> ioctl chip_create OK chip=1
ioctl chip_create geometry.arch=2 geometry.valid=4 geometry.grid_x=3 geometry.grid_y=2 geometry.dram_banks=7 flags=2 chip? -> ioctl chip_create OK chip=2
END

expect 'wormhole: cores' 64 "$(figure tt0 tensix_active)"
expect 'wormhole: grid' 8x8 "$(figure tt0 grid)"
expect 'wormhole: L1' 95944704 "$(figure tt0 l1_capacity)"
expect 'wormhole: DRAM' 12884901888 "$(figure tt0 dram_capacity)"
expect 'blackhole: cores' 120 "$(figure tt1 tensix_active)"
expect 'blackhole: grid' 12x10 "$(figure tt1 grid)"
expect 'blackhole: L1' 188743680 "$(figure tt1 l1_capacity)"
expect 'blackhole: DRAM' 34359738368 "$(figure tt1 dram_capacity)"
expect 'an ephemeral chip went with its file' no "$([ -e "$TT_MEMSTAT_CLASS/tt2" ] && echo yes || echo no)"
expect 'the others did not' 2 "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"
expect 'a board type that is not given is unknown' unknown "$(figure tt0 board)"

calls 'attach' <<'END'
open -> open OK
attach 7 -> attach ENODEV
attach 0 covers=0 -> attach EINVAL
attach 0 covers=64 -> attach EINVAL
attach 0 covers=l1 partial=cb -> attach EINVAL
attach 0 grid=9x8 -> attach ERANGE
attach 0 grid=0x8 -> attach ERANGE
attach 0 base=0 end=1499152 -> attach ERANGE
attach 0 base=16 end=16 -> attach ERANGE
attach 0 base=8 end=1024 -> attach EINVAL
attach 0 base=0 end=1024 small=1040 -> attach ERANGE
attach 0 kernel_region=1499137 -> attach ERANGE
attach 0 trace_region=0x40000001 -> attach ERANGE
attach 0 arch=wormhole mask=0 -> attach EEXIST
attach 0 arch=blackhole mask=0xc0 -> attach EEXIST
attach 0 arch=wormhole mask=0x400 -> attach EINVAL
attach 0 proof=/dev/null -> attach ENODEV
attach 0 arch=wormhole mask=3 -> attach OK grid=8x8
detach -> detach OK
END

calls 'attach, as it is' <<'END'
raw open -> raw OK
ioctl attach proof=0xffffffff covers=4 attachment? chip_out? -> ioctl attach OK attachment=1 chip_out=0
ioctl attach proof=0xffffffff covers=4 -> ioctl attach EALREADY
ioctl attach proof=0xffffffff covers=4 size=4096 chip=1 -> ioctl attach OK
ioctl detach attachment=99 -> ioctl detach ENOENT
ioctl detach attachment=1 -> ioctl detach OK
ioctl detach attachment=1 -> ioctl detach ENOENT
ioctl submit attachment=1 -> ioctl submit ENOENT
ioctl attach proof=0xffffffff covers=4 flags=2 -> ioctl attach EOPNOTSUPP
ioctl attach proof=99 covers=4 runtime_id=0 -> ioctl attach EBADF
ioctl attach proof=0xffffffff covers=4 layout.valid=16 -> ioctl attach EINVAL
ioctl attach proof=0xffffffff covers=4 layout.reserved=1 -> ioctl attach EINVAL
ioctl attach proof=0xffffffff covers=4 layout.worker_x=1 -> ioctl attach EINVAL
ioctl attach proof=0xffffffff covers=4 asic_location=1 -> ioctl attach EINVAL
ioctl attach proof=0xffffffff covers=4 label=0123456789012345678901234567890123456789012345678901234567890123 -> ioctl attach EINVAL
END

expect 'conflicts are counted' 2 "$(figure tt0 geometry_conflicts)"
expect 'no client is attached' 0 "$(cat "$TT_MEMSTAT_CLASS/clients")"

calls 'bank sets' <<'END'
open -> open OK
attach 1 -> attach OK grid=12x10
set 0,0,11,9 -> set OK set=1
set 0,0,1,1 2,0,3,1 -> set OK set=2
set 0,0,3,1 -> set OK set=2
set 0,0,12,0 -> set ERANGE
set 0,0,0,10 -> set ERANGE
set 1,0,0,0 -> set EINVAL
dset 0x81 -> dset OK set=3
dset 0x81 -> dset OK set=3
dset 0x100 -> dset ERANGE
raw open -> raw OK
ioctl attach chip=1 proof=0xffffffff covers=63 attachment? -> ioctl attach OK attachment=1
ioctl bank_set attachment=1 space=1 mask=0 -> ioctl bank_set EINVAL
ioctl bank_set attachment=1 space=2 mask=1 -> ioctl bank_set EINVAL
ioctl bank_set attachment=1 space=0 count=0 -> ioctl bank_set EINVAL
ioctl bank_set attachment=1 space=0 count=257 rects=@bad -> ioctl bank_set EINVAL
ioctl bank_set attachment=1 space=0 count=1 rects=@bad -> ioctl bank_set EFAULT
ioctl bank_set attachment=1 space=0 count=1 mask=1 rects=@bad -> ioctl bank_set EINVAL
ioctl bank_set attachment=9 space=1 mask=1 -> ioctl bank_set ENOENT
END

calls 'entries' <<'END'
open -> open OK
attach 1 covers=l1,cb,dram,kernel -> attach OK grid=12x10
set 0,0,0,0 -> set OK set=1
dset 1 -> dset OK set=2
record 1 0x10000 4096 0 l1 -> record OK
record 1 0x20000 4096 0 l1 -> record EEXIST
record 2 0x10008 4096 0 l1 -> record EINVAL
record 2 0x10000 0 0 l1 -> record EINVAL
record 2 1572864 16 0 l1 -> record ERANGE
record 2 1572848 32 0 l1 -> record ERANGE
record 2 0xfffffffffffffff0 32 0 l1 -> record ERANGE
record 2 0x10000 4096 9 l1 -> record ENOENT
record 2 0x10000 4096 2 l1 -> record EINVAL
record 2 0x10000 4096 0 l1_small -> record EINVAL
record 2 0x10000 4096 0 6 -> record EINVAL
record 2 0x10000 4096 0 l1 5 -> record EINVAL
record 2 0x10000 4096 0 l1 0 0x40 -> record EINVAL
record 2 0x100000000 16 0 dram -> record ERANGE
free 2 -> free ENOENT
program_free 2 -> program_free ENOENT
dispatch 2 -> dispatch ENOENT
query 1 l1_used records dropped -> query OK l1_used=491520 records=1 dropped=0
batch record 3 0 64 1 l1 / free 3 / free 3 / record 4 0 64 1 l1 -> batch ENOENT taken=2
query 1 l1_used records -> query OK l1_used=491520 records=1
free 1 -> free OK
query 1 l1_used records l1_peak l1_small_used -> query OK l1_used=0 records=0 l1_peak=491584 l1_small_used=unknown
END

rejected=$(figure tt1 rejected)
calls 'entries, as they are' <<'END'
raw open -> raw OK
ioctl attach chip=1 proof=0xffffffff covers=63 -> ioctl attach OK
entry op=9 -> entry OK count=1
ioctl submit attachment=1 count=1 entries=@entries taken? -> ioctl submit EINVAL taken=0
entries -> entries OK
entry op=1 id=5 size=4100 pool=2 -> entry OK count=1
ioctl submit attachment=1 count=1 entries=@entries taken? -> ioctl submit EINVAL taken=0
entries -> entries OK
entry op=1 id=1 size=16 pool=2 -> entry OK count=1
entry op=2 id=1 reserved[1]=1 -> entry OK count=2
ioctl submit attachment=1 count=2 entries=@entries taken? -> ioctl submit EINVAL taken=1
ioctl submit attachment=1 count=1 entries=@bad taken? -> ioctl submit EFAULT taken=0
ioctl submit attachment=1 count=1 entries=4096 taken? -> ioctl submit EFAULT taken=0
ioctl submit attachment=1 count=2 entries=4096 taken? -> ioctl submit EFAULT taken=0
ioctl submit attachment=1 count=65537 entries=@entries taken? -> ioctl submit EINVAL taken=0
ioctl submit attachment=1 count=0 entries=@bad taken? -> ioctl submit OK taken=0
ioctl drop attachment=1 pools=0 -> ioctl drop EINVAL
ioctl drop attachment=1 pools=64 -> ioctl drop EINVAL
ioctl drop attachment=2 pools=1 -> ioctl drop ENOENT
ioctl drop attachment=1 pools=63 -> ioctl drop OK
ioctl partial attachment=2 -> ioctl partial ENOENT
ioctl partial attachment=1 flags=1 -> ioctl partial EINVAL
ioctl partial attachment=1 partial=64 -> ioctl partial EINVAL
ioctl partial attachment=1 partial=17 -> ioctl partial OK
ioctl query_chip chip=1 -> ioctl query_chip OK
END
expect 'what was wrong is counted' $((rejected + 3)) "$(figure tt1 rejected)"
expect 'and nothing is left' '' "$(used_figures tt1)"

calls 'reported in part, and whole again' <<'END'
open -> open OK
attach 1 covers=l1,cb partial=l1 -> attach OK grid=12x10
query 1 l1_partial dram_partial -> query OK l1_partial=12 dram_partial=3
partial cb -> partial OK
query 1 l1_partial -> query OK l1_partial=24
partial dram -> partial EINVAL
partial l1,cb -> partial OK
query 1 l1_partial -> query OK l1_partial=28
fork partial cb -> fork partial EPERM
partial 0 -> partial OK
query 1 l1_partial -> query OK l1_partial=8
detach -> detach OK
END

printf '%s\n' open 'attach 1' 'set 0,0,1,1' 'record 7 0x1000 32 1 cb 3' \
	'record 8 0x2000 32 1 cb 3 view' 'record 0xffffffffffffffff 0x3000 48 0 l1' \
	'record 9 0x4000 16 1 l1 0 part' 'record 9 0x5000 16 1 l1 0 part' 'dispatch 3 6' \
	'programs 1 me' 'records 1 me 2' 'records 1 me 1' | ttmem-events | sed 1,9d >listed
expect 'programs' 'program id=3 list=6 cb_bytes=128 records=2 cores=4 resident=4' \
	"$(sed -n 1p listed)"
expect 'records, in order of ids' '7 8 9 9 18446744073709551615' \
	"$(sed -n 's/^record id=\([0-9]*\) .*/\1/p' listed | sed -n 1,5p | tr '\n' ' ' | sed 's/ $//')"
expect 'a record by its fields' \
	'record id=8 addr=8192 size=32 pool=cb set=1 banks=4 program=3 flags=0x1' \
	"$(grep -m1 'id=8 ' listed)"
expect 'a page that a record does not fit' 'records ENOSPC' "$(tail -n 1 listed)"

# cores X0 Y0 X1 Y1: the cores of a rectangle, as `sets` prints them.
cores()
{
	for y in $(seq "$2" "$4"); do
		for x in $(seq "$1" "$3"); do
			printf '%s,%s;' "$x" "$y"
		done
	done
}

printf '%s\n' open 'attach 1' 'set 0,0,1,1 11,9,11,9' 'dset 0x81' 'set 3,2,5,2' 'record 1 0 16 3 l1' \
	'sets 1 me' 'sets 1 me 2' | ttmem-events | sed 1,6d >listed
expect 'bank sets: those of the chip, then those of the client' \
	"set id=0 space=l1 banks=120 has=$(cores 0 0 11 9)
set id=0 space=dram banks=8 has=0;1;2;3;4;5;6;7;
set id=1 space=l1 banks=5 has=$(cores 0 0 1 1)11,9;
set id=2 space=dram banks=2 has=0;7;
set id=3 space=l1 banks=3 has=$(cores 3 2 5 2)
sets OK count=5" "$(sed 6q listed)"
expect 'the same in pages' "$(sed 6q listed)" "$(sed 1,6d listed)"

# As many sets as there may be, all of them rectangles.
{
	printf '%s\n' open 'attach 1'
	awk 'BEGIN {
		for (x0 = 0; x0 < 12; x0++) for (x1 = x0; x1 < 12; x1++)
			for (y0 = 0; y0 < 10; y0++) for (y1 = y0; y1 < 10; y1++)
				if (n++ < 4097)
					print "set " x0 "," y0 "," x1 "," y1
	}'
	printf '%s\n' 'sets 1 me' 'sets 1 me 1'
} | ttmem-events >listed
expect 'more sets than there may be' 'set ENOSPC' "$(sed -n 4099p listed)"
expect 'all of them are listed' 'sets OK count=4098' "$(grep -m1 '^sets ' listed)"
expect 'and one a page' 'sets OK count=4098' "$(tail -n 1 listed)"
expect 'each has the cores of its rectangle' 4096 "$(awk -F'[ =]' '
	$1 == "set" && $2 == "OK" { number = $4; next }
	$1 == "set" && $2 == "id" && $3 && $5 == "l1" && !seen[$0]++ { n++ }
	END { print n }' listed)"

calls 'lists of sets, as they are' <<'END'
raw open -> raw OK
open -> open OK
attach 1 -> attach OK grid=12x10
ioctl list_sets chip=1 count=0 client=1 -> ioctl list_sets EINVAL
ioctl list_sets chip=1 count=4097 client=1 -> ioctl list_sets EINVAL
ioctl list_sets chip=1 count=1 client=1 flags=1 -> ioctl list_sets EINVAL
ioctl list_sets chip=9 count=1 client=1 -> ioctl list_sets ENODEV
ioctl list_sets chip=1 count=1 client=0 -> ioctl list_sets ENOENT
ioctl list_sets chip=1 count=1 client=@me items=@bad -> ioctl list_sets EFAULT
ioctl list_sets chip=1 count=1 client=@me cursor=2 items=@bad count? cursor? -> ioctl list_sets OK count=0 cursor=0
ioctl list_sets chip=1 count=1 client=@me cursor=0xffffffffffffffff items=@bad count? cursor? -> ioctl list_sets OK count=0 cursor=0
ioctl list_sets chip=1 count=1 client=@me cursor=0x100000001 items=@bad count? cursor? -> ioctl list_sets OK count=0 cursor=0
END

expect 'nothing is left of any client' '' "$(used_figures tt1)"

# --- Owners

calls 'only the owner calls' <<'END'
open -> open OK
attach 1 -> attach OK grid=12x10
record 1 0 1024 0 l1 -> record OK
raw open -> raw OK
fork ioctl get_info -> fork ioctl get_info EPERM
fork ioctl submit attachment=1 -> fork ioctl submit EPERM
fork ioctl query_chip chip=1 -> fork ioctl query_chip OK
fork ioctl list_records chip=1 count=1 client=0 -> fork ioctl list_records ENOENT
query 1 l1_used -> query OK l1_used=122880
END

# holds PID: test whether the process has the device open.
# shellcheck disable=SC2317 # called by `succeeds`
holds()
{
	for fd in "/proc/$1/fd"/*; do
		[ "$(readlink "$fd")" = /dev/tt_memstat ] && return
	done
	return 1
}

# orphan HOW SIGNAL: a process records, forks a child that keeps its descriptors, and dies.
orphan()
{
	mkfifo to from
	ttmem-events <to >from &
	owner=$!
	exec 6>to 7<from
	printf 'open\nattach 1 label=orphan\nrecord 1 0 1024 0 l1\nfork-hold\n' >&6
	for _ in 1 2 3 4; do
		read -r line <&7
	done
	keeper=${line##*pid=}
	expect "$1: its bytes count" 122880 "$(figure tt1 l1_used)"
	id=$(ls "$TT_MEMSTAT_CLASS/tt1/clients")
	expect "$1: its pid" "$owner" "$(figure "tt1/clients/$id" pid)"
	expect "$1: its label" orphan "$(figure "tt1/clients/$id" label)"
	expect "$1: its name" ttmem-events "$(figure "tt1/clients/$id" comm)"
	expect "$1: in another pid namespace it has none" 0 \
		"$(unshare -pf cat "$TT_MEMSTAT_CLASS/tt1/clients/$id/pid")"
	kill -"$2" "$owner"
	wait "$owner" 2>/dev/null
	expect "$1: gone at once" 0 "$(figure tt1 l1_used)"
	expect "$1: and its directory" '' "$(ls "$TT_MEMSTAT_CLASS/tt1/clients")"
	succeeds "$1: the child still holds the file" holds "$keeper"
	kill -9 "$keeper"
	exec 6>&- 7<&-
	rm -f to from
}
orphan 'an owner killed, its file held by a child' KILL
orphan 'an owner terminated, its file held by a child' TERM

expect 'nothing is left of any client' '' "$(used_figures tt1)"

# --- Chips that go

calls 'removal of a chip' <<'END'
open -> open OK
attach 1 -> attach OK grid=12x10
record 1 0 1024 0 l1 -> record OK
select 1 -> select OK
open -> open OK
destroy 1 -> destroy OK
destroy 1 -> destroy ENODEV
select 0 -> select OK
record 2 0 1024 0 l1 -> record ENODEV
free 1 -> free ENODEV
set 0,0,0,0 -> set ENODEV
drop all -> drop ENODEV
query 1 -> query ENODEV
detach -> detach OK
create blackhole 0xc0 unique=77 -> create OK chip=3
create blackhole 0xc0 unique=77 -> create OK chip=4
find unique=77 -> find ENOTUNIQ
destroy 4 -> destroy OK
find unique=77 -> find OK chip=3 arch=blackhole grid=12x10 l1_bytes=1572864 dram_banks=8 unique=77
find name=tt3 -> find OK chip=3 arch=blackhole grid=12x10 l1_bytes=1572864 dram_banks=8 unique=77
find name=tt1 -> find ENODEV
find pci=0000:01:00.0 -> find ENODEV
END

# --- Texts of refusals, with the module's limits and the chip's geometry

calls 'texts' <<'END'
open -> open OK
why -> why
attach 9 -> attach ENODEV
why -> why ttmemstat_attach: chip is 9: there is no tt9 (ENODEV)
attach 3 covers=64 -> attach EINVAL
why -> why ttmemstat_attach: covers is 0x40: it must have no bits but 0x3f (EINVAL)
attach 3 grid=13x10 -> attach ERANGE
why -> why ttmemstat_attach: layout.worker_x is 13: it must be from 1 to 12 (ERANGE)
attach 3 base=16 end=1572880 -> attach ERANGE
why -> why ttmemstat_attach: layout.l1_end is 1572880: it must be from 17 to 1572864 (ERANGE)
destroy 9 -> destroy ENODEV
why -> why ttmemstat_chip_destroy: chip is 9: there is no tt9 (ENODEV)
query 3 client=9999 -> query ENOENT
why -> why ttmemstat_query_client: client is 9999: tt3 has no such client (ENOENT)
attach 3 covers=l1,dram,kernel -> attach OK grid=12x10
why -> why
record 1 1048576 2097152 0 l1 -> record ERANGE
why -> why ttmemstat_report_record: size 2097152 at addr 1048576 ends beyond the core, which has 1572864 bytes (ERANGE)
record 1 0 4294967312 0 dram -> record ERANGE
why -> why ttmemstat_report_record: size 4294967312 at addr 0 ends beyond the DRAM bank, which has 4294967296 bytes (ERANGE)
record 1 0 1024 0 l1 -> record OK
record 1 0 1024 0 l1 -> record EEXIST
why -> why ttmemstat_report_record: id is 1: it is live already (EEXIST)
record 2 0 1024 0 cb -> record EINVAL
why -> why ttmemstat_report_record: pool is 4 (cb): the attachment covers dram, l1, kernel (EINVAL)
record 2 0 1024 9 l1 -> record ENOENT
why -> why ttmemstat_report_record: set is 9: the attachment has named no such bank set (ENOENT)
record 2 0 0 0 l1 -> record EINVAL
why -> why ttmemstat_report_record: size is 0: it must not be, but of a view or a kernel (EINVAL)
free 7 -> free ENOENT
why -> why ttmemstat_report_free: id is 7: nothing of this id is live (ENOENT)
dispatch 7 -> dispatch ENOENT
why -> why ttmemstat_report_dispatch: program is 7: no such program is loaded (ENOENT)
batch free 1 / free 77 / free 78 -> batch ENOENT taken=1
why -> why ttmemstat_submit: entries[1]: id is 77: nothing of this id is live (ENOENT)
set 0,0,12,0 -> set ERANGE
why -> why ttmemstat_bank_set_l1: rects reach column 12 and row 0: that is outside the logical grid of tt3, which is 12x10 (ERANGE)
set 1,0,0,0 -> set EINVAL
why -> why ttmemstat_bank_set_l1: rects[0].x0 is 1: it must be at most 0 (EINVAL)
dset 0x100 -> dset ERANGE
why -> why ttmemstat_bank_set_dram: mask is 0x100: it names banks that tt3 does not have, which has 8 (ERANGE)
partial cb -> partial EINVAL
why -> why ttmemstat_partial: pools is 0x10: the attachment covers 0x25 (EINVAL)
snapshot l1 0 10 20 0 0 -> snapshot EINVAL
why -> why ttmemstat_report_snapshot: allocated is 20: it must be at most allocatable, 10 (EINVAL)
free 8 -> free ENOENT
record 3 0 1024 0 l1 -> record OK
why -> why ttmemstat_report_free: id is 8: nothing of this id is live (ENOENT)
END
# --- Users

printf 'open\ncreate wormhole 0\nattach 3\ndestroy 3\n' >other
expect 'another user may not create, attach, destroy' \
	'open OK create EPERM attach EPERM destroy EPERM' \
	"$(su user -s /bin/sh -c ttmem-events <other | tr '\n' ' ' | sed 's/ $//')"
echo 1 >/sys/module/tt_memstat/parameters/allow_virtual
printf 'open\ncreate wormhole 0\nattach 5\ndestroy 5\ncreate wormhole 0\n' >other
expect 'unless the administrator allows it' \
	'open OK create OK chip=5 attach OK grid=8x10 destroy OK create OK chip=6' \
	"$(su user -s /bin/sh -c ttmem-events <other | tr '\n' ' ' | sed 's/ $//')"
expect 'and such a chip goes with its file' 2 "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"
echo 1 >/sys/module/tt_memstat/parameters/max_virtual
# DEBUG_KOBJECT_RELEASE delays the release of kobjects by up to 4 s; a user's chip counts until then.
[ "${TT_MEMSTAT_SLOW:-1}" = 1 ] || sleep 5
printf 'open\ncreate wormhole 0\ncreate wormhole 0\n' >other
expect 'a user has no more chips than allowed' \
	'open OK create OK chip=7 create ENOSPC' \
	"$(su user -s /bin/sh -c ttmem-events <other | tr '\n' ' ' | sed 's/ $//')"
fails_with any . 'a limit out of bounds is refused' \
	sh -c 'echo 129 >/sys/module/tt_memstat/parameters/max_clients'
echo 2 >/sys/module/tt_memstat/parameters/max_clients
calls 'all slots for the administrator' <<'END'
open -> open OK
attach 3 -> attach OK grid=12x10
select 1 -> select OK
open -> open OK
attach 3 -> attach OK grid=12x10
select 2 -> select OK
open -> open OK
attach 3 -> attach ENOSPC
END

# --- Peaks

calls 'a peak stands' <<'END'
open -> open OK
attach 3 -> attach OK grid=12x10
record 1 0 1024 0 l1 -> record OK
free 1 -> free OK
END
expect 'after its client' 122880 "$(figure tt3 l1_peak)"
fails_with any . 'only 1 resets it' sh -c "echo 0 >$TT_MEMSTAT_CLASS/tt3/peak_reset"
expect 'it still stands' 122880 "$(figure tt3 l1_peak)"
succeeds 'reset' sh -c "echo 1 >$TT_MEMSTAT_CLASS/tt3/peak_reset"
expect 'unknown until a client reports again' unknown "$(figure tt3 l1_peak)"
fails_with any . 'other users do not reset' su user -s /bin/sh -c "echo 1 >$TT_MEMSTAT_CLASS/tt3/peak_reset"

# --- Where the cores are unknown

unknown=$(tt-memstat create-virtual --arch blackhole --harvest unknown)
printf '%s\n' open "attach ${unknown#tt}" "sets ${unknown#tt} me" | ttmem-events | sed 1,2d >listed
expect 'a side that nobody knows has no set 0' \
	'set id=0 space=dram banks=8 has=0;1;2;3;4;5;6;7; sets OK count=1' "$(tr '\n' ' ' <listed | sed 's/ $//')"
printf '%s\n' open "attach ${unknown#tt} arch=blackhole cores=10x10" 'set 8,8,9,9' \
	"sets ${unknown#tt} me" | ttmem-events | sed 1,3d >listed
expect 'cores have the coordinates of the grid that the client knows' \
	"set id=0 space=l1 banks=100 has=$(cores 0 0 9 9) set id=1 space=l1 banks=4 has=$(cores 8 8 9 9)" \
	"$(grep space=l1 listed | tr '\n' ' ' | sed 's/ $//')"

expect 'stat is small' yes "$([ "$(wc -c <"$TT_MEMSTAT_CLASS/tt3/stat")" -le 3072 ] && echo yes)"
for file in version chips chips_unknown chips_virtual clients l1_capacity l1_used dram_capacity \
	dram_used; do
	succeeds "the host has $file" cat "$TT_MEMSTAT_CLASS/$file"
done
finish
