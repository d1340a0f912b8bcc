# SPDX-License-Identifier: GPL-2.0-only
"""The package over the library's fake: reporting, reading back, torch.cuda's names, scopes."""
import errno
import gc
import io
import os
import unittest

import ttmemstat
from ttmemstat import Context, L1Tracker, Rect, memory

CORES = 120
BANKS = 8


class Faked(unittest.TestCase):
    def setUp(self):
        os.environ["TT_MEMSTAT_FAKE"] = "blackhole"
        memory._marks.clear()
        memory._stats.clear()
        self.context = Context()
        self.addCleanup(self.tear_down)

    def tear_down(self):
        self.context.close()
        del os.environ["TT_MEMSTAT_FAKE"]
        memory._context = None

    def attach(self, *pools, **options):
        return self.context.attach(0, pools or ("dram", "l1", "l1_small", "cb"), **options)


class Attachments(Faked):
    def used(self):
        return self.context.chip_figures(0).l1_used

    def test_end_with_their_block(self):
        with self.attach("l1") as attachment:
            attachment.record(1, "l1", 0, 4096)
            self.assertEqual(self.used(), CORES * 4096)
        self.assertEqual(self.used(), 0)
        with self.assertRaises(ValueError):
            attachment.free(1)

    def test_list_their_bank_sets(self):
        attachment = self.attach()
        l1 = attachment.cores([Rect(10, 9, 11, 9), Rect(0, 0, 0, 1)])
        dram = attachment.dram_banks(0x81)
        sets = self.context.bank_sets(0, self.context.info().client)
        self.assertEqual([s.number for s in sets], [0, 0, l1, dram])
        self.assertEqual(sets[0].cores, tuple((x, y) for y in range(10) for x in range(12)))
        self.assertEqual((sets[1].cores, sets[1].dram_banks), ((), tuple(range(BANKS))))
        self.assertEqual((sets[2].cores, sets[2].dram_banks), (((0, 0), (0, 1), (10, 9), (11, 9)), ()))
        self.assertEqual(sets[3].dram_banks, (0, 7))
        with self.assertRaises(OSError) as caught:
            self.context.bank_sets(0, 4711)
        self.assertEqual(caught.exception.errno, errno.ENOENT)

    def test_end_with_their_last_reference(self):
        attachment = self.attach("l1")
        attachment.record(1, "l1", 0, 4096)
        del attachment
        gc.collect()
        self.assertEqual(self.used(), 0)
        attachment = self.attach("l1", report_again=lambda again: None)
        attachment.record(1, "l1", 0, 4096)
        self.assertEqual(self.used(), CORES * 4096)
        del attachment
        gc.collect()
        self.assertEqual(self.used(), 0)

    def test_a_context_closes_them(self):
        attachment = self.attach("l1")
        self.context.close()
        with self.assertRaises(ValueError):
            attachment.record(1, "l1", 0, 4096)

    def test_labels_that_are_too_long_are_refused(self):
        with self.assertRaises(OSError) as caught:
            self.attach("l1", label="x" * 64)
        self.assertEqual(caught.exception.errno, errno.ENAMETOOLONG)
        self.assertIn("label", str(caught.exception))
        with self.assertRaises(OSError):
            self.attach("l1", label="\N{SNOWMAN}" * 22)
        with self.assertRaises(ValueError):
            self.attach("l1", label="a\0b")
        self.attach("l1", label="x" * 63)

    def test_refusals_are_the_modules(self):
        attachment = self.attach("l1")
        with self.assertRaisesRegex(OSError, r"ends beyond the core, which has 1572864 bytes"):
            attachment.record(1, "l1", 1572864, 16)
        self.assertEqual(attachment.figures().rejected, 1)
        cores = attachment.cores([Rect(0, 0, 3, 0)])
        attachment.record(1, "l1", 0, 16, set=cores)
        self.assertEqual(attachment.figures().l1_used, 64)


class Tracker(Faked):
    def test_counts_on_the_fake(self):
        with L1Tracker(quiet=True) as tracker:
            self.assertEqual(tracker.chip, "tt0")
            tracker.track_cb(1024, 2048)
            self.assertEqual(tracker.figures().cb_used, 1024 * 2048)
            tracker.track_kernel(10)
            self.assertEqual(tracker.figures().kernel_app, 10 * 51200)
        with L1Tracker("tt0", quiet=True, worker_grid=(2, 2)) as tracker:
            tracker.track_cb(1, 4096, per_core=True)
            self.assertEqual(tracker.figures().cb_used, 4 * 4096)


    def test_a_chip_that_goes_is_no_error_of_the_model(self):
        with L1Tracker(quiet=True) as tracker:
            ttmemstat._lib.lib().ttmemstat_chip_destroy(tracker._context._handle(), 0)
            with self.assertWarnsRegex(RuntimeWarning, "not reported"):
                tracker.summary(io.StringIO())
            with self.assertWarnsRegex(RuntimeWarning, "not reported"):
                tracker.track_cb(1, 16)


