# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""The figures of a chip or a client at one moment.

Has their names; docs/ABI/testing/sysfs-class-tt_memstat defines them.
"""
from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from . import _lib
from .show import Row, Shown


@dataclass(frozen=True)
class Figures(Shown):
    """Bytes, unless the name says otherwise; None = unknown, which is not zero."""

    generation: int | None = None
    clients: int | None = None
    tensix_total: int | None = None
    tensix_active: int | None = None
    tensix_harvesting: int | None = None
    geometry_conflicts: int | None = None
    l1_capacity: int | None = None
    l1_allocatable: int | None = None
    l1_reserved: int | None = None
    l1_free: int | None = None
    l1_used: int | None = None
    l1_peak: int | None = None
    l1_footprint: int | None = None
    l1_footprint_peak: int | None = None
    l1_overlap: int | None = None
    l1_shared: int | None = None
    l1_buffers_used: int | None = None
    l1_buffers_peak: int | None = None
    l1_small_used: int | None = None
    l1_small_peak: int | None = None
    cb_used: int | None = None
    cb_peak: int | None = None
    cb_loaded: int | None = None
    cb_loaded_peak: int | None = None
    l1_fullest_core_x: int | None = None
    l1_fullest_core_y: int | None = None
    l1_fullest_core_used: int | None = None
    l1_fullest_core_peak: int | None = None
    l1_headroom: int | None = None
    l1_headroom_min: int | None = None
    l1_clash: int | None = None
    l1_largest_free_block: int | None = None
    dram_capacity: int | None = None
    dram_allocatable: int | None = None
    dram_free: int | None = None
    dram_used: int | None = None
    dram_peak: int | None = None
    dram_overlap: int | None = None
    dram_shared: int | None = None
    dram_buffers_used: int | None = None
    trace_used: int | None = None
    dram_largest_free_block: int | None = None
    kernel_region: int | None = None
    kernel_app: int | None = None
    kernel_system: int | None = None
    programs: int | None = None
    records: int | None = None
    l1_partial: int | None = None
    dram_partial: int | None = None
    drift: int | None = None
    approx: int | None = None
    inconsistent: int | None = None
    snapshot_age_ms: int | None = None
    rejected: int | None = None
    dropped: int | None = None
    l1_alert: int | None = None
    dram_alert: int | None = None
    dram_buffers_peak: int | None = None
    trace_peak: int | None = None
    dispatch_age_ms: int | None = None
    clearing: int | None = None
    ring_pending: int | None = None

    def known(self) -> dict[str, int]:
        """Those that are known, by name."""
        return {f.name: value for f in fields(self)
                if (value := getattr(self, f.name)) is not None}

    def rows(self) -> list[Row]:
        """A row for each that is known."""
        return [{"figure": name, "value": value} for name, value in self.known().items()]

    @classmethod
    def _from_raw(cls, raw: _lib.FiguresRaw) -> Figures:
        return cls(**{name: _lib.signed(raw.value[n]) if is_signed else raw.value[n]
                      for name, n, is_signed in _table() if raw.known[n // 64] >> n % 64 & 1})


@lru_cache(maxsize=None)
def _table() -> tuple[tuple[str, int, bool], ...]:
    """Name, number and signedness of those figures that the library knows as well."""
    found = ((f.name, _lib.lib().ttmemstat_figure_by_name(f.name.encode())) for f in fields(Figures))
    return tuple((name, n, bool(_lib.lib().ttmemstat_figure_is_signed(n)))
                 for name, n in found if n >= 0)
