# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# No user does another's work: rings with expensive entries, owners that make no calls, files that
# others close. The test checks who does the work and which figures are shown, not the time.
#
# vm: --time 600
. ./lib.sh

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null

# heavy_start: start a user with a ring full of expensive entries, on descriptors 6 and 7.
heavy_start()
{
	rm -f to from
	mkfifo to from
	su user -s /bin/sh -c 'exec ttmem-ring heavy 0' <to >from &
	pid=$!
	exec 6>to 7<from
	read -r answer <&7
	owner=$(figure "tt0/clients/$(ls "$TT_MEMSTAT_CLASS/tt0/clients")" pid)
}

# ticks PID: processor time, in hundredths of a second.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# ---- A ring of heavy entries -------------------------------------------------------------------

heavy_start
expect 'the ring is full' ready "$answer"
i=0
while [ $i -lt 20 ]; do
	cat "$TT_MEMSTAT_CLASS/tt0/stat" >stat || break
	i=$((i + 1))
done
expect 'readers return while it is not drained' 20 "$i"
expect_match 'and see how much is outstanding' '^ring_pending [1-9]' "$(cat stat)"
succeeds 'fdinfo returns, too' cat "/proc/$owner/fdinfo/3"
expect_match 'another chip has nothing outstanding' '^ring_pending 0$' \
	"$(cat "$TT_MEMSTAT_CLASS/tt1/stat")"
before=$(ticks "$owner")
echo >&6
read -r answer <&7
expect 'the owner has it drained' rung "$answer"
expect 'and nothing is outstanding' 0 "$(figure tt0 ring_pending)"
expect 'in its own time' yes "$([ $(($(ticks "$owner") - before)) -gt 10 ] && echo yes)"
exec 6>&- 7<&-
wait "$pid"
expect 'the owner ends' 0 $?
wait_for 'with all of it' 60 no_clients tt0

# ---- An owner that is killed -------------------------------------------------------------------

heavy_start
echo >&6
sleep 0.3
kill -9 "$owner"
wait "$pid" 2>/dev/null
exec 6>&- 7<&-
expect 'an owner killed at its doorbell leaves nothing' '' "$(used_figures tt0)"
expect 'nor anything to clear' 0 "$(figure tt0 clearing)"
expect 'what it had not drained is counted' yes "$([ "$(figure tt0 dropped)" -gt 0 ] && echo yes)"
finish
