#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""report.c in Python: report.py [CHIP [NODE]]"""
import os
import sys

from ttmemstat import Context, Rect

chip = int(sys.argv[1]) if len(sys.argv) > 1 else 0
proof = os.open(sys.argv[2], os.O_RDWR | os.O_CLOEXEC) if len(sys.argv) > 2 else -1

# Without the module a context is disabled, and its calls do nothing. Leaving it takes all back.
with Context() as context:
    att = context.attach(chip, ["dram", "l1", "cb"], label="hello", proof=proof)

    # Set 0: 1 MiB on each DRAM bank, 64 KiB on each core of the worker grid.
    att.record(1, "dram", address=0, size=1 << 20)
    att.record(2, "l1", address=1 << 20, size=64 << 10)

    # Another set: the circular buffer of program 7 is on four cores, where it is dispatched.
    cores = att.cores([Rect(0, 0, 1, 1)])
    att.record(3, "cb", address=128 << 10, size=16 << 10, set=cores, program=7)
    att.dispatch(7)

    print("reported: look with tt-smi, then press Enter", flush=True)
    sys.stdin.readline()
    att.free(2)
    att.program_free(7)
