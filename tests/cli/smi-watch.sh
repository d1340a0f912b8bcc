#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi --watch on a terminal of tmux: functions for the checks, and the parts in smi-watch/.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi-watch.sh [--update] [NAME...]
#
# NAME runs only the tests whose name contains it; --update writes smi-watch-expected/ anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
expected=$here/smi-watch-expected
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
only=("$@")

. "$here/smi_lib.sh"
if ! command -v tmux >/dev/null; then
	skip 'no tmux'
	finish
fi
work=$(mktemp -d) || exit 1
socket=$work/tmux
at_end 'disperse 2>/dev/null; tmux -S "$socket" kill-server 2>/dev/null; rm -rf "$work"'
unset COLUMNS NO_COLOR TMUX
unset TT_VISIBLE_DEVICES
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm XDG_CONFIG_HOME=$work/config
python3 "$here/smi_trees.py" "$work/trees" || exit 1

mux() { tmux -S "$socket" "$@"; }

# A socket of its own: a server that is asked to end may still answer on the last one.
servers=0
fresh_server()
{
	mux kill-server 2>/dev/null
	servers=$((servers + 1))
	socket=$work/tmux.$servers
}

# start WIDTH HEIGHT TREE [ARG...]: a watch; what it exits with comes to lie in $work/status.
# ENVIRONMENT may hold settings for env, or a command that runs it.
start()
{
	local width=$1 height=$2 tree=$3
	shift 3
	fresh_server
	rm -f "$work/status"
	mux -f /dev/null new-session -d -x "$width" -y "$height" \
		"env ${ENVIRONMENT-} '$smi' -w --sysfs-root '$work/trees/$tree' $* 2>'$work/err'
		 echo \$? >'$work/status'; sleep 1000"
	mux set-option -g status off
	mux resize-window -x "$width" -y "$height"
}

seen() { mux capture-pane -p "$@" 2>/dev/null; }

# Waiting ends after a minute, when nothing comes any more.
readonly TRIES=600

# shows NAME PATTERN: some line comes to match (with '!': no line does any more)
shows()
{
	local tries=$TRIES
	while [ $tries -gt 0 ]; do
		case $2 in
		!*)	seen | grep -Eq -- "${2#!}" || { pass "$1: $2"; return; } ;;
		*)	seen | grep -Eq -- "$2" && { pass "$1: $2"; return; } ;;
		esac
		sleep 0.1
		tries=$((tries - 1))
	done
	bad "$1" "expected a line like '$2', saw:" "$(seen)" "stderr: $(cat "$work/err")"
}

keys() { mux send-keys "$@"; }

# ends NAME STATUS
ends()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && [ ! -s "$work/status" ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	if [ "$(cat "$work/status" 2>/dev/null)" = "$2" ]; then
		pass "$1: ends with $2"
	else
		bad "$1" "expected that it ends with $2, saw: $(cat "$work/status" 2>/dev/null)" \
			"$(seen)" "stderr: $(cat "$work/err")"
	fi
}

# lines_come N: to $work/out
lines_come()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && [ "$(wc -l <"$work/out")" -lt "$1" ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
}

# screen NAME: the screen is the expected one, but for time and version
screen()
{
	# A history has moved on by the time that it is looked at: without its Braille.
	seen | LC_ALL=C sed -E '1s/^tt-smi [^ ]+/tt-smi VERSION/
		s/\xe2[\xa0-\xa3][\x80-\xbf]/ /g
		1s/ +[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC$/  TIME/; s/ +$//' >"$work/screen"
	if [ -n "$update" ]; then
		mkdir -p "$expected"
		cp "$work/screen" "$expected/$1.txt"
	fi
	if diff -u "$expected/$1.txt" "$work/screen" >"$work/diff" 2>&1; then
		pass "$1"
	else
		bad "$1" "expected $expected/$1.txt, saw (-expected +seen):" "$(cat "$work/diff")"
	fi
}

. "$here/smi-watch/screens.sh"
. "$here/smi-watch/keys.sh"
. "$here/smi-watch/signals.sh"
. "$here/smi-watch/changes.sh"
. "$here/smi-watch/stream.sh"
. "$here/smi-watch/cost.sh"
finish
