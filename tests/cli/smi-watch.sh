#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-smi --watch on a terminal of tmux: screens of many sizes against smi-watch-expected/, keys,
# mouse, settings, resizing, suspending, chips that come and go, and the cost.
#
#   TT_SMI=build/bin/tt-smi tests/cli/smi-watch.sh [--update] [NAME...]
#
# NAME runs only the tests whose name contains it; --update writes smi-watch-expected/ anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
expected=$here/smi-watch-expected
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
only=("$@")

. "$here/smi_lib.sh"
if ! command -v tmux >/dev/null; then
	skip 'no tmux'
	finish
fi
work=$(mktemp -d) || exit 1
socket=$work/tmux
at_end 'disperse 2>/dev/null; tmux -S "$socket" kill-server 2>/dev/null; rm -rf "$work"'
unset COLUMNS NO_COLOR TMUX
unset TT_VISIBLE_DEVICES
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm XDG_CONFIG_HOME=$work/config
python3 "$here/smi_trees.py" "$work/trees" || exit 1

mux() { tmux -S "$socket" "$@"; }

# A socket of its own: a server that is asked to end may still answer on the last one.
servers=0
fresh_server()
{
	mux kill-server 2>/dev/null
	servers=$((servers + 1))
	socket=$work/tmux.$servers
}

# start WIDTH HEIGHT TREE [ARG...]: a watch; what it exits with comes to lie in $work/status.
# ENVIRONMENT may hold settings for env, or a command that runs it.
start()
{
	local width=$1 height=$2 tree=$3
	shift 3
	fresh_server
	rm -f "$work/status"
	mux -f /dev/null new-session -d -x "$width" -y "$height" \
		"env ${ENVIRONMENT-} '$smi' -w --sysfs-root '$work/trees/$tree' $* 2>'$work/err'
		 echo \$? >'$work/status'; sleep 1000"
	mux set-option -g status off
	mux resize-window -x "$width" -y "$height"
}

seen() { mux capture-pane -p "$@" 2>/dev/null; }

# Waiting ends after a minute, when nothing comes any more.
readonly TRIES=600

# shows NAME PATTERN: some line comes to match (with '!': no line does any more)
shows()
{
	local tries=$TRIES
	while [ $tries -gt 0 ]; do
		case $2 in
		!*)	seen | grep -Eq -- "${2#!}" || { pass "$1: $2"; return; } ;;
		*)	seen | grep -Eq -- "$2" && { pass "$1: $2"; return; } ;;
		esac
		sleep 0.1
		tries=$((tries - 1))
	done
	bad "$1" "expected a line like '$2', saw:" "$(seen)" "stderr: $(cat "$work/err")"
}

keys() { mux send-keys "$@"; }

# ends NAME STATUS
ends()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && [ ! -s "$work/status" ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	if [ "$(cat "$work/status" 2>/dev/null)" = "$2" ]; then
		pass "$1: ends with $2"
	else
		bad "$1" "expected that it ends with $2, saw: $(cat "$work/status" 2>/dev/null)" \
			"$(seen)" "stderr: $(cat "$work/err")"
	fi
}

# lines_come N: to $work/out
lines_come()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && [ "$(wc -l <"$work/out")" -lt "$1" ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
}

