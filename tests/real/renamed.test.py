# SPDX-License-Identifier: GPL-2.0-only
"""A release that lacks a name of the reporter's table: the real libraries, with that name changed
wherever it is. The program runs, `run --check` prints the name, and all
figures that it does not name are right.

    renamed.test.py [CALL...]    of the table; without one all
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import ttnn

from rename import rename
from truth import POOLS, Tap, chips, stat

# In the order of their numbers.
FIGURES = {"dram": "dram_buffers_used", "trace": "trace_used", "l1": "l1_buffers_used",
           "l1_small": "l1_small_used", "cb": "cb_used", "kernel": "kernel_app", "drift": "drift"}
PACKAGE = pathlib.Path(ttnn.__file__).parent
LIBRARIES = [next(PACKAGE.glob("_ttnn.*.so")), *(PACKAGE / "build/lib" / name for name in
             ("_ttnncpp.so", "libtt_metal.so", "libtt-umd.so.0"))]


def child():
    """Buffers of three kinds and two programs, and what all say of them."""
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1), l1_small_size=16384)
    kept = [ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 256, 256]), ttnn.bfloat16,
                                           ttnn.TILE_LAYOUT, mesh, config)
            for config in (ttnn.L1_MEMORY_CONFIG, ttnn.DRAM_MEMORY_CONFIG)]
    kept.append(ttnn.add(kept[0], kept[0], memory_config=ttnn.L1_MEMORY_CONFIG))
    kept.append(ttnn.relu(kept[0], memory_config=ttnn.L1_MEMORY_CONFIG))
    ttnn.deallocate(kept[2])
    # The mirror looks ten times a second.
    time.sleep(1)
    views = {name: ttnn.get_memory_view(mesh, kind) for name, kind in POOLS.items()}
    print(json.dumps({
        "truth": {name: view.num_banks * view.total_bytes_allocated_per_bank
                  for name, view in views.items()},
        "seen": stat(chips()[0])}), flush=True)
    os._exit(0)


def table():
    """The names by what they are for, of the reporter's files, and which of them are of no use where a
    release has which other."""
    source = "".join(pathlib.Path(file).read_text() for file in ("foreign_names.h", "foreign.c"))
    source = source.replace("\\\n", " ")
    macros = {name: text for name, text in re.findall(r"^#define (\w+)[ \t]+(.*)$", source, re.M)}

    def expand(text):
        return "".join(part[1:-1] if part[0] == '"' else expand(macros[part])
                       for part in re.findall(r'"[^"]*"|\w+', text))

    rows = {name: expand(name) for name in re.findall(r"^\tHOOKED\((\w+)", source, re.M)}
    for name, text in re.findall(r'^\tASKED\((\w+),\s+((?:\w+ )?"[^"]*")', source, re.M):
        rows[name] = expand(text)
    spared = dict(re.findall(r"^\t(?:HOOKED|ASKED)\((\w+),[^()]*?\.unless = (\w+)\)", source, re.M))
    return rows, spared


def run():
    """The program's status, what it found, and which pools the reporter names for which name."""
    done = subprocess.run(["tt-memstat", "run", "--check", "--", sys.executable, __file__, "child"],
                          capture_output=True, text=True)
    named = re.findall(r"^tt_memstat: (\w+) is (not seen|seen in part): no (\w+)$", done.stderr, re.M)
    lines = done.stdout.splitlines()
    return done.returncode, json.loads(lines[-1]) if lines else {}, named, done.stderr


def judge(pool, named, whole, found):
    """What is wrong with the figure of a pool; empty: nothing."""
    figure = found["seen"].get(FIGURES[pool], "unknown")
    if pool in named:
        partial = found["seen"].get("l1_partial", 0) | found["seen"].get("dram_partial", 0)
        known = figure != "unknown" and not partial >> list(FIGURES).index(pool) & 1
        return f"{pool} is {figure}, and not partial" if known else ""
    wanted = found["truth"].get(FIGURES[pool], whole["seen"].get(FIGURES[pool]))
    told = figure == wanted or (pool == "drift" and "l1" in named)
    return "" if told else f"{pool} is {figure}, not {wanted}, and not named"


def missing(tap, call, rows, spared, whole):
    name, copies = rows[call], sorted(COPIES.iterdir())
    new = rename(copies, name)
    status, found, named, said = run()
    rename(copies, new, name)
    tap.expect(f"{call}: the program runs", 0, status)
    names = {row[2] for row in named}
    tap.expect(f"{call}: --check names the missing function", {name},
               names - {rows[row] for row in rows if spared.get(row) == call})
    if status:
        print("#", said.replace("\n", "\n# "))
        return
    pools = {row[0] for row in named}
    tap.expect(f"{call}: figures not named by --check are right", [],
               [wrong for pool in FIGURES if (wrong := judge(pool, pools, whole, found))])


if sys.argv[1:] == ["child"]:
    child()
COPIES = pathlib.Path("libraries").absolute()
COPIES.mkdir()
for path in LIBRARIES:
    shutil.copy(path, COPIES / path.name)
    subprocess.run(["mount", "--bind", COPIES / path.name, path], check=True)
rows, spared = table()
tap = Tap()
status, whole, named, said = run()
tap.expect("no function is missing in the unchanged release", (0, []), (status, named))
images = [path.read_bytes() for path in COPIES.iterdir()]
has = {call for call in rows if any(rows[call].encode() + b"\0" in image for image in images)}
del images
for call in sys.argv[1:] or rows:
    if call not in has or spared.get(call) in has:
        print(f"# {call}: is of no use in this release", flush=True)
    else:
        missing(tap, call, rows, spared, whole)
tap.finish()
