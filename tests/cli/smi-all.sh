#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests of tt-smi, and their sum: unit tests, the command line, completions, the full screen.
# Installs what they need.
#
#   TT_SMI=build/bin/tt-smi SMI_UNIT=build/tests/smi-unit tests/cli/smi-all.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
smi=$(realpath "${TT_SMI:-$here/../../build/bin/tt-smi}")
unit=$(realpath "${SMI_UNIT:-$here/../../build/tests/smi-unit}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# run COMMAND...: passes its output on and adds its last line to the sum
run()
{
	local status sum
	"$@" >"$work/out" 2>&1
	status=$?
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$work/out" | tail -n 1)
	grep -vxF "${sum:-x}" "$work/out" | grep -vE '^\[( RUN |       OK|=====|  PASSED)'
	if [ -z "$sum" ]; then
		echo "FAIL $1: ended with status $status and no sum"
		failed=$((failed + 1))
		return
	fi
	passed=$((passed + ${sum%% *}))
	sum=${sum#* passed, }
	failed=$((failed + ${sum%% *}))
}

"$here/../../scripts/deps" --package fish procps python3 strace tmux util-linux valgrind zsh || exit 1
python3 "$here/smi_trees.py" "$work/trees" || exit 1
run env SMI_TREES="$work/trees" "$unit"
run env TT_SMI="$smi" "$here/smi.sh"
run env TT_SMI="$smi" "$here/smi-complete.sh"
run env TT_SMI="$smi" "$here/smi-watch.sh"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
