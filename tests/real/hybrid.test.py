# SPDX-License-Identifier: GPL-2.0-only
"""[COLUMNS]: the hybrid allocator (TT_METAL_ALLOCATOR_MODE_HYBRID=1): tensors with a separate
address on each core, which are missing in ttnn's view of the banks, next to lockstep tensors."""
import sys

import ttnn

from truth import Truth, chips, stat

L1 = ttnn.L1_MEMORY_CONFIG
SHARD = (32, 256)
SHARD_BYTES = 32 * 256 * 2
columns = int(sys.argv[1]) if sys.argv[1:] else 1

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, columns), l1_small_size=16384)


def cores(x0, y0, x1, y1):
    return ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(x0, y0), ttnn.CoreCoord(x1, y1))})


class Hybrid(Truth):
    """What has addresses of its own is added to what ttnn says of the banks, by the addresses that ttnn
    says of the tensor. They never overlap in this program, but for those of range lockstep."""

    def __init__(self, mesh, count):
        super().__init__(mesh, count)
        self.tensors = {}

    def make(self, name, first, last, mode="per_core"):
        grid = cores(*first, *last)
        count = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        config = ttnn.MemoryConfig(ttnn.TensorMemoryLayout.HEIGHT_SHARDED, ttnn.BufferType.L1,
                                   ttnn.ShardSpec(grid, SHARD, ttnn.ShardOrientation.ROW_MAJOR))
        getattr(config, f"experimental_set_{mode}_allocation")(True)
        tensor = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32 * count, 256]), ttnn.bfloat16,
                                                ttnn.TILE_LAYOUT, self.mesh, config)
        where = [(x, y) for x in range(first[0], last[0] + 1) for y in range(first[1], last[1] + 1)]
        self.tensors[name] = tensor, where if mode == "per_core" else []

    def wanted(self):
        figures = super().wanted()
        figures["l1_buffers_used"] += sum(len(where) * SHARD_BYTES
                                          for _, where in self.tensors.values())
        # Statistics of one of two allocators are none of the chip.
        if self.mixed:
            del figures["drift"], figures["l1_largest_free_block"]
        return figures

    mixed = False


def address(tensor, core):
    try:
        return tensor.experimental_per_core_buffer_address(ttnn.MeshCoordinate(0, 0),
                                                           ttnn.CoreCoord(*core))
    except TypeError:
        return tensor.experimental_per_core_buffer_address(ttnn.CoreCoord(*core))


truth = Hybrid(mesh, columns)
x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh, L1)
truth.step("a lockstep tensor")
truth.mixed = True
truth.make("a", (0, 0), (3, 0))
truth.step("four cores, each with an address of its own")
truth.expect("drift is unknown", False, "drift" in stat(chips()[0]))
truth.make("b", (2, 0), (5, 0))
truth.make("c", (5, 0), (7, 0))
truth.step("more tensors, on some of the same cores")
truth.expect("the tensors have more than one address", True,
             len({address(truth.tensors["c"][0], (x, 0)) for x in (5, 6)}) > 1)
del truth.tensors["b"]
truth.step("one of them is freed")
truth.make("d", (0, 0), (7, 1))
truth.step("other tensors fit in the freed place")
y = ttnn.add(x, x, memory_config=L1)
truth.step("a lockstep result next to per-core tensors")
del truth.tensors["a"], y
truth.step("both freed")
truth.whole()
ttnn.close_mesh_device(mesh)
truth.expect("a closed device reports nothing, even with live tensors", [0] * columns,
             [stat(chip)["clients"] for chip in chips()][:columns])
truth.tensors.clear()
mesh = truth.mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, columns), l1_small_size=16384)
truth.make("first", (1, 1), (4, 4))
truth.step("opened again: the first tensor is on some cores")
x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 512, 512]), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh, L1)
truth.step("opened again: the second tensor is lockstep")
del x
truth.step("freed")
truth.tensors.clear()
truth.step("nothing is left after the last free")
truth.whole()
truth.finish()
