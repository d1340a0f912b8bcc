# SPDX-License-Identifier: GPL-2.0-only
"""`tt-memstat run --summary`: the summary at the end of a script matches the figures of the module and
of ttnn while it ran, however the script ends, and does not change its exit status."""
import json
import os
import re
import subprocess
import sys

import ttnn

from truth import Tap, chips, stat

L1, DRAM = ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG


def child(way):
    """Prints what it had at most, and ends."""
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)

    def taken(kind):
        view = ttnn.get_memory_view(mesh, kind)
        return view.num_banks * view.total_bytes_allocated_per_bank

    def tensor(shape, config):
        return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, ttnn.TILE_LAYOUT,
                                              mesh, config)

    said = {"start": taken(ttnn.BufferType.L1)}
    x = tensor([1, 1, 1024, 1024], L1)
    said["python"] = taken(ttnn.BufferType.L1) - said["start"]
    # Gone before the peak, so that they hold nothing then.
    kept = [ttnn.softmax(x, dim=-1)]
    said["own"] = stat(chips()[0])["cb_used"]
    kept.clear()
    kept = [ttnn.matmul(x, x, memory_config=L1) for _ in range(3)]
    said["Matmul"] = taken(ttnn.BufferType.L1) - said["python"]
    kept.append(ttnn.add(x, x, memory_config=L1))
    said["L1"] = taken(ttnn.BufferType.L1)
    said["BinaryNg"] = said["L1"] - said["python"] - said["Matmul"]
    kept.clear()
    # After the peak, and less.
    kept = [ttnn.relu(x, memory_config=L1)]
    y = tensor([1, 1, 4096, 1024], DRAM)
    said["DRAM"] = taken(ttnn.BufferType.DRAM)
    client = stat(next((chips()[0] / "clients").iterdir()))
    said["figures"] = [client[key] for key in ("l1_peak", "l1_fullest_core_peak", "dram_peak",
                                               "l1_headroom_min")]
    print(json.dumps(said), flush=True)
    if way == "close":
        del x, y, kept
        ttnn.close_mesh_device(mesh)
    elif way == "_exit":
        os._exit(5)
    elif way == "raise":
        raise ValueError("on purpose")
    elif way == "fork":
        if not os.fork():
            os._exit(0)
        os.wait()
    elif way == "kill":
        os.kill(os.getpid(), 9)


if sys.argv[1:2] == ["child"]:
    child(sys.argv[2])
    sys.exit(7)

tap = Tap()
for way, status in (("return", 7), ("close", 7), ("_exit", 5), ("raise", 1), ("fork", 7), ("kill", -9)):
    process = subprocess.run(["tt-memstat", "run", "--summary", "--", sys.executable, __file__, "child",
                              way], capture_output=True, text=True)
    tap.expect(f"{way}: the exit status is the command's", status, process.returncode)
    said = json.loads(next(line for line in process.stdout.splitlines() if line.startswith("{")))
    lines = [line for line in process.stderr.splitlines() if re.match(r"tt_memstat: tt\d+, process", line)]
    if way == "kill":
        tap.expect("kill: no summary", [], lines)
        continue
    lines = [re.sub(r"^tt_memstat: tt0, process \d+: ", "", line) for line in lines]
    l1, core, dram, headroom = said["figures"]
    tap.expect(f"{way}: one line with the module's figures",
               [f"peaks: L1 {l1} B, fullest core {core} B, DRAM {dram} B; least headroom {headroom} B"],
               [line for line in lines if line.startswith("peaks")])
    held = sorted(((said[name], name) for name in ("python", "Matmul", "BinaryNg")), reverse=True)
    tap.expect(f"{way}: holders at the peak of L1",
               {f"L1 buffers, {said['L1']} B at most": {f"{name} {size} B" for size, name in held}},
               {line.split(": ")[0]: set(line.split(": ")[1].split(", "))
                for line in lines if line.startswith("L1 buffers")})
    tap.expect(f"{way}: holders at the peak of DRAM",
               [f"DRAM buffers, {said['DRAM']} B at most: python {said['DRAM']} B"],
               [line for line in lines if line.startswith("DRAM")])
    programs = next(line for line in lines if line.startswith("L1 of the largest program"))
    tap.expect(f"{way}: L1 of the largest program of each operation",
               [f"Softmax {said['own']} B", "Matmul 3145728 B"], programs.split(": ")[1].split(", ")[:2])
quiet = subprocess.run(["tt-memstat", "run", "--", sys.executable, __file__, "child", "return"],
                       capture_output=True, text=True)
tap.expect("without --summary, no summary", [],
           [line for line in quiet.stderr.splitlines() if line.startswith("tt_memstat")])
tap.finish()
