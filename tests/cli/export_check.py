#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reports of `tt-memstat export --visualizer`: export_check.py TT_MEMSTAT FILE...

A report that is read again results in the same figures; its tables have every record, and refer to
each other as the visualizer expects.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from checks import end, expect


def explain(tool, file, *options):
    done = subprocess.run([tool, "explain", "--json", "--top", "0", *options, file], capture_output=True, check=False)
    return json.loads(done.stdout)


def figures(told, known=None):
    """Those that must be the same: not counts of events, nor coverage, which a report does not have. Pools
    that a recording does not cover are unknown, and read as 0 from the report."""
    return {key: value for key, value in told["chip_figures"].items()
            if key not in ("generation", "records", "programs") and not key.endswith(("_age_ms", "_partial")) and
            (known is None or key in known)}


def holders(told, named):
    return sorted((h["pool"], h["bytes"], h.get("operation", "") if named else "") for space in ("l1", "dram")
                  for h in told[space]["holders"])


def check_tables(file, db, told):
    rows = lambda sql: db.execute(sql).fetchall()
    operations = {row[0] for row in rows("SELECT operation_id FROM operations")}
    for table in ("buffers", "captured_graph", "stack_traces", "output_tensors", "buffer_chunks"):
        expect(f"{file}: {table} is of operations that there are", set(),
               {row[0] for row in rows(f"SELECT operation_id FROM {table}")} - operations)
    expect(f"{file}: every operation has a graph", len(operations), len(rows("SELECT * FROM captured_graph")))
    expect(f"{file}: output tensors are there", [], rows(
        "SELECT tensor_id FROM output_tensors WHERE tensor_id NOT IN (SELECT tensor_id FROM tensors)"))
    (columns, base, size), = rows("SELECT num_x_compute_cores, address_at_first_l1_cb_buffer, worker_l1_size FROM devices")
    expect(f"{file}: the device", (told["chip"]["worker_x"], told["chip"]["l1_base"], told["chip"]["l1_end"]),
           (columns, base, size))
    # The chunks of an L1 buffer are on each worker core, or on the cores that its node names.
    workers = told["chip"]["worker_x"] * told["chip"]["worker_y"]
    partly = [node["params"] for graph, in rows("SELECT captured_graph FROM captured_graph")
              for node in json.loads(graph) if node["node_type"] == "buffer_allocate" and "tt_memstat_cores" in node["params"]]
    expect(f"{file}: buffers on a part of the cores", 2 if file.endswith("run.rec") else 0, len(partly))
    for address in {row[0] for row in rows("SELECT address FROM buffers WHERE buffer_type IN (1, 3)")} - {
            params["address"] for params in partly}:
        count = len(rows(f"SELECT * FROM buffers WHERE buffer_type IN (1, 3) AND address = {address}"))
        expect(f"{file}: chunks of the buffer at {address}", workers * count,
               len(rows(f"SELECT * FROM buffer_chunks WHERE address = {address}")))
    for address in {params["address"] for params in partly}:
        expect(f"{file}: chunks of the buffers at {address}, by operation", [4 + 100, 100], [row[0] for row in rows(
            f"SELECT COUNT(*) FROM buffer_chunks WHERE address = {address} GROUP BY operation_id ORDER BY 1 DESC")][:2])
    for graph, in rows("SELECT captured_graph FROM captured_graph"):
        nodes = json.loads(graph)
        expect(f"{file}: nodes are numbered", list(range(len(nodes))), [n["counter"] for n in nodes])
        expect(f"{file}: connections lead to nodes", [], [c for n in nodes for c in n["connections"] if c >= len(nodes)])


def check(tool, file, *options):
    with tempfile.TemporaryDirectory() as folder:
        report = folder + "/report"
        done = subprocess.run([tool, "export", "--visualizer", report, *options, file], capture_output=True, text=True,
                              check=False)
        expect(f"{file}: exported", (0, ""), (done.returncode, "".join(
            line for line in done.stderr.splitlines() if "assumed" not in line)))
        for at in ("peak", "end"):
            before = explain(tool, file, "--at", at, *options)
            after = explain(tool, report, "--at", at, *options)
            known = None if not file.endswith(".rec") else figures(before)
            expect(f"{file} {at}: figures", figures(before), figures(after, known))
            named = not file.endswith(".rec")  # in a report every operation has a name
            expect(f"{file} {at}: holders", holders(before, named), holders(after, named))
            expect(f"{file} {at}: used", [before[s]["used"] for s in ("l1", "dram")], [after[s]["used"] for s in ("l1", "dram")])
            expect(f"{file} {at}: fullest core", [(p["address"], p["bytes"]) for p in before["core"]["map"]],
                   [(p["address"], p["bytes"]) for p in after["core"]["map"]])
        db = sqlite3.connect(report + "/db.sqlite")
        check_tables(file, db, explain(tool, file, *options))
        # Buffers that the importer leaves out of a graph are still in `buffers`, which has no cores.
        if not options and not file.endswith(".rec"):
            db.execute("UPDATE captured_graph SET captured_graph = '[]' WHERE captured_graph NOT LIKE '%circular%'")
            db.commit()
            after = explain(tool, report, "--at", "end")
            expect(f"{file}: without graphs", [explain(tool, file, "--at", "end")[s]["used"] for s in ("l1", "dram")],
                   [after[s]["used"] for s in ("l1", "dram")])
        db.close()


for name in sys.argv[2:]:
    check(sys.argv[1], name)
    if not name.endswith(".rec") and "too-large" not in name:
        check(sys.argv[1], name, "--program-cache")
end()
