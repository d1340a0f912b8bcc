# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# How README tells administrators to install the packages that `make deb` has put into build/deb:
# the tests do that and nothing else.

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
