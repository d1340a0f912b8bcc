# SPDX-License-Identifier: GPL-2.0-only
"""A program reports faster than the module drains: the reporter makes at most one system call for half a
ring of events, whether one thread reports or four. strace counts."""
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import ttnn

from truth import Tap, chips, clients

ADDS = 4000
HALF_A_RING = 256 // 2		# TTMEMSTAT_RING_ENTRIES
DOORBELL = re.compile(r"ioctl\(\d+, 0xbd0c\b")
LOG = pathlib.Path("/tmp/calls")


def child(threads):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
    x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                       mesh, ttnn.L1_MEMORY_CONFIG)

    def adds():
        y = None
        for _ in range(ADDS):
            y = ttnn.add(x, x, memory_config=ttnn.L1_MEMORY_CONFIG)

    def events():
        return sum(client["generation"] for client in clients(chips()[0]))

    adds()
    before = events()
    os.access("/begin", os.F_OK)
    workers = [threading.Thread(target=adds) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    os.access("/end", os.F_OK)
    print(events() - before, flush=True)
    os._exit(0)


def run(threads, **variables):
    """Events, system calls and doorbells of a child's threads."""
    done = subprocess.run(["strace", "-f", "-X", "raw", "-o", LOG, sys.executable, __file__, str(threads)],
                          stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **variables})
    calls = re.search(r'"/begin".*?\n(.*)\n[^\n]*"/end"', LOG.read_text(), re.S).group(1).splitlines()
    calls = [call for call in calls if " resumed>" not in call]
    return int(done.stdout.splitlines()[-1]), len(calls), len(list(filter(DOORBELL.search, calls)))


if sys.argv[1:]:
    child(int(sys.argv[1]))
tap = Tap()
_, plain, _ = run(1, LD_PRELOAD="")
for threads in 1, 4:
    events, calls, doorbells = run(threads)
    print(f"# {threads} threads: {events} events, {doorbells} doorbells")
    tap.expect(f"{threads} threads report faster than the module drains", (5 * ADDS * threads, True),
               (events, doorbells > 0))
    tap.expect(f"{threads} threads ring at most once for half a ring", True,
               doorbells <= events / HALF_A_RING)
    if threads == 1:
        print(f"# {calls} system calls, {plain} without the reporter")
        tap.expect("nor has the reporter other system calls", True, calls - plain <= events / HALF_A_RING)
tap.finish()
