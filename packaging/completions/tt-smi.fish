# SPDX-License-Identifier: GPL-2.0-only
# Completion of tt-smi for fish.
# Options that look like clusters of short ones are not offered: -ls, -glx_reset, -glx_reset_auto,
# -glx_list_tray_to_device, nor the long forms --galaxy_6u_trays_reset, --galaxy_6u_trays_reset_auto and
# --galaxy_6u_list_tray_to_device.

function __tt_smi_chips
	for chip in /sys/class/tt_memstat/tt*
		basename $chip
	end
end

function __tt_smi_fields
	set -l program (commandline -opc)[1]
	$program --help-query 2>/dev/null | sed -n "s/^  $argv[1]  \([a-z0-9_]*\).*/\1/p"
end

complete -c tt-smi -f
complete -c tt-smi -s i -l chip -x -a '(__fish_append , (__tt_smi_chips))' -d 'Only this chip'
complete -c tt-smi -s p -l pid -x -a '(__fish_complete_pids)' -d 'List only these processes'
complete -c tt-smi -s u -l user -x -a '(__fish_complete_users)' -d 'Only processes of these users'
complete -c tt-smi -l sort -x -a 'memory l1 dram chip pid user name' -d 'Order of processes'
complete -c tt-smi -l no-telemetry -d 'Leave temperature, power and clock out'
complete -c tt-smi -l sysfs-root -x -a '(__fish_complete_directories)' -d 'Read a recorded tree'
complete -c tt-smi -s w -l watch -a '1 2 5 10' -d 'Full screen, read again and again'
complete -c tt-smi -n 'contains -- (commandline -opc)[-1] -w --watch' -a '1 2 5 10' -d Seconds
complete -c tt-smi -s n -l count -x -d 'Stop watching after so many readings'
complete -c tt-smi -l list -d 'List the chips'
complete -c tt-smi -s l -l local -d 'Leave remote chips out'
complete -c tt-smi -l accounting -d 'Processes that have left a chip, with their peaks'
complete -c tt-smi -s J -l json -d 'Everything as JSON'
complete -c tt-smi -s q -l long -d 'Everything that is known, a line each'
complete -c tt-smi -l by -x -a 'container pod unit user job' -d 'Sum up what processes have together'
complete -c tt-smi -l csv -a 'chips processes' -d 'Everything as one table of comma separated values'
complete -c tt-smi -l query-chips -x -a '(__fish_append , (__tt_smi_fields C.))' -d 'Fields of each chip'
complete -c tt-smi -l query-processes -x -a '(__fish_append , (__tt_smi_fields .P))' -d 'Fields of each process'
complete -c tt-smi -l format -x -a 'csv csv,noheader csv,nounits csv,noheader,nounits csv,mib' -d 'How a query is printed'
complete -c tt-smi -l help-query -d 'List the fields'
complete -c tt-smi -l prometheus -d 'Everything as metrics for Prometheus'
complete -c tt-smi -l process-series -x -d 'With those of at most so many processes'
complete -c tt-smi -l output -r -F -d 'Replace a file by them'
complete -c tt-smi -l help-metrics -d 'List the metrics'
complete -c tt-smi -s f -l filename -F -d 'Write to a file'
complete -c tt-smi -s b -l bytes -d 'Exact numbers of bytes'
complete -c tt-smi -l breakdown -a 'always never auto' -d 'Pools and cores of each chip'
complete -c tt-smi -s c -l compact -d 'Without pools and cores'
complete -c tt-smi -l verbose -d 'Say why a figure is unknown'
complete -c tt-smi -l color -a 'always never auto' -d 'Colour'
complete -c tt-smi -l ascii -d 'ASCII only'
complete -c tt-smi -l max-used -x -a 'l1=90% dram=90%' -d 'Exit with 10 above it'
complete -c tt-smi -s s -l snapshot -d 'JSON in the format of the other tt-smi, plus memory'
complete -c tt-smi -l snapshot_no_tty -d 'The same'
complete -c tt-smi -s r -l reset -d 'Run the other tt-smi'
complete -c tt-smi -l no_reinit -d 'Option of a reset'
complete -c tt-smi -l eth_train_skip -d 'Option of a reset'
complete -c tt-smi -l use_luwen -d 'Option of a reset'
complete -c tt-smi -l offline -d 'Ignored'
complete -c tt-smi -s h -l help -d 'Show help'
complete -c tt-smi -s v -s V -l version -d 'Show the version'
complete -c tt-memstat-smi -w tt-smi
