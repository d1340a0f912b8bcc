# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Every allocation and every user copy in the module fails once: in each call of the uAPI, in each
# file of sysfs, at the death of a process (tests/vm/programs/ttm-faults.c). For the debug kernel
# only.
#
# vm: --time 600
. ./lib.sh

params=/sys/module/fake_pci/parameters

tt-memstat create-virtual --arch wormhole --harvest 544 >/dev/null
insmod /lib/modules/fake_pci.ko
echo 1 0x401e >$params/plug
expect 'there are a virtual chip and a card' 'virtual local' "$(figure tt0 kind) $(figure tt1 kind)"

status=0
ttm-faults 0 1 >faults || status=$?
while read -r line; do
	case $line in
	*' faults, '*|'exit: '*)	pass "$line" ;;
	*)				echo "# $line" ;;
	esac
done <faults
expect 'every call is done or undone' 0 "$status"
finish
