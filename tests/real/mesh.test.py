# SPDX-License-Identifier: GPL-2.0-only
"""ROWSxCOLUMNS [FABRIC]: a mesh, whose buffers count on each of its chips; its programs, which count on
the chips where they run; its submeshes, which have separate allocators. With a fabric, also collectives,
with one program for each chip, and operations that run on two chips only."""
import sys

import ttnn

from truth import Truth, chips, stat

rows, columns = map(int, sys.argv[1].split("x"))
count = rows * columns
if sys.argv[2:]:
    ttnn.set_fabric_config(getattr(ttnn.FabricConfig, sys.argv[2]))
mesh = ttnn.open_mesh_device(ttnn.MeshShape(rows, columns), l1_small_size=16384)
truth = Truth(mesh, count)
L1 = ttnn.L1_MEMORY_CONFIG


def tensor(shape, device=None, config=L1):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                          device or mesh, config)


def figures(key):
    return [stat(chip)[key] for chip in chips() if stat(chip)["clients"]]


x = tensor([1, 1, 256, 256])
y = tensor([1, 1, 256, 256], config=ttnn.DRAM_MEMORY_CONFIG)
truth.step("buffers on every chip")
z = ttnn.add(x, x, memory_config=L1)
truth.step("the result of an operation")
truth.expect("its program is on every chip", [1] * count, figures("programs"))
truth.expect("the program has the same circular buffers on every chip", 1, len(set(figures("cb_used"))))
truth.expect("the program has circular buffers", True, figures("cb_used")[0] > 0)
z = ttnn.add(x, x, memory_config=L1)
truth.step("from the program cache")
ttnn.deallocate(x)
truth.step("freed on every chip")
COLLECTIVES = {
    "all_gather": lambda: ttnn.all_gather(y, dim=3, cluster_axis=1, num_links=1),
    "reduce_scatter": lambda: ttnn.reduce_scatter(y, 3, cluster_axis=1),
    "all_broadcast": lambda: ttnn.all_broadcast(y, cluster_axis=1),
} if sys.argv[2:] else {}
for name, operation in COLLECTIVES.items():
    for time in ("first", "from the cache"):
        before = figures("programs")
        try:
            z = operation()
        except Exception as error:
            print(f"# refused: {name}: {str(error).strip().splitlines()[0][:90]}")
            break
        truth.step(f"{name}, {time}")
        truth.expect(f"{name}, {time}: each chip has one of the programs", {time == "first"},
                     {now - then for now, then in zip(figures("programs"), before)})
if COLLECTIVES:
    try:
        # To the first chip of the mesh from the one beside it.
        mates = [ttnn.MeshCoordinate(0, 1), ttnn.MeshCoordinate(0, 0)]
        before = figures("programs")
        z = ttnn.point_to_point(y, *mates, topology=ttnn.Topology.Linear)
        truth.step("from one chip to another")
        truth.expect("the programs are on these two chips", 2,
                     sum(now - then for now, then in zip(figures("programs"), before)))
    except Exception as error:
        print(f"# refused: point_to_point: {str(error).strip().splitlines()[0][:90]}")
if count > 1:
    before = figures("l1_buffers_used")
    half = mesh.create_submeshes(ttnn.MeshShape(rows, columns // 2))
    small = tensor([1, 1, 64, 64], half[0])
    view = ttnn.get_memory_view(half[0], ttnn.BufferType.L1)
    truth.expect("a submesh has an allocator of its own, at addresses that may be taken: a union",
                 True, all(0 <= now - then <= view.num_banks * view.total_bytes_allocated_per_bank
                           for now, then in zip(figures("l1_buffers_used"), before)))
    truth.expect("a submesh counts on its own chips", count // 2,
                 sum(figure > 0 for figure in (a - b for a, b in zip(
                     figures("records"), [min(figures("records"))] * count))))
    ttnn.deallocate(small)
    truth.expect("nothing of the submesh is left", before, figures("l1_buffers_used"))
    for submesh in half:
        ttnn.close_mesh_device(submesh)
truth.whole()
ttnn.close_mesh_device(mesh)
truth.expect("a closed mesh reports nothing", [], figures("clients"))
truth.finish()
