# SPDX-License-Identifier: GPL-2.0-only
"""Compares `tt-memstat import --dry-run` with an independent reading of cluster descriptors: arch,
gateway, masks, cores and bytes of each chip. descriptors.py FILE..., a check for each.

Takes the sections of descriptors and the properties of archs from UMD and the specifications.
Shares no code with the tool: it reads YAML with PyYAML, and computes distances chip by chip.
"""
import os
import re
import subprocess
import sys

import yaml

MiB, GiB = 1 << 20, 1 << 30
# Lines that are harvested, cores in each of them, bytes of a core; DRAM channels and their bytes.
ARCHS = {"wormhole": (10, 8, 1499136, 6, 2 * GiB), "blackhole": (14, 10, 1572864, 8, 4 * GiB)}
ROW = re.compile(r"^ *(\d+) +(\S+) +(\S+(?: \S+)*?) +(\S+) +(\d+|-) +(0x[0-9a-f]+|-) +(\d+|-) +"
                 r"(-|[\d.]+ [MG]iB) +(-|[\d.]+ [MG]iB) +(\S.*)$")


class Refused(Exception):
    """The file is no descriptor."""


class Loader(yaml.BaseLoader):
    """All values as the texts that they are, and no key twice."""


def mapping(loader, node, deep=False):
    keys = [key.value for key, _ in node.value]
    if len(set(keys)) != len(keys):
        raise Refused("a key twice")
    return yaml.BaseLoader.construct_mapping(loader, node, deep)


Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: mapping(loader, node, True))


def number(text):
    return int(text, 16 if text.lower().startswith("0x") else 10)


def pairs(section):
    """A section is a mapping from chips, or a list of such mappings and of chips alone."""
    found = []
    for item in [section] if isinstance(section, dict) else section or []:
        found += item.items() if isinstance(item, dict) else [(item, None)]
    return {number(key): value for key, value in found}


def boards(section):
    """The chips of each; a board is a list of mappings, or one; they too may be numbered."""
    for board in section.values() if isinstance(section, dict) else section or []:
        fields = {}
        for item in board if isinstance(board, list) else [board]:
            fields.update(item)
        yield [number(chip) for chip in fields.get("chips") or []]


def distances(chips, links, start):
    """Of all chips from one, breadth first."""
    found, ring, far = {start: 0}, {start}, 0
    while ring:
        ring = {b for a in ring for b in links.get(a, ()) if b in chips and b not in found}
        far += 1
        found.update(dict.fromkeys(ring, far))
    return found


def neighbours(section):
    links = {}
    for link in section or []:
        ends = [number(end["chip"]) for end in link[:2] if isinstance(end, dict) and "chip" in end]
        if len(ends) == 2:
            links.setdefault(ends[0], set()).add(ends[1])
            links.setdefault(ends[1], set()).add(ends[0])
    return links


def gateways(data, chips):
    """Of a remote chip: the one chip of its board with a PCI function, else the nearest such."""
    told = data.get("chips_with_mmio") or data.get("chip_pci_bdfs")
    local = {chip for chip in pairs(told)} if told else set()
    local |= set(pairs(data.get("chip_pci_bdfs")))
    if not data.get("chips_with_mmio"):
        return {}
    links = neighbours(data.get("ethernet_connections"))
    ways = {chip: distances(chips, links, chip) for chip in local}
    found = {}
    for chip in set(chips) - local:
        on_board = [set(board) & local for board in boards(data.get("boards")) if chip in board]
        near = sorted((way[chip], gateway) for gateway, way in ways.items() if chip in way)
        if on_board and len(on_board[0]) == 1:
            found[chip] = min(on_board[0])
        elif near:
            found[chip] = near[0][1]
    return found


def shown(size):
    if not size:
        return "-"
    return f"{size // GiB} GiB" if size % GiB == 0 else f"{size // MiB}.{size % MiB * 100 // MiB:02} MiB"


def geometry(arch, masks):
    lines, width, core, channels, channel = ARCHS[arch]
    tensix, dram = masks.get("harvest_mask"), masks.get("dram_harvesting_mask")
    mask = cores = "-"
    l1 = space = 0
    if tensix is not None:
        if number(tensix) >= (1 << lines) - 1:
            raise Refused("harvest_mask")
        mask = hex(number(tensix))
        cores = str((lines - bin(number(tensix)).count("1")) * width)
        l1 = int(cores) * core
    if dram is not None:
        if number(dram) >= (1 << channels) - 1:
            raise Refused("dram_harvesting_mask")
        space = (channels - bin(number(dram)).count("1")) * channel
    return mask, cores, shown(l1), shown(space)


def compute(text):
    """By chip: arch, gateway, mask, cores, L1, DRAM; as the tool shows them."""
    try:
        data = yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise Refused("not YAML") from error
    if not isinstance(data, dict):
        raise Refused("no mapping")
    archs, harvesting = pairs(data.get("arch")), pairs(data.get("harvesting"))
    chips = sorted({*archs, *pairs(data.get("chips"))})
    if not chips:
        raise Refused("no chips")
    behind, rows = gateways(data, chips), {}
    for chip in chips:
        arch = archs.get(chip, "-").lower().replace("_b0", "")
        have = geometry(arch, harvesting.get(chip) or {}) if arch in ARCHS else ("-",) * 4
        rows[chip] = (archs.get(chip, "-") if arch not in ARCHS else arch,
                      str(behind.get(chip, "-")), *have)
    return rows


def said(path):
    done = subprocess.run(["tt-memstat", "import", "--dry-run", path], capture_output=True, text=True,
                          check=False)
    if done.returncode == 1:
        raise Refused(done.stderr)
    rows = [ROW.match(line) for line in done.stdout.splitlines()[1:]]
    if done.returncode not in (0, 6) or not rows or None in rows:
        sys.exit(f"{path}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return {int(row[1]): tuple(row.group(*range(4, 10))) for row in rows}


def outcome(function, argument):
    try:
        return function(argument)
    except Refused as why:
        return f"refused: {str(why).strip()}"


def differences(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        wanted = outcome(compute, file.read())
    seen = outcome(said, path)
    if isinstance(wanted, str) and isinstance(seen, str):
        return []
    if isinstance(wanted, str) or isinstance(seen, str):
        return [f"expected: {wanted}", f"saw:      {seen}"]
    return [line for chip in sorted({*wanted, *seen}) if wanted.get(chip) != seen.get(chip)
            for line in (f"chip {chip}: expected: {wanted.get(chip)}",
                         f"chip {chip}: saw:      {seen.get(chip)}")]


def main():
    failed = 0
    for n, path in enumerate(sys.argv[1:], 1):
        found = differences(path)
        failed += bool(found)
        print("not ok" if found else "ok", n, "-", os.path.basename(path))
        for line in found[:8]:
            print("#   " + line)
    print(f"1..{len(sys.argv) - 1}")
    print(f"{len(sys.argv) - 1 - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
