# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: keys, mouse, sizes, suspending, settings.

if wanted keys; then
	start 100 30 crowd
	shows keys '^▶tt0 '
	keys End
	shows keys '▶tt31 '
	keys Enter
	shows keys '^ tt31 galaxy'
	keys [
	shows keys '^ tt30 galaxy'
	keys 2 / r a n k 7
	shows keys 'filter: rank7_'
	shows keys '!rank5'
	keys Enter
	shows keys 'filter: rank7  \(Esc\)'
	keys Escape
	shows keys 'rank'
	keys s
	shows keys ' sort: l1  2\.0 s$'
	keys r
	shows keys ' sort: -l1  2\.0 s$'
	keys + +
	shows keys ' 10\.0 s$'
	keys Space
	shows keys ' PAUSED 10\.0 s$'
	keys Space
	shows keys '!PAUSED'
	keys q
	ends keys 0
	# All of it but the pause is there again, and the command line comes first.
	start 100 30 crowd -w3
	shows keys ' sort: -l1  3\.0 s$'
	keys q
	ends keys 0
	start 100 30 crowd --sort=pid
	shows keys ' sort: pid  10\.0 s$'
	keys q
	ends keys 0
	# Levels on the command line are kept as well.
	start 100 30 crowd --levels=10,20
	shows keys ' sort: '
	keys q
	ends keys 0
	if grep -qx 'levels = 10,20' "$work/config/tt-memstat/tt-smi.conf"; then
		pass 'keys: levels are kept'
	else
		bad keys 'expected levels = 10,20 in:' "$(cat "$work/config/tt-memstat/tt-smi.conf")"
	fi
	# A typing error is named, and stays.
	echo 'colour = red' >>"$work/config/tt-memstat/tt-smi.conf"
	start 100 30 crowd --sort=user
	shows keys ' sort: user'
	keys r
	shows keys ' sort: -user'
	keys q
	ends keys 0
	expect_match 'a line that is not understood is named' '^tt-smi: .*/tt-smi.conf: line 11 is not understood$' \
		"$(cat "$work/err")"
	succeeds 'and kept' grep -qx 'colour = red' "$work/config/tt-memstat/tt-smi.conf"
	succeeds 'beside the new settings' grep -qx 'sort = -user' "$work/config/tt-memstat/tt-smi.conf"
	rm -r "$work/config"
fi

# press COLUMN ROW BUTTON: as an xterm tells it, from 1
press()
{
	keys -l "$(printf '\033[<%d;%d;%dM' "$3" "$1" "$2")"
	[ "$3" -ge 64 ] || keys -l "$(printf '\033[<%d;%d;%dm' "$3" "$1" "$2")"
}

if wanted mouse; then
	ENVIRONMENT='TERM=xterm' start 100 40 p150
	shows mouse '^ +PID '
	row=$(seen | grep -n '^ *20950 ' | cut -d : -f 1)
	press 10 "$row" 0
	shows mouse '^▶ 20950 '
	press 10 "$row" 64
	shows mouse '^▶ 20714 '
	title=$(seen | grep -n '^ *PID ' | cut -d : -f 1)
	press 5 "$title" 0
	shows mouse ' sort: pid '
	shows mouse '^ +PID▲ '
	press 5 4 0
	press 5 4 0
	shows mouse ' Cores '
	keys q
	ends mouse 0
	rm -rf "$work/config"
fi

if wanted resize; then
	start 120 30 p150
	shows resize '0000:01:00\.0'
	mux resize-window -x 62 -y 20
	shows resize '^─ tt0 L1 .*─$'
	screen resized-62
	mux resize-window -x 15 -y 2
	shows resize 'too small'
	mux resize-window -x 120 -y 30
	shows resize '0000:01:00\.0'
	keys q
	ends resize 0
fi

if wanted suspend; then
	fresh_server
	mux -f /dev/null new-session -d -x 100 -y 30 'PS1=shell: bash --norc -i'
	mux set-option -g status off
	keys "'$smi' -w --sysfs-root '$work/trees/p150'" Enter
	shows suspend 'fullest core'
	keys C-z
	shows suspend 'Stopped'
	keys 'echo a''nd' Enter
	shows suspend '^and'
	keys fg Enter
	shows suspend 'q quit'
	shows suspend '!Stopped'
	keys C-c
	shows suspend '^shell:'
fi

# The interval may be a word of its own, wherever it stands; the screen says what it is.
if wanted interval; then
	for words in '-w 5' '-w5' '--watch 5' '--watch=5' '--ascii -w 5 --compact' '-bw 5'; do
		start 100 30 p150 "$words"
		shows interval 'sort: memory  5\.0 s$'
	done
	start 100 30 p150
	shows interval 'sort: memory  2\.0 s$'
fi