# screen NAME: the screen is the expected one, but for time and version
screen()
{
	# A history has moved on by the time that it is looked at: without its Braille.
	seen | LC_ALL=C sed -E '1s/^tt-smi [^ ]+/tt-smi VERSION/
		s/\xe2[\xa0-\xa3][\x80-\xbf]/ /g
		1s/ +[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC$/  TIME/; s/ +$//' >"$work/screen"
	if [ -n "$update" ]; then
		mkdir -p "$expected"
		cp "$work/screen" "$expected/$1.txt"
	fi
	if diff -u "$expected/$1.txt" "$work/screen" >"$work/diff" 2>&1; then
		pass "$1"
	else
		bad "$1" "expected $expected/$1.txt, saw (-expected +seen):" "$(cat "$work/diff")"
	fi
}

# ---- Screens -------------------------------------------------------------------------------

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

# ---- Keys, sizes, signals ------------------------------------------------------------------

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

# start_live WIDTH HEIGHT TREE [COMMAND...]: a watch of this system, with the tree in the place of /sys;
# COMMAND runs it.
start_live()
{
	local width=$1 height=$2 tree=$work/trees/$3
	shift 3
	fresh_server
	rm -f "$work/status"
	cat >"$work/live" <<-END
		mount --bind '$tree' /sys || exit 99
		exec env SYSTEMD_DEVICE_VERIFY_SYSFS=0 $* '$smi' -w0.5 2>'$work/err'
	END
	mux -f /dev/null new-session -d -x "$width" -y "$height" \
		"unshare -m -- sh '$work/live'; echo \$? >'$work/status'; sleep 1000"
	mux set-option -g status off
	mux resize-window -x "$width" -y "$height"
}

# play CLIENT COMMAND...: a process plays a client of the tree "acts"; sets $played. The client started
# $EARLIER clock ticks before the process.
play()
{
	local stat start
	stat=$(echo "$work"/trees/acts/devices/pci*/*/*/tt_memstat/tt0/clients/"$1"/stat)
	shift
	"$@" &
	played=$!
	disown $played
	people+=("$played")
	start=$(($(awk '{ print $22 }' /proc/$played/stat) - ${EARLIER:-0}))
	# In place: a watch keeps the file open.
	sed "s/^pid .*/pid $played/; s/^uid .*/uid 0/
		s/^start_time .*/start_time $((start * 10000000 + 4711))/" "$stat" >"$work/stat"
	cat "$work/stat" >"$stat"
}

# lives NAME PID, died NAME PID
lives()
{
	if kill -0 "$2" 2>/dev/null; then
		pass "$1: $2 lives"
	else
		bad "$1" "expected that the process lives, saw:" "$(seen)"
	fi
}
died()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && kill -0 "$2" 2>/dev/null; do
		sleep 0.1
		tries=$((tries - 1))
	done
	if [ $tries -gt 0 ]; then
		pass "$1: $2 was killed"
	else
		bad "$1" "expected that a signal killed it, saw:" "$(seen)"
	fi
}

# Signals reach the process that was asked about or none, its user and root alone may send them, and
# look at the environment.
if wanted signals && ! can_live; then
	skip 'signals: only root can put a tree in the place of /sys'
elif wanted signals; then
	python3 "$here/smi_trees.py" "$work/trees/acts.new" kin
	mv "$work/trees/acts.new/kin" "$work/trees/acts"
	play 0 /usr/bin/python3 -c 'import signal, sys, time
signal.signal(signal.SIGINT, lambda *a: open(sys.argv[1], "w").close())
while True: pass' "$work/interrupted"
	first=$played
	# Alone, so that it is on the first screen.
	play 1 env -i MARK=here /bin/sleep 100000
	second=$played
	play 2 sleep 100000
	third=$played
	play 3 sleep 100000
	fourth=$played
	start_live 170 40 acts
	keys 2
	shows signals "^▶ +$first .* [1-9][0-9.]+ +[0-9.]+ MiB  /usr/bin/python3"
	keys Down
	shows signals "^▶ +$second "
	keys e
	shows signals "Environment of process $second"
	shows signals '^MARK=here$'
	keys q K
	shows signals "^SIGKILL to 1 process \(y/n\)\? $second"
	keys n
	shows signals '^no signal was sent'
	lives signals "$second"
	# Two are tagged, and what is chosen is not.
	keys T T K
	shows signals "^SIGKILL to 2 processes \(y/n\)\? $second $third"
	keys y
	shows signals '^SIGKILL was sent to 2 of 2'
	died signals "$second"
	died signals "$third"
	lives signals "$fourth"
	keys Home I
	shows signals "^SIGINT to 1 process \(y/n\)\? $first"
	keys y
	shows signals '^SIGINT was sent to 1 of 1'
	lives signals "$first"
	for _ in $(seq 100); do
		[ -e "$work/interrupted" ] && break
		sleep 0.1
	done
	if [ -e "$work/interrupted" ]; then
		pass 'signals: SIGINT came'
	else
		bad signals 'expected that SIGINT came'
	fi
	# It ends between question and answer.
	keys Down Down Down K
	shows signals "^SIGKILL to 1 process \(y/n\)\? $fourth"
	kill -9 "$fourth"
	died signals "$fourth"
	keys y
	shows signals '^SIGKILL was sent to 0 of 1: some had ended'
	# The process with a client's pid started later, so it is another one.
	EARLIER=1 play 2 sleep 100000
	keys Up
	shows signals "^▶ +$played "
	keys K
	shows signals "^no signal was sent: process $played is gone"
	lives signals "$played"
	keys e
	shows signals '^The process is gone\.'
	keys q q
	ends signals 0
	play 2 sleep 100000
	start_live 170 40 acts setpriv --reuid 65534 --regid 65534 --clear-groups
	keys 2 /
	keys -l "$played"
	keys Enter
	shows signals "^▶ +$played "
	keys K
	shows signals "^no signal was sent: process $played is not yours"
	keys e
	shows signals '^Only its user and root may see it\.'
	lives signals "$played"
	keys q q
	ends signals 0
	disperse 2>/dev/null
	rm -rf "$work/config"
