#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares `tt-memstat explain` with an independent computation from the definition of captures.

Draws every granule of every core and bank anew after each event. Shares only the format of captures
and the order in which runtimes allocate with the tool.

  explain_check.py TT_MEMSTAT FILE...    these captures, and generated ones: SEED, COUNT
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile

GRANULE = 16
CHIPS = {
    "blackhole": dict(grid=(12, 10), workers=(11, 10), l1=1572864, base=111616, banks=8, bank=4 << 30, align=64),
    "wormhole": dict(grid=(8, 8), workers=(8, 8), l1=1499136, base=130016, banks=12, bank=1 << 30, align=32),
}
HARVEST = {"blackhole": "0xc0", "wormhole": "0x41"}
CB_TYPES = ("circular_buffer_allocate", "dataflow_buffer_allocate", "scratchpad_allocate")


def number(params, key, default=None):
    value = (params or {}).get(key)
    return default if value is None else int(value)


def union(ranges):
    """Bytes covered by [from, to) ranges."""
    total, at = 0, -1
    for start, end in sorted(ranges):
        start = max(start, at)
        if end > start:
            total += end - start
            at = end
    return total


def gaps(ranges, low, high):
    """What no range covers of [low, high)."""
    out, at = [], low
    for start, end in sorted(ranges):
        if start > at:
            out.append((at, min(start, high)))
        at = max(at, end)
        if at >= high:
            break
    if at < high:
        out.append((at, high))
    return [(a, b) for a, b in out if b > a]


def cores_of(text):
    cores = set()
    for x0, y0, x1, y1 in re.findall(r"\[(\d+)-(\d+) - (\d+)-(\d+)\]", text):
        for y in range(int(y0), int(y1) + 1):
            for x in range(int(x0), int(x1) + 1):
                cores.add((x, y))
    return cores


