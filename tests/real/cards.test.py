# SPDX-License-Identifier: GPL-2.0-only
"""Cards that nobody has described (--card): what a program's own descriptor says of them makes their
capacities known while it is there, programs do not refuse each other, and an import that says
otherwise goes before, also in the middle of a run."""
import os
import re
import subprocess
import sys

import ttnn
import yaml

from truth import Truth, chips, stat

DESCRIPTOR = os.environ["TT_METAL_MOCK_CLUSTER_DESC_PATH"]
L1 = ttnn.L1_MEMORY_CONFIG
DRAM = ttnn.DRAM_MEMORY_CONFIG


def described(harvested=None):
    """Grid and capacities of each chip of the descriptor, by hand."""
    told = yaml.safe_load(open(DESCRIPTOR))
    for chip in sorted(told["arch"]):
        masks = told["harvesting"][chip]
        tensix = bin(masks["harvest_mask"]).count("1") if harvested is None else harvested
        dram = bin(masks["dram_harvesting_mask"]).count("1")
        if told["arch"][chip] == "blackhole":
            grid, core, banks = (14 - tensix, 10), 1572864, 8 - dram
            bank = 4 << 30
        else:
            grid, core, banks = (8, 10 - tensix), 1499136, 2 * (6 - dram)
            bank = 1 << 30
        yield f"{grid[0]}x{grid[1]}", grid[0] * grid[1] * core, banks * bank


def read(chip, name):
    try:
        return (chip / name).read_text().strip()
    except OSError:
        return "unknown"


def seen():
    """Of those that are there: remote chips come with their first client."""
    return [(read(chip, "grid"), *(stat(chip).get(side, "unknown")
                                   for side in ("l1_capacity", "dram_capacity")))
            for chip in chips()]


def use_card(count):
    """The node is the proof of standing, which a mock never opens."""
    return (os.open("/dev/tenstorrent/0", os.O_RDWR),
            ttnn.open_mesh_device(ttnn.MeshShape(1, count), l1_small_size=16384))


def as_real():
    """The reporter takes this program's mock card for the one whose node it holds."""
    del os.environ["TT_METAL_MOCK_CLUSTER_DESC_PATH"]


def tensor(mesh, config, rows=256):
    return ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, rows, 256]), ttnn.bfloat16,
                                          ttnn.TILE_LAYOUT, mesh, config)


def another(*arguments):
    environment = dict(os.environ, TT_METAL_MOCK_CLUSTER_DESC_PATH=DESCRIPTOR)
    return subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True,
                          env=environment)


def last_line(child):
    return child.stdout.splitlines()[-1] if child.stdout else ""


def describe(harvested, *options):
    """An import of the gateways that says that other cores are harvested."""
    told = yaml.safe_load(open(DESCRIPTOR))
    mask = (1 << harvested) - 1
    with open("/tmp/other.yaml", "w") as file:
        for section in ("arch", "harvesting", "chips_with_mmio", "io_device_type"):
            value = told[section]
            if section in ("arch", "harvesting"):
                value = {0: value[0]}
            if section == "harvesting":
                value[0]["harvest_mask"] = mask
            yaml.safe_dump({section: value}, file)
    return subprocess.run(["tt-memstat", "import", "--by-ordinal", *options, "/tmp/other.yaml"],
                          capture_output=True, text=True)


def own(chip):
    """The directories of this process's clients."""
    return [path for path in (chip / "clients").iterdir() if read(path, "pid") == str(os.getpid())]


count = len(list(described()))
if sys.argv[1:]:
    held, mesh = use_card(count)
    if sys.argv[1] == "card":
        as_real()
    x = tensor(mesh, L1)
    print([stat(chip)["clients"] for chip in chips()], seen(), flush=True)
    os._exit(3)

first = seen()
held, mesh = use_card(count)
truth = Truth(mesh, count)
truth.expect("of a card that nobody has described nothing is known", [("unknown",) * 3], first)
child = another("mock")
truth.expect("a mock card is none, whoever holds its node", (3, f"[0] {first}"),
             (child.returncode, last_line(child)))
truth.expect("which is said", 1, len(re.findall("device 0 is not reported: no virtual chip has the id",
                                                child.stderr)))
as_real()
x = tensor(mesh, L1)
y = tensor(mesh, DRAM)
truth.step("the first program on cards that nobody has described")
truth.expect("makes known what they have, as its descriptor says", list(described()), seen())
truth.expect("which is the runtime's word", ["runtime"] * count,
             [read(chip, "geometry_source") for chip in chips()])
child = another("card")
truth.expect("a second program beside it is not refused, and changes nothing",
             (3, f"{[2] * count} {list(described())}"),
             (child.returncode, last_line(child)))
truth.expect("nor does it say anything of us", [], re.findall("tt_memstat: .*", child.stderr))
truth.step("nothing is left of it")

imported = describe(0)
truth.expect("an import that says otherwise does not end it unforced", (1, True),
             (imported.returncode, "--force" in imported.stderr))
truth.step("and changes nothing")
imported = describe(0, "--force")
truth.expect("forced, it does", (0, ""), (imported.returncode, imported.stderr))
z = tensor(mesh, L1, 512)
truth.step("all that is there is recorded again")
truth.expect("on a chip as it is described", list(described(0))[0], seen()[0])
x = None
truth.step("freed")
y = ttnn.add(z, z, memory_config=L1)
truth.step("and a program launched")
truth.expect("nothing is partial", [(0, 0)] * count,
             [tuple(stat(client)[key] for key in ("l1_partial", "dram_partial"))
              for chip in chips() for client in own(chip)])
truth.expect("nor refused, but for the event that noticed it, which was said twice", True,
             all(stat(client)["rejected"] <= 1 for chip in chips() for client in own(chip)))
child = another("card")
truth.expect("a program that begins on a chip that is described otherwise is reported", 3, child.returncode)
truth.expect("by the description, which is said once", 1,
             len(re.findall("tt_memstat: device 0 is reported with the geometry of tt0, not the "
                            "runtime's: .*geometry is .*: tt0 is ", child.stderr)))
ttnn.close_mesh_device(mesh)
most = {"blackhole": 10, "wormhole_b0": 8}[yaml.safe_load(open(DESCRIPTOR))["arch"][0]]
truth.expect("an import of fewer cores than the runtime has", 0, describe(most, "--force").returncode)
child = another("card")
truth.expect("lets a program run", 3, child.returncode)
truth.expect("unreported, with the reason", 1,
             len(re.findall("tt_memstat: device 0 is not reported: .*worker.*", child.stderr)))
truth.finish()
