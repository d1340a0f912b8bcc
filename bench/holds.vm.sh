# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The part of bench/holds.sh that runs in the virtual machine.
set -e
tracing=/sys/kernel/tracing

tt-memstat create-virtual --arch blackhole --harvest 0 --open >/dev/null
echo 16384 >$tracing/buffer_size_kb
echo 'ttmem_ledger_apply ttmem_ledger_drop ttmem_ledger_detach_step ttmem_publish' >$tracing/set_ftrace_filter
for name in l1_own l1_others dram_own dram_others dram_over_parts parts_over_dram dispatch_over_pieces \
	first_dispatch long_list drop death; do
	rm -f to from
	mkfifo to from
	./ttmem-holds $name <to >from &
	exec 6>to 7<from
	read -r answer <&7
	[ "$answer" = ready ] || exit 1
	echo function_graph >$tracing/current_tracer
	echo >&6
	exec 6>&-
	wait $!
	exec 7<&-
	# A line for each call: its duration in microseconds, which pass by the instruction.
	awk -v name=$name '
	/ us/ && !/#.*DURATION/ {
		sub(/.*\) /, ""); gsub(/[^0-9. a-z_();{}\/*|-]/, "")
		if (match($0, /[0-9]+\.[0-9]+ us/)) { v = substr($0, RSTART, RLENGTH - 3) * 1000; n++
			if (v > most) most = v }
	}
	END { printf "bench: holds.%s %d instructions\nbench: holds.%s.steps %d calls\n", name, most, name, n }' $tracing/trace
	echo nop >$tracing/current_tracer
done
