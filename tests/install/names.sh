# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The name tt-smi with another package that has a program of that name: install, upgrade and removal of
# both, in every order, leave both working, and do not change the other package's files.
. ./lib.sh

installed() { dpkg -s "$1" 2>/dev/null | grep -q '^Status: install ok installed'; }
ours() { installed tt-memstat; }
theirs() { installed tenstorrent-stand-in; }

# whose: who answers to the name tt-smi, and with which version
whose()
{
	case $(tt-smi --version 2>/dev/null) in
	"tt-smi "*)	echo "ours $(tt-smi --version | cut -d' ' -f2)" ;;
	"theirs "*)	tt-smi ;;
	*)		echo nobody ;;
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

# consistent WANTED: WANTED has the name, and each installed package is complete
consistent()
{
	whole=whole
	! ours || [ "$(tt-memstat-smi --version | cut -d' ' -f2)" = "$our_version" ] ||
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
	'install ours')
		our_version=$OLDER
		dpkg -i /root/older/tt-memstat_*.deb /root/older/libttmemstat0_*.deb ;;
	'upgrade ours')
		our_version=$TT_MEMSTAT_VERSION
		dpkg -i /root/debs/tt-memstat_*.deb /root/debs/libttmemstat0_*.deb ;;
	'remove ours')		dpkg -r tt-memstat libttmemstat0 ;;
	'purge ours')		dpkg -P tt-memstat libttmemstat0 ;;
	'install theirs')	their_version=1; dpkg -i /root/stand-in/*_1_all.deb ;;
	'upgrade theirs')	their_version=2; dpkg -i /root/stand-in/*_2_all.deb ;;
	'remove theirs')	dpkg -r tenstorrent-stand-in ;;
	esac >step.log 2>&1 || fail "$trail" 'expected: success' "$(cat step.log)"
	if theirs; then
		consistent "theirs $their_version"
	elif ours; then
		consistent "ours $our_version"
	else
		consistent nobody
	fi
}

# orders OURS THEIRS DONE: every way to mix two sequences, of which so many steps are left
orders()
{
	[ "$1$2" != 00 ] || echo "$3"
	[ "$1" -eq 0 ] || orders $(($1 - 1)) "$2" "$3 ours"
	[ "$2" -eq 0 ] || orders "$1" $(($2 - 1)) "$3 theirs"
}

trail=apt our_version=$TT_MEMSTAT_VERSION
succeeds 'apt installs the tool and what it needs' \
	apt-get install -y --no-install-recommends /root/debs/tt-memstat_*.deb /root/debs/libttmemstat0_*.deb
consistent "ours $TT_MEMSTAT_VERSION"
expect 'the link is an alternative' /etc/alternatives/tt-smi "$(readlink /usr/bin/tt-smi)"
step purge ours

orders 3 3 '' >mixed
expect 'all orders' 20 "$(wc -l <mixed)"
while read -r order; do
	trail='' mine='install upgrade remove' your=$mine
	for who in $order; do
		case $who in
		ours)	step "${mine%% *}" ours; mine=${mine#* } ;;
		theirs)	step "${your%% *}" theirs; your=${your#* } ;;
		esac
	done
done <mixed
step purge ours
expect 'no alternative is left' 'no alternatives for tt-smi' \
	"$(update-alternatives --query tt-smi 2>&1 | sed 's/.*error: //')"
expect 'no link is left' '' "$(find /usr /etc -name '*tt-smi*' -o -name '*tt-memstat*')"
finish
