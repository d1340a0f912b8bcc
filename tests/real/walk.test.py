# SPDX-License-Identifier: GPL-2.0-only
"""[SEED]: random walks through tensors of several layouts: allocated, copied between layouts, moved,
added, and freed in any order, by one thread and by several at once."""
import random
import sys
import threading

import ttnn

from truth import Truth

seed = int(sys.argv[1]) if sys.argv[1:] else 7
mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768)
truth = Truth(mesh)
chance = random.Random(seed)
CONFIGS = [ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG] + [
    ttnn.create_sharded_memory_config((1, 1, 256, 256), ttnn.CoreGrid(y=2, x=4), strategy)
    for strategy in (ttnn.ShardStrategy.HEIGHT, ttnn.ShardStrategy.BLOCK)]
live = []


def tensor(shape, config):
    return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh, config)


def any_config():
    return chance.choice(CONFIGS)


def taken():
    return live.pop(chance.randrange(len(live)))


STEPS = {
    "allocate": lambda: live.append(tensor([1, 1, 256, 256], any_config())),
    "copy": lambda: live.append(ttnn.to_memory_config(chance.choice(live), any_config())),
    "add": lambda: live.append(ttnn.add(chance.choice(live), chance.choice(live), memory_config=any_config())),
    "move": lambda: live.append(ttnn.reallocate(taken())),
    "deallocate": lambda: ttnn.deallocate(taken()),
    "collect": taken,
}
for number in range(80):
    name = chance.choice(list(STEPS)) if live else "allocate"
    try:
        STEPS[name]()
    except Exception as error:
        print(f"# refused: {name}: {str(error).strip().splitlines()[0][:90]}", flush=True)
    truth.step(f"seed {seed}, {number}: {name}")
live.clear()
truth.step("all of them are freed")


def work(own):
    """Threads free each other's tensors."""
    for _ in range(100):
        mine = tensor([1, 1, 32 * own.randint(1, 6), 32 * own.randint(1, 6)], own.choice(CONFIGS[:2]))
        with lock:
            shared.append(mine)
            mine = shared.pop(own.randrange(len(shared))) if own.random() < 0.8 else None
        if mine is not None and own.random() < 0.5:
            ttnn.deallocate(mine)
        del mine


lock, shared = threading.Lock(), []
for number in range(3):
    threads = [threading.Thread(target=work, args=(random.Random(seed * 100 + number * 10 + n),))
               for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    truth.step(f"six threads, {number + 1}")
shared.clear()
truth.step("nothing is left of the threads")
truth.whole()
truth.finish()
