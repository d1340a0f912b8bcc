#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure the cost of tt-smi: a one-shot run with 8 chips and 16 processes, compared with lsblk; a
# watch of 32 chips and 64 processes at 1 Hz for a minute; and 10,000 readings of it, while figures
# change and chips and processes come and go. The trees include telemetry and lists of holders.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi-cost.sh [--brief]
#
# --brief leaves the 10,000 readings out, which take some 20 minutes. Lines `bench: NAME VALUE UNIT`
# are for bench/run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
brief=${1-}

"$here/../../scripts/deps" --package python3 util-linux || exit 1
. "$here/smi_lib.sh"
TT_MEMSTAT_RERUN="TT_SMI=$smi $0"
work=$(mktemp -d) || exit 1
at_end 'disperse; rm -rf "$work"'
unset COLUMNS NO_COLOR
export LC_ALL=C.UTF-8 TERM=xterm-256color
python3 "$here/smi_trees.py" "$work/trees" many crowd || exit 1
can_live || { echo "smi-cost: needs root, to mount a tree at /sys" >&2; exit 1; }

# at_most NAME_UNIT LIMIT SEEN
at_most()
{
	echo "bench: smi.$1 $3 ${1##*_}"
	if [ "$3" -le "$2" ]; then
		pass "$1"
	else
		fail "$1" "expected: at most $2" "saw:      $3"
	fi
}

# watch SECONDS ARG...: what smi_watch_cost.py says, in $seen
watch()
{
	local seconds=$1
	shift
	seen=$(live "$work/trees/crowd" python3 "$here/smi_watch_cost.py" "$work/trees/crowd" \
		"$seconds" "$smi" "$@")
	[ "$(value status 2)" = 0 ] || fail "watch $*" 'expected: status 0' 'saw:' "$seen"
}

# value KEY FIELD
value() { awk -v key="$1" -v field="$2" '$1 == key { print $field }' <<<"$seen"; }

populate "$work/trees/many"
theirs=$(python3 "$here/smi_time.py" lsblk)
ours=$(live "$work/trees/many" python3 "$here/smi_time.py" "$smi")
echo "bench: smi.lsblk_us $theirs us"
at_most one_shot_us $((theirs * 3 / 2)) "$ours"
disperse

populate "$work/trees/crowd"
watch 60 -w1
at_most watch_cpu_ppm 5000 "$(value cpu 2)"
if [ "$brief" != --brief ]; then
	watch 0 -w0.1 -n 10000
	before=$(value resident 2)
	echo "bench: smi.watch_first_kib $before kib"
	# A page or two may come late, as a row of the screen that was never used before.
	at_most watch_last_kib $((before + 64)) "$(value resident 3)"
	at_most watch_files "$(value descriptors 2)" "$(value descriptors 3)"
fi
finish
