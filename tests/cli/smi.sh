#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi over recorded sysfs trees: screens against smi-expected/, properties of every output,
# options, exit statuses, and the code for the live system, over a mounted tree.
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

# ---- Screens -------------------------------------------------------------------------------

for tree in $trees; do
	[ "$tree" = live ] && continue
	for columns in 80 120 200; do
		COLUMNS=$columns screen "$tree-$columns" "$tree"
	done
done
screen p150-piped p150
COLUMNS=80 screen p150-ascii p150 --ascii
COLUMNS=120 screen overlap-bytes overlap --bytes
COLUMNS=100 screen unknown-verbose unknown --verbose
COLUMNS=120 screen galaxy-breakdown galaxy --breakdown
COLUMNS=100 screen n300-remote n300 -i tt2
COLUMNS=100 screen p150-filtered p150 -p 20950
screen n300-list n300 --list

# ---- Properties of every output ------------------------------------------------------------

for tree in $trees; do
	name=properties-$tree
	wanted "$name" || continue
	for columns in 60 100 200; do
		for option in "" --bytes --ascii --verbose --breakdown=always; do
			# Exact bytes may need more than a narrow screen has.
			limit=$columns
			[ "$option" = --bytes ] && limit=$((columns < 120 ? 0 : columns))
			COLUMNS=$columns smi "$tree" $option
			check "$name" screen $limit
		done
	done
	smi "$tree" --bytes
	check "$name" screen 0
	LC_ALL=C smi "$tree"
	says "$name" "$work/out" '!'"$(printf '[\200-\377]')"
	smi "$tree" --json
	check "$name" json
	mv "$work/out" "$work/json"
	smi "$tree" --prometheus --process-series=1000
	check "$name" prometheus "$work/json"
	smi "$tree" --snapshot
	check "$name" snapshot
	smi "$tree" --csv
	check "$name" csv
	use=l1_used,l1_overlap,l1_buffers_used,l1_small_used,cb_used
	use=$use,dram_used,dram_overlap,dram_buffers_used,trace_used
	smi "$tree" --format=csv,nounits --query-chips=chip,board,clients,l1_shared,dram_shared,$use
	mv "$work/out" "$work/chips"
	smi "$tree" --format=csv,nounits --query-processes=chip,user,label,comm,command,$use
	check "$name" queries "$work/chips"
	for user in 0 1000 4000; do
		smi "$tree" --json -u $user
		check "$name" json
	done
	smi "$tree" --list
	[ "$tree" = empty ] || check "$name" screen 0
done

# ---- Exit statuses and diagnostics ---------------------------------------------------------

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

p150=$work/trees/p150
refuses exit-no-module 9 '^tt-smi: .*not loaded' --sysfs-root "$work"
refuses exit-option 2 'tt-smi: ' --no-such-option
refuses exit-short-option 2 'tt-smi: ' -Z
refuses exit-argument 2 "^tt-smi: unexpected argument 'x'" x
refuses exit-pid 2 "--pid: a process id, not '12x'" -p 12x
refuses exit-pid-zero 2 'a process id, not' -p 0
refuses exit-pid-huge 2 'a process id, not' -p 99999999999999999999
refuses exit-pid-empty 2 'element is empty' -p 1,,2
refuses exit-user 2 "--user: no such user: 'no-such-user'" -u no-such-user
refuses exit-color 2 'auto, always or never, not' --color=maybe
refuses exit-breakdown 2 'auto, always or never, not' --breakdown=
refuses exit-both 2 'exclude' --json --list
refuses exit-root 2 'needs a directory' --sysfs-root=
refuses exit-chip-empty 2 'element is empty' -i ''
refuses exit-chip 6 "^tt-smi: no chip 'tt9'" --sysfs-root "$p150" -i tt9
refuses exit-chip-control 6 "no chip '\\?\\[31m'" --sysfs-root "$p150" -i $'\e[31m'
refuses exit-chip-second 6 "no chip '7'" --sysfs-root "$p150" -i 0,7

refuses exit-sort 2 'sort: memory, l1' --sort=size
refuses exit-query 2 "no field of chips is called 'pid'" --query-chips=chip,pid
refuses exit-query-empty 2 "no field of processes is called ''" --query-processes=pid,
refuses exit-query-both 2 'exclude' --query-chips=chip --query-processes=pid
refuses exit-format 2 'csv\[,noheader' --query-chips=chip --format=json
# In any order, also where it would change nothing.
for format in csv csv,nounits csv,mib csv,noheader,gib; do
	for form in '' --json --csv --csv=chips --csv=processes --list --line; do
		# shellcheck disable=SC2086 # no word
		refuses "exit-format-$form-$format" 2 'needs --query-chips' --format=$format $form
		[ -z "$form" ] || refuses "exit-$form-format-$format" 2 'needs --query-chips' $form --format=$format
	done
