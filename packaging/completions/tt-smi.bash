# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of tt-smi for bash. Chips, processes and users are what the machine has now. Options
# that look like clusters of short ones are not offered: -ls, -glx_reset, -glx_reset_auto,
# -glx_list_tray_to_device, nor the long forms --galaxy_6u_trays_reset, --galaxy_6u_trays_reset_auto and
# --galaxy_6u_list_tray_to_device.

# Values behind the last comma; $1: candidates.
_tt_smi_list()
{
	local done=''
	[[ $cur == *,* ]] && done=${cur%,*},
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${cur##*,}")
	compopt -o nospace
}

_tt_smi_fields()
{
	"${COMP_WORDS[0]}" --help-query 2>/dev/null | sed -n "s/^  $1  \([a-z0-9_]*\).*/\1/p"
}

_tt_smi_chips()
{
	local chip
	for chip in /sys/class/tt_memstat/tt*; do
		[ -e "$chip" ] && printf '%s\n' "${chip##*/}"
	done
}

_tt_smi()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev='' option
	[ "$COMP_CWORD" -gt 0 ] && prev=${COMP_WORDS[COMP_CWORD - 1]}
	# bash takes '=' for a word of its own.
	if [ "$cur" = = ]; then
		cur=''
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()
	case $prev in
	-i|--chip)		_tt_smi_list "$(_tt_smi_chips)"; return ;;
	-p|--pid)		_tt_smi_list "$(cat /sys/class/tt_memstat/tt*/clients/*/pid 2>/dev/null)"
				return ;;
	-u|--user)		_tt_smi_list "$(compgen -u)"; return ;;
	--sort)			_tt_smi_list "memory l1 dram chip pid user name"; return ;;
	--query-chips)		_tt_smi_list "$(_tt_smi_fields C.)"; return ;;
	--query-processes)	_tt_smi_list "$(_tt_smi_fields .P)"; return ;;
	--by)			_tt_smi_list "container pod unit user job"; return ;;
	--csv)			option="chips processes" ;;
	--format)		_tt_smi_list "csv noheader nounits kib mib gib"; return ;;
	--breakdown|--color)	option="always never auto" ;;
	--max-used)		option="l1=90% dram=90%" ;;
	-f|--filename|--output)	mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	--sysfs-root)		mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
	-n|--count|--process-series) return ;;
	-w|--watch)		[[ $cur == -* ]] || option="1 2 5 10" ;;
	esac
	if [ -z "${option-}" ]; then
		option="--chip= --pid= --user= --sort= --by= --no-telemetry --sysfs-root= --watch --count=
			--list --long --accounting --json --csv --query-chips= --query-processes= --format= --help-query
			--prometheus --process-series= --output= --help-metrics
			--filename --bytes --breakdown --compact --verbose --color --ascii
			--max-used= --snapshot --snapshot_no_tty --local --reset --no_reinit
			--eth_train_skip --use_luwen --offline --help --version
			-i -p -u -w -n -q -l -J -f -b -c -s -r -h -v -V"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$option" -- "$cur")
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
	return 0
}

complete -F _tt_smi tt-smi tt-memstat-smi
