#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make install and make uninstall in a directory: all files are installed and removed, and an existing
# tt-smi is not changed.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

dest=$(mktemp -d)
bin=$dest/usr/local/bin
run() { make -s -C "$TT_MEMSTAT_ROOT" O="$TT_MEMSTAT_BUILD" NODEPS=1 DESTDIR="$dest" "$@" 2>&1; }
run_path() { readelf -d "$1" | sed -n 's/.*(\(RUNPATH\|RPATH\)).*\[\(.*\)]/\2/p'; }
files() { find "$dest" -type f -o -type l; }

succeeds 'install' run install install-module-source
expect_match 'programs run in the build directory' '^tt-memstat [0-9]' \
	"$(env -u LD_LIBRARY_PATH "$TT_MEMSTAT_BUILD/bin/tt-memstat" --version 2>&1)"
# shellcheck disable=SC2016 # the loader's word
expect 'programs in the build directory find the library by $ORIGIN' '$ORIGIN/../lib' "$(run_path "$TT_MEMSTAT_BUILD/bin/tt-memstat")"
for file in "$bin"/* "$dest"/usr/local/lib/*.so; do
	expect "no run path is installed: ${file#"$dest"}" '' "$(run_path "$file")"
done
expect 'tt-smi is a link' tt-memstat-smi "$(readlink "$bin/tt-smi")"
expect_match 'the installed tt-smi runs' '^tt-smi [0-9]' "$("$bin/tt-smi" --version)"
for file in lib/systemd/system/tt-memstat-import.service lib/udev/rules.d/60-tt_memstat.rules \
	lib/modules-load.d/tt_memstat.conf lib/systemd/system/tt-memstat-textfile.timer \
	lib/systemd/system/tt-memstat-exporter.socket bin/tt-memstat-exporter share/man/man1/tt-memstat-exporter.1 \
	lib/tmpfiles.d/tt-memstat.conf share/tt-memstat/prometheus/tt-memstat.rules.yml share/man/man1/tt-smi.1 \
	share/bash-completion/completions/tt-smi share/bash-completion/completions/tt-memstat \
	share/bash-completion/completions/tt-memstat-exporter share/man/man1/tt-memstat.1 \
	share/zsh/site-functions/_tt-memstat-smi share/fish/vendor_completions.d/tt-memstat.fish lib/pkgconfig/libttmemstat.pc \
	lib/tt-memstat/libttmemstat-report.so lib/tt-memstat/lib64/libttmemstat-report.so \
	lib/cmake/ttmemstat/ttmemstat-config.cmake share/man/man3/ttmemstat_attach.3 \
	share/doc/libttmemstat/examples/Makefile; do
	succeeds "$file" test -s "$dest/usr/local/$file"
done
succeeds 'the source for DKMS is installed' test -s "$dest/usr/src/tt_memstat-$(cat "$TT_MEMSTAT_ROOT/VERSION")/dkms.conf"

# --- What programs outside are built with

"$TT_MEMSTAT_ROOT/scripts/deps" --package cmake pkg-config || exit 1
work=$(mktemp -d)
cp -r "$dest/usr/local/share/doc/libttmemstat/examples" "$work/"
outside() { PKG_CONFIG_SYSROOT_DIR=$dest PKG_CONFIG_PATH=$dest/usr/local/lib/pkgconfig "$@"; }
succeeds 'a copy of the examples builds by pkg-config' \
	outside make -s -C "$work/examples" WARN='-Wall -Wextra -Werror'
for program in figures figures-cxx; do
	fails_with 1 'the module tt_memstat is not loaded' "$program runs with the installed library" \
		env LD_LIBRARY_PATH="$dest/usr/local/lib" "$work/examples/ttmemstat-$program" "$work"
done
fails_with 1 'the module tt_memstat is not loaded' 'Python uses the installed library' \
	env LD_LIBRARY_PATH="$dest/usr/local/lib" PYTHONPATH="$TT_MEMSTAT_ROOT/userspace/python" \
	python3 "$work/examples/figures.py" "$work"

cat >"$work/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.13)
project(outside C CXX)
find_package(ttmemstat ${WANTED} REQUIRED)
add_executable(figures examples/figures.c)
add_executable(figures-cxx examples/figures.cc)
set_target_properties(figures-cxx PROPERTIES CXX_STANDARD 17)
target_link_libraries(figures ttmemstat::ttmemstat)
target_link_libraries(figures-cxx ttmemstat::ttmemstat)
END
# with_cmake TREE VERSION: configures the project in a directory of its own, build.VERSION.
with_cmake()
{
	cmake -S "$work" -B "$work/build.$2" -DCMAKE_PREFIX_PATH="$1/usr/local" -DWANTED="$2"
}
succeeds 'CMake finds version 0.2' with_cmake "$dest" 0.2
succeeds 'a CMake project builds' cmake --build "$work/build.0.2"
for program in figures figures-cxx; do
	fails_with 1 'the module tt_memstat is not loaded' "$program built by CMake runs" \
		"$work/build.0.2/$program" "$work"
done
for version in 0.1 0.3 1.0 0.2.999; do
	fails_with any 'version' "CMake refuses version $version" with_cmake "$dest" $version
done
mkdir "$work/moved"
cp -a "$dest/usr" "$work/moved/"
rm -rf "$work/build.0.2"
succeeds 'CMake finds a relocated installation' with_cmake "$work/moved" 0.2
succeeds 'a CMake project builds with a relocated installation' cmake --build "$work/build.0.2"
expect_match 'the program uses only the relocated library' "$work/moved/usr/local/lib" "$(readelf -d "$work/build.0.2/figures")"
rm -rf "$work"

succeeds 'uninstall' run uninstall
expect 'uninstall removes all files' '' "$(files)"

mkdir -p "$bin"
echo theirs >"$bin/tt-smi"
expect_match 'install reports an existing tt-smi' 'is not ours and stays' "$(run install)"
expect 'an existing tt-smi is unchanged' theirs "$(cat "$bin/tt-smi")"
expect 'an existing tt-smi keeps the name of its manual page' '' "$(find "$dest" -name tt-smi.1)"
expect_match 'tt-memstat-smi is installed next to an existing tt-smi' '^tt-smi [0-9]' "$("$bin/tt-memstat-smi" --version)"
succeeds 'uninstall next to an existing tt-smi' run uninstall
expect 'uninstall keeps an existing tt-smi' "$bin/tt-smi" "$(files)"
rm -rf "$dest"

. "$TT_MEMSTAT_ROOT/tests/install/as_told.sh"
expect 'README and docs/install.md have the same commands' \
	"$(told "$TT_MEMSTAT_ROOT/README.md")" "$(told "$TT_MEMSTAT_ROOT/docs/install.md")"
finish
