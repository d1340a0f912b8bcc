# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Shared by the scripts that test tt-smi: lib.sh, selection of tests by name, and recorded trees
# (smi_trees.py) mounted over the live system, which requires root.
. "$(dirname "${BASH_SOURCE[0]}")/../vm/lib.sh"

# wanted NAME: whether a word of $only is part of it, or there is none
wanted()
{
	local name
	[ ${#only[@]} -eq 0 ] && return 0
	for name in "${only[@]}"; do
		case $1 in *"$name"*) return 0 ;; esac
	done
	return 1
}

# bad NAME LINE...: as `fail`, and says how to run NAME alone
bad() { TT_MEMSTAT_RERUN="TT_SMI=$smi $0 $1" fail "$@"; }

people=()	# processes that play a part

# populate TREE: each client of it is a process that exists and holds its card, and one more holds
# the first card and reports nothing. Its command line is "sleep 100001".
populate()
{
	local stat chip pids=$1/proc/driver/tenstorrent
	rm -rf "$pids"
	for stat in "$1"/devices/pci*/*/*/tt_memstat/tt*/clients/*/stat; do
		chip=${stat%/clients/*}
		chip=${chip##*/tt}
		mkdir -p "$pids/$chip"
		sleep 100000 &
		people+=($!)
		sed -i "s/^pid .*/pid $!/; s/^uid .*/uid 0/" "$stat"
		echo $! >>"$pids/$chip/pids"
	done
	sleep 100001 &
	people+=($!)
	echo $! >>"$pids/0/pids"
}

disperse()
{
	[ ${#people[@]} -eq 0 ] && return
	kill "${people[@]}"
	wait "${people[@]}" 2>/dev/null
	people=()
}

can_live() { [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; }

# live TREE COMMAND...: with the tree at /sys, and what it has of tt-kmd in /proc.
live()
{
	# libudev takes nothing but a sysfs for one, unless told otherwise.
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m -- sh -c 'mount --bind "$0" /sys || exit 99
		[ ! -d "$0/proc/driver" ] || mount --bind "$0/proc/driver" /proc/driver || exit 99
		SYSTEMD_DEVICE_VERIFY_SYSFS=0 exec "$@"' "$@"
}