fi

# A chip that comes above its level: seen on every page, and heard by those who want to.
if wanted alert; then
	cp -a "$work/trees/alert" "$work/trees/rising"
	stat=$(echo "$work"/trees/rising/devices/pci*/*/0000:03:00.0/tt_memstat/tt2/stat)
	start 100 30 rising -w0.2
	shows alert '^Above the alert level: tt0 L1 and DRAM, tt1 DRAM$'
	keys b
	shows alert ' bell '
	sed 's/^l1_alert 0/l1_alert 1/' "$stat" >"$work/stat"
	cat "$work/stat" >"$stat"
	for page in 2 3 '?'; do
		keys "$page"
		shows alert '^Above the alert level: tt0 L1 and DRAM, tt1 DRAM, tt2 L1$'
	done
	if [ "$(mux display-message -p '#{window_bell_flag}')" = 1 ] ||
	   mux list-windows -F '#{window_flags}' | grep -q '!'; then
		pass 'alert: the bell'
	else
		skip 'alert: this tmux does not tell of the bell of the current window'
	fi
	keys q q
	ends alert 0
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

# ---- Chips and processes that come and go --------------------------------------------------

if wanted hotplug; then
	cp -a "$work/trees/kmd" "$work/trees/plug"
	start 110 30 plug -w0.2
	shows hotplug '[ ▶]tt2 +n300 R'
	rm "$work/trees/plug/class/tt_memstat/tt2"
	shows hotplug '![ ▶]tt2 +n300 R'
	shows hotplug '^2 chips '
	cp -a "$work/trees/kmd/class/tt_memstat/tt2" "$work/trees/plug/class/tt_memstat/tt2"
	shows hotplug '[ ▶]tt2 +n300 R'
	rm -r "$work"/trees/plug/devices/pci*/*/0000:41:00.0/tt_memstat/tt0/clients/8
	shows hotplug '! 991 +0 '
	shows hotplug 'unaccounted'
	mv "$work/trees/plug/class/tt_memstat" "$work/trees/plug/gone"
	shows hotplug 'not loaded'
	mv "$work/trees/plug/gone" "$work/trees/plug/class/tt_memstat"
	shows hotplug '[ ▶]tt1 +n150'
	keys q
	ends hotplug 0
	# Each way of choosing a card: it goes away and comes back.
	for asked in 'TT_VISIBLE_DEVICES=1 --only-visible' 'TT_VISIBLE_DEVICES=0000:61 --only-visible' \
		'A=B --chip=tt1' 'A=B --chip=0000:61:00.0'; do
		ENVIRONMENT=${asked% *} start 110 30 plug -w0.2 "${asked#* }"
		shows "hotplug $asked" '[ ▶]tt1 .*n150'
		mv "$work/trees/plug/class/tt_memstat/tt1" "$work/trees/plug/tt1"
		shows "hotplug $asked" "no (card|chip) '(1|tt1|0000:61(:00\.0)?)'"
		mv "$work/trees/plug/tt1" "$work/trees/plug/class/tt_memstat/tt1"
		shows "hotplug $asked" '[ ▶]tt1 .*n150'
		keys q
		ends "hotplug $asked" 0
	done
	ENVIRONMENT='TT_VISIBLE_DEVICES=7' start 110 30 plug -w0.2 --only-visible
	ends hotplug 6
	expect 'a card that is missing at first is named' "tt-smi: TT_VISIBLE_DEVICES: no card '7'" \
		"$(cat "$work/err")"
fi

# ---- Forms, again and again ----------------------------------------------------------------

if wanted stream; then
	"$smi" -w0.1 -n 4 --json --sysfs-root "$work/trees/p150" >"$work/out" 2>"$work/err"
	if [ "$(wc -l <"$work/out")" = 4 ] && python3 "$here/smi_check.py" lines <"$work/out"; then
		pass stream
	else
		bad stream 'expected four lines of JSON, saw:' "$(cut -c 1-200 "$work/out")"
	fi
	# Each line is there at once: nothing waits in a buffer.
	: >"$work/out"
	"$smi" -w60 --json --sysfs-root "$work/trees/p150" >"$work/out" 2>"$work/err" &
	pid=$!
	lines_come 1
	kill $pid
	wait $pid
	status=$?
	if [ -s "$work/out" ] && [ $status = 0 ]; then
		pass stream
	else
		bad stream "expected a line at once and status 0 after SIGTERM, saw status $status"
	fi
	"$smi" -w0.1 --csv --max-used=l1=1% --sysfs-root "$work/trees/p150" >"$work/out" 2>&1
	status=$?
	if [ $status = 10 ]; then
		pass 'stream: exit status 10'
	else
		bad stream "expected status 10, saw $status"
	fi
	"$smi" -w0.1 --json --sysfs-root "$work/trees/p150" 2>"$work/err" | head -n 1 >/dev/null
	if [ -s "$work/err" ]; then
		bad stream 'expected a quiet end when nobody reads, saw:' "$(cat "$work/err")"
	else
		pass stream
	fi
fi

# ---- What it costs -------------------------------------------------------------------------

# at_most NAME LIMIT SEEN
at_most()
{
	if [ "$3" -gt 0 ] && [ "$3" -le "$2" ]; then
		pass "$1"
	else
		bad "$1" "expected at most $2 of a reading, saw $3"
	fi
}

calls() { grep -vc -e '+++' -e '---' "$work/calls.$1"; }
instructions() { sed -n 's/.* Collected : //p' "$work/instructions.$1"; }

# In what does not depend on the machine's speed; smi-cost.sh has the time. Ten readings more, as
# the start is no reading.
if wanted cost && ! grep -q __asan_init "$smi"; then
	for n in 3 13; do
		ENVIRONMENT="strace -f -o '$work/calls.$n'" start 200 60 crowd -w0.1 -n $n
		ends cost 0
		ENVIRONMENT="valgrind --tool=callgrind --trace-children=yes \
			--callgrind-out-file=/dev/null --log-file='$work/instructions.$n'" \
			start 200 60 crowd -w0.1 -n $n
		ends cost 0
	done
	at_most cost-calls 750 $((($(calls 13) - $(calls 3)) / 10))
	# Twice what they were: compilers differ.
	at_most cost-instructions 22000000 $((($(instructions 13) - $(instructions 3)) / 10))
fi

# Pages of memory of a process.
pages() { awk '{ print $2 }' "/proc/$1/statm"; }

if wanted memory && ! grep -q __asan_init "$smi"; then
	reading=$("$smi" --csv --sysfs-root "$work/trees/crowd" | wc -l)
	: >"$work/out"
	"$smi" -w0.1 --csv --sysfs-root "$work/trees/crowd" >"$work/out" 2>"$work/err" &
	pid=$!
	lines_come $((reading * 10))
	first=$(pages $pid)
	lines_come $((reading * 50))
	last=$(pages $pid)
	fds=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	kill $pid
	wait $pid
	if [ "$last" -le $((first + 16)) ] && [ "$fds" -lt 300 ]; then
		pass memory
	else
		bad memory "expected no growth, saw $first then $last pages, $fds descriptors"
	fi
fi

finish
