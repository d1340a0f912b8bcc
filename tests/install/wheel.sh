# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Runs in the tree of tests/install/wheel.
. ./lib.sh

expect 'there is no library of the system' '' "$(ldconfig -p | grep libttmemstat)"
python3 -m venv /test/venv
succeeds 'the wheel installs without network' /test/venv/bin/pip -q install --no-index /test/*.whl
# python CODE: with the chip that the library makes up
python() { TT_MEMSTAT_FAKE=blackhole /test/venv/bin/python -c "$1" 2>&1; }
expect 'package, library and wheel have the version of the project' \
	"$TT_MEMSTAT_VERSION $TT_MEMSTAT_VERSION $TT_MEMSTAT_VERSION" "$(python '
import importlib.metadata, ttmemstat
print(ttmemstat.__version__, ttmemstat.version(), importlib.metadata.version("ttmemstat"))')"
expect 'the metadata has the readme, a licence and no URL' 'True LGPL-2.1-or-later OR MIT None None text/markdown' "$(python '
import importlib.metadata
data = importlib.metadata.metadata("ttmemstat")
body = data.get("Description") or data.get_payload()
print("TT_MEMSTAT_FAKE" in body, data["License"], data["Home-page"], data["Project-URL"],
      data["Description-Content-Type"])')"
expect 'the example of a test passes' passed \
	"$(TT_MEMSTAT_FAKE=blackhole /test/venv/bin/python /test/testing.py 2>&1)"
expect 'without a chip there is an OSError' 'OSError' "$(/test/venv/bin/python -c '
import ttmemstat
try:
    print(ttmemstat.mem_get_info())
except OSError:
    print("OSError")' 2>&1)"
expect 'it uninstalls without a rest' '' "$(/test/venv/bin/pip -q uninstall -y ttmemstat 2>&1
	find /test/venv -name '*ttmemstat*')"
finish
