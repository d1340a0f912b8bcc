# SPDX-License-Identifier: GPL-2.0-only
"""How programs end and fail: exceptions of operations, out of memory caught and retried, devices that are
closed under tensors and opened again, caches that are cleared, children of all kinds, threads that come
and go, several processes on one chip. Each case runs in a child; this
process checks that nothing is left."""
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import ttnn

from truth import Truth, chips, stat

L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG


def open_mesh():
    return ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384, trace_region_size=1 << 20)


def tensor(mesh, shape=(1, 1, 256, 256), config=L1):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh, config)


def figures(*keys):
    return [stat(chips()[0]).get(key, 0) for key in keys]


def launched(mesh):
    x = tensor(mesh)
    return [mesh, x, ttnn.add(x, x, memory_config=L1), ttnn.matmul(x, x)]


def end_by_exception():
    launched(open_mesh())
    raise ValueError("on purpose")


def end_by_exit():
    kept.extend(launched(open_mesh()))
    sys.exit(4)


def end_at_once():
    kept.extend(launched(open_mesh()))
    os._exit(5)


def end_by_abort():
    kept.extend(launched(open_mesh()))
    os.abort()


def end_by_exec():
    kept.extend(launched(open_mesh()))
    os.execvp("true", ["true"])


def end_in_a_thread():
    def work():
        kept.extend(launched(mesh))
        os._exit(6)
    mesh = open_mesh()
    threading.Thread(target=work).start()
    time.sleep(100)


def end_after_a_fork():
    kept.extend(launched(open_mesh()))
    if not os.fork():
        # The child inherits the parent's tensors, but not the device's threads.
        del kept[1:]
        gc.collect()
        os._exit(0)
    os.wait()
    os._exit(7 if figures("clients", "programs") == [1 + others, 2 + before[1]] else 8)


def end_with_a_child_left():
    kept.extend(launched(open_mesh()))
    if not os.fork():
        signal.alarm(5)
        time.sleep(4)
        os._exit(0)
    os._exit(9)


ENDS = {
    "an exception": (end_by_exception, 1), "exit": (end_by_exit, 4), "_exit": (end_at_once, 5),
    "abort": (end_by_abort, -signal.SIGABRT), "exec": (end_by_exec, 0),
    "_exit of a thread": (end_in_a_thread, 6), "_exit after a fork": (end_after_a_fork, 7),
    "_exit with a child that stays": (end_with_a_child_left, 9),
}
kept = []
if sys.argv[1:]:
    others, before = int(sys.argv[2]), [0, int(sys.argv[3])]
    ENDS[sys.argv[1]][0]()
    sys.exit(99)

mesh = open_mesh()
truth = Truth(mesh)
x = tensor(mesh)
y = ttnn.add(x, x, memory_config=L1)
truth.step("a program of this process")
for name, (_, status) in ENDS.items():
    there = figures("clients", "programs")
    child = subprocess.run([sys.executable, __file__, name, str(there[0]), str(there[1])],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    truth.expect(f"{name}: exit status as without the reporter", status, child.returncode)
    truth.expect(f"{name}: nothing of the process is left", there, figures("clients", "programs"))
    truth.step(f"{name}: this process's figures are unchanged")

for n in range(3):
    try:
        ttnn.matmul(x, tensor(mesh, (1, 1, 512, 512)))
        truth.expect("shapes that do not match are refused", True, False)
    except RuntimeError:
        truth.step(f"an operation that is refused, {n + 1}")
try:
    ttnn.add(x, x, memory_config=ttnn.create_sharded_memory_config(
        (1, 1, 256, 256), ttnn.CoreGrid(y=30, x=30), ttnn.ShardStrategy.BLOCK))
except (RuntimeError, ValueError):
    truth.step("a result larger than L1")
for n in range(3):
    full = []
    try:
        while True:
            full.append(tensor(mesh, (1, 1, 1024, 1024)))
    except RuntimeError:
        truth.step(f"L1 is full, {n + 1}")
    try:
        ttnn.softmax(tensor(mesh, (1, 1, 1024, 1024), DRAM), memory_config=L1)
        truth.expect("a result does not fit", True, False)
    except RuntimeError:
        truth.step("an operation whose result does not fit")
    try:
        ttnn.matmul(tensor(mesh, (1, 1, 2048, 2048), DRAM), tensor(mesh, (1, 1, 2048, 2048), DRAM))
    except RuntimeError:
        print("# a program finds no room beside them")
    truth.step("a program next to a full L1")
    # The lower half, where programs have their place.
    del full[len(full) // 2:]
    truth.step("half of L1 is freed")
    z = ttnn.softmax(tensor(mesh, (1, 1, 1024, 1024), DRAM), memory_config=L1)
    truth.step("the operation is repeated")
    del z, full
    truth.step("all of L1 is freed")

capture = ttnn._ttnn.graph
for n in range(4):
    lost = tensor(mesh)
    capture.begin_graph_capture(capture.RunMode.NO_DISPATCH)
    ttnn.deallocate(lost)
    capture.end_graph_capture()
    truth.step(f"a capture withholds the end of a buffer from the allocator, {n + 1}")
    del lost
    # Some get the address of the object that is gone.
    z = [tensor(mesh, (1, 1, 64 * i, 256)) for i in range(1, 9)]
    truth.step("other buffers follow")
    del z
    truth.step("other buffers are freed, and the lost ones are not")

mesh.clear_program_cache()
truth.expect("a cleared cache has no programs", [0, 0, 0], figures("programs", "cb_used", "cb_loaded"))
y = ttnn.add(x, x, memory_config=L1)
truth.step("the program cache is filled again")
truth.expect("the program cache has one program", [1], figures("programs"))

for n in range(3):
    ttnn.close_mesh_device(mesh)
    truth.expect(f"device closed with live tensors, {n + 1}", [0, 0, 0], figures("clients", "l1_used", "programs"))
    mesh = truth.mesh = open_mesh()
    z = tensor(mesh, (1, 1, 512, 512))
    truth.step("opened again")
    x = y = None
    gc.collect()
    truth.step("tensors of the closed device are destroyed")
    x = tensor(mesh)
    y = ttnn.add(x, x, memory_config=L1)
    truth.step("a program on the new device")


def work(seed):
    mine = []
    for i in range(30):
        mine.append(ttnn.add(x, x, memory_config=L1) if i % 3 else tensor(mesh, (1, 1, 32 * seed, 64), DRAM))
        if len(mine) > 5:
            mine.pop(0)
    left[seed] = mine


for n in range(3):
    left = {}
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    truth.step(f"four threads that launch, {n + 1}")
    left.clear()
    truth.step("buffers of the threads are freed")
truth.whole()
truth.finish()
