#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How scripts get the real ttnn and a kernel's source, as a user who is not root: stubs of what
# downloads and unpacks, and of mv and rm that may touch what belongs to root only through sudo.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

work=$(mktemp -d) || exit 1
at_end 'rm -rf "$work"'
mkdir "$work/bin"
cd "$work/bin" || exit 1

# stub NAME: its script is the standard input
stub()
{
	{ echo '#!/bin/sh'; cat; } >"$1"
	chmod +x "$1"
}

for name in python3.12 python3.10; do
	echo 'exit 1' | stub $name
done
echo 'while [ "$1" != -o ]; do shift; done; : >"$2"' | stub curl
echo ':' | stub sha256sum
stub dpkg-deb <<'END'
cd "$(mktemp -d)" && mkdir -p usr/share/keyrings && : >usr/share/keyrings/ubuntu-archive-keyring.gpg && tar -c ./usr
END
echo 'echo 1000' | stub id
echo 'AS_ROOT=1 exec "$@"' | stub sudo
# The last argument but one is the directory.
stub mmdebstrap <<'END'
[ "$AS_ROOT" ] || exit 1
while [ $# -gt 2 ]; do shift; done
mkdir -p "$1/usr/bin"
printf '#!/bin/sh\nexit 3\n' >"$1/usr/bin/python3.10"
chmod +x "$1/usr/bin/python3.10"
: >"$1/of-root"
END
for name in mv rm; do
	stub $name <<-END
	for file; do
		[ ! -e "\$file/of-root" ] || [ "\$AS_ROOT" ] || { echo "\$file: Permission denied" >&2; exit 1; }
	done
	exec $(command -v $name) "\$@"
	END
done

# ttnn: makes an environment, and fails at the interpreter, which is a stub
ttnn()
{
	env -u PYTHON PATH="$work/bin:$PATH" HOME="$work" TMPDIR="$work" NODEPS=1 TT_MEMSTAT_CACHE="$work/cache" \
		"$TT_MEMSTAT_ROOT/tests/real/ttnn" 1.2.3 2>&1
}

said=$(ttnn)
expect 'nothing of root is touched without sudo' '' "$(echo "$said" | grep 'Permission denied')"
succeeds 'a user gets a Python' test -x "$work/cache/ttnn/python3.10/usr/bin/python3.10"
expect 'no rest is left' '' "$(find "$work/cache/ttnn" -maxdepth 1 -name '*.new')"
# An interrupted installation is replaced.
rm "$work/cache/ttnn/python3.10/usr/bin/python3.10"
said=$(ttnn)
expect 'nor when it is replaced' '' "$(echo "$said" | grep 'Permission denied')"
succeeds 'a cut Python is replaced' test -x "$work/cache/ttnn/python3.10/usr/bin/python3.10"

# ---- tests/real/one skips for lack of a Python, and for nothing else ---------------------------

mkdir -p one/tests/real one/scripts
cp "$TT_MEMSTAT_ROOT/tests/real/one" one/tests/real/
cp "$TT_MEMSTAT_ROOT/scripts/common.sh" one/scripts/
echo 1.2.3 >one/tests/real/releases
# one PYTHON WHEEL: the statuses of tests/real/ttnn
one()
{
	echo "[ \"\$1\" = --python ] && exit $1; echo no space left >&2; exit $2" | stub one/tests/real/ttnn
	echo '"${0%run}ttnn" "$2" && echo "7 passed, 0 failed"' | stub one/tests/real/run
	one/tests/real/one
}
expect_match 'without a Python the program is skipped' '^0 passed, 0 failed$' "$(one 125 0)"
expect_match 'with both it runs' '^7 passed, 0 failed$' "$(one 0 0 2>/dev/null)"
fails_with 125 'no space left' 'a wheel that cannot be installed fails' one 0 125

# ---- scripts/kernel-suite ------------------------------------------------------------------------

suite=$work/cache/suite/none
mkdir -p "$suite/etc" "$suite/tmp" "$work/cache/linux-source-none.new"
: >"$suite/etc/os-release"
: >"$suite/tmp/linux-source-9_1.deb"
echo stale >"$work/cache/linux-source-none.new/stale.c"
echo 'echo "  Depends: linux-source-9"' | stub chroot
stub dpkg-deb <<'END'
[ "$1" != -f ] || { echo 9-1; exit; }
cd "$(mktemp -d)" && mkdir -p usr/src linux && echo new >linux/new.c && tar -cJf usr/src/linux.tar.xz linux && tar -c ./usr
END
source=$(env PATH="$work/bin:$PATH" TMPDIR="$work" NODEPS=1 TT_MEMSTAT_CACHE="$work/cache" \
	"$TT_MEMSTAT_ROOT/scripts/kernel-suite" none source 2>/dev/null)
expect 'a source has nothing of an unpacking that was interrupted' 'new.c' "$(ls "$source")"
finish
