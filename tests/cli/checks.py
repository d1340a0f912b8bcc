# SPDX-License-Identifier: GPL-2.0-only
"""Count the checks of a script, print differences, and end with the line that tests/sum reads."""
import sys

passed = failed = 0


def expect(what, expected, saw):
    global passed, failed
    if expected == saw:
        passed += 1
    else:
        failed += 1
        print(f"not ok - {what}\n#   expected: {expected}\n#   saw:      {saw}")


def end():
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)
