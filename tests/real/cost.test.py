# SPDX-License-Identifier: GPL-2.0-only
"""What the reporter costs a program in user space: the instructions of a cached ttnn.add, counted one by
one (steps.c), with it and without, and its system calls."""
import json
import os
import signal
import statistics
import subprocess
import sys

import ttnn

from truth import Tap

ROUNDS = 5
ADDS = 2000
RING = 256
L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG


def counter(what):
    process = subprocess.Popen(["./steps", str(os.getpid()), what], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def count(process, work):
    os.kill(os.getpid(), signal.SIGUSR1)
    work()
    os.kill(os.getpid(), signal.SIGUSR2)
    return int(process.stdout.readline())


def child(live):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)
    x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                       mesh, L1)
    kept = [ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32, 32]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                           mesh, DRAM) for _ in range(live)]

    def add():
        nonlocal y
        y = ttnn.add(x, x, memory_config=L1)

    def adds():
        for _ in range(ADDS):
            add()

    y = None
    for _ in range(200):
        add()
    calls = counter("calls")
    seen = {"calls": count(calls, adds)}
    calls.kill()
    calls.wait()
    steps = counter("instructions")
    seen["instructions"] = [count(steps, add) for _ in range(ROUNDS)]
    seen["live"] = len(kept)
    print(json.dumps(seen), flush=True)
    os._exit(0)


def run(live=0, **more):
    environment = {**os.environ, **more}
    done = subprocess.run([sys.executable, __file__, "child", str(live)], stdout=subprocess.PIPE,
                          text=True, env=environment)
    seen = json.loads(done.stdout.splitlines()[-1])
    seen["median"] = statistics.median(seen["instructions"])
    print("#", live, more, seen, flush=True)
    return seen


if sys.argv[1:2] == ["child"]:
    child(int(sys.argv[2]))

tap = Tap()
without, reported = run(LD_PRELOAD=""), run()
names = run(TT_MEMSTAT_NAMES="1")
many = run(20000)
print(f"# of a cached add: {reported['median'] / without['median']:.4f}, with names "
      f"{names['median'] / without['median']:.4f}, beside 20,000 buffers "
      f"{many['median'] / run(20000, LD_PRELOAD='')['median']:.4f}")
tap.expect("a cached add takes at most 2 % more instructions", True,
           reported["median"] <= 1.02 * without["median"])
# An add is a buffer and a launch, a buffer's end, and a look at the allocator at both ends.
events = 5 * ADDS
tap.expect("and a system call for each half of a ring, at most", True,
           reported["calls"] - without["calls"] <= events // (RING // 2) + 1)
tap.finish()
