# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tt-smi --watch on a terminal, as user nobody, while chips and processes come and go. The interval is
# so long that only the kernel's notifications can have caused the updates.
#
# files: demo/two-programs.json
. ./lib.sh
export TERM=xterm LC_ALL=C.UTF-8

escape=$(printf '\033')

# The whole screen painted anew, to its last line, without what places and colours it. Ctrl-L reads
# no figures.
look()
{
	: >screen
	printf '\014' >&3
	for _ in $(seq 100); do
		sleep 0.1
		! grep -q 'q quit' screen || break
	done
	sed "s/${escape}[[][0-9;]*[Hd]/\n/g; s/${escape}[[(][0-9;?]*[A-Za-z]//g; s/\r/\n/g" screen
}
# Both print a screen that is not as it should be.
sees()
{
	look >seen
	grep -qE -e "$1" seen || { cat seen; false; }
}
lacks()
{
	look >seen
	if ! grep -q 'q quit' seen || grep -qE -e "$1" seen; then
		cat seen
		return 1
	fi
}

mkfifo keys
tt-memstat create-virtual --arch blackhole --harvest 192 --open >/dev/null
ttmem-pty 110 40 su nobody -s /bin/sh -c 'exec tt-smi -w 600' <keys >>screen 2>&1 &
watch=$!
exec 3>keys
wait_for 'a watch shows the chip' 20 sees 'tt0 .*virtual'
wait_for 'and its interval' 20 sees '600\.0 s'

tt-memstat create-virtual --arch wormhole --harvest 0x220 >/dev/null
wait_for 'a chip that comes is shown' 20 sees 'tt1 .*virtual'
wait_for 'and counted' 20 sees '^2 virtual chips'

tt-memstat replay --chip tt0 --grid 11x10 --program-cache --hold two-programs.json >replay.log 2>&1 &
workload=$!
wait_for 'a replay holds' 30 grep -q holding replay.log
wait_for 'a process that comes is shown' 20 sees " $workload +root +.*tt0 "
wait_for 'with its memory' 20 sees 'L1 +[1-9][0-9.]*[KM] of'

printf '3' >&3
wait_for 'the page of the chip has a map of a core' 20 \
	sees "Core [0-9]+,[0-9]+ by address"
wait_for 'and the page says why' 20 sees "needs CAP_SYS_ADMIN or the owner's uid"
printf '1' >&3

tt-memstat destroy tt1
wait_for 'a chip that goes is shown no more' 20 lacks 'tt1'
kill -9 $workload
wait $workload 2>/dev/null
wait_for 'nor is a process that was killed' 20 lacks "$workload"

su nobody -s /bin/sh -c 'exec tt-memstat replay --chip tt0 --grid 11x10 --program-cache --hold two-programs.json' \
	>replay.log 2>&1 &
workload=$!
wait_for 'a replay of the user holds' 30 grep -q holding replay.log
printf '3' >&3
wait_for 'their own cores are shown by address' 20 sees 'Core [0-9]+,[0-9]+ by address.* headroom '
wait_for 'with the owners' 20 sees '0x[0-9a-f]+ +[0-9.]+[KM] (cb  program|l1  record) [0-9]+, tt-memstat \([0-9]+\)'
printf '1' >&3
kill $workload
wait $workload
wait_for 'and are gone with them' 20 lacks 'tt-memstat'

tt-memstat destroy tt0
wait_for 'the last chip goes' 20 lacks 'tt0'
succeeds 'a watch does not hold the module' rmmod tt_memstat
succeeds 'it is loaded again' insmod /lib/modules/tt_memstat.ko
tt-memstat create-virtual --arch blackhole --harvest 192 >/dev/null
wait_for 'and its chips are shown' 20 sees 'tt0 .*virtual'

printf 'q' >&3
exec 3>&-
wait $watch
expect 'q ends it' 0 $?
finish
