# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Mistakes of earlier tools: capacity of harvested cores, sums over cached programs, kernels that never
# unload, memory of killed processes.
. ./lib.sh

MIB=1048576

wh=$(tt-memstat create-virtual --arch wormhole --harvest 544 --open)
expect 'an n300 chip has 64 cores' 64 "$(figure "$wh" tensix_active)"
expect 'of 80' 80 "$(figure "$wh" tensix_total)"
expect 'and 91.5 MiB of L1' 95944704 "$(figure "$wh" l1_capacity)"
fails_with any 'mask|harvest' 'a mask that does not fit the arch' \
	tt-memstat create-virtual --arch wormhole --harvest 0x400

n=${wh#tt}

# 40 cached programs, each with 10 MiB of CBs on 64 cores at the same addresses: 160 KiB a core.
client_start
call_ok open
call_ok "attach $n"
program=1
while [ $program -le 40 ]; do
	cb=0
	while [ $cb -lt 4 ]; do
		call_ok "record $((program * 100 + cb)) $((0x18000 + cb * 40960)) 40960 0 cb $program"
		cb=$((cb + 1))
	done
	program=$((program + 1))
done
expect '40 programs at the same addresses: loaded is the union' $((10 * MIB)) \
	"$(figure "$wh" cb_loaded)"
expect 'before the first dispatch all count as resident: the union' $((10 * MIB)) \
	"$(figure "$wh" cb_used)"
program=1
while [ $program -le 40 ]; do
	call_ok "dispatch $program"
	program=$((program + 1))
done
expect 'after 40 dispatches resident is one program' $((10 * MIB)) "$(figure "$wh" cb_used)"
expect 'and loaded still the union' $((10 * MIB)) "$(figure "$wh" cb_loaded)"
expect 'no peak was higher' $((10 * MIB)) "$(figure "$wh" l1_footprint_peak)"
call_ok 'drop cb'
expect 'drop gives all of it back' '' "$(used_figures "$wh")"

# At addresses staggered by 32 KiB loaded grows as the union does: 160 KiB + 31 x 32 KiB a core.
program=1
while [ $program -le 32 ]; do
	call_ok "record $program $((0x18000 + (program - 1) * 32768)) 163840 0 cb $program"
	call_ok "dispatch $program"
	expect "$program staggered programs: loaded is the union" \
		$(((163840 + (program - 1) * 32768) * 64)) "$(figure "$wh" cb_loaded)"
	expect "$program staggered programs: resident is the last" $((163840 * 64)) \
		"$(figure "$wh" cb_used)"
	program=$((program + 1))
done
call_ok 'drop cb'

# Three loads of a working set of kernels, unloaded by id alone.
core=$(say_set() { echo 'set 0,0,0,0' >&6; read -r answer <&7; echo "${answer##*set=}"; }; say_set)
for id in 1 2 3; do
	call_ok "record $id 0 $((127 * MIB)) $core kernel"
done
call_ok "record 4 0 65536 $core kernel 0 system"
expect 'application kernels are loaded bytes' $((3 * 127 * MIB)) "$(figure "$wh" kernel_app)"
expect 'those of the system apart' 65536 "$(figure "$wh" kernel_system)"
expect 'and never part of used L1' 0 "$(figure "$wh" l1_used)"
for id in 1 2 3; do
	call_ok "free $id"
done
expect 'unloads by id alone bring them back to 0' 0 "$(figure "$wh" kernel_app)"

# A ghost: a child keeps the descriptor of a killed parent.
call_ok "record 10 0x100000 4096 0 l1"
call_ok 'record 11 0x1000 4096 0 dram'
echo fork-hold >&6
read -r answer <&7
expect 'a parent reports' $((64 * 4096)) "$(figure "$wh" l1_used)"
keeper=${answer##*=}
client_kill
expect 'its bytes go with it, though a child has the file open' '' "$(used_figures "$wh")"
wait_for 'and so does its client' 5 no_clients "$wh"
case $keeper in
''|*[!0-9]*) ;;
*) kill -9 "$keeper" ;;
esac
succeeds 'the chip goes' tt-memstat destroy "$wh"
finish
