#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The shared library exports exactly the symbols that the header declares, each with a version, and
# has the properties that packagers expect.
#
#   symbols.sh LIBRARY HEADER UAPI_DIR

set -eu
lib=$1 header=$2 uapi=$3
. "$(dirname "$0")/../vm/lib.sh"
TT_MEMSTAT_RERUN="$0 $*"
tmp=$(mktemp -d)
at_end 'rm -rf "$tmp"'

check() {	# check NAME FILE-EXPECTED FILE-SEEN
	if diff -u "$2" "$3" > "$tmp/diff"; then
		pass "$1"
	else
		fail "$1" "- expected, + seen:" "$(cat "$tmp/diff")"
	fi
}

# The compiler lists the prototypes that it saw, with the file that they stand in.
${CC:-cc} -x c -std=c11 -I"$uapi" -fsyntax-only -aux-info "$tmp/aux" "$header"
grep -F "$(basename "$header"):" "$tmp/aux" | grep -v ' static ' |
	grep -oE '\bttmemstat_[a-z0-9_]+ \(' | tr -d ' (' | sort -u > "$tmp/declared"
nm -D --defined-only "$lib" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
	sort -u > "$tmp/exported"
test -s "$tmp/declared"
check "exported symbols are the header's functions" "$tmp/declared" "$tmp/exported"

nm -D --defined-only "$lib" | awk '$2 != "A" && $3 !~ /@@TTMEMSTAT_[0-9.]+$/' > "$tmp/bare"
: > "$tmp/empty"
check "every symbol has a version" "$tmp/empty" "$tmp/bare"

echo libttmemstat.so.0 > "$tmp/soname"
readelf -d "$lib" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p' > "$tmp/soname.seen"
check "SONAME" "$tmp/soname" "$tmp/soname.seen"

readelf -d "$lib" | grep -E 'TEXTREL|RPATH|RUNPATH' > "$tmp/bad" || true
# The compiler's own frame_dummy is one entry of 8 bytes; a constructor would be a second.
readelf -d "$lib" | awk '/\(INIT_ARRAYSZ\)/ && $3 > 8' > "$tmp/constructors"
check "no text relocations, no run paths" "$tmp/empty" "$tmp/bad"
check "no constructors" "$tmp/empty" "$tmp/constructors"

nm -D --undefined-only "$lib" | awk '{ sub(/@.*/, "", $NF); print $NF }' |
	grep -xE 'getenv|_?exit|abort|__assert_fail|v?f?printf|puts|perror|__v?f?printf_chk' \
	> "$tmp/forbidden" || true
check "does not print, end the process, or trust the environment" "$tmp/empty" "$tmp/forbidden"

# .data.rel.ro holds the tables of names; what can be written is what counts. The ledger keeps the
# sizes of its nodes, which are the same for all.
objdump -t "$lib" | awk '/ O \.(data|bss)\t/ { print $NF }' |
	grep -vxE 'completed\.[0-9]+|__dso_handle|__TMC_END__' > "$tmp/all"
grep -vxE 'ttmem_caches|ttmem_prealloc_fail_after|once|caches_err' "$tmp/all" > "$tmp/writable" || true
grep -qx ttmem_caches "$tmp/all" || echo 'the symbols are not there to look at' >> "$tmp/writable"
check "no writable data" "$tmp/empty" "$tmp/writable"

finish
