#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares the peaks that `tt-memstat explain` says of recordings with recording_model.py.

  recording_check.py TT_MEMSTAT TTMEM_WORKLOAD      SEED, COUNT and EVENTS: of the recordings
"""

import json
import os
import subprocess
import sys
import tempfile

from recording_model import ARCH_GRID, BANK, gaps, read


class Peaks:
    """How full a chip was when it was fullest, and in its scopes."""

    def __init__(self):
        self.l1 = self.dram = None
        self.used = {"l1": 0, "dram": 0}
        self.open, self.scopes = [], {}

    def look(self, chip):
        used, full = chip.l1_used()
        self.used = {"l1": used, "dram": chip.dram_used()}
        if used > (self.l1["used"] if self.l1 else 0):
            self.l1 = {"used": used, "event": chip.events, "full": full, "headroom": self.headroom(chip, -full[1]),
                       "holders": chip.holders("l1", "l1_small", "cb"), "blocks": gaps(
                           [(p.addr, p.addr + p.size) for p in chip.buffers("l1")], chip.base, chip.end - chip.small)}
        if self.used["dram"] > (self.dram["used"] if self.dram else 0):
            self.dram = {"used": self.used["dram"], "event": chip.events, "holders": chip.holders("dram"), "blocks": gaps(
                [(p.addr, p.addr + p.size) for p in chip.buffers("dram")], 0, BANK)}

    @staticmethod
    def headroom(chip, core):
        ends = [p.addr + p.size for p in chip.resident() if p.on >> core & 1]
        low = [p.addr for p in chip.buffers("l1", "l1_small") if p.on >> core & 1]
        return max(0, min(low + [chip.end - chip.small]) - max(ends + [chip.base]))

    def scope(self, thread, name):
        if name is None:
            self.open.pop(max(i for i, scope in enumerate(self.open) if scope[0] == thread))
            return
        self.open.append((thread, name))
        self.scopes.setdefault(name, {"calls": 0, "l1": 0, "dram": 0})["calls"] += 1
        self.raise_scopes()

    def raise_scopes(self):
        for _, name in self.open:
            for space, used in self.used.items():
                self.scopes[name][space] = max(self.scopes[name][space], used)


def play(file):
    peaks = []
    chips = []
    for chips, chip, entry, scope in read(file):
        peaks += [Peaks() for _ in chips[len(peaks):]]
        if scope:
            for peak in peaks:
                peak.scope(*scope)
        else:
            chip.take(entry)
            peak = peaks[chips.index(chip)]
            peak.look(chip)
            peak.raise_scopes()
    return zip(chips, peaks)


def compare(chip, peaks, seen):
    """What differs, as a list of texts."""
    wrong = []

    def expect(what, expected, saw):
        if expected != saw:
            wrong.append(f"{what}: expected {expected}, saw {saw}")

    def side(name, told, peak):
        expect(f"peak of {name}", (peak["used"], peak["event"]), (told["used"], told["event"]))
        expect(f"holders of {name}", peak["holders"], sorted(
            (h["pool"], h["program"] if h["pool"] == "cb" else h["id"], h["bytes"], h["records"], h.get("operation"),
             h.get("caller")) for h in told["holders"]))
        expect(f"holders of {name}, less what they share", peak["used"],
               sum(h["bytes"] for h in told["holders"]) - told["shared"])
        expect(f"free blocks of {name}", (sum(peak["blocks"]), max(peak["blocks"]), len(peak["blocks"])),
               tuple(told["blocks"][key] for key in ("free", "largest", "blocks")))

    expect("events", (chip.events, chip.refused), (seen["events"], seen["refused"]))
    side("l1", seen["l1"], peaks.l1)
    side("dram", seen["dram"], peaks.dram)
    core = -peaks.l1["full"][1]
    expect("fullest core", (core % ARCH_GRID[0], core // ARCH_GRID[0], peaks.l1["full"][0]),
           (seen["core"]["x"], seen["core"]["y"], seen["core"]["used"]))
    expect("headroom", peaks.l1["headroom"], seen["core"]["headroom"])
    expect("scopes", peaks.scopes, {s["name"]: {key: s[key] for key in ("calls", "l1", "dram")}
                                    for s in seen["scopes"]})
    return wrong


def main():
    tool, workload = sys.argv[1:3]
    first, count = int(os.environ.get("SEED", "1")), int(os.environ.get("COUNT", "4"))
    events = int(os.environ.get("EVENTS", "1500"))
    checked = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            file, chips = f"{folder}/{seed}.rec", 1 + seed % 3
            subprocess.run([workload, "-n", str(events * chips), "-c", str(chips), "-s", str(seed), "-o", str(seed % 4 * 5),
                            "-x", str(seed % 2 * 30)], check=True, env={**os.environ, "TT_MEMSTAT_RECORD": file})
            for device, (chip, peaks) in enumerate(play(file)):
                found = subprocess.run([tool, "explain", "--json", "--top", "0", "--device", str(device), file],
                                       capture_output=True, check=False)
                wrong = compare(chip, peaks, json.loads(found.stdout))
                checked += 1
                failed += bool(wrong)
                for text in wrong:
                    print(f"seed {seed}, device {device}: {text}")
    print(f"{checked} chips, {failed} differ")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