class Memory(Faked):
    def test_what_a_process_has(self):
        attachment = self.attach()
        attachment.record(1, "dram", 0, 1 << 20)
        attachment.record(2, "l1", 0, 4096)
        self.assertEqual(ttmemstat.memory_allocated(), BANKS << 20)
        self.assertEqual(ttmemstat.memory_allocated("tt0"), BANKS << 20)
        self.assertEqual(ttmemstat.memory_allocated(0, "l1"), CORES * 4096)
        attachment.free(1)
        self.assertEqual(ttmemstat.memory_allocated(), 0)
        self.assertEqual(ttmemstat.max_memory_allocated(), BANKS << 20)

    def test_what_a_chip_has(self):
        total = 32 << 30
        self.assertEqual(ttmemstat.mem_get_info(), (total, total))
        attachment = self.attach()
        attachment.record(1, "dram", 0, 1 << 20)
        self.assertEqual(ttmemstat.mem_get_info(), (total - (BANKS << 20), total))
        self.assertEqual(ttmemstat.mem_get_info(space="l1"), (CORES * 1572864,) * 2)

    def test_peaks_from_a_mark(self):
        attachment = self.attach()
        attachment.record(1, "dram", 0, 1 << 20)
        attachment.free(1)
        ttmemstat.reset_peak_memory_stats()
        self.assertEqual(ttmemstat.max_memory_allocated(), 0)
        attachment.record(1, "dram", 0, 1 << 19)
        self.assertEqual(ttmemstat.max_memory_allocated(), BANKS << 19)
        attachment.free(1)
        self.assertEqual(ttmemstat.max_memory_allocated(), BANKS << 19)
        # A new maximum is exact, even without a call while it was live.
        attachment.record(1, "dram", 0, 1 << 21)
        attachment.free(1)
        self.assertEqual(ttmemstat.max_memory_allocated(), BANKS << 21)
        # A second mark.
        ttmemstat.reset_peak_memory_stats()
        self.assertEqual(ttmemstat.max_memory_allocated(), 0)
        self.assertEqual(attachment.figures().dram_peak, BANKS << 21)

    def test_the_keys_are_torchs(self):
        attachment = self.attach("dram", "trace")
        attachment.record(1, "dram", 0, 1 << 20)
        stats = ttmemstat.memory_stats()
        for kind in ("allocated_bytes", "active_bytes", "reserved_bytes"):
            self.assertEqual(stats[f"{kind}.all.current"], BANKS << 20)
            self.assertEqual(stats[f"{kind}.all.peak"], BANKS << 20)
            self.assertEqual(stats[f"{kind}.trace.current"], 0)
        self.assertEqual(stats["allocated.all.current"], 1)
        self.assertEqual(list(stats), sorted(stats))
        self.assertTrue(all(isinstance(value, int) for value in stats.values()))

    def test_a_summary_says_all_of_it(self):
        attachment = self.attach()
        attachment.record(1, "l1", 0, 4096)
        summary = ttmemstat.memory_summary()
        self.assertRegex(summary, r"(?m)^L1 +491,520 +491,520$")
        self.assertRegex(summary, r"(?m)^  cb +0 +0$")
        self.assertNotIn("  cb", ttmemstat.memory_summary(abbreviated=True))

    def test_what_is_not_known_is_no_number(self):
        with self.assertRaisesRegex(OSError, "reports nothing on any chip"):
            ttmemstat.memory_allocated()
        attachment = self.attach("l1")
        with self.assertRaisesRegex(OSError, "dram_used of this process on tt0 is not known"):
            ttmemstat.memory_allocated()
        with self.assertRaisesRegex(ValueError, "no space 'sram'"):
            ttmemstat.memory_allocated(space="sram")
        attachment.detach()


