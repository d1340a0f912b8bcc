# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# In the machine of tests/real/run: set up files, and the mock's chips or a card, for SCRIPT, and
# execute it. Sourced by the script that write_guest() in tests/real/run writes.

host=/host

# see PATH [ro]: the host's PATH, where the empty /tmp or /run would hide it.
see()
{
	mkdir -p "$host$1" && mount -t hostfs -o "${2:+$2,}$1" none "$host$1"
}

mkdir $host
mount -t hostfs -o ro,/ none $host
for place in tmp run; do
	mount -t tmpfs -o mode=1777 none $host/$place
done
for place in proc sys dev; do
	mount --rbind /$place $host/$place
done
mkdir -p $host/tmp/home $host/run/test
mount --bind /test $host/run/test
see "$environment" ro
see "$base" ro
see "$build" ro
see "$kernels"
for place in lib lib64 usr; do
	[ -d "$host/$place" ] || exit 1
done

export HOME=/tmp/home PYTHONDONTWRITEBYTECODE=1
export TT_METAL_MOCK_CLUSTER_DESC_PATH="/run/test/$descriptor" TT_METAL_LOGGER_LEVEL="${TT_METAL_LOGGER_LEVEL:-error}"
export TT_METAL_CACHE="$kernels/" PATH="$build/bin:$environment/bin:/usr/local/bin:/usr/bin:/bin"
within() { chroot $host sh -c 'cd /run/test && LD_PRELOAD=$0 exec "$@"' "$queues" "$@"; }

if [ "$plain" = 1 ]; then
	within "$environment/bin/python" "$script" "$@"
	exit
fi
if [ "$card" ]; then
	insmod /lib/modules/fake_pci.ko
	echo "0 $card" >/sys/module/fake_pci/parameters/plug
	descriptors=
fi
for file in $descriptors; do
	within tt-memstat import --virtual "$file" >/tmp/import 2>&1 || {
		cat /tmp/import
		exit 119
	}
done
within tt-memstat run -- "$environment/bin/python" "$script" "$@"
