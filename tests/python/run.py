#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs tests of the Python package: run.py FILE|FILE:CLASS.TEST...

Prints TAP, with a command to repeat each failed test, and ends with "N passed, N failed".
"""
import importlib.util
import os
import sys
import unittest


def load(word):
    path, _, name = word.partition(":")
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if name:
        return unittest.defaultTestLoader.loadTestsFromName(name, module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


class Tap(unittest.TestResult):
    """A line for each test, and for each part of a test (subTest) that fails."""

    count = passed = failed = 0

    def line(self, verdict, rest, diagnostics=""):
        self.count += 1
        print(f"{verdict} {self.count} {rest}", *diagnostics.splitlines(), sep="\n#   ", flush=True)

    def bad(self, test, problem):
        self.failed += 1
        module, _, name = getattr(test, "test_case", test).id().partition(".")
        rerun = os.environ.get("TT_MEMSTAT_RERUN", "python3 run.py ")
        self.line("not ok", f"- {test.id()}", f"{problem}\nalone: {rerun}{module}.py:{name}")

    def addSuccess(self, test):
        self.passed += 1
        self.line("ok", f"- {test.id()}")

    def addSkip(self, test, reason):
        self.line("ok", f"- {test.id()} # SKIP {reason}")

    def addError(self, test, err):
        super().addError(test, err)
        self.bad(test, self.errors[-1][1])

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        if err:
            self.addError(subtest, err)

    def addExpectedFailure(self, test, err):
        self.addSuccess(test)

    def addUnexpectedSuccess(self, test):
        self.bad(test, "expected a failure")


def main():
    result = Tap()
    unittest.TestSuite(load(word) for word in sys.argv[1:]).run(result)
    print(f"1..{result.count}")
    print(f"{result.passed} passed, {result.failed} failed")
    sys.exit(1 if result.failed or not result.passed else 0)


main()
