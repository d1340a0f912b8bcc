# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Read the use of memory: chips, their clients, and processes over all chips.

Converts the library's snapshots to Python values. Reads sysfs only: needs no privilege, opens no
device. None stands for an unknown value.
"""
from __future__ import annotations

import os
import threading
from ctypes import POINTER, byref, c_void_p
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Optional

from . import _lib
from .figures import Figures
from .reporting import Context, contexts
from .show import Listing, Row, Shown


@dataclass(frozen=True)
class Host(Shown):
    """Totals over the described physical chips."""

    version: str | None
    chips: int | None
    chips_unknown: int | None
    chips_virtual: int | None
    clients: int | None
    l1_capacity: int | None
    l1_used: int | None
    dram_capacity: int | None
    dram_used: int | None

    def rows(self) -> list[Row]:
        """The one row that it is."""
        return [asdict(self)]


@dataclass(frozen=True)
class Client(Shown):
    """An open file of /dev/tt_memstat, attached to a chip.

    pid is that in the reader's namespace, None if the owner is not visible there. comm and label
    are made fit for a terminal. start_time is in nanoseconds since boot.
    """

    id: int
    pid: int | None
    uid: int | None
    comm: str
    label: str
    runtime_id: int | None
    covers: frozenset[str]
    start_time: int | None
    figures: Figures

    def rows(self) -> list[Row]:
        """The one row that it is, with the figures that are known."""
        return [{"client": self.id, "pid": self.pid, "comm": self.comm, "label": self.label,
                 **self.figures.known()}]


@dataclass(frozen=True)
class Chip(Shown):
    """A chip and its clients, at one moment unless torn.

    cores: bytes used on each core, as rows of the logical grid; only if asked for.
    """

    n: int
    name: str
    kind: str
    arch: str | None
    board: str | None
    pci: str | None
    kmd_node: str | None
    unique_id: int | None
    asic_location: int | None
    grid: tuple[int, int] | None
    geometry_source: str | None
    figures: Figures
    clients: tuple[Client, ...]
    cores: tuple[tuple[int, ...], ...] | None
    torn: bool

    def rows(self) -> list[Row]:
        """The one row that it is, with the figures that are known."""
        return [{"chip": self.name, "arch": self.arch, "board": self.board,
                 **self.figures.known()}]


@dataclass(frozen=True)
class Process(Shown):
    """A process and what it has on each chip (by name).

    Clients whose pid cannot be seen are processes of their own, one for each client id.
    """

    pid: int | None
    uid: int | None
    comm: str
    label: str
    clients: tuple[tuple[str, Client], ...]

    def rows(self) -> list[Row]:
        """A row for each chip."""
        return [{"pid": self.pid, "comm": self.comm, "chip": chip, **client.figures.known()}
                for chip, client in self.clients]

    @property
    def l1_used(self) -> int | None:
        """Bytes of L1 on all its chips; None if unknown on all."""
        return _sum(client.figures.l1_used for _, client in self.clients)

    @property
    def dram_used(self) -> int | None:
        """Bytes of DRAM on all its chips; None if unknown on all."""
        return _sum(client.figures.dram_used for _, client in self.clients)


def _sum(values: object) -> int | None:
    known = [v for v in values if v is not None]  # type: ignore[attr-defined]
    return sum(known) if known else None


class Reader:
    """Reads again and again; may be used as a context manager, and by several threads.

    sysfs_root: another root than /sys. context: the chips that TT_MEMSTAT_FAKE gave this context.
    With neither, and TT_MEMSTAT_FAKE set, those of all contexts of this process that report. Its
    calls raise FileNotFoundError when the module is not loaded.
    """

    def __init__(self, sysfs_root: str | None = None, *, context: Context | None = None) -> None:
        self._lock = threading.Lock()
        self._reader: Optional[c_void_p] = None
        self._chosen = sysfs_root is not None or context is not None
        self._idle: Context | None = None
        reader = c_void_p()
        if context is not None:
            context._check(_lib.lib().ttmemstat_reader_of(context._handle(), byref(reader)), "reader")
        else:
            root = sysfs_root.encode() if sysfs_root is not None else None
            _lib.check(_lib.lib().ttmemstat_reader_new(byref(reader), root), "reader")
        self._reader = reader

    def _fakes(self) -> list[Reader]:
        """Of contexts with chips of TT_MEMSTAT_FAKE; none: read sysfs."""
        if self._chosen or not os.environ.get("TT_MEMSTAT_FAKE"):
            return []
        found = [context for context in contexts if context._ctx is not None and context.fake]
        found = [context for context in found if context._attachments] or found[:1]
        if not found:
            self._idle = self._idle or Context()
            found = [self._idle] if self._idle.fake else []
        return [Reader(context=context) for context in found]

    def close(self) -> None:
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            _lib.lib().ttmemstat_reader_free(reader)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_reader", None) is not None:
            self.close()

    def host(self) -> Host:
        for fake in self._fakes():
            return fake.host()
        raw = _lib.HostRaw()
        with self._lock:
            self._check(_lib.lib().ttmemstat_reader_host(self._handle(), byref(raw)), "host")
        names = ("chips", "chips_unknown", "chips_virtual", "clients", "l1_capacity", "l1_used",
                 "dram_capacity", "dram_used")
        return Host(_lib.text(raw.version) or None,
                    *(getattr(raw, name) if raw.known >> bit & 1 else None
                      for bit, name in enumerate(names)))

    def chips(self, *, clients: bool = True, cores: bool = False) -> Listing[Chip]:
        """All chips in the order of their numbers."""
        fakes = self._fakes()
        if fakes:
            return Listing(sorted((chip for fake in fakes
                                   for chip in fake.chips(clients=clients, cores=cores)),
                                  key=lambda chip: chip.n))
        found = _lib.ChipList()
        with self._lock:
            self._check(_lib.lib().ttmemstat_reader_chips(self._handle(), _flags(clients, cores),
                                                          byref(found)), "chips")
        try:
            return Listing(_chip(found.chips[i].contents) for i in range(found.count))
        finally:
            _lib.lib().ttmemstat_chip_list_free(byref(found))

    def chip(self, n: int, *, clients: bool = True, cores: bool = False) -> Chip:
        """tt<n>; an OSError with ENODEV: there is none."""
        for fake in self._fakes():
            return fake.chip(n, clients=clients, cores=cores)
        raw = POINTER(_lib.ChipRaw)()
        with self._lock:
            self._check(_lib.lib().ttmemstat_reader_chip(self._handle(), _lib.unsigned(n, "n", 32),
                                                         _flags(clients, cores), byref(raw)),
                        f"tt{n}")
        try:
            return _chip(raw.contents)
        finally:
            _lib.lib().ttmemstat_chip_free(raw)

    def processes(self) -> Listing[Process]:
        """All processes that report, in the order in which they attached."""
        groups: dict[tuple[str, int], list[tuple[str, Client]]] = {}
        for chip in self.chips():
            for client in chip.clients:
                key = ("client", client.id) if client.pid is None else ("pid", client.pid)
                groups.setdefault(key, []).append((chip.name, client))
        found = sorted(groups.values(), key=lambda group: min(c.id for _, c in group))
        return Listing(_process(tuple(group)) for group in found)

    def _handle(self) -> c_void_p:
        if self._reader is None:
            raise ValueError("the reader is closed")
        return self._reader

    def _check(self, code: int, what: str) -> None:
        _lib.check(code, what, "ttmemstat_reader_error", self._reader)


def chips(*, clients: bool = True, cores: bool = False,
          sysfs_root: str | None = None) -> Listing[Chip]:
    """All chips of the host, now."""
    with Reader(sysfs_root) as reader:
        return reader.chips(clients=clients, cores=cores)


def processes(*, sysfs_root: str | None = None) -> Listing[Process]:
    """All processes that report on some chip, now."""
    with Reader(sysfs_root) as reader:
        return reader.processes()


def host(*, sysfs_root: str | None = None) -> Host:
    """The host's totals, now."""
    with Reader(sysfs_root) as reader:
        return reader.host()


