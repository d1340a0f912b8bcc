# SPDX-License-Identifier: GPL-2.0-only
# Completion of tt-memstat for fish. Asks the tool for its commands and their options.

function __tt_memstat_commands
	tt-memstat --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)/\1\t\2/p'
end

function __tt_memstat_options
	set -l words (commandline -opc)
	tt-memstat $words[2] --help 2>/dev/null | grep -Eo -- '--[a-z][a-z-]*' | sort -u
end

function __tt_memstat_chips
	for chip in /sys/class/tt_memstat/tt*
		basename $chip
	end
end

complete -c tt-memstat -n __fish_use_subcommand -f -a '(__tt_memstat_commands)'
complete -c tt-memstat -n 'not __fish_use_subcommand; and not __fish_seen_subcommand_from run record' -a '(__tt_memstat_chips)'
complete -c tt-memstat -n '__fish_seen_subcommand_from run record' -x -a '(__fish_complete_subcommand --fcs-skip=2)'
complete -c tt-memstat -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -f -a '(__tt_memstat_options)'
