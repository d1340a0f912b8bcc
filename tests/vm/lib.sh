# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For shell tests, inside the virtual machine and outside: prints a line of TAP for each check and
# the plan at the end, then the line `N passed, N failed`, and ends the script with a matching
# status.
#
#	. ./lib.sh
#	expect 'an empty chip uses nothing' 0 "$(figure tt0 l1_used)"
#	succeeds 'the chip can be destroyed' tt-memstat destroy tt0
#	fails_with 1 'no such chip' 'destroying it twice' tt-memstat destroy tt0
#	wait_for 'its client is gone' 5 no_clients tt0
#	at_end 'rm -rf "$work"'
#
# A script must end with `finish`. If it stops earlier, by `exit` or by an error under `set -e`, it has
# failed.

passed=0
failed=0
skipped=0
finished=0
ending=:
TT_MEMSTAT_CLASS=${TT_MEMSTAT_CLASS:-/sys/class/tt_memstat}

pass()
{
	passed=$((passed + 1))
	printf 'ok %d - %s\n' $((passed + failed + skipped)) "$1"
}

# fail NAME [LINE...]: report a failure; the lines have the expected and the actual result.
fail()
{
	failed=$((failed + 1))
	printf 'not ok %d - %s\n' $((passed + failed + skipped)) "$1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
	echo "#   alone: ${TT_MEMSTAT_RERUN:-$0}"
}

# skip REASON: counts neither as passed nor as failed.
skip()
{
	skipped=$((skipped + 1))
	printf 'ok %d # SKIP %s\n' $((passed + failed + skipped)) "$1"
}

# at_end COMMAND: evaluate COMMAND when the script ends, in any way.
at_end() { ending=$1; }

# expect NAME WANTED SEEN
expect()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected: $2" "saw:      $3"
	fi
}

# matches PATTERN TEXT: whether a line matches. Reads to the end: `grep -q` exits early, which breaks the
# pipe, and under `pipefail` looks like no match.
matches() { [ "$(printf '%s\n' "$2" | grep -cE -e "$1")" -gt 0 ]; }

# expect_match NAME PATTERN SEEN: a line must match the extended regular expression.
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

# fails_with STATUS PATTERN NAME COMMAND...: the command must fail, and its output match PATTERN. STATUS
# may be `any`.
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

# wait_for NAME SECONDS COMMAND...: COMMAND must succeed within the time; it is tried 10 times a second.
# Slow kernels get more time.
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

# figure CHIP[/clients/ID] FILE: print a figure, or `unknown`.
figure() { cat "$TT_MEMSTAT_CLASS/$1/$2" 2>/dev/null || echo unknown; }

# stat_key CHIP[/clients/ID] KEY: print a value of `stat`, or `unknown`.
stat_key()
{
	sed -n "s/^$2 //p" "$TT_MEMSTAT_CLASS/$1/stat" 2>/dev/null | grep . || echo unknown
}

no_clients() { [ -d "$TT_MEMSTAT_CLASS/$1/clients" ] && [ -z "$(ls "$TT_MEMSTAT_CLASS/$1/clients")" ]; }

# used_figures CHIP: print every use of the chip that is not zero as `name=value`, including unknown ones;
# `none` for a chip without figures.
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

# plug SLOT ID: plug a card of fake_pci, open to all, and wait for its chip, if the card has one.
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

# client_start [COMMAND...]: start ttmem-events, or a command that runs it, as a client that `call`
# controls; `pid` is its process. One at a time, on descriptors 6 and 7.
client_start()
{
	rm -f to from
	mkfifo to from
	"${@:-ttmem-events}" <to >from &
	pid=$!
	exec 6>to 7<from
}

# call CALL PATTERN: have the client make a call; the answer must match.
call()
{
	echo "$1" >&6
	read -r answer <&7
	expect_match "the client: $1" "^$2" "$answer"
}

# call_ok CALL: the same without a check of its own: it must succeed.
call_ok()
{
	echo "$1" >&6
	read -r answer <&7
	case $answer in
	*' OK'*) ;;
	*) fail "the client: $1" "expected: OK" "saw:      $answer" ;;
	esac
}

# The client ends at the end of its input.
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
	eval "$ending"
	if [ "$finished" = 0 ]; then
		fail "the script runs to its end" "expected: finish" "saw:      exit with $status"
	elif [ $((passed + failed + skipped)) -eq 0 ]; then
		fail "the script checks something" "expected: a check" "saw:      none"
	fi
	echo "1..$((passed + failed + skipped))"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] || exit 1
	exit 0
}
trap summary EXIT
