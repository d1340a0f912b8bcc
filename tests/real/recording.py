# SPDX-License-Identifier: GPL-2.0-only
"""Compute figures from the recording of this process (docs/recording.md), by the definitions and without
the module's code: chips(), stat() and the other functions that truth.py has for the module."""
import json
import os
import subprocess


PARTS = [("dram", 1), ("trace", 2), ("l1", 4), ("l1_small", 8), ("cb", 16)]


class Chip:
    def __init__(self):
        self.covers, self.partial, self.attached = [], [], False
        self.grid, self.banks = (0, 0), 0
        self.forget()

    def forget(self):
        self.records, self.sets, self.snapshots, self.resident = {}, {}, {}, {}
        self.dispatched, self.left = False, None

    def everywhere(self):
        return {(x, y) for x in range(self.grid[0]) for y in range(self.grid[1])}

    def cores(self, number):
        return self.sets[number] if number else self.everywhere()

    def headroom(self, program):
        """Between what a program keeps and the lowest buffer."""
        lowest = [addr for pool, addr, *_ in self.records.values() if pool == "l1"]
        ends = [addr + size for pool, addr, size, _, owner, view in self.records.values()
                if owner == program and pool == "cb" and not view]
        return min(lowest) - max(ends) if lowest and ends else None

    def parts(self, pools, loaded=False):
        """Of each core the ranges that live records of @pools take there; @loaded: of programs
        that are not resident, too."""
        taken = {}
        for pool, addr, size, number, program, view in self.records.values():
            if view or pool not in pools:
                continue
            for core in self.cores(number):
                if (pool != "cb" or loaded or not self.dispatched or
                        self.resident.get(core) == program):
                    taken.setdefault(core, []).append((addr, addr + size))
        return taken

    def end_program(self, program):
        self.records = {key: record for key, record in self.records.items() if record[4] != program}

    def used(self, *pools):
        if pools[0] in ("dram", "trace"):
            return self.banks * union([(addr, addr + size) for pool, addr, size, *_ in
                                       self.records.values() if pool in pools])
        return sum(map(union, self.parts(pools).values()))


def union(ranges):
    covered, end = 0, -1
    for first, last in sorted(ranges):
        covered += max(0, last - max(first, end))
        end = max(end, last)
    return covered


def play(events):
    """The chips after all events, by the runtime's numbers."""
    known, attached = {}, {}
    for event in events:
        what, program = event["event"], event.get("program")
        if what == "attach":
            chip = attached[event["attachment"]] = known.setdefault(event["runtime_id"], Chip())
            chip.covers, chip.partial, chip.attached = event["covers"], event["partial"], True
            chip.grid = event.get("worker_x", 0), event.get("worker_y", 0)
            chip.banks = event.get("dram_banks", 0)
            chip.forget()
        if "attachment" not in event:
            continue
        chip = attached[event["attachment"]]
        if what == "detach":
            chip.attached = False
            chip.forget()
        elif what == "set":
            chip.sets[event["set"]] = {(x, y) for x0, y0, x1, y1 in event["cores"]
                                       for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}
        elif what == "record":
            if "replace" in event["flags"]:
                chip.end_program(program)
            if event["id"] in chip.records:
                raise ValueError(f"twice: {event}")
            chip.records[event["id"]] = (event["pool"], event["address"], event["size"], event["set"],
                                         program, "view" in event["flags"])
        elif what == "free":
            del chip.records[event["id"]]
        elif what == "program-free":
            chip.end_program(program)
            chip.resident = {core: owner for core, owner in chip.resident.items() if owner != program}
        elif what == "dispatch":
            chip.dispatched = True
            chip.left = chip.headroom(program)
            for _, _, _, where, owner, _ in chip.records.values():
                if owner == program:
                    chip.resident |= {core: owner for core in chip.cores(where)}
        elif what == "snapshot":
            chip.snapshots[event["pool"]] = event["allocated"], event["largest_free_block"]
        elif what == "partial":
            chip.partial = event["pools"]
        elif what == "drop":
            chip.records = {key: record for key, record in chip.records.items()
                            if record[0] not in event["pools"]}
            chip.snapshots = {pool: said for pool, said in chip.snapshots.items()
                              if pool not in event["pools"]}
    return known


def chips():
    name = os.environ["TT_MEMSTAT_RECORD"].replace("%p", str(os.getpid()))
    dumped = subprocess.run(["tt-memstat", "record", "--dump", "--json", name], capture_output=True,
                            text=True)
    known = play(map(json.loads, dumped.stdout.splitlines()))
    return [known[number] for number in sorted(known)]


def clients(chip):
    """Figures of each client of a chip, of which there is one."""
    return [stat(chip)] * chip.attached


def stat(chip):
    buffers = {"l1": "l1_buffers_used", "l1_small": "l1_small_used", "dram": "dram_buffers_used",
               "trace": "trace_used"}
    figures = {name: chip.used(pool) for pool, name in buffers.items()}
    figures |= {"clients": int(chip.attached), "cb_used": chip.used("cb"),
                "l1_used": chip.used("l1", "l1_small", "cb"), "dram_used": chip.used("dram", "trace"),
                "l1_headroom": chip.left, "l1_fullest_core_used": max(per_core(chip).values(), default=0),
                "records": len(chip.records), "rejected": 0, "dropped": 0,
                "cb_loaded": sum(map(union, chip.parts(["cb"], loaded=True).values())),
                "kernel_app": sum(size * len(chip.cores(where)) for pool, _, size, where, _, _ in
                                  chip.records.values() if pool == "kernel"),
                "programs": len({record[4] for record in chip.records.values() if record[4]}),
                "l1_partial": sum(bit for pool, bit in PARTS if pool in chip.partial and bit > 2),
                "dram_partial": sum(bit for pool, bit in PARTS if pool in chip.partial and bit <= 2)}
    figures["buffers"] = sorted((pool, addr) for pool, addr, _, where, _, _ in chip.records.values()
                                if pool not in ("cb", "kernel") and not where)
    if chip.snapshots:
        figures["drift"] = sum(
            allocated * (chip.banks if pool in ("dram", "trace") else len(chip.everywhere())) -
            chip.used(pool) for pool, (allocated, _) in chip.snapshots.items())
    for pool in ("l1", "dram"):
        if pool in chip.snapshots:
            figures[f"{pool}_largest_free_block"] = chip.snapshots[pool][1]
    # Pools that no client covers, and sides without geometry, are unknown.
    for pool, name in (*buffers.items(), ("cb", "cb_used"), ("cb", "cb_loaded"), ("kernel", "kernel_app")):
        if chip.attached and (pool not in chip.covers or
                              (pool in ("dram", "trace") and not chip.banks)):
            del figures[name]
    return figures


def per_core(chip):
    """What is taken of each core's L1."""
    taken = chip.parts(("l1", "l1_small", "cb"))
    return {core: union(taken.get(core, [])) for core in chip.everywhere()}
