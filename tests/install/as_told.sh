# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Install the packages of `make deb` from build/deb exactly as README says.

# told README: the command after `make deb`
told() { sed -n '/^make deb$/{n;p;q}' "$1"; }

# as_told COMMAND KERNEL: runs it as if typed. apt must not ask questions, and in a
# chroot the kernel that runs is another.
as_told()
(
	typed=$1 running=$2
	sudo() { "$@"; }
	apt() { command apt -y "$@"; }
	uname() { echo "$running"; }
	eval "$typed"
)
