#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The public headers as C11, C++17 and C++20 programs include them: no warning, every structure takes
# an empty initialiser, and the program links with the shared library and runs. The structures
# are read from the headers, so that new ones are tested automatically.
#
#   header.sh LIBRARY HEADER UAPI_DIR		CC, CXX and SANFLAGS in the environment
. "$(dirname "$0")/../vm/lib.sh"

lib=$1 header=$2 uapi=$3
tmp=$(mktemp -d)
TT_MEMSTAT_RERUN="$0 $*"
warnings='-Wall -Wextra -Wshadow -Werror -pedantic'

# compiles STANDARD COMPILER SOURCE: into $tmp/STANDARD
compiles()
{
	# shellcheck disable=SC2086 # words on purpose
	$2 -std="$1" $warnings ${SANFLAGS:-} -I"$tmp" -I"$(dirname "$header")" -I"$uapi" \
		-o "$tmp/$1" "$3" -L"$(dirname "$lib")" -lttmemstat -Wl,-rpath,"$(dirname "$lib")"
}

sed -n 's/^struct \([a-z_]*\) {$/STRUCTURE(\1)/p' "$header" "$uapi/tt_memstat.h" >"$tmp/structures.h"
count=$(wc -l <"$tmp/structures.h")
expect 'the headers have structures' yes "$([ "$count" -gt 30 ] && echo yes || echo "$count")"
for standard in c11 c++17 c++20; do
	case $standard in
	c11)	compiler=${CC:-cc} source=header.c ;;
	*)	compiler=${CXX:-c++} source=header.cc ;;
	esac
	succeeds "$standard: compiles" compiles $standard "$compiler" "$(dirname "$0")/$source"
	expect "$standard: runs" "$count structures" "$("$tmp/$standard" 2>&1)"
done
printf 'STRUCTURE(ttmemstat_no_such_structure)\n' >>"$tmp/structures.h"
fails_with any 'ttmemstat_no_such_structure' 'a structure that does not compile is noticed' \
	compiles c++20 "${CXX:-c++}" "$(dirname "$0")/header.cc"
rm -rf "$tmp"
finish
