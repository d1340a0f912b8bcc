# SPDX-License-Identifier: GPL-2.0-only
"""Tensors of all data types, shapes, layouts and ways of sharding, views of them, programs that are
written by hand, captures of both modes, and operations without a program cache. Operations that a
release does not have or refuses are named and not counted."""
import gc

import ttnn

from truth import Truth, chips, stat

L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG
TILES, ROWS = ttnn.TILE_LAYOUT, ttnn.ROW_MAJOR_LAYOUT
SHARDED = ttnn.TensorMemoryLayout

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768, trace_region_size=1 << 20)
truth = Truth(mesh)


def tensor(shape, config=L1, layout=TILES, kind=ttnn.bfloat16):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), kind, layout, mesh, config)


def cores(*corners):
    return ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(x0, y0), ttnn.CoreCoord(x1, y1))
                              for x0, y0, x1, y1 in corners})


def shards(way, grid, shape, kind=ttnn.BufferType.L1, order=ttnn.ShardOrientation.ROW_MAJOR):
    return ttnn.MemoryConfig(way, kind, ttnn.ShardSpec(grid, shape, order))


def blocks(grid, shape, kind):
    return ttnn.MemoryConfig(kind, ttnn.NdShardSpec(ttnn.Shape(shape), grid))


def figures(*keys):
    return [stat(chips()[0])[key] for key in keys]


def tried(name, work):
    try:
        result = work()
    except Exception as error:
        print(f"# refused: {name}: {str(error).strip().splitlines()[0][:90]}", flush=True)
        result = None
    truth.step(name)
    return result


x, o = tensor([1, 1, 256, 256]), tensor([1, 1, 256, 256])
kept = [tried("ones", lambda: ttnn.ones([1, 1, 64, 64], layout=TILES, device=mesh)),
        tried("arange", lambda: ttnn.arange(0, 64, 1, device=mesh))]
host = tried("moved to the host", lambda: ttnn.from_device(x))
kept.append(tried("and back", lambda: ttnn.to_device(host, mesh, memory_config=L1)))
kept = []
for name in ("bfloat8_b", "bfloat4_b", "float32", "uint32", "uint16", "int32", "uint8"):
    for config in (L1, DRAM):
        tried(f"{name}, {config.buffer_type}", lambda: kept.append(
            tensor([3, 1, 96, 160], config, kind=getattr(ttnn, name))))
for shape in ([1], [7], [1, 1, 3, 5], [2, 3, 33, 65], [1, 1, 1, 100000], [5, 4, 3, 2, 64, 64]):
    for layout in (TILES, ROWS):
        for config in (L1, DRAM):
            kept = [tried(f"{shape}, {layout}, {config.buffer_type}", lambda: tensor(shape, config, layout))]
kept = [tried(name, lambda: tensor(shape, config, layout)) for name, shape, config, layout in (
    ("blocks in L1", [4, 2, 64, 64], blocks(cores((0, 0, 3, 1)), [1, 1, 32, 64], ttnn.BufferType.L1), TILES),
    ("blocks in DRAM", [4, 2, 64, 64], blocks(cores((0, 0, 3, 0)), [1, 1, 32, 64], ttnn.BufferType.DRAM), TILES),
    ("by width in DRAM", [1, 1, 256, 512], shards(SHARDED.WIDTH_SHARDED, cores((0, 0, 7, 0)), (256, 64),
                                                  ttnn.BufferType.DRAM), TILES),
    ("by columns", [1, 1, 256, 256], shards(SHARDED.BLOCK_SHARDED, cores((0, 0, 3, 3)), (64, 64),
                                            order=ttnn.ShardOrientation.COL_MAJOR), TILES),
    ("on two ranges of cores", [1, 1, 256, 256], shards(
        SHARDED.HEIGHT_SHARDED, cores((0, 0, 2, 0), (5, 3, 5, 7)), (32, 256)), TILES),
    ("less than there are cores", [1, 1, 96, 256], shards(
        SHARDED.HEIGHT_SHARDED, cores((0, 0, 7, 0)), (32, 256)), TILES),
    ("in L1_SMALL", [1, 1, 8, 20], shards(SHARDED.HEIGHT_SHARDED, cores((0, 0, 3, 1)), (1, 20),
                                          ttnn.BufferType.L1_SMALL), ROWS))]
