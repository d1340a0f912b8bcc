# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# After booting the system with the packages: the module is loaded, the card is described, and every
# user can read.
. ./lib.sh

expect 'the kernel' "$FIRST" "$(uname -r)"
expect 'the module is loaded' "$TT_MEMSTAT_VERSION" "$(cat /sys/module/tt_memstat/version)"
expect "DKMS's" "/lib/modules/$FIRST/updates/dkms/tt_memstat.ko" "$(modinfo -n tt_memstat)"
expect "signed with the owner's key" 'the machine owner' "$(modinfo -F signer tt_memstat)"
expect 'the node' '666 root root character special file' "$(stat -c '%a %U %G %F' /dev/tt_memstat)"
described() { [ "$(figure tt0 l1_capacity)" = 95944704 ]; }
wait_for 'the card is described' 60 described
expect 'by the administrator' admin "$(figure tt0 geometry_source)"
expect 'the chip behind it' 95944704 "$(figure tt1 l1_capacity)"
expect 'by a unit that udev started' 'success inactive' \
	"$(systemctl show -p ActiveState,Result --value tt-memstat-import@tt0.service | xargs)"
expect 'no unit has failed' '' "$(systemctl --failed --plain --no-legend)"
expect_match 'nobody sees the chips' '^tt0 +n300 L' "$(su nobody -s /bin/sh -c tt-smi)"
expect_match 'under the other name' '^tt0 +n300 L' "$(su nobody -s /bin/sh -c tt-memstat-smi)"
expect 'a virtual chip' tt2 "$(tt-memstat create-virtual --arch blackhole --harvest 192)"
fails_with 1 'EPERM' 'not for everybody' \
	su nobody -s /bin/sh -c 'tt-memstat create-virtual --arch blackhole --harvest 192'
tt-memstat destroy tt2
systemctl restart tt-memstat-import.service
expect 'the unit of the boot imports, too' 'success 0' \
	"$(systemctl show -p Result,ExecMainStatus --value tt-memstat-import.service | xargs)"
finish
