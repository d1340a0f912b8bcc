#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What `tt-memstat records --json` says of each core, on standard input, against the file l1_per_core.

Prints what differs. Circular buffers must be resident on all cores of their sets.
"""

import json
import sys


def covered(ranges):
    end = total = 0
    for start, stop in sorted(ranges):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total


with open(sys.argv[1], encoding="ascii") as file:
    used = [[int(word) for word in line.split()] for line in file]
cores = {}
for record in json.load(sys.stdin):
    dram = record["pool"] in ("dram", "trace")
    if (record["cores"] is None) != dram or (record["dram_banks"] is None) == dram:
        print("record", record["id"], "is of another space:", record["cores"], record["dram_banks"])
    on = record["dram_banks"] if dram else [(x, y) for x0, y0, x1, y1 in record["cores"]
                                            for y in range(y0, y1 + 1) for x in range(x0, x1 + 1)]
    if len(on) != record["banks"] or len(on) != len(set(on)):
        print("record", record["id"], "has", record["banks"], "banks:", on)
    for core in on if record["pool"] in ("l1", "l1_small", "cb") and "view" not in record["flags"] else ():
        cores.setdefault(core, []).append((record["address"], record["address"] + record["size"]))
for y, row in enumerate(used):
    for x, bytes_used in enumerate(row):
        if covered(cores.get((x, y), [])) != bytes_used:
            print(f"core {x},{y}: {bytes_used} in use, {covered(cores.get((x, y), []))} listed")
