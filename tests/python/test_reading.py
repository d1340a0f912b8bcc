# SPDX-License-Identifier: GPL-2.0-only
"""The reading side over the recorded trees of tests/cli/smi_trees.py."""
import dataclasses
import errno
import os
import subprocess
import sys
import tempfile
import unicodedata
import unittest

import ttmemstat
from ttmemstat import Reader

ROOT = os.environ["TT_MEMSTAT_ROOT"]
MIB, GIB = 1 << 20, 1 << 30


class Trees(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        subprocess.run([sys.executable, f"{ROOT}/tests/cli/smi_trees.py", cls.work.name],
                       check=True)

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def root(self, tree):
        return os.path.join(self.work.name, tree)

    def test_a_chip(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("p150"))
        self.assertEqual((chip.n, chip.name, chip.kind, chip.arch, chip.board, chip.pci),
                         (0, "tt0", "local", "blackhole", "p150b", "0000:01:00.0"))
        self.assertEqual((chip.kmd_node, chip.unique_id, chip.grid, chip.geometry_source),
                         ("tenstorrent/0", 0x0123456789abcdef, (12, 10), "runtime"))
        self.assertEqual(chip.figures.l1_capacity, 120 * 1572864)
        self.assertEqual(chip.figures.l1_headroom_min, 412000)
        self.assertIsNone(chip.figures.snapshot_age_ms)
        self.assertFalse(chip.torn)
        self.assertIsNone(chip.cores)

    def test_clients(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("p150"))
        first, second = chip.clients
        self.assertEqual((first.id, first.pid, first.uid, first.comm, first.label),
                         (11, 20714, 1000, "python3", "llama-3.1-8b"))
        self.assertEqual(second.label, "")
        self.assertEqual(first.covers,
                         {"dram", "trace", "l1", "l1_small", "cb", "kernel"})
        self.assertEqual(first.figures.cb_used, 12 * MIB)
        self.assertEqual(sum(c.figures.l1_used for c in chip.clients) - chip.figures.l1_shared,
                         chip.figures.l1_used)

    def test_only_what_is_asked_for(self):
        (chip,) = ttmemstat.chips(clients=False, cores=True, sysfs_root=self.root("p150"))
        self.assertEqual(chip.clients, ())
        self.assertEqual((len(chip.cores), len(chip.cores[0])), (10, 12))
        self.assertEqual(chip.cores[4][3], 826261)

    def test_unknown_is_none(self):
        described, bare = ttmemstat.chips(sysfs_root=self.root("unknown"))
        self.assertIsNone(described.figures.l1_capacity)
        self.assertIsNone(described.figures.l1_buffers_used)
        self.assertEqual(described.figures.dram_used, 0)
        self.assertEqual((bare.arch, bare.board, bare.grid, bare.unique_id, bare.asic_location),
                         (None,) * 5)
        self.assertIsNone(described.clients[0].figures.l1_used)

    def test_signed_figures(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("overlap"))
        self.assertEqual(chip.figures.l1_headroom, -4096)

    def test_an_owner_of_another_namespace(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("overlap"))
        self.assertIsNone(chip.clients[2].pid)

    def test_hostile_names(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("hostile"))
        for text in (chip.board, *(c.comm + c.label for c in chip.clients)):
            self.assertNotIn("Cc", [unicodedata.category(c) for c in text], repr(text))
            self.assertFalse(set("\u202e\u2028") & set(text), repr(text))

    def test_processes_over_chips(self):
        found = ttmemstat.processes(sysfs_root=self.root("n300"))
        self.assertEqual([(p.pid, p.comm, p.label) for p in found],
                         [(4242, "tt-server", "falcon"), (991, "smoke", "")])
        self.assertEqual([name for name, _ in found[0].clients], ["tt0", "tt2"])
        self.assertEqual(found[0].dram_used, 7 * GIB + 32 * MIB)
        self.assertEqual(found[0].l1_used,
                         sum(c.figures.l1_used for _, c in found[0].clients))

    def test_processes_that_cannot_be_seen_are_not_merged(self):
        pids = [p.pid for p in ttmemstat.processes(sysfs_root=self.root("overlap"))]
        self.assertEqual(pids, [100, 200, None])

    def test_a_process_of_which_nothing_is_known(self):
        (process,) = ttmemstat.processes(sysfs_root=self.root("unknown"))
        self.assertIsNone(process.l1_used)
        self.assertEqual(process.dram_used, 0)

    def test_host(self):
        host = ttmemstat.host(sysfs_root=self.root("p150"))
        self.assertEqual((host.version, host.chips, host.clients), ("0.1.0", 1, 2))
        self.assertEqual(host.l1_capacity, 120 * 1572864)

    def test_every_tree_reads(self):
        for tree in os.listdir(self.work.name):
            with self.subTest(tree=tree):
                ttmemstat.chips(cores=True, sysfs_root=self.root(tree))
                ttmemstat.processes(sysfs_root=self.root(tree))

    def test_values_are_frozen(self):
        (chip,) = ttmemstat.chips(sysfs_root=self.root("p150"))
        for value, name in ((chip, "n"), (chip.figures, "l1_used"), (chip.clients[0], "pid")):
            with self.assertRaises(dataclasses.FrozenInstanceError):
                setattr(value, name, 1)

    def test_no_module(self):
        with tempfile.TemporaryDirectory() as empty, self.assertRaisesRegex(
                FileNotFoundError, "not loaded"):
            ttmemstat.chips(sysfs_root=empty)

    def test_no_such_chip(self):
        with Reader(self.root("p150")) as reader:
            self.assertEqual(reader.chip(0).name, "tt0")
            with self.assertRaises(OSError) as caught:
                reader.chip(7)
        self.assertEqual(caught.exception.errno, errno.ENODEV)
        for bad in (-1, 1 << 32):
            with self.assertRaises(ValueError), Reader(self.root("p150")) as reader:
                reader.chip(bad)

    def test_a_closed_reader(self):
        reader = Reader(self.root("p150"))
        reader.close()
        reader.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            reader.chips()
