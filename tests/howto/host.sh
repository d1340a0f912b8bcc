# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the tests of the how-tos, after lib.sh: the commands of a page, and a host with the project's
# programs where packages have them, a card, and a stand-in for a runtime.

# block PAGE TEXT: the first block of code that begins after the line with TEXT
block()
{
	awk -v text="$2" '/^```/ { open = !open; if (inside) exit; inside = open && seen; next }
		index($0, text) { seen = 1 } inside' "howto/$1"
}

# line PAGE TEXT: the first line of code with TEXT, continued lines joined
line()
{
	awk -v text="$2" '/^```/ { inside = !inside; next } !inside { next }
		found || index($0, text) { print; found = 1; if (!/\\$/) exit }' "howto/$1"
}

# As `make install prefix=/usr` does.
install_programs()
{
	mkdir -p /usr/lib/tt-memstat/lib/x86_64-linux-gnu
	cp /usr/local/bin/tt-memstat /usr/local/bin/tt-smi /usr/bin
	cp /usr/local/lib/libttmemstat-report.so /usr/lib/tt-memstat/lib/x86_64-linux-gnu
}

# A card, n300, with the unique id 77.
install_card()
{
	insmod /lib/modules/fake_pci.ko
	plug 1 0x401e
	printf '%s\n' open 'geometry_set 0 wormhole 0x220 dram=0 unique=77 board=n300' | ttmem-events >card
	expect 'the card' 'open OK geometry_set OK chip=0' "$(xargs <card)"
}

# stand_in DIRECTORY INTERPRETER SCRIPT: a program that keeps statistics as tt-metal does. What it runs
# is no Python but ttmem-region, which holds 4096 bytes of L1 on the card.
stand_in()
{
	mkdir -p "$1" "${2%/*}"
	printf '%s\n' '#!/bin/sh' 'exec ttmem-region <"$1"' >"$2"
	chmod 755 "$2"
	printf '%s\n' 'node /dev/tenstorrent/0' 'open 77 0 4' 'alloc 77 l1 4096' 'sleep 10000000' >"$1/$3"
}

reports() { [ "$(figure tt0 l1_buffers_used)" = 4096 ]; }
