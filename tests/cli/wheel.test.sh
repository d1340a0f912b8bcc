#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The Python package as pip builds it: a wheel that contains the library works in an environment
# without package and library; a wheel without the library is pure Python.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

"$TT_MEMSTAT_ROOT/scripts/deps" --package python3-pip python3-setuptools python3-wheel python3-venv || exit 1
unset PYTHONPATH LD_LIBRARY_PATH
package=$TT_MEMSTAT_ROOT/userspace/python
work=$(mktemp -d)
wheel() { /usr/bin/python3 -m pip -q wheel --no-build-isolation --no-deps --no-index -w "$work/$1" "$package"; }
before=$(ls "$package")

succeeds 'a wheel with the library is built' wheel whole
file=$(basename "$work"/whole/*.whl)
version=$(cat "$TT_MEMSTAT_ROOT/VERSION")
expect_match 'its name has the platform and the oldest glibc' \
	"^ttmemstat-$version-py3-none-manylinux_2_[0-9]+_$(uname -m)\\.whl$" "$file"
glibc=$(echo "$file" | sed 's/.*manylinux_2_\([0-9]*\)_.*/\1/')
newest=$(nm -D "$TT_MEMSTAT_BUILD/lib/libttmemstat.so" | grep -o 'GLIBC_2\.[0-9]*' | sort -t. -k2n | tail -n 1)
expect 'the oldest glibc is that of the library' "$newest" "GLIBC_2.$glibc"
expect 'the build leaves no files in the tree' "$before" "$(ls "$package")"

/usr/bin/python3 -m venv "$work/venv"
succeeds 'it installs without dependencies' "$work/venv/bin/pip" -q install --no-index "$work/whole/$file"
cd / || exit 1
expect 'package and bundled library have the same version' "$version $version" "$("$work/venv/bin/python" -c \
	'import ttmemstat; print(ttmemstat.__version__, ttmemstat.version())' 2>&1)"
expect 'the bundled library is loaded' libttmemstat.so.0 "$("$work/venv/bin/python" -c '
import os, ttmemstat
ttmemstat.version()
site = os.path.dirname(ttmemstat.__file__)
print(*{os.path.basename(line.split()[-1]) for line in open("/proc/self/maps") if site in line and ".so" in line})' 2>&1)"
expect 'TT_MEMSTAT_FAKE works with the wheel' 34359738368 "$(TT_MEMSTAT_FAKE=blackhole "$work/venv/bin/python" -c \
	'import ttmemstat; print(ttmemstat.mem_get_info()[1])' 2>&1)"
expect 'the example of a test passes' passed \
	"$(TT_MEMSTAT_FAKE=blackhole "$work/venv/bin/python" "$TT_MEMSTAT_ROOT/examples/testing.py" 2>&1)"
expect_match 'pip shows the licence' '^License: LGPL-2.1-or-later OR MIT$' "$("$work/venv/bin/pip" show ttmemstat)"

export TTMEMSTAT_SYSTEM_LIBRARY=1
succeeds 'a wheel without the library is built' wheel pure
expect 'the wheel without the library is for any platform' "ttmemstat-$version-py3-none-any.whl" "$(basename "$work"/pure/*.whl)"
expect 'the wheel without the library contains none' '' "$(/usr/bin/python3 -m zipfile -l "$work"/pure/*.whl | grep libttmemstat)"
rm -rf "$work"
finish
