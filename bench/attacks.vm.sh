# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The part of bench/attacks.sh that runs in the virtual machine.
set -e
# As under systemd, the two users have equal shares of the processors.
echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/attack /sys/fs/cgroup/user
echo $$ >/sys/fs/cgroup/user/cgroup.procs
for attack in $ATTACKS; do
	chip=$(tt-memstat create-virtual --arch wormhole --harvest 0 --open)
	./ttmem-attacks "$attack" "${chip#tt}" "$THREADS" "$MILLISECONDS"
	tt-memstat destroy "$chip"
done
