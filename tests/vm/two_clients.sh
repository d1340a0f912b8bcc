# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by suites with two clients that stay: one of `user`, and one of another user.

# two_clients OTHER: start them
two_clients()
{
	mkfifo to.user from.user to.other from.other
	su user -s /bin/sh -c ttmem-events <to.user >from.user &
	exec 3>to.user 4<from.user
	su "$1" -s /bin/sh -c ttmem-events <to.other >from.other &
	exec 5>to.other 6<from.other
}

# ask WHO COMMAND: have `user`, or the other, execute a command, and print its answer
ask()
{
	if [ "$1" = user ]; then
		echo "$2" >&3
		read -r answer <&4
	else
		echo "$2" >&5
		read -r answer <&6
	fi
	echo "${answer:-(nothing)}"
}
