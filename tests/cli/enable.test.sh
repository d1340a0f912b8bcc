#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat enable, disable, status: new sessions have the reporter, files are restored exactly, and
# other programs are not affected.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

"$TT_MEMSTAT_ROOT/scripts/deps" --package fish gcc libc6-dev libc6-i386 musl-tools systemd zsh || exit 1
work=$(mktemp -d)
at_end 'rm -rf "$work"'
home=$work/home
mkdir "$home"
unset LD_PRELOAD XDG_CONFIG_HOME ZDOTDIR
# shellcheck disable=SC2016 # the loader's word
reporter=$(realpath "$TT_MEMSTAT_BUILD")'/lib/tt-memstat/$LIB/libttmemstat-report.so'

# session SHELL COMMAND...: in the home, with that shell for logins
session() { env HOME="$home" SHELL="/bin/$1" "$@"; }
memstat() { env HOME="$home" SHELL="/bin/${shell:-bash}" tt-memstat "$@"; }
# state: of every file and directory of the home
state() { (cd "$home" && find . -printf '%p %y %m %i\n' -type f -exec md5sum {} + | sort); }
# begun [VALUE]: LD_PRELOAD of what systemd starts for the user, where it was VALUE
begun()
{
	session sh -c "${1:+export LD_PRELOAD='$1';} exec /usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator" |
		sed -n 's/\\//g; s/^LD_PRELOAD="\?\([^"]*\)"\?$/\1/p'
}

# there_and_back NAME: of the home as it is; the shell for logins has it in between
there_and_back()
{
	before=$(state)
	succeeds "$1: enable" memstat enable
	# shellcheck disable=SC2016 # the shell's
	expect "$1: login shells have the reporter" "$reporter" "$(session "${shell:-bash}" -lc 'echo $LD_PRELOAD' 2>&1)"
	expect "$1: programs started by systemd have the reporter" "$reporter" "$(begun)"
	once=$(state)
	succeeds "$1: enable again" memstat enable
	expect "$1: enabling again changes nothing" "$once" "$(state)"
	succeeds "$1: disable" memstat disable
	expect "$1: disable restores all files" "$before" "$(state)"
	succeeds "$1: disable again" memstat disable
}

there_and_back 'an empty home'
printf 'echo >/dev/null\n' >"$home/.profile"
there_and_back 'a profile'
printf 'echo >/dev/null' >"$home/.profile"
there_and_back 'a profile whose last line has no end'
: >"$home/.profile"
there_and_back 'an empty profile'
mv "$home/.profile" "$home/real"
ln -s real "$home/.profile"
there_and_back 'a link to a profile'
echo : >"$home/.bash_profile"
mkdir -p "$home/.config/environment.d"
there_and_back "bash's own profile"
shell=zsh there_and_back zsh
# It makes directories of its own with its first start.
session fish -c true
shell=fish there_and_back fish

printf 'echo >/dev/null' >"$home/.bash_profile"
memstat enable >/dev/null
echo 'later=1' >>"$home/.bash_profile"
memstat disable >/dev/null
expect 'lines added after enable are kept' 'echo >/dev/null later=1' "$(xargs <"$home/.bash_profile")"

cc -shared -o "$work/theirs.so" -x c /dev/null
memstat enable >/dev/null
# shellcheck disable=SC2016 # the shell's
for shell in bash zsh fish; do
	memstat enable >/dev/null
	expect "$shell: an existing LD_PRELOAD stays in front" "$work/theirs.so:$reporter" \
		"$(LD_PRELOAD=$work/theirs.so session $shell -lc 'echo $LD_PRELOAD')"
	expect "$shell: the reporter is not added twice" "$reporter:$work/theirs.so" \
		"$(LD_PRELOAD=$reporter:$work/theirs.so session $shell -lc 'echo $LD_PRELOAD')"
done
shell=bash
expect 'systemd: an existing LD_PRELOAD stays in front' "$work/theirs.so:$reporter" "$(begun "$work/theirs.so")"
expect_match 'status names the files' "^user *on: $home/.config/environment.d/90-tt-memstat.conf, $home/.bash_profile" \
	"$(memstat status)"
expect_match 'status of a session without the reporter' '^session *off' "$(memstat status)"
expect_match 'status of a session with the reporter' '^session *on' "$(LD_PRELOAD=$reporter memstat status)"
memstat disable >/dev/null
fails_with 1 '^user *off' 'status after disable' memstat status

