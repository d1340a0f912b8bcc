# SPDX-License-Identifier: GPL-2.0-only
"""[COUNT]: COUNT live buffers at once, freed in random order."""
import random
import sys

import ttnn

from truth import Truth, chips, stat

count = int(sys.argv[1]) if sys.argv[1:] else 50000
mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
# With so many the allocator is not asked after each event (docs/runtimes.md).
LATE = "drift", "dram_largest_free_block"


class Now(Truth):
    def wanted(self):
        return {key: figure for key, figure in super().wanted().items() if key not in LATE}


truth = Now(mesh)
kept = [ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32, 32]), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh,
                                       ttnn.DRAM_MEMORY_CONFIG) for _ in range(count)]
truth.step(f"{count} buffers")
truth.expect("the number of records", count, stat(chips()[0])["records"])
random.seed(1)
random.shuffle(kept)
del kept[::2]
truth.step("half of the buffers are freed in random order")
truth.expect("the number of records after half are freed", len(kept), stat(chips()[0])["records"])
kept.clear()
truth.step("all buffers are freed")
truth.whole()
truth.finish()
