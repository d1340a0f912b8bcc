# SPDX-License-Identifier: GPL-2.0-only
"""Operations of all kinds, each twice: its first time and from the program cache. An operation that
this release or the mock card refuses is named and not counted."""
import ttnn

from truth import Truth, chips, stat

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768)
truth = Truth(mesh)
L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG
ROWS = ttnn.ROW_MAJOR_LAYOUT


def tensor(shape, config=L1, layout=ttnn.TILE_LAYOUT, kind=ttnn.bfloat16):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), kind, layout, mesh, config)


def sharded(shape, strategy, x=4, y=2):
    return ttnn.create_sharded_memory_config(shape, ttnn.CoreGrid(y=y, x=x), strategy)


a, b = tensor([1, 1, 256, 256]), tensor([1, 1, 256, 256])
d = tensor([1, 1, 256, 256], DRAM)
wide = tensor([1, 1, 32, 2048])
deep = tensor([1, 1, 2048, 256])
heads = tensor([1, 8, 128, 64])
rows = tensor([1, 1, 64, 64], L1, ROWS)
gamma = tensor([1, 1, 32, 256])
height = sharded((1, 1, 256, 256), ttnn.ShardStrategy.HEIGHT)
block = sharded((1, 1, 256, 256), ttnn.ShardStrategy.BLOCK)
index = tensor([1, 128], DRAM, ROWS, ttnn.uint32)
table = tensor([512, 256], DRAM, ROWS)
image = tensor([1, 1, 1024, 32], L1, ROWS)

OPERATIONS = {
    "add": lambda: ttnn.add(a, b, memory_config=L1),
    "add, one in DRAM": lambda: ttnn.add(a, d),
    "multiply by a number": lambda: ttnn.multiply(a, 2.0, memory_config=L1),
    "subtract": lambda: ttnn.subtract(a, b),
    "relu": lambda: ttnn.relu(a, memory_config=L1),
    "gelu": lambda: ttnn.gelu(a),
    "exp": lambda: ttnn.exp(a, memory_config=L1),
    "sigmoid": lambda: ttnn.sigmoid(d),
    "typecast": lambda: ttnn.typecast(a, ttnn.bfloat8_b),
    "matmul": lambda: ttnn.matmul(a, b, memory_config=L1),
    "matmul, tall": lambda: ttnn.matmul(deep, a),
    "matmul, one row": lambda: ttnn.matmul(wide, tensor([1, 1, 2048, 256]), memory_config=L1),
    "linear": lambda: ttnn.linear(a, b, bias=gamma),
    "softmax": lambda: ttnn.softmax(a, dim=-1),
    "layer_norm": lambda: ttnn.layer_norm(a, epsilon=1e-5),
    "rms_norm": lambda: ttnn.rms_norm(a, weight=gamma),
    "sum": lambda: ttnn.sum(a, dim=-1),
    "mean": lambda: ttnn.mean(a, dim=-2),
    "max": lambda: ttnn.max(a, dim=-1),
    "transpose": lambda: ttnn.transpose(a, -2, -1),
    "permute": lambda: ttnn.permute(heads, (0, 2, 1, 3)),
    "reshape": lambda: ttnn.reshape(a, (1, 1, 512, 128)),
    "concat": lambda: ttnn.concat([a, b], dim=-1),
    "slice": lambda: ttnn.slice(a, [0, 0, 0, 0], [1, 1, 128, 128]),
    "pad": lambda: ttnn.pad(rows, [(0, 0), (0, 0), (0, 32), (0, 32)], 0.0),
    "repeat": lambda: ttnn.repeat(a, ttnn.Shape([1, 1, 2, 1])),
    "tilize": lambda: ttnn.to_layout(rows, ttnn.TILE_LAYOUT),
    "untilize": lambda: ttnn.to_layout(a, ROWS),
    "to L1 height sharded": lambda: ttnn.to_memory_config(a, height),
    "to L1 block sharded": lambda: ttnn.to_memory_config(d, block),
    "reshard": lambda: ttnn.to_memory_config(ttnn.to_memory_config(a, height), block),
    "back to interleaved": lambda: ttnn.sharded_to_interleaved(ttnn.to_memory_config(a, height), L1),
    "add, sharded": lambda: ttnn.add(ttnn.to_memory_config(a, height), ttnn.to_memory_config(b, height),
                                     memory_config=height),
    "relu, block sharded": lambda: ttnn.relu(ttnn.to_memory_config(a, block), memory_config=block),
    "to DRAM": lambda: ttnn.to_memory_config(a, DRAM),
    "embedding": lambda: ttnn.embedding(index, table),
    "split heads": lambda: ttnn.transformer.split_query_key_value_and_split_heads(
        tensor([1, 128, 768]), num_heads=4),
    "concatenate heads": lambda: ttnn.transformer.concatenate_heads(heads),
    "attention": lambda: ttnn.transformer.scaled_dot_product_attention(
        heads, heads, heads, is_causal=True),
    "max_pool2d": lambda: ttnn.max_pool2d(image, 1, 32, 32, 32, [2, 2], [2, 2], [0, 0], [1, 1]),
    "argmax": lambda: ttnn.argmax(rows, dim=-1),
    "clone": lambda: ttnn.clone(a),
    "where": lambda: ttnn.where(a, a, b),
    "fill": lambda: ttnn.full_like(a, 1.0),
}

truth.step("the operands")
skipped = []
for name, operation in OPERATIONS.items():
    for time in ("first", "from the cache"):
        try:
            result = operation()
        except Exception as error:
            skipped.append(name)
            print(f"# refused: {name}: {str(error).strip().splitlines()[0][:90]}")
            break
        truth.step(f"{name}, {time}: the result")
        del result
    truth.step(f"{name}: freed")
truth.expect("few operations are refused", True, len(skipped) * 4 < len(OPERATIONS))
figures = stat(chips()[0])
truth.expect("programs are seen", True, figures["programs"] > len(OPERATIONS) // 2)
mesh.disable_and_clear_program_cache()
figures = stat(chips()[0])
truth.expect("programs are gone with the cache", [0, 0, 0],
             [figures[key] for key in ("programs", "cb_used", "cb_loaded")])
truth.whole()
truth.finish()
