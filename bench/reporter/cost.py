# SPDX-License-Identifier: GPL-2.0-only
"""Count the user-space instructions of one cached ttnn.add, and the system calls of many, with the
reporter and without it (steps.c). Prints lines `bench: reporter.NAME VALUE UNIT`."""
import json
import os
import signal
import statistics
import subprocess
import sys

import ttnn

ROUNDS = int(sys.argv[1])
ADDS = 512
L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG


def counter(unit):
    process = subprocess.Popen(["./steps", str(os.getpid()), unit], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def count(process, work):
    os.kill(os.getpid(), signal.SIGUSR1)
    work()
    os.kill(os.getpid(), signal.SIGUSR2)
    return int(process.stdout.readline())


def child(live):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
    x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                       mesh, L1)
    kept = [ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32, 32]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                           mesh, DRAM) for _ in range(live)]
    y = None

    def add():
        nonlocal y
        y = ttnn.add(x, x, memory_config=L1)

    def adds():
        for _ in range(ADDS):
            add()

    adds()
    calls = counter("calls")
    seen = {"calls": count(calls, adds)}
    calls.kill()
    calls.wait()
    steps = counter("instructions")
    seen["instructions"] = [count(steps, add) for _ in range(ROUNDS)]
    seen["live"] = len(kept)
    print(json.dumps(seen), flush=True)
    os._exit(0)


def run(name, live=0, **variables):
    done = subprocess.run([sys.executable, __file__, str(ROUNDS), str(live)], stdout=subprocess.PIPE,
                          text=True, env={**os.environ, **variables})
    seen = json.loads(done.stdout.splitlines()[-1])
    print(f"# {name}: {seen}")
    print(f"bench: reporter.{name} {statistics.median(seen['instructions']):.0f} instructions")
    print(f"bench: reporter.{name}.{ADDS}adds {seen['calls']} calls", flush=True)


if sys.argv[2:]:
    child(int(sys.argv[2]))
run("without", LD_PRELOAD="")
run("module")
run("names", TT_MEMSTAT_NAMES="1")
run("recording", TT_MEMSTAT_RECORD="/tmp/recording.%p")
run("without.live", 5000, LD_PRELOAD="")
run("module.live", 5000)
