# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# After booting a kernel that was installed after the packages; then remove the packages.
. ./lib.sh

expect 'the kernel' "$SECOND" "$(uname -r)"
expect 'the module that DKMS rebuilt is loaded' "$TT_MEMSTAT_VERSION" "$(cat /sys/module/tt_memstat/version)"
tt-memstat create-virtual --arch blackhole --harvest 192 >/dev/null
expect_match 'and works' 'virtual' "$(su nobody -s /bin/sh -c tt-smi)"
tt-memstat destroy tt0

# The card was for the other kernel.
systemctl disable -q fake-cards.service
systemctl reset-failed fake-cards.service
rm -f /etc/systemd/system/fake-cards.service /root/fake_pci.ko
# known: the packages that dpkg has something of
known() { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^[ir][a-z]* *\(.*tt-\?memstat.*\)$/\1/p' | xargs; }

packages=$(known)
expect 'they are all there' 'libttmemstat-dev libttmemstat0 python3-ttmemstat tt-memstat tt-memstat-dkms' "$packages"
# shellcheck disable=SC2086 # words on purpose
succeeds 'apt removes all packages' apt-get remove -y $packages
expect 'the module is unloaded' '' "$(ls -d /sys/module/tt_memstat 2>/dev/null)"
expect 'its node is gone' '' "$(ls /dev/tt_memstat 2>/dev/null)"
expect 'no kernel has it' '' "$(find /lib/modules -name 'tt_memstat*')"
expect "the administrator's descriptor is kept" /etc/tt-memstat/n300.yaml "$(ls /etc/tt-memstat/*)"
# That a unit is enabled is kept, too, as Debian does.
expect 'what removal leaves' '/etc/tt-memstat /etc/tt-memstat/n300.yaml' \
	"$(find /etc /usr /var/lib/dkms /opt -name '*tt[-_]memstat*' -o -name '*tt-smi*' \
		-o -path '/etc/tt-memstat/*' | grep -v '\.wants/' | sort | xargs)"
# shellcheck disable=SC2046 # words on purpose
succeeds 'apt purges them' apt-get purge -y $(known)
expect 'nothing is left' '' "$(find / -xdev \( -path /test -o -path /harness -o -path /root \
	-o -path /var/log -o -path /var/cache \) -prune -o \
	\( -name '*tt[-_]memstat*' -o -name '*ttmemstat*' -o -name '*tt-smi*' \) -print)"
expect 'nor known to dpkg' '' "$(known)"
expect 'no unit has failed' '' "$(systemctl --failed --plain --no-legend)"
finish
