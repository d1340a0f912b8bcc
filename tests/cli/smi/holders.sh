# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: processes that hold a card without reporting, and those that have ended.

prints advice-unknown 'tt-memstat import' unknown
prints advice-holders 'tt-memstat enable' kmd
prints advice-none '!tt-memstat' p150
prints holder '^tt0 +5150 +0 +tt-topology -l \?\[2Jmesh$' kmd
prints holder-gone '^tt1 +6000 +- +-$' kmd
prints holder-foreign '^tt1 +- +- +\(other namespaces\)$' kmd
prints holder-none '!NOT REPORTING|MANAGEMENT TOOL' p150
# Management tools that hold a card are listed as such, unless their mappings show a runtime.
if wanted holder-tool; then
	cp -r "$work/trees/kmd" "$work/held"
	: >"$work/held/proc/driver/tenstorrent/1/pids"
	proc=$work/held/proc/5150
	# holder COMMAND...
	holder() { printf '%s\0' "$@" >"$proc/cmdline"; smi ../held; }
	for command in tt /usr/bin/tt-smi 'python3 /opt/venv/bin/tt-smi -s' 'python3 -m xpustat' \
		/usr/bin/node_exporter; do
		# shellcheck disable=SC2086 # words on purpose
		holder $command
		says holder-tool "$work/out" '!NOT REPORTING'
		says holder-tool "$work/out" "^tt0 +5150 +[0-9]+ +${command% -s}"
		says holder-tool "$work/out" '!tt-memstat enable'
	done
	for words in 'python3 -m serve tt' '/usr/bin/tt-smi.bak' 'tt-smi/serve' 'ttt'; do
		# shellcheck disable=SC2086
		holder $words
		says holder-tool "$work/out" '!MANAGEMENT TOOL'
		says holder-tool "$work/out" "^tt0 +5150 +[0-9]+ +$words"
	done
	for mapped in /dev/hugepages-1G/device_0 /usr/lib/tt-memstat/libttmemstat-report.so; do
		echo "7f00-7f01 rw-s 0 00:05 77 $mapped" >"$proc/maps"
		holder tt-smi
		says holder-tool "$work/out" '!MANAGEMENT TOOL'
	done
	echo '7f00-7f01 rw-s 0 00:05 77 /dev/tenstorrent/0' >"$proc/maps"
	holder tt-smi
	says holder-tool "$work/out" 'MANAGEMENT TOOL'
	smi ../held --json
	check holder-tool json
	python3 -c '
import json, sys
document = json.load(open(sys.argv[1]))
print(document["not_reporting"], [t["pid"] for t in document["management_tools"]])' "$work/out" >"$work/told"
	says holder-tool "$work/told" '^\[\] \[5150\]$'
	smi ../held --prometheus
	says holder-tool "$work/out" '^tenstorrent_device_processes_not_reporting\{chip="tt0"\} 0$'
fi

# A process that has opened the card and reports on the remote chip behind it alone.
if wanted holder-remote; then
	cp -r "$work/trees/kmd" "$work/remote"
	sed -i 's/^pid .*/pid 7070/' "$work"/remote/class/tt_memstat/tt2/clients/*/stat
	echo 7070 >>"$work/remote/proc/driver/tenstorrent/0/pids"
	for option in -itt0 --local; do
		smi ../remote $option
		says holder-remote "$work/out" '!7070'
		says holder-remote "$work/out" '^tt0 +5150'
	done
	smi ../remote -i tt1
	says holder-remote "$work/out" '!5150'
fi

prints accounting-order '^tt0 +1000 s +16 m 38 s +- +0 +- .*4\.0 GiB.* \[job 7\] \?\[2Jevil$' alert --accounting
prints accounting-peaks '^tt1 +900 s +14 m 58 s +4711 +1000 +1\.0 MiB +512\.0 KiB +0 B +512\.0 KiB +1\.0 GiB +1\.0 GiB +0 B +pytest$' alert --accounting
prints accounting-chip '!tt[02]' alert --accounting -i tt1
prints accounting-user '!pytest' alert --accounting -u 0
prints accounting-json '"max_exited": *16' alert --accounting --json
prints accounting-json-peak '"peak": *524288' alert --accounting -J -i tt1
prints accounting-json-recorded '"exited_at": *null' alert --accounting -J
prints accounting-none 'No process has left' alert --accounting -p 99999
refuses accounting-old 6 'no accounting' --sysfs-root "$p150" --accounting
refuses accounting-chip-unknown 6 "no chip 'tt9'" --sysfs-root "$work/trees/alert" --accounting -i tt9
refuses accounting-csv 2 'goes with no other form than --json' --accounting --csv
refuses accounting-watch 2 'goes with no other form than --json' --accounting -w
refuses accounting-list 2 'goes with no other form than --json' --list --accounting
if wanted accounting-schema; then
	smi alert --accounting --json
	check accounting-schema accounting
fi

prints alert-json '"alert": *1' alert --json
prints alert-none '!Above the alert' p150
