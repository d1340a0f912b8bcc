#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs tests of the Python package: run.py FILE|FILE:CLASS.TEST...

Prints a line for each that fails and how to run it alone, and ends with "N passed, N failed".
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


def main():
    suite = unittest.TestSuite(load(word) for word in sys.argv[1:])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    bad = [test for test, _ in result.failures + result.errors] + result.unexpectedSuccesses
    for test in bad:
        print(f"FAIL {test.id()}")
        module, _, name = test.id().partition(".")
        print(f"  alone: {os.environ.get('TT_MEMSTAT_RERUN', 'python3 run.py ')}{module}.py:{name}")
    passed = result.testsRun - len(bad) - len(result.skipped)
    print(f"{passed} passed, {len(bad)} failed")
    sys.exit(1 if bad or not passed else 0)


main()
