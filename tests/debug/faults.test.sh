# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Every allocation and every user copy in the module fails once: in each call of the uAPI, in each
# file of sysfs, at the death of a process (tests/vm/programs/ttmem-faults.c). For kernels with fault
# injection, debug and uml, only. On the latter there is no card.
#
# ONLY: test only what has this in its name (WHAT in ttmem-faults.c)
#
# vm: --time 600
. ./lib.sh

tt-memstat create-virtual --arch wormhole --harvest 544 >/dev/null
card=-
if insmod /lib/modules/fake_pci.ko 2>/dev/null; then
	plug 1 0x401e
	card=1
	expect 'there is a card' local "$(figure tt1 kind)"
fi

status=0
ttmem-faults 0 $card "${ONLY:-}" >faults || status=$?
while read -r line; do
	case $line in
	*' faults, '*|'exit: '*)	pass "$line" ;;
	*)				echo "# $line" ;;
	esac
done <faults
expect 'every call is done or undone' 0 "$status"
finish
