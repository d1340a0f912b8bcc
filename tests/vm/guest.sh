# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by both kinds of test machines, with busybox or systemd as PID 1: load and unload the
# module, and report the verdict. Runs inside the machine, under busybox's sh and Debian's.
#
# Three serial lines: ttyS0 is the kernel's console, ttyS1 carries the script's output, ttyS2 the
# verdict, one `key value` a line. The host accepts success only if the verdict is complete.

BAD_TAINT=$((0x42b0))	# machine check, bad page, oops, warning, soft lockup

verdict() { echo "$*" >/dev/ttyS2; }

# wanted: whether the host asked for the module.
wanted() { [ -e /harness/load ]; }

load_module()
{
	wanted || return 0
	# shellcheck disable=SC2046 # words on purpose
	if message=$(insmod /lib/modules/tt_memstat.ko $(cat /harness/params) 2>&1); then
		verdict module 0
	else
		verdict module "${message:-failed}"
	fi
}

# A module that cannot go shows a reference that its users' death did not return.
unload_module()
{
	[ -d /sys/module/tt_memstat ] || return 0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		message=$(rmmod tt_memstat 2>&1) && return
		sleep 0.5
	done
	verdict stuck "$message"
}

# After the module is gone, as what only its data referred to has leaked as well. kmemleak reports
# no object younger than 5 seconds.
look_for_leaks()
{
	leaks=/sys/kernel/debug/kmemleak
	if [ -e $leaks ]; then
		sleep 6
		echo scan >$leaks
		cat $leaks >/run/leaks
		# The console shows them: a line of /dev/kmsg is one write.
		while read -r line; do
			echo "$line" >/dev/kmsg
		done </run/leaks
		verdict leaks "$(grep -c '^unreferenced object' /run/leaks)"
	else
		verdict leaks 0
	fi
}

verdict_of_kernel() { verdict taint $(($(cat /proc/sys/kernel/tainted) & BAD_TAINT)); }
