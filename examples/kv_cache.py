#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""How many blocks of a KV cache fit into the DRAM that is free, for a paged cache such as vLLM's.

    kv_cache.py LAYERS KV_HEADS HEAD_SIZE [BLOCK_SIZE [BYTES_PER_VALUE]]

    vllm serve MODEL --block-size 64 --num-gpu-blocks-override $(kv_cache.py 32 8 128 64)

Call it with the model's weights loaded; what all processes hold is taken off. A tenth of what is left
stays free, for activations and for what cannot be allocated in one piece.
"""
import sys

import ttmemstat


def blocks(layers, kv_heads, head_size, block_size=64, value_size=2, keep=0.1, device=None):
    """Whole blocks; each has a key and a value for block_size tokens in every layer."""
    free, _ = ttmemstat.mem_get_info(device)
    block = 2 * layers * kv_heads * head_size * block_size * value_size
    return int(free * (1 - keep)) // block


if __name__ == "__main__":
    if not 4 <= len(sys.argv) <= 6:
        sys.exit(__doc__)
    try:
        print(blocks(*(int(word) for word in sys.argv[1:])))
    except (OSError, ImportError) as error:
        sys.exit(f"kv_cache: {error}")
