# SPDX-License-Identifier: GPL-2.0-only
"""`tt-memstat run --virtual`: a mock card's chips for the life of a program, however it ends, and
nobody else's; `--save-descriptor`: the runtime's own descriptor, which imports as the one it read."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import ttnn

from truth import Tap, chips, stat

DESCRIPTOR = os.environ["TT_METAL_MOCK_CLUSTER_DESC_PATH"]
PARAMETER = pathlib.Path("/sys/module/tt_memstat/parameters/allow_virtual")
FIGURES = ("arch", "grid", "board", "unique_id")


def allocate():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
    return mesh, ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 32, 32]), ttnn.bfloat16,
                                                ttnn.TILE_LAYOUT, mesh, ttnn.L1_MEMORY_CONFIG)


def names():
    return {chip.name for chip in chips()}


def clients():
    return {chip.name: stat(chip)["clients"] for chip in chips()}


def figures():
    return sorted([*((chip / name).read_text() for name in FIGURES if (chip / name).exists()),
                   stat(chip)["l1_capacity"], stat(chip)["dram_capacity"]] for chip in chips())


def command(*arguments, child="child"):
    """A child under `run`, without what this process has of it."""
    return ["tt-memstat", "run", *arguments, "--", sys.executable, __file__, child]


def environment(**more):
    return {**{key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}, **more}


def run(*arguments, **more):
    return subprocess.run(command(*arguments), capture_output=True, text=True,
                          env=environment(**more))


def last_line(child):
    return child.stdout.splitlines()[-1] if child.stdout else child.stderr


if sys.argv[1:] in (["child"], ["waits"]):
    kept = allocate()
    print(clients(), flush=True)
    if sys.argv[1] == "waits":
        time.sleep(1000)
    os._exit(3)

tap = Tap()
before = clients()
child = run()
tap.expect("a mock card is reported on the virtual chip with its id",
           str({**before, min(before): 1}), last_line(child))

child = run("--virtual")
made = {f"tt{len(before) + n}": int(not n) for n in range(len(before))}
tap.expect("--virtual makes chips for the program, even if others have the same ids",
           (3, str({**before, **made})), (child.returncode, last_line(child)))
tap.expect("--virtual prints no message", [], re.findall("tt.memstat: .*", child.stderr))
tap.expect("chips of --virtual end with the program", before, clients())
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
    child = subprocess.Popen(["tt-memstat", "run", "--virtual", "cat"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=environment())
    child.stdin.write(b"there\n")
    child.stdin.flush()
    child.stdout.readline()
    there = len(names())
    child.send_signal(number)
    child.wait()
    tap.expect(f"chips of --virtual end with the program on {number.name}",
               (2 * len(before), set(before)), (there, names()))

two = [subprocess.Popen(command("--virtual", child="waits"), stdout=subprocess.PIPE, text=True,
                        env=environment()) for _ in range(2)]
for child in two:
    while "{" not in (line := child.stdout.readline()) and line:
        pass
tap.expect("each program has its own chips", [0] * (3 * len(before) - 2) + [1, 1],
           sorted(clients().values()))
for child in two:
    child.kill()
    child.wait()

shell = ["tt-memstat", "run", "--virtual", "sh", "-c", "sleep 100 >/dev/null & ls -d /sys/class/tt_memstat/tt*"]
child = subprocess.run(shell, stdout=subprocess.PIPE, text=True, env=environment())
for _ in range(100):
    if names() == set(before):
        break
    time.sleep(0.1)
tap.expect("background processes of the command do not keep its chips", (2 * len(before), set(before)),
           (len(child.stdout.split()), names()))

# Other users: allowed by a parameter, or a message says what to run.
other = {"user": 1000, "group": 1000, "extra_groups": []}
looks = ["tt-memstat", "run", "--virtual", "ls", "/sys/class/tt_memstat"]
child = subprocess.run(looks, capture_output=True, text=True, env=environment(), **other)
tap.expect("without permission for --virtual, the command runs", (0, len(before)),
           (child.returncode, len(re.findall("^tt[0-9]+$", child.stdout, re.M))))
tap.expect("without permission for --virtual, a message names the command to run", [True],
           [bool(re.search(f"EPERM.*`sudo tt-memstat import --virtual --open {DESCRIPTOR}`", line))
            for line in child.stderr.splitlines()])
PARAMETER.write_text("1")
child = subprocess.run(looks, capture_output=True, text=True, env=environment(), **other)
tap.expect("allow_virtual permits --virtual", (2 * len(before), ""),
           (len(re.findall("^tt[0-9]+$", child.stdout, re.M)), child.stderr))
tap.expect("chips of allow_virtual end with the program", before, clients())

without = environment()
del without["TT_METAL_MOCK_CLUSTER_DESC_PATH"]
child = subprocess.run(looks, capture_output=True, text=True, env=without)
tap.expect("without a mock card, no chips and a message",
           (0, "tt-memstat: no virtual chips: TT_METAL_MOCK_CLUSTER_DESC_PATH is not set\n"),
           (child.returncode, child.stderr))

text = pathlib.Path(DESCRIPTOR).read_text()
pathlib.Path("/tmp/no-ids.yaml").write_text(re.sub("chip_unique_ids:\n(  .*\n)+", "", text))
child = run("--virtual", TT_METAL_MOCK_CLUSTER_DESC_PATH="/tmp/no-ids.yaml")
tap.expect("--virtual with a descriptor without ids", [*before.values(), *made.values()],
           list(eval(last_line(child)).values()))

# By hand: a chip that has another id, and of another grid.
mapped = subprocess.run(["tt-memstat", "create-virtual", "--arch", figures()[0][0].strip(), "--harvest", "0x1",
                         "--unique-id", "0x1234"], capture_output=True, text=True).stdout.strip()
child = run("--map", f"0={mapped}")
tap.expect("--map reports the device on the named chip", str({**before, mapped: 1}),
           last_line(child))
child = run("--map", "0=tt999")
tap.expect("--map to a missing chip: messages of run and of the reporter",
           (3, True, True),
           (child.returncode, child.stderr.startswith("tt-memstat: device 0 is not reported: --map: there is no tt999\n"),
            "tt_memstat: device 0 is not reported: ttmemstat_resolve: runtime_id 0, chip 999: there is no such chip"
            in child.stderr))
tap.expect("--map to a missing chip: no other chip is used", str({**before, mapped: 0}), last_line(child))
subprocess.run(["tt-memstat", "destroy", mapped], check=True)

# The runtime's own descriptor, relative to where the command began.
read = figures()
child = run("--save-descriptor", "../../tmp/saved.yaml")
tap.expect("--save-descriptor writes the runtime's descriptor", (3, True),
           (child.returncode, os.path.getsize("/tmp/saved.yaml") > 100))
for name in before:
    subprocess.run(["tt-memstat", "destroy", name], check=True)
child = subprocess.run(["tt-memstat", "import", "--virtual", "/tmp/saved.yaml"], capture_output=True,
                       text=True)
tap.expect("the saved descriptor can be imported", (0, ""), (child.returncode, child.stderr))
tap.expect("the saved descriptor equals the original", read, figures())
child = run("--save-descriptor", "/nonexistent/saved.yaml")
tap.expect("--save-descriptor to an unwritable file: a message, and the program runs",
           (3, 1), (child.returncode, child.stderr.count(
               "tt_memstat: cannot write /nonexistent/saved.yaml: No such file or directory")))
tap.finish()
