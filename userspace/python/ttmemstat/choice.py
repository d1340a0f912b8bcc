# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Choose the chip of a process that names none, and the proof that it may report there.

ttmemstat_resolve() finds the open nodes of the process and their chips.
"""
from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref, sizeof
from dataclasses import dataclass

from . import _lib
from .reading import Chip, chips
from .reporting import Context

ENVIRONMENT = "TT_MEMSTAT_CHIP"


@dataclass(frozen=True)
class Choice:
    """A chip with a known geometry.

    usual_grid: the compute grid that runtimes usually give to programs on it. proof: an open
    descriptor of its node, -1 = none.
    """

    n: int
    name: str
    arch: str
    usual_grid: tuple[int, int]
    proof: int


@contextmanager
def choose(name: str | int | None, context: Context) -> Iterator[Choice]:
    """The chip of that name or number; for None see L1Tracker. The proof lasts as long as this.

    context: a fake has chips of its own. An OSError says why there is none.
    """
    if context.fake:
        yield _fake(name if name is not None else os.environ.get(ENVIRONMENT) or 0, context)
        return
    present = chips(clients=False)
    if name is None:
        name = os.environ.get(ENVIRONMENT) or None
    opened = _open_chips()
    chip = _named(present, name) if name is not None else _preferred(present, opened)
    arch = _lib.arch_info(chip.arch) if chip.arch else None
    if arch is None or chip.arch is None or chip.grid is None:
        raise OSError(errno.ENODATA, f"what {chip.name} has is not known: "
                      "tt-memstat import, or a runtime that attaches, tells it")
    usual = min(arch.usual_x, chip.grid[0]), min(arch.usual_y, chip.grid[1])
    with _proof(chip, present, opened) as proof:
        yield Choice(chip.n, chip.name, chip.arch, usual, proof)


def _fake(name: str | int, context: Context) -> Choice:
    number = str(name)
    found = context._chip_find(number if number.startswith("tt") else f"tt{number}")
    arch = _lib.lib().ttmemstat_arch_name(found.geometry.arch).decode()
    row = _lib.arch_info(arch)
    assert row is not None
    usual = min(row.usual_x, found.geometry.grid_x), min(row.usual_y, found.geometry.grid_y)
    return Choice(found.chip, _lib.text(found.name), arch, usual, -1)


def _named(present: tuple[Chip, ...], name: str | int) -> Chip:
    for chip in present:
        if name in (chip.n, chip.name, str(chip.n)):
            return chip
    raise OSError(errno.ENODEV, f"no chip {name}")


def _preferred(present: tuple[Chip, ...], opened: dict[int, int]) -> Chip:
    """One whose node is open, else one of the host's; first in the order of the bus."""
    local = sorted((c for c in present if c.kind == "local"), key=lambda c: c.pci or "")
    found = [*(c for c in local if c.n in opened), *local,
             *(c for c in present if c.kind == "virtual")]
    if not found:
        raise OSError(errno.ENODEV, "no chip")
    return found[0]


@contextmanager
def _proof(chip: Chip, present: tuple[Chip, ...], opened: dict[int, int]) -> Iterator[int]:
    """A descriptor of the chip's node or its gateway's; -1: none is to be had."""
    gateway = chip
    if chip.kind == "remote":
        gateway = next((c for c in present if c.kind == "local" and c.pci == chip.pci), chip)
    proof, mine = opened.get(gateway.n, -1), -1
    if proof < 0 and gateway.kmd_node is not None:
        try:
            proof = mine = os.open(f"/dev/{gateway.kmd_node}", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            pass    # the attach says what it lacks; root lacks nothing
    try:
        yield proof
    finally:
        if mine >= 0:
            os.close(mine)


def _open_chips() -> dict[int, int]:
    """The chips whose nodes this process has open, each with such a descriptor."""
    found: dict[int, int] = {}
    while True:
        device = _lib.Device(size=sizeof(_lib.Device), runtime_id=len(found), gateway_id=-1)
        options = _lib.AttachOptions(size=sizeof(_lib.AttachOptions), proof=-1, runtime_id=-1)
        if _lib.lib().ttmemstat_resolve(byref(device), None, byref(options)) < 0 or \
                options.chip in found:
            return found
        found[options.chip] = options.proof
