# SPDX-License-Identifier: GPL-2.0-only
"""[COUNT]: COUNT live buffers at once, freed in random order."""
import random
import sys

import ttnn

from truth import Truth, chips, stat

count = int(sys.argv[1]) if sys.argv[1:] else 50000
mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
# With more, the allocator is not asked after each event (docs/runtimes.md).
ASKED = 4096
LATE = "drift", "dram_largest_free_block"
kept = []
random.seed(1)


class Now(Truth):
    def wanted(self):
        return {key: figure for key, figure in super().wanted().items()
                if len(kept) < ASKED or key not in LATE}


truth = Now(mesh)


def allocate(total):
    while len(kept) < total:
        kept.append(ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32, 32]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                                   mesh, ttnn.DRAM_MEMORY_CONFIG))


allocate(ASKED - 1)
truth.step("as many as the allocator is asked about after each event")
random.shuffle(kept)
del kept[::2]
truth.step("half of these are freed in random order")
allocate(count)
truth.step(f"{count} buffers")
truth.expect("the number of records", count, stat(chips()[0])["records"])
random.shuffle(kept)
del kept[::2]
truth.step("half of the buffers are freed in random order")
truth.expect("the number of records after half are freed", len(kept), stat(chips()[0])["records"])
kept.clear()
truth.step("all buffers are freed")
truth.whole()
truth.finish()
