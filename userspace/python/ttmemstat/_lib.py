# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""libttmemstat.so.0 by ctypes.

Has structures, prototypes and error codes as in ttmemstat.h and tt_memstat.h.
"""
from __future__ import annotations

import ctypes
import operator
import os
from ctypes import (CDLL, CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int32, c_int64,
                    c_size_t, c_uint, c_uint16, c_uint32, c_uint64, c_void_p)
from functools import lru_cache

SONAME = "libttmemstat.so.0"

FIGURES_MAX = 128
LABEL_LEN = 64
NAME_LEN = 16
PCI_LEN = 16
GRANULE = 16
ERROR_LEN = 512

UID_UNKNOWN = 0xffffffff
LOCATION_UNKNOWN = 0xffffffff

OPEN_OPTIONAL = 1 << 0
ATTACH_RING = 1 << 31
READ_CLIENTS = 1 << 0
READ_CORES = 1 << 1
LAYOUT_WORKER = 1 << 0
FIND_NAME = 1 << 0

ENTRY_VIEW = 1 << 0
ENTRY_SYSTEM = 1 << 1
ENTRY_PART = 1 << 2
ENTRY_LOADED = 1 << 5


class LibraryNotFound(ImportError):
    """libttmemstat is not installed, or the linker does not know where."""


class Geometry(Structure):
    _fields_ = [("arch", c_uint32), ("valid", c_uint32), ("tensix_mask", c_uint32),
                ("dram_mask", c_uint32), ("grid_x", c_uint32), ("grid_y", c_uint32),
                ("l1_bytes", c_uint64), ("dram_bank_bytes", c_uint64), ("dram_banks", c_uint32),
                ("reserved", c_uint32)]


class Layout(Structure):
    _fields_ = [("valid", c_uint32), ("worker_x", c_uint32), ("worker_y", c_uint32),
                ("reserved", c_uint32), ("l1_base", c_uint64), ("l1_end", c_uint64),
                ("l1_small", c_uint64), ("kernel_region", c_uint64), ("trace_region", c_uint64)]


class FiguresRaw(Structure):
    _fields_ = [("known", c_uint64 * (FIGURES_MAX // 64)), ("value", c_uint64 * FIGURES_MAX)]


class GetInfo(Structure):
    _fields_ = [("argsz", c_uint32), ("flags", c_uint32), ("api_version", c_uint32),
                ("granule", c_uint32), ("calls", c_uint64), ("features", c_uint64),
                ("client", c_uint64), ("max_chips", c_uint32), ("max_clients", c_uint32),
                ("max_records", c_uint32), ("max_programs", c_uint32), ("max_sets", c_uint32),
                ("max_submit", c_uint32), ("max_ring_entries", c_uint32),
                ("max_virtual", c_uint32), ("max_rects", c_uint32), ("max_remote", c_uint32),
                ("version", c_char * 32), ("max_boundaries", c_uint32),
                ("max_user_clients", c_uint32), ("max_user_records", c_uint32),
                ("max_user_boundaries", c_uint32), ("max_user_sets", c_uint32),
                ("max_user_ring_pages", c_uint32), ("user_bytes", c_uint64),
                ("max_user_bytes", c_uint64), ("host_bytes", c_uint64),
                ("max_host_bytes", c_uint64)]


class RectRaw(Structure):
    _fields_ = [("x0", c_uint16), ("y0", c_uint16), ("x1", c_uint16), ("y1", c_uint16)]


SET_WORDS = 4
LIST_MAX = 4096
SPACE_DRAM = 1


class SetInfo(Structure):
    _fields_ = [("set", c_uint32), ("space", c_uint32), ("banks", c_uint32),
                ("columns", c_uint32), ("map", c_uint64 * SET_WORDS)]


class OpenOptions(Structure):
    _fields_ = [("size", c_uint32), ("flags", c_uint32), ("path", c_char_p)]


REPORT_AGAIN = CFUNCTYPE(None, c_void_p, c_void_p)


class AttachOptions(Structure):
    _fields_ = [("size", c_uint32), ("flags", c_uint32), ("chip", c_uint32),
                ("asic_location", c_uint32), ("proof", c_int32), ("covers", c_uint32),
                ("partial", c_uint32), ("runtime_id", c_int32), ("geometry", Geometry),
                ("layout", Layout), ("label", c_char_p), ("ring_entries", c_uint32),
                ("reserved", c_uint32), ("report_again", REPORT_AGAIN), ("arg", c_void_p)]


class Device(Structure):
    _fields_ = [("size", c_uint32), ("flags", c_uint32), ("runtime_id", c_int32),
                ("asic_location", c_uint32), ("unique_id", c_uint64), ("board_id", c_uint64),
                ("gateway_id", c_int32), ("chip", c_uint32),
                ("gateway_unique_id", c_uint64)]


class Record(Structure):
    _fields_ = [("id", c_uint64), ("addr", c_uint64), ("size", c_uint64), ("program", c_uint64),
                ("set", c_uint32), ("pool", c_uint32), ("flags", c_uint32),
                ("name", c_uint32)]


class Snapshot(Structure):
    _fields_ = [("allocatable", c_uint64), ("allocated", c_uint64), ("free", c_uint64),
                ("largest_free_block", c_uint64), ("set", c_uint32), ("pool", c_uint32),
                ("flags", c_uint32), ("reserved", c_uint32)]


class ChipFind(Structure):
    _fields_ = [("argsz", c_uint32), ("flags", c_uint32), ("name", c_char * NAME_LEN),
                ("pci", c_char * PCI_LEN), ("unique_id", c_uint64), ("chip", c_uint32),
                ("asic_location", c_uint32), ("geometry", Geometry)]


class Entry(Structure):
    _fields_ = [("op", c_uint16), ("flags", c_uint16), ("seq", c_uint32), ("id", c_uint64),
                ("addr", c_uint64), ("size", c_uint64), ("set", c_uint32), ("pool", c_uint32),
                ("program", c_uint64), ("reserved", c_uint64 * 2)]


class RecordingInfoRaw(Structure):
    _fields_ = [("size", c_uint32), ("pid", c_uint32), ("began", c_uint64), ("events", c_uint64),
                ("torn", c_uint64), ("malformed", c_uint64), ("lost", c_uint64),
                ("error", c_uint32), ("files", c_uint32), ("folded", c_uint32),
                ("reserved", c_uint32), ("comm", c_char * 16), ("library", c_char * 32)]


class RecordedSet(Structure):
    _fields_ = [("space", c_uint32), ("count", c_uint32), ("mask", c_uint64),
                ("rects", POINTER(RectRaw))]


class RecordedEvent(Structure):
    _fields_ = [("time", c_uint64), ("kind", c_uint32), ("thread", c_uint32),
                ("attachment", c_uint32), ("pools", c_uint32), ("set", c_uint32),
                ("reserved", c_uint32), ("name", c_char_p), ("scope", c_char_p),
                ("entry", Entry), ("attach", POINTER(AttachOptions)), ("bank_set", RecordedSet)]


class ArchInfo(Structure):
    _fields_ = [("arch", c_uint32), ("name", c_char_p), ("grid_x", c_uint32),
                ("grid_y", c_uint32), ("harvests_rows", c_bool), ("tensix_mask_bits", c_uint32),
                ("dram_channels", c_uint32), ("banks_per_channel", c_uint32),
                ("l1_bytes", c_uint64), ("dram_bank_bytes", c_uint64), ("usual_x", c_uint32),
                ("usual_y", c_uint32)]


class HostRaw(Structure):
    _fields_ = [("known", c_uint32), ("reserved", c_uint32), ("chips", c_uint64),
                ("chips_unknown", c_uint64), ("chips_virtual", c_uint64), ("clients", c_uint64),
                ("l1_capacity", c_uint64), ("l1_used", c_uint64), ("dram_capacity", c_uint64),
                ("dram_used", c_uint64), ("version", c_char * 32)]


class ClientRaw(Structure):
    _fields_ = [("id", c_uint64), ("pid", c_int32), ("uid", c_uint32), ("runtime_id", c_int32),
                ("covers", c_uint32), ("start_time", c_uint64), ("figures", FiguresRaw),
                ("malformed", c_uint64), ("comm", c_char * 64), ("label", c_char * LABEL_LEN)]


class ChipRaw(Structure):
    _fields_ = [("n", c_uint32), ("kind", c_uint32), ("arch", c_uint32),
                ("asic_location", c_uint32), ("grid_x", c_uint32), ("grid_y", c_uint32),
                ("unique_id", c_uint64), ("board_id", c_uint64), ("name", c_char * NAME_LEN),
                ("board", c_char * NAME_LEN), ("pci", c_char * PCI_LEN),
                ("kmd_node", c_char * 64), ("geometry_source", c_char * 32),
                ("figures", FiguresRaw), ("malformed", c_uint64), ("cores", POINTER(c_uint64)),
                ("clients", POINTER(POINTER(ClientRaw))), ("client_count", c_size_t),
                ("vanished", c_size_t), ("torn", c_bool), ("card_type", c_char * 32),
                ("card_serial", c_uint64)]


class ChipList(Structure):
    _fields_ = [("chips", POINTER(POINTER(ChipRaw))), ("count", c_size_t),
                ("vanished", c_size_t)]


# Structures as they are named in C: the tests compare sizes and offsets with the compiler's.
STRUCTURES = {
    "tt_memstat_geometry": Geometry, "tt_memstat_layout": Layout,
    "tt_memstat_figures": FiguresRaw, "tt_memstat_get_info": GetInfo,
    "tt_memstat_rect": RectRaw, "tt_memstat_set_info": SetInfo, "ttmemstat_open_options": OpenOptions,
    "ttmemstat_attach_options": AttachOptions, "ttmemstat_device": Device, "ttmemstat_record": Record,
    "ttmemstat_snapshot": Snapshot, "ttmemstat_arch_info": ArchInfo, "ttmemstat_host": HostRaw,
    "ttmemstat_client": ClientRaw, "ttmemstat_chip": ChipRaw, "ttmemstat_chip_list": ChipList,
    "tt_memstat_chip_find": ChipFind, "tt_memstat_entry": Entry,
    "ttmemstat_recording_info": RecordingInfoRaw, "ttmemstat_recorded_set": RecordedSet,
    "ttmemstat_recorded_event": RecordedEvent,
}

_OUT = POINTER(c_void_p)

_PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "ttmemstat_version": (c_char_p, []),
    "ttmemstat_open": (c_int, [_OUT, POINTER(OpenOptions)]),
    "ttmemstat_open_error": (c_size_t, [POINTER(OpenOptions), c_int, c_char_p, c_size_t]),
    "ttmemstat_error": (c_size_t, [c_void_p, c_char_p, c_size_t]),
    "ttmemstat_attachment_error": (c_size_t, [c_void_p, c_char_p, c_size_t]),
    "ttmemstat_reader_error": (c_size_t, [c_void_p, c_char_p, c_size_t]),
    "ttmemstat_close": (None, [c_void_p]),
    "ttmemstat_enabled": (c_bool, [c_void_p]),
    "ttmemstat_disabled_reason": (c_int, [c_void_p]),
    "ttmemstat_info": (c_int, [c_void_p, POINTER(GetInfo)]),
    "ttmemstat_partial": (c_int, [c_void_p, c_uint32]),
    "ttmemstat_attach": (c_int, [c_void_p, POINTER(AttachOptions), _OUT, POINTER(Geometry)]),
    "ttmemstat_detach": (c_int, [c_void_p]),
    "ttmemstat_bank_set_l1": (c_int, [c_void_p, POINTER(RectRaw), c_size_t, POINTER(c_uint32)]),
    "ttmemstat_bank_set_dram": (c_int, [c_void_p, c_uint64, POINTER(c_uint32)]),
    "ttmemstat_resolve": (c_int, [POINTER(Device), c_void_p, POINTER(AttachOptions)]),
    "ttmemstat_report_record": (c_int, [c_void_p, POINTER(Record)]),
    "ttmemstat_report_free": (c_int, [c_void_p, c_uint64]),
    "ttmemstat_report_program_free": (c_int, [c_void_p, c_uint64]),
    "ttmemstat_report_dispatch": (c_int, [c_void_p, c_uint64, c_uint64]),
    "ttmemstat_report_snapshot": (c_int, [c_void_p, POINTER(Snapshot)]),
    "ttmemstat_report_snapshot_total": (c_int, [c_void_p, c_uint32, c_uint64, c_uint32]),
    "ttmemstat_flush": (c_int, [c_void_p]),
    "ttmemstat_drop": (c_int, [c_void_p, c_uint32]),
    "ttmemstat_query_chip": (c_int, [c_void_p, c_uint32, POINTER(FiguresRaw)]),
    "ttmemstat_query_client": (c_int, [c_void_p, c_uint32, c_uint64, POINTER(FiguresRaw)]),
    "ttmemstat_list_sets": (c_int, [c_void_p, c_uint32, c_uint64, POINTER(c_uint64),
                                    POINTER(SetInfo), POINTER(c_size_t)]),
    "ttmemstat_chip_find": (c_int, [c_void_p, POINTER(ChipFind)]),
    "ttmemstat_recorded": (c_int, [c_void_p]),
    "ttmemstat_name": (c_int, [c_void_p, c_char_p, POINTER(c_uint32)]),
    "ttmemstat_name_program": (c_int, [c_void_p, c_uint64, c_uint32]),
    "ttmemstat_scope_begin": (c_int, [c_void_p, c_char_p]),
    "ttmemstat_scope_end": (c_int, [c_void_p]),
    "ttmemstat_recording_open": (c_int, [_OUT, c_char_p]),
    "ttmemstat_recording_close": (None, [c_void_p]),
    "ttmemstat_recording_next": (c_int, [c_void_p, POINTER(RecordedEvent)]),
    "ttmemstat_recording_get_info": (c_int, [c_void_p, POINTER(RecordingInfoRaw)]),
    "ttmemstat_arch_get_info": (POINTER(ArchInfo), [c_uint32]),
    "ttmemstat_arch_parse": (c_int, [c_char_p]),
    "ttmemstat_arch_name": (c_char_p, [c_uint32]),
    "ttmemstat_figure_name": (c_char_p, [c_uint]),
    "ttmemstat_figure_by_name": (c_int, [c_char_p]),
    "ttmemstat_figure_is_signed": (c_bool, [c_uint]),
    "ttmemstat_pool_name": (c_char_p, [c_uint]),
    "ttmemstat_pool_by_name": (c_int, [c_char_p]),
    "ttmemstat_kind_name": (c_char_p, [c_uint32]),
    "ttmemstat_reader_new": (c_int, [_OUT, c_char_p]),
    "ttmemstat_reader_of": (c_int, [c_void_p, _OUT]),
    "ttmemstat_reader_free": (None, [c_void_p]),
    "ttmemstat_reader_host": (c_int, [c_void_p, POINTER(HostRaw)]),
    "ttmemstat_reader_chip": (c_int, [c_void_p, c_uint32, c_uint32, POINTER(POINTER(ChipRaw))]),
    "ttmemstat_chip_free": (None, [POINTER(ChipRaw)]),
    "ttmemstat_reader_chips": (c_int, [c_void_p, c_uint32, POINTER(ChipList)]),
    "ttmemstat_chip_list_free": (None, [POINTER(ChipList)]),
    "ttmemstat_sanitize": (c_size_t, [c_char_p, c_size_t, c_char_p]),
}


def _beside() -> str | None:
    """The library that a wheel has brought along."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), SONAME)
    return path if os.path.exists(path) else None


