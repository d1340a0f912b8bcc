# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The part of bench/attacks.sh that runs in the virtual machine.
set -e
mkdir /sys/fs/cgroup/attack
for attack in $ATTACKS; do
	chip=$(tt-memstat create-virtual --arch wormhole --harvest 0 --open)
	./ttmem-attacks "$attack" "${chip#tt}" "$THREADS" "$MILLISECONDS"
	tt-memstat destroy "$chip"
done
