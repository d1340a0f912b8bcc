# SPDX-License-Identifier: GPL-2.0-only
"""Features that need command queues, with the workaround of queue.c: two queues, events, traces,
sub-devices with separate allocators, global circular buffers and semaphores."""
import sys

import ttnn

from truth import Truth, chips, stat

L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG
TRACES = sys.argv[1:] != ["without-traces"]

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384, trace_region_size=1 << 20,
                             num_command_queues=2)
truth = Truth(mesh)


def tensor(shape, config=L1):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh,
                                          config)


def cores(x0, y0, x1, y1):
    return ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(x0, y0), ttnn.CoreCoord(x1, y1))})


def figure(key):
    return stat(chips()[0])[key]


x = tensor([1, 1, 256, 256])
truth.step("a tensor, with two queues")
first = ttnn.add(x, x, memory_config=L1)
truth.step("a result by the first queue")
event = ttnn.record_event(mesh, 0)
ttnn.wait_for_event(1, event)
with ttnn.command_queue(1):
    second = ttnn.matmul(x, x, memory_config=L1)
truth.step("a result by the second one")
truth.expect("programs of both queues are loaded", 2, figure("programs"))
keeps = figure("cb_used")
event = ttnn.record_event(mesh, 1)
ttnn.wait_for_event(0, event)
third = ttnn.matmul(x, x, memory_config=L1)
truth.step("a result by the first queue, from the cache")
truth.expect("a cached program keeps the same L1", keeps, figure("cb_used"))
del first, second, third
truth.step("all freed")

if TRACES:
    ttnn.add(x, x, memory_config=L1)
    ttnn.relu(x, memory_config=L1)
    cached = figure("programs")
    alone = figure("cb_used")
    ttnn.matmul(x, x, memory_config=L1)
    other = figure("cb_used")
    trace = ttnn.begin_trace_capture(mesh, cq_id=0)
    truth.step("a trace begins")
    before = [figure(key) for key in ("programs", "cb_loaded")]
    y = ttnn.relu(ttnn.add(x, x, memory_config=L1), memory_config=L1)
    truth.step("allocations during a capture")
    ttnn.end_trace_capture(mesh, trace, cq_id=0)
    truth.step("the trace is captured, in its region")
    truth.expect("the trace is in its region", True, figure("trace_used") > 0)
    truth.expect("captured programs were loaded before", before, [figure(key) for key in ("programs", "cb_loaded")])
    truth.expect("captured programs have not run", other, figure("cb_used"))
    for n in range(3):
        ttnn.execute_trace(mesh, trace, cq_id=0, blocking=False)
        truth.step(f"replayed, {n + 1}")
        truth.expect(f"replayed, {n + 1}: programs at its end are resident", alone, figure("cb_used"))
        ttnn.matmul(x, x, memory_config=L1)
        truth.expect(f"replayed, {n + 1}: the next launch replaces them", other, figure("cb_used"))
    second = ttnn.begin_trace_capture(mesh, cq_id=0)
    softmax = figure("programs")
    ttnn.softmax(y, dim=-1)
    truth.expect("a program that is new in a trace", softmax + 1, figure("programs"))
    ttnn.end_trace_capture(mesh, second, cq_id=0)
    truth.step("a second trace")
    both = figure("trace_used")
    ttnn.execute_trace(mesh, trace, cq_id=0, blocking=False)
    ttnn.execute_trace(mesh, second, cq_id=0, blocking=False)
    truth.step("both traces are replayed")
    ttnn.release_trace(mesh, trace)
    truth.step("the first is released")
    truth.expect("the region of the first trace is freed", True, 0 < figure("trace_used") < both)
    ttnn.release_trace(mesh, second)
    truth.step("the second trace is released")
    truth.expect("the trace region is empty", 0, figure("trace_used"))
    del y

pairs = [(ttnn.CoreCoord(0, 0), cores(1, 0, 4, 0))]
ring = ttnn.create_global_circular_buffer(mesh, pairs, 32768)
truth.step("a global circular buffer")
semaphores = [ttnn.create_global_semaphore(mesh, cores(0, 0, 3, 3), 0, kind)
              for kind in (ttnn.BufferType.L1, ttnn.BufferType.L1_SMALL)]
truth.step("two global semaphores")
del ring
truth.step("the buffer is gone")
del semaphores
truth.step("the semaphores are gone")

halves = [ttnn.SubDevice([cores(0, 0, 3, 3)]), ttnn.SubDevice([cores(4, 0, 7, 3)])]
plain = mesh.create_sub_device_manager(halves, 0)
truth.step("sub-devices without memory of their own")
mesh.load_sub_device_manager(plain)
truth.step("sub-devices in use")
y = ttnn.add(x, x, memory_config=L1, sub_core_grids=cores(0, 0, 3, 3))
truth.step("an operation on one")
mesh.clear_loaded_sub_device_manager()
truth.step("sub-devices no longer in use")
mesh.remove_sub_device_manager(plain)
truth.step("sub-devices removed")
own = mesh.create_sub_device_manager(halves, 32768)
mesh.load_sub_device_manager(own)
truth.step("sub-devices with memory of their own, beside tensors")
deep = tensor([1, 1, 256, 256], DRAM)
z = tensor([1, 1, 512, 512])
truth.step("more tensors")
shards = ttnn.ShardSpec(cores(0, 0, 3, 1), (32, 256), ttnn.ShardOrientation.ROW_MAJOR)
placed = ttnn.MemoryConfig(ttnn.TensorMemoryLayout.HEIGHT_SHARDED, ttnn.BufferType.L1, shards)
h = tensor([1, 1, 256, 256], placed)
truth.step("a tensor on the cores of one")
try:
    full = []
    while True:
        full.append(tensor([1, 1, 2048, 2048]))
except RuntimeError:
    truth.step("L1 is full, except that of sub-devices")
del h, x, y, z, full
truth.step("freed")
mesh.clear_loaded_sub_device_manager()
truth.step("all of L1 is available again")
mesh.load_sub_device_manager(own)
truth.step("sub-devices with memory are removed")
mesh.clear_loaded_sub_device_manager()
mesh.remove_sub_device_manager(own)
x = tensor([1, 1, 512, 512])
truth.step("a tensor after that")

truth.whole()
if TRACES:
    ttnn.begin_trace_capture(mesh, cq_id=0)
ttnn.close_mesh_device(mesh)
truth.expect("a closed device reports nothing", 0, figure("clients"))
mesh = truth.mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)
x = tensor([1, 1, 256, 256])
y = ttnn.add(x, x, memory_config=L1)
truth.step("opened again")
truth.expect("a trace that was never ended takes no launch", keeps > 0, figure("cb_used") > 0)
truth.finish()
