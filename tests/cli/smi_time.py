#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints the microseconds that a run of a program takes, the least of 40: smi_time.py PROGRAM"""
import subprocess
import sys
import time

best = None
for _ in range(40):
    start = time.perf_counter()
    subprocess.run(sys.argv[1:2], stdout=subprocess.DEVNULL, check=True)
    spent = time.perf_counter() - start
    best = spent if best is None else min(best, spent)
print(round(best * 1e6))
