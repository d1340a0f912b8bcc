#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat export: reports of ttnn-visualizer, written and read again.
. "$(dirname "$0")/../vm/lib.sh"
cd "$TT_MEMSTAT_ROOT" || exit 1
dir=$(mktemp -d) || exit 1
at_end 'rm -rf "$dir"'

cat >"$dir/report.py" <<'END'
from ttmemstat import Context, Rect
with Context() as context:
    att = context.attach(0, ["dram", "l1", "cb"])
    att.record(1, "dram", address=0, size=1 << 20)
    att.record(2, "l1", address=1 << 20, size=64 << 10)
    att.record(3, "cb", address=128 << 10, size=16 << 10, set=att.cores([Rect(0, 0, 1, 1)]), program=7)
    att.dispatch(7)
    att.program_free(7)
    att.record(4, "l1", address=1 << 19, size=4 << 10, set=att.cores([Rect(0, 0, 1, 1)]))
    att.record(5, "l1", address=1 << 19, size=2 << 10, set=att.cores([Rect(2, 0, 11, 9)]))
    att.free(2)
    att.free(4)
END
LD_LIBRARY_PATH="$TT_MEMSTAT_BUILD/lib" PYTHONPATH="$TT_MEMSTAT_ROOT/userspace/python" \
	PYTHONDONTWRITEBYTECODE=1 TT_MEMSTAT_RECORD="$dir/run.rec" python3 "$dir/report.py"

# Cached programs run again and again.
TT_MEMSTAT_RECORD="$dir/cached.rec" "$TT_MEMSTAT_BUILD/tests/ttmem-workload" -n 3000 -s 4

set -- demo/two-programs.json tests/vm/data/*.json "$dir/run.rec" "$dir/cached.rec"
for file in ../shared/data/ttnn-graphs/*.json ../shared/cases/buffers-at-zero.json; do
	[ ! -e "$file" ] || set -- "$@" "$file"
done
python3 tests/cli/export_check.py tt-memstat "$@" >"$dir/log"
checked=$?
expect 'a report has the figures of its capture or recording' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

succeeds 'a report is written' tt-memstat export --visualizer "$dir/out" demo/two-programs.json
cp "$dir/out/db.sqlite" "$dir/before"
fails_with 1 'out: it contains a report already' 'an existing report is not overwritten' \
	tt-memstat export --visualizer "$dir/out" tests/vm/data/add.json
succeeds 'the existing report is unchanged' cmp "$dir/before" "$dir/out/db.sqlite"
fails_with 1 'ENOENT' 'a directory that cannot be created' \
	tt-memstat export --visualizer "$dir/none/out" demo/two-programs.json
fails_with 2 '--visualizer and one file or --chip are needed' '--visualizer is required' tt-memstat export demo/two-programs.json
succeeds 'the database of a report is read' tt-memstat explain "$dir/out/db.sqlite"
mkdir "$dir/cut" "$dir/other"
head -c 5000 "$dir/out/db.sqlite" >"$dir/cut/db.sqlite"
fails_with 1 'cut: E[A-Z]+|cut: .*' 'a truncated database' tt-memstat explain "$dir/cut"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript("CREATE TABLE a (b)")' "$dir/other/db.sqlite"
fails_with 1 'other: EBADMSG' 'another database' tt-memstat explain "$dir/other"
finish