class Reading(Faked):
    def test_the_own_chip_is_read_like_any_other(self):
        attachment = self.attach(label="model", runtime_id=3)
        attachment.record(1, "l1", 0, 4096, set=attachment.cores([Rect(2, 1, 2, 1)]))
        attachment.record(2, "dram", 0, 1 << 20)
        for chip in (ttmemstat.chips(cores=True)[0], ttmemstat.Reader().chip(0, cores=True),
                     ttmemstat.Reader(context=self.context).chips(cores=True)[0]):
            self.assertEqual(chip.figures, self.context.chip_figures(0))
            self.assertEqual((chip.name, chip.kind, chip.arch, chip.grid),
                             ("tt0", "virtual", "blackhole", (12, 10)))
            self.assertEqual([sum(row) for row in chip.cores], [0, 4096] + [0] * 8)
            self.assertEqual(chip.cores[1][2], 4096)
            client, = chip.clients
            self.assertEqual(client.figures, attachment.figures())
            self.assertEqual((client.pid, client.label, client.runtime_id),
                             (os.getpid(), "model", 3))
            self.assertEqual(client.covers, {"dram", "l1", "l1_small", "cb"})
        process, = ttmemstat.processes()
        self.assertEqual((process.pid, process.l1_used, process.dram_used),
                         (os.getpid(), 4096, BANKS << 20))
        host = ttmemstat.host()
        self.assertEqual((host.chips, host.chips_virtual, host.clients, host.version),
                         (0, 1, 1, "fake"))
        self.assertIn("l1_used", ttmemstat.chips()._repr_html_())
        with self.assertRaises(OSError) as caught:
            ttmemstat.Reader().chip(1)
        self.assertEqual(caught.exception.errno, errno.ENODEV)

    def test_a_chip_that_nobody_uses_is_there(self):
        self.assertEqual(ttmemstat.chips()[0].figures, self.context.chip_figures(0))
        self.assertEqual(ttmemstat.chips()[0].figures.l1_capacity, CORES * 1572864)
        self.assertEqual(ttmemstat.processes(), ())
        self.context.close()
        self.assertEqual([chip.name for chip in ttmemstat.chips()], ["tt0"])

    def test_another_root_is_read_as_it_is(self):
        self.attach("l1")
        with self.assertRaises(FileNotFoundError):
            ttmemstat.chips(sysfs_root="/nonexistent")

    def test_a_context_without_such_chips_is_none_to_read(self):
        os.environ["TT_MEMSTAT_FAKE"] = ""
        with Context("/nonexistent") as context:
            with self.assertRaisesRegex(OSError, "the context is disabled") as caught:
                ttmemstat.Reader(context=context)
        self.assertEqual(caught.exception.errno, errno.EOPNOTSUPP)


class Scopes(Faked):
    def test_high_water(self):
        attachment = self.attach()
        attachment.record(1, "dram", 0, 1 << 20)
        with ttmemstat.scope("model") as model:
            with ttmemstat.scope("attention") as attention:
                attachment.record(2, "dram", 1 << 20, 1 << 20)
                attachment.free(2)
            with ttmemstat.scope("mlp") as mlp:
                pass
        self.assertEqual(attention.dram, {"tt0": BANKS << 21})
        self.assertEqual(mlp.dram, {"tt0": BANKS << 20})
        self.assertEqual(model.dram, {"tt0": BANKS << 21})
        with ttmemstat.scope("attention"):
            pass
        stats = ttmemstat.scopes()
        self.assertEqual(stats["attention"].calls, 2)
        self.assertEqual(stats["attention"].dram, {"tt0": BANKS << 21})
        self.assertEqual(stats["mlp"].l1, {"tt0": 0})

    def test_an_exception_ends_one(self):
        with self.assertRaises(KeyError):
            with ttmemstat.scope("broken"):
                raise KeyError
        self.assertEqual(memory._open, [])
        self.assertEqual(ttmemstat.scopes()["broken"].calls, 1)

    def test_one_that_is_not_measured(self):
        with ttmemstat.scope("fast", measure=False):
            pass
        self.assertNotIn("fast", ttmemstat.scopes())

    def test_a_name_is_one(self):
        for name, error in (("", OSError), ("x" * 256, OSError), ("a\0b", ValueError)):
            with self.assertRaises(error):
                with ttmemstat.scope(name):
                    pass


class Shown(Faked):
    def test_as_html_without_being_it(self):
        attachment = self.attach("l1", label="x")
        attachment.record(1, "l1", 0, 4096)
        shown = attachment.figures()._repr_html_()
        self.assertIn("<td>l1_used</td><td style=\"text-align: right\">491,520</td>", shown)
        from ttmemstat.show import table
        self.assertEqual(table([{"a": "<b>", "c": None}]),
                         "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr>"
                         "</tbody></table>")

    def test_a_listing_is_a_tuple(self):
        listing = ttmemstat.show.Listing([self.context.chip_figures(0)])
        self.assertEqual(len(listing), 1)
        self.assertEqual(listing, (listing[0],))
        self.assertIn("l1_capacity", listing._repr_html_())

    def test_as_dataframe(self):
        try:
            import pandas
        except ImportError:
            with self.assertRaisesRegex(ImportError, "needs pandas"):
                self.context.chip_figures(0).to_dataframe()
            return
        frame = self.context.chip_figures(0).to_dataframe()
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual(frame.set_index("figure").value["l1_capacity"], CORES * 1572864)
