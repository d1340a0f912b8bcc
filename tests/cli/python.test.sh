#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The Python package with the real library, over recorded trees and without the module; its types, if
# mypy is available.
#
#   tests/all cli, or one: tests/cli/python.test.sh FILE:CLASS.TEST (in its environment)
export LD_LIBRARY_PATH="$TT_MEMSTAT_BUILD/lib"
export PYTHONPATH="$TT_MEMSTAT_ROOT/userspace/python" PYTHONDONTWRITEBYTECODE=1
tests=$TT_MEMSTAT_ROOT/tests/python
cd "$TT_MEMSTAT_ROOT" || exit 1
TT_MEMSTAT_RERUN="LD_LIBRARY_PATH=build/lib PYTHONPATH=userspace/python TT_MEMSTAT_ROOT=. python3 tests/python/run.py tests/python/"
export TT_MEMSTAT_RERUN
exec python3 "$tests/run.py" "$tests"/test_*.py
