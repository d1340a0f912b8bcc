# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of tt-memstat for bash. Asks the tool for its commands and their options.

_tt_memstat()
{
	local cur=${COMP_WORDS[COMP_CWORD]} words chip
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$(tt-memstat --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p')
			--help --version"
	elif [[ ${COMP_WORDS[1]} =~ ^(run|record)$ && $cur != -* ]]; then
		# A command, and what its own completion says of it.
		local at=2
		while [[ ${COMP_WORDS[at]} == -* && $at -lt $COMP_CWORD ]]; do
			at=$((at + 1))
		done
		if [ "$at" -lt "$COMP_CWORD" ] && declare -F _command_offset >/dev/null; then
			_command_offset "$at"
		else
			mapfile -t COMPREPLY < <(compgen -c -- "$cur"; compgen -f -- "$cur")
		fi
		return
	elif [[ $cur == -* ]]; then
		words=$(tt-memstat "${COMP_WORDS[1]}" --help 2>/dev/null | grep -Eo -- '--[a-z][a-z-]*' |
			sort -u)
	else
		words=$(for chip in /sys/class/tt_memstat/tt*; do
				[ -e "$chip" ] && printf '%s\n' "${chip##*/}"
			done)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _tt_memstat -o filenames tt-memstat
