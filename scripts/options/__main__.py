# SPDX-License-Identifier: GPL-2.0-only
"""Generate files from the description of a command line.

    scripts/options c NAME.options DIRECTORY      NAME.options.c and .h, for the parser and --help
    scripts/options man NAME.options TEMPLATE     a manual page, to standard output
    scripts/options bash|zsh|fish NAME.options    a completion, to standard output

describe.py has the format.
"""
import os
import re
import sys

import bash
import code_tables
import fish
import man
import zsh
from describe import Mistake, load


ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def release_date():
    """The date of the newest release, so that pages are reproducible."""
    with open(os.path.join(ROOT, "CHANGELOG.md"), encoding="utf-8") as changelog:
        return re.search(r"^## \S+ \((.*)\)$", changelog.read(), re.M)[1]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(form, path, place=None):
    program = load(path)
    if form == "c":
        stem = os.path.join(place, os.path.basename(path))
        write(stem + ".h", code_tables.header(program))
        write(stem + ".c", code_tables.source(program))
    elif form == "man":
        with open(place, encoding="utf-8") as file:
            sys.stdout.write(man.render(program, file.read().replace("@date@", release_date())))
    else:
        sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[form].render(program))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Mistake as mistake:
        sys.exit(f"options: {mistake}")
