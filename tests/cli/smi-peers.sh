#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi as a replacement for Tenstorrent's tool of the same name: snapshots, options, and the calls
# that it passes on. Scripts stand in for that tool; tests/peers/run uses the real one.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi-peers.sh [NAME...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
only=("$@")

. "$here/smi_lib.sh"
work=$(mktemp -d) || exit 1
at_end 'rm -rf "$work"'
export LC_ALL=C.UTF-8 TZ=UTC HOME=$work/home
python3 "$here/smi_trees.py" "$work/trees" kmd junk many n300 virtual || exit 1
system=$PATH

# equal NAME WANT SEEN
equal()
{
	if [ "$2" = "$3" ]; then
		pass "$1: $2"
	else
		bad "$1" "expected '$2', saw '$3'" "stderr: $(cat "$work/err")"
	fi
}

# smi TREE ARG...: stdout in $work/out, stderr in $work/err, status in $rc
smi()
{
	"$smi" --sysfs-root "$work/trees/$1" "${@:2}" >"$work/out" 2>"$work/err"
	rc=$?
}

# value NAME TREE EXPRESSION WANT [ARG...]: the value of a Python expression of the snapshot d
value()
{
	wanted "$1" || return
	smi "$2" -s "${@:5}"
	equal "$1" "$4" "$(python3 -c "import json, sys
d = json.load(sys.stdin)
print($3)" <"$work/out" 2>&1)"
}

device='d["device_info"]'
telemetry='list(d["device_info"][0]["telemetry"].values())'
value telemetry kmd "$telemetry" \
	"['0.74', ' 37.0', ' 43.0', 'N/A', '1000', '61.4', '1240', '1201']"
value telemetry-negative kmd "${device}[1]['telemetry']['asic_temperature']" '-0.7'
value telemetry-remote kmd "set(${device}[2]['telemetry'].values())" "{'N/A'}"
value telemetry-junk junk "{v for i in range(3) for v in ${device}[i]['telemetry'].values()}" "{'N/A'}"
value telemetry-none kmd "set(${device}[0]['telemetry'].values())" "{'N/A'}" --no-telemetry
value board kmd "list(${device}[0]['board_info'].values())" \
	"['0000:41:00.0', 'n300 L', '0100014211702046', 'N/A', 'N/A', 'N/A', 4, '16']"
value board-without-kmd n300 "list(${device}[1]['board_info'].values())" \
	"['0000:61:00.0', 'n150 L', 'N/A', 'N/A', 'N/A', 'N/A', 'N/A', 'N/A']"
value board-remote kmd "[${device}[2]['board_info'][k] for k in ('bus_id', 'board_type')]" "['N/A', 'n300 R']"
value board-junk junk "[${device}[0]['board_info'][k] for k in ('board_type', 'board_id', 'pcie_speed', 'pcie_width')]" \
	"['n300 L', 'N/A', 'N/A', 'N/A']"
value board-blackhole many "{e['board_info']['board_type'] for e in $device}" "{'p150b'}"
value board-virtual virtual "[${device}[0]['board_info'][k] for k in ('bus_id', 'board_type')]" "['N/A', 'N/A']"
value firmwares kmd "sorted(set(${device}[0]['firmwares'].values()))" \
	"['129.2.0.0', '18.3.0.0', '2.31.0.0', '3.1.2.0', '5.12.0.0', '6.14.0', 'N/A']"
value firmwares-junk junk "set(${device}[0]['firmwares'].values())" "{'N/A'}"
limits='{k: v for k, v in d["device_info"][0]["limits"].items() if v != "N/A"}'
value limits kmd "$limits" "{'vdd_max': '0.95', 'tdp_limit': ' 85', 'tdc_limit': '150', 'thm_limit': '80'}"
value limits-blackhole many "$limits" "{'therm_trip_l1_limit': '95'}"
value raw kmd "${device}[0]['smbus_telem']" "{'BOARD_ID_HIGH': '0x1000142', 'BOARD_ID_LOW': '0x11702046', \
'VCORE': '0x2e9', 'TDP': '0x2b', 'TDC': '0x25', 'AICLK': '0x3e8', 'AXICLK': '0x384', 'ARCCLK': '0x21c', \
'FAN_RPM': '0x4d8'}"
value raw-junk junk "${device}[0]['smbus_telem']" '{}'
value driver kmd "d['host_info']['Driver']" 'TT-KMD 2.10.0'
value driver-none n300 "d['host_info']['Driver']" N/A
value host kmd "d['host_info']['OS'], d['host_info']['Kernel'], d['host_info']['Hostname']" \
	"Linux $(uname -r) $(uname -n)"
