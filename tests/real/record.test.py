# SPDX-License-Identifier: GPL-2.0-only
"""A recording of an unmodified program by `tt-memstat record`: its allocations and launches, by
operation and by the scopes that the program opens; also of a program that was killed. With the module
or, given `alone`, without it."""
import json
import os
import signal
import subprocess
import sys

import ttnn

from truth import Tap

L1 = ttnn.L1_MEMORY_CONFIG


def child(end):
    """Prints the addresses of its buffers in L1 as ttnn has them."""
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768)
    a = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16,
                                       ttnn.TILE_LAYOUT, mesh, L1)
    kept = [ttnn.matmul(a, a, memory_config=L1), ttnn.add(a, a, memory_config=L1)]
    ttnn.softmax(kept[1], dim=-1)
    pages = ttnn._ttnn.reports.get_buffer_pages(mesh)
    print(json.dumps(sorted({page.address for page in pages
                             if page.buffer_type == ttnn.BufferType.L1})), flush=True)
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(0)


if sys.argv[1:2] == ["child"]:
    child(sys.argv[2])

tap = Tap()
alone = sys.argv[1:] == ["alone"]


def record(name, end, *options):
    """The events of a child's recording, and its live addresses in L1."""
    process = subprocess.run(["tt-memstat", "record", "-o", f"/tmp/{name}.rec", *options, "--",
                              sys.executable, __file__, "child", end],
                             capture_output=True, text=True)
    lines = process.stdout.splitlines()
    dumped = subprocess.run(["tt-memstat", "record", "--dump", "--json", f"/tmp/{name}.rec"],
                            capture_output=True, text=True)
    if not lines or dumped.returncode:
        print("#", process.stdout, process.stderr, dumped.stderr, flush=True)
    return [json.loads(line) for line in dumped.stdout.splitlines()], json.loads(lines[-1]), process


def live(events):
    """By id: what no event ended."""
    found = {}
    for event in events:
        if event["event"] == "record":
            if "replace" in event["flags"]:
                found = {key: e for key, e in found.items() if e["program"] != event["program"]}
            found[event["id"]] = event
        elif event["event"] == "free":
            del found[event["id"]]
        elif event["event"] == "program-free":
            found = {key: e for key, e in found.items() if e["program"] != event["program"]}
    return found.values()


def judge(what, events, addresses):
    attach = [event for event in events if event["event"] == "attach"]
    tap.expect(f"{what}: the chip has the geometry of the runtime's descriptor",
               [("blackhole", 12, 10)],
               [(event["arch"], event["grid_x"], event["grid_y"]) for event in attach])
    held = [event for event in live(events) if event["pool"] == "l1"]
    tap.expect(f"{what}: live buffers have ttnn's addresses", addresses,
               sorted(event["address"] for event in held))
    tap.expect(f"{what}: live buffers have the names of their operations", {"python", "Matmul", "BinaryNg"},
               {event.get("name") for event in held})
    made = {event.get("name") for event in events
            if event["event"] == "record" and event["pool"] == "l1"}
    tap.expect(f"{what}: freed buffers have names", True, "Softmax" in made)
    programs = {event.get("name") for event in events
                if event["event"] == "record" and event["pool"] == "cb"}
    tap.expect(f"{what}: programs have names", {"Matmul", "BinaryNg", "Softmax"}, programs)
    launched = [event["program"] for event in events if event["event"] == "dispatch"]
    tap.expect(f"{what}: programs were launched", 3, len(set(launched)))
    tap.expect(f"{what}: events are in chronological order", True,
               all(a["time"] <= b["time"] for a, b in zip(events, events[1:])
                   if a["thread"] == b["thread"]))


events, addresses, process = record("whole", "exit")
judge("a recording", events, addresses)
tap.expect("a message says that events are only recorded", alone,
           "nothing is reported, only recorded" in process.stderr)
mode = os.stat("/tmp/whole.rec").st_mode & 0o777
tap.expect("the file has mode 0600", 0o600, mode)

events, addresses, process = record("killed", "kill")
tap.expect("the recording of a killed program", -signal.SIGKILL, process.returncode)
judge("its recording", events, addresses)

again = subprocess.run(["tt-memstat", "record", "-o", "/tmp/whole.rec", "--", "echo", "runs"],
                       capture_output=True, text=True)
tap.expect("an existing file is kept, and the command is not run", (1, ""),
           (again.returncode, again.stdout))
tap.finish()
