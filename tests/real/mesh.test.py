# SPDX-License-Identifier: GPL-2.0-only
"""ROWSxCOLUMNS: a mesh, whose buffers and programs count on each of its chips; its submeshes, whose
allocators are their own; two devices at once."""
import sys

import ttnn

from truth import Truth, chips, stat

rows, columns = map(int, sys.argv[1].split("x"))
count = rows * columns
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
truth.expect("with the same circular buffers", 1, len(set(figures("cb_used"))))
truth.expect("which are some", True, figures("cb_used")[0] > 0)
z = ttnn.add(x, x, memory_config=L1)
truth.step("from the program cache")
ttnn.deallocate(x)
truth.step("freed on every chip")
if count > 1:
    before = figures("l1_buffers_used")
    half = mesh.create_submeshes(ttnn.MeshShape(rows, columns // 2))
    small = tensor([1, 1, 64, 64], half[0])
    view = ttnn.get_memory_view(half[0], ttnn.BufferType.L1)
    truth.expect("a submesh has an allocator of its own, at addresses that may be taken: a union",
                 True, all(0 <= now - then <= view.num_banks * view.total_bytes_allocated_per_bank
                           for now, then in zip(figures("l1_buffers_used"), before)))
    truth.expect("it counts on its own chips", count // 2,
                 sum(figure > 0 for figure in (a - b for a, b in zip(
                     figures("records"), [min(figures("records"))] * count))))
    ttnn.deallocate(small)
    truth.expect("and leaves nothing", before, figures("l1_buffers_used"))
    for submesh in half:
        ttnn.close_mesh_device(submesh)
truth.expect("nothing is refused, lost or partial", [(0, 0, 0, 0)] * count,
             [tuple(stat(client)[key] for key in ("rejected", "dropped", "l1_partial", "dram_partial"))
              for chip in chips() for client in (chip / "clients").iterdir()])
ttnn.close_mesh_device(mesh)
truth.expect("a closed mesh reports nothing", [], figures("clients"))
truth.finish()
