# SPDX-License-Identifier: GPL-2.0-only
"""Computes from a recording what tests compare with the tools.

Reads the recording as docs/recording.md defines it, applies its events by the rules of docs/ledger.md
and uapi/tt_memstat.h, and computes the union of the ranges on each core. Shares only these definitions
with the tools. All chips are Blackhole with 12x10 cores.
"""

import os
import struct
from collections import namedtuple

ARCH_GRID = (12, 10)
CORE, BANK, BANKS = 1572864, 4 << 30, 8
RECORD, FREE, PROGRAM_FREE, DISPATCH, DROP, ATTACH, SET, NAME, PROGRAM_NAME, BEGIN, END, PIECE = (
    1, 2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15)
POOLS = ["dram", "trace", "l1", "l1_small", "cb", "kernel"]
VIEW, PART, REPLACE = 1, 4, 8
SLOT = struct.Struct("<IIQQQII")

Entry = namedtuple("Entry", "kind flags pool set id program addr size name scope node")
# @on: mask of cores or banks
Part = namedtuple("Part", "id pool addr size on flags program name scope node")


def is_dram(pool):
    return pool in ("dram", "trace")


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
        self.last, self.list, self.ids = last, 0, []


class Chip:
    """What one attachment reports."""

    def __init__(self, blob):
        self.workers = struct.unpack_from("<II", blob, 68)
        self.base, self.end, self.small = struct.unpack_from("<QQQ", blob, 80)
        self.sets = [mask_of([(0, 0, self.workers[0] - 1, self.workers[1] - 1)])]
        self.records, self.programs = {}, {}
        self.names = {}  # (name, scope) of programs that are loaded or announced
        self.dispatched = False
        self.events = self.refused = self.node = 0
        self.misfits = set()
        self.changed = []  # parts that the latest event ended and began: (Part, bool)
        self.cores = ()

    def parts(self):
        return [part for parts in self.records.values() for part in parts]

    def add_set(self, number, mask, is_l1):
        assert number == len(self.sets)
        self.sets.append(mask if is_l1 else (mask,))
        kinds = {}
        for core in range(ARCH_GRID[0] * ARCH_GRID[1]):
            kinds.setdefault(tuple(s >> core & 1 for s in self.sets if isinstance(s, int)), []).append(core)
        self.cores = tuple(kinds.values())

    # ---- Events

    def take(self, e):
        """Apply an event; whether it is not refused."""
        self.events += 1
        self.node = e.node
        self.changed = []
        if e.kind == DROP:
            self.drop(e.id)
            return True
        if e.kind == RECORD:
            good = self.record(e)
        elif e.kind == FREE:
            good = e.id in self.records
            if good:
                self.end_record(e.id)
        elif e.kind == PROGRAM_FREE:
            good = e.program in self.programs
            if good:
                self.end_program(e.program)
                self.unload(e.program)
        else:
            good = e.program in self.programs
            if good:
                self.dispatch(self.programs[e.program], e.id)
        if not good and not (e.kind == FREE and e.id in self.misfits):
            self.refused += 1
        if not good and e.kind == RECORD:
            self.misfits.add(e.id)
        if e.kind == FREE:
            self.misfits.discard(e.id)
        return good

    def end_record(self, ident):
        parts = self.records.pop(ident)
        if parts[0].program:
            self.programs[parts[0].program].ids.remove(ident)
        self.changed += [(part, False) for part in parts]

    def end_program(self, number):
        for ident in list(self.programs[number].ids):
            self.end_record(ident)

    def unload(self, number):
        del self.programs[number]
        del self.names[number]

    def drop(self, pools):
        for ident in [i for i, parts in self.records.items() if pools >> POOLS.index(parts[0].pool) & 1]:
            self.end_record(ident)
        if pools & 0x30:
            for number in [n for n, p in self.programs.items() if not p.ids]:
                self.unload(number)
        if pools & 0x10:
            self.dispatched = False
            for program in self.programs.values():
                program.last, program.list = -1, 0

    def record(self, e):
        """Workloads make no other errors than these."""
        head = self.records.get(e.id, [None])[0]
        replaced = e.flags & REPLACE and e.program in self.programs
        if e.addr + e.size > (BANK if is_dram(e.pool) else CORE):
            return False
        if head and not (replaced and head.program == e.program) and (
                not e.flags & head.flags & PART or head.pool != e.pool or head.program != e.program):
            return False
        if replaced:
            self.end_program(e.program)
        if e.program:
            program = self.programs.setdefault(e.program, Program(0 if self.dispatched else -1))
            if e.name or e.program not in self.names:
                self.names[e.program] = (e.name, e.scope)
            if e.id not in program.ids:
                program.ids.append(e.id)
        on = (1 << BANKS) - 1 if is_dram(e.pool) and not e.set else self.sets[e.set]
        part = Part(e.id, e.pool, e.addr, e.size, on[0] if isinstance(on, tuple) else on, e.flags,
                    e.program, e.name, e.scope, e.node)
        self.records.setdefault(e.id, []).append(part)
        self.changed.append((part, True))
        return True

    def cores_of(self, program):
        cores = 0
        for ident in program.ids:
            for part in self.records[ident]:
                cores |= part.on
        return cores

    def dispatch(self, program, group):
        if not self.dispatched:
            for other in self.programs.values():
                other.last = 0
        self.dispatched = True
        cores = self.cores_of(program)
        for other in self.programs.values():
            if other is not program and not (group and other.list == group):
                other.last &= ~cores
        program.last |= cores
        program.list = group

    # ---- Figures

    def resident(self):
        """Parts of circular buffers that count, on the cores where they do."""
        return [part._replace(on=part.on & p.last) for p in self.programs.values() if p.last for ident in p.ids
                for part in self.records[ident] if part.on & p.last and not part.flags & VIEW]

    def buffers(self, *pools):
        return [part for part in self.parts() if part.pool in pools]

    def dram_used(self):
        parts = self.buffers("dram", "trace")
        by_set = {}
        for part in parts:
            by_set.setdefault(part.on, []).append(part)
        if len(by_set) == 1:
            (on, parts), = by_set.items()
            return bin(on).count("1") * union([(p.addr, p.addr + p.size) for p in parts])
        return sum(union([(p.addr, p.addr + p.size) for p in parts if p.on >> bank & 1]) for bank in range(BANKS))

    def l1_used(self):
        """Bytes used, and (bytes, -core) of the fullest core."""
        held = self.buffers("l1", "l1_small") + self.resident()
        used, full = 0, (-1, 0)
        for kind in self.cores:
            first = kind[0]
            bytes_used = union([(p.addr, p.addr + p.size) for p in held if p.on >> first & 1])
            used += bytes_used * len(kind)
            full = max(full, (bytes_used, -first))
        return used, full

    def holders(self, *pools):
        """(pool, id or program, bytes, parts, operation, caller) of each."""
        out = {}
        for part in (self.resident() if "cb" in pools else []) + self.buffers(*(set(pools) - {"cb"})):
            key = (part.pool, part.program or part.id)
            out.setdefault(key, []).append(part)
        return sorted(key + (sum(p.size * bin(p.on).count("1") for p in parts), len(parts)) + self.name(parts)
                      for key, parts in out.items())

    def name(self, parts):
        """Operation and caller: those of the first part, or of its program."""
        first = self.records[min(part.id for part in parts)][0]
        name, scope = (first.name, first.scope) if first.name or not first.program else self.names[first.program]
        return (name or scope, scope if name else None)


