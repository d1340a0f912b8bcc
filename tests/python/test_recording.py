# SPDX-License-Identifier: GPL-2.0-only
"""Recordings from Python, without the module: names, scopes, and the names that L1Tracker gives."""
import errno
import os
import shutil
import tempfile
import unittest

import ttmemstat
from ttmemstat import Context, L1Tracker, Recording, Rect, memory

ABSENT = "/nonexistent/tt_memstat"


class Recorded(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.path = os.path.join(self.directory, "run.rec")
        os.environ["TT_MEMSTAT_RECORD"] = self.path
        memory._context = None
        self.addCleanup(self.tear_down)

    def tear_down(self):
        del os.environ["TT_MEMSTAT_RECORD"]
        if memory._context is not None:
            memory._context[1].close()
            memory._context = None
        shutil.rmtree(self.directory)

    def events(self, *kinds):
        return [event for event in Recording(self.path) if event.event in kinds]

    def test_names_and_scopes(self):
        with Context(ABSENT) as context:
            self.assertFalse(context.enabled)
            self.assertTrue(context.recorded)
            attachment = context.attach(3, ["l1", "cb"], label="model")
            cores = attachment.cores([Rect(0, 0, 3, 0)])
            # Its own context, as beside the reporter.
            with ttmemstat.scope("attention"):
                attachment.record(1, "l1", 4096, 100, name="query", set=cores)
            attachment.record(2, "cb", 0, 32, program=7)
            attachment.name_program(7, "Matmul")
            attachment.free(1)
        record, other = self.events("record")
        self.assertEqual((record.name, record.scope, record.chip), ("query", "attention", "tt3"))
        self.assertEqual((record.pool, record.address, record.size, record.set),
                         ("l1", 4096, 112, cores))
        self.assertEqual((other.name, other.scope, other.program), (None, None, 7))
        named, = self.events("program-name")
        self.assertEqual((named.program, named.name), (7, "Matmul"))
        info = Recording(self.path).info()
        self.assertEqual((info.pid, info.torn, info.malformed, info.lost), (os.getpid(), 0, 0, 0))
        self.assertEqual(info.library, ttmemstat.version())

    def test_a_tracker_names_its_calls(self):
        with L1Tracker(quiet=True, worker_grid=(4, 4), l1_base=0) as tracker:
            tracker.track_cb(1, 4096, per_core=True)
            tracker.track_kernel(2, name="reader")
            self.assertIsNone(tracker.figures())
        names = [event.name for event in self.events("record")]
        self.assertRegex(names[0], r"^test_recording\.py:\d+$")
        self.assertEqual(names[1], "reader")

    def test_as_dataframe(self):
        with Context(ABSENT) as context:
            context.attach(0, ["l1"]).record(1, "l1", 0, 16)
        try:
            import pandas
        except ImportError:
            with self.assertRaisesRegex(ImportError, "needs pandas"):
                Recording(self.path).to_dataframe()
            return
        frame = Recording(self.path).to_dataframe()
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual(list(frame.event), ["attach", "record", "detach"])

    def test_what_is_no_recording(self):
        with self.assertRaises(FileNotFoundError):
            list(Recording(self.path))
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("something else")
        with self.assertRaises(OSError) as caught:
            list(Recording(self.path))
        self.assertEqual(caught.exception.errno, errno.EBADMSG)
        with Context(ABSENT) as context:
            with self.assertRaises(FileExistsError):
                context.recorded
