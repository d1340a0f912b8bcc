#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat explain: its figures against an independent computation, and its output about names,
# buffers that do not fit, and room for one more buffer.
. "$(dirname "$0")/../vm/lib.sh"
cd "$TT_MEMSTAT_ROOT" || exit 1
dir=$(mktemp -d) || exit 1
at_end 'rm -rf "$dir"'

# Published captures, if available.
set -- tests/vm/data/add.json tests/vm/data/add-no-dispatch.json tests/vm/data/views.json
for file in ../shared/data/ttnn-graphs/*.json ../shared/cases/buffers-at-zero.json; do
	[ ! -e "$file" ] || set -- "$@" "$file"
done
python3 tests/cli/explain_check.py tt-memstat "$@" >"$dir/log"
checked=$?
expect 'peaks, holders, headroom and free blocks are those of an independent computation' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

python3 tests/cli/recording_check.py tt-memstat "$TT_MEMSTAT_BUILD/tests/ttmem-workload" >"$dir/log"
checked=$?
expect 'of recordings, too' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

TT_MEMSTAT_RECORD="$dir/threads.rec" "$TT_MEMSTAT_BUILD/tests/ttmem-workload" -n 3000 -b 5000000000
# Parts, drops, refused events, replaced programs and numbers that are used again.
for seed in 5 6; do
	TT_MEMSTAT_RECORD="$dir/odd$seed.rec" "$TT_MEMSTAT_BUILD/tests/ttmem-workload" -n 900 -x 40 -s $seed
done
python3 tests/cli/perfetto_check.py tt-memstat demo/two-programs.json "$dir/threads.rec" "$dir"/odd*.rec "$@" >"$dir/log"
checked=$?
expect 'traces are in the documented format' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

python3 tests/cli/live_check.py tt-memstat "$dir"/odd*.rec >"$dir/log"
checked=$?
expect 'every operation has its live buffers, in text, traces and reports' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

# says NAME PATTERN FILE OPTION...: on the screen
says()
{
	name=$1 pattern=$2 file=$3
	shift 3
	expect_match "$name" "$pattern" "$(tt-memstat explain "$@" "$file" 2>/dev/null)"
}

cat >"$dir/names.json" <<'END'
{"python_io": [{"name": "ttnn.add", "python_stack_trace":
	["  File \"/home/me/model.py\", line 42, in forward\n    ttnn.add(a, b)\n"]}],
 "graph": [
	{"counter": 0, "node_type": "function_start", "params": {"name": "ttnn.add"}},
	{"counter": 1, "node_type": "function_start", "params": {"name": "BinaryDeviceOperation"}},
	{"counter": 2, "node_type": "buffer", "params": {}, "connections": [3, 4]},
	{"counter": 3, "node_type": "buffer_allocate", "params": {"buffer_type": 1, "size": 225280,
		"max_size_per_bank": 4096, "layout": "HEIGHT_SHARDED", "num_cores": 55,
		"page_size": 2048}, "connections": [2]},
	{"counter": 4, "node_type": "tensor", "params": {"shape": "Shape([1, 32, 128])",
		"dtype": "DataType::BFLOAT16", "layout": "Layout::TILE"}},
	{"counter": 5, "node_type": "circular_buffer_deallocate_all", "params": {"device_id": 0}},
	{"counter": 6, "node_type": "circular_buffer_allocate", "params": {"size": 1460224,
		"core_range_set": "{[0-0 - 0-0]}", "device_id": 0}},
	{"counter": 7, "node_type": "function_end", "params": {"name": "BinaryDeviceOperation"}},
	{"counter": 8, "node_type": "function_end", "params": {"name": "ttnn.add"}},
	{"counter": 9, "node_type": "error", "params": {"error_message": "Out of Memory: no space\nmore"}}]}
END
says 'a tensor by its shape, operation and line of Python' \
	'tensor 1x32x128 BFLOAT16 TILE HEIGHT_SHARDED, data on 55 cores: BinaryDeviceOperation of ttnn.add, model.py:42 in forward, node 3' \
	"$dir/names.json"
says 'circular buffers by their operation' '1 +CB: BinaryDeviceOperation of ttnn.add' "$dir/names.json"
says 'what does not fit, and by how much' 'node 7, in BinaryDeviceOperation of ttnn.add, model.py:42' \
	"$dir/names.json"
says 'by how much' '3.00 KiB too much on core 0,0: needs 1.40 MiB of 1.39 MiB' "$dir/names.json"
says 'what to deallocate' 'deallocating gives +4.00 KiB, enough: tensor 1x32x128' "$dir/names.json"
says 'what a smaller shard gains' 'on all 110 cores its shard would be 2.00 KiB smaller' "$dir/names.json"
says "the runtime's own error" 'The run ended at node 9: Out of Memory: no space$' "$dir/names.json"
fails_with 3 'Does not fit: 1' 'exit status of a misfit' tt-memstat explain "$dir/names.json"
succeeds 'exit status of a capture that fits' tt-memstat explain tests/vm/data/add.json
fails_with 1 'core 12,0 is not within the chip' 'a core that the chip does not have' \
	tt-memstat explain --core 12,0 tests/vm/data/add.json
for core in 4294967299,4294967303 65536,0 3,18446744073709551619 -1,2 1,-2 +1,2 ' 1,2' '1, 2' 1,+2 '1,2,' 1,2x 1 ',' '1,' 0x1,2; do
	fails_with 2 "a core such as 3,7, not '" "'$core' is not a core" \
		tt-memstat explain "--core=$core" tests/vm/data/add.json
done
for option in html perfetto; do
	fails_with 1 "^tt-memstat: $dir/none/x: ENOENT" "--$option: a file that cannot be made is named" \
		tt-memstat explain "--$option=$dir/none/x" tests/vm/data/add.json
	fails_with 1 '^tt-memstat: /dev/full: E(IO|NOSPC)' "--$option: a full device is named" \
		tt-memstat explain "--$option=/dev/full" tests/vm/data/add.json
done
expect 'no line ends with a blank' '' "$(for file in tests/vm/data/*.json "$dir"/*.json; do
	tt-memstat explain --top 0 "$file" 2>/dev/null
	done | grep ' $')"
fails_with 1 'none.json: ENOENT' 'a missing file' tt-memstat explain "$dir/none.json"

# The screen in README.
sed -n '/^\$ tt-memstat explain/,/^```/{/^[$`]/d;p}' README.md >"$dir/readme"
tt-memstat explain demo/two-programs.json 2>/dev/null | sed '/^DRAM/,$d' >"$dir/screen"
printf '%s\n' "$(cat "$dir/screen")" >"$dir/trimmed"
expect 'README shows the real output' "$(cat "$dir/trimmed")" "$(cat "$dir/readme")"

# buffer ADDRESS SIZE
buffer()
{
	echo "{\"node_type\": \"buffer_allocate\", \"params\": {\"buffer_type\": 1, \"address\": $1,
		\"max_size_per_bank\": $2, \"size\": $2}},"
}
# Free: 100 KiB at the top, 50 KiB between the two, and all below: 1163 KiB at 111616.
{
	echo '['
	buffer 1302528 65536
	buffer 1419264 51200
	echo '{"node_type": "capture_end", "params": null}]'
} >"$dir/blocks.json"
# need BYTES: the answer in one line
need() { tt-memstat explain --need "$1" "$dir/blocks.json" 2>/dev/null | sed -n '/ on each core in l1: /p'; }
expect '--need: a buffer that fits at the top' '100 KiB on each core in l1: fits at 0x167000; the largest free block is 1.14 MiB' \
	"$(need 102400/core)"
expect '--need: a buffer that fits in the next block' '120 KiB on each core in l1: fits at 0x120000; the largest free block is 1.14 MiB' \
	"$(need 122880/core)"
expect '--need: a total is divided by the workers' '16 B on each core in l1: fits at 0x17fff0; the largest free block is 1.14 MiB' \
	"$(need 1100)"
expect_match '--need: a buffer that does not fit' 'does not fit: 1.28 MiB free, the largest block 1.14 MiB' \
	"$(need 1200000/core)"
says 'what is least in the way' 'least in the way: 64.0 KiB, which give a block of 1.25 MiB at 0x1b400' \
	"$dir/blocks.json" --need 1200000/core
says 'its owner, and what it gives alone' '0x13e000 +64.0 KiB  tensor, node 0; alone gives 1.25 MiB' \
	"$dir/blocks.json" --need 1200000/core
fails_with 3 'not even with all of it free' '--need: a buffer larger than the region' \
	tt-memstat explain --need 2000000/core "$dir/blocks.json"

# ---- Recordings ----------------------------------------------------------------------------------

# Two chips, of which the second is the fuller; a drop, and an end.
cat >"$dir/report.py" <<'END'
from ttmemstat import Context, Rect
with Context() as context:
    small = context.attach(0, ["dram", "l1", "cb"])
    small.record(1, "l1", address=1 << 20, size=4096)
    full = context.attach(1, ["dram", "l1", "cb"])
    full.record(1, "dram", address=0, size=1 << 20)
    full.record(2, "l1", address=1 << 20, size=64 << 10)
    cores = full.cores([Rect(0, 0, 1, 1)])
    full.record(3, "cb", address=128 << 10, size=16 << 10, set=cores, program=7)
    full.dispatch(7)
    full.drop(["dram"])
    full.free(2)
    full.program_free(7)
END
export LD_LIBRARY_PATH="$TT_MEMSTAT_BUILD/lib" PYTHONPATH="$TT_MEMSTAT_ROOT/userspace/python"
PYTHONDONTWRITEBYTECODE=1 TT_MEMSTAT_RECORD="$dir/run.rec" python3 "$dir/report.py"
# of KEY OPTION...: numbers of an explanation of the recording
of()
{
	key=$1
	shift
	tt-memstat explain --json "$@" "$dir/run.rec" 2>/dev/null | python3 -c '
import functools, json, sys
print(*[functools.reduce(lambda value, part: value[part], key.split("."), found)
        for found in [json.load(sys.stdin)] for key in sys.argv[1].split()])' "$key"
}
expect 'the fullest chip of a recording is explained' "$((110 * 65536 + 4 * 16384)) $((8 << 20)) 1" \
	"$(of 'l1.used dram.used device')"
expect 'circular buffers of a recording, by core' "$((4 * 16384)) 0 0 $((65536 + 16384))" \
	"$(of 'l1.circular_buffers core.x core.y core.used')"
expect '--device selects another chip of a recording' "$((110 * 4096)) 0" "$(of 'l1.used dram.used' --device 0)"
cat >"$dir/again.py" <<'END'
from ttmemstat import Context
with Context() as context:
    chip = context.attach(0, ["l1", "cb"])
    chip.record(1, "cb", address=128 << 10, size=4096, program=7, name="first")
    chip.program_free(7)
    chip.record(2, "cb", address=128 << 10, size=4096, program=7, name="second")
    chip.drop(["cb"])
    chip.record(3, "cb", address=128 << 10, size=8192, program=7)
    chip.drop(["l1", "cb"])
END
PYTHONDONTWRITEBYTECODE=1 TT_MEMSTAT_RECORD="$dir/again.rec" python3 "$dir/again.py"
says 'a number that is used again has no name of a program that ended' \
	'^ +880 KiB +8.00 KiB +110  CB, event 6$' "$dir/again.rec"
expect 'what a drop at the end removes is not live then' '0 0' \
	"$(tt-memstat explain --json --at end "$dir/again.rec" 2>/dev/null | python3 -c '
import json, sys
told = json.load(sys.stdin)
print(told["l1"]["used"], told["figures"]["records"])')"
expect 'nothing is live at the end of a recording' '0 0' "$(of 'l1.used dram.used' --at end)"
fails_with 1 'it has no device 5' 'a chip that the recording does not have' \
	tt-memstat explain --device 5 "$dir/run.rec"
says 'events are counted, not nodes' '^ +6.88 MiB +64.0 KiB +110  tensor, event [0-9]+$' "$dir/run.rec"
cat >"$dir/reset.py" <<'END'
import ttmemstat
with ttmemstat.Context() as context:
    chip = context.attach(0, ["dram", "l1"])
    chip.record(1, "l1", address=1 << 20, size=8192)
    chip.free(1)
    chip.record(2, "l1", address=1 << 20, size=1024)
    ttmemstat.reset_peak_memory_stats(0)
    chip.record(3, "l1", address=2048, size=2048)
    chip.free(3)
    chip.record(4, "dram", address=0, size=1 << 20)
END
PYTHONDONTWRITEBYTECODE=1 TT_MEMSTAT_FAKE=blackhole TT_MEMSTAT_RECORD="$dir/reset.rec" python3 "$dir/reset.py"
expect 'the peaks after a reset are exact' "reset_peak_memory_stats 1 $((110 * 3072)) $((8 << 20))" \
	"$(tt-memstat explain --json "$dir/reset.rec" | python3 -c '
import json, sys
for scope in json.load(sys.stdin)["scopes"]:
    print(*[scope[key] for key in ("name", "calls", "l1", "dram")])')"
says 'scopes on the screen' '^ +330 KiB +8.00 MiB +1  reset_peak_memory_stats$' "$dir/reset.rec"
head -c 4096 "$dir/run.rec" >"$dir/cut.rec"
fails_with 1 'it has no events of a chip|cut.rec: E' 'a recording without events' \
	tt-memstat explain "$dir/cut.rec"
for length in 8 100 383; do
	head -c $length "$dir/run.rec" >"$dir/cut.rec"
	fails_with 1 'cut.rec: the first page of the recording is incomplete' "a recording of $length bytes" \
		tt-memstat explain "$dir/cut.rec"
done
fails_with 1 'odd5.rec: [1-9][0-9]* of its events .* are refused' 'refused events are the reason of the status' \
	tt-memstat explain "$dir/odd5.rec"
fails_with 1 "again.rec: --at 9: its last event is 8" 'an event behind the end' \
	tt-memstat explain --at 9 "$dir/again.rec"
nodes=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' demo/two-programs.json)
succeeds 'the last node' tt-memstat explain --at $((nodes - 1)) demo/two-programs.json
fails_with 1 "its last node is $((nodes - 1))" 'a node behind the end' \
	tt-memstat explain --at "$nodes" demo/two-programs.json
TT_MEMSTAT_FAKE=blackhole:5 PYTHONDONTWRITEBYTECODE=1 TT_MEMSTAT_RECORD="$dir/five.rec" python3 -c '
from ttmemstat import Context
with Context() as context:
    for chip in range(5):
        context.attach(chip, ["l1"]).record(1, "l1", 1 << 17, 16)'
expect 'what is assumed is said once' 2 "$(tt-memstat explain "$dir/five.rec" 2>&1 >"$dir/log" | grep -c assumed)"
finish
