# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# On which cores the memory of a chip is: tt-memstat records, explain --chip and export --chip.
#
# vm: --python
# files: tests/vm/data userspace/python/ttmemstat
. ./lib.sh

# used CHIP: figures that a report of it must have, where those that nobody reports are 0
used()
{
	for name in l1_used l1_buffers_used l1_small_used cb_used dram_used dram_buffers_used trace_used \
		l1_fullest_core_used l1_fullest_core; do
		echo "$name=$(figure "$1" $name | sed 's/unknown/0/')"
	done
}

# told FILE: the same of explain --json
told()
{
	for name in l1_used l1_buffers_used l1_small_used cb_used dram_used dram_buffers_used trace_used \
		l1_fullest_core_used; do
		sed -n "/\"chip_figures\"/,/}/s/^ *\"$name\": *\([0-9]*\),*/$name=\1/p" "$1"
	done
	sed -n '/"chip_figures"/,/}/s/^ *"l1_fullest_core_[xy]": *\([0-9]*\),*/\1/p' "$1" |
		tr '\n' '-' | sed 's/^/l1_fullest_core=/; s/-$/\n/'
}

# exports NAME OPTION...: a report of the chip has its figures, read again and replayed on another
exports()
{
	name=$1
	shift
	rm -rf report
	succeeds "$name: exported" tt-memstat export --visualizer report --chip "$chip" "$@"
	tt-memstat explain --json --at end report >explained.json 2>/dev/null
	expect "$name: the report has the figures of the chip" "$(used "$chip")" "$(told explained.json)"
	other=$(tt-memstat create-virtual --arch blackhole --harvest 192)
	tt-memstat replay --chip "$other" --hold report >replay.log 2>&1 &
	replay=$!
	wait_for "$name: replayed" 30 grep -q holding replay.log
	expect "$name: so has another chip" "$(used "$chip")" "$(used "$other")"
	kill $replay
	wait $replay
	tt-memstat destroy "$other"
}

chip=$(tt-memstat create-virtual --arch blackhole --harvest 192 --open)
fails_with 1 "$chip: no client" 'nobody is there' tt-memstat explain --chip "$chip"
client_start
call open 'open OK'
call "attach ${chip#tt} grid=11x10 base=131072 end=1572864 small=32768" 'attach OK'
call_ok 'set 0,0,3,1'
call_ok 'set 8,8,10,9 11,9,11,9'
call_ok 'dset 0xc3'
call_ok 'record 1 0x100000 4096 0 l1'
call_ok 'record 2 0x101000 8192 1 l1'
call_ok 'record 3 0x102000 4096 2 l1'
call_ok 'record 4 1570816 2048 0 l1_small'
call_ok 'record 5 0x10000 65536 0 dram'
call_ok 'record 7 0xfff00000 4096 0 trace'
call_ok 'record 8 131072 2048 1 cb 7'
call_ok 'record 9 131072 4096 2 cb 8'
call_ok 'record 10 0x101000 4096 1 cb 7 view'
call_ok 'record 11 0x80000 64 1 l1 0 part'
call_ok 'record 11 0x90000 64 2 l1 0 part'
call_ok 'record 12 0 4096 1 kernel 7'

tt-memstat records --json "$chip" >records.json
expect 'each core has what the records say' '' \
	"$(python3 data/records_check.py "$TT_MEMSTAT_CLASS/$chip/l1_per_core" <records.json)"
expect 'a record by its cores' '[[8,8,10,9],[11,9,11,9]]' \
	"$(python3 -c 'import json, sys
print(json.dumps([r["cores"] for r in json.load(sys.stdin) if r["id"] == 3][0], separators=(",", ":")))' <records.json)"
expect_match 'the table has them, too' '^ *[0-9]+ +3 +l1 .* 8,8-10,9;11,9-11,9 +- ' "$(tt-memstat records "$chip")"
call_ok 'record 6 0x40000 65536 3 dram'
expect_match 'and DRAM banks' '^ *[0-9]+ +6 +dram .* - +0-1,6-7 ' "$(tt-memstat records "$chip")"
call_ok 'free 6'

