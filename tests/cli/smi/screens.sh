# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: screens against smi-expected/, and properties of every output.

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

# ---- Width, characters, colour ---------------------------------------------------------------

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

# A screen reader spells out what bars are made of; without UTF-8 they stay.
prints ascii-no-bars '!##|\.\.\.\.|==' p150 --ascii --breakdown=always

if wanted ascii-bars; then
	LC_ALL=C smi p150
	says ascii-bars "$work/out" '\[#+\.+=+\]'
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
