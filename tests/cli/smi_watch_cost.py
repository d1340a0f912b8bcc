#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs a watch on a terminal of 200 columns and measures its cost.

smi_watch_cost.py TREE SECONDS COMMAND...

Every second the figures of each chip in TREE change, and a chip and a process go or come back.
Stops the command after SECONDS (0: when it ends by itself) and prints lines `key value`: cpu (in
millionths of the elapsed time, without the first second), resident (KiB, the largest of the
first and of the last fifth of the run), descriptors (the same), status.
"""
import fcntl
import glob
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


class Churn:
    def __init__(self, tree):
        self.stats = {path: open(path).read() for path in
                      glob.glob(f"{tree}/devices/pci*/*/*/tt_memstat/*/stat")}
        self.chip = sorted(glob.glob(f"{tree}/class/tt_memstat/tt*"))[-1]
        self.client = sorted(glob.glob(f"{sorted(self.stats)[0][:-5]}/clients/*"))[-1]
        self.aside = f"{tree}/aside"
        os.makedirs(self.aside, exist_ok=True)
        self.step = 0

    def move(self, path, away):
        hidden = f"{self.aside}/{os.path.basename(path)}"
        if away and os.path.lexists(path):
            os.rename(path, hidden)
        elif not away and os.path.lexists(hidden):
            os.rename(hidden, path)

    def turn(self):
        self.step += 1
        for path, text in self.stats.items():
            text = re.sub(r"(?m)^(l1_used|cb_used|generation) (\d+)$",
                          lambda m: f"{m[1]} {int(m[2]) + 65536 * (self.step % 100)}", text)
            with open(f"{self.aside}/stat", "w") as f:
                f.write(text)
            os.rename(f"{self.aside}/stat", path)
        self.move(self.chip, self.step % 4 == 1)
        self.move(self.client, self.step % 6 == 2)

    def end(self):
        self.move(self.chip, False)
        self.move(self.client, False)


def sample(pid):
    """Processor time in ns, resident KiB, descriptors."""
    with open(f"/proc/{pid}/schedstat") as f:
        cpu = int(f.read().split()[0])
    with open(f"/proc/{pid}/statm") as f:
        resident = int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return time.monotonic(), cpu, resident, len(os.listdir(f"/proc/{pid}/fd"))


def main():
    churn, seconds, command = Churn(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    started, due, samples = time.monotonic(), time.monotonic() + 1, []
    while not seconds or time.monotonic() < started + seconds + 1:
        if select.select([terminal], [], [], max(0, due - time.monotonic()))[0]:
            try:
                if not os.read(terminal, 65536):
                    break
            except OSError:
                break
        if time.monotonic() >= due:
            try:
                samples.append(sample(pid))
            except OSError:
                break
            churn.turn()
            due += 1
    if seconds:
        os.kill(pid, signal.SIGTERM)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    churn.end()
    spent, cpu = (samples[-1][i] - samples[0][i] for i in (0, 1))
    print("cpu", round(cpu / spent / 1000))
    fifth = max(len(samples) // 5, 1)
    for i, name in ((2, "resident"), (3, "descriptors")):
        print(name, max(s[i] for s in samples[:fifth]), max(s[i] for s in samples[-fifth:]))
    print("status", status)


main()
