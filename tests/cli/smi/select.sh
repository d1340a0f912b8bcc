# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: selection and order of chips and processes.

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

prints names '^Chip 0: n300 L \(tt0, 0000:41:00\.0, tenstorrent/0, 0x0000014251245764\)$' kmd -L
prints names-remote '^Chip 2: n300 R \(tt2, remote \(tt0\), 0x' kmd --list-chips
refuses names-watch 2 'do not go with --watch' -L -w
prints local '!n300 R' n300 --list -l
prints local-card 'n300 L' n300 --list --local

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
prints visible-unset-field '^tt0,$' kmd $chips --format=csv,noheader
prints visible-unset-json '"visible": null' kmd --json
prints visible-unset-only '^tt0 ' kmd --list --only-visible
refuses visible-accounting 2 'exclude each other' --only-visible --accounting
if wanted visible-width; then
	for width in 80 120; do
		COLUMNS=$width TT_VISIBLE_DEVICES=$(seq -s, 0 16) "$smi" \
			--sysfs-root "$work/trees/crowd" >"$work/out" 2>"$work/err"
		check visible-width screen "$width"
		says visible-width "$work/out" '^tt16 ✓'
		says visible-width "$work/out" '!^tt17 ✓'
	done
fi
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
