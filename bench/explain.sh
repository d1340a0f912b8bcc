#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Processor time and memory of tt-memstat explain: recordings of two hours of inference, of one chip
# and of four, and a capture in JSON. Build the library and the tools before.
#
#   bench/explain.sh [EVENTS [NODES]]     by default 10,000,000 and 1,000,000
#
# Prints `bench: NAME VALUE UNIT` lines: nanoseconds for each event or node, and the peak of resident
# memory in KiB.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${TT_MEMSTAT_BUILD:-$top/build}
events=${1:-10000000}
nodes=${2:-1000000}
"$top/scripts/deps" --package time
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# measure NAME COUNT FILE
measure()
{
	/usr/bin/time -o "$dir/time" -f '%U %S %M' "$build/bin/tt-memstat" explain "$3" >"$dir/screen" 2>&1
	awk -v name="explain.$1" -v count="$2" '{
		printf "bench: %s_ns %d ns\nbench: %s_rss_kib %d kib\n", name,
			($1 + $2) * 1e9 / count + 0.5, name, $3
	}' "$dir/time"
}

for chips in 1 4; do
	TT_MEMSTAT_RECORD=$dir/run.rec "$build/tests/ttmem-workload" -n "$events" -c "$chips"
	measure "recording_${chips}_chips" "$events" "$dir/run.rec"
	rm "$dir"/run.rec*
done

# Operations that allocate what they make, use circular buffers, and free what the last one made.
awk -v nodes="$nodes" 'BEGIN {
	print "["
	for (n = 0; n + 8 < nodes; op++) {
		put(n++, "function_start", "\"name\": \"op" op % 50 "DeviceOperation\"")
		put(n++, "buffer_allocate", buffer(op))
		put(n++, "circular_buffer_deallocate_all", "\"device_id\": 1")
		for (i = 0; i < 4; i++)
			put(n++, "circular_buffer_allocate", "\"address\": " 111616 + i * 16384 ", \"size\": " \
				4096 * (1 + op % 4) ", \"core_range_set\": \"{[0-0 - " op % 11 "-9]}\", " \
				"\"device_id\": 0, \"globally_allocated\": \"0\"")
		put(n++, "function_end", "\"name\": \"op" op % 50 "DeviceOperation\"")
		if (op >= 8)
			put(n++, "buffer_deallocate", buffer(op - 8))
	}
	print "{\"counter\": " n ", \"node_type\": \"capture_end\", \"params\": null}]"
}
function put(n, type, params)
{
	printf "{\"counter\": %d, \"node_type\": \"%s\", \"params\": {%s}},\n", n, type, params
}
function buffer(op)
{
	return "\"address\": " 655360 + op % 9 * 65536 ", \"buffer_type\": 1, \"device_id\": 1, " \
		"\"layout\": \"INTERLEAVED\", \"max_size_per_bank\": " 2048 * (1 + op % 30) ", \"num_cores\": 0, " \
		"\"page_size\": 2048, \"size\": " 2048 * 110 * (1 + op % 30)
}' >"$dir/capture.json"
measure capture "$nodes" "$dir/capture.json"
