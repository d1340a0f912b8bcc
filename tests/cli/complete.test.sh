#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The completions, in all three shells: see complete.sh.
"$TT_MEMSTAT_ROOT/scripts/deps" --package fish python3 util-linux zsh || exit 1
exec bash "$TT_MEMSTAT_ROOT/tests/cli/complete.sh"
