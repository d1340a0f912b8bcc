# SPDX-License-Identifier: GPL-2.0-only
"""The operations that made buffers and programs, as `tt-memstat records` and `programs` show them, of a
child that is an unmodified script: with TT_MEMSTAT_NAMES=1; without it, no operation is shown."""
import json
import os
import subprocess
import sys
import threading

import ttnn

from truth import Tap, chips

L1 = ttnn.L1_MEMORY_CONFIG


def child():
    """Leaves one step after the other in place, each until a line comes."""
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=32768)

    def tensor(shape, layout=ttnn.TILE_LAYOUT):
        return ttnn.allocate_tensor_on_device(ttnn.Shape(shape), ttnn.bfloat16, layout, mesh, L1)

    def step():
        cores = {}
        for page in ttnn._ttnn.reports.get_buffer_pages(mesh):
            if page.buffer_type == ttnn.BufferType.L1:
                cores.setdefault(page.address, set()).add((page.core_x, page.core_y))
        print(json.dumps({address: len(where) for address, where in cores.items()}), flush=True)
        print("ready", flush=True)
        sys.stdin.readline()

    a = tensor([1, 1, 256, 256])
    step()
    kept = [ttnn.matmul(a, a, memory_config=L1), ttnn.add(a, a, memory_config=L1),
            ttnn.softmax(a, dim=-1)]
    step()
    kept = [ttnn.matmul(a, a, memory_config=L1) for _ in range(3)]
    step()
    grid = ttnn.CoreRangeSet({ttnn.CoreRange((0, 0), (3, 1))})
    shards = ttnn.ShardSpec(grid, (32, 256), ttnn.ShardOrientation.ROW_MAJOR)
    height = ttnn.MemoryConfig(ttnn.TensorMemoryLayout.HEIGHT_SHARDED, ttnn.BufferType.L1, shards)
    # On all cores of the grid, on five of them, on two banks.
    kept = [ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, rows, 256]), ttnn.bfloat16,
                                           ttnn.TILE_LAYOUT, mesh, height) for rows in (256, 160)]
    kept.append(tensor([1, 1, 32, 64]))
    step()
    kept = [ttnn.concat([a, a], dim=-1), ttnn.layer_norm(a)]
    step()
    kept = []

    def work(operation):
        kept.extend(operation() for _ in range(20))

    threads = [threading.Thread(target=work, args=(operation,)) for operation in (
        lambda: ttnn.matmul(a, a, memory_config=L1), lambda: ttnn.add(a, a, memory_config=L1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    step()
    if not os.fork():
        os.execvp("sleep", ["sleep", "0"])
    os.wait()
    kept = [ttnn.add(a, a, memory_config=L1)]
    step()
    os._exit(0)


if sys.argv[1:] == ["child"]:
    child()

tap = Tap()
cores = {}		# by address, of the last step, as ttnn says


def ask(what):
    chip = chips()[0]
    return json.loads(subprocess.run(["tt-memstat", what, "--json", chip.name], check=True,
                                     capture_output=True, text=True).stdout)


def buffers():
    found = {}
    for record in ask("records"):
        if record["pool"] not in ("cb", "kernel"):
            found[record["operation"]] = found.get(record["operation"], 0) + 1
    return found


def start(**more):
    return subprocess.Popen([sys.executable, __file__, "child"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, env=dict(os.environ, **more))


def step():
    while (line := process.stdout.readline().strip()) not in ("ready", ""):
        if line.startswith("{"):
            cores.clear()
            cores.update(json.loads(line))


def data_cores():
    return {str(record["address"]): record["data_cores"] for record in ask("records")
            if record["pool"] == "l1"}


def area(record):
    return sum((x1 - x0 + 1) * (y1 - y0 + 1) for x0, y0, x1, y1 in record["cores"])


def sysfs(figure):
    with open(f"/sys/class/tt_memstat/{chips()[0].name}/{figure}", encoding="ascii") as file:
        return int(file.read())


def go_on():
    process.stdin.write("\n")
    process.stdin.flush()
    step()


process = start(TT_MEMSTAT_NAMES="1")
step()
tap.expect("a tensor made by Python has the name python", {"python": 1}, buffers())
go_on()
tap.expect("results have the names of their operations",
           {"python": 1, "Matmul": 1, "BinaryNg": 1, "Softmax": 1}, buffers())
names = {program["operation"] for program in ask("programs")}
tap.expect("programs have the names of their operations", {"Matmul", "BinaryNg", "Softmax"}, names)
local = {record["operation"] for record in ask("records") if record["pool"] == "cb"}
tap.expect("circular buffers have the names of their operations", names, local)
go_on()
tap.expect("results of cached programs have the names of their operations", {"python": 1, "Matmul": 3}, buffers())
tap.expect("cached programs keep their names", names, {program["operation"] for program in ask("programs")})
go_on()
tap.expect("data_cores of each buffer equals ttnn's", cores, data_cores())
tap.expect("data_cores differs between buffers", {2, 5, 8}, set(cores.values()) - {64})
listed = [record for record in ask("records") if record["cores"] is not None]
tap.expect("each record has as many cores as its bank set", {record["id"]: record["banks"] for record in listed},
           {record["id"]: area(record) for record in listed})
tap.expect("no buffer has data on more cores than it is on", [],
           [record["id"] for record in listed if (record["data_cores"] or 0) > area(record)])
told = json.loads(subprocess.run(["tt-memstat", "explain", "--json", "--chip", chips()[0].name], check=True,
                                 capture_output=True, text=True).stdout)
for figure in ("l1_used", "l1_buffers_used", "cb_used", "dram_used", "l1_fullest_core_used"):
    tap.expect(f"explain --chip: {figure}", sysfs(figure), told["chip_figures"][figure])
tap.expect("explain --chip has the names of operations", {"python", "Matmul"} <= {None} | {
    holder.get("operation") for holder in told["l1"]["holders"]}, True)
go_on()
tap.expect("names of other operations", {"python", "Concat", "LayerNorm"}, set(buffers()))
go_on()
tap.expect("data_cores of other operations' buffers equals ttnn's", cores, data_cores())
tap.expect("names on every thread", {"python": 1, "Matmul": 20, "BinaryNg": 20}, buffers())
go_on()
tap.expect("names after a child has ended", {"python": 1, "BinaryNg": 1}, buffers())
table = subprocess.run(["tt-memstat", "records", chips()[0].name], check=True, capture_output=True,
                       text=True).stdout.splitlines()
tap.expect("the table has the columns of names", ["OPERATION", "DATA_CORES"], table[0].split()[-2:])
tap.expect("the table has a name", {"python", "BinaryNg", "Matmul", "Softmax", "Concat", "LayerNorm"},
           {line.split()[-2] for line in table[1:]})
links = [os.path.basename(os.readlink(entry.path)) for entry in os.scandir(f"/proc/{process.pid}/fd")
         if int(entry.name) > 255]
tap.expect("the descriptor of the names is above 255", True,
           "memfd:tt_memstat-names (deleted)" in links)
other = subprocess.run(["tt-memstat", "records", "--json", chips()[0].name], user=12345,
                       capture_output=True, text=True)
tap.expect("another user cannot read the names", True, "Matmul" not in other.stdout)
process.kill()
process.wait()

process = start()
step()
go_on()
tap.expect("without TT_MEMSTAT_NAMES, no names", {None: 4}, buffers())
links = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{process.pid}/fd")]
tap.expect("without TT_MEMSTAT_NAMES, no memfd", [], [link for link in links if "tt_memstat-names" in link])
process.kill()
process.wait()
tap.finish()
