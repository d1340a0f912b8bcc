# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# In a chroot: install all packages with apt, upgrade older ones, and build the module with DKMS for the
# installed kernel and for a later one, signed with the machine owner's key.
. ./lib.sh
. ./as_told.sh

# built KERNEL: what DKMS says of the module's only version
built() { dkms status -m tt_memstat -k "$1" | sed 's/.*: //'; }

# The key that the administrator has made and enrolled (docs/install.md).
mkdir -p /var/lib/dkms
openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=the machine owner/' \
	-keyout /var/lib/dkms/mok.key -outform DER -out /var/lib/dkms/mok.pub 2>/dev/null

# verified KERNEL: whether the module's signature, at its end, is of that key; modinfo only reads
# the name in it. The file ends with its length and a mark.
verified()
{
	module=$(modinfo -k "$1" -n tt_memstat)
	total=$(stat -c %s "$module")
	[ "$(tail -c 28 "$module")" = '~Module signature appended~' ] || return
	length=$((0x$(tail -c 32 "$module" | head -c 4 | od -An -tx1 | tr -d ' \n')))
	head -c $((total - 40 - length)) "$module" >signed
	tail -c +$((total - 40 - length + 1)) "$module" | head -c "$length" >signature
	openssl x509 -inform DER -in /var/lib/dkms/mok.pub -out mok.pem
	openssl cms -verify -binary -noverify -inform DER -in signature -content signed \
		-certfile mok.pem -out /dev/null
}

mkdir build
ln -s /root/older build/deb
succeeds 'apt installs an older version' as_told "$COMMAND" "$FIRST"
expect 'DKMS has built it' "$OLDER" "$(modinfo -k "$FIRST" -F version tt_memstat)"
ln -sfn /root/debs build/deb
succeeds 'apt upgrades all packages' as_told "$COMMAND" "$FIRST"
expect 'the older source is gone' '' "$(dkms status "tt_memstat/$OLDER"; ls -d "/usr/src/tt_memstat-$OLDER" 2>/dev/null)"
expect 'all are configured' '' "$(dpkg -l '*tt-memstat*' '*ttmemstat*' | grep -E '^[a-z]' | grep -v '^ii')"
expect 'built for the kernel that is there' installed "$(built "$FIRST")"
expect 'of this version' "$TT_MEMSTAT_VERSION" "$(modinfo -k "$FIRST" -F version tt_memstat)"
expect "signed with the owner's key" 'the machine owner' "$(modinfo -k "$FIRST" -F signer tt_memstat)"
succeeds 'which is true' verified "$FIRST"
expect 'without a warning' '' \
	"$(grep -i warning /var/lib/dkms/tt_memstat/*/"$FIRST"/*/log/make.log)"
for kernel in 5.9.0-1-amd64 8.0.0-1-amd64; do
	fails_with 77 BUILD_EXCLUSIVE "DKMS leaves $kernel alone" dkms build -m tt_memstat \
		-v "$TT_MEMSTAT_VERSION" -k "$kernel" --kernelsourcedir "/usr/src/linux-headers-$FIRST"
done
succeeds 'apt installs a second kernel' \
	apt-get install -y "linux-image-$SECOND" "linux-headers-$SECOND"
expect 'DKMS builds for it' installed "$(built "$SECOND")"
expect "signed, too" 'the machine owner' "$(modinfo -k "$SECOND" -F signer tt_memstat)"
succeeds 'all sessions can have the reporter' tt-memstat enable --system
# shellcheck disable=SC2016 # the loader's word, the shell's
expect 'a shell for logins has it' '/usr/lib/tt-memstat/$LIB/libttmemstat-report.so' "$(bash -lc 'echo $LD_PRELOAD')"
expect 'the import is enabled at boot' enabled "$(systemctl is-enabled tt-memstat-import.service)"
expect 'feeding node_exporter is not' disabled "$(systemctl is-enabled tt-memstat-textfile.timer)"
expect 'nor is the exporter' disabled "$(systemctl is-enabled tt-memstat-exporter.socket)"
expect 'tt-smi is ours' ours "$(tt-smi --version | grep -q "^tt-smi $TT_MEMSTAT_VERSION" && echo ours)"

# A user's program, built with the -dev package and the compiler that came for the module.
succeeds 'apt installs what compiles programs' apt-get install -y libc6-dev pkg-config
cat >program.c <<'END'
#include <stdio.h>
#include <tt_memstat.h>
#include <ttmemstat.h>
int main(void) { return puts(ttmemstat_version()) < 0; }
END
succeeds 'a program builds with pkg-config' sh -c \
	'gcc-12 -Wall -Werror -o program program.c $(pkg-config --cflags --libs libttmemstat)'
expect 'and runs' "$TT_MEMSTAT_VERSION" "$(./program)"

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
