# SPDX-License-Identifier: GPL-2.0-only
"""Compares the figures of tt_memstat with those of ttnn itself, step by step, and prints TAP.

    truth = Truth(mesh)
    truth.step("a tensor in L1")
    truth.finish()

Each step compares, on every chip of the mesh, the bytes of all four kinds of buffers with
get_memory_view, drift with 0, and the largest free blocks.
"""
import os
import pathlib
import sys

import ttnn

CLASS = pathlib.Path("/sys/class/tt_memstat")
POOLS = {
    "dram_buffers_used": ttnn.BufferType.DRAM,
    "trace_used": ttnn.BufferType.TRACE,
    "l1_buffers_used": ttnn.BufferType.L1,
    "l1_small_used": ttnn.BufferType.L1_SMALL,
}


def stat(path):
    """The known figures of a chip or client."""
    return {key: int(value) for key, value in
            (line.split() for line in (path / "stat").read_text().splitlines())}


def chips():
    return sorted(CLASS.glob("tt[0-9]*"), key=lambda path: int(path.name[2:]))


def per_core(chip):
    """Bytes in use on each core, by (x, y)."""
    rows = (chip / "l1_per_core").read_text().splitlines()
    return {(x, y): int(used) for y, row in enumerate(rows) for x, used in enumerate(row.split())}


def clients(chip):
    """Figures of each client of a chip."""
    return [stat(path) for path in (chip / "clients").iterdir()]


RECORDED = "TT_MEMSTAT_RECORD" in os.environ
if RECORDED:
    from recording import chips, clients, per_core, stat


class Tap:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, name, wanted, seen):
        number = self.passed + self.failed + 1
        if wanted == seen:
            self.passed += 1
            print(f"ok {number} - {name}")
        else:
            self.failed += 1
            print(f"not ok {number} - {name}\n#   expected: {wanted}\n#   saw:      {seen}")
        sys.stdout.flush()

    def finish(self):
        print(f"1..{self.passed + self.failed}\n{self.passed} passed, {self.failed} failed", flush=True)
        # Skip ttnn's teardown, which is not tested.
        os._exit(self.failed > 0 or not self.passed)


class Truth(Tap):
    """@count chips of the mesh; all others are to be unused."""

    def __init__(self, mesh, count=1):
        super().__init__()
        self.mesh = mesh
        self.count = count

    def wanted(self):
        figures = {}
        for name, kind in POOLS.items():
            view = ttnn.get_memory_view(self.mesh, kind)
            figures[name] = view.num_banks * view.total_bytes_allocated_per_bank
            if name in ("dram_buffers_used", "l1_buffers_used"):
                block = name.split("_")[0] + "_largest_free_block"
                figures[block] = view.largest_contiguous_bytes_free_per_bank
        figures["drift"] = 0
        if RECORDED:
            figures["buffers"] = sorted(
                (str(buffer.buffer_type).split(".")[1].lower(), buffer.address)
                for buffer in ttnn._ttnn.reports.get_buffers(self.mesh))
        return figures

    def step(self, name):
        wanted = [self.wanted()] * self.count
        # Allocators report no statistics of pools that were never used.
        seen = [{key: figures.get(key, "unknown") for key in wanted[0]
                 if key in figures or figures.get(key.split("_")[0] + "_buffers_used", 1)}
                for figures in map(stat, chips()) if figures["clients"]]
        wanted = [{key: chip[key] for key in keys} for chip, keys in zip(wanted, seen)]
        self.expect(name, wanted if len(seen) == self.count else self.count, seen)

    def whole(self):
        self.expect("nothing is refused, lost or partial", [(0, 0, 0, 0)] * self.count,
                    [tuple(client[key] for key in ("rejected", "dropped", "l1_partial", "dram_partial"))
                     for chip in chips() for client in clients(chip)])
