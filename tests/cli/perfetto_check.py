#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Traces of `tt-memstat explain --perfetto`: perfetto_check.py TT_MEMSTAT FILE...

Against the documented "Trace Event Format": the fields that each phase must have, slices that nest,
async slices that begin once and end once; and against --json: the counters.
"""

import json
import subprocess
import sys
import tempfile

from checks import end, expect

REQUIRED = {"X": {"ts", "dur", "tid"}, "C": {"ts", "args"}, "b": {"ts", "id", "cat"}, "e": {"ts", "id", "cat"},
            "M": {"args"}}


def check(tool, file):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([tool, "explain", "--perfetto", out.name, file], stderr=subprocess.DEVNULL, check=False)
        trace = json.load(open(out.name))
    told = json.loads(subprocess.run([tool, "explain", "--json", file], capture_output=True, check=False).stdout)
    events = trace["traceEvents"]
    expect(f"{file}: phases", set(), {e["ph"] for e in events} - set(REQUIRED))
    expect(f"{file}: fields", [], [e for e in events if not (REQUIRED[e["ph"]] | {"name", "pid"}) <= set(e)])
    expect(f"{file}: no time is negative", [], [e for e in events if e.get("ts", 0) < 0 or e.get("dur", 0) < 0])
    expect(f"{file}: counters are numbers", [], [e for e in events if e["ph"] == "C" and not all(
        isinstance(v, int) and v >= 0 for v in e["args"].values())])
    for key in ("L1 used", "DRAM bytes"):
        times = [e["ts"] for e in events if e["ph"] == "C" and e["name"] == key]
        expect(f"{file}: {key} in order", sorted(times), times)
    expect(f"{file}: peak of L1", told["l1"]["used"],
           max([e["args"]["bytes"] for e in events if e["ph"] == "C" and e["name"] == "L1 used"], default=0))
    expect(f"{file}: peak of DRAM", told["dram"]["used"],
           max([sum(e["args"].values()) for e in events if e["ph"] == "C" and e["name"] == "DRAM bytes"], default=0))
    slices = sorted([(e["ts"], -e["dur"]) for e in events if e["ph"] == "X"])
    stack = []
    for start, negative in slices:
        while stack and stack[-1] <= start:
            stack.pop()
        if stack and start - negative > stack[-1] + 1e-6:
            expect(f"{file}: slices nest", stack[-1], start - negative)
        stack.append(start - negative)
    open_slices = {}
    for e in events:
        if e["ph"] not in "be":
            continue
        key = (e["cat"], e["id"])
        if e["ph"] == "b":
            expect(f"{file}: {key} begins once", False, key in open_slices)
            open_slices[key] = e["name"]
        else:
            expect(f"{file}: {key} ends as it began", e["name"], open_slices.pop(key, None))
    expect(f"{file}: all have an end", {}, open_slices)


for name in sys.argv[2:]:
    check(sys.argv[1], name)
end()
