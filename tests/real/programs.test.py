# SPDX-License-Identifier: GPL-2.0-only
"""The L1 that programs keep for themselves, core by core: while they are the last launch, on
program-cache hits, in captures that launch nothing, and after their end."""
import os
import pathlib
import struct
from importlib.metadata import version

import ttnn

from truth import Truth, chips, per_core, stat

KEYS = "records", "programs", "cb_used", "cb_loaded", "l1_used", "kernel_app"
MATMUL = {(x, y): 131072 + 131072 + 524288 for x in (0, 1) for y in (0, 1)}

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)
truth = Truth(mesh)
L1 = ttnn.L1_MEMORY_CONFIG
grid = mesh.compute_with_storage_grid_size()


def tensor(shape):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh, L1)


def buffers():
    return sum(ttnn.get_memory_view(mesh, kind).total_bytes_allocated_per_bank
               for kind in (ttnn.BufferType.L1, ttnn.BufferType.L1_SMALL))


def program(name, wanted):
    """The last program has @wanted bytes of core (x, y), and nobody has any of another core."""
    everywhere = buffers()
    cores = per_core(chips()[0])
    truth.expect(f"{name}: bytes on each core",
                 {core: (everywhere if core[0] < grid.x and core[1] < grid.y else 0) +
                  wanted.get(core, 0) for core in cores}, cores)
    figures = stat(chips()[0])
    truth.expect(f"{name}: cb_used", sum(wanted.values()), figures["cb_used"])
    truth.expect(f"{name}: L1 in use", sum(cores.values()), figures["l1_used"])
    truth.expect(f"{name}: the fullest core", max(cores.values()), figures["l1_fullest_core_used"])
    return figures


def lowest():
    return min(buffer.address for buffer in ttnn._ttnn.reports.get_buffers(mesh)
               if buffer.buffer_type == ttnn.BufferType.L1)


def kernels():
    """Bytes that the five kernels of a program take on each of its cores: tests/real/compiler makes all
    alike, and ttnn packs their segments in multiples of 16. Before 0.80, a mock card loads none."""
    if tuple(map(int, version("ttnn").split("."))) < (0, 80):
        return 0
    elf = next(path for path in pathlib.Path(os.environ["TT_METAL_CACHE"]).rglob("*.elf")
               if "kernels" in path.parts).read_bytes()
    at, size, count = struct.unpack_from("<I10xHH", elf, 28)
    headers = [struct.unpack_from("<5I", elf, at + n * size) for n in range(count)]
    return -(-sum(length for kind, _, _, _, length in headers if kind == 1) // 16) * 16 * 5


# Where L1 begins that is given away: all above it is, up to L1_SMALL.
view = ttnn.get_memory_view(mesh, ttnn.BufferType.L1)
base = 1572864 - 16384 - view.total_bytes_per_bank
x, y = tensor([1, 1, 1024, 1024]), tensor([1, 1, 1024, 1024])
product = ttnn.matmul(x, y, memory_config=L1)
figures = program("a matmul", MATMUL)
truth.expect("a matmul: headroom", lowest() - (base + 786432),
             figures["l1_headroom"])
truth.expect("a matmul: one program", 1, figures["programs"])
truth.expect("a matmul: kernel binaries on its cores; those of the runtime are unknown",
             (kernels() * len(MATMUL), False), (figures["kernel_app"], "kernel_system" in figures))
truth.step("its result")
again = ttnn.matmul(x, y, memory_config=L1)
program("the same from the program cache", MATMUL)
ttnn.deallocate(again)
relu = ttnn.relu(x, memory_config=L1)
sizes = per_core(chips()[0])
everywhere = buffers()
kept = {core: used - everywhere for core, used in sizes.items()
        if core[0] < grid.x and core[1] < grid.y and used != everywhere}
truth.expect("relu keeps 8192 bytes on each of its cores", {8192}, set(kept.values()))
figures = program("relu", kept)
truth.expect("two programs", 2, figures["programs"])
truth.expect("kernel binaries of both", kernels() * (len(MATMUL) + len(kept)), figures["kernel_app"])
truth.expect("both count as loaded", True, figures["cb_loaded"] > figures["cb_used"])
again = ttnn.matmul(x, y, memory_config=L1)
program("the matmul again", {core: size for core, size in MATMUL.items()} |
        {core: size for core, size in kept.items() if core not in MATMUL})
truth.step("its result, again")

# From interleaved to sharded: newer releases borrow all of its buffers from the tensors.
small = tensor([1, 1, 256, 256])
before = stat(chips()[0])["programs"]
shards = ttnn.to_memory_config(small, ttnn.create_sharded_memory_config(
    (1, 1, 256, 256), ttnn.CoreGrid(y=2, x=4), ttnn.ShardStrategy.HEIGHT))
truth.expect("a program without L1 of its own is loaded", before + 1, stat(chips()[0])["programs"])
everywhere = buffers()
sizes = per_core(chips()[0])
own = {(x, y): sizes[x, y] - everywhere for x in range(4) for y in range(2)}
truth.expect("a program keeps the same L1 on each of its cores", 1, len(set(own.values())))
program("it replaces what was there", {core: size for core, size in (kept | MATMUL | own).items()})
del shards, small
product = ttnn.matmul(x, y, memory_config=L1)

before = stat(chips()[0])
ttnn._ttnn.graph.begin_graph_capture(ttnn._ttnn.graph.RunMode.NO_DISPATCH)
ttnn.softmax(x)
ttnn.add(x, y)
ttnn._ttnn.graph.end_graph_capture()
after = stat(chips()[0])
truth.expect("a capture that launches nothing reports nothing",
             [before[key] for key in KEYS], [after[key] for key in KEYS])
truth.step("a capture")

mesh.disable_and_clear_program_cache()
figures = stat(chips()[0])
truth.expect("no program outlives the cache", [0, 0, 0, 0],
             [figures[key] for key in ("programs", "cb_used", "cb_loaded", "kernel_app")])
truth.step("the cache is cleared")
truth.whole()
truth.finish()
