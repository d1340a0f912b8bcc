# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# In a chroot of Debian, with its rpm: install and remove the RPM packages, also with another package
# that has a tt-smi. Dependencies are not checked, because dpkg manages them there.
. ./lib.sh

ours='tt-memstat tt-memstat-dkms libttmemstat libttmemstat-devel python3-ttmemstat'

# whose: who answers to the name tt-smi
whose()
{
	case $(tt-smi --version 2>/dev/null) in
	"tt-smi $TT_MEMSTAT_VERSION"*)	echo ours ;;
	"theirs "*)		tt-smi ;;
	*)			echo nobody ;;
	esac
}

# whole PACKAGE...: no file of theirs was changed
whole() { rpm --verify --nodeps "$@"; }

# quietly OPTION...: Debian's rpm advises each time to use another program.
quietly() { rpm "$@" >rpm.log 2>&1 || cat rpm.log; }

# Where the packages have libraries, Debian does not look for any.
echo /usr/lib64 >/etc/ld.so.conf.d/rpm.conf
apt-get install -y rpm dkms "linux-headers-$FIRST" libjson-c5 libmicrohttpd12 libyaml-0-2 libsmartcols1 \
	libncursesw6 libsqlite3-0 libudev1 python3 >apt.log 2>&1 || cat apt.log

succeeds 'rpm installs all packages' rpm --install --nodeps /root/rpms/*.rpm
# shellcheck disable=SC2086 # words on purpose
succeeds 'no file is missing' whole $ours
expect 'DKMS has built the module' "$TT_MEMSTAT_VERSION" "$(modinfo -k "$FIRST" -F version tt_memstat)"
expect 'the import is enabled at boot' enabled "$(systemctl is-enabled tt-memstat-import.service)"
expect 'the library is found' "$TT_MEMSTAT_VERSION" \
	"$(PYTHONPATH=$(ls -d /usr/lib/python3*/site-packages) python3 -B -c 'import ttmemstat; print(ttmemstat.version())')"
expect 'tt-smi is ours' ours "$(whose)"
expect 'with its manual page' /etc/alternatives/tt-smi.1.gz "$(readlink /usr/share/man/man1/tt-smi.1.gz)"

quietly --install --nodeps /root/stand-in/tenstorrent-stand-in-1-1.noarch.rpm
expect 'theirs comes and has the name' 'theirs 1' "$(whose)"
succeeds 'unchanged' whole tenstorrent-stand-in
succeeds 'ours is whole' whole tt-memstat
quietly --upgrade --nodeps /root/stand-in/tenstorrent-stand-in-2-1.noarch.rpm
expect 'theirs is upgraded' 'theirs 2' "$(whose)"
quietly --upgrade --nodeps --replacepkgs /root/rpms/*.rpm
expect 'ours comes again beside it' 'theirs 2' "$(whose)"
succeeds 'theirs is unchanged' whole tenstorrent-stand-in
expect 'the module is still there' "$TT_MEMSTAT_VERSION" "$(modinfo -k "$FIRST" -F version tt_memstat)"
quietly --erase tenstorrent-stand-in
expect 'theirs goes and ours has the name' ours "$(whose)"
quietly --install --nodeps /root/stand-in/tenstorrent-stand-in-1-1.noarch.rpm
# shellcheck disable=SC2086 # words on purpose
succeeds 'ours goes before theirs' rpm --erase $ours
expect 'theirs has the name' 'theirs 1' "$(whose)"
succeeds 'and is unchanged' whole tenstorrent-stand-in
quietly --erase tenstorrent-stand-in
expect 'nothing is left' '' "$(find / -xdev \( -path /test -o -path /root -o -path /var/log -o -path /proc \
	-o -path /srv \) -prune -o \( -name '*tt[-_]memstat*' -o -name '*ttmemstat*' -o -name '*tt-smi*' \) -print)"
# As it was, for the parts that follow.
rm /etc/ld.so.conf.d/rpm.conf
apt-get purge -y --autoremove rpm dkms "linux-headers-$FIRST" >/dev/null 2>&1
finish