def _flags(clients: bool, cores: bool) -> int:
    return (_lib.READ_CLIENTS if clients else 0) | (_lib.READ_CORES if cores else 0)


def _process(clients: tuple[tuple[str, Client], ...]) -> Process:
    first = clients[0][1]
    label = next((client.label for _, client in clients if client.label), "")
    return Process(first.pid, first.uid, first.comm, label, clients)


def _client(raw: _lib.ClientRaw) -> Client:
    return Client(
        id=raw.id, pid=raw.pid or None, uid=None if raw.uid == _lib.UID_UNKNOWN else raw.uid,
        comm=_lib.text(raw.comm), label=_lib.text(raw.label),
        runtime_id=None if raw.runtime_id < 0 else raw.runtime_id,
        covers=frozenset(name for name, n in _lib.pools().items() if raw.covers >> n & 1),
        start_time=raw.start_time or None, figures=Figures._from_raw(raw.figures))


def _chip(raw: _lib.ChipRaw) -> Chip:
    grid = (raw.grid_x, raw.grid_y) if raw.grid_x and raw.grid_y else None
    cores = None
    if raw.cores and grid:
        cores = tuple(tuple(raw.cores[y * grid[0]:(y + 1) * grid[0]]) for y in range(grid[1]))
    location = raw.asic_location
    return Chip(
        n=raw.n, name=raw.name.decode(), kind=_lib.lib().ttmemstat_kind_name(raw.kind).decode(),
        arch=_lib.lib().ttmemstat_arch_name(raw.arch).decode() if raw.arch else None,
        board=_lib.text(raw.board) or None, pci=_lib.text(raw.pci) or None,
        kmd_node=_lib.text(raw.kmd_node) or None, unique_id=raw.unique_id or None,
        asic_location=None if location == _lib.LOCATION_UNKNOWN else location, grid=grid,
        geometry_source=_lib.text(raw.geometry_source) or None,
        figures=Figures._from_raw(raw.figures),
        clients=tuple(_client(raw.clients[i].contents) for i in range(raw.client_count)),
        cores=cores, torn=bool(raw.torn))