done
refuses exit-csv-query 2 'exclude each other' --csv=chips --query-chips=chip
refuses exit-query-csv 2 'exclude each other' --query-processes=pid --csv=processes
refuses exit-interval 2 'seconds from 0.1' -w0
refuses exit-interval-word 2 'seconds from 0.1' --watch=2x
refuses exit-interval-next 2 "seconds from 0.1 to 86400, not '5x'" -w 5x --json
refuses exit-interval-twice 2 "unexpected argument '2'" -w 1 2
refuses exit-interval-before 2 "unexpected argument '5'" 5 -w
refuses exit-count 2 'a number above 0' -w -n 0
refuses exit-count-alone 2 'needs --watch' -n 3
refuses exit-watch-list 2 'do not go with --watch' -w --list
refuses exit-watch-limit 2 'full screen' -w --max-used=l1=5%
refuses exit-limit 2 'such as l1=90%' --max-used=l1
refuses exit-limit-space 2 'such as l1=90%' --max-used=l2=5%
refuses exit-limit-percent 2 'such as l1=90%' --max-used=l1=101%
refuses exit-limit-unit 2 'such as l1=90%' --max-used=dram=5GB
refuses exit-limit-huge 2 'such as l1=90%' --max-used=dram=99999999999999999999
refuses exit-metrics-both 2 'exclude' --prometheus --json
refuses exit-metrics-watch 2 '--prometheus and --watch exclude each other' --prometheus -w
refuses exit-metrics-file 2 'exclude' --prometheus -f x --output y
refuses exit-metrics-output 2 'needs --prometheus' --output x
refuses exit-metrics-output-json 2 'needs --prometheus' --json --output x
refuses exit-metrics-output-name 2 'needs a name' --prometheus --output=
refuses exit-metrics-series 2 'needs --prometheus' --process-series=5
refuses exit-metrics-count 2 'from 1 to 100000' --prometheus --process-series=0
refuses exit-metrics-count-word 2 'from 1 to 100000' --prometheus --process-series=5x
refuses exit-metrics-count-sign 2 'from 1 to 100000' --prometheus --process-series=-5
refuses exit-metrics-count-huge 2 'from 1 to 100000' --prometheus --process-series=100001
refuses exit-metrics-pid 2 'need --process-series with --prometheus' --prometheus -p 1
refuses exit-file 1 'cannot open .*/missing/x' --sysfs-root "$p150" --csv -f "$work/missing/x"

if wanted exit-none; then
	smi empty
	status exit-none 6 $rc
	says exit-none "$work/err" '^tt-smi: no chip found'
	smi empty --json
	status exit-none 6 $rc
	check exit-none json
fi
if wanted exit-no-process; then
	smi p150 -p 1
	status exit-no-process 6 $rc
	says exit-no-process "$work/err" 'no such process'
	says exit-no-process "$work/out" '\(2\).*not selected'
fi
if wanted exit-ok; then
	smi p150
	status exit-ok 0 $rc
	says exit-ok "$work/err" '!.'
fi
if wanted exit-permission && [ "$(id -u)" -ne 0 ]; then
	mkdir -p "$work/closed/class"
	chmod 0 "$work/closed/class"
	"$smi" --sysfs-root "$work/closed" >"$work/out" 2>"$work/err"
	status exit-permission 4 $?
	chmod 755 "$work/closed/class"
elif wanted exit-permission && command -v setpriv >/dev/null; then
	mkdir -p "$work/closed/class/tt_memstat"
	chmod 755 "$work"
	chmod 700 "$work/closed/class"
	cp -L "$smi" "$work/tt-smi"
	setpriv --reuid=65534 --clear-groups "$work/tt-smi" --sysfs-root "$work/closed" >"$work/out" 2>"$work/err"
	status exit-permission 4 $?
fi
if wanted exit-full; then
	"$smi" --sysfs-root "$p150" >/dev/full 2>"$work/err"
	status exit-full 1 $?
	says exit-full "$work/err" '^tt-smi: cannot write'
fi
# Some file systems say at the close only that there is no room.
if wanted exit-late; then
	cat >"$work/late.c" <<-'END'
	#define _GNU_SOURCE
	#include <errno.h>
	#include <fcntl.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	int close(int fd)
	{
		const int how = fcntl(fd, F_GETFL);

		syscall(SYS_close, fd);
		if (how < 0 || !(how & O_ACCMODE))
			return 0;
		errno = ENOSPC;
		return -1;
	}
	END
	cc -shared -fPIC -o "$work/late.so" "$work/late.c" || fail exit-late 'no library'
	for form in "-f $work/late" "--json -f $work/late" "--prometheus --output $work/late" \
		"-w0.1 -n1 --json -f $work/late"; do
		rm -f "$work/late"
		# shellcheck disable=SC2086 # several words
		LD_PRELOAD=$work/late.so "$smi" --sysfs-root "$p150" $form >"$work/out" 2>"$work/err"
		status "exit-late $form" 1 $?
		says "exit-late $form" "$work/err" '^tt-smi: cannot write .*late: No space left on device$'
		says "exit-late $form" "$work/out" '!Saved'
	done
	expect 'a file that is not written as a whole does not replace the old one' '' \
		"$(LD_PRELOAD=$work/late.so "$smi" --sysfs-root "$p150" --prometheus --output "$work/none" 2>/dev/null
		   find "$work" -maxdepth 1 -name '*none*')"
fi

# ---- Options -------------------------------------------------------------------------------

# selects NAME TREE CHIPS ARG: -i ARG shows exactly these chips
selects()
{
	local name=$1 tree=$2 want=$3
	wanted "$name" || return
	smi "$tree" --json -i "$4"
	local got
	got=$(python3 -c 'import json,sys; print(*[c["name"] for c in json.load(sys.stdin)["chips"]])' \
		<"$work/out" 2>&1)
	if [ "$got" = "$want" ]; then
		pass "$name"
	else
		bad "$name" "expected chips '$want' for -i '$4', saw '$got'"
	fi
}

