#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""testing.c in Python: TT_MEMSTAT_FAKE=blackhole testing.py"""
import sys

from ttmemstat import Context


class Allocator:
    """The tested allocator stacks buffers from the end of L1 down, on all cores."""

    def __init__(self, att):
        self.att = att
        self.top = 1 << 20

    def allocate(self, number, size):
        self.top -= size
        self.att.record(number, "l1", address=self.top, size=size)

    def release(self, number):
        self.att.free(number)


with Context() as context:
    if not context.enabled or context.info().version != "fake":
        sys.exit("no fake: TT_MEMSTAT_FAKE=blackhole makes one")
    att = context.attach(0, ["l1"])
    allocator = Allocator(att)
    allocator.allocate(1, 64 << 10)
    allocator.allocate(2, 32 << 10)
    allocator.release(1)

    figures = att.figures()
    cores = context.chip_figures(0).tensix_active
    assert figures.l1_buffers_peak == cores * (96 << 10), figures.l1_buffers_peak
    assert figures.l1_buffers_used == cores * (32 << 10), figures.l1_buffers_used
    assert figures.rejected == 0, figures.rejected
print("passed")
