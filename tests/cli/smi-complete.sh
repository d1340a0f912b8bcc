#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi's completions in the shells themselves: every option of --help is offered, nothing else
# is, and so are the values that the machine has now.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi-complete.sh [SHELL...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
scripts=$(realpath "$here/../../packaging/completions")

. "$here/smi_lib.sh"
work=$(mktemp -d) || exit 1
at_end 'rm -rf "$work"'
python3 "$here/smi_trees.py" "$work/trees" n300 || exit 1
export LC_ALL=C.UTF-8 TERM=xterm HOME=$work COMPLETIONS=$scripts
PATH=$(dirname "$smi"):$PATH

# offers SHELL LINE: what the shell offers at the end of LINE, a candidate a line
offers()
{
	: >"$work/offers"
	case $1 in
	bash)	live "$work/trees/n300" bash --norc -c '
			compopt() { :; }
			. "$COMPLETIONS/tt-smi.bash"
			read -ra COMP_WORDS <<<"$1"
			[[ $1 == *" " ]] && COMP_WORDS+=("")
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			_tt_smi
			printf "%s\n" "${COMPREPLY[@]}"' bash "$2" >"$work/offers" 2>"$work/err" ;;
	fish)	live "$work/trees/n300" fish --no-config -c '
			source $COMPLETIONS/tt-smi.fish
			complete -C $argv[1]' -- "$2" 2>"$work/err" | cut -f 1 >"$work/offers" ;;
	zsh)	live "$work/trees/n300" zsh -f "$here/smi_complete.zsh" "$work/offers" "$2" \
			>"$work/err" 2>&1 ;;
	esac
	# fish offers an option whose value may be left out in both forms, and from 4 on, after those
	# that begin so, what merely has the letters.
	[ "$1" = bash ] || sed -i -e 's/=$//' -e "/^${2##* }/!d" "$work/offers"
	sort -u -o "$work/offers" "$work/offers"
}

# check SHELL LINE WANTED...: exactly these
check()
{
	local shell=$1 line=$2
	shift 2
	offers "$shell" "$line"
	if diff <(printf '%s\n' "$@" | sort -u) "$work/offers" >"$work/diff"; then
		pass "$shell: $line"
	else
		bad "$shell" "$line: expected < but saw >, and stderr:" "$(cat "$work/diff" "$work/err")"
	fi
}

if ! can_live; then
	skip 'no mount namespace'
	finish
fi
# Lines that begin with an option; what stands in the text beside it is only mentioned.
"$smi" --help | sed -nE 's/^ +((-[a-zA-Z], )*(--[a-z_-]+)=?).*/\1/p' | tr -d , | tr ' ' '\n' \
	>"$work/options"
mapfile -t long < <(grep -e '^--' "$work/options")
mapfile -t short < <(grep -ve '^--' "$work/options")
mapfile -t chip_fields < <("$smi" --help-query | sed -n 's/^  C[P ]  \([a-z0-9_]*\).*/\1/p')
mapfile -t process_fields < <("$smi" --help-query | sed -n 's/^  [C ]P  \([a-z0-9_]*\).*/\1/p')
shells=("$@")
[ $# -gt 0 ] || shells=(bash zsh fish)
for shell in "${shells[@]}"; do
	if ! command -v "$shell" >/dev/null; then
		if [ -n "${NODEPS:-}" ]; then
			skip "no $shell"
		else
			bad "$shell" 'expected that it is installed'
		fi
		continue
	fi
	# Only bash tells by a '=' that a value must follow.
	if [ "$shell" = bash ]; then
		check bash 'tt-smi --' "${long[@]}"
		check bash 'tt-smi -' "${long[@]}" "${short[@]}"
	else
		check "$shell" 'tt-smi --' "${long[@]%=}"
		check "$shell" 'tt-smi -' "${long[@]%=}" "${short[@]}"
	fi
	check "$shell" 'tt-smi --sn' --snapshot --snapshot_no_tty
	check "$shell" 'tt-smi -i ' tt0 tt1 tt2
	check "$shell" 'tt-smi --chip tt1' tt1
	check "$shell" 'tt-smi -w ' 1 2 5 10
	check "$shell" 'tt-smi --watch ' 1 2 5 10
	check "$shell" 'tt-smi --sort ' memory l1 dram chip pid user name
	check "$shell" 'tt-smi --query-chips ' "${chip_fields[@]}"
	check "$shell" 'tt-smi --query-processes ' "${process_fields[@]}"
	check "$shell" 'tt-smi --max-used ' l1=90% dram=90%
done
if [ ${#long[@]} -ge 25 ] && [ ${#short[@]} -ge 14 ] && [ ${#chip_fields[@]} -ge 20 ]; then
	pass 'there are options and fields'
else
	fail 'there are options and fields' "saw: ${long[*]} ${short[*]} ${chip_fields[*]}"
fi
finish