selects chip-name n300 tt1 tt1
selects chip-index n300 tt1 1
selects chip-pci n300 tt1 0000:61:00.0
selects chip-pci-short n300 tt1 61:00.0
selects chip-pci-gateway n300 "tt0 tt2" 0000:41:00.0
selects chip-id n300 tt2 0x24251245764
selects chip-id-bare p150 tt0 0123456789ABCDEF
selects chip-node n300 tt1 tenstorrent/1
selects chip-dev n300 tt1 /dev/tenstorrent/1
selects chip-list n300 "tt0 tt1" tt1,0

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

# above NAME STATUS PATTERN LIMIT...
above()
{
	local name=$1 want=$2 pattern=$3
	shift 3
	wanted "$name" || return
	smi p150 --json "$@"
	status "$name" "$want" $rc
	says "$name" "$work/err" "$pattern"
	check "$name" json
}

# The p150 uses 62390272 of 161187840 allocatable bytes of L1, and 6727663616 of DRAM.
above limit-percent 10 '^tt-smi: tt0: L1 used 38\.71% of the allocatable memory' --max-used=l1=38.70%
above limit-just-not 0 '!.' --max-used=l1=38.71%
above limit-bytes 10 'DRAM used 6\.3 GiB, above 6\.0 GiB' --max-used=dram=6GiB
above limit-exact 0 '!.' --max-used=dram=6727663616
above limit-one-less 10 'DRAM' --max-used=dram=6727663615 --max-used=l1=100%
if wanted limit-unknown; then
	smi unknown --json --max-used=l1=0%
	status limit-unknown 0 $rc
fi

prints query-header '^chip,pid,l1_used \[B\],label$' p150 --query-processes=chip,pid,l1_used,label
prints query-units '^tt0,20714,52428800 B,' p150 --query-processes=chip,pid,l1_used,label
prints query-bare '!\[B\]' p150 --query-chips=l1_used --format=csv,noheader,nounits
prints query-all '^timestamp,chip,.*,board,.*board_side,.*,l1_capacity \[B\],' p150 --query-chips=all
prints query-mib '^59\.500$' p150 --query-chips=l1_used --format=csv,noheader,nounits,mib
prints query-mib-units '^l1_headroom \[MiB\]$' overlap --query-chips=l1_headroom --format=csv,mib
prints query-mib-negative '^-0\.004 MiB$' overlap --query-chips=l1_headroom --format=csv,mib
prints query-no-bytes '^tt0,61\.375 C,39\.750 MiB$' kmd --query-chips=chip,temperature,l1_used \
	--format=csv,mib
prints csv-chips '^[^,]+,tt0,0,local,wormhole,n300,.*L,' n300 --csv=chips
prints csv-processes '^timestamp,chip,.*,client,pid,uid,' n300 --csv=processes
# Whose a process is, as each runtime names its groups: of both versions the same.
for version in 1 2; do
	wanted "places-$version" || continue
	smi places$version --sort=pid --query-processes=pid,runtime,container,pod,unit,session,job
	if [ -n "$update" ]; then
		cp "$work/out" "$expected/places.csv"
	fi
	if diff -u "$expected/places.csv" "$work/out" >"$work/diff"; then
		pass "places-$version"
	else
		bad "places-$version" 'saw (-expected +seen):' "$(cat "$work/diff")"
	fi
done
prints place-screen ' docker:3f4e5d6c7b8a ' places2
prints place-screen-pod ' pod:2c48913c ' places2
prints by-pod '^2c48913c-b29f-11e7-9350-020968147796 +5 +5\.0 MiB ' places2 --by=pod
prints by-container '^build-host +1 ' places2 --by container
prints by-job '^124\.batch +1 ' places1 --by=job
prints by-user '^1000 +1 +70\.5 MiB .* 7\.0 GiB ' kmd --by=user
prints by-sum '^\(total\) +- +70\.5 MiB .* 7\.1 GiB ' kmd --by=user
prints by-foreign '^\(other namespaces\) +1 ' overlap --by=unit
prints long-chip '^    l1_used: 62390272 B \(59\.5 MiB\)$' p150 -q
prints long-process '^        pid: 20714$' p150 --long
prints long-host '^module: 0\.1\.0$' p150 -q
prints long-unknown '!l1_capacity' unknown -q
refuses long-json 2 'exclude each other' -q --json
refuses by-what 2 "container, pod, unit, user or job, not 'x'" --by=x
refuses by-query 2 'no other form than --json or --csv' --by=pod --query-chips=chip
refuses by-csv-chips 2 'not with --csv=chips or' --by=pod --csv=chips
refuses by-csv-processes 2 'not with --csv=chips or' --csv=processes --by=user
refuses by-watch 2 'no other form than --json or --csv' --by=pod --watch
refuses by-file 2 'no other form than --json or --csv' --by=pod -f "$work/file"
prints by-csv '^2c48913c-b29f-11e7-9350-020968147796,5,5,5242880,5242880,0,0,0,0,0,0,0$' places2 --by=pod --csv
prints by-csv-names '^user,processes,clients,l1_used,l1_buffers_used,l1_small_used,cb_used,l1_overlap,dram_used,' \
	kmd --by=user --csv
