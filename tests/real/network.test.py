# SPDX-License-Identifier: GPL-2.0-only
"""[ITERATIONS]: a transformer block with a cache of keys and values, then as many iterations of it from
the program cache; convolutions and pools, which use L1_SMALL; norms and other operations of networks."""
import sys

import ttnn

from truth import Truth, chips, stat

L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG
ROWS = ttnn.ROW_MAJOR_LAYOUT
HEADS, LENGTH, WIDTH = 4, 128, 256
iterations = int(sys.argv[1]) if sys.argv[1:] else 1000

mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768)
truth = Truth(mesh)


def tensor(shape, config=DRAM, layout=ttnn.TILE_LAYOUT, kind=ttnn.bfloat16):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), kind, layout, mesh, config)


def figure(key):
    return stat(chips()[0])[key]


qkv, out = tensor([WIDTH, 3 * WIDTH]), tensor([WIDTH, WIDTH])
up, down = tensor([WIDTH, 4 * WIDTH]), tensor([4 * WIDTH, WIDTH])
keys, values = (tensor([1, HEADS, 1024, WIDTH // HEADS]) for _ in range(2))
truth.step("weights and a cache of keys and values")


def block(x, position, step=lambda name: None):
    normed = ttnn.layer_norm(x, memory_config=L1)
    step("norm")
    fused = ttnn.matmul(normed, qkv, memory_config=L1)
    step("projection")
    q, k, v = ttnn.transformer.split_query_key_value_and_split_heads(fused, num_heads=HEADS,
                                                                     transpose_key=False)
    step("heads")
    ttnn.fill_cache(keys, k, 0)
    ttnn.fill_cache(values, v, 0)
    step("cached")
    attended = ttnn.transformer.scaled_dot_product_attention(q, k, v, is_causal=True)
    step("attention")
    joined = ttnn.transformer.concatenate_heads(attended)
    y = ttnn.add(x, ttnn.matmul(joined, out, memory_config=L1), memory_config=L1)
    step("first half")
    ttnn.deallocate(fused)
    step("freed by hand")
    hidden = ttnn.gelu(ttnn.matmul(ttnn.layer_norm(y), up, memory_config=L1), memory_config=L1)
    step("wide")
    return ttnn.add(y, ttnn.matmul(hidden, down, memory_config=L1), memory_config=L1)


x = tensor([1, LENGTH, WIDTH], L1)
for time in ("first", "from the cache"):
    y = block(x, 0, lambda name: truth.step(f"block, {time}: {name}"))
    truth.step(f"block, {time}: its result")
    del y
    truth.step(f"block, {time}: freed")
programs, records = figure("programs"), figure("records")
for n in range(iterations):
    y = block(x, n)
    if n % (iterations // 5 + 1) == 0:
        truth.step(f"iteration {n}")
del y
truth.step(f"after {iterations} iterations")
truth.expect("iterations add neither programs nor records", (programs, records),
             (figure("programs"), figure("records")))


def conv(channels, kernel, **more):
    image = tensor([1, 1, 32 * 32, channels], L1, ROWS)
    weights = ttnn.allocate_tensor_on_host(ttnn.Shape([64, channels, kernel, kernel]), ttnn.bfloat16,
                                           ROWS, mesh)
    return ttnn.conv2d(input_tensor=image, weight_tensor=weights, device=mesh, in_channels=channels,
                       out_channels=64, batch_size=1, input_height=32, input_width=32,
                       kernel_size=(kernel, kernel), stride=(1, 1), padding=(kernel // 2, kernel // 2),
                       **more)


image = tensor([1, 1, 1024, 32], L1, ROWS)
b, deep = tensor([1, 1, 64, 256], L1), tensor([1, 1, 256, 256])
heads = tensor([1, 8, 32, 64], L1)
table = tensor([512, 256], DRAM, ROWS)
index = tensor([1, 128], DRAM, ROWS, ttnn.uint32)
OPERATIONS = {
    "conv2d, 3x3": lambda: conv(32, 3),
    "conv2d, 1x1": lambda: conv(64, 1),
    "conv2d, 5x5": lambda: conv(32, 5),
    "max_pool2d": lambda: ttnn.max_pool2d(image, 1, 32, 32, 32, [3, 3], [2, 2], [1, 1], [1, 1]),
    "avg_pool2d": lambda: ttnn.avg_pool2d(image, 1, 32, 32, 32, [2, 2], [2, 2], [0, 0]),
    "global_avg_pool2d": lambda: ttnn.global_avg_pool2d(tensor([1, 8, 8, 64], L1)),
    "upsample": lambda: ttnn.upsample(tensor([1, 16, 16, 32], DRAM, ROWS), 2),
    "batch_norm": lambda: ttnn.batch_norm(tensor([1, 32, 32, 32]), running_mean=tensor([1, 32, 1, 1]),
                                          running_var=tensor([1, 32, 1, 1])),
    "group_norm": lambda: ttnn.group_norm(tensor([1, 1, 1024, 64]), num_groups=2, epsilon=1e-5,
                                          core_grid=ttnn.CoreGrid(y=1, x=1), inplace=False),
    "rms_norm": lambda: ttnn.rms_norm(b),
    "embedding": lambda: ttnn.embedding(index, table, layout=ttnn.TILE_LAYOUT),
    "rotary": lambda: ttnn.experimental.rotary_embedding(heads, tensor([1, 1, 32, 64]),
                                                         tensor([1, 1, 32, 64])),
    "decode attention": lambda: ttnn.transformer.scaled_dot_product_attention_decode(
        tensor([1, 1, HEADS, 64]), keys, values, cur_pos=[64]),
    "topk": lambda: ttnn.topk(b, 32, dim=-1),
    "cumsum": lambda: ttnn.cumsum(b, dim=-1),
    "sort": lambda: ttnn.sort(b, dim=-1),
    "gather": lambda: ttnn.gather(b, -1, index=tensor([1, 1, 64, 256], DRAM, kind=ttnn.uint32)),
    "squared, in place": lambda: ttnn.multiply_(ttnn.clone(b), b),
    "to another layout": lambda: ttnn.to_layout(ttnn.to_layout(deep, ROWS), ttnn.TILE_LAYOUT),
    "interleaved, sharded, resharded": lambda: ttnn.sharded_to_interleaved(ttnn.to_memory_config(
        ttnn.to_memory_config(deep, ttnn.create_sharded_memory_config(
            (1, 1, 256, 256), ttnn.CoreGrid(y=2, x=4), ttnn.ShardStrategy.HEIGHT)),
        ttnn.create_sharded_memory_config((1, 1, 256, 256), ttnn.CoreGrid(y=2, x=4),
                                          ttnn.ShardStrategy.WIDTH)), DRAM),
    "matmul, one row of cores": lambda: ttnn.matmul(b, deep, memory_config=L1, core_grid=ttnn.CoreGrid(
        y=1, x=8)),
    "linear, activation": lambda: ttnn.linear(b, deep, activation="relu", memory_config=L1),
    "concat of many": lambda: ttnn.concat([b] * 7, dim=-2, memory_config=L1),
    "split": lambda: ttnn.split(deep, 64, dim=-1),
    "moved": lambda: ttnn.move(ttnn.clone(b)),
    "reallocated": lambda: ttnn.reallocate(ttnn.clone(b)),
}
truth.step("the operands")
refused = []
for name, operation in OPERATIONS.items():
    for time in ("first", "again"):
        try:
            result = operation()
        except Exception as error:
            refused.append(name)
            print(f"# refused: {name}: {str(error).strip().splitlines()[0][:90]}", flush=True)
            break
        truth.step(f"{name}, {time}")
        del result
    truth.step(f"{name}: freed")
truth.expect("few operations are refused", True, len(refused) * 2 < len(OPERATIONS))
mesh.disable_and_clear_program_cache()
truth.expect("no program outlives the cache", (0, 0), (figure("programs"), figure("cb_loaded")))
truth.step("the cache is cleared")
truth.whole()
truth.finish()
