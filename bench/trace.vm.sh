# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The part of bench/trace.sh that runs in the virtual machine.
set -e

# stream NAME MODULE [LISTENS]
stream()
{
	insmod "./$2.ko"
	tt-memstat create-virtual --arch wormhole --harvest 0 --open >/dev/null
	[ -z "${3:-}" ] || echo 1 >/sys/kernel/tracing/events/tt_memstat/enable
	./ttmem-peers 3 "$MILLISECONDS" ioctl1.event_ns ioctl256.event_ns null_ioctl_ns \
		ring.sustained_ns >log
	sed -n "s/^bench: \(.*\)_ns \([0-9]*\) ns$/bench: trace.$1.\1 \2 instructions/p" log
	rmmod tt_memstat
}
stream without without
stream off with
stream on with listens
stream without_again without
