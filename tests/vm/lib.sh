# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For shell tests, inside the virtual machine and outside: counts checks, prints a line for each
# in TAP's form, and ends the script with the line `N passed, N failed` and a matching status.
#
#	. ./lib.sh
#	expect 'an empty chip uses nothing' 0 "$(figure tt0 l1_used)"
#	succeeds 'the chip can be destroyed' tt-memstat destroy tt0
#	fails_with 1 'no such chip' 'destroying it twice' tt-memstat destroy tt0
#	wait_for 'its client is gone' 5 no_clients tt0
#
# A script that stops before its end, by `exit` or by an error under `set -e`, has failed: its
# last line is `finish`.

passed=0
failed=0
finished=0
TT_MEMSTAT_CLASS=${TT_MEMSTAT_CLASS:-/sys/class/tt_memstat}

pass()
{
	passed=$((passed + 1))
	echo "ok $((passed + failed)) - $1"
}

# fail NAME LINE...: the lines say what was expected and what was seen.
fail()
{
	failed=$((failed + 1))
	echo "not ok $((passed + failed)) - $1"
	shift
	for line; do
		printf '%s\n' "$line" | sed 's/^/#   /'
	done
	echo "#   alone: ${TT_MEMSTAT_RERUN:-$0}"
}

skip() { echo "# skipped: $1"; }

# expect NAME WANTED SEEN
expect()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected: $2" "saw:      $3"
	fi
}

# matches PATTERN TEXT: whether some line does. Read to the end: `grep -q` leaves early, and then a
# text of several lines breaks the pipe, which a script under `pipefail` takes for no match.
matches() { [ "$(printf '%s\n' "$2" | grep -cE -e "$1")" -gt 0 ]; }

# expect_match NAME PATTERN SEEN: an extended regular expression that some line must match.
expect_match()
{
	if matches "$2" "$3"; then
		pass "$1"
	else
		fail "$1" "expected a line like: $2" "saw:" "$3"
	fi
}

# succeeds NAME COMMAND...
succeeds()
{
	name=$1
	shift
	if seen=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "expected: success of: $*" "saw:      status $?" "$seen"
	fi
}

# fails_with STATUS PATTERN NAME COMMAND...: STATUS may be `any`; PATTERN is looked for in all
# that the command says.
fails_with()
{
	want=$1 pattern=$2 name=$3 status=0
	shift 3
	seen=$("$@" 2>&1) || status=$?
	if [ "$want" = any ] && [ "$status" -ne 0 ]; then
		want=$status
	fi
	if [ "$status" != "$want" ]; then
		fail "$name" "expected: status $want of: $*" "saw:      status $status" "$seen"
	elif matches "$pattern" "$seen"; then
		pass "$name"
	else
		fail "$name" "expected: a message like: $pattern" "saw:" "$seen"
	fi
}

# wait_for NAME SECONDS COMMAND...: COMMAND succeeds within the time, asked 10 times a second. On a
# slow kernel the seconds are longer.
wait_for()
{
	name=$1 tries=$(($2 * 10 * ${TT_MEMSTAT_SLOW:-1}))
	shift 2
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [ "$tries" -le 0 ]; then
			fail "$name" "expected: success in time of: $*" "saw:      $("$@" 2>&1)"
			return 0
		fi
		sleep 0.1
	done
	pass "$name"
}

# figure CHIP[/clients/ID] FILE: a figure, or `unknown`.
figure() { cat "$TT_MEMSTAT_CLASS/$1/$2" 2>/dev/null || echo unknown; }

# stat_key CHIP[/clients/ID] KEY: a line of `stat`, or `unknown`.
stat_key()
{
	sed -n "s/^$2 //p" "$TT_MEMSTAT_CLASS/$1/stat" 2>/dev/null | grep . || echo unknown
}

no_clients() { [ -d "$TT_MEMSTAT_CLASS/$1/clients" ] && [ -z "$(ls "$TT_MEMSTAT_CLASS/$1/clients")" ]; }

# used_figures CHIP: every usage of the chip that is not zero, as `name=value`; an unknown one is
# not zero, and a chip without figures is `none`.
used_figures()
{
	for file in "$TT_MEMSTAT_CLASS/$1"/*_used "$TT_MEMSTAT_CLASS/$1/l1_footprint" \
		"$TT_MEMSTAT_CLASS/$1/cb_loaded" "$TT_MEMSTAT_CLASS/$1/records" "$TT_MEMSTAT_CLASS/$1/programs" \
		"$TT_MEMSTAT_CLASS/$1/kernel_app" "$TT_MEMSTAT_CLASS/$1/kernel_system"; do
		[ -e "$file" ] || continue
		value=$(cat "$file" 2>/dev/null) || value=unknown
		[ "$value" = 0 ] || echo "${file##*/}=$value"
	done
	[ -e "$TT_MEMSTAT_CLASS/$1/l1_used" ] || echo none
}

# plug SLOT ID: a card of fake_pci's, open to all; returns when its chip is there, if it is to have one.
plug()
{
	echo "$1 $2" >/sys/module/fake_pci/parameters/plug && chmod 666 /dev/tenstorrent/*
	case $2 in
	0x401e|0xb140)	wait_for "a chip comes with card $1" 10 has_chip "$1" ;;
	esac
}

has_chip()
{
	ls -d "/sys/bus/pci/devices/$(printf '0077:00:%02x.0' "$1")"/tt_memstat/tt* 2>/dev/null
}

# client_start [COMMAND...]: ttmem-events, or what runs it, as a client that calls when it is told to;
# `pid` is its. One at a time, on descriptors 6 and 7.
client_start()
{
	rm -f to from
	mkfifo to from
	"${@:-ttmem-events}" <to >from &
	pid=$!
	exec 6>to 7<from
}

# call CALL PATTERN: the client makes it, and the answer is like that.
call()
{
	echo "$1" >&6
	read -r answer <&7
	expect_match "the client: $1" "^$2" "$answer"
}

# call_ok CALL: the same, where it is no test of its own: it must succeed.
call_ok()
{
	echo "$1" >&6
	read -r answer <&7
	case $answer in
	*' OK'*) ;;
	*) fail "the client: $1" "expected: OK" "saw:      $answer" ;;
	esac
}

# It ends by itself, as nothing more comes.
client_end()
{
	exec 6>&- 7<&-
	wait "$pid"
}

client_kill()
{
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	exec 6>&- 7<&-
}

finish()
{
	finished=1
	exit 0
}

summary()
{
	status=$?
	trap - EXIT
	if [ "$finished" = 0 ]; then
		fail "the script runs to its end" "expected: finish" "saw:      exit with $status"
	elif [ $((passed + failed)) -eq 0 ]; then
		fail "the script checks something" "expected: a check" "saw:      none"
	fi
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] || exit 1
	exit 0
}
trap summary EXIT
