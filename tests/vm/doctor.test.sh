# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tt-memstat doctor on a live system, with real nodes and cards of fake_pci, with and without the module.
#
# files: tests/cli/descriptors
. ./lib.sh

doctor() { su user -s /bin/sh -c 'tt-memstat doctor' 2>&1; }

seen=$(doctor)
expect 'without a card nothing is wrong' 0 $?
expect_match 'the node is the one of the module' '^ok +node +/dev/tt_memstat is accessible to all users' "$seen"
expect_match 'versions' "^ok +versions +module and library are $(cat "$TT_MEMSTAT_CLASS/version")$" "$seen"
expect_match 'no chip' '^note +geometry +there is no chip' "$seen"

mv /dev/tt_memstat /dev/kept
mknod -m 666 /dev/tt_memstat c 1 3
expect_match 'another device under the name' \
	'^to do +node +/dev/tt_memstat is not the device that the kernel has' "$(doctor)"
rm /dev/tt_memstat
expect_match 'no node' '^to do +node +/dev/tt_memstat is not there' "$(doctor)"
mv /dev/kept /dev/tt_memstat

succeeds 'a card' insmod /lib/modules/fake_pci.ko
plug 1 0x401e
chip=$(basename "$(ls -d /sys/bus/pci/devices/0077:00:01.0/tt_memstat/tt*)")
node=/dev/$(figure "$chip" kmd_node)
chmod 600 "$node"
seen=$(doctor)
expect 'a card has something to do' 1 $?
expect_match 'it is not described' "^to do +geometry +$chip: its cores and DRAM are unknown" "$seen"
expect_match 'its node is closed' "^to do +kmd +$chip: $node is not accessible to all users, nor to you" "$seen"
expect_match 'the administrator is told less' "^to do +kmd +$chip: $node is not accessible to all users\$" \
	"$(tt-memstat doctor)"
chmod 666 "$node"
sed 's/0000:23:00.0/0077:00:01.0/' descriptors/n300.yaml >here.yaml
succeeds 'what was advised' tt-memstat import here.yaml
seen=$(doctor)
expect 'then nothing is wrong' 0 $?
expect_match 'the card' "^ok +geometry +$chip: known \\(admin\\)" "$seen"
expect_match 'and its node' "^ok +kmd +$chip: $node is accessible to all users" "$seen"
rmmod fake_pci

rmmod tt_memstat
fails_with 1 '^to do +module +tt_memstat is not loaded' 'without the module' doctor
finish
