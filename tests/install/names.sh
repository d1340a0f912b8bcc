# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The name tt-smi beside a package that has a program of that name: install, upgrade and removal
# in every order leave both working, and nothing of theirs is touched.
. ./lib.sh

ours() { dpkg -s tt-memstat 2>/dev/null | grep -q '^Status: install ok installed'; }
theirs() { dpkg -s tenstorrent-stand-in 2>/dev/null | grep -q '^Status: install ok installed'; }

# whose: who answers to the name tt-smi
whose()
{
	case $(tt-smi --version 2>/dev/null) in
	"tt-smi $TTM_VERSION"*)	echo ours ;;
	"theirs "*)		tt-smi ;;
	*)			echo nobody ;;
	esac
}

# manual: whose manual page it is
manual()
{
	case $(zcat /usr/share/man/man1/tt-smi.1.gz 2>/dev/null) in
	'their manual '*)	echo theirs ;;
	'')			echo none ;;
	*)			echo ours ;;
	esac
}

# consistent WANTED: WANTED answers to the name, and whoever is installed is whole
consistent()
{
	whole=whole
	! ours || [ "$(tt-memstat-smi --version | cut -d' ' -f1,2)" = "tt-smi $TTM_VERSION" ] ||
		whole='ours does not run'
	! theirs || [ -z "$(dpkg -V tenstorrent-stand-in)" ] || whole='theirs was changed'
	! ours || [ -z "$(dpkg -V tt-memstat)" ] || whole='ours was changed'
	case $1 in
	theirs*) page=theirs ;;
	nobody) page=none ;;
	*) page=ours ;;
	esac
	expect "$trail" "$1 $page whole" "$(whose) $(manual) $whole"
}

# step ACTION WHOSE: does it and expects what must be
step()
{
	trail="${trail:+$trail, }$1 $2"
	case "$1 $2" in
	'install ours'|'upgrade ours')
		dpkg -i /root/debs/tt-memstat_*.deb /root/debs/libttmemstat0_*.deb ;;
	'install theirs')	version=1; dpkg -i /root/stand-in/*_1_all.deb ;;
	'upgrade theirs')	version=2; dpkg -i /root/stand-in/*_2_all.deb ;;
	'remove ours')		dpkg -r tt-memstat ;;
	'remove theirs')	dpkg -r tenstorrent-stand-in ;;
	'purge ours')		dpkg -P tt-memstat ;;
	esac >step.log 2>&1 || fail "$trail" 'expected: success' "$(cat step.log)"
	if theirs; then
		consistent "theirs $version"
	elif ours; then
		consistent ours
	else
		consistent nobody
	fi
}

trail=apt
succeeds 'apt installs the tool and what it needs' \
	apt-get install -y --no-install-recommends /root/debs/tt-memstat_*.deb /root/debs/libttmemstat0_*.deb
consistent ours
expect 'the link is an alternative' /etc/alternatives/tt-smi "$(readlink /usr/bin/tt-smi)"
step purge ours

for first in 'ours theirs' 'theirs ours'; do
	for upgrade in 'ours theirs' 'theirs ours'; do
		for last in 'ours theirs' 'theirs ours'; do
			trail=
			for who in $first; do step install "$who"; done
			for who in $upgrade; do step upgrade "$who"; done
			for who in $last; do step remove "$who"; done
		done
	done
done
step purge ours
expect 'no alternative is left' 'no alternatives for tt-smi' \
	"$(update-alternatives --query tt-smi 2>&1 | sed 's/.*error: //')"
expect 'no link is left' '' "$(find /usr /etc -name '*tt-smi*' -o -name '*tt-memstat*')"
dpkg -P libttmemstat0 >/dev/null
finish
