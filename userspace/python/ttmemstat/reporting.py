# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Report allocations: contexts, and attachments to chips.

Errors are OSError with the errno that ttmemstat.h documents; their text names field, value and
limit. Without the module, a context is disabled and its calls do nothing.
"""
from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable
from ctypes import byref, c_size_t, c_uint32, c_uint64, c_void_p, sizeof
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple

from . import _lib
from .figures import Figures


_DEVICE = "/dev/tt_memstat"

# Those of this process that are open, for memory.py: the books of a fake are a context's own.
contexts: weakref.WeakSet[Context] = weakref.WeakSet()


class Rect(NamedTuple):
    """A rectangle of logical cores, both corners included."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class BankSet:
    """A bank set: logical cores (x, y), or DRAM banks; one of the two is empty."""

    number: int
    cores: tuple[tuple[int, int], ...]
    dram_banks: tuple[int, ...]


@dataclass(frozen=True)
class Info:
    """What the module says of itself and of this context."""

    version: str
    api_version: int
    client: int
    max_records: int
    max_programs: int
    max_sets: int


class Context:
    """An open /dev/tt_memstat. Closing it, or the end of the process, takes back all it reported.

    With optional a missing module is no error. A context is its process's own: after a fork the
    child opens another. With TT_MEMSTAT_RECORD=FILE in the environment what it reports is recorded,
    also without the module; with TT_MEMSTAT_FAKE=blackhole it has a chip that is made up, and books
    of its own.
    """

    def __init__(self, path: str | None = None, *, optional: bool = True) -> None:
        self._lock = threading.Lock()
        self._attachments: weakref.WeakSet[Attachment] = weakref.WeakSet()
        self._names: dict[str, int] = {}
        self._ctx: c_void_p | None = None
        options = _lib.OpenOptions(size=sizeof(_lib.OpenOptions),
                                   flags=_lib.OPEN_OPTIONAL if optional else 0,
                                   path=path.encode() if path is not None else None)
        ctx = c_void_p()
        code = _lib.lib().ttmemstat_open(byref(ctx), byref(options))
        _lib.check(code, path or _DEVICE, "ttmemstat_open_error", byref(options), code)
        self._ctx = ctx
        self._options = options
        contexts.add(self)

    @property
    def enabled(self) -> bool:
        """Whether there is a module behind it."""
        return self._ctx is not None and bool(_lib.lib().ttmemstat_enabled(self._ctx))

    @property
    def disabled_reason(self) -> OSError | None:
        """Why it is disabled; None if it is not."""
        code = _lib.lib().ttmemstat_disabled_reason(self._handle())
        if not code:
            return None
        return _lib.error(code, _DEVICE,
                          _lib.why("ttmemstat_open_error", byref(self._options), code))

    @property
    def recorded(self) -> bool:
        """Whether what it reports goes into a file. An OSError: that is wanted, and impossible."""
        code = _lib.lib().ttmemstat_recorded(self._handle())
        if code < 0:
            raise _lib.error(code, "TT_MEMSTAT_RECORD")
        return bool(code)

    @property
    def fake(self) -> bool:
        """Whether TT_MEMSTAT_FAKE made its chips up."""
        return self.enabled and self.info().version == "fake"

    def name(self, text: str) -> int:
        """The number in a recording of a name of records and programs; 0 where nothing is recorded."""
        number = self._names.get(text)
        if number is None:
            raw = c_uint32()
            self._check(_lib.lib().ttmemstat_name(self._handle(), _bytes(text), byref(raw)),
                        f"name {text!r}")
            number = self._names[text] = raw.value
        return number

    def scope_begin(self, name: str) -> None:
        """What this thread reports from here on is part of something. See ttmemstat.scope()."""
        self._check(_lib.lib().ttmemstat_scope_begin(self._handle(), _bytes(name)),
                    f"scope {name!r}")

    def scope_end(self) -> None:
        """The innermost scope of this thread ends."""
        self._check(_lib.lib().ttmemstat_scope_end(self._handle()), "scope")

    def info(self) -> Info:
        raw = _lib.GetInfo(argsz=sizeof(_lib.GetInfo))
        self._check(_lib.lib().ttmemstat_info(self._handle(), byref(raw)), "info")
        return Info(_lib.text(raw.version), raw.api_version, raw.client, raw.max_records,
                    raw.max_programs, raw.max_sets)

    def attach(self, chip: int, covers: Iterable[str], *, partial: Iterable[str] = (),
               label: str = "", proof: int = -1, worker_grid: tuple[int, int] | None = None,
               runtime_id: int = -1, ring: bool = False,
               report_again: Callable[[Attachment], None] | None = None) -> Attachment:
        """Gain standing to report on tt<chip>.

        covers: the pools that will be reported, partial: those of them not wholly. proof: an open
        descriptor of the chip's /dev/tenstorrent node. worker_grid: what bank set 0 stands for in
        L1, the chip's whole grid by default. ring: by shared memory; errors are then not
        returned by the calls that report. report_again: called when the administrator has described
        the chip anew: what was reported is gone, sets are to be named and what is live recorded
        again, and all pools are partial until partial() says otherwise.

        The attachment ends, and all that it held is given back, by detach(), at the end of a with
        block, and when nothing refers to it any more.
        """
        options = _lib.AttachOptions(
            size=sizeof(_lib.AttachOptions), flags=_lib.ATTACH_RING if ring else 0,
            chip=_lib.unsigned(chip, "chip", 32), proof=proof, covers=_pool_mask(covers),
            partial=_pool_mask(partial), runtime_id=runtime_id, label=_bytes(label))
        if worker_grid is not None:
            options.layout = _lib.Layout(valid=_lib.LAYOUT_WORKER, worker_x=worker_grid[0],
                                         worker_y=worker_grid[1])
        att = c_void_p()
        attachment = Attachment(self, att, chip, report_again)
        options.report_again = attachment._callback
        with self._lock:
            code = _lib.lib().ttmemstat_attach(self._handle(), byref(options), byref(att), None)
            if code:
                attachment._att = None
            self._check(code, f"attach to tt{chip}")
            self._attachments.add(attachment)
        return attachment

    def _chip_find(self, name: str) -> _lib.ChipFind:
        raw = _lib.ChipFind(argsz=sizeof(_lib.ChipFind), flags=_lib.FIND_NAME, name=_bytes(name))
        self._check(_lib.lib().ttmemstat_chip_find(self._handle(), byref(raw)), name)
        return raw

    def chip_figures(self, chip: int) -> Figures:
        """A chip's figures, from the device."""
        raw = _lib.FiguresRaw()
        self._check(_lib.lib().ttmemstat_query_chip(self._handle(), _lib.unsigned(chip, "chip", 32),
                                                    byref(raw)), f"tt{chip}")
        return Figures._from_raw(raw)

    def bank_sets(self, chip: int, client: int) -> list[BankSet]:
        """The bank sets of a client: 0 of the cores and 0 of DRAM, as far as known, then its own.

        For the client's own user and for CAP_SYS_ADMIN.
        """
        raw = (_lib.SetInfo * _lib.LIST_MAX)()
        cursor, sets = c_uint64(), []
        while True:
            count = c_size_t(len(raw))
            self._check(_lib.lib().ttmemstat_list_sets(
                self._handle(), _lib.unsigned(chip, "chip", 32), _lib.unsigned(client, "client"),
                byref(cursor), raw, byref(count)), f"tt{chip}, client {client}")
            sets += [_bank_set(info) for info in raw[:count.value]]
            if not cursor.value:
                return sets

    def close(self) -> None:
        """Not beside another call on it or its attachments."""
        with self._lock:
            ctx, self._ctx = self._ctx, None
            attachments, self._attachments = list(self._attachments), weakref.WeakSet()
        for attachment in attachments:
            attachment._end()
        if ctx is not None:
            _lib.lib().ttmemstat_close(ctx)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_ctx", None) is not None:
            self.close()

    def _handle(self) -> c_void_p:
        if self._ctx is None:
            raise ValueError("the context is closed")
        return self._ctx

    def _check(self, code: int, what: str) -> None:
        _lib.check(code, what, "ttmemstat_error", self._ctx)

    def _forget(self, attachment: Attachment) -> None:
        with self._lock:
            self._attachments.discard(attachment)


