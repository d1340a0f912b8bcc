# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A kernel that requires signatures and does not trust the machine owner's key, as before it is enrolled:
# the behaviour that docs/install.md describes.
. ./lib.sh

expect 'the kernel wants signatures' Y "$(cat /sys/module/module/parameters/sig_enforce)"
expect 'the module is not there' '' "$(ls -d /sys/module/tt_memstat 2>/dev/null)"
fails_with any 'Key was rejected by service' 'modprobe says why' modprobe tt_memstat
expect 'the system is up all the same' systemd-modules-load.service \
	"$(systemctl --failed --plain --no-legend | cut -d' ' -f1 | grep -v fake-cards)"
expect_match 'tt-smi says what is missing' 'not loaded' "$(su nobody -s /bin/sh -c tt-smi 2>&1)"
expect 'the import has nothing to do' 'success no' \
	"$(systemctl show -p Result,ConditionResult --value tt-memstat-import.service | xargs)"
finish