kept.clear()
truth.step("all of them are freed")

views = [tried("a view of another shape", lambda: ttnn.reshape(x, (1, 1, 128, 512))),
         tried("of more dimensions", lambda: ttnn.unsqueeze(x, 0))]
tried("what is viewed is freed by name", lambda: ttnn.deallocate(x))
tried("twice", lambda: ttnn.deallocate(x))
x = tensor([1, 1, 256, 256])
views.clear()
truth.step("the views are gone")


def program(grid, size):
    """Of one kernel and one circular buffer."""
    kernel = ttnn.KernelDescriptor(kernel_source="void kernel_main() {}",
                                   source_type=ttnn.KernelDescriptor.SourceType.SOURCE_CODE,
                                   core_ranges=grid, config=ttnn.ReaderConfigDescriptor())
    page = ttnn.CBFormatDescriptor(buffer_index=0, data_format=ttnn.bfloat16, page_size=2048)
    ring = ttnn.CBDescriptor(total_size=size, core_ranges=grid, format_descriptors=[page])
    return ttnn.ProgramDescriptor(kernels=[kernel], semaphores=[], cbs=[ring])


def resident(name, described, wanted, programs):
    before, = figures("programs")
    if tried(name, lambda: ttnn.generic_op([x, o], described)) is not None:
        truth.expect(f"{name}: what is resident", [wanted, programs],
                     [figures("cb_used")[0], figures("programs")[0] - before])


if hasattr(ttnn, "generic_op") and hasattr(ttnn, "KernelDescriptor"):
    mesh.clear_program_cache() if hasattr(mesh, "clear_program_cache") else None
    first, beside, across = cores((0, 0, 1, 1)), cores((2, 2, 3, 3)), cores((1, 1, 2, 2))
    resident("a program by hand", program(first, 4096), 4 * 4096, 1)
    resident("from the cache", program(first, 4096), 4 * 4096, 0)
    resident("one beside it", program(beside, 8192), 4 * 4096 + 4 * 8192, 1)
    resident("one that has a core of both", program(across, 2048), 3 * 4096 + 3 * 8192 + 4 * 2048, 1)
    resident("the first again", program(first, 4096), 4 * 4096 + 3 * 8192 + 3 * 2048, 0)

capture = ttnn._ttnn.graph
capture.begin_graph_capture(capture.RunMode.NORMAL)
y = ttnn._ttnn.operations.eltwise.relu(x) if hasattr(ttnn._ttnn.operations, "eltwise") else tensor([1, 1, 64, 64])
truth.step("in a capture with dispatch")
capture.end_graph_capture()
capture.begin_graph_capture(capture.RunMode.NO_DISPATCH)
z = tensor([1, 1, 512, 512])
truth.step("in a capture without dispatch")
capture.end_graph_capture()
truth.step("after the capture")
del y, z
truth.step("and freed")
mesh.disable_and_clear_program_cache()
for n in range(3):
    tried(f"without a program cache, {n + 1}", lambda: ttnn.add(x, x, memory_config=L1))
    truth.expect(f"without a program cache, {n + 1}: no program is left", [0, 0],
                 figures("programs", "cb_loaded"))
mesh.enable_program_cache()
tried("with one", lambda: ttnn.add(x, x, memory_config=L1))
truth.expect("with a program cache: the program is loaded", [1], figures("programs"))
del x, o
gc.collect()
truth.step("nothing is left")
truth.whole()
truth.finish()
