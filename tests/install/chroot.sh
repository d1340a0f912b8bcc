# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian trees that tests change and run commands in. Source after scripts/common.sh.

# no_daemons TREE: installing a package starts none there.
no_daemons()
{
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$1/usr/sbin/policy-rc.d" >/dev/null
	as_root chmod 755 "$1/usr/sbin/policy-rc.d"
}

# run_in TREE NAME=VALUE... COMMAND [WORD...]: with this environment. The mounts go with their
# namespace.
run_in()
{
	# shellcheck disable=SC2016 # the inner shell's
	as_root unshare --mount sh -c '
		tree=$1 && shift && mount -t proc proc "$tree/proc" && mount --rbind /dev "$tree/dev" &&
			exec chroot "$tree" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		sh "$@" </dev/null
}
