# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Rights of each subject: every cell of access.table, with tests/vm/programs/ttmem-access.c.
#
# vm: --params allow_virtual=1
# files: tests/vm/access.table
. ./lib.sh

insmod /lib/modules/fake_pci.ko
plug 1 0x401e
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
echo 1024 >/sys/module/tt_memstat/parameters/max_exited
printf 'open\nattach 1\n' | ttmem-events >/dev/null
wait_for 'a client has left the chip' 10 [ -f "$TT_MEMSTAT_CLASS/tt1/exited/1/stat" ]
ttmem-access 1 0 /dev/tenstorrent/0 >seen 2>&1
expect 'everything was tried' 0 "$?"

# `OBJECT SUBJECT WANTED SEEN` for each answer: what the table says of the object by its name, or of
# the rest when its name is not there; `-` where either has nothing to say.
awk '
	FILENAME == "access.table" && $1 == "object" {
		subjects = NF
		for (i = 2; i <= NF; i++)
			subject[i] = $i
	}
	FILENAME == "access.table" && /^[a-z]*:/ {
		for (i = 2; i <= NF; i++)
			wanted[$1, subject[i]] = $i
		if ($1 !~ /\*$/)
			rows[$1]
	}
	FILENAME == "seen" {
		rest = $1
		sub(/:.*/, ":*", rest)
		cell = ($1 in rows) ? wanted[$1, $2] : wanted[rest, $2]
		print $1, $2, cell == "" ? "-" : cell, $3
		tried[$1, $2]
	}
	END {
		for (row in rows)
			for (i = 2; i <= subjects; i++)
				if (!((row, subject[i]) in tried))
					print row, subject[i], wanted[row, subject[i]], "-"
	}' access.table seen >cells
while read -r object subject wanted answer; do
	expect "$object by $subject" "$wanted" "$answer"
done <cells
expect 'and that was much' yes "$([ "$(wc -l <cells)" -gt 800 ] && echo yes)"

# ---- Whom a unique id means ------------------------------------------------------------------

# find_as USER: the chip of unique id 77
find_as()
{
	printf 'open\nfind unique=77\n' >finds
	chmod 644 finds
	su "$1" -s /bin/sh -c ttmem-events <finds | sed -n 's/^find \(OK chip=[0-9]*\|[A-Z]*\).*/\1/p'
}

echo 1 >/sys/module/tt_memstat/parameters/allow_virtual
printf 'open\ncreate wormhole 0 unique=77\npause\n' >namesake
chmod 644 namesake
su user -s /bin/sh -c 'exec ttmem-events' <namesake >users &
user=$!
su nobody -s /bin/sh -c 'exec ttmem-events' <namesake >nobodys &
nobody=$!
wait_for 'two chips of one id' 10 sh -c 'grep -q create users && grep -q create nobodys'
of_user=$(sed -n 's/^create //p' users)
of_nobody=$(sed -n 's/^create //p' nobodys)
expect 'a unique id is of the chip that the user made' "$of_user" "$(find_as user)"
expect "and the other user's" "$of_nobody" "$(find_as nobody)"
expect 'none of them is the right one for others' ENOTUNIQ "$(find_as root)"
admins="OK chip=$(printf 'open\ncreate wormhole 0 unique=77\n' | ttmem-events |
	sed -n 's/^create OK chip=//p')"
expect "of the administrator's, for himself" "$admins" "$(find_as root)"
expect "a user's own chip stays preferred" "$of_user" "$(find_as user)"
printf 'open\ngeometry_set 0 wormhole 0x220 unique=77\n' | ttmem-events >/dev/null
expect 'of a card, for everybody' 'OK chip=0 OK chip=0 OK chip=0' \
	"$(find_as root) $(find_as user) $(find_as nobody)"
kill -9 $user $nobody
wait
rmmod fake_pci
finish