class Attachment:
    """Standing to report on one chip. Made by Context.attach(); may be used in a with block."""

    def __init__(self, context: Context, att: c_void_p, chip: int,
                 report_again: Callable[[Attachment], None] | None = None) -> None:
        self._context = context
        self._att: c_void_p | None = att
        self._report_again = report_again
        self._callback = _callback(self) if report_again else _lib.REPORT_AGAIN()
        self.chip = chip

    def __enter__(self) -> Attachment:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._att is not None:
            self.detach()

    def __del__(self) -> None:
        # Do not call detach(): the thread that drops the last reference may hold the context's
        # lock.
        if getattr(self, "_att", None) is not None:
            self._end()

    def cores(self, rects: Iterable[Rect]) -> int:
        """The number of a set of logical cores."""
        listed = list(rects)
        raw = (_lib.RectRaw * len(listed))(*(_lib.RectRaw(*_corners(r)) for r in listed))
        number = c_uint32()
        code = _lib.lib().ttmemstat_bank_set_l1(self._handle(), raw, len(listed), byref(number))
        self._check(code, "set of cores")
        return number.value

    def dram_banks(self, mask: int) -> int:
        """The number of a set of DRAM banks."""
        number = c_uint32()
        code = _lib.lib().ttmemstat_bank_set_dram(self._handle(), _lib.unsigned(mask, "mask"),
                                                  byref(number))
        self._check(code, "set of DRAM banks")
        return number.value

    def record(self, id: int, pool: str, address: int, size: int, *, set: int = 0,
               program: int = 0, part: bool = False, view: bool = False,
               system: bool = False, name: str | None = None) -> None:
        """An allocation lives from now on: size bytes at address on each bank of the set.

        name: of the operation, tensor or line that made it, for a recording.
        """
        flags = (_lib.ENTRY_PART * part | _lib.ENTRY_VIEW * view | _lib.ENTRY_SYSTEM * system)
        raw = _lib.Record(id=_lib.unsigned(id, "id"), addr=_lib.unsigned(address, "address"),
                          size=_lib.unsigned(size, "size"),
                          program=_lib.unsigned(program, "program"),
                          set=_lib.unsigned(set, "set", 32), pool=_lib.pool_number(pool),
                          flags=flags, name=self._context.name(name) if name is not None else 0)
        self._check(_lib.lib().ttmemstat_report_record(self._handle(), byref(raw)), f"record {id}")

    def free(self, id: int) -> None:
        """All parts of a record are gone."""
        self._check(_lib.lib().ttmemstat_report_free(self._handle(), _lib.unsigned(id, "id")),
                    f"free {id}")

    def program_free(self, program: int) -> None:
        """A program and all its records are gone."""
        number = _lib.unsigned(program, "program")
        self._check(_lib.lib().ttmemstat_report_program_free(self._handle(), number),
                    f"program {program}")

    def name_program(self, program: int, name: str) -> None:
        """A name for a program, for a recording."""
        code = _lib.lib().ttmemstat_name_program(self._handle(), _lib.unsigned(program, "program"),
                                                 self._context.name(name))
        self._check(code, f"program {program}")

    def dispatch(self, program: int, list: int = 0) -> None:
        """A program was dispatched, alone or as a member of a list (a trace)."""
        code = _lib.lib().ttmemstat_report_dispatch(self._handle(), _lib.unsigned(program, "program"),
                                                    _lib.unsigned(list, "list"))
        self._check(code, f"program {program}")

    def snapshot(self, pool: str, *, allocatable: int, allocated: int, free: int,
                 largest_free_block: int, set: int = 0, loaded: bool = False) -> None:
        """An allocator's statistics, bytes on each bank of the set."""
        raw = _lib.Snapshot(allocatable=_lib.unsigned(allocatable, "allocatable"),
                            allocated=_lib.unsigned(allocated, "allocated"),
                            free=_lib.unsigned(free, "free"),
                            largest_free_block=_lib.unsigned(largest_free_block, "largest"),
                            set=_lib.unsigned(set, "set", 32), pool=_lib.pool_number(pool),
                            flags=_lib.ENTRY_LOADED * loaded)
        self._check(_lib.lib().ttmemstat_report_snapshot(self._handle(), byref(raw)),
                    f"snapshot of {pool}")

    def snapshot_total(self, pool: str, size: int, *, loaded: bool = False) -> None:
        """Only the pool's bytes on the whole chip are known."""
        code = _lib.lib().ttmemstat_report_snapshot_total(self._handle(), _lib.pool_number(pool),
                                                          _lib.unsigned(size, "size"),
                                                          _lib.ENTRY_LOADED * loaded)
        self._check(code, f"snapshot of {pool}")

    def flush(self) -> None:
        """What this thread has reported by the ring is in the figures."""
        self._check(_lib.lib().ttmemstat_flush(self._handle()), "flush")

    def drop(self, pools: Iterable[str]) -> None:
        """Forget all records and snapshots of some pools."""
        self._check(_lib.lib().ttmemstat_drop(self._handle(), _pool_mask(pools)), "drop")

    def figures(self) -> Figures:
        """This client's figures on the chip, from the device."""
        raw = _lib.FiguresRaw()
        context = self._context
        context._check(_lib.lib().ttmemstat_query_client(context._handle(), self.chip,
                                                         context.info().client, byref(raw)),
                       f"tt{self.chip}")
        return Figures._from_raw(raw)

    def partial(self, pools: Iterable[str]) -> None:
        """Say anew which of the covered pools are reported only in part."""
        self._check(_lib.lib().ttmemstat_partial(self._handle(), _pool_mask(pools)), "partial")

    def detach(self) -> None:
        """Give the standing back, and all that it held. Not beside another call on it."""
        self._context._forget(self)
        self._end()

    def _end(self) -> None:
        att, self._att = self._att, None
        if att is not None:
            _lib.lib().ttmemstat_detach(att)

    def _handle(self) -> c_void_p:
        if self._att is None:
            raise ValueError("the attachment is gone")
        return self._att

    def _check(self, code: int, what: str) -> None:
        _lib.check(code, what, "ttmemstat_attachment_error", self._att)


