# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# In a chroot of a Debian release with the project: README's two commands and their results.
. tests/vm/lib.sh
. tests/install/as_told.sh

version=$(cat VERSION)
# Suites without an end, such as backports, have lists that are dated.
echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/dated

succeeds "$SUITE: make deb, its tests and lintian" make deb
expect "$SUITE: no compiler warns" '' "$(grep -i 'warning:' build/deb/build.log)"
expect_match "$SUITE: the unit tests ran" '^[1-9][0-9]+ passed, 0 failed$' "$(cat build/deb/build.log)"
succeeds "$SUITE: apt installs them" as_told "$(told README.md)" "$KERNEL"
expect "$SUITE: DKMS has built the module" installed \
	"$(dkms status -m tt_memstat -k "$KERNEL" | sed 's/.*: //')"
expect "$SUITE: without a warning" '' \
	"$(grep -i warning /var/lib/dkms/tt_memstat/*/"$KERNEL"/*/log/make.log)"
expect "$SUITE: of this version" "$version" "$(modinfo -k "$KERNEL" -F version tt_memstat)"
expect_match "$SUITE: the tool runs" "^tt-smi $version" "$(tt-smi --version)"
expect_match "$SUITE: so does Python's module" "^$version" \
	"$(python3 -B -c 'import ttmemstat; print(ttmemstat.version())')"
packages=$(dpkg-query -W -f '${Package}\n' | grep 'tt-\?memstat' | xargs)
# shellcheck disable=SC2086 # words on purpose
succeeds "$SUITE: apt purges them" apt-get purge -y $packages
expect "$SUITE: nothing is left" '' "$(find / -xdev \( -path /project -o -path /proc -o -path /var/log \
	-o -path /var/cache \) -prune -o \
	\( -name '*tt[-_]memstat*' -o -name '*ttmemstat*' -o -name '*tt-smi*' \) -print)"
finish
