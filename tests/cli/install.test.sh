#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make install and make uninstall into a directory: everything comes and goes, and a tt-smi that is
# not ours stays what it is.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

dest=$(mktemp -d)
bin=$dest/usr/local/bin
run() { make -s -C "$TT_MEMSTAT_ROOT" O="$TT_MEMSTAT_BUILD" NODEPS=1 DESTDIR="$dest" "$@" 2>&1; }
run_path() { readelf -d "$1" | sed -n 's/.*(\(RUNPATH\|RPATH\)).*\[\(.*\)]/\2/p'; }
files() { find "$dest" -type f -o -type l; }

succeeds 'install' run install install-module-source
expect_match 'a program runs where it was built' '^tt-memstat [0-9]' \
	"$(env -u LD_LIBRARY_PATH "$TT_MEMSTAT_BUILD/bin/tt-memstat" --version 2>&1)"
# shellcheck disable=SC2016 # the loader's word
expect 'by the library beside it' '$ORIGIN/../lib' "$(run_path "$TT_MEMSTAT_BUILD/bin/tt-memstat")"
for file in "$bin"/* "$dest"/usr/local/lib/*.so; do
	expect "no run path is installed: ${file#"$dest"}" '' "$(run_path "$file")"
done
expect 'tt-smi is a link' tt-memstat-smi "$(readlink "$bin/tt-smi")"
expect_match 'which runs' '^tt-smi [0-9]' "$("$bin/tt-smi" --version)"
for file in lib/systemd/system/tt-memstat-import.service lib/udev/rules.d/60-tt_memstat.rules \
	lib/modules-load.d/tt_memstat.conf lib/systemd/system/tt-memstat-textfile.timer \
	lib/tmpfiles.d/tt-memstat.conf share/tt-memstat/prometheus/tt-memstat.rules.yml share/man/man1/tt-smi.1 \
	share/bash-completion/completions/tt-smi lib/pkgconfig/libttmemstat.pc; do
	succeeds "$file" test -s "$dest/usr/local/$file"
done
succeeds 'DKMS has what it needs' test -s "$dest/usr/src/tt_memstat-$(cat "$TT_MEMSTAT_ROOT/VERSION")/dkms.conf"
succeeds 'uninstall' run uninstall
expect 'leaves nothing' '' "$(files)"

mkdir -p "$bin"
echo theirs >"$bin/tt-smi"
expect_match 'a tt-smi that is not ours' 'is not ours and stays' "$(run install)"
expect 'stays' theirs "$(cat "$bin/tt-smi")"
expect 'so does the name of the manual page' '' "$(find "$dest" -name tt-smi.1)"
expect_match 'ours has its own name' '^tt-smi [0-9]' "$("$bin/tt-memstat-smi" --version)"
succeeds 'uninstall beside it' run uninstall
expect 'leaves it alone' "$bin/tt-smi" "$(files)"
rm -rf "$dest"

. "$TT_MEMSTAT_ROOT/tests/install/as_told.sh"
expect 'README and docs/install.md tell administrators the same' \
	"$(told "$TT_MEMSTAT_ROOT/README.md")" "$(told "$TT_MEMSTAT_ROOT/docs/install.md")"
finish
