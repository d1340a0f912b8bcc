#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run all tests of tt-smi and sum their results: unit tests, the command line, Tenstorrent's tool of
# that name, the full screen. Installs the packages that they need.
#
#   TT_SMI=build/bin/tt-smi SMI_UNITS=build/tests tests/cli/smi-all.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
units=$(realpath "${SMI_UNITS:-$here/../../build/tests}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$here/../../scripts/deps" --package procps python3 strace tmux util-linux valgrind || exit 1
python3 "$here/smi_trees.py" "$work/trees" || exit 1
export TT_SMI=$smi SMI_TREES=$work/trees
"$here/../sum" smi/unit "$units/smi-unit" smi/watch-unit "$units/smi-watch-unit" \
	smi/screen "$here/smi.sh" smi/peers "$here/smi-peers.sh" \
	smi/watch "$here/smi-watch.sh"