def _callback(attachment: Attachment) -> object:
    """What C calls; it does not keep the attachment."""
    reference = weakref.ref(attachment)

    def renewed(att: int, arg: int) -> None:
        alive = reference()
        if alive is not None and alive._report_again is not None:
            alive._report_again(alive)

    return _lib.REPORT_AGAIN(renewed)


def _bank_set(info: _lib.SetInfo) -> BankSet:
    bits = [bit for bit in range(64 * _lib.SET_WORDS) if info.map[bit // 64] >> bit % 64 & 1]
    if info.space == _lib.SPACE_DRAM:
        return BankSet(info.set, (), tuple(bits))
    return BankSet(info.set, tuple((bit % info.columns, bit // info.columns) for bit in bits), ())


def _bytes(text: str) -> bytes:
    """For C, which would take what is before a NUL for all of it."""
    raw = text.encode()
    if b"\0" in raw:
        raise ValueError(f"{text!r} has a NUL in it")
    return raw


def _pool_mask(names: Iterable[str]) -> int:
    mask = 0
    for name in [names] if isinstance(names, str) else names:
        mask |= 1 << _lib.pool_number(name)
    return mask


def _corners(rect: Rect) -> Rect:
    """ctypes would cut numbers to 16 bits."""
    if not all(0 <= n <= 0xffff for n in rect):
        raise ValueError(f"no rectangle of cores: {tuple(rect)}")
    return Rect(*rect)