@lru_cache(maxsize=None)
def lib() -> CDLL:
    """The library, loaded at the first use. LibraryNotFound: it is not there."""
    try:
        library = CDLL(_beside() or SONAME)
    except OSError as error:
        raise LibraryNotFound(f"{error}: install libttmemstat, or tell the linker where it is "
                              "(ldconfig, LD_LIBRARY_PATH)") from None
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


def version() -> str:
    """Version of libttmemstat."""
    return str(lib().ttmemstat_version().decode())


def why(function: str, *arguments: object) -> str:
    """What one of the library's functions that make failures into text says, e.g. of an object."""
    text = ctypes.create_string_buffer(ERROR_LEN)
    getattr(lib(), function)(*arguments, text, len(text))
    return text.value.decode("utf-8", "replace")


def error(code: int, what: str, text: str = "") -> OSError:
    """The exception for -errno; of OSError's subclass for that errno, where there is one."""
    return OSError(-code, f"{what}: {os.strerror(-code)}" + (f": {text}" if text else ""))


def check(code: int, what: str, function: str = "", *arguments: object) -> None:
    """Raises error() with the text of why(function, *arguments)."""
    if code:
        raise error(code, what, why(function, *arguments) if function else "")


def text(raw: bytes) -> str:
    """Untrusted bytes as text that can be shown on a terminal."""
    clean = ctypes.create_string_buffer(3 * len(raw) + 1)
    lib().ttmemstat_sanitize(clean, len(clean), raw)
    return clean.value.decode("utf-8", "replace")


def unsigned(value: int, what: str, bits: int = 64) -> int:
    """The value, which ctypes would otherwise cut to its bits without a word."""
    number = operator.index(value)
    if not 0 <= number < 1 << bits:
        raise ValueError(f"{what}: {number} is no number of {bits} bits")
    return number


def signed(value: int) -> int:
    """Two's complement of 64 bits."""
    return c_int64(value).value


def arch_info(name: str) -> ArchInfo | None:
    """The library's row of an arch."""
    number = lib().ttmemstat_arch_parse(name.encode())
    row = lib().ttmemstat_arch_get_info(number) if number > 0 else None
    return row.contents if row else None


@lru_cache(maxsize=None)
def pools() -> dict[str, int]:
    """Pools by name."""
    names: dict[str, int] = {}
    while True:
        name = lib().ttmemstat_pool_name(len(names))
        if not name:
            return names
        names[name.decode()] = len(names)


def pool_number(name: str) -> int:
    try:
        return pools()[name]
    except KeyError:
        raise ValueError(f"no pool {name!r}: one of {', '.join(pools())}") from None
