# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Device memory of Tenstorrent chips: report it and read it, through libttmemstat.

    from ttmemstat import L1Tracker         # report what a model uses, visible to all users
    tracker = L1Tracker()
    tracker.track_cb(num_tiles=1024, tile_size=2048)

    import ttmemstat                        # read the use of all processes
    for chip in ttmemstat.chips():
        print(chip.name, chip.figures.l1_used, chip.figures.l1_capacity)

    free, total = ttmemstat.mem_get_info()  # like torch.cuda.mem_get_info()
    with ttmemstat.scope("attention"):      # names a phase in recordings
        ...

The figures are defined by the module (docs/ABI/); None stands for unknown. Reading needs no
privilege. Reporting needs the chip's /dev/tenstorrent node; where the module is not loaded it
does nothing.
"""
from ._lib import LibraryNotFound, version
from .figures import Figures
from .memory import (ScopeStats, max_memory_allocated, mem_get_info, memory_allocated, memory_stats,
                     memory_summary, reset_peak_memory_stats, scope, scopes)
from .reading import Chip, Client, Host, Process, Reader, chips, host, processes
from .recording import Event, Recording, RecordingInfo
from .reporting import Attachment, BankSet, Context, Info, Rect
from .tracker import L1Tracker

__version__ = "0.2.0"

__all__ = [
    "Attachment", "BankSet", "Chip", "Client", "Context", "Event", "Figures", "Host", "Info",
    "L1Tracker", "LibraryNotFound", "Process", "Reader", "Recording", "RecordingInfo", "Rect", "ScopeStats",
    "__version__", "chips", "host", "max_memory_allocated", "mem_get_info", "memory_allocated",
    "memory_stats", "memory_summary", "processes", "reset_peak_memory_stats", "scope", "scopes",
    "version",
]