value memory kmd "[(e['memory']['chip'], e['memory']['dram']['used']) for e in $device]" \
	"[('tt0', 4395630592), ('tt1', 0), ('tt2', 3221225472)]"
value memory-all kmd "d['memory']['schema_version'], len(d['memory']['chips'])" '1 3'
value local kmd "[e['memory']['chip'] for e in $device]" "['tt0', 'tt1']" --local
value chosen kmd "[e['memory']['chip'] for e in $device]" "['tt1']" -i tt1
# 4242 uses both chips of the n300 through one node; 5150 and 6000 report nothing.
value processes kmd "[(p['pid'], p['device'], p['memory'] and p['memory']['dram']['used']) for p in d['processes']]" \
	'[(991, 0, 67108864), (4242, 0, 7549747200), (5150, 0, None), (6000, 1, None)]'
value process kmd "[(p['user'], p['cmdline']) for p in d['processes']][0::2]" \
	"[('0', 'smoke'), ('0', 'tt-topology -l ?[2Jmesh')]"
value process-unknown kmd "(d['processes'][3]['user'], d['processes'][3]['cmdline'])" "('N/A', 'N/A')"
value process-virtual virtual "[(p['pid'], p['device']) for p in d['processes']]" '[(88, 0)]'
value process-chosen kmd "[p['pid'] for p in d['processes']]" '[991]' -p 991

# snapshot NAME FILE: the file is a snapshot
snapshot()
{
	if python3 "$here/smi_check.py" snapshot <"$2" >"$work/problems" 2>&1; then
		pass "$1: a snapshot"
	else
		bad "$1" "expected a snapshot, saw:" "$(cat "$work/problems")"
	fi
}

for options in -s --snapshot '-s --snapshot_no_tty' --snapshot_no_tty '-f -' '-s -f -' '-s -f' '-sc' \
	'-s --offline --use_luwen --eth_train_skip --no_reinit' '-l -s' '--filename=-'; do
	wanted stdout || break
	# shellcheck disable=SC2086 # words on purpose
	smi kmd $options
	equal "stdout: $options" 0 "$rc"
	snapshot "stdout: $options" "$work/out"
	[ -z "$(ls -A "$HOME" 2>/dev/null)" ] || bad stdout "expected no file in \$HOME for $options"
done
for options in -f --filename '-f FILE' '--filename FILE' '--filename=FILE' '-fFILE' '-c -f FILE'; do
	wanted file || break
	rm -rf "$HOME" "$work/new"
	# shellcheck disable=SC2086 # words on purpose
	smi kmd ${options/FILE/$work/new/dir/x.json}
	equal "file: $options" 0 "$rc"
	file=$(sed -n 's/^Saved tt-smi log to: //p' "$work/out")
	equal "file: $options: one line" 1 "$(wc -l <"$work/out")"
	case $options in
	*FILE)	equal "file: $options: name" "$work/new/dir/x.json" "$file" ;;
	*)	equal "file: $options: name" 1 \
			"$(grep -cE "^$HOME/tt_smi_logs/[0-9]{2}-[0-9]{2}-[0-9]{4}_([0-9]{2}:){2}[0-9]{2}_results.json$" <<<"$file")" ;;
	esac
	snapshot "file: $options" "$file"
done
if wanted both; then
	smi kmd -s -f "$work/both.json"
	snapshot both "$work/out"
	equal both '' "$(diff "$work/out" "$work/both.json")"
fi
if wanted file-unwritable; then
	: >"$work/plain"
	smi kmd -f "$work/plain/x.json"
	equal file-unwritable 1 "$rc"
	equal file-unwritable "tt-smi: cannot open $work/plain/x.json: Not a directory" "$(cat "$work/err")"
	(unset HOME; smi kmd -f; exit $rc)
	equal file-homeless 2 $?
	smi kmd --csv -f
	equal file-nameless 2 "$rc"
fi
if wanted json-file; then
	smi kmd --json -f "$work/ours.json"
	equal json-file '' "$(cat "$work/out")"
	if python3 "$here/smi_check.py" json <"$work/ours.json"; then
		pass 'json-file: our own form'
	else
		bad json-file 'expected our own form'
	fi
fi

# program DIRECTORY: makes the script on stdin the tt-smi of a directory
program()
{
	mkdir -p "$work/$1"
	{ echo '#!/bin/sh'; cat; } >"$work/$1/tt-smi"
	chmod +x "$work/$1/tt-smi"
}

