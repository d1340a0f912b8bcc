# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# In a chroot: all packages by apt, the module by DKMS for the kernel that is there and for one
# that comes, signed with the machine owner's key.
. ./lib.sh

# built KERNEL: what DKMS says
built() { dkms status -m tt_memstat -k "$1" | sed 's/.*: //'; }

# The key that the administrator has made and enrolled (docs/install.md).
mkdir -p /var/lib/dkms
openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=the machine owner/' \
	-keyout /var/lib/dkms/mok.key -outform DER -out /var/lib/dkms/mok.pub 2>/dev/null

succeeds 'apt installs all packages' \
	apt-get install -y "linux-headers-$FIRST" /root/debs/*.deb
expect 'all are configured' '' "$(dpkg -l '*tt-memstat*' '*ttmemstat*' | grep -E '^[a-z]' | grep -v '^ii')"
expect 'built for the kernel that is there' installed "$(built "$FIRST")"
expect 'of this version' "$TTM_VERSION" "$(modinfo -k "$FIRST" -F version tt_memstat)"
expect "signed with the owner's key" 'the machine owner' "$(modinfo -k "$FIRST" -F signer tt_memstat)"
expect 'without a warning' '' \
	"$(grep -i warning /var/lib/dkms/tt_memstat/*/"$FIRST"/*/log/make.log)"
succeeds 'apt installs a second kernel' \
	apt-get install -y "linux-image-$SECOND" "linux-headers-$SECOND"
expect 'DKMS builds for it' installed "$(built "$SECOND")"
expect "signed, too" 'the machine owner' "$(modinfo -k "$SECOND" -F signer tt_memstat)"
expect 'the import is enabled at boot' enabled "$(systemctl is-enabled tt-memstat-import.service)"
expect 'tt-smi is ours' ours "$(tt-smi --version | grep -q "^tt-smi $TTM_VERSION" && echo ours)"

# A program of somebody's, built with the -dev package and the compiler that came for the module.
succeeds 'apt installs what compiles programs' apt-get install -y libc6-dev pkg-config
cat >program.c <<'END'
#include <stdio.h>
#include <tt_memstat.h>
#include <ttmemstat.h>
int main(void) { return puts(ttm_version()) < 0; }
END
succeeds 'a program builds with pkg-config' sh -c \
	'gcc-12 -Wall -Werror -o program program.c $(pkg-config --cflags --libs libttmemstat)'
expect 'and runs' "$TTM_VERSION" "$(./program)"

# What the boot is to find: a card (tests/vm/modules) and its descriptor.
sed 's/0000:23:00.0/0077:00:01.0/' descriptors/n300.yaml >/etc/tt-memstat/n300.yaml
install -m 644 fake_pci.ko /root/fake_pci.ko
cat >/etc/systemd/system/fake-cards.service <<'END'
[Unit]
Description=Cards for the test
After=systemd-modules-load.service
[Service]
Type=oneshot
ExecStart=insmod /root/fake_pci.ko
ExecStart=sh -c "echo 1 0x401e >/sys/module/fake_pci/parameters/plug"
[Install]
WantedBy=multi-user.target
END
systemctl --quiet enable fake-cards.service
finish
