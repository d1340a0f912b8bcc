#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Try the completions of the tools in the shells themselves: they must offer exactly the options of
# --help, and the values that exist on this machine.
#
#   PATH=$PWD/build/bin:$PATH tests/cli/complete.sh [SHELL...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(command -v tt-smi)
COMPLETIONS=$(realpath "$(dirname "$smi")/../completions")

. "$here/smi_lib.sh"
work=$(mktemp -d) || exit 1
at_end 'rm -rf "$work"'
python3 "$here/smi_trees.py" "$work/trees" n300 || exit 1
export LC_ALL=C.UTF-8 TERM=xterm HOME=$work COMPLETIONS
mkdir "$work/here" && cd "$work/here" && touch a.json || exit 1

# offers SHELL LINE: what the shell offers at the end of LINE, a candidate a line
offers()
{
	: >"$work/offers"
	case $1 in
	bash)	live "$work/trees/n300" bash --norc -c '
			compopt() { :; }
			. "$COMPLETIONS/${1%% *}.bash"
			read -ra COMP_WORDS <<<"${1//=/ = }"
			[[ $1 == *" " ]] && COMP_WORDS+=("")
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			$(complete -p "${1%% *}" | sed "s/.*-F \([a-z_]*\) .*/\1/")
			printf "%s\n" "${COMPREPLY[@]}"' bash "$2" >"$work/offers" 2>"$work/err" ;;
	fish)	live "$work/trees/n300" fish --no-config -c '
			source $COMPLETIONS/(string split " " -- $argv[1])[1].fish
			complete -C $argv[1]' -- "$2" 2>"$work/err" | cut -f 1 >"$work/offers" ;;
	zsh)	live "$work/trees/n300" zsh -f "$here/complete.zsh" "$work/offers" "$2" \
			>"$work/err" 2>&1 ;;
	esac
	# fish offers an option whose value may be left out in both forms, a value with its option, and
	# from 4 on, after those that begin so, what merely has the letters.
	local word=${2##* }
	[ "$1" = bash ] ||
		sed -i -E -e 's/=$//' -e 's/^--[a-z-]+=//' -e "/^${word#--*=}/!d" "$work/offers"
	sort -u -o "$work/offers" "$work/offers"
}

# check SHELL LINE WANTED...: exactly these
check()
{
	local shell=$1 line=$2
	shift 2
	offers "$shell" "$line"
	if diff <([ $# -eq 0 ] || printf '%s\n' "$@" | sort -u) <(grep . "$work/offers") >"$work/diff"; then
		pass "$shell: $line"
	else
		fail "$shell: $line" "expected < but saw >, and stderr:" "$(head -n 20 "$work/diff" "$work/err")"
	fi
}

# options COMMAND...: those at the beginning of a line of its --help; others are only mentioned there
options()
{
	"$@" --help | sed -nE 's/^ +((-[a-zA-Z], )*(-[a-z_]+, )?(--[a-z0-9_.-]+)=?).*/\1/p' | tr -d , |
		tr ' ' '\n' | grep -E '^-(-|.$)'
}

# offers_options SHELL COMMAND...
offers_options()
{
	local shell=$1
	shift
	mapfile -t words < <(options "$@")
	[ ${#words[@]} -gt 0 ] || fail "$shell: $*" 'expected options in --help'
	# Only bash tells by a '=' that a value must follow.
	[ "$shell" = bash ] || words=("${words[@]%=}")
	mapfile -t long < <(printf '%s\n' "${words[@]}" | grep -e '^--')
	check "$shell" "$* --" "${long[@]}"
	check "$shell" "$* -" "${words[@]}"
}

if ! can_live; then
	skip 'no mount namespace'
	finish
fi
mapfile -t commands < <(tt-memstat --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p')
mapfile -t chip_fields < <(tt-smi --help-query | awk '/^  C/ { print $2 }')
mapfile -t process_fields < <(tt-smi --help-query | awk '/^  .P/ { print $2 }')
shells=("$@")
[ $# -gt 0 ] || shells=(bash zsh fish)
for shell in "${shells[@]}"; do
	offers_options "$shell" tt-smi
	check "$shell" 'tt-smi --sn' --snapshot --snapshot_no_tty
	check "$shell" 'tt-smi -i ' tt0 tt1 tt2
	check "$shell" 'tt-smi --chip tt1' tt1
	check "$shell" 'tt-smi -w ' 1 2 5 10
	check "$shell" 'tt-smi --watch ' 1 2 5 10
	check "$shell" 'tt-smi --sort ' memory l1 dram chip pid user name
	check "$shell" 'tt-smi --query-chips ' "${chip_fields[@]}"
	check "$shell" 'tt-smi --query-processes ' "${process_fields[@]}"
	check "$shell" 'tt-smi --max-used ' l1=90% dram=90%
	check "$shell" 'tt-smi --color=n' never
	offers_options "$shell" tt-memstat-exporter
	check "$shell" 'tt-memstat-exporter --chip tt2' tt2
	check "$shell" 'tt-memstat do' doctor
	for command in "${commands[@]}"; do
		offers_options "$shell" tt-memstat "$command"
	done
	check "$shell" 'tt-memstat forget ' tt0 tt1 tt2
	check "$shell" 'tt-memstat replay a' a.json
	check "$shell" 'tt-memstat create-virtual --arch b' blackhole
	check "$shell" 'tt-memstat run --mode exact env --zero-terminatedx'
done
for shell in "${shells[@]}"; do
	# Of fish only that it takes the right word for the command.
	[ "$shell" != fish ] || for line in 'run' 'run --' 'run --mode exact' 'run --check' 'record -o x'; do
		check fish "tt-memstat $line unshar" unshare
	done
	[ "$shell" = zsh ] || continue
	for line in 'run' 'run --' 'run --mode exact' 'run --mode=exact --' 'record -o x'; do
		check zsh "tt-memstat $line ls --almost" --almost-all
	done
done
# The command behind the options has its own completion, where that of bash is there.
delegated()
{
	bash --norc -c '
		compopt() { :; }
		_command_offset() { echo "at $1"; }
		. "$COMPLETIONS/tt-memstat.bash"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_tt_memstat' bash tt-memstat "$@"
}
expect 'run completes a command behind an option with a value' 'at 4' "$(delegated run --mode exact py)"
expect 'record completes one behind an option with =' 'at 5' "$(delegated record --output = x py)"
expect 'it completes the options of that command' 'at 3' "$(delegated run -- pytest --co)"
expect 'run completes its own options before it' '' "$(delegated run --mo)"
expect 'all commands are listed' "$(sed -n 's/^command: //p' "$here/../../tools/tt-memstat/tt-memstat.options" | sort)" \
	"$(printf '%s\n' "${commands[@]}" | sort)"
# accepted OPTION FIELD...: whether the query takes each of them, alone
accepted()
{
	local option=$1 field
	shift
	for field; do
		tt-smi "$option=$field" --sysfs-root="$work/trees/n300" >/dev/null 2>&1 || echo "$field"
	done
}
expect 'a query takes each field of chips' '' "$(accepted --query-chips "${chip_fields[@]}")"
expect 'a query takes each field of processes' '' "$(accepted --query-processes "${process_fields[@]}")"
expect 'there are fields' yes "$([ ${#chip_fields[@]} -gt 20 ] && echo yes)"
finish
