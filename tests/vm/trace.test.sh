# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Tracepoints: their events, also for rings; fields as in docs/tracing.md; histograms of tracefs; tracing
# does not keep the module loaded.
#
# files: docs/tracing.md
. ./lib.sh

tracing=/sys/kernel/tracing
events=$tracing/events/tt_memstat

# --- Documentation

# documented EVENT: the fields that its section has in docs/tracing.md.
documented()
{
	awk -v name="## $1" '/^## / { on = $0 == name } on && /^\| `/ { gsub("`", ""); print $2 }' \
		tracing.md | sort
}
# The fields of every event of a client: those of the table before the first section.
common=$(awk '/^## / { exit } /^\| `/ { gsub("`", ""); print $2 }' tracing.md)
expect 'the events are those that are documented' "$(sed -n 's/^## //p' tracing.md | sort)" \
	"$(find $events -mindepth 1 -maxdepth 1 -type d -exec basename {} \; | sort)"
for event in $(sed -n 's/^## //p' tracing.md); do
	fields=$(documented "$event")
	case $event in
	chip_*) ;;
	*)	fields=$(printf '%s\n' "$fields" $common | sort) ;;
	esac
	expect "the fields of $event are those that are documented" "$fields" \
		"$(sed -n 's/^\tfield:.* \([a-z0-9_]*\)\(\[[^;]*\)\{0,1\};.*/\1/p' "$events/$event/format" |
			grep -v '^common_' | sort)"
done

# --- What is seen

# seen: what was traced since the last time, without times, and with names for ids.
seen()
{
	sed -n 's/^.* [0-9.]*: \([a-z_]*: chip=\)/\1/p' $tracing/trace |
		sed "s/client=[0-9]*/client=C/; s/pid=$pid /pid=P /"
	: >$tracing/trace
}
# traced CALL ANSWER LINE...: the call is answered so, and these lines come of it.
traced()
{
	what=$1
	call "$1" "$2"
	shift 2
	expect "traced: $what" "$(printf '%s\n' "$@")" "$(seen)"
}
who='chip=0 client=C pid=P'

echo 1 >$events/enable
pid=0
tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null
expect 'a chip comes' 'chip_add: chip=0 kind=virtual pci=' "$(seen)"
# Whose memory has a limit.
client_start ttmem-quota bounded ttmem-events
call open 'open OK'
traced 'attach 0 label=job runtime=3' 'attach OK' \
	"client_attach: $who uid=0 runtime_id=3 covers=0x3f comm=ttmem-events label=job"
traced 'record 1 0 4096 0 l1' 'record OK' \
	"record: $who pool=l1 id=0x1 program=0x0 addr=0x0 size=4096 set=0 banks=120 bytes=491520 used=491520 flags=0x0"
traced 'record 2 8192 2048 0 cb 7' 'record OK' \
	"program_load: $who program=0x7 programs=1" \
	"record: $who pool=cb id=0x2 program=0x7 addr=0x2000 size=2048 set=0 banks=120 bytes=245760 used=737280 flags=0x0"
traced 'record 3 0 2048 0 cb 7 view' 'record OK' \
	"record: $who pool=cb id=0x3 program=0x7 addr=0x0 size=2048 set=0 banks=120 bytes=0 used=737280 flags=0x1"
traced 'dispatch 7 5' 'dispatch OK' \
	"dispatch: $who program=0x7 list=0x5 cb_used=245760 headroom=-10240 clash=0"
traced 'record 4 4080 1024 0 cb 7 replace' 'record OK' \
	"program_free: $who program=0x7 programs=1 cb_used=122880 cb_loaded=122880 replaced=1" \
	"program_load: $who program=0x7 programs=1" \
	"record: $who pool=cb id=0x4 program=0x7 addr=0xff0 size=1024 set=0 banks=120 bytes=122880 used=612480 flags=0x8"
traced 'dispatch 7' 'dispatch OK' \
	"dispatch: $who program=0x7 list=0x0 cb_used=122880 headroom=-5104 clash=1"
traced 'program_free 7' 'program_free OK' \
	"program_free: $who program=0x7 programs=0 cb_used=0 cb_loaded=0 replaced=0"
traced 'free 1' 'free OK' "free: $who pool=l1 id=0x1 bytes=491520 used=0"
call 'record 9 0 32 0 dram 0 part' 'record OK'
call 'record 9 64 16 0 dram 0 part' 'record OK'
seen >/dev/null
traced 'free 9' 'free OK' "free: $who pool=dram id=0x9 bytes=384 used=0"
traced 'snapshot dram 0 4096 1024 3072 2048' 'snapshot OK' \
	"snapshot: $who pool=dram set=0 banks=8 bytes=8192 allocatable=4096 allocated=1024 free=3072 largest=2048 flags=0x0"
