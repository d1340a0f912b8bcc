# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# fdinfo of a client's file: the documented keys with the values of sysfs, and nothing after the owner's
# death. tests/vm/access.test.sh checks the permissions.
#
# files: docs/ABI/testing/procfs-fdinfo-tt_memstat
. ./lib.sh

doc=procfs-fdinfo-tt_memstat
client_start
# files_of PID: the fdinfo of its files of the device.
files_of()
{
	for fd in "/proc/$1/fd"/*; do
		[ "$(readlink "$fd")" != /dev/tt_memstat ] || echo "/proc/$1/fdinfo/${fd##*/}"
	done
}
info() { cat "$(files_of "$1" | head -n 1)"; }
key() { info $pid | sed -n "s/^tt-memstat-$1:[[:space:]]*//p"; }

tt-memstat create-virtual --arch wormhole --harvest 544 --open >/dev/null
call open 'open OK'
expect 'a client that reports nothing' "tt-memstat-client-id:	$(info $pid | sed -n 's/^tt-memstat-client-id:.//p')" \
	"$(info $pid | grep tt-memstat)"
call 'attach 0' 'attach OK'
call 'record 1 0 4096 0 l1' 'record OK'
call 'record 2 4096 1024 0 l1_small' 'record OK'
call 'record 3 8192 512 0 cb' 'record OK'
call 'record 4 0 65536 0 dram' 'record OK'
call 'record 5 65536 16384 0 trace' 'record OK'
call 'record 6 0 4096 0 kernel 1' 'record OK'
call 'free 1' 'free OK'
id=$(ls "$TT_MEMSTAT_CLASS/tt0/clients")
expect 'its id' "$id" "$(key client-id)"
expect 'the keys that are documented' \
	"$(sed -n 's/^.*\* tt-memstat-tt<N>-\(.*\)$/\1/p' $doc | sort)" \
	"$(info $pid | sed -n 's/^tt-memstat-tt0-\([^:]*\):.*/\1/p' | sort)"
differ=''
for name in $(sed -n 's/^.*\* tt-memstat-tt<N>-\(.*\)$/\1/p' $doc); do
	[ "$(key "tt0-$name")" = "$(figure "tt0/clients/$id" "$name")" ] || differ="$differ $name"
done
expect 'say what sysfs says' '' "$differ"
expect 'and that is something' '262144 0 262144 786432' \
	"$(key tt0-l1_buffers_peak) $(key tt0-l1_buffers_used) $(key tt0-kernel_app) $(key tt0-dram_buffers_peak)"

# --- Another chip, of a card

if [ -e /lib/modules/fake_pci.ko ]; then
	insmod /lib/modules/fake_pci.ko
	plug 1 0x401e
	call 'select 1' 'select OK'
	call open 'open OK'
	call 'attach 1 covers=dram arch=wormhole mask=544 dram=0' 'attach OK'
	call 'record 1 0 32 0 dram' 'record OK'
	other=$(files_of $pid | tail -n 1)
	expect_match 'its PCI function' \
		'^tt-memstat-tt1-pdev:	[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$' "$(cat "$other")"
	expect 'what it does not report is absent' \
		'dram_buffers_peak dram_buffers_used dram_peak dram_used pdev' \
		"$(sed -n 's/^tt-memstat-tt1-\([^:]*\):.*/\1/p' "$other" | sort | tr '\n' ' ' | sed 's/ $//')"
	call 'select 0' 'select OK'
else
	skip 'this kernel has no PCI'
fi

# --- A dead owner has nothing

call fork-hold 'fork-hold OK pid='
child=${answer##*=}
expect_match 'a child that holds the file sees it' '^tt-memstat-tt0-dram_used' "$(info "$child")"
client_kill
expect "when its owner is dead nothing is left" "tt-memstat-client-id:	$id" \
	"$(info "$child" | grep tt-memstat)"
kill "$child"
[ ! -e /sys/module/fake_pci ] || rmmod fake_pci
finish
