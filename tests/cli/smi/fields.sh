# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: queries, CSV, long form, sums, telemetry.

refuses exit-query 2 "no field of chips is called 'pid'" --query-chips=chip,pid
refuses exit-query-empty 2 "no field of processes is called ''" --query-processes=pid,
refuses exit-query-both 2 'exclude' --query-chips=chip --query-processes=pid
refuses exit-format 2 'csv\[,noheader' --query-chips=chip --format=json
refuses exit-csv-query 2 'exclude each other' --csv=chips --query-chips=chip
refuses exit-query-csv 2 'exclude each other' --query-processes=pid --csv=processes
# In any order, also where it would change nothing.
for format in csv csv,nounits csv,mib csv,noheader,gib; do
	for form in '' --json --csv --csv=chips --csv=processes --list --line; do
		# shellcheck disable=SC2086 # no word
		refuses "exit-format-$form-$format" 2 'needs --query-chips' --format=$format $form
		[ -z "$form" ] || refuses "exit-$form-format-$format" 2 'needs --query-chips' $form --format=$format
	done
done
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
refuses csv-which 2 'chips or processes' --csv=cores
prints query-number '^62390272$' p150 --query-chips=l1_used --format=csv,noheader,nounits
prints query-blanks '^tt0,120$' p150 --query-chips='chip, tensix_active' --format=csv,nounits
prints query-unknown '^tt0,,l1 l1_small cb$' uncovered --query-chips=chip,l1_used,l1_partial
prints query-telemetry-negative '^tt1,-0\.700,9\.000,500$' kmd \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-telemetry '^tt0,61\.375,43\.000,1000$' kmd \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-no-telemetry '^tt0,,,$' kmd --no-telemetry \
	--query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-junk-32 '^tt0,,,$' junk --query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-junk-16 '^tt1,,,$' junk --query-chips=chip,temperature,power,clock --format=csv,nounits
prints query-foreign '^tt0,,1114112$' overlap --query-processes=chip,pid,l1_used --format=csv,nounits
prints query-quotes '^"""quoted"", ' hostile --query-processes=label
prints csv-formula "^.*,'=1\+1,.*,'@sum," formula --csv
prints help-query '^  CP  l1_used +L1 in use \[B\]$' n300 --help-query
prints help-query-whole '!null' n300 --help-query

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

prints long-chip '^    l1_used: 62390272 B \(59\.5 MiB\)$' p150 -q
prints long-process '^        pid: 20714$' p150 --long
prints long-host '^module: 0\.1\.0$' p150 -q
prints long-unknown '!l1_capacity' unknown -q
refuses long-json 2 'exclude each other' -q --json

prints by-pod '^2c48913c-b29f-11e7-9350-020968147796 +5 +5\.0 MiB ' places2 --by=pod
prints by-container '^build-host +1 ' places2 --by container
prints by-job '^124\.batch +1 ' places1 --by=job
prints by-user '^1000 +1 +70\.5 MiB .* 7\.0 GiB ' kmd --by=user
prints by-sum '^\(total\) +- +70\.5 MiB .* 7\.1 GiB ' kmd --by=user
prints by-foreign '^\(other namespaces\) +1 ' overlap --by=unit
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
# As the schema says, and the rows add up to the total, in each column.
for tree in places2 kmd overlap hostile crowd; do
	wanted "by-json-$tree" || continue
	for key in container pod unit user job; do
		smi "$tree" --by=$key --json
		check "by-json-$tree" sums "$key"
	done
done

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

prints card-type '^tt0 +p300b ' cards
prints card-hangs '^tt2 +blackhole ' cards
prints card-not-asked '^tt0 +blackhole ' cards --no-telemetry
prints card-of-one-board '^tt1,p300b,0x0000044131800001,$' cards \
	--query-chips=chip,board,board_id,unique_id --format=csv,nounits
prints card-unknown '^tt2,,,$' cards --query-chips=chip,board,board_id,unique_id --format=csv,nounits
prints card-json '"board_id": "0x0000044131800001"' cards --json
prints junk-telemetry '!MHz' junk
prints telemetry ' 61.C +43W +1000MHz$' kmd
prints telemetry-rounded ' -1.C +9W +500MHz$' kmd
prints no-telemetry '!MHz' kmd --no-telemetry