prints by-csv-unknown '^,26,26,' places2 --by=pod --csv
# A user who is not known is a dash on screens alone.
cp -a "$work/trees/p150" "$work/trees/nobody"
sed -i '/^uid /d' "$work"/trees/nobody/devices/pci*/*/*/tt_memstat/tt*/clients/*/stat
prints nobody-screen '^tt0 +20714 +- ' nobody
prints nobody-line '-:python3/20714' nobody --line
prints nobody-by '^\(unknown\) +[0-9]' nobody --by=user
prints nobody-by-csv '^,[0-9]+,[0-9]+,62390272,' nobody --by=user --csv
prints nobody-by-json '"name": ?null' nobody --by=user --json
prints nobody-json '"user": ?null' nobody --json
prints nobody-query '^20714,,$' nobody --query-processes=pid,user,uid
prints nobody-prometheus '!user=' nobody --prometheus --process-series=9
prints nobody-long '!user: ' nobody -q
prints nobody-snapshot '"user": "N/A"' nobody --snapshot
for form in --json '--by=user --json' '--by=user --csv' --csv '--prometheus --process-series=9' -q \
	'--query-processes=all --format=csv'; do
	# shellcheck disable=SC2086 # several words
	prints "nobody-$form" "!(user|name)\"?: ?\"-\"|^'?-,|,'?-," nobody $form
done
# As the schema says, and the rows add up to the total, in each column.
for tree in places2 kmd overlap hostile crowd; do
	wanted "by-json-$tree" || continue
	for key in container pod unit user job; do
		smi "$tree" --by=$key --json
		check "by-json-$tree" sums "$key"
	done
done
prints line-chip '^tt0 +n300 L +61°C +43W +L1 +39\.8M/91\.5M +53% +DRAM +4\.1G/12\.0G +34% +1000:tt-server/4242\(4\.1G\) ' \
	kmd --line
prints line-unknown '^tt0 .* L1 +-/- +- +DRAM +>0/- +- ' unknown --line
prints line-below-zero '^tt1 +n150 +-1°C +9W ' kmd --line
prints line-ascii '^tt0 .* 61C ' kmd --line --ascii
prints line-no-telemetry '^tt1 +n150 +L1 ' kmd --line --no-telemetry
if wanted line-width; then
	for columns in 40 60 80 120; do
		COLUMNS=$columns smi galaxy --line
		equal "line-width $columns" '32 ' "$(wc -l <"$work/out") $(grep -E ".{$((columns + 1))}" "$work/out")"
	done
fi
prints names '^Chip 0: n300 L \(tt0, 0000:41:00\.0, tenstorrent/0, 0x0000014251245764\)$' kmd -L
prints names-remote '^Chip 2: n300 R \(tt2, remote \(tt0\), 0x' kmd --list-chips
refuses names-watch 2 'do not go with --watch' -L -w
# Names of nvidia-smi are those of the fields, and stay in the heading.
prints alias-chips '^0,n300,0000:41:00\.0,0x0000014251245764,4192\.000 MiB,12288\.000 MiB,61\.375 C,43\.000 W$' kmd \
	--query-gpu=index,name,pci.bus_id,uuid,memory.used,memory.total,temperature.gpu,power.draw --format=csv,mib
prints alias-heading '^memory\.used \[B\],clock \[MHz\]$' kmd --query-gpu=memory.used,clock
prints alias-processes '^4242,tt-server,4128\.000$' kmd \
	--query-compute-apps=pid,process_name,used_memory --format=csv,noheader,nounits,mib
refuses alias-other 2 "is called 'used_memory'" --query-gpu=used_memory
if wanted alias-help; then
	"$smi" --help-query | sed -n '/nvidia-smi/,$s/^  \([C ]\)\([P ]\)  \([a-z_.]*\)  *\([a-z0-9_]*\)$/\1 \2 \3 \4/p' \
		>"$work/aliases"
	while IFS= read -r line; do
		option=--query-chips
		[ "${line:0:1}" = C ] || option=--query-processes
		field=${line##* }
		alias=${line% "$field"}
		alias=${alias##* }
		equal "alias-help $alias" "$("$smi" --sysfs-root "$work/trees/kmd" $option="$field" | tail -n +2)" \
			"$("$smi" --sysfs-root "$work/trees/kmd" $option="$alias" | tail -n +2)"
	done <"$work/aliases"
	equal alias-help "$("$smi" --help-query | sed '1,/nvidia-smi/d' | grep -c .)" "$(wc -l <"$work/aliases")"
	expect 'alias-help: there are some' yes "$([ -s "$work/aliases" ] && echo yes)"
fi
# A screen reader spells out what bars are made of; without UTF-8 they stay.
prints ascii-no-bars '!##|\.\.\.\.|==' p150 --ascii --breakdown=always
if wanted ascii-bars; then
	LC_ALL=C smi p150
	says ascii-bars "$work/out" '\[#+\.+=+\]'
fi

# visible NAME LIST PATTERN TREE ARG...: with this list in TT_VISIBLE_DEVICES
visible()
{
	local name=$1 list=$2 pattern=$3 tree=$4
	shift 4
	wanted "visible-$name" || return
	export TT_VISIBLE_DEVICES=$list
	smi "$tree" "$@"
	unset TT_VISIBLE_DEVICES
	says "visible-$name" "$work/out" "$pattern"
}
chips=--query-chips=chip,visible
visible index 1 '^✓ TT_VISIBLE_DEVICES=1 selects tt1$' kmd
visible index-remote 0 '^✓ TT_VISIBLE_DEVICES=0 selects tt0, tt2$' kmd
visible blanks ' 1 , 0 ' 'selects tt0, tt2, tt1$' kmd
visible commas ',,1,' 'selects tt1$' kmd
visible address 0000:61:00.0 'selects tt1$' kmd
visible part 0000:4 'selects tt0, tt2$' kmd
visible part-of-two .0 'selects tt0, tt2, tt1$' kmd
visible empty '' '^TT_VISIBLE_DEVICES= selects no chip$' kmd
visible wrong 0,2 "^TT_VISIBLE_DEVICES=0,2 selects a card '2' that is not there" kmd
visible wrong-address 0000:99 "selects a card '0000:99' that is not there" kmd
visible wrong-word tt0 "selects a card 'tt0' that is not there" kmd
visible wrong-negative -1 "selects a card '-1' that is not there" kmd
visible wrong-huge 99999999999999999999 'that is not there' kmd
visible wrong-long "$(printf '0%.0s' {1..99})" 'that is not there' kmd
visible control $'\e[31m' "'\?\[31m'" kmd
visible mark 1 '^tt1 ✓ +n150' kmd
visible mark-not 1 '!^tt[02] ✓' kmd
visible mark-remote 0 '^tt2 ✓ +n300 R' kmd
visible mark-ascii 1 '^tt1 [*] +n150' kmd --ascii
visible mark-ascii-head 1 '^[*] TT_VISIBLE_DEVICES=1 selects tt1$' kmd --ascii
visible mark-none '' '!✓' kmd
visible mark-wrong 0,2 '!✓' kmd
visible mark-only 1 '^tt1 ✓' kmd --only-visible
visible field 1 '^tt0,no$' kmd $chips --format=csv,noheader
visible field-yes 1 '^tt1,yes$' kmd $chips --format=csv,noheader
visible json 1 '"visible": false' kmd --json
visible only 1 '^tt1 ' kmd --list --only-visible
visible only-not 1 '!^tt0' kmd --list --only-visible
visible only-remote 0 '^tt2 ' kmd --list --only-visible
visible only-virtual 0 '!tt' virtual --list --only-visible
prints visible-unset '!VISIBLE|✓' kmd
if wanted visible-width; then
	for width in 80 120; do
		COLUMNS=$width TT_VISIBLE_DEVICES=$(seq -s, 0 16) "$smi" \
			--sysfs-root "$work/trees/crowd" >"$work/out" 2>"$work/err"
		check visible-width screen "$width"
		says visible-width "$work/out" '^tt16 ✓'
		says visible-width "$work/out" '!^tt17 ✓'
	done
fi
prints visible-unset-field '^tt0,$' kmd $chips --format=csv,noheader
prints visible-unset-json '"visible": null' kmd --json
prints visible-unset-only '^tt0 ' kmd --list --only-visible
refuses visible-accounting 2 'exclude each other' --only-visible --accounting
if wanted visible-refuses; then
	TT_VISIBLE_DEVICES=7 "$smi" --sysfs-root "$work/trees/kmd" --only-visible >"$work/out" 2>"$work/err"
	status visible-refuses 6 $?
	says visible-refuses "$work/err" "^tt-smi: TT_VISIBLE_DEVICES: no card '7'\$"
	TT_VISIBLE_DEVICES='' "$smi" --sysfs-root "$work/trees/kmd" --only-visible >"$work/out" 2>"$work/err"
	status visible-none 6 $?
	says visible-none "$work/err" '^tt-smi: TT_VISIBLE_DEVICES selects no chip$'
	for list in '' ' ' ','; do
		TT_VISIBLE_DEVICES=$list smi kmd --only-visible
		status "visible-none-screen '$list'" 6 $rc
		says "visible-none-screen '$list'" "$work/out" ' selects no chip$'
		says "visible-none-screen '$list'" "$work/out" '!doctor'
	done
fi

red=$(printf '\033\\[1;31m') yellow=$(printf '\033\\[33m')
prints levels-warn "${yellow}38%" p150 --color --levels=38,39
prints levels-bad "${red}38%" p150 --color --levels=10,38
prints levels-line "${red}38%" p150 --color --levels=10,38 --line
prints levels-default "!(${yellow}|${red})38%" p150 --color
refuses levels-order 2 "percentages such as 75,90, not '90,75'" --levels=90,75
if wanted levels-kept; then
	mkdir -p "$work/config/tt-memstat"
	echo 'levels = 10,20' >"$work/config/tt-memstat/tt-smi.conf"
	smi p150 --color
	says levels-kept "$work/out" "${red}38%"
	smi p150 --color --levels=75,90
	says levels-kept-option "$work/out" "!${red}38%"
	rm -r "$work/config"
fi
refuses csv-which 2 'chips or processes' --csv=cores
prints advice-unknown 'tt-memstat import' unknown
prints advice-holders 'tt-memstat enable' kmd
prints advice-none '!tt-memstat' p150
prints query-number '^62390272$' p150 --query-chips=l1_used --format=csv,noheader,nounits
prints query-blanks '^tt0,120$' p150 --query-chips='chip, tensix_active' --format=csv,nounits
prints query-unknown '^tt0,,l1 l1_small cb$' uncovered --query-chips=chip,l1_used,l1_partial
prints query-telemetry-negative '^tt1,-0\.700,9\.000,500$' kmd \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-telemetry '^tt0,61\.375,43\.000,1000$' kmd \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-no-telemetry '^tt0,,,$' kmd --no-telemetry \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints card-type '^tt0 +p300b ' cards
prints card-hangs '^tt2 +blackhole ' cards
prints card-not-asked '^tt0 +blackhole ' cards --no-telemetry
prints card-of-one-board '^tt1,p300b,0x0000044131800001,$' cards \
	--query-chips=chip,board,board_id,unique_id --format=csv,nounits
prints card-unknown '^tt2,,,$' cards --query-chips=chip,board,board_id,unique_id --format=csv,nounits
prints card-json '"board_id": "0x0000044131800001"' cards --json
prints query-junk-32 '^tt0,,,$' junk --query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-junk-16 '^tt1,,,$' junk --query-chips=chip,temperature,power,clock --format=csv,nounits
prints junk-telemetry '!MHz' junk
prints query-foreign '^tt0,,1114112$' overlap --query-processes=chip,pid,l1_used --format=csv,nounits
prints query-quotes '^"""quoted"", ' hostile --query-processes=label
prints csv-formula "^.*,'=1\+1,.*,'@sum," formula --csv
prints telemetry ' 61.C +43W +1000MHz$' kmd
prints telemetry-rounded ' -1.C +9W +500MHz$' kmd
prints no-telemetry '!MHz' kmd --no-telemetry
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
prints alias-list '^CHIP +KIND' n300 -ls
prints alias-compact '!BY POOL' n300 -c
prints alias-version '^tt-smi [0-9]+\.[0-9]+' n300 -v
prints local '!n300 R' n300 --list -l
prints local-card 'n300 L' n300 --list --local
prints help-query '^  CP  l1_used +L1 in use \[B\]$' n300 --help-query
prints help-query-whole '!null' n300 --help-query
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
if wanted accounting-schema; then
	smi alert --accounting --json
	check accounting-schema accounting
fi
prints accounting-json '"max_exited": *16' alert --accounting --json
prints accounting-json-peak '"peak": *524288' alert --accounting -J -i tt1
prints accounting-json-recorded '"exited_at": *null' alert --accounting -J
prints accounting-none 'No process has left' alert --accounting -p 99999
refuses accounting-old 6 'no accounting' --sysfs-root "$p150" --accounting
refuses accounting-chip-unknown 6 "no chip 'tt9'" --sysfs-root "$work/trees/alert" --accounting -i tt9
refuses accounting-csv 2 'goes with no other form than --json' --accounting --csv
refuses accounting-watch 2 'goes with no other form than --json' --accounting -w
refuses accounting-list 2 'goes with no other form than --json' --list --accounting
prints alert-json '"alert": *1' alert --json
prints alert-none '!Above the alert' p150

if wanted file; then
	smi n300 --csv -f "$work/file"
	status file 0 $rc
	says file "$work/out" '!.'
	cp "$work/file" "$work/out"
	check file csv
fi

# sorted NAME PIDS KEY: order of the processes of the tree crowd's first and last chip
sorted()
{
	local name=sort-$3 got
	wanted "$name" || return
	smi n300 --query-processes=chip,pid --format=csv,noheader --sort="$3"
	got=$(tr '\n' ' ' <"$work/out")
	if [ "$got" = "$2 " ]; then
		pass "$name"
	else
		bad "$name" "expected '$2', saw '$got'"
	fi
}

sorted 1 'tt0,4242 tt2,4242 tt0,991' memory
sorted 2 'tt0,991 tt2,4242 tt0,4242' -memory
sorted 3 'tt0,4242 tt2,4242 tt0,991' l1
sorted 4 'tt0,4242 tt0,991 tt2,4242' chip
sorted 5 'tt0,991 tt0,4242 tt2,4242' pid
sorted 6 'tt0,991 tt0,4242 tt2,4242' user
sorted 7 'tt0,991 tt0,4242 tt2,4242' name

if wanted version; then
	"$smi" -V >"$work/out" 2>"$work/err"
	status version 0 $?
	says version "$work/out" '^tt-smi [0-9]+\.[0-9]+'
fi
# pty ARG...: the output on a terminal of 100 columns
pty()
{
	script -qec "stty cols 100; '$smi' --sysfs-root '$p150' $*" /dev/null </dev/null \
		>"$work/out" 2>"$work/err"
}

if wanted color && command -v script >/dev/null; then
	escape=$(printf '\033')
	pty
	says color "$work/out" "$escape\\["
	NO_COLOR=1 pty
	says color-no-color "$work/out" "!$escape"
	NO_COLOR="" pty
	says color-no-color-empty "$work/out" "$escape\\["
	TERM=dumb pty
	says color-dumb "$work/out" "!$escape"
	pty --color=never
	says color-never "$work/out" "!$escape"
	NO_COLOR=1 pty --color
	says color-always "$work/out" "$escape\\["
	COLUMNS=60 pty --color=never
	says color-width "$work/out" 'FULLEST CORE'
	smi p150 --color=always
	says color-piped "$work/out" "$escape\\["
	sed "s/$escape\\[[0-9;]*m//g; s/ *\$//" "$work/out" >"$work/plain"
	smi p150
	if diff -u <(steady <"$work/out") <(steady <"$work/plain") >"$work/diff"; then
		pass color-same
	else
		bad color-same "expected the same text with and without colour, saw:" \
			"$(cat "$work/diff")"
	fi
fi

# ---- Metrics -------------------------------------------------------------------------------

# metrics NAME TREE ARG...: they are the expected ones
metrics()
{
	local name=$1
	wanted "$name" || return
	smi "$2" --prometheus "${@:3}"
	status "$name" 0 $rc
	sed -E 's/^(tenstorrent_memstat_scrape_duration_seconds) 0\.[0-9]{9}$/\1 TIME/
		s/tool_version="[^"]*"/tool_version="VERSION"/' "$work/out" >"$work/steady"
	[ -z "$update" ] || cp "$work/steady" "$expected/$name.prom"
	if diff -u "$expected/$name.prom" "$work/steady" >"$work/diff" 2>&1; then
		pass "$name"
	else
		bad "$name" "expected $expected/$name.prom, saw (-expected +seen):" "$(cat "$work/diff")"
	fi
}

metrics metrics-p150 p150
metrics metrics-p300 p300 --process-series=9
metrics metrics-hostile hostile --process-series=3 --no-telemetry
metrics metrics-kmd kmd -i 1 -i 2

# counts NAME WANT PATTERN TREE ARG...: so many lines match
counts()
{
	local name=$1 got
	wanted "$name" || return
	smi "$4" --prometheus "${@:5}"
	got=$(grep -Ec -- "$3" "$work/out")
	if [ "$got" = "$2" ]; then
		pass "$name"
	else
		bad "$name" "expected $2 lines like '$3', saw $got:" "$(grep -E -- "$3" "$work/out")"
	fi
}

used='^tenstorrent_process_memory_space_used_bytes\{.*space="dram"'
counts metrics-no-processes 0 '^tenstorrent_process_' crowd
counts metrics-bound 10 "$used" crowd --process-series=10
counts metrics-bound-told 1 '^tenstorrent_process_series_left_out 54$' crowd --process-series=10
counts metrics-bound-none 1 '^tenstorrent_process_series_left_out 0$' crowd --process-series=64
counts metrics-largest 1 "$used\} 5783945216\$" p150 --process-series=1
counts metrics-sorted 1 '_used_bytes.*client="12".*space="dram"\} 943718400$' p150 --process-series=1 --sort=-memory
counts metrics-chosen 1 "$used" p150 --process-series=9 -p 20950
counts metrics-foreign 1 '^tenstorrent_process_records\{chip="tt0",client="3"\}' overlap \
	--process-series=9
counts metrics-no-telemetry 0 celsius kmd --no-telemetry
counts metrics-junk-telemetry 0 '^tenstorrent_device_(temperature|power|clock)[^ ]* ' junk

# Written in one step, under the same name, and readable by the scraper.
if wanted metrics-output; then
	mkdir -p "$work/textfile"
	echo old >"$work/textfile/tt.prom"
	ln "$work/textfile/tt.prom" "$work/textfile/kept"
	smi p150 --prometheus --output "$work/textfile/tt.prom"
	status metrics-output 0 $rc
	says metrics-output "$work/out" '!.'
	says metrics-output "$work/textfile/tt.prom" '^tenstorrent_memstat_up 1$'
	says metrics-output "$work/textfile/kept" '^old$'
	equal metrics-output 644 "$(stat -c %a "$work/textfile/tt.prom")"
	equal metrics-output 'kept tt.prom ' \
		"$(find "$work/textfile" -type f -printf '%f\n' | sort | tr '\n' ' ')"
	# Relative, and in a directory of its own.
	(cd "$work/textfile" && "$smi" --sysfs-root "$p150" --prometheus --output=here.prom)
	says metrics-output "$work/textfile/here.prom" '^tenstorrent_memstat_up 1$'
	rm "$work/textfile/here.prom"
fi
# Figures from before the module was removed are not left to be scraped.
if wanted metrics-down; then
	mkdir -p "$work/textfile" "$work/nothing"
	echo old >"$work/textfile/tt.prom"
	smi ../nothing --prometheus --output "$work/textfile/tt.prom"
	status metrics-down 9 $rc
	says metrics-down "$work/err" 'not loaded'
	cp "$work/textfile/tt.prom" "$work/out"
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
	equal metrics-down 1 "$(grep -vc '^#' "$work/out")"
	smi ../nothing --prometheus
	status metrics-down 9 $rc
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
	smi p150 --prometheus -i tt9
	status metrics-down 6 $rc
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
fi
# No file is better than half of one: what could not be written leaves the old one and no litter.
if wanted metrics-output-fails; then
	mkdir -p "$work/textfile"
	echo old >"$work/textfile/tt.prom"
	(trap '' XFSZ; prlimit --fsize=100 "$smi" --sysfs-root "$p150" --prometheus \
		--output "$work/textfile/tt.prom") >"$work/out" 2>"$work/err"
	status metrics-output-fails 1 $?
	says metrics-output-fails "$work/err" 'cannot write: File too large'
	says metrics-output-fails "$work/textfile/tt.prom" '^old$'
	equal metrics-output-fails '' "$(find "$work/textfile" -name '.*' -type f)"
	smi p150 --prometheus --output "$work/textfile"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/err" 'cannot replace .*directory'
	ln -sf tt.prom "$work/textfile/link"
	smi p150 --prometheus --output "$work/textfile/link"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/textfile/tt.prom" '^old$'
	smi p150 --prometheus --output /dev/null
	status metrics-output-fails 1 $rc
	equal metrics-output-fails 'character special file' "$(stat -c %F /dev/null)"
	smi p150 --prometheus --output "$work/missing/tt.prom"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/err" 'cannot write beside .*No such'
fi
# --help-metrics names what the outputs have, and every metric of it is in some output.
if wanted metrics-help; then
	for tree in $trees; do
		smi "$tree" --prometheus --process-series=1000
		sed -n 's/^# TYPE \([a-z0-9_]*\) .*/\1/p' "$work/out"
	done | sort -u >"$work/emitted"
	"$smi" --help-metrics >"$work/out"
	sed -n 's/^\(tenstorrent_[a-z0-9_]*\) .*/\1/p' "$work/out" | sort >"$work/helped"
	if diff -u "$work/helped" "$work/emitted" >"$work/diff"; then
		pass metrics-help
	else
		bad metrics-help "expected each metric both ways (-help +outputs):" "$(cat "$work/diff")"
	fi