exports 'before the first dispatch'
call_ok 'dispatch 7'
exports 'some programs are loaded, one is resident'
call_ok 'dispatch 8'
call_ok 'set 2,0,8,8'
call_ok 'record 13 135168 16384 4 cb 9'
call_ok 'dispatch 9'
exports 'programs are resident on a part of their cores'
expect_match 'the map of a core by address' ' 0x021000 +16.0 KiB +CB, record 13' \
	"$(tt-memstat explain --chip "$chip" --core 2,0 --top 0)"
call_ok 'dispatch 7 3'
call_ok 'dispatch 9 3'
exports 'programs of a dispatch list are resident together'
call_ok 'program_free 9'
exports 'a program is gone'

# Two clients, of two users.
id=$(ls "$TT_MEMSTAT_CLASS/$chip/clients")
mkfifo hold
su user -s /bin/sh -c 'exec ttmem-events' <hold >more.log 6>&- 7<&- &
exec 8>hold
printf '%s\n' open "attach ${chip#tt} grid=11x10 base=131072 end=1572864 small=32768" 'set 5,5,6,6' \
	'record 1 0x110000 4096 1 l1' 'record 2 155648 4096 1 cb 7' >&8
wait_for 'another client' 30 sh -c "grep -c '^record OK' more.log | grep -q 2"
exports 'two clients'
mine=$(tt-memstat explain --json --chip "$chip" --client "$id" 2>/dev/null | grep -m1 '"l1_used"')
expect_match 'one client' "\"l1_used\": *$(figure "$chip/clients/$id" l1_used)," "$mine"
expect 'the same by its process' "$mine" \
	"$(tt-memstat explain --json --chip "$chip" --pid $pid 2>/dev/null | grep -m1 '"l1_used"')"
fails_with 1 "$chip: no such client" 'a client that is not there' tt-memstat explain --chip "$chip" --client 4711
fails_with 1 "CAP_SYS_ADMIN is needed" 'clients of others' \
	su nobody -s /bin/sh -c "tt-memstat explain --chip $chip"
su user -s /bin/sh -c "tt-memstat explain --chip $chip" >seen 2>said
expect_match 'a user sees what is the user'\''s own' "$chip: 1 of 2 clients left out" "$(cat said)"
fails_with 1 'tt99: no such chip' 'a chip that is not there' tt-memstat explain --chip tt99
fails_with 1 'report: it contains a report already' 'nothing is overwritten' \
	tt-memstat export --visualizer report --chip "$chip"
exec 8>&-
client_end
wait_for 'nobody is left' 30 sh -c "[ -z \"\$(ls $TT_MEMSTAT_CLASS/$chip/clients)\" ]"

# A process publishes names.
PYTHONPATH=/test PYTHONDONTWRITEBYTECODE=1 python3 data/named_client.py "${chip#tt}" <hold >named.log 2>&1 &
exec 8>hold
wait_for 'a client with names' 30 grep -q ready named.log
tt-memstat explain --chip "$chip" >seen 2>said
expect_match 'the client' "^$chip, python3 \([0-9]+\): 2 records; blackhole" "$(cat seen)"
expect_match 'the present' '^L1 488 KiB used of 180 MiB now$' "$(cat seen)"
expect_match 'a buffer by its operation' '4.00 KiB +120 +tensor, data on 5 cores: ttnn.matmul, record 77' "$(cat seen)"
expect_match 'a circular buffer by its program' '2.00 KiB +4 +CB: MatmulDeviceOperation, record 78' "$(cat seen)"
expect_match 'what nobody reports' "$chip: nobody reports trace: 0 here" "$(cat said)"
exports 'names'
succeeds 'the report has them' grep -aq ttnn.matmul report/db.sqlite
succeeds 'it does not fit' sh -c "tt-memstat explain --chip $chip --need 2000000/core >need; [ \$? = 3 ]"
exec 8>&-
finish
