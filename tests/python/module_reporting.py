# SPDX-License-Identifier: GPL-2.0-only
"""The package against the module, as root in the virtual machine. Each test makes its own chip."""
import contextlib
import errno
import io
import os
import subprocess
import unittest
import warnings

import ttmemstat
from ttmemstat import Context, L1Tracker, Rect

CORE = 1572864 - 111616     # what buffers may take of a Blackhole core
WORKERS = 110


class OnP150(unittest.TestCase):
    def setUp(self):
        done = subprocess.run(["tt-memstat", "create-virtual", "--arch", "blackhole",
                               "--harvest", "0xc0"], check=True, text=True,
                              stdout=subprocess.PIPE)
        self.name = done.stdout.strip()
        self.n = int(self.name[2:])
        self.present = True
        self.addCleanup(self.destroy)

    def destroy(self):
        if self.present:
            self.present = False
            subprocess.run(["tt-memstat", "destroy", self.name], check=True)

    def figures(self):
        with ttmemstat.Reader() as reader:
            return reader.chip(self.n).figures

    def tracker(self, **options):
        tracker = L1Tracker(self.name, quiet=True, **options)
        self.addCleanup(tracker.close)
        return tracker


class Tracker(OnP150):
    def test_the_total_is_spread_exactly(self):
        tracker = self.tracker()
        tracker.track_cb(1024, 2048)
        self.assertEqual(self.figures().cb_used, 1024 * 2048)
        self.assertEqual(self.figures().l1_used, 1024 * 2048)
        tracker.track_cb(3, 5)      # 15 bytes are one granule on one core
        self.assertEqual(self.figures().cb_used, 1024 * 2048 + 16)
        tracker.track_cb(WORKERS, 16)
        self.assertEqual(self.figures().cb_used, 1024 * 2048 + 16 + WORKERS * 16)

    def test_per_core(self):
        tracker = self.tracker()
        tracker.track_cb(2, 2048, per_core=True)
        self.assertEqual(self.figures().cb_used, WORKERS * 4096)
        self.assertEqual(tracker.cb_memory, WORKERS * 4096)
        self.assertEqual(self.figures().l1_fullest_core_used, 4096)

    def test_another_grid(self):
        tracker = self.tracker(worker_grid=(12, 10))
        tracker.track_cb(1, 32, per_core=True)
        self.assertEqual(self.figures().cb_used, 120 * 32)

    def test_kernels(self):
        tracker = self.tracker()
        tracker.track_kernel(80)
        self.assertEqual(self.figures().kernel_app, 80 * 50 * 1024)
        many = tracker.track_kernel(300, size=1024)
        self.assertEqual(self.figures().kernel_app, 80 * 50 * 1024 + 300 * 1024)
        self.assertEqual(self.figures().l1_used, 0)
        tracker.release(many)
        self.assertEqual(self.figures().kernel_app, 80 * 50 * 1024)

    def test_what_is_released_makes_room(self):
        tracker = self.tracker()
        half = CORE // 2 // 16 * 16
        first = tracker.track_cb(1, half, per_core=True)
        tracker.track_cb(1, half, per_core=True)
        for _ in range(3):
            tracker.release(first)
            first = tracker.track_cb(1, half, per_core=True)
        self.assertEqual(self.figures().cb_used, 2 * half * WORKERS)
        self.assertEqual(tracker.refused_memory, 0)

    def test_what_does_not_fit_is_not_there(self):
        tracker = self.tracker()
        tracker.track_cb(1, CORE, per_core=True)
        with self.assertWarnsRegex(RuntimeWarning, "not reported to tt_memstat"):
            handle = tracker.track_cb(1, 2048)
        self.assertEqual((tracker.cb_memory, tracker.refused_memory), (CORE * WORKERS, 2048))
        self.assertEqual(self.figures().cb_used, CORE * WORKERS)
        out = io.StringIO()
        tracker.summary(out)
        self.assertIn("Does not fit: 0.0 MiB", out.getvalue())
        tracker.release(handle)
        self.assertEqual(tracker.refused_memory, 0)

    def test_a_part_that_does_not_fit_takes_the_rest_back(self):
        tracker = self.tracker()
        with self.assertWarns(RuntimeWarning):
            tracker.track_cb(1, CORE * WORKERS + 16)
        self.assertEqual((self.figures().cb_used, self.figures().records), (0, 0))
        tracker.track_cb(1, CORE * WORKERS)
        self.assertEqual(self.figures().cb_used, CORE * WORKERS)

    def test_summary(self):
        with L1Tracker(self.name, label="falcon") as tracker:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                tracker.track_cb(1024, 2048)
                tracker.track_kernel(80)
                tracker.summary()
            self.assertEqual(out.getvalue().splitlines(), [
                "CB allocated: 2.0 MiB", "CBs: 2.0 MiB", "Kernels: 3.9 MiB", "Total: 5.9 MiB",
                f"{self.name}: L1 used by all processes 2.0 MiB of 180.0 MiB"])
            self.assertEqual(tracker.figures().cb_used, 1024 * 2048)

    def test_the_end_of_the_block_takes_all_back(self):
        with self.tracker() as tracker:
            tracker.track_cb(1, 4096)
            tracker.track_kernel(1)
        figures = self.figures()
        self.assertEqual((figures.l1_used, figures.kernel_app, figures.records, figures.clients),
                         (0, 0, 0, 0))

    def test_two_trackers_are_a_union(self):
        first, second = self.tracker(), self.tracker()
        first.track_cb(1, 4096, per_core=True)
        second.track_cb(1, 8192, per_core=True)
        figures = self.figures()
        self.assertEqual((figures.cb_used, figures.l1_shared), (WORKERS * 8192, WORKERS * 4096))

    def test_the_environment_names_the_chip(self):
        os.environ["TT_MEMSTAT_CHIP"] = self.name
        self.addCleanup(os.environ.pop, "TT_MEMSTAT_CHIP")
        with L1Tracker(quiet=True) as tracker:
            self.assertEqual(tracker.chip, self.name)

    def test_a_number_names_the_chip(self):
        with L1Tracker(self.n, quiet=True) as tracker:
            self.assertEqual(tracker.chip, self.name)

    def test_no_such_chip(self):
        with self.assertWarnsRegex(RuntimeWarning, "no chip tt99"):
            tracker = L1Tracker("tt99", quiet=True)
        tracker.track_cb(1, 16)
        self.assertIsNone(tracker.figures())

    def test_a_child_says_nothing_for_its_parent(self):
        tracker = self.tracker()
        tracker.track_cb(1, 4096)
        child = os.fork()
        if child == 0:
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                tracker.track_cb(1, 4096)
            tracker.close()
            os._exit(0 if len(seen) == 1 else 1)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertEqual(self.figures().cb_used, 4096)

    def test_a_chip_that_goes(self):
        tracker = self.tracker()
        tracker.track_cb(1, 4096)
        self.destroy()
        with self.assertWarnsRegex(RuntimeWarning, "not reported"):
            tracker.track_cb(1, 4096)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tracker.summary(io.StringIO())
        tracker.close()


