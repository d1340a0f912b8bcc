# SPDX-License-Identifier: GPL-2.0-only
"""Cards without an import (--card): a program's own descriptor makes their capacities known while the
program is attached, a second program is accepted, and an import with another geometry has priority,
also in the middle of a run."""
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
truth.expect("nothing is known of a card without geometry", [("unknown",) * 3], first)
child = another("mock")
truth.expect("a mock card is not reported on a card, even if its node is open", (3, f"[0] {first}"),
             (child.returncode, last_line(child)))
truth.expect("a message says that the mock card is not reported", 1,
             len(re.findall("device 0 is not reported: no virtual chip has the id",
                            child.stderr)))
as_real()
x = tensor(mesh, L1)
y = tensor(mesh, DRAM)
truth.step("the first program on cards of unknown geometry")
truth.expect("the first program's descriptor makes the geometry known", list(described()), seen())
truth.expect("the geometry's source is the runtime", ["runtime"] * count,
             [read(chip, "geometry_source") for chip in chips()])
child = another("card")
truth.expect("a second program is accepted and changes no geometry",
             (3, f"{[2] * count} {list(described())}"),
             (child.returncode, last_line(child)))
truth.expect("a second program prints no message", [], re.findall("tt_memstat: .*", child.stderr))
truth.step("nothing is left of the second program")

imported = describe(0)
truth.expect("an import of another geometry without --force is refused", (1, True),
             (imported.returncode, "--force" in imported.stderr))
truth.step("a refused import changes nothing")
imported = describe(0, "--force")
truth.expect("an import of another geometry with --force", (0, ""), (imported.returncode, imported.stderr))
z = tensor(mesh, L1, 512)
truth.step("all live objects are reported again")
truth.expect("the chip has the imported geometry", list(described(0))[0], seen()[0])
x = None
truth.step("freed")
y = ttnn.add(z, z, memory_config=L1)
truth.step("a program is launched after the import")
truth.expect("no pool is partial after the import", [(0, 0)] * count,
             [tuple(stat(client)[key] for key in ("l1_partial", "dram_partial"))
              for chip in chips() for client in own(chip)])
truth.expect("at most the event that found the change is refused", True,
             all(stat(client)["rejected"] <= 1 for chip in chips() for client in own(chip)))
child = another("card")
truth.expect("a program on a chip with another imported geometry is reported", 3, child.returncode)
truth.expect("one message says that the imported geometry is used", 1,
             len(re.findall("tt_memstat: device 0 is reported with the geometry of tt0, not the "
                            "runtime's: .*geometry is .*: tt0 is ", child.stderr)))
ttnn.close_mesh_device(mesh)
most = {"blackhole": 10, "wormhole_b0": 8}[yaml.safe_load(open(DESCRIPTOR))["arch"][0]]
truth.expect("an import of fewer cores than the runtime has", 0, describe(most, "--force").returncode)
child = another("card")
truth.expect("a program with too many cores runs", 3, child.returncode)
truth.expect("a program with too many cores is not reported, with the reason", 1,
             len(re.findall("tt_memstat: device 0 is not reported: .*worker.*", child.stderr)))
truth.finish()
