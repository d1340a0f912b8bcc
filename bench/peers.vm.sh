# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The part of bench/peers.sh that runs in the virtual machine.
set -e
for _ in 1 2 3 4; do
	tt-memstat create-virtual --arch wormhole --harvest 0 --open >/dev/null
done
# shellcheck disable=SC2086 # none, one or two numbers
./ttmem-peers $PEERS_ARGUMENTS
