# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tt-smi with the real module: every output format, as user nobody, in a separate pid namespace, and
# while processes come and go.
#
# files: demo/two-programs.json
. ./lib.sh

# as_nobody COMMAND
as_nobody() { su nobody -s /bin/sh -c "$1"; }

# field TEXT: of the chip in $chip, by a query
field() { tt-smi -i "$chip" --query-chips="$1" --format=csv,noheader,nounits; }

# total SPACE: what the processes listed use of it
total()
{
	tt-smi -i "$chip" --query-processes="$1_used" --format=csv,noheader,nounits |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# hold COMMAND...: a replay that holds what it reported, in $workload
hold()
{
	rm -f replay.log
	tt-memstat replay --chip "$chip" --grid 11x10 --program-cache --hold two-programs.json \
		>replay.log 2>&1 &
	workload=$!
	wait_for 'a replay holds' 30 grep -q holding replay.log
}

fails_with 6 'no chip found' 'no chip is there' tt-smi
chip=$(tt-memstat create-virtual --arch blackhole --harvest 192 --open)
hold

for who in root nobody; do
	expect_match "as $who: the screen" "^$chip .*virtual .*120/140" \
		"$(su $who -s /bin/sh -c tt-smi)"
	expect_match "as $who: a process" "^$chip +$workload +root " \
		"$(su $who -s /bin/sh -c tt-smi)"
	expect_match "as $who: its command" 'tt-memstat replay' "$(su $who -s /bin/sh -c tt-smi)"
	expect_match "as $who: JSON" "\"pid\": $workload" "$(su $who -s /bin/sh -c 'tt-smi --json')"
	expect_match "as $who: CSV" "^process,.*,$workload,0,root," \
		"$(su $who -s /bin/sh -c 'tt-smi --csv')"
done

# What sysfs says is what every form says.
for key in l1_used l1_buffers_used cb_used dram_used l1_capacity dram_capacity records; do
	expect "a query's $key" "$(figure "$chip" $key)" "$(field $key)"
done
for space in l1 dram; do
	expect "processes - shared = $space used" "$(figure "$chip" ${space}_used)" \
		$(($(total $space) - $(figure "$chip" ${space}_shared)))
done

# So do metrics; a process has dispatched, and is asked for by an option.
metrics=$(tt-smi --prometheus --process-series=9)
for space in l1 dram; do
	for end in used peak; do
		expect_match "the metric of ${space}_$end" \
			"^tenstorrent_memory_space_${end}_bytes\{chip=\"$chip\",space=\"$space\"\} $(figure "$chip" ${space}_$end)\$" \
			"$metrics"
	done
done
expect_match 'a process as metrics' \
	"^tenstorrent_process_memory_space_used_bytes\{chip=\"$chip\",client=\"[0-9]+\",pid=\"$workload\",comm=\"tt-memstat\",user=\"root\",.*space=\"l1\"\} $(figure "$chip" l1_used)\$" \
	"$metrics"
expect_match 'the age of its last dispatch' '^[0-9]+$' "$(figure "$chip" dispatch_age_ms)"
expect_match 'in seconds' "^tenstorrent_dispatch_age_seconds\{chip=\"$chip\"\} [0-9]+\.[0-9]{3}\$" "$metrics"

# In a fresh pid and mount namespace, as nobody, the process belongs to another user.
inside='mount -t proc proc /proc && exec su nobody -s /bin/sh -c'
seen=$(unshare -p -m -f sh -c "$inside tt-smi" 2>&1)
expect_match 'in a pid namespace: one row for all others' \
	"^$chip +\\(1\\) +- .*\\(other namespaces\\)" "$seen"
expect 'and no pid' 0 "$(echo "$seen" | grep -cE "^$chip +$workload ")"
expect 'and no command' 0 "$(echo "$seen" | grep -c replay)"
expect_match 'its bytes are there all the same' "\"used\": $(figure "$chip" l1_used)," \
	"$(unshare -p -m -f sh -c "$inside 'tt-smi --json'" 2>&1)"
expect "and the host's names stay outside" "$chip,,,," \
	"$(unshare -p -m -f sh -c \
	   "$inside 'tt-smi --query-processes=chip,pid,user,comm,command --format=csv,noheader'")"

# Limits, for scripts.
fails_with 10 "$chip: L1 used" 'above a limit' tt-smi --max-used=l1=0
succeeds 'within a limit' tt-smi --max-used=l1=100% --max-used=dram=100%

# Watching: the kernel's notice comes long before the interval ends.
tt-smi -w60 --json >watch.log 2>&1 &
watch=$!
wait_for 'a watch prints at once' 10 grep -q "\"pid\":$workload" watch.log
sleep 1
kill -9 $workload
wait $workload 2>/dev/null
wait_for 'and again when the process is killed' 10 grep -q '"processes":\[\]' watch.log
expect 'without the process every figure is zero' 0 "$(field l1_used)"
tt-memstat destroy "$chip"
wait_for 'a chip that goes is no error' 70 sh -c "kill -0 $watch"
kill $watch
wait $watch 2>/dev/null
expect_match 'nothing but JSON was printed' '^0$' "$(grep -vc '^{.*}$' watch.log)"
finish
