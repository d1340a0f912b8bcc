# SPDX-License-Identifier: GPL-2.0-only
"""Buffers of all kinds, as the allocator places them: on every thread, over closing and reopening,
after exceptions and in children."""
import os
import subprocess
import sys
import threading

import ttnn

from truth import RECORDED, Truth, chips, stat


def open_mesh():
    return ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384,
                                 trace_region_size=1 << 20)


def tensor(shape, config, layout=ttnn.TILE_LAYOUT):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, layout, mesh, config)


def sharded(shape, strategy, kind=ttnn.BufferType.L1, cores=(4, 2)):
    grid = ttnn.CoreRangeSet({ttnn.CoreRange((0, 0), (cores[0] - 1, cores[1] - 1))})
    count = cores[0] * cores[1]
    if strategy == ttnn.TensorMemoryLayout.HEIGHT_SHARDED:
        shard = (shape[2] // count, shape[3])
    elif strategy == ttnn.TensorMemoryLayout.WIDTH_SHARDED:
        shard = (shape[2], shape[3] // count)
    else:
        shard = (shape[2] // cores[1], shape[3] // cores[0])
    spec = ttnn.ShardSpec(grid, shard, ttnn.ShardOrientation.ROW_MAJOR)
    return ttnn.MemoryConfig(strategy, kind, spec)


def clients():
    return sum(stat(chip)["clients"] for chip in chips())


# A child prints its figures after it has allocated: none are of its parent.
if sys.argv[1:] == ["child"]:
    mesh = open_mesh()
    t = tensor([1, 1, 32, 32], ttnn.L1_MEMORY_CONFIG)
    print(clients(), flush=True)
    os._exit(3)

mesh = open_mesh()
truth = Truth(mesh)
L1 = ttnn.L1_MEMORY_CONFIG
DRAM = ttnn.DRAM_MEMORY_CONFIG

a = tensor([1, 1, 1024, 1024], L1)
truth.step("interleaved in L1")
b = tensor([1, 1, 32, 32], L1)
truth.step("one tile, which takes a page in every bank")
c = tensor([1, 1, 4096, 4096], DRAM)
truth.step("in DRAM")
d = tensor([1, 1, 1000, 1000], DRAM, ttnn.ROW_MAJOR_LAYOUT)
truth.step("rows that are no multiple of a page")
kept = []
for strategy in (ttnn.TensorMemoryLayout.HEIGHT_SHARDED, ttnn.TensorMemoryLayout.WIDTH_SHARDED,
                 ttnn.TensorMemoryLayout.BLOCK_SHARDED):
    kept.append(tensor([1, 1, 1024, 256], sharded((1, 1, 1024, 256), strategy)))
    truth.step(f"sharded: {strategy}")
height = ttnn.TensorMemoryLayout.HEIGHT_SHARDED
kept.append(tensor([1, 1, 8, 20], sharded((1, 1, 8, 20), height, ttnn.BufferType.L1_SMALL),
                   ttnn.ROW_MAJOR_LAYOUT))
truth.step("40 bytes in each bank of L1_SMALL, which the allocator rounds up")
ttnn.deallocate(a)
truth.step("freed by deallocate")
del b
truth.step("freed by garbage collection")
kept.clear()
truth.step("several freed")

try:
    tensor([1, 1, 32768, 32768], L1)
except RuntimeError:
    truth.step("out of memory, exception caught")
try:
    full = []
    while True:
        full.append(tensor([1, 1, 512, 512], L1))
except RuntimeError:
    truth.step("L1 full")
    full.clear()
truth.step("L1 empty again")


def work(seed):
    mine = []
    for i in range(60):
        mine.append(tensor([1, 1, 32 * (1 + (i * seed) % 7), 64], L1 if i % 2 else DRAM))
        if i % 3 == 0:
            mine.pop(0)
    done[seed] = mine


done = {}
threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 7)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
truth.step("six threads have allocated and freed")
done.clear()
truth.step("remaining buffers of the threads are freed")

# A recording is of one process.
others = 0 if RECORDED else 1
child = os.fork()
if not child:
    os._exit(clients() != others)
truth.expect("a forked child reports none of its parent's objects", 0, os.waitpid(child, 0)[1])
truth.step("a child has ended")
child = subprocess.run([sys.executable, __file__, "child"], capture_output=True, text=True)
truth.expect("another process is a second client", [str(others + 1)], child.stdout.split()[-1:])
truth.expect("another process ends by os._exit", 3, child.returncode)
truth.step("nothing of the other process is left")

late = tensor([1, 1, 64, 64], L1)
ttnn.close_mesh_device(mesh)
truth.expect("a closed device reports nothing", 0, clients())
del late, c, d
mesh = truth.mesh = open_mesh()
e = tensor([1, 1, 256, 256], L1)
truth.step("opened again")
for n in range(20):
    kept.append(tensor([1, 1, 32, 32], DRAM))
truth.step("more buffers")
truth.whole()
truth.finish()
