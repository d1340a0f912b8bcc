# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: screens of many sizes against smi-watch-expected/, and what all screens have in common.

# Every page at the sizes that people have, of one chip, of eight, of 32 with 64 processes, of chips
# that nobody has described, and of such that are above an alert level.
for size in 80x24 120x40 200x50; do
	wanted "screen-$size" || continue
	width=${size%x*} height=${size#*x}
	for tree in p150 many crowd unknown alert; do
		start "$width" "$height" $tree
		shows "screen-$size" '^ +PID .*NAME'
		screen "chips-$tree-$size"
		if [ $tree = p150 ]; then
			keys 3
			# The first page names the fullest core, too.
			shows "screen-$size" '!─ Chips'
			shows "screen-$size" 'core 3,4'
			screen "chip-$tree-$size"
		fi
		# A third of it is for processes.
		third=$(seen | sed -n '/^─ Processes/,$p' | grep -c .)
		if [ "$tree" = p150 ] || [ "$(seen | sed -n '/^─ Processes/,$p' | wc -l)" -ge \
		     $((height / 3 + 1)) ]; then
			pass "screen-$size: processes of $tree"
		else
			bad "screen-$size" "expected a third for processes, saw $third lines:" "$(seen)"
		fi
	done
	start "$width" "$height" kmd
	shows "screen-$size" 'NOT REPORTING|help'
	keys 2 Right
	shows "screen-$size" '└ .* tt2 '
	screen "processes-kmd-$size"
	keys '?'
	shows "screen-$size" 'Pages'
	screen "help-$size"
	start "$width" "$height" kin
	keys 2 t
	shows "screen-$size" '└ torchrun'
	# The columns of CPU time and of the host's memory take two readings, where there is room.
	[ "$width" -lt 120 ] || shows "screen-$size" ' 0\.0 .*mpirun'
	screen "tree-kin-$size"
	keys e
	shows "screen-$size" 'RANK=0'
	screen "environment-kin-$size"
	keys q q
	ends "screen-$size" 0
	rm -rf "$work/config"
done

if wanted narrow; then
	start 40 24 crowd
	shows narrow '^▶tt0 '
	screen narrow-40x24
	start 26 24 crowd
	shows narrow 'too small: needs 32x8'
fi

# A line tells what TT_VISIBLE_DEVICES selects, cut to the screen, and each chip that it selects has a
# mark, also in lines alone and on the pages of chips.
if wanted visible; then
	ENVIRONMENT='TT_VISIBLE_DEVICES=0' start 80 24 kmd
	shows visible '^✓ TT_VISIBLE_DEVICES=0 selects tt0, tt2$'
	shows visible '^ tt2 ✓ n300 R '
	shows visible '^ tt1   n150 '
	screen visible-kmd-80x24
	keys 2
	shows visible '!── Chips'
	shows visible '^✓ TT_VISIBLE_DEVICES=0 selects tt0, tt2$'
	keys q
	ends visible 0
	ENVIRONMENT="LC_ALL=C TT_VISIBLE_DEVICES=1" start 80 24 kmd
	shows visible '^[*] TT_VISIBLE_DEVICES=1 selects tt1$'
	shows visible '^ tt1 [*] n150 '
	ENVIRONMENT="TT_VISIBLE_DEVICES=$(seq -s, 0 16)" start 80 24 crowd
	shows visible '^✓ TT_VISIBLE_DEVICES=0,1,2,.*…$'
	shows visible ' tt16 ✓'
	shows visible ' tt17  '
	screen visible-crowd-80x24
	for list in '' 5; do
		ENVIRONMENT="TT_VISIBLE_DEVICES=$list" start 80 24 kmd
		shows visible "^TT_VISIBLE_DEVICES=$list selects "
		shows visible '!✓'
	done
	rm -rf "$work/config"
fi

# The figures on the pages add up, also when scrolled and unfolded.
if wanted identities; then
	for tree in approx crowd damaged overlap unknown; do
		start 250 130 "$tree" --bytes
		shows identities '^ +PID '
		for page in 1 2 3; do
			keys "$page" '*'
			case $page in
			2)	shows identities '!── Chips' ;;
			3)	shows identities '^─ tt0 L1 .* most ' ;;
			esac
			seen | sed -E 's/ +$//' >"$work/page"
			if python3 "$here/smi_check.py" watch 250 <"$work/page" >"$work/problems"; then
				pass identities
			else
				bad identities "expected that page $page of $tree adds up, saw:" \
					"$(cat "$work/problems" "$work/page")"
			fi
		done
	done
fi

# cells: the screen below its first line, a line for each character with its style
cells()
{
	seen -eN | sed 1d | python3 -c '
import runpy, sys
styled, style = runpy.run_path(sys.argv[1])["styled"], {}
for y, line in enumerate(sys.stdin.read().splitlines()):
    for x, (char, look) in enumerate(styled(line, style)):
        if char != " " or 7 in look or "bg" in look:
            print(y, x, char, sorted(map(str, look.items())))' "$here/../../scripts/screens"
}

# Only changes are written: after any keys, the screen is the one that is painted anew, in its colours
# too, also where wide characters come and go.
if wanted repaint; then
	for words in 'hostile s r / c Enter Escape 3' 'crowd 2 Down ? 1 End'; do
		tree=${words%% *}
		start 90 30 "$tree"
		shows repaint '^ +PID'
		keys Space
		shows repaint 'PAUSED'
		for key in ${words#* }; do
			keys "$key"
			sleep 0.2
			cells >"$work/before"
			keys C-l
			sleep 0.2
			cells >"$work/after"
			if diff "$work/before" "$work/after" >"$work/diff"; then
				pass "repaint: $tree $key"
			else
				bad repaint "expected the same screen after C-l, saw:" "$(cat "$work/diff")"
			fi
		done
		rm -rf "$work/config"
	done
fi

# The pictures of docs/screens have the keys, legends and columns of these screens.
if wanted pictures; then
	if old=$(python3 "$here/../../scripts/screens" --check); then
		pass pictures
	else
		bad pictures 'make them anew with scripts/screens:' "$old"
	fi
fi

if wanted plain; then
	ENVIRONMENT='NO_COLOR=1' start 100 30 p150
	shows plain 'fullest core'
	if seen -e | grep -q "$(printf '\033')\\[[0-9;]*[34][0-7]"; then
		bad plain 'expected no colour with NO_COLOR, saw:' "$(seen -e)"
	else
		pass plain
	fi
	# Pools are told apart all the same.
	shows plain '^  L1   █+▓▒+[▏▎▍▌▋▊▉]?·+░+ '
	ENVIRONMENT='LC_ALL=C' start 100 30 p150
	shows plain '^  L1   \[#+sc+\.+=+\] '
	if seen | grep -q "$(printf '[\200-\377]')"; then
		bad plain 'expected ASCII alone outside UTF-8, saw:' "$(seen)"
	else
		pass plain
	fi
	# A terminal that cannot be painted on gets a word and one screen after the other.
	for term in no-such-terminal dumb; do
		ENVIRONMENT="TERM=$term" start 100 60 p150 -w0.1 -n 2
		ends plain 0
		shows plain '^tt0 .*59.5 MiB|^tt0 .*59.5M'
		if grep -q "TERM=$term" "$work/err"; then
			pass plain
		else
			bad plain 'expected a word, saw:' "$(cat "$work/err")"
		fi
	done
	start 100 30 hostile
	shows plain '\[\?\[2J\?\[H\] \?\[31mroo'
	start 100 30 p150 -n 2 -w0.1
	ends plain 0
fi