# Prints each argument in brackets.
program theirs <<'EOF'
[ "$*" = --version ] && { echo 6.8.0; exit; }
printf 'theirs:'
printf ' [%s]' "$@"
exit 7
EOF
program mute <<'EOF'
[ "$*" = --version ] && exit 1
echo mute
EOF
program entry <<EOF
# as pip makes them
from tt_smi import main
EOF
sed -i "1s,.*,#!$work/entry/python," "$work/entry/tt-smi"
printf '#!/bin/sh\nshift\necho "entry: $*"\n' >"$work/entry/python"
chmod +x "$work/entry/python"
mkdir -p "$work/link" "$work/copy" "$work/hard" "$work/none" "$work/dir/tt-smi"
ln -s "$smi" "$work/link/tt-smi"
cp "$smi" "$work/copy/tt-smi"
ln "$work/copy/tt-smi" "$work/hard/tt-smi"
program wrapper <<EOF
exec "$smi" "\$@"
EOF
program counter <<EOF
echo >>"$work/count"
env -i PATH="\$PATH" "$smi" "\$@"
EOF
printf 'no program\n' >"$work/none/tt-smi"

# handed NAME WANT PATH ARG...: the output of `tt-smi ARG...` with these directories in PATH
handed()
{
	local name=$1 want=$2 path=$3
	wanted "$name" || return
	shift 3
	path=$work/${path//:/:$work/}:$system
	PATH=$path timeout 60 tt-smi "$@" >"$work/out" 2>"$work/err" </dev/null
	rc=$?
	equal "handed-$name" "$want" "$(cat "$work/out")"
}

for first in link copy hard wrapper link:copy:wrapper wrapper:copy:link counter:counter none:dir:link; do
	handed "$first" 'theirs: [-r] [0]' "$first:theirs" -r 0
	equal "handed-$first: its status" 7 "$rc"
	handed "$first-none" '' "$first" -r 0
	equal "handed-$first: status" 2 "$rc"
	equal "handed-$first: says" 1 "$(grep -c "Tenstorrent's own tt-smi does" "$work/err")"
done
handed theirs-first 'theirs: [-r]' theirs:link -r
handed mute mute link:mute:theirs -r
handed entry 'entry: -r 0' copy:entry -r 0
if wanted counted; then
	: >"$work/count"
	handed counted '' counter:counter -r
	# It is called here, and asked for its version at both places in PATH.
	equal counted 3 "$(wc -l <"$work/count")"
fi
for words in '-r' '-r 0,1' '-r 0 1 --no_reinit' '--reset all' '--reset=3' '--use_luwen -r 0000:0a:00.0' \
	'-r /dev/tenstorrent/0 --eth_train_skip' '-glx_reset' '-glx_reset_auto' '-glx_list_tray_to_device' \
	'--galaxy_6u_trays_reset' '--galaxy_6u_trays_reset_auto --no_reinit' \
	'--galaxy_6u_list_tray_to_device --use_luwen' '-l -r' '-r 0 --not-known-here'; do
	want=theirs:
	for word in $words; do want="$want [$word]"; done
	# shellcheck disable=SC2086 # words on purpose
	handed "$words" "$want" copy:theirs $words
done
# An empty element of PATH means the current directory.
if wanted here; then
	(cd "$work/theirs" && PATH=:$work/link:$system "$smi" -r) >"$work/out" 2>"$work/err"
	equal here '' "$(cat "$work/out")"
fi
if wanted broken; then
	program broken </dev/null
	sed -i '1s,.*,#!/no/such/interpreter,' "$work/broken/tt-smi"
	handed broken '' link:broken -r
	equal broken 1 "$(grep -c 'cannot run .*No such file' "$work/err")"
	handed broken-next 'theirs: [-r]' link:broken:theirs -r
fi
# Without the module, Tenstorrent's tt-smi answers if it has all the options.
if wanted module && [ ! -e /sys/class/tt_memstat ]; then
	handed module 'theirs: [-s] [--snapshot_no_tty]' link:theirs -s --snapshot_no_tty
	handed module-file 'theirs: [-f] [x]' link:theirs -f x
	handed module-none '' link -s
	equal module-none 9 "$rc"
	handed module-ours '' link:theirs -s -i 0
	equal module-ours 9 "$rc"
	handed module-json '' link:theirs --json
	equal module-json 9 "$rc"
fi
finish
