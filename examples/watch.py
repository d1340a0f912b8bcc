#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""watch.c in Python: watch.py CHIP PERCENT"""
import select
import sys

from ttmemstat import Reader

n, percent = int(sys.argv[1]), int(sys.argv[2])
above = False
try:
    with Reader() as reader, open(f"/sys/class/tt_memstat/tt{n}/generation") as generation:
        changes = select.poll()
        changes.register(generation, select.POLLPRI)
        while True:
            # To read it arms poll(): what happens from here on wakes it.
            generation.seek(0)
            generation.read()
            figures = reader.chip(n, clients=False).figures
            used, capacity = figures.dram_used or 0, figures.dram_capacity or 0
            if (used > 0 and used >= capacity // 100 * percent) != above:
                above = not above
                print(f"{'above' if above else 'below'}: {used} of {capacity} bytes", flush=True)
            # The removal of a chip does not wake poll(): use a timeout.
            changes.poll(1000)
except OSError as error:
    sys.exit(f"watch: {error}")