# --- What cannot be changed

before=$(state)
mv "$home/.bash_profile" "$work/kept"
mkdir "$home/.bash_profile"
fails_with 1 "cannot change $home/.bash_profile: EISDIR" 'a profile that is a directory' memstat enable
expect 'a failed enable changes no other file' '' "$(find "$home/.config" -type f)"
rmdir "$home/.bash_profile"
mv "$work/kept" "$home/.bash_profile"
expect 'a failed enable restores changed files' "$before" "$(state)"
echo 'A=b' >"$home/.config/environment.d/90-tt-memstat.conf"
fails_with 1 '90-tt-memstat.conf exists and was not made by tt-memstat' "enable refuses another program's file" memstat enable
succeeds "disable ignores another program's file" memstat disable
expect "another program's file is unchanged" 'A=b' "$(cat "$home/.config/environment.d/90-tt-memstat.conf")"
if [ "$(id -u)" = 0 ]; then
	as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
else
	as_nobody=
fi
# shellcheck disable=SC2086 # words on purpose
fails_with 1 'cannot change /etc/environment.d/90-tt-memstat.conf: EACCES|cannot serve all users' 'enable --system as a user' \
	$as_nobody tt-memstat enable --system
fails_with 1 'HOME is not an absolute path' 'enable without HOME' env -u HOME tt-memstat enable
fails_with 2 '^tt-memstat: --root is for --system' '--root without --system' tt-memstat enable --root "$work"

# --- Programs of all sessions

root=$work/root
mkdir -p "$root/etc/profile.d"
before=$(find "$root")
succeeds 'enable --system' tt-memstat enable --system --root "$root"
expect_match 'status shows files of the system' "^system *on: $root/etc/environment.d/90-tt-memstat.conf, $root/etc/profile.d/tt-memstat.sh" \
	"$(HOME=$home tt-memstat status --root "$root")"
expect_match 'status shows that 32-bit programs print no error' '^32 bits *no reporter, no error' \
	"$(HOME=$home tt-memstat status --root "$root")"
# shellcheck disable=SC2016 # the shell's
enabled() { sh -c '. "$0"/etc/profile.d/tt-memstat.sh; exec "$@"' "$root" "$@"; }
expect_match 'programs of all sessions have the reporter' 'libttmemstat-report.so' "$(enabled cat /proc/self/maps)"

cat >"$work/program.c" <<'END'
#include <stdio.h>
int main(void) { return puts("here") < 0 ? 1 : 7; }
END
cat >"$work/program32.c" <<'END'
void _start(void) { __asm__ volatile("int $0x80" : : "a"(1), "b"(7)); }
END
cc -o "$work/dynamic" "$work/program.c"
cc -static -o "$work/static" "$work/program.c"
cc -static-pie -o "$work/static-pie" "$work/program.c"
musl-gcc -o "$work/musl" "$work/program.c"
cc -m32 -nostdlib -fno-stack-protector -fPIE -pie -o "$work/i386" "$work/program32.c"
expect_match 'the 32-bit program is dynamically linked' ld-linux.so.2 "$(readelf -lW "$work/i386")"
[ -u "$(command -v mount)" ] || fail 'mount is a setuid program here'
for program in "$work/dynamic" "$work/static" "$work/static-pie" "$work/musl" "$work/i386" \
	"$as_nobody mount --version" "cc -O1 -o $work/compiled $work/program.c" 'perl -e exit(3)'; do
	status=0 enabled_status=0
	# shellcheck disable=SC2086 # words on purpose
	said=$($program 2>&1) || status=$?
	# shellcheck disable=SC2086
	seen=$(enabled $program 2>&1) || enabled_status=$?
	expect "output and status of ${program##*/} are unchanged" "$status $said" "$enabled_status $seen"
done
expect 'a program compiled under the reporter runs' here "$("$work/compiled")"
expect_match 'without the 32-bit library, the loader complains' 'cannot be preloaded' \
	"$(LD_PRELOAD=$work/nothing.so "$work/i386" 2>&1)"
succeeds 'disable --system' tt-memstat disable --system --root "$root"
expect 'disable --system removes all files' "$before" "$(find "$root")"
finish
