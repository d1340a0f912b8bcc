# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""The memory of this process, by functions with the names of torch.cuda; and scopes.

All numbers are bytes. device: a chip, such as 0 or "tt0"; None: the chip in the environment variable
TT_MEMSTAT_CHIP, else the first chip that this process reports on. space: "dram" (the default) or "l1".
An OSError with ENODATA means that the value is unknown, for example because this process reports
nothing.
"""
from __future__ import annotations

import errno
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from types import TracebackType

from .choice import ENVIRONMENT
from .figures import Figures
from .reading import Reader
from .reporting import Context

SPACES = ("l1", "dram")

# Figures of a client by torch's pool, in each space: what it has now, and at most.
_POOLS = {
    "dram": {"all": ("dram_used", "dram_peak"), "dram": ("dram_buffers_used", "dram_buffers_peak"),
             "trace": ("trace_used", "trace_peak")},
    "l1": {"all": ("l1_used", "l1_peak"), "l1": ("l1_buffers_used", "l1_buffers_peak"),
           "l1_small": ("l1_small_used", "l1_small_peak"), "cb": ("cb_used", "cb_peak")},
}



def memory_allocated(device: int | str | None = None, space: str = "dram") -> int:
    """What this process has now."""
    return _find(device).value(_pools(space)["all"][0])


def max_memory_allocated(device: int | str | None = None, space: str = "dram") -> int:
    """What this process has had at most since it began, or since reset_peak_memory_stats().

    After a reset that is exact as soon as it is more than ever before; else it is the most that was
    seen: by the calls of this module, and at the borders of scopes. A recording has the reset, and
    `tt-memstat explain` says exactly what came after the last.
    """
    return _find(device).peak(*_pools(space)["all"])


def reset_peak_memory_stats(device: int | str | None = None) -> None:
    """From here on peaks count anew, for the calls of this module in this process alone."""
    _find(device).reset()
    _own_context().scope_begin("reset_peak_memory_stats")
    _own_context().scope_end()


def mem_get_info(device: int | str | None = None, space: str = "dram") -> tuple[int, int]:
    """What is free on the chip for all processes, and what it has."""
    _pools(space)
    figures = _find(device, reporting=False).chip
    used, capacity = (getattr(figures, f"{space}_{name}") for name in ("used", "capacity"))
    if used is None or capacity is None:
        raise OSError(errno.ENODATA, f"{space}_used and {space}_capacity are not both known")
    return capacity - used, capacity


def memory_stats(device: int | str | None = None, space: str = "dram") -> dict[str, int]:
    """torch.cuda.memory_stats() as far as it is known.

    allocated_bytes.{all,POOL}.{current,peak}, and the same numbers as active_bytes and
    reserved_bytes, as nothing is kept that is not used; allocated.all.current: records. POOL is
    dram or trace, with space "l1" l1, l1_small or cb.
    """
    found = _find(device)
    stats: OrderedDict[str, int] = OrderedDict()
    for pool, (used, peak) in _pools(space).items():
        if not found.known(used):
            continue
        now, most = found.value(used), found.peak(used, peak)
        for kind in ("allocated_bytes", "active_bytes", "reserved_bytes"):
            stats[f"{kind}.{pool}.current"] = now
            stats[f"{kind}.{pool}.peak"] = most
    if found.known("records"):
        stats["allocated.all.current"] = found.value("records")
    return OrderedDict(sorted(stats.items()))


def memory_summary(device: int | str | None = None, abbreviated: bool = False) -> str:
    """memory_stats() of both spaces for people; abbreviated: without the pools."""
    found = _find(device)
    lines = [f"{found.name}, process {os.getpid()}",
             f"{'':<12}{'now':>16}{'at most':>16}"]
    for space in SPACES:
        for pool, (used, peak) in _POOLS[space].items():
            if found.known(used) and not (abbreviated and pool != "all"):
                name = space.upper() if pool == "all" else f"  {pool}"
                lines.append(f"{name:<12}{found.value(used):>16,}{found.peak(used, peak):>16,}")
        capacity = getattr(found.chip, f"{space}_capacity")
        if capacity is not None:
            lines.append(f"{'  of':<12}{capacity:>16,}")
    return "\n".join(lines)


# ---- Scopes ----------------------------------------------------------------------------------


@dataclass
class ScopeStats:
    """What a scope came to, over all of its turns; by chip: the most that this process had in it."""

    calls: int = 0
    l1: dict[str, int] = field(default_factory=dict)
    dram: dict[str, int] = field(default_factory=dict)


class scope:
    """A part of a program, such as a layer of a model.

        with ttmemstat.scope("attention") as attention:
            ...
        attention.l1        # by chip, the most that this process had meanwhile: {"tt0": 18939904}

    Scopes nest. Recordings have them, around all that the thread reports, also by the reporter of
    `tt-memstat run`. l1 and dram are exact where the process had more than ever before, else the most
    that was seen: at the borders, and at those of scopes within. Of a recording, `tt-memstat explain`
    tells it exactly. measure: False costs no reading.
    """

    def __init__(self, name: str, *, measure: bool = True) -> None:
        self.name = name
        self.l1: dict[str, int] = {}
        self.dram: dict[str, int] = {}
        self._measure = measure
        self._before: dict[str, _Found] = {}

    def __enter__(self) -> scope:
        _own_context().scope_begin(self.name)
        if self._measure:
            self._before = _all()
            self._note(self._before)
            with _lock:
                _open.append(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._measure:
            after = _all()
            with _lock:
                for other in _open:
                    other._note(after)
                _open.remove(self)
                stats = _stats.setdefault(self.name, ScopeStats())
                stats.calls += 1
                for name in SPACES:
                    _raise(getattr(stats, name), getattr(self, name))
        _own_context().scope_end()

    def _note(self, found: dict[str, _Found]) -> None:
        for chip, now in found.items():
            before = self._before.get(chip)
            for space in SPACES:
                used, peak = _POOLS[space]["all"]
                if not now.known(used):
                    continue
                seen = now.value(used)
                if before is not None and before.known(peak) and now.raw(peak) > before.raw(peak):
                    seen = max(seen, now.raw(peak))
                _raise(getattr(self, space), {chip: seen})


def scopes() -> dict[str, ScopeStats]:
    """Of each scope that was measured what it came to, by name."""
    with _lock:
        return dict(_stats)


def _raise(to: dict[str, int], by: dict[str, int]) -> None:
    for chip, value in by.items():
        to[chip] = max(to.get(chip, 0), value)


# ---- Who this process is ---------------------------------------------------------------------

_lock = threading.Lock()
_open: list[scope] = []
_stats: dict[str, ScopeStats] = {}
_context: tuple[int, Context] | None = None
# By chip and figure: the peak when it was reset, and the most that was seen since.
_marks: dict[tuple[str, str], tuple[int, int]] = {}


def _own_context() -> Context:
    """One for scopes; a child has another."""
    global _context
    with _lock:
        if _context is None or _context[0] != os.getpid():
            _context = os.getpid(), Context()
        return _context[1]


@dataclass
class _Found:
    """This process on a chip, at one moment."""

    name: str
    chip: Figures
    own: list[Figures]

    def known(self, figure: str) -> bool:
        return any(getattr(figures, figure) is not None for figures in self.own)

    def raw(self, figure: str) -> int:
        return sum(getattr(figures, figure) or 0 for figures in self.own)

    def value(self, figure: str) -> int:
        if not self.known(figure):
            raise OSError(errno.ENODATA, f"{figure} of this process on {self.name} is not known")
        value = self.raw(figure)
        mark = _marks.get((self.name, figure))
        if mark is not None:
            _marks[self.name, figure] = mark[0], max(mark[1], value)
        return value

    def peak(self, used: str, peak: str) -> int:
        now, most = self.value(used), self.raw(peak)
        # Those of several clients were not had at one time.
        if len(self.own) > 1:
            most = max(now, *(getattr(figures, peak) or 0 for figures in self.own))
        mark = _marks.get((self.name, used))
        return most if mark is None or most > mark[0] else max(now, mark[1])

    def reset(self) -> None:
        for pools in _POOLS.values():
            for used, peak in pools.values():
                if self.known(used):
                    _marks.pop((self.name, used), None)
                    _marks[self.name, used] = self.peak(used, peak), self.raw(used)


def _pools(space: str) -> dict[str, tuple[str, str]]:
    if space not in _POOLS:
        raise ValueError(f"no space {space!r}: one of {', '.join(SPACES)}")
    return _POOLS[space]


def _all() -> dict[str, _Found]:
    """The chips that this process reports on, by name."""
    found: dict[str, _Found] = {}
    try:
        with Reader() as reader:
            for chip in reader.chips():
                own = [c.figures for c in chip.clients if c.pid == os.getpid()]
                if own:
                    found.setdefault(chip.name, _Found(chip.name, chip.figures, [])).own.extend(own)
    except OSError:
        pass    # the module is not loaded
    return found


def _find(device: int | str | None, reporting: bool = True) -> _Found:
    found = _all()
    if device is None:
        device = os.environ.get(ENVIRONMENT) or next(iter(found), None)
    name = f"tt{device}" if isinstance(device, int) or str(device).isdigit() else device
    if name in found:
        return found[str(name)]
    if reporting:
        raise OSError(errno.ENODATA, f"this process reports nothing on {name or 'any chip'}: start "
                      "it by `tt-memstat run`, or report by ttmemstat.Context")
    return _stranger(None if name is None else str(name))


def _stranger(name: str | None) -> _Found:
    """A chip that this process does not report on."""
    with Reader() as reader:
        for chip in reader.chips(clients=False):
            if name in (None, chip.name):
                return _Found(chip.name, chip.figures, [])
    raise OSError(errno.ENODEV, f"no chip {name}" if name else "no chip")
