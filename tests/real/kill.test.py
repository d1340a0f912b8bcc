# SPDX-License-Identifier: GPL-2.0-only
"""[ROUNDS]: a program that allocates, launches and frees is killed at random moments: nothing of it is
left, and no figure was ever above capacity."""
import random
import subprocess
import sys
import time

import ttnn

from truth import Tap, chips, stat

if sys.argv[1:] == ["child"]:
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)
    x = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                       mesh, ttnn.L1_MEMORY_CONFIG)
    kept = [ttnn.add(x, x, memory_config=ttnn.L1_MEMORY_CONFIG)]
    print("ready", flush=True)
    while True:
        kept.append(ttnn.add(x, x, memory_config=ttnn.L1_MEMORY_CONFIG))
        if len(kept) > 100:
            del kept[::2]

tap = Tap()
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
random.seed(1)
for n in range(1, rounds + 1):
    child = subprocess.Popen([sys.executable, __file__, "child"], stdout=subprocess.PIPE, text=True)
    while child.stdout.readline().strip() not in ("ready", ""):
        pass
    time.sleep(random.random() / 4)
    figures = stat(chips()[0])
    sane = (figures["clients"], figures["l1_used"] > 0, figures["l1_used"] <= figures["l1_capacity"])
    child.kill()
    child.wait()
    figures = stat(chips()[0])
    tap.expect(f"kill {n}: the process had a client, and nothing of it is left", ((1, True, True), 0, 0, 0),
               (sane, figures["clients"], figures.get("l1_used", 0), figures.get("dram_used", 0)))
tap.finish()
