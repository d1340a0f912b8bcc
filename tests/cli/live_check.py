#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Which buffers tt-memstat says are live, at every operation: live_check.py TT_MEMSTAT FILE...

Compares recording_model.py with three outputs for each recording: the table `buffers` of a report
after each operation, explain --json at its last event, and the slices of a trace in their order.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter

from checks import end, expect
from recording_model import DROP, FREE, VIEW, read

TYPES = {"dram": 0, "l1": 1, "l1_small": 3, "trace": 4}


class Operation:
    def __init__(self, name):
        self.name = name

    def look(self, chip):
        """The state after an event; the last one counts."""
        self.node = chip.node
        self.buffers = Counter((p.addr, p.size, TYPES[p.pool]) for p in chip.buffers(*TYPES))
        self.holders = {"l1": chip.holders("l1", "l1_small", "cb"), "dram": chip.holders("dram", "trace")}


def slice_of(part):
    return part.pool, part.id, part.addr, part.size


def play(file):
    """The operations of the only chip, and what begins and ends with each event."""
    operations, slices, refused = [], [], 0
    for chips, chip, entry, _ in read(file):
        if not entry:
            continue
        chip.take(entry)
        name = entry.scope or entry.name or ("ttnn::deallocate" if entry.kind in (FREE, DROP) else "allocate")
        if not operations or operations[-1].name != name:
            operations.append(Operation(name))
        operations[-1].look(chip)
        changed = [(slice_of(p), begins) for p, begins in chip.changed if not p.flags & VIEW]
        slices += [("e", Counter(s for s, begins in changed if not begins)),
                   ("b", Counter(s for s, begins in changed if begins))]
    slices.append(("e", Counter(slice_of(p) for p in chips[0].parts() if not p.flags & VIEW)))
    return operations, slices, chips[0].refused


def check_report(tool, file, operations):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tool, "export", "--visualizer", folder + "/report", file], check=True, stderr=subprocess.DEVNULL)
        db = sqlite3.connect(folder + "/report/db.sqlite")
        expect(f"{file}: operations", [(i + 1, o.name) for i, o in enumerate(operations)],
               db.execute("SELECT operation_id, name FROM operations ORDER BY 1").fetchall())
        for i, operation in enumerate(operations):
            expect(f"{file}: buffers after operation {i + 1}", sorted(operation.buffers.elements()), sorted(db.execute(
                "SELECT address, max_size_per_bank, buffer_type FROM buffers WHERE operation_id = ?", (i + 1,)).fetchall()))
        db.close()


def check_explain(tool, file, operations):
    for operation in operations:
        found = subprocess.run([tool, "explain", "--json", "--top", "0", "--at", str(operation.node), file],
                               capture_output=True, check=False)
        told = json.loads(found.stdout)
        for space, expected in operation.holders.items():
            expect(f"{file}: holders of {space} after event {operation.node}", expected, sorted(
                (h["pool"], h["program"] if h["pool"] == "cb" else h["id"], h["bytes"], h["records"], h.get("operation"),
                 h.get("caller")) for h in told[space]["holders"]))


def check_trace(tool, file, slices):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([tool, "explain", "--perfetto", out.name, file], stderr=subprocess.DEVNULL, check=False)
        events = [e for e in json.load(open(out.name))["traceEvents"] if e["ph"] in "be"]
    known, at = {}, 0
    for phase, expected in slices:
        seen = Counter()
        for e in events[at:at + sum(expected.values())]:
            if e["ph"] == "b":
                known[e["id"]] = (e["cat"], e["args"].get("record"), e["args"]["address"], e["args"]["bytes"])
            if e["ph"] == phase:
                seen[known[e["id"]]] += 1
        at += sum(expected.values())
        expect(f"{file}: slices {phase}", expected, seen)
    expect(f"{file}: number of slices", len(events), at)


for name in sys.argv[2:]:
    ops, begun, bad = play(name)
    expect(f"{name}: has refused events", True, bad > 0)
    check_report(sys.argv[1], name, ops)
    check_explain(sys.argv[1], name, ops)
    check_trace(sys.argv[1], name, begun)
end()