class Reporting(OnP150):
    def setUp(self):
        super().setUp()
        self.context = Context(optional=False)
        self.addCleanup(self.context.close)
        self.att = self.context.attach(
            self.n, ["dram", "trace", "l1", "l1_small", "cb", "kernel"], label="exact",
            worker_grid=(11, 10), runtime_id=3)

    def test_info(self):
        info = self.context.info()
        self.assertEqual(info.version, ttmemstat.host().version)
        self.assertEqual(info.client, ttmemstat.chips()[-1].clients[0].id)

    def test_who_is_seen(self):
        (client,) = ttmemstat.chips()[-1].clients
        self.assertEqual((client.pid, client.uid, client.label, client.runtime_id),
                         (os.getpid(), 0, "exact", 3))
        (process,) = ttmemstat.processes()
        self.assertEqual((process.pid, process.l1_used, process.dram_used), (os.getpid(), 0, 0))

    def test_buffers(self):
        self.att.record(1, "l1", 1 << 20, 4096)
        self.att.record(2, "dram", 0, 1 << 20)
        self.att.record(3, "dram", 1 << 20, 64, set=self.att.dram_banks(0b11))
        figures = self.att.figures()
        self.assertEqual((figures.l1_buffers_used, figures.dram_used),
                         (WORKERS * 4096, 8 * (1 << 20) + 128))
        self.att.free(1)
        self.assertEqual(self.att.figures().l1_used, 0)
        self.att.drop(["dram"])
        self.assertEqual(self.att.figures().dram_used, 0)

    def test_programs(self):
        cores = self.att.cores([Rect(0, 0, 1, 1)])
        self.att.record(1, "cb", 111616, 1024, set=cores, program=7)
        self.att.record(2, "cb", 111616, 2048, set=cores, program=8)
        self.att.record(3, "kernel", 0, 100, set=cores, program=8, system=True)
        self.att.dispatch(7)
        self.assertEqual((self.att.figures().cb_used, self.att.figures().cb_loaded),
                         (4096, 8192))
        self.assertEqual(self.att.figures().kernel_system, 4 * 112)
        self.att.program_free(7)
        self.assertEqual(self.att.figures().programs, 1)

    def test_snapshots(self):
        self.att.snapshot("l1", allocatable=1 << 20, allocated=4096, free=(1 << 20) - 4096,
                          largest_free_block=65536)
        self.assertEqual(self.att.figures().l1_buffers_used, WORKERS * 4096)
        self.assertEqual(self.att.figures().l1_largest_free_block, 65536)
        self.att.snapshot_total("dram", 12345)
        self.assertEqual((self.att.figures().dram_used, self.att.figures().approx), (12345, 1))

    def test_a_ring(self):
        with Context() as context:
            att = context.attach(self.n, ["l1"], ring=True, worker_grid=(11, 10))
            for i in range(1000):
                att.record(i + 1, "l1", 65536 + 64 * i, 64)
            att.flush()
            self.assertEqual(att.figures().l1_used, 1000 * 64 * WORKERS)

    def refused(self, number, call, *arguments, **options):
        with self.assertRaises(OSError) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.errno, number)

    def test_errors_say_field_value_and_limit(self):
        for text, call, arguments in (
                ("size 4096 at addr 1572864 ends beyond the core, which has 1572864 bytes",
                 self.att.record, (1, "l1", 1572864, 4096)),
                ("addr is 8: it must be a multiple of 16", self.att.record, (1, "l1", 8, 16)),
                ("id is 2: nothing of this id is live", self.att.free, (2,)),
                ("rects reach column 12 and row 0: .* which is 12x10", self.att.cores,
                 ([Rect(0, 0, 12, 0)],)),
                ("the context is attached to it already", self.context.attach, (self.n, ["l1"]))):
            with self.assertRaisesRegex(OSError, text):
                call(*arguments)

    def test_errors_change_nothing(self):
        self.att.record(1, "l1", 65536, 4096)
        self.refused(errno.EEXIST, self.att.record, 1, "l1", 0, 16)
        self.refused(errno.ERANGE, self.att.record, 2, "l1", 1572864, 16)
        self.refused(errno.EINVAL, self.att.record, 2, "l1", 8, 16)
        self.refused(errno.ENOENT, self.att.free, 2)
        self.refused(errno.ENOENT, self.att.dispatch, 9)
        self.refused(errno.ENOENT, self.att.record, 2, "l1", 0, 16, set=77)
        self.refused(errno.ERANGE, self.att.cores, [Rect(0, 0, 12, 0)])
        self.refused(errno.EINVAL, self.att.cores, [])
        self.refused(errno.EINVAL, self.att.snapshot, "l1", allocatable=16, allocated=32, free=0,
                     largest_free_block=0)
        self.refused(errno.EALREADY, self.context.attach, self.n, ["l1"])
        self.refused(errno.ENODEV, self.context.attach, 99, ["l1"])
        figures = self.att.figures()
        self.assertEqual((figures.l1_used, figures.records), (WORKERS * 4096, 1))

    def test_detach_gives_all_back(self):
        self.att.record(1, "l1", 65536, 4096)
        self.att.detach()
        self.att.detach()
        self.assertEqual(self.figures().clients, 0)
        with self.assertRaises(ValueError):
            self.att.free(1)
