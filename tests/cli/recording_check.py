#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares `tt-memstat explain` of recordings with an independent computation.

Reads the recording as docs/recording.md defines it, and computes the union of the ranges on each core
after each event. Shares only these definitions with the tool. ttmem-workload makes the recordings.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

ARCH_GRID = (12, 10)
RECORD, FREE, PROGRAM_FREE, DISPATCH, ATTACH, SET, NAME, BEGIN, END = 1, 2, 3, 4, 8, 10, 11, 13, 14
POOLS = ["dram", "trace", "l1", "l1_small", "cb", "kernel"]
SLOT = struct.Struct("<IIQQQII")


def slots(file):
    number = 0
    while True:
        name = file if not number else f"{file}.{number}"
        if not os.path.exists(name):
            return
        with open(name, "rb") as f:
            data = f.read()
        taken = min(struct.unpack_from("<I", data, 112)[0], struct.unpack_from("<I", data, 128)[0])
        for at in range(4096, 4096 + taken * 40, 40):
            yield data[at:at + 40]
        number += 1


def pieces(reader, count):
    blob = b""
    while len(blob) < count:
        blob += next(reader)[8:]
    return blob[:count]


def mask_of(rects):
    mask = 0
    for x0, y0, x1, y1 in rects:
        for y in range(y0, y1 + 1):
            mask |= ((1 << (x1 - x0 + 1)) - 1) << (y * ARCH_GRID[0] + x0)
    return mask


def union(ranges):
    total, end = 0, 0
    for a, b in sorted(ranges):
        a = max(a, end)
        if b > a:
            total, end = total + b - a, b
    return total


def gaps(ranges, low, high):
    out, at = [], low
    for a, b in sorted(ranges):
        if a > at:
            out.append(min(a, high) - at)
        at = max(at, b)
    return out + ([high - at] if at < high else [])


class Program:
    def __init__(self, last):
        self.last, self.list, self.records = last, 0, {}


class Chip:
    """What one attachment reported, and how full it was when it was fullest."""

    def __init__(self, blob):
        self.workers = struct.unpack_from("<II", blob, 68)
        self.base, self.end, self.small = struct.unpack_from("<QQQ", blob, 80)
        self.sets = [mask_of([(0, 0, self.workers[0] - 1, self.workers[1] - 1)])]
        self.buffers, self.programs, self.of = {}, {}, {}
        self.dispatched, self.events = False, 0
        self.l1 = self.dram = None
        self.used = {"l1": 0, "dram": 0}
        self.open, self.scopes = [], {}
        self.cores = ()

    def add_set(self, number, rects):
        assert number == len(self.sets)
        self.sets.append(mask_of(rects))
        kinds = {}
        for core in range(ARCH_GRID[0] * ARCH_GRID[1]):
            kinds.setdefault(tuple(s >> core & 1 for s in self.sets), []).append(core)
        self.cores = tuple(kinds.values())

    def take(self, kind, pool, number, ident, program, addr, size):
        self.events += 1
        if kind == RECORD and pool == "cb":
            p = self.programs.setdefault(program, Program(0 if self.dispatched else -1))
            p.records[ident] = (addr, size, self.sets[number])
        elif kind == RECORD:
            self.buffers[ident] = (pool, addr, size)
        elif kind == FREE:
            del self.buffers[ident]
        elif kind == PROGRAM_FREE:
            del self.programs[program]
        elif kind == DISPATCH:
            self.dispatch(self.programs[program], ident)
        self.look(pool)
        self.raise_scopes()

    def begin_scope(self, thread, name):
        self.open.append((thread, name))
        self.scopes.setdefault(name, {"calls": 0, "l1": 0, "dram": 0})["calls"] += 1
        self.raise_scopes()

    def end_scope(self, thread):
        self.open.pop(max(i for i, scope in enumerate(self.open) if scope[0] == thread))

    def raise_scopes(self):
        for _, name in self.open:
            for space, used in self.used.items():
                self.scopes[name][space] = max(self.scopes[name][space], used)

    def dispatch(self, program, group):
        if not self.dispatched:
            for other in self.programs.values():
                other.last = 0
        self.dispatched = True
        cores = 0
        for _, _, on in program.records.values():
            cores |= on
        for other in self.programs.values():
            if other is not program and not (group and other.list == group):
                other.last &= ~cores
        program.last |= cores
        program.list = group

    def resident(self):
        return [(number, a, s, on & p.last) for number, p in self.programs.items() if p.last
                for a, s, on in p.records.values() if on & p.last]

    def look(self, pool):
        if pool == "dram" or pool is None:
            dram = [(a, a + s) for p, a, s in self.buffers.values() if p == "dram"]
            used = 8 * union(dram)
            if used > (self.dram["used"] if self.dram else 0):
                self.dram = {"used": used, "event": self.events, "blocks": gaps(dram, 0, 4 << 30)}
            self.used["dram"] = used
        if pool == "dram":
            return
        held = [(a, a + s) for p, a, s in self.buffers.values() if p != "dram"]
        cbs = self.resident()
        used, full = 0, (-1, 0)
        for kind in self.cores:
            first = kind[0]
            ranges = [(a, a + s) for _, a, s, on in cbs if on >> first & 1]
            if self.sets[0] >> first & 1:
                ranges += held
            bytes_used = union(ranges)
            used += bytes_used * len(kind)
            full = max(full, (bytes_used, -first))
        self.used["l1"] = used
        if used > (self.l1["used"] if self.l1 else 0):
            self.l1 = {"used": used, "event": self.events, "full": full, "cbs": cbs,
                       "buffers": dict(self.buffers)}

    # ---- at the peak of L1

    def holders(self):
        by_program = {}
        for number, _, size, on in self.l1["cbs"]:
            by_program[number] = by_program.get(number, 0) + size * bin(on).count("1")
        out = [("cb", number, total) for number, total in by_program.items()]
        cores = self.workers[0] * self.workers[1]
        out += [(p, ident, s * cores) for ident, (p, _, s) in self.l1["buffers"].items() if p != "dram"]
        return sorted(out)

    def headroom(self):
        core = -self.l1["full"][1]
        top = self.end - self.small
        ends = [a + s for _, a, s, on in self.l1["cbs"] if on >> core & 1]
        low = [a for p, a, _ in self.l1["buffers"].values() if p != "dram"] if self.sets[0] >> core & 1 else []
        return max(0, min(low + [top]) - max(ends + [self.base]))

    def blocks(self):
        return gaps([(a, a + s) for p, a, s in self.l1["buffers"].values() if p == "l1"], self.base,
                    self.end - self.small)


