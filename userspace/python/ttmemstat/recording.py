# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Read recordings as values, with the library's reader."""
from __future__ import annotations

import threading
from collections.abc import Iterator
from ctypes import byref, c_void_p, sizeof
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Optional

from . import _lib
from .show import Row, dataframe

_OPS = {1: "record", 2: "free", 3: "program-free", 4: "dispatch", 5: "snapshot"}
_KINDS = {2: "drop", 3: "partial", 4: "attach", 5: "detach", 6: "set", 7: "program-name",
          8: "scope-begin", 9: "scope-end"}


@dataclass(frozen=True)
class Event:
    """An event. time: nanoseconds since the recording began. None: it has no such thing."""

    time: int
    thread: int
    event: str
    attachment: int
    name: str | None = None
    scope: str | None = None
    chip: str | None = None
    id: int | None = None
    pool: str | None = None
    address: int | None = None
    size: int | None = None
    set: int | None = None
    program: int | None = None


@dataclass(frozen=True)
class RecordingInfo:
    """What a recording is, as far as it has been read."""

    pid: int
    comm: str
    library: str
    began: int
    events: int
    torn: int
    malformed: int
    lost: int
    folded: bool


class Recording:
    """A recording, to be iterated over; also one that is still written.

        for event in ttmemstat.Recording("run.rec"):
            print(event.time, event.event, event.name, event.size)
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def __iter__(self) -> Iterator[Event]:
        with _Reading(self.path) as reading:
            chips: dict[int, str] = {}
            while (raw := reading.next()) is not None:
                if raw.attach:
                    chips[raw.attachment] = f"tt{raw.attach.contents.chip}"
                yield _event(raw, chips)

    def info(self) -> RecordingInfo:
        """What it is; reads all of it."""
        with _Reading(self.path) as reading:
            while reading.next() is not None:
                pass
            return reading.info()

    def to_dataframe(self) -> Any:
        """A pandas.DataFrame with a row for each event."""
        return dataframe(_row(event) for event in self)


class _Reading:
    """An open recording."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._raw: Optional[c_void_p] = None
        raw = c_void_p()
        code = _lib.lib().ttmemstat_recording_open(byref(raw), path.encode())
        if code:
            raise _lib.error(code, path)
        self._raw = raw
        self._event = _lib.RecordedEvent()

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        raw, self._raw = self._raw, None
        _lib.lib().ttmemstat_recording_close(raw)

    def next(self) -> _lib.RecordedEvent | None:
        code = _lib.lib().ttmemstat_recording_next(self._raw, byref(self._event))
        if code < 0:
            raise _lib.error(code, "recording")
        return self._event if code else None

    def info(self) -> RecordingInfo:
        raw = _lib.RecordingInfoRaw(size=sizeof(_lib.RecordingInfoRaw))
        _lib.check(_lib.lib().ttmemstat_recording_get_info(self._raw, byref(raw)), "recording")
        return RecordingInfo(raw.pid, _lib.text(raw.comm), _lib.text(raw.library), raw.began,
                             raw.events, raw.torn, raw.malformed, raw.lost, bool(raw.folded))


def _event(raw: _lib.RecordedEvent, chips: dict[int, str]) -> Event:
    entry = raw.entry
    kind = _OPS[entry.op] if raw.kind == 1 else _KINDS[raw.kind]
    more: dict[str, Any] = {}
    if kind in ("record", "free"):
        more["id"] = entry.id
    if kind in ("record", "snapshot"):
        more["pool"] = _lib.lib().ttmemstat_pool_name(entry.pool).decode()
        more["set"] = entry.set
    if kind == "record":
        more.update(address=entry.addr, size=entry.size)
    if kind in ("program-free", "dispatch", "program-name") or kind == "record" and entry.program:
        more["program"] = entry.program
    if kind == "set":
        more["set"] = raw.set
    return Event(raw.time, raw.thread, kind, raw.attachment,
                 name=_lib.text(raw.name) if raw.name is not None else None,
                 scope=_lib.text(raw.scope) if raw.scope is not None else None,
                 chip=None if kind.startswith("scope") else chips.get(raw.attachment), **more)


def _row(event: Event) -> Row:
    return dict(vars(event))