traced 'total trace 65536' 'total OK' \
	"snapshot: $who pool=trace set=0 banks=8 bytes=65536 allocatable=0 allocated=0 free=0 largest=0 flags=0x10"

# --- What is refused

traced 'free 99' 'free ENOENT' \
	"entry_reject: $who op=free error=-2 id=0x63 program=0x0 addr=0x0 size=0 set=0 pool=0 flags=0x0"
traced 'record 1 4294967296 16 0 l1' 'record ERANGE' \
	"entry_reject: $who op=record error=-34 id=0x1 program=0x0 addr=0x100000000 size=16 set=0 pool=2 flags=0x0"
echo 0 >/sys/module/tt_memstat/parameters/max_user_mib_per_chip
echo 1 >/sys/module/tt_memstat/parameters/max_user_mib
id=0 answer=
while [ "$answer" != 'record ENOSPC' ] && [ $id -lt 1000 ]; do
	id=$((id + 1))
	echo "record $id $((id * 32)) 16 0 l1" >&6
	read -r answer <&7
done
expect 'traced: a user has no more room' \
	"entry_drop: $who op=record error=-28 id=$(printf 0x%x $id) program=0x0 addr=$(printf 0x%x $((id * 32))) size=16 set=0 pool=2 flags=0x0" \
	"$(seen | tail -n 1)"
echo 256 >/sys/module/tt_memstat/parameters/max_user_mib

# --- How it ends

traced 'drop all' 'drop OK' "client_drop: $who pools=0x3f"
call 'record 1 0 16 0 l1' 'record OK'
seen >/dev/null
traced detach 'detach OK' \
	"client_detach: $who uid=0 comm=ttmem-events why=-2 records=1 programs=0 l1_used=1920 dram_used=0 l1_peak=737280 l1_footprint_peak=737280 l1_buffers_peak=491520 l1_small_peak=0 cb_peak=245760 cb_loaded_peak=245760 dram_peak=65536 dram_buffers_peak=384 trace_peak=65536 rejected=2 dropped=1"
call 'attach 0 ring=64' 'attach OK'
call 'record 1 0 16 0 l1' 'record OK'
call flush 'flush OK'
expect_match 'an entry of a ring is its client'\''s' \
	"^record: $who pool=l1 id=0x1 .* bytes=1920 used=1920 " "$(seen)"
client_kill
expect_match 'a client that is killed' \
	"^client_detach: $who uid=0 comm=ttmem-events why=-130 records=1 .* l1_peak=1920 " "$(seen)"

# --- Of use to tracefs itself, and out of the way

histogram()
{
	echo 'hist:keys=pool:vals=bytes' >$events/record/trigger
	client_start
	call open 'open OK'
	call 'attach 0' 'attach OK'
	call 'record 1 0 16 0 l1' 'record OK'
	call 'record 2 16 16 0 l1' 'record OK'
	call 'record 3 0 16 0 dram' 'record OK'
	client_end
	expect 'a histogram by pool' 'pool: 0 hitcount: 1 bytes: 128, pool: 2 hitcount: 2 bytes: 3840' \
		"$(sed -n 's/^{ pool: *\([0-9]*\) } hitcount: *\([0-9]*\) *bytes: *\([0-9]*\)$/pool: \1 hitcount: \2 bytes: \3/p' \
			$events/record/hist | sort | tr '\n' '|' | sed 's/|$//; s/|/, /g')"
	echo '!hist:keys=pool:vals=bytes' >$events/record/trigger
}

if [ -e $events/record/hist ]; then
	histogram
else
	skip 'this kernel has no histograms'
fi
echo 0 >$events/enable
: >$tracing/trace
client_start
call open 'open OK'
call 'attach 0' 'attach OK'
call 'record 1 0 16 0 l1' 'record OK'
client_end
expect 'nothing is traced when it is off' '' "$(seen)"
echo 1 >$events/enable
succeeds 'a chip goes' tt-memstat destroy tt0
expect 'and is seen to' 'chip_remove: chip=0 kind=virtual pci=' "$(seen)"
succeeds 'the module goes while it is traced' rmmod tt_memstat
succeeds 'and comes back' insmod /lib/modules/tt_memstat.ko
finish
