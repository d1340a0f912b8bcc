#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All files have the version of the file VERSION.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

version=$(cat "$TT_MEMSTAT_ROOT/VERSION")
expect 'dkms.conf' "PACKAGE_VERSION=\"$version\"" \
	"$(grep '^PACKAGE_VERSION=' "$TT_MEMSTAT_ROOT/dkms.conf")"
for program in tt-smi tt-memstat; do
	expect_match "$program --version" "(^| )$version( |$)" "$("$program" --version 2>&1)"
done
expect 'libttmemstat.pc' "Version: $version" \
	"$(grep '^Version:' "$TT_MEMSTAT_BUILD/lib/pkgconfig/libttmemstat.pc")"
expect 'the newest of CHANGELOG.md' "$version" \
	"$(sed -n 's/^## \([^ ]*\) (.*)$/\1/p' "$TT_MEMSTAT_ROOT/CHANGELOG.md" | head -n 1)"
expect_match 'the Debian changelog' "^tt-memstat \\($version\\) unstable; urgency=medium$" \
	"$("$TT_MEMSTAT_ROOT/packaging/changelog" deb | head -n 1)"
expect 'the Python package' "__version__ = \"$version\"" \
	"$(grep '^__version__' "$TT_MEMSTAT_ROOT/userspace/python/ttmemstat/__init__.py")"
finish
