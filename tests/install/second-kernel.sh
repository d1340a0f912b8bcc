# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The system has booted the kernel that came after the packages; then they go.
. ./lib.sh

expect 'the kernel' "$SECOND" "$(uname -r)"
expect 'the module that DKMS rebuilt is loaded' "$TTM_VERSION" "$(cat /sys/module/tt_memstat/version)"
tt-memstat create-virtual --arch blackhole --harvest 192 >/dev/null
expect_match 'and works' 'virtual' "$(su nobody -s /bin/sh -c tt-smi)"
tt-memstat destroy tt0

systemctl disable -q fake-cards.service
rm -f /etc/systemd/system/fake-cards.service /root/fake_pci.ko
packages=$(dpkg-query -W -f '${Package}\n' '*tt-memstat*' '*ttmemstat*')
# shellcheck disable=SC2086 # words on purpose
succeeds 'apt removes all packages' apt-get remove -y $packages
expect 'the module is unloaded' '' "$(ls -d /sys/module/tt_memstat 2>/dev/null)"
expect 'its node is gone' '' "$(ls /dev/tt_memstat 2>/dev/null)"
expect 'no kernel has it' '' "$(find /lib/modules -name 'tt_memstat*')"
expect "the administrator's descriptor is kept" /etc/tt-memstat/n300.yaml "$(ls /etc/tt-memstat/*)"
expect 'what removal leaves' '/etc/tt-memstat /etc/tt-memstat/n300.yaml' \
	"$(find /etc /usr /var/lib/dkms /opt -name '*tt[-_]memstat*' -o -name '*tt-smi*' \
		-o -path '/etc/tt-memstat/*' | sort | xargs)"
# shellcheck disable=SC2086
succeeds 'apt purges them' apt-get purge -y $packages
expect 'nothing is left' '' "$(find / -xdev \( -path /test -o -path /harness -o -path /root \
	-o -path /var/log -o -path /var/cache \) -prune -o \
	\( -name '*tt[-_]memstat*' -o -name '*ttmemstat*' -o -name '*tt-smi*' \) -print)"
expect 'nor known to dpkg' '' "$(dpkg-query -W '*tt-memstat*' '*ttmemstat*' 2>/dev/null)"
expect 'no unit has failed' '' "$(systemctl --failed --plain --no-legend)"
finish
