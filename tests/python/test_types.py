# SPDX-License-Identifier: GPL-2.0-only
"""The package's types, if mypy is available."""
import os
import shutil
import subprocess
import unittest

PACKAGE = os.path.join(os.environ["TT_MEMSTAT_ROOT"], "userspace/python")


class Types(unittest.TestCase):
    @unittest.skipUnless(shutil.which("mypy"), "no mypy")
    def test_mypy_objects_to_nothing(self):
        seen = subprocess.run(
            ["mypy", "--config-file", f"{PACKAGE}/pyproject.toml", "--cache-dir", os.devnull,
             f"{PACKAGE}/ttmemstat"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(seen.returncode, 0, seen.stdout)