fi

# ---- The live system: libudev, names, one file of /proc for each process -------------------

# inside TREE COMMAND...: like smi, with the tree in the place of the live system
inside()
{
	live "$work/trees/$1" "${@:2}" >"$work/out" 2>"$work/err"
	rc=$?
}

if wanted live && can_live; then
	inside live "$smi"
	status live 0 $rc
	says live-user "$work/out" "^tt0 +$$ +root .*smi\\.sh"
	says live-gone "$work/out" "^tt0 +4194303 +nobody .*\\[nobody's\\] gone"
	says live-foreign "$work/out" '^all +\(1\) +- .*\(other namespaces\)'
	says live-pci "$work/out" '0000:01:00\.0'
	check live screen 0
	inside live "$smi" --json
	check live json
	if command -v strace >/dev/null && [ -z "${SMI_NO_STRACE-}" ]; then
		inside live strace -f -o "$work/trace" -e trace=open,openat,getdents64 "$smi"
		says live-no-device "$work/trace" '!/dev/(tt_memstat|tenstorrent)'
		says live-no-walk "$work/trace" '!"/proc/?"'
		says live-command "$work/trace" "/proc/$$/cmdline"
	fi
	inside live env LC_ALL=C.UTF-8 timeout 300 "$smi" -w0.1 -n 3 --json
	status live-watch 0 $rc
	check live-watch lines