class Model:
    """A chip and what is live on it: buffers by pool, and the program that runs."""

    def __init__(self, chip, nodes):
        self.c, self.nodes = chip, nodes
        self.workers = [(x, y) for y in range(chip["workers"][1]) for x in range(chip["workers"][0])]
        self.buffers = []  # (pool, address, size, node index, parameters)
        self.cbs = []  # (address, size, cores, node index)
        self.pending, self.views = [], False  # what the next program consists of
        self.loaded = False
        self.small = 0
        self.history = []  # (node, event state)
        self.judge_addresses()
        if any(self.is_buffer(n) and number(n["params"], "buffer_type") == 3 for n in nodes):
            self.small = 32768

    @staticmethod
    def is_buffer(node):
        return node["node_type"] == "buffer_allocate"

    def judge_addresses(self):
        """A kind of node has addresses if all of it has."""
        self.placed = {}
        for node in self.nodes:
            if node["node_type"] in CB_TYPES:
                kind = "cb"
            elif self.is_buffer(node):
                kind = number(node["params"], "buffer_type")
            else:
                continue
            self.placed[kind] = self.placed.get(kind, True) and number(node["params"], "address", 0) > 0

    def occupied(self, pool):
        pools = ("dram", "trace") if pool in ("dram", "trace") else (pool,)
        return [(a, a + s) for p, a, s, _, _ in self.buffers if p in pools]

    def place(self, pool, size):
        c = self.c
        top = c["l1"] - self.small
        if pool == "dram":
            at = 0
            for start, end in sorted(self.occupied(pool)) + [(c["bank"], c["bank"])]:
                if start - at >= size:
                    return at
                at = max(at, -(-end // c["align"]) * c["align"])
            raise AssertionError("no room")
        low, high = (top, c["l1"]) if pool == "l1_small" else (c["base"], top)
        for start, end in reversed(gaps(self.occupied(pool), low, high)):
            if end - start >= size:
                return end - size
        raise AssertionError("no room")

    def note(self, node):
        self.history.append((node, list(self.buffers), list(self.cbs)))

    def run_pending(self, node):
        if not self.pending and not self.views:
            return
        ends = {}
        for params, cores, index in self.pending:
            size, address = number(params, "size"), number(params, "address")
            if not self.placed["cb"]:
                address = max([ends.get(core, self.c["base"]) for core in cores])
                address = -(-address // self.c["align"]) * self.c["align"]
            for core in cores:
                ends[core] = max(ends.get(core, 0), address + size)
            self.cbs.append((address, size, cores, index))
        self.pending, self.views, self.loaded = [], False, True
        self.note(node)

    def allocate(self, index, params):
        pool = {0: "dram", 1: "l1", 3: "l1_small"}[number(params, "buffer_type")]
        size = number(params, "max_size_per_bank")
        address = number(params, "address")
        if not self.placed[number(params, "buffer_type")]:
            address = self.place(pool, size)
        self.buffers.append((pool, address, size, index, params))
        self.note(index)

    def free(self, index, params):
        def same(b):
            if self.placed.get(number(params, "buffer_type")) and number(params, "address"):
                return b[1] == number(params, "address")
            return (b[4]["size"], b[4]["max_size_per_bank"]) == (params["size"], params["max_size_per_bank"])

        kind = {0: "dram", 1: "l1", 3: "l1_small"}[number(params, "buffer_type")]
        for buffer in self.buffers:
            if buffer[0] == kind and same(buffer):
                self.buffers.remove(buffer)
                self.note(index)
                return

    def run(self):
        for index, node in enumerate(self.nodes):
            kind, params = node["node_type"], node.get("params") or {}
            if kind in CB_TYPES:
                view = str(params.get("globally_allocated", "0")).lower() in ("1", "true")
                self.views |= view
                if not view and number(params, "size"):
                    self.pending.append((params, cores_of(params["core_range_set"]), index))
                continue
            if kind in ("function_start", "function_end", "buffer_deallocate", "circular_buffer_deallocate_all"):
                self.run_pending(index)
            if kind == "circular_buffer_deallocate_all" and self.loaded:
                self.cbs, self.loaded = [], False
                self.note(index)
            if kind == "buffer_allocate" and number(params, "buffer_type") in (0, 1, 3):
                self.allocate(index, params)
            if kind == "buffer_deallocate" and number(params, "buffer_type") in (0, 1, 3):
                self.free(index, params)
        self.run_pending(len(self.nodes) - 1)

    # ---- figures of a state

    def on_core(self, state, core, pools=("l1", "l1_small", "cb")):
        _, buffers, cbs = state
        ranges = [(a, a + s) for a, s, cores, _ in cbs if core in cores] if "cb" in pools else []
        if core in self.workers:
            ranges += [(a, a + s) for p, a, s, _, _ in buffers if p in pools]
        return ranges

    def l1(self, state, pools=("l1", "l1_small", "cb")):
        key = {}
        total = 0
        for y in range(self.c["grid"][1]):
            for x in range(self.c["grid"][0]):
                ranges = tuple(sorted(self.on_core(state, (x, y), pools)))
                if ranges not in key:
                    key[ranges] = union(ranges)
                total += key[ranges]
        return total

    def dram(self, state):
        return self.c["banks"] * union([(a, a + s) for p, a, s, _, _ in state[1] if p == "dram"])

    def fullest(self, state):
        best, most = (0, 0), -1
        for y in range(self.c["grid"][1]):
            for x in range(self.c["grid"][0]):
                used = union(self.on_core(state, (x, y)))
                if used > most:
                    best, most = (x, y), used
        return best, most

    def headroom(self, state, core):
        top = self.c["l1"] - self.small
        cbs = [a + s for a, s, cores, _ in state[2] if core in cores]
        low = [a for p, a, s, _, _ in state[1] if p in ("l1", "l1_small")] if core in self.workers else []
        return max(0, min(low + [top]) - max(cbs + [self.c["base"]]))

    def holders(self, state):
        out = []
        for pool, _, size, index, _ in state[1]:
            if pool != "dram":
                out.append((pool, size * len(self.workers), index))
        if state[2]:
            out.append(("cb", sum(s * len(cores) for _, s, cores, _ in state[2]), state[2][0][3]))
        return sorted(out, key=lambda h: (-h[1], h[2]))

    def blocks(self, state, pool):
        if pool == "dram":
            free = gaps([(a, a + s) for p, a, s, _, _ in state[1] if p == "dram"], 0, self.c["bank"])
        else:
            free = gaps([(a, a + s) for p, a, s, _, _ in state[1] if p == "l1"], self.c["base"],
                        self.c["l1"] - self.small)
        return sum(b - a for a, b in free), max([b - a for a, b in free], default=0), len(free)


class Check:
    def __init__(self, tool):
        self.tool, self.passed, self.failed = tool, 0, 0

    def expect(self, what, expected, saw):
        if expected == saw:
            self.passed += 1
            return
        self.failed += 1
        print(f"not ok - {what}\n#   expected: {expected}\n#   saw:      {saw}")

    def explain(self, file, arch, *options):
        command = [self.tool, "explain", "--json", "--top", "0", "--arch", arch, "--harvest", HARVEST[arch],
                   "--l1-base", str(CHIPS[arch]["base"]), *options, file]
        done = subprocess.run(command, capture_output=True, text=True)
        if not done.stdout:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
        return json.loads(done.stdout)

    def compare(self, name, model, l1, dram, seen):
        """States of L1 and of DRAM, against what the tool says."""
        c = model.c
        nothing = (None, [], [])
        state = l1 or nothing
        self.expect(f"{name}: L1 used", model.l1(state), seen["l1"]["used"])
        self.expect(f"{name}: circular buffers", model.l1(state, ("cb",)), seen["l1"]["circular_buffers"])
        self.expect(f"{name}: tensors", model.l1(state, ("l1",)), seen["l1"]["buffers"])
        self.expect(f"{name}: L1_SMALL", model.l1(state, ("l1_small",)), seen["l1"]["l1_small"])
        self.expect(f"{name}: L1 adds up", c["grid"][0] * c["grid"][1] * c["l1"],
                    seen["l1"]["used"] + seen["l1"]["free"] + seen["l1"]["reserved"])
        if l1:
            self.expect(f"{name}: node of L1", l1[0], seen["l1"]["at"]["node"])
        self.expect(f"{name}: holders", model.holders(state),
                    sorted([(h["pool"], h["bytes"], h["node"]) for h in seen["l1"]["holders"]],
                           key=lambda h: (-h[1], h[2])))
        self.expect(f"{name}: holders add up", seen["l1"]["used"],
                    sum(h["bytes"] for h in seen["l1"]["holders"]) - seen["l1"]["shared"])
        core, used = model.fullest(state)
        self.expect(f"{name}: fullest core", (core, used),
                    ((seen["core"]["x"], seen["core"]["y"]), seen["core"]["used"]))
        self.expect(f"{name}: headroom", model.headroom(state, core), seen["core"]["headroom"])
        self.expect(f"{name}: the map adds up", c["l1"], sum(p["bytes"] for p in seen["core"]["map"]))
        self.expect(f"{name}: held on the map", used,
                    sum(p["bytes"] for p in seen["core"]["map"] if p["kind"] == "held"))
        blocks = seen["l1"]["blocks"]
        self.expect(f"{name}: free blocks of L1", model.blocks(state, "l1"),
                    (blocks["free"], blocks["largest"], blocks["blocks"]))
        state = dram or nothing
        self.expect(f"{name}: DRAM used", model.dram(state), seen["dram"]["used"])
        blocks = seen["dram"]["blocks"]
        self.expect(f"{name}: free blocks of DRAM", model.blocks(state, "dram"),
                    (blocks["free"], blocks["largest"], blocks["blocks"]))

    def file(self, file, arch="blackhole"):
        with open(file) as f:
            nodes = json.load(f)
        model = Model(CHIPS[arch], nodes)
        model.run()
        name = os.path.basename(file)
        l1 = dram = None
        for state in model.history:
            if model.l1(state) > (model.l1(l1) if l1 else 0):
                l1 = state
            if model.dram(state) > (model.dram(dram) if dram else 0):
                dram = state
        self.compare(name, model, l1, dram, self.explain(file, arch))
        last = model.history[-1] if model.history else None
        self.compare(f"{name} at the end", model, last, last, self.explain(file, arch, "--at", "end"))
        for node in sorted(random.Random(len(nodes)).sample(range(len(nodes)), min(3, len(nodes)))):
            before = [s for s in model.history if s[0] <= node]
            state = before[-1] if before else None
            self.compare(f"{name} at {node}", model, state, state, self.explain(file, arch, "--at", str(node)))


def generate(seed):
    """A capture of one run: with addresses or without, on one of the archs."""
    rnd = random.Random(seed)
    arch = rnd.choice(list(CHIPS))
    c = CHIPS[arch]
    addressed = rnd.random() < 0.5
    nodes, live = [], []

    def node(kind, params):
        nodes.append(dict(counter=len(nodes), node_type=kind, params=params))

    def buffer(kind, b):
        params = dict(b)
        if not addressed:
            params["address"] = 0
        node("buffer_" + kind, params)

    def address_for(kind, size):
        if kind == 0:
            return 4096 + rnd.randrange(0, 1 << 20, 64)
        if kind == 3:
            return c["l1"] - 32768 + rnd.randrange(0, 32768 - size, 16)
        return c["base"] + rnd.randrange(c["l1"] // 3, c["l1"] - c["base"] - 32768 - size, 16)

    for op in range(rnd.randint(1, 12)):
        node("function_start", {"name": f"op{op}DeviceOperation"})
        for _ in range(rnd.randint(0, 3)):
            kind = rnd.choice([0, 1, 1, 1, 3])
            size = 16 * rnd.randint(1, 200) if kind == 3 else 64 * rnd.randint(1, 500)
            address = address_for(kind, size)
            if any(b["address"] == address and b["buffer_type"] == kind for b in live):
                continue
            # Sizes are unique, so that a deallocation without address means one buffer.
            size_in_all = size * 1000 + len(nodes)
            b = dict(address=address, buffer_type=kind, max_size_per_bank=size, size=size_in_all, num_cores=0,
                     page_size=64, device_id=1, layout="INTERLEAVED")
            if kind == 3 and sum(x["max_size_per_bank"] for x in live if x["buffer_type"] == 3) + size > 32768:
                continue
            live.append(b)
            buffer("allocate", b)
        node("circular_buffer_deallocate_all", {"device_id": 1})
        at = c["base"]
        for _ in range(rnd.randint(0, 4)):
            x0, y0 = rnd.randint(0, c["workers"][0] - 1), rnd.randint(0, c["workers"][1] - 1)
            x1, y1 = rnd.randint(x0, c["workers"][0] - 1), rnd.randint(y0, c["workers"][1] - 1)
            size = 64 * rnd.randint(1, 800)
            node("circular_buffer_allocate", {
                "address": at if addressed else 0, "size": size, "device_id": 0,
                "core_range_set": "{[%d-%d - %d-%d]}" % (x0, y0, x1, y1),
                "globally_allocated": "1" if rnd.random() < 0.1 else "0"})
            at += size
        node("function_end", {"name": f"op{op}DeviceOperation"})
        while live and rnd.random() < 0.5:
            buffer("deallocate", live.pop(rnd.randrange(len(live))))
    node("capture_end", None)
    return arch, nodes


def main():
    check = Check(sys.argv[1])
    for file in sys.argv[2:]:
        check.file(file)
    first, count = int(os.environ.get("SEED", "1")), int(os.environ.get("COUNT", "25"))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            arch, nodes = generate(seed)
            file = f"{folder}/generated-{seed}.json"
            with open(file, "w") as f:
                json.dump(nodes, f)
            check.file(file, arch)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
