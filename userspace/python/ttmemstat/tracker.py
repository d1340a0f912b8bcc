# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""L1Tracker: circular buffers and kernels of a model, reported by hand.

Makes records that add up from sizes without addresses. choose() selects the chip.
"""
from __future__ import annotations

import errno
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Callable, TextIO

from . import _lib
from .choice import ENVIRONMENT, Choice, choose
from .figures import Figures
from .reporting import Attachment, Context, Rect

# Where circular buffers start on each core in recent tt-metal.
USUAL_L1_BASE = {"wormhole": 130016, "blackhole": 111616}

KERNEL_BYTES = 50 * 1024    # of a kernel on one core, by default

MIB = 1024 * 1024


class L1Tracker:
    """What a model's circular buffers and kernels take, for everybody on the host to see.

        tracker = L1Tracker()
        tracker.track_cb(num_tiles=1024, tile_size=2048)
        tracker.track_kernel(num_cores=80)
        tracker.summary()

    The buffers get addresses one above the other on each core, as the runtime gives them within
    one program, and live until released or the tracker is closed. What does not fit on a core is
    not there: it is left out with a warning. Nothing here fails for want of the module.

    chip: such as "tt0" or 0; by default TT_MEMSTAT_CHIP of the environment, else the chip whose
    node this process has open (of several the one that comes first on the bus), else the host's
    first. worker_grid: the cores (columns, rows) that buffers are spread over, by default those
    that runtimes usually use of the chip. In a recording what is tracked has the name that it is given,
    else the file and line of the call; without the module it is recorded if worker_grid and l1_base
    are given, as of chip tt0 or the one that is named.
    """

    def __init__(self, chip: str | int | None = None, *, label: str = "",
                 worker_grid: tuple[int, int] | None = None, l1_base: int | None = None,
                 quiet: bool = False) -> None:
        self.cb_memory = 0
        self.kernel_memory = 0
        self.refused_memory = 0
        self.quiet = quiet
        self.chip: str | None = None
        self._grid = worker_grid or (1, 1)
        self._base = l1_base or 0
        self._lock = threading.Lock()
        self._tracked: dict[int, _Tracked] = {}
        self._last_id = 0
        self._context: Context | None = None
        self._attachment: Attachment | None = None
        try:
            self._attach(chip, label, worker_grid, l1_base)
        except (OSError, ImportError) as error:
            self.close()
            warnings.warn(f"nothing is reported to tt_memstat: {error}", RuntimeWarning,
                          stacklevel=2)

    def track_cb(self, num_tiles: int, tile_size: int, *, per_core: bool = False,
                 name: str | None = None) -> int:
        """A circular buffer of num_tiles x tile_size bytes.

        That is the total, spread over the worker grid; with per_core each of its cores has so
        much. Returns a handle for release().
        """
        size = _size(num_tiles, "num_tiles") * _size(tile_size, "tile_size")
        if per_core:
            total, parts = size * self._cores, [(self._cores, size)]
        else:
            total, parts = size, self._spread(-(-size // _lib.GRANULE), _lib.GRANULE)
        handle = self._add("cb", total, parts, name or _line())
        if not self.quiet:
            print(f"CB allocated: {total / MIB:.1f} MiB")
        return handle

    def track_kernel(self, num_cores: int = 1, *, size: int = KERNEL_BYTES,
                     name: str | None = None) -> int:
        """A kernel of size bytes, loaded on num_cores cores.

        Kernels lie in a region of their own and are no used L1. Returns a handle for release().
        """
        parts = self._spread(_size(num_cores, "num_cores"), _size(size, "size"))
        return self._add("kernel", num_cores * size, parts, name or _line())

    def release(self, handle: int) -> None:
        """What track_cb() or track_kernel() returned is no longer there. KeyError: it was not."""
        with self._lock:
            tracked = self._tracked.pop(handle)
            self._count(tracked, -tracked.total)
            if tracked.taken and self._attachment is not None:
                self._attempt(lambda att: att.free(handle))

    def figures(self) -> Figures | None:
        """This tracker's own figures as the module has them; None if nothing is reported."""
        return self._attachment.figures() if self._attachment is not None and self._counted else None

    @property
    def _counted(self) -> bool:
        """Whether somebody keeps books of it: a recording alone does not."""
        return self._context is not None and self._context.enabled

    def summary(self, file: TextIO | None = None) -> None:
        """Print what was tracked, and what all processes have on the chip."""
        print(f"CBs: {self.cb_memory / MIB:.1f} MiB", file=file)
        print(f"Kernels: {self.kernel_memory / MIB:.1f} MiB", file=file)
        print(f"Total: {(self.cb_memory + self.kernel_memory) / MIB:.1f} MiB", file=file)
        if self.refused_memory:
            print(f"Does not fit: {self.refused_memory / MIB:.1f} MiB", file=file)
        if self._attachment is not None and self._counted:
            self._attempt(lambda att: self._print_chip(att, file))

    def close(self) -> None:
        """All that was tracked is gone for others; what summary() says of it stays."""
        with self._lock:
            context, self._context = self._context, None
            self._attachment = None
        if context is not None:
            context.close()

    def __enter__(self) -> L1Tracker:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _attach(self, name: str | int | None, label: str, grid: tuple[int, int] | None,
                base: int | None) -> None:
        context = self._context = Context()
        reason = context.disabled_reason
        if reason is not None and not (context.recorded and grid and base is not None):
            raise reason
        with _told(name) if reason is not None else choose(name, context) as choice:
            self._grid = grid or choice.usual_grid
            self._base = _up(USUAL_L1_BASE[choice.arch] if base is None else base)
            self._attachment = context.attach(
                choice.n, ("cb", "kernel"), partial=("cb", "kernel"), label=label,
                proof=choice.proof, worker_grid=self._grid)
            self.chip = choice.name

    @property
    def _cores(self) -> int:
        return self._grid[0] * self._grid[1]

    def _spread(self, units: int, unit: int) -> list[tuple[int, int]]:
        """Units over the worker grid: on how many cores, from the first, how many bytes each."""
        whole, rest = divmod(units, self._cores)
        return [(cores, size) for cores, size in ((self._cores, whole * unit), (rest, unit))
                if cores and size]

    def _add(self, pool: str, total: int, parts: list[tuple[int, int]], name: str) -> int:
        tracked = _Tracked(pool, total)
        with self._lock:
            self._last_id += 1
            handle = self._last_id
            if self._attachment is not None:
                tracked.taken = self._attempt(
                    lambda att: self._record(att, handle, tracked, parts, name))
            self._tracked[handle] = tracked
            self._count(tracked, total)
        return handle

    def _count(self, tracked: _Tracked, change: int) -> None:
        if not tracked.taken:
            self.refused_memory += change
        elif tracked.pool == "cb":
            self.cb_memory += change
        else:
            self.kernel_memory += change

    def _record(self, att: Attachment, handle: int, tracked: _Tracked,
                parts: list[tuple[int, int]], name: str) -> None:
        """One record; its parts, each on its cores, lie above each other."""
        if tracked.pool == "cb":
            tracked.start = self._gap(sum(_up(size) for _, size in parts))
        tracked.end = tracked.start
        try:
            for cores, size in parts:
                group = 0 if cores == self._cores else att.cores(_first_cores(self._grid, cores))
                att.record(handle, tracked.pool, tracked.end, size, set=group, part=True,
                           name=name)
                if tracked.pool == "cb":
                    tracked.end += _up(size)
        except OSError:
            if (cores, size) != parts[0]:
                att.free(handle)
            tracked.start = tracked.end = 0
            raise

    def _gap(self, size: int) -> int:
        """The lowest address from which size bytes are free on every core."""
        start = self._base
        for tracked in sorted(self._tracked.values(), key=lambda tracked: tracked.start):
            if tracked.end > start:
                if tracked.start - start >= size:
                    break
                start = tracked.end
        return start

    def _print_chip(self, att: Attachment, file: TextIO | None) -> None:
        assert self._context is not None
        figures = self._context.chip_figures(att.chip)
        if figures.l1_used is not None and figures.l1_capacity:
            print(f"{self.chip}: L1 used by all processes {figures.l1_used / MIB:.1f} MiB of "
                  f"{figures.l1_capacity / MIB:.1f} MiB", file=file)

    def _attempt(self, call: Callable[[Attachment], None]) -> bool:
        """Whether the module took it. A workload does not fail because it did not."""
        assert self._attachment is not None
        try:
            call(self._attachment)
        except OSError as error:
            warnings.warn(f"not reported to tt_memstat: {error}", RuntimeWarning, stacklevel=4)
            return False
        return True


