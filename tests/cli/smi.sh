#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi, one reading over recorded sysfs trees: functions for the checks, and the parts in smi/.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi.sh [--update] [NAME...]
#
# NAME runs only the tests whose name contains it; --update writes smi-expected/ anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
expected=$here/smi-expected
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
only=("$@")

. "$here/smi_lib.sh"
work=$(mktemp -d) || exit 1
at_end 'disperse; rm -rf "$work"'
unset COLUMNS NO_COLOR TT_VISIBLE_DEVICES
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm XDG_CONFIG_HOME=$work/config
python3 "$here/smi_trees.py" "$work/trees" || exit 1
trees=$(cd "$work/trees" && echo *)

# smi TREE ARG...: stdout in $work/out, stderr in $work/err, status in $rc
smi()
{
	local tree=$1
	shift
	"$smi" --sysfs-root "$work/trees/$tree" "$@" >"$work/out" 2>"$work/err"
	rc=$?
}

# The head's time and version are the only things that differ between two runs.
steady()
{
	sed -E '1s/^tt-smi [^ ]+/tt-smi VERSION/; 1s/ +[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC$/  TIME/'
}

# screen NAME TREE ARG...: the screen is the expected one
screen()
{
	local name=$1 tree=$2
	shift 2
	wanted "$name" || return
	smi "$tree" "$@"
	steady <"$work/out" >"$work/steady"
	if [ -n "$update" ]; then
		mkdir -p "$expected"
		cp "$work/steady" "$expected/$name.txt"
	fi
	if diff -u "$expected/$name.txt" "$work/steady" >"$work/diff" 2>&1; then
		pass "$name"
	else
		bad "$name" "expected $expected/$name.txt, saw (-expected +seen):" "$(cat "$work/diff")"
	fi
}

# One process looks at all outputs: starting one for each would take most of the time.
coproc CHECKER { exec python3 "$here/smi_check.py"; }

# check NAME KIND [ARG]: the last output has the properties of smi_check.py
check()
{
	local name=$1 line=''
	shift
	: >"$work/problems"
	echo "$work/out $*" >&"${CHECKER[1]}"
	while read -r line <&"${CHECKER[0]}"; do
		case $line in
		ok|bad)	break ;;
		*)	printf '%s\n' "$line" >>"$work/problems" ;;
		esac
	done
	if [ "$line" = ok ]; then
		pass "$name: $*"
	else
		bad "$name" "expected the properties '$*', saw:" "$(cat "$work/problems")"
	fi
}

# status NAME WANT GOT
status()
{
	if [ "$3" -eq "$2" ]; then
		pass "$1: exit status $2"
	else
		bad "$1" "expected exit status $2, saw $3" "stderr: $(cat "$work/err")"
	fi
}

# says NAME FILE PATTERN: the file matches (or, with '!' before the pattern, does not)
says()
{
	case $3 in
	!*)	if ! grep -Eq -- "${3#!}" "$2"; then pass "$1: $3"; return; fi ;;
	*)	if grep -Eq -- "$3" "$2"; then pass "$1: $3"; return; fi ;;
	esac
	bad "$1" "expected a line that matches '$3', saw:" "$(head -n 40 "$2")"
}

# equal NAME WANT SEEN
equal()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		bad "$1" "expected '$2', saw '$3'"
	fi
}

# refuses NAME STATUS PATTERN ARG...: nothing on stdout, one diagnostic
refuses()
{
	local name=$1 want=$2 pattern=$3
	shift 3
	wanted "$name" || return
	"$smi" "$@" >"$work/out" 2>"$work/err"
	status "$name" "$want" $?
	says "$name" "$work/err" "$pattern"
	if [ -s "$work/out" ]; then
		bad "$name" "expected nothing on stdout, saw:" "$(cat "$work/out")"
	else
		pass "$name: nothing on stdout"
	fi
}

# prints NAME PATTERN TREE ARG...: some line of the output is like PATTERN
prints()
{
	local name=$1 pattern=$2 tree=$3
	shift 3
	wanted "$name" || return
	smi "$tree" "$@"
	status "$name" 0 $rc
	says "$name" "$work/out" "$pattern"
}

p150=$work/trees/p150

. "$here/smi/screens.sh"
. "$here/smi/diagnostics.sh"
. "$here/smi/select.sh"
. "$here/smi/fields.sh"
. "$here/smi/holders.sh"
. "$here/smi/metrics.sh"
. "$here/smi/live.sh"
finish
