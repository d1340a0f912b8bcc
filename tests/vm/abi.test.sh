# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# sysfs has exactly the documented files, with their modes, and stat has no key that is neither a file
# nor documented.
#
# files: docs/ABI/testing/sysfs-class-tt_memstat
. ./lib.sh

doc=sysfs-class-tt_memstat

# documented DIRECTORY: the names that the page has below it.
documented()
{
	sed -n "s,^What:[[:space:]]*/sys/class/tt_memstat/$1\([^/<]*\)\$,\1,p" "$doc" |
		grep . | sort
}

# present DIRECTORY: the files there that are not the driver core's own.
present()
{
	for file in "$TT_MEMSTAT_CLASS/$1"*; do
		[ -f "$file" ] && [ ! -L "$file" ] && echo "${file##*/}"
	done | grep -vx uevent | sort
}

mkfifo to from
ttmem-events <to >from &
exec 6>to 7<from
printf 'open\ncreate blackhole 0xc0\nattach 0\n' >&6
for want in 'open OK' 'create OK chip=0' 'attach OK grid=12x10'; do
	read -r line <&7
	expect 'a client is there' "$want" "$line"
done
client=$(ls "$TT_MEMSTAT_CLASS/tt0/clients")

expect 'files of the host' "$(documented '')" "$(present '')"
expect 'files of a chip' "$(documented 'tt<N>\/')" "$(present tt0/)"
expect 'files of a client' "$(documented 'tt<N>\/clients\/<id>\/')" \
	"$(present "tt0/clients/$client/")"
modes=$(for file in "$TT_MEMSTAT_CLASS"/* "$TT_MEMSTAT_CLASS"/tt0/* "$TT_MEMSTAT_CLASS/tt0/clients/$client"/*; do
	[ -f "$file" ] && [ "${file##*/}" != uevent ] && stat -c '%a %n' "$file"
done | grep -v '^444 ')
expect 'all can be read by all and written by none, but for these' "644 $TT_MEMSTAT_CLASS/tt0/dram_alert_percent
644 $TT_MEMSTAT_CLASS/tt0/l1_alert_percent
200 $TT_MEMSTAT_CLASS/tt0/peak_reset" "$modes"


echo 1 >/sys/module/tt_memstat/parameters/max_exited
printf 'open\nattach 0\n' | ttmem-events >/dev/null
wait_for 'a client has left' 10 [ -f "$TT_MEMSTAT_CLASS/tt0/exited/1/stat" ]
expect 'files of a client that has left' "$(documented 'tt<N>\/exited\/<n>\/')" \
	"$(present tt0/exited/1/)"
expect 'those are for root alone' 400 "$(stat -c %a "$TT_MEMSTAT_CLASS"/tt0/exited/1/* | uniq)"

# strangers DIRECTORY: keys of its stat that no file has.
strangers()
{
	sed 's/ .*//' "$TT_MEMSTAT_CLASS/$1/stat" | while read -r key; do
		[ -f "$TT_MEMSTAT_CLASS/$1/$key" ] || echo "$key"
	done | tr '\n' ' '
}
expect "keys of a chip's stat" 'clients l1_fullest_core_x l1_fullest_core_y ' "$(strangers tt0)"
expect "keys of a client's stat" 'l1_fullest_core_x l1_fullest_core_y ' \
	"$(strangers "tt0/clients/$client")"
# mismatches DIRECTORY: keys of its stat that say something else than their files.
mismatches()
{
	while read -r key value; do
		[ ! -f "$TT_MEMSTAT_CLASS/$1/$key" ] || [ "$(figure "$1" "$key")" = "$value" ] || echo "$key"
	done <"$TT_MEMSTAT_CLASS/$1/stat"
}
expect "a chip's stat says what its files say" '' "$(mismatches tt0)"
expect "a client's stat says what its files say" '' "$(mismatches "tt0/clients/$client")"
for key in pid uid start_time covers; do
	expect "a client's stat has its $key" "$(figure "tt0/clients/$client" $key)" \
		"$(stat_key "tt0/clients/$client" $key)"
done
exec 6>&- 7<&-
finish
