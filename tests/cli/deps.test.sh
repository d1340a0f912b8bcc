#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Plain make names missing packages; targets that set up their environment install them. A stub of
# dpkg without packages and a stub of apt-get that logs its arguments simulate a bare machine.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

work=$(mktemp -d)
mkdir "$work/bin"
printf '#!/bin/sh\n' >"$work/bin/dpkg-query"
printf '#!/bin/sh\necho "$@" >>"%s"\ncase $* in *" install "*) exit 1 ;; esac\n' "$work/asked" \
	>"$work/bin/apt-get"
printf '#!/bin/sh\nexec "$@"\n' >"$work/bin/sudo"
chmod +x "$work"/bin/*
# bare VARIABLE=VALUE... GOAL: of a machine without libraries
bare()
{
	: >"$work/asked"
	env -u NODEPS PATH="$work/bin:$PATH" PKG_CONFIG_LIBDIR="$work" \
		make -s -C "$TT_MEMSTAT_ROOT" O="$work/build" "$@" 2>&1
}

fails_with any 'missing: libjson-c-dev .*libmicrohttpd-dev; .make deps. installs them' \
	'make alone names what is missing' bare
fails_with any 'missing: .*libc6-dev' 'a compiler without headers lacks libc6-dev' \
	bare CC='cc -nostdinc' install
expect 'plain make installs nothing' '' "$(cat "$work/asked")"
for goal in deps test-lib; do
	fails_with any 'apt-get install failed' "$goal installs packages" bare $goal
	expect_match "$goal: compiler and libraries are installed" ' install .* gcc .*libmicrohttpd-dev' \
		"$(cat "$work/asked")"
done
: >"$work/asked"
succeeds 'NODEPS=1 uses the present packages' \
	env NODEPS=1 PATH="$work/bin:$PATH" "$TT_MEMSTAT_ROOT/scripts/deps" build
expect 'NODEPS=1 installs nothing' '' "$(cat "$work/asked")"
# pkg-config and the compiler find everything, although dpkg has no package.
succeeds 'installed libraries need no package' \
	env -u NODEPS PATH="$work/bin:$PATH" "$TT_MEMSTAT_ROOT/scripts/deps" --check
rm -rf "$work"
finish
