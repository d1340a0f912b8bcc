# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Who can do and see what: every cell of access.table. tests/vm/programs/ttmem-access.c tries them.
#
# vm: --params allow_virtual=1
# files: tests/vm/access.table
. ./lib.sh

insmod /lib/modules/fake_pci.ko
echo '1 0x401e' >/sys/module/fake_pci/parameters/plug
chmod 666 /dev/tenstorrent/*
tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
echo 1024 >/sys/module/tt_memstat/parameters/max_exited
printf 'open\nattach 1\n' | ttmem-events >/dev/null
wait_for 'somebody has left the chip' 10 [ -f "$TT_MEMSTAT_CLASS/tt1/exited/1/stat" ]
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
rmmod fake_pci
finish
