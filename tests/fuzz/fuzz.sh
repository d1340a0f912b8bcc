#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Inside the virtual machine: set up the fuzzer's environment, and run it.

mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
# All of its processes, of any user, may use coverage.
[ ! -e /sys/kernel/debug/kcov ] || chmod a+rwx /sys/kernel/debug /sys/kernel/debug/kcov
# User-mode Linux has no cards.
if [ -e /lib/modules/fake_pci.ko ]; then
	insmod /lib/modules/fake_pci.ko
	echo '1 0x401e' >/sys/module/fake_pci/parameters/plug
	echo '2 0xb140' >/sys/module/fake_pci/parameters/plug
fi
./ttmem-fuzz "seed=$SEED" "calls=$CALLS" "processes=$PROCESSES" "epoch=$EPOCH"
status=$?
[ ! -d /sys/module/fake_pci ] || rmmod fake_pci
exit $status