fi

# The cost of a monitor: 8 chips and 16 processes that exist, with tt-kmd's telemetry and its
# lists of who holds a card; one more process holds one and reports nothing.
if wanted cost && can_live; then
	populate "$work/trees/many"
	if command -v strace >/dev/null && ! grep -q __asan_init "$smi"; then
		inside many strace -f -o "$work/trace" "$smi"
		says cost-shown "$work/out" "^tt7 .*sleep 100000"
		says cost-shown "$work/out" "^tt7 .*59.C"
		says cost-shown "$work/out" "^tt0 .*sleep 100001"
		calls=$(grep -vc -e '+++' -e '---' "$work/trace")
		if [ "$calls" -le $((350 + 2 * 16)) ]; then
			pass cost-calls
		else
			bad cost-calls "expected at most 350 system calls and 2 a process, saw $calls:" \
				"$(awk '{ sub(/\(.*/, "", $2); print $2 }' "$work/trace" |
				   sort | uniq -c | sort -rn | head -n 12)"
		fi
		says cost-no-device "$work/trace" '!/dev/(tt_memstat|tenstorrent)'
		says cost-no-walk "$work/trace" '!open[^"]*"/proc(/driver(/tenstorrent)?)?/?"|"/proc/[0-9]+/(fd|task)'
	fi
	disperse
fi

# ---- Memory --------------------------------------------------------------------------------

# Some valgrinds count what a program was started with as left open by it.
close_inherited()
{
	local fd
	for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
}

if wanted valgrind && command -v valgrind >/dev/null && ! grep -q __asan_init "$smi"; then
	for tree in damaged hostile kmd overlap unknown empty n300; do
		for option in --verbose --json --snapshot --csv --prometheus; do
			(close_inherited; exec valgrind -q --error-exitcode=99 --leak-check=full \
				--track-fds=yes "$smi" --sysfs-root "$work/trees/$tree" $option) \
				>"$work/out" 2>"$work/err"
			rc=$?
			if [ $rc -ne 99 ]; then
				pass "valgrind: $tree $option"
			else
				bad valgrind "expected no error for $tree $option, saw:" \
					"$(cat "$work/err")"
			fi
		done
	done
fi

if wanted valgrind && command -v valgrind >/dev/null && ! grep -q __asan_init "$smi"; then
	valgrind -q --error-exitcode=99 --leak-check=full "$smi-watch" -w0.1 -n 3 --json \
		--sysfs-root "$work/trees/hostile" >"$work/out" 2>"$work/err"
	status valgrind-stream 0 $?
fi

finish
