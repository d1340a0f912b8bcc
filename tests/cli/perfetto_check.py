#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Traces of `tt-memstat explain --perfetto`: perfetto_check.py TT_MEMSTAT FILE...

Against the documented "Trace Event Format": the fields that each phase must and may have and their
types, metadata that is defined, slices that nest, async slices that begin once and end once, and no
track that goes back in time; and against --json: the counters.
"""

import json
import subprocess
import sys
import tempfile

from checks import end, expect

TOP = {"traceEvents", "displayTimeUnit", "systemTraceEvents", "otherData", "stackFrames", "samples"}
TYPES = {"name": str, "ph": str, "cat": str, "id": str, "pid": int, "tid": int, "ts": (int, float),
         "dur": (int, float), "args": dict}
# By phase: what it must have beside name, ph and pid, and what it may have.
FIELDS = {"X": ({"ts", "dur", "tid"}, {"cat", "args"}), "C": ({"ts", "args"}, {"id", "cat"}),
          "b": ({"ts", "id", "cat", "tid"}, {"args"}), "e": ({"ts", "id", "cat", "tid"}, {"args"}),
          "M": ({"args"}, {"tid", "ts", "cat"})}
METADATA = {"process_name": ("name", str), "process_labels": ("labels", str), "process_sort_index": ("sort_index", int),
            "thread_name": ("name", str), "thread_sort_index": ("sort_index", int)}


def is_formed(event):
    must, may = FIELDS[event["ph"]]
    must = must | {"name", "ph", "pid"}
    return must <= set(event) <= must | may and all(
        isinstance(value, TYPES[key]) and not isinstance(value, bool) for key, value in event.items())


def is_metadata(event):
    key, kind = METADATA.get(event["name"], (None, None))
    return set(event["args"]) == {key} and isinstance(event["args"][key], kind) and (
        "tid" in event or not event["name"].startswith("thread"))


def check_tracks(file, events):
    """Counters by name, async slices by category and id: in the order of the file."""
    last, series = {}, {}
    for e in events:
        if e["ph"] == "C":
            track = ("C", e["pid"], e["name"], e.get("id"))
            expect(f"{file}: {e['name']} has the same series", series.setdefault(track, set(e["args"])), set(e["args"]))
        elif e["ph"] in "be":
            track = (e["pid"], e["cat"], e["id"])
        else:
            continue
        if e["ts"] < last.get(track, 0):
            expect(f"{file}: track {track} does not go back", last[track], e["ts"])
        last[track] = e["ts"]


def check(tool, file):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([tool, "explain", "--perfetto", out.name, file], stderr=subprocess.DEVNULL, check=False)
        trace = json.load(open(out.name))
    told = json.loads(subprocess.run([tool, "explain", "--json", file], capture_output=True, check=False).stdout)
    events = trace["traceEvents"]
    expect(f"{file}: the object's keys", set(), set(trace) - TOP)
    expect(f"{file}: unit", True, trace.get("displayTimeUnit", "ms") in ("ms", "ns"))
    expect(f"{file}: phases", set(), {e["ph"] for e in events} - set(FIELDS))
    expect(f"{file}: fields", [], [e for e in events if not is_formed(e)])
    expect(f"{file}: metadata", [], [e for e in events if e["ph"] == "M" and not is_metadata(e)])
    expect(f"{file}: no time is negative", [], [e for e in events if e.get("ts", 0) < 0 or e.get("dur", 0) < 0])
    expect(f"{file}: counters are numbers", [], [e for e in events if e["ph"] == "C" and not all(
        isinstance(v, int) and v >= 0 for v in e["args"].values())])
    check_tracks(file, events)
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
