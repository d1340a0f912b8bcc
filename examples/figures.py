#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""figures.c in Python: figures.py [SYSFS]"""
import sys

import ttmemstat

POOLS = {"l1": "l1_buffers_used", "l1_small": "l1_small_used", "cb": "cb_used",
         "dram": "dram_buffers_used", "trace": "trace_used"}


def figure(value):
    """A figure that no process reports is unknown, not zero."""
    return "-" if value is None else value


def pools(figures):
    return " ".join(f"{name} {figure(getattr(figures, used))}" for name, used in POOLS.items())


try:
    chips = ttmemstat.chips(sysfs_root=sys.argv[1] if len(sys.argv) > 1 else None)
except OSError as error:
    sys.exit(f"figures: {error}")
for chip in chips:
    f = chip.figures
    print(f"{chip.name} {chip.arch or 'unknown'}: L1 {figure(f.l1_used)} of {figure(f.l1_capacity)}, "
          f"DRAM {figure(f.dram_used)} of {figure(f.dram_capacity)}")
    print(f"  all: {pools(f)}")
    for client in chip.clients:
        print(f"  pid {client.pid or 0} {client.label}: {pools(client.figures)}")