def read(file):
    """(chips so far, chip or None, Entry or None, scope event or None) of each event."""
    chips, attached, names, open_scopes, node = [], {}, {}, {}, 0
    reader = slots(file)
    for slot in reader:
        head, who, when, ident, program, addr, size = SLOT.unpack(slot)
        kind, pool, number, attachment, thread = head & 15, head >> 10 & 7, head >> 16, who >> 22, who & 0x3fffff
        name, scope = names.get(when & 0xfffff), (open_scopes.get(thread) or [None])[-1]
        if kind == NAME:
            names[when & 0xfffff] = pieces(reader, ident).decode()
            continue
        node += 1
        chip = attached.get(attachment)
        if kind == ATTACH:
            attached[attachment] = Chip(pieces(reader, ident))
            chips.append(attached[attachment])
        elif kind == SET and pool == 0:
            chip.add_set(number, mask_of(list(struct.iter_unpack("<4H", pieces(reader, ident)))), True)
        elif kind == SET:
            chip.add_set(number, program, False)
        elif kind == PROGRAM_NAME:
            chip.names[program] = (name, scope)
        elif kind == BEGIN:
            open_scopes.setdefault(thread, []).append(name)
            yield chips, None, None, (thread, name)
        elif kind == END:
            open_scopes[thread].pop()
            yield chips, None, None, (thread, None)
        elif kind in (RECORD, FREE, PROGRAM_FREE, DISPATCH, DROP):
            yield chips, chip, Entry(kind, head >> 4 & 63, POOLS[pool], number, ident, program, addr * 16, size * 16, name,
                                     scope, node), None
