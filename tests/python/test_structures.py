# SPDX-License-Identifier: GPL-2.0-only
"""The package's structures, prototypes and names against the headers and the library."""
import os
import re
import subprocess
import tempfile
import unittest
from ctypes import sizeof
from dataclasses import fields

import ttmemstat
from ttmemstat import _lib

ROOT = os.environ["TT_MEMSTAT_ROOT"]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class Structures(unittest.TestCase):
    def test_the_compiler_lays_them_out_the_same(self):
        lines, wanted = [], []
        for name, structure in _lib.STRUCTURES.items():
            lines.append(f'printf("%zu\\n", sizeof(struct {name}));')
            wanted.append((name, sizeof(structure)))
            for field, *_ in structure._fields_:
                lines.append(f'printf("%zu\\n", offsetof(struct {name}, {field}));')
                wanted.append((f"{name}.{field}", getattr(structure, field).offset))
        source = ("#include <stddef.h>\n#include <stdio.h>\n#include <ttmemstat.h>\n"
                  "int main(void)\n{\n" + "\n".join(lines) + "\nreturn 0;\n}\n")
        with tempfile.TemporaryDirectory() as work:
            subprocess.run(["gcc", "-xc", "-", "-o", f"{work}/offsets",
                            f"-I{ROOT}/userspace/include", f"-I{ROOT}/uapi"],
                           input=source.encode(), check=True)
            printed = subprocess.run([f"{work}/offsets"], stdout=subprocess.PIPE, check=True)
        seen = [(name, int(line)) for (name, _), line in
                zip(wanted, printed.stdout.splitlines())]
        self.assertEqual(wanted, seen)

    def test_constants(self):
        text = read("userspace/include/ttmemstat.h") + read("uapi/tt_memstat.h")
        names = {"OPEN_OPTIONAL": "TTMEMSTAT_OPEN_OPTIONAL", "ATTACH_RING": "TTMEMSTAT_ATTACH_RING",
                 "READ_CLIENTS": "TTMEMSTAT_READ_CLIENTS", "READ_CORES": "TTMEMSTAT_READ_CORES",
                 "LAYOUT_WORKER": "TT_MEMSTAT_LAYOUT_WORKER",
                 "ENTRY_VIEW": "TT_MEMSTAT_ENTRY_VIEW", "ENTRY_SYSTEM": "TT_MEMSTAT_ENTRY_SYSTEM",
                 "ENTRY_PART": "TT_MEMSTAT_ENTRY_PART",
                 "ENTRY_LOADED": "TT_MEMSTAT_ENTRY_LOADED"}
        for ours, theirs in names.items():
            bit = re.search(rf"#define {theirs}\s+\(1u << (\d+)\)", text)
            self.assertEqual(getattr(_lib, ours), 1 << int(bit.group(1)), ours)
        self.assertEqual(_lib.GRANULE,
                         int(re.search(r"TT_MEMSTAT_GRANULE\s+(\d+)", text).group(1)))

    def test_every_figure_is_a_field(self):
        numbers = re.findall(r"TT_MEMSTAT_FIG_([A-Z0-9_]+)\s*=", read("uapi/tt_memstat.h"))
        self.assertEqual([name.lower() for name in numbers],
                         [field.name for field in fields(ttmemstat.Figures)])

    def test_prototypes_have_as_many_arguments(self):
        header = read("userspace/include/ttmemstat.h")
        for name, (_, arguments) in _lib._PROTOTYPES.items():
            declared = re.search(rf"^\w[^(\n]*\b{name}\(([^;]*)\);", header, re.M).group(1)
            count = 0 if declared == "void" else declared.count(",") + 1
            self.assertEqual(count, len(arguments), name)

    def test_version(self):
        version = read("VERSION").strip()
        self.assertEqual(version, ttmemstat.version())
        self.assertIn(f'version = "{version}"', read("userspace/python/pyproject.toml"))

    def test_untrusted_text_is_cleaned(self):
        self.assertEqual(_lib.text(b"\x1b[31m"), "?[31m")
        self.assertEqual(_lib.text(b"\xff" * 64), "\ufffd" * 64)

    def test_numbers_are_not_cut(self):
        self.assertEqual(_lib.unsigned((1 << 64) - 1, "x"), (1 << 64) - 1)
        for bad in (-1, 1 << 64):
            with self.assertRaises(ValueError):
                _lib.unsigned(bad, "x")
        with self.assertRaises(TypeError):
            _lib.unsigned(1.5, "x")
