# SPDX-License-Identifier: GPL-2.0-only
"""The writing side without the module: correct calls succeed and do nothing, wrong calls fail."""
import contextlib
import errno
import io
import os
import subprocess
import sys
import unittest
import warnings

from ttmemstat import Context, L1Tracker, Rect
from ttmemstat import tracker as tracker_module

ABSENT = "/nonexistent/tt_memstat"


def quiet_tracker(**options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return L1Tracker(quiet=True, **options)


class Disabled(unittest.TestCase):
    def test_a_context(self):
        with Context(ABSENT) as context:
            self.assertFalse(context.enabled)
            self.assertEqual(context.disabled_reason.errno, errno.ENOENT)
            attachment = context.attach(0, ["cb"], label="x" * 20)
            attachment.record(1, "cb", 0, 4096)
            attachment.free(1)
            attachment.dispatch(1)
            attachment.drop(["cb"])
            with self.assertRaises(OSError) as caught:
                context.info()
            self.assertEqual(caught.exception.errno, errno.EOPNOTSUPP)

    def test_what_is_closed_says_so(self):
        context = Context(ABSENT)
        attachment = context.attach(0, ["cb"])
        context.close()
        context.close()
        for call in (context.info, lambda: attachment.free(1)):
            with self.assertRaises(ValueError):
                call()

    def test_a_missing_module_may_be_an_error(self):
        with self.assertRaisesRegex(FileNotFoundError, f"{ABSENT}: there is no such node"):
            Context(ABSENT, optional=False)

    def test_errors_say_why(self):
        with Context(ABSENT) as context:
            self.assertRegex(str(context.disabled_reason), f"{ABSENT}: there is no such node")
            with self.assertRaisesRegex(OSError, "the context is disabled: there is no such node"):
                context.info()

    def test_bad_arguments(self):
        with Context(ABSENT) as context:
            with self.assertRaisesRegex(ValueError, "no pool 'cbs': one of dram, "):
                context.attach(0, ["cbs"])
            with self.assertRaises(ValueError):
                context.attach(-1, ["cb"])
            attachment = context.attach(0, "cb")
            for call in (lambda: attachment.record(-1, "cb", 0, 16),
                         lambda: attachment.record(1, "cb", 0, 1 << 64),
                         lambda: attachment.cores([Rect(0, 0, 70000, 1)]),
                         lambda: attachment.drop(["x"]),
                         lambda: attachment.snapshot_total("l1", -1)):
                with self.assertRaises(ValueError):
                    call()


@unittest.skipIf(os.path.exists("/dev/tt_memstat"), "the module is loaded")
class Tracker(unittest.TestCase):
    def test_the_seed_example(self):
        with self.assertWarnsRegex(RuntimeWarning, "nothing is reported to tt_memstat: .*No such"):
            tracker = L1Tracker()
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            tracker.track_cb(1024, 2048)
            tracker.track_kernel(80)
            tracker.summary()
        self.assertEqual(out.getvalue().splitlines(),
                         ["CB allocated: 2.0 MiB", "CBs: 2.0 MiB", "Kernels: 3.9 MiB",
                          "Total: 5.9 MiB"])
        self.assertIsNone(tracker.figures())

    def test_sums_and_release(self):
        with quiet_tracker(worker_grid=(11, 10)) as tracker:
            one = tracker.track_cb(10, 1000)
            tracker.track_cb(1, 2048, per_core=True)
            kernel = tracker.track_kernel(3, size=1024)
            self.assertEqual((tracker.cb_memory, tracker.kernel_memory),
                             (10000 + 110 * 2048, 3072))
            tracker.release(one)
            tracker.release(kernel)
            with self.assertRaises(KeyError):
                tracker.release(one)
        self.assertEqual((tracker.cb_memory, tracker.kernel_memory), (110 * 2048, 0))

    def test_bad_arguments_change_nothing(self):
        tracker = quiet_tracker()
        for call in (lambda: tracker.track_cb(0, 2048), lambda: tracker.track_cb(-1, 2048),
                     lambda: tracker.track_kernel(0), lambda: tracker.track_kernel(1, size=0)):
            with self.assertRaises(ValueError):
                call()
        with self.assertRaises(TypeError):
            tracker.track_cb(1.5, 2048)
        self.assertEqual((tracker.cb_memory, tracker.kernel_memory), (0, 0))

    def test_without_the_library(self):
        code = ("import warnings\nwarnings.simplefilter('always')\n"
                "from ttmemstat import L1Tracker\nL1Tracker().track_cb(1, 16)\n")
        environment = {**os.environ, "LD_LIBRARY_PATH": ""}
        done = subprocess.run([sys.executable, "-c", code], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if "nothing is reported" not in done.stderr:
            self.skipTest("the library is installed on this machine")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("install libttmemstat", done.stderr)


class Cores(unittest.TestCase):
    def covered(self, grid, count):
        return {(x, y) for r in tracker_module._first_cores(grid, count)
                for x in range(r.x0, r.x1 + 1) for y in range(r.y0, r.y1 + 1)}

    def test_first_cores(self):
        for count in range(1, 110):
            cores = self.covered((11, 10), count)
            self.assertEqual(cores, {(i % 11, i // 11) for i in range(count)})
