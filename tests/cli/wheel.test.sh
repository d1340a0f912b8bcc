#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The Python package as pip makes it: a wheel that carries the library works in an environment that has
# neither; without the library it is pure.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

"$TT_MEMSTAT_ROOT/scripts/deps" --package python3-pip python3-setuptools python3-wheel python3-venv || exit 1
unset PYTHONPATH LD_LIBRARY_PATH
package=$TT_MEMSTAT_ROOT/userspace/python
work=$(mktemp -d)
wheel() { /usr/bin/python3 -m pip -q wheel --no-build-isolation --no-deps --no-index -w "$work/$1" "$package"; }
before=$(ls "$package")

succeeds 'a wheel in the tree' wheel whole
file=$(basename "$work"/whole/*.whl)
version=$(cat "$TT_MEMSTAT_ROOT/VERSION")
expect_match 'is for this kind of machine, from some glibc on' \
	"^ttmemstat-$version-py3-none-manylinux_2_[0-9]+_$(uname -m)\\.whl$" "$file"
glibc=$(echo "$file" | sed 's/.*manylinux_2_\([0-9]*\)_.*/\1/')
newest=$(nm -D "$TT_MEMSTAT_BUILD/lib/libttmemstat.so" | grep -o 'GLIBC_2\.[0-9]*' | sort -t. -k2n | tail -n 1)
expect 'which is what the library needs' "$newest" "GLIBC_2.$glibc"
expect 'nothing is left in the tree' "$before" "$(ls "$package")"

/usr/bin/python3 -m venv "$work/venv"
succeeds 'it is installed without anything else' "$work/venv/bin/pip" -q install --no-index "$work/whole/$file"
cd / || exit 1
expect 'it has its library with it' "$version $version" "$("$work/venv/bin/python" -c \
	'import ttmemstat; print(ttmemstat.__version__, ttmemstat.version())' 2>&1)"
expect 'that is used' libttmemstat.so.0 "$("$work/venv/bin/python" -c '
import os, ttmemstat
ttmemstat.version()
site = os.path.dirname(ttmemstat.__file__)
print(*{os.path.basename(line.split()[-1]) for line in open("/proc/self/maps") if site in line and ".so" in line})' 2>&1)"
expect 'and keeps books' 34359738368 "$(TT_MEMSTAT_FAKE=blackhole "$work/venv/bin/python" -c \
	'import ttmemstat; print(ttmemstat.mem_get_info()[1])' 2>&1)"
expect 'a test of an integration passes' passed \
	"$(TT_MEMSTAT_FAKE=blackhole "$work/venv/bin/python" "$TT_MEMSTAT_ROOT/examples/testing.py" 2>&1)"
expect_match 'pip tells what it is' '^License: LGPL-2.1-or-later OR MIT$' "$("$work/venv/bin/pip" show ttmemstat)"

export TTMEMSTAT_SYSTEM_LIBRARY=1
succeeds 'a wheel for a library that is installed apart' wheel pure
expect 'is for any machine' "ttmemstat-$version-py3-none-any.whl" "$(basename "$work"/pure/*.whl)"
expect 'and has none' '' "$(/usr/bin/python3 -m zipfile -l "$work"/pure/*.whl | grep libttmemstat)"
rm -rf "$work"
finish