def read(file):
    chips, attached, names = [], {}, {}
    reader = slots(file)
    for slot in reader:
        head, who, when, ident, program, addr, size = SLOT.unpack(slot)
        kind, pool, number, attachment = head & 15, head >> 10 & 7, head >> 16, who >> 22
        if kind == ATTACH:
            attached[attachment] = Chip(pieces(reader, ident))
            chips.append(attached[attachment])
        elif kind == SET:
            rects = struct.iter_unpack("<4H", pieces(reader, ident))
            attached[attachment].add_set(number, list(rects))
        elif kind == NAME:
            names[when & 0xfffff] = pieces(reader, ident).decode()
        elif kind == BEGIN:
            for chip in chips:
                chip.begin_scope(who & 0x3fffff, names[when & 0xfffff])
        elif kind == END:
            for chip in chips:
                chip.end_scope(who & 0x3fffff)
        elif kind in (RECORD, FREE, PROGRAM_FREE, DISPATCH):
            attached[attachment].take(kind, POOLS[pool] if kind == RECORD else None, number, ident, program, addr * 16, size * 16)
    return chips


def compare(chip, seen):
    """What differs, as a list of texts."""
    wrong = []

    def expect(what, expected, saw):
        if expected != saw:
            wrong.append(f"{what}: expected {expected}, saw {saw}")

    def blocks(space, expected):
        saw = seen[space]["blocks"]
        expect(f"free blocks of {space}", (sum(expected), max(expected), len(expected)),
               (saw["free"], saw["largest"], saw["blocks"]))

    expect("events", chip.events, seen["events"])
    expect("peak of L1", (chip.l1["used"], chip.l1["event"]), (seen["l1"]["used"], seen["l1"]["event"]))
    expect("peak of DRAM", (chip.dram["used"], chip.dram["event"]), (seen["dram"]["used"], seen["dram"]["event"]))
    expect("holders", chip.holders(), sorted((h["pool"], h["program"] if h["pool"] == "cb" else h["id"], h["bytes"])
                                             for h in seen["l1"]["holders"]))
    expect("holders, less what they share", chip.l1["used"],
           sum(h["bytes"] for h in seen["l1"]["holders"]) - seen["l1"]["shared"])
    core = -chip.l1["full"][1]
    expect("fullest core", (core % ARCH_GRID[0], core // ARCH_GRID[0], chip.l1["full"][0]),
           (seen["core"]["x"], seen["core"]["y"], seen["core"]["used"]))
    expect("headroom", chip.headroom(), seen["core"]["headroom"])
    expect("scopes", chip.scopes, {s["name"]: {key: s[key] for key in ("calls", "l1", "dram")}
                                   for s in seen["scopes"]})
    blocks("l1", chip.blocks())
    blocks("dram", chip.dram["blocks"])
    return wrong


def main():
    tool, workload = sys.argv[1:3]
    first, count = int(os.environ.get("SEED", "1")), int(os.environ.get("COUNT", "4"))
    events = int(os.environ.get("EVENTS", "1500"))
    checked = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            file, chips = f"{folder}/{seed}.rec", 1 + seed % 3
            subprocess.run([workload, "-n", str(events * chips), "-c", str(chips), "-s", str(seed),
                            "-o", str(seed % 4 * 5)], check=True, env={**os.environ, "TT_MEMSTAT_RECORD": file})
            for device, chip in enumerate(read(file)):
                found = subprocess.run([tool, "explain", "--json", "--top", "0", "--device", str(device), file],
                                       capture_output=True, check=True)
                wrong = compare(chip, json.loads(found.stdout))
                checked += 1
                failed += bool(wrong)
                for text in wrong:
                    print(f"seed {seed}, device {device}: {text}")
    print(f"{checked} chips, {failed} differ")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