@dataclass
class _Tracked:
    """A tracked allocation. start, end: addresses on the cores; taken: the module has it, if any."""

    pool: str
    total: int
    start: int = 0
    end: int = 0
    taken: bool = True


@contextmanager
def _told(name: str | int | None) -> Iterator[Choice]:
    """Without the module nothing is known of a chip but its number."""
    number = str(name if name is not None else os.environ.get(ENVIRONMENT) or 0)
    number = number[2:] if number.startswith("tt") else number
    if not number.isdigit():
        raise OSError(errno.ENODEV, f"no chip {name}")
    yield Choice(int(number), f"tt{number}", "", (1, 1), -1)


def _line() -> str:
    """Where the call came from that was made on a tracker."""
    frame = sys._getframe(2)
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"[-128:]


def _size(value: int, what: str) -> int:
    if _lib.unsigned(value, what) == 0:
        raise ValueError(f"{what} is 0")
    return value


def _up(address: int) -> int:
    return -(-address // _lib.GRANULE) * _lib.GRANULE


def _first_cores(grid: tuple[int, int], count: int) -> Iterator[Rect]:
    """The first count cores of the grid, row by row; count is below their number."""
    rows, rest = divmod(count, grid[0])
    if rows:
        yield Rect(0, 0, grid[0] - 1, rows - 1)
    if rest:
        yield Rect(0, rows, rest - 1, rows)
