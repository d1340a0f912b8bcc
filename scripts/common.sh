# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Paths and messages for the project's scripts. Bash scripts set `me`, the prefix of their messages,
# and then source this file.

TT_MEMSTAT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TT_MEMSTAT_BUILD=${TT_MEMSTAT_BUILD:-$TT_MEMSTAT_ROOT/build}
TT_MEMSTAT_CACHE=${TT_MEMSTAT_CACHE:-$TT_MEMSTAT_BUILD/cache}
TT_MEMSTAT_JOBS=${TT_MEMSTAT_JOBS:-$(nproc)}
export TT_MEMSTAT_ROOT TT_MEMSTAT_BUILD TT_MEMSTAT_CACHE TT_MEMSTAT_JOBS

# Exit status of a harness that failed before it could run the requested command.
TT_MEMSTAT_CANNOT=125

say() { printf '%s: %s\n' "${me:-tt_memstat}" "$*" >&2; }
die() { say "$*"; exit "$TT_MEMSTAT_CANNOT"; }

# as_root COMMAND...: directly, or through sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "must be root, or have sudo, to run: $*"
	fi
}

# For scripts that run make on Makefiles of other projects, where O=, V= and the like have other
# meanings.
forget_make() { unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL; }

# locked FILE COMMAND...: run COMMAND while holding a lock on FILE. COMMAND does not inherit the
# lock, so its background processes cannot keep it.
locked()
{
	local file=$1 fd status=0
	shift
	mkdir -p "$(dirname "$file")"
	exec {fd}>>"$file"
	if ! flock --nonblock "$fd"; then
		say "waiting for another run to finish with ${file#"$TT_MEMSTAT_ROOT"/}"
		flock "$fd"
	fi
	# A subshell, as testing COMMAND's status directly would disable `set -e` in it.
	set +e
	( set -e; "$@" ) {fd}>&-
	status=$?
	set -e
	exec {fd}>&-
	return "$status"
}

# take_vmlinuz DEB DIRECTORY: extract the kernel image of a package to DIRECTORY/vmlinuz. Fails if
# the package has none.
take_vmlinuz()
{
	local file
	dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards './boot/*' \
		'./usr/lib/modules/*/vmlinuz*' 2>/dev/null || true
	file=$(find "$2" -mindepth 2 -type f -name 'vmlinuz*' | head -n 1)
	[ -n "$file" ] && mv "$file" "$2/vmlinuz" && rm -rf "${2:?}/boot" "${2:?}/usr"
}

# copy_project DIRECTORY: copy the project's files: those that git tracks or does not ignore, or all
# files of a tarball.
copy_project()
{
	local dir=$1 file
	(
		cd "$TT_MEMSTAT_ROOT"
		if git rev-parse --git-dir >/dev/null 2>&1; then
			git ls-files -co --exclude-standard -z
		else
			find . -path ./build -prune -o -type f -print0
		fi | while IFS= read -r -d '' file; do
			[ ! -f "$file" ] || printf '%s\0' "$file"
		done | cpio --quiet -0 -pdm "$dir"
	)
}

# module_sources: list the files that a build of the module needs.
module_sources()
{
	(cd "$TT_MEMSTAT_ROOT" && find Kbuild VERSION driver uapi -type f \
		\( -name '*.[chS]' -o -name 'Kbuild*' -o -name VERSION \) 2>/dev/null | sort)
}
