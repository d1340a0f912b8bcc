# SPDX-License-Identifier: GPL-2.0-only
"""An ordinary program of ttnn, for the quick start: `tt-memstat run -- python example.py`."""
import ttnn

device = ttnn.open_device(device_id=0, l1_small_size=16384)
weights = ttnn.ones((1, 1, 4096, 1024), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=device)
x = ttnn.ones((1, 1, 1024, 4096), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=device,
              memory_config=ttnn.L1_MEMORY_CONFIG)
for _ in range(3):
    hidden = ttnn.matmul(x, weights, memory_config=ttnn.L1_MEMORY_CONFIG)
    y = ttnn.softmax(ttnn.gelu(hidden), dim=-1)
used = ttnn.get_memory_view(device, ttnn.BufferType.L1)
print("ttnn: L1", used.num_banks * used.total_bytes_allocated_per_bank, "bytes of buffers")
input("Look at tt-smi in another terminal; Enter ends this.\n")
ttnn.close_device(device)
