# SPDX-License-Identifier: GPL-2.0-only
"""Checks Markdown pages: pages.py PAGE...

Checks links, fenced examples and commands of the tools. Prints mistakes, and the number of checks.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys

import yaml

checked = collections.Counter()
wrong = []


def check(page, kind, what, call):
    checked[kind] += 1
    try:
        call()
    except Exception as error:  # whatever the parser raises
        wrong.append(f"{page}: {kind}: {what}: {error}")


def exists(path):
    if not os.path.exists(path):
        raise FileNotFoundError("does not exist")


def in_example(line):
    """C is shown from the examples, which are built and run."""
    for name in glob.glob("examples/*.c"):
        with open(name, encoding="utf-8") as source:
            if line in source.read().splitlines():
                return
    raise ValueError("is in no example")


def options(tool, command):
    words = [tool, command, "--help"] if command else [tool, "--help"]
    text = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    return set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", text))


def command(line):
    words = re.split(r"\s+", line.split("#")[0].split("|")[0].split("&")[0].strip())
    words = words[1:] if words[0] == "sudo" else words
    tool, rest = words[0], words[1:]
    name = rest[0] if tool == "tt-memstat" and rest and not rest[0].startswith("-") else None
    known = options(tool, name)
    for word in rest:
        if word == "--":
            break
        if word.startswith("--") and word.split("=")[0] not in known:
            raise ValueError(f"no option {word}")


def fences(text):
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)


for page in sys.argv[1:]:
    with open(page, encoding="utf-8") as file:
        text = file.read()
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
        path = os.path.join(os.path.dirname(page), target)
        check(page, "links", target, lambda: exists(path))
    for language, body in fences(text):
        if language == "json":
            check(page, "json", body[:40], lambda: json.loads(body))
        elif language == "yaml":
            check(page, "yaml", body[:40], lambda: yaml.safe_load(body))
        elif language == "c":
            for line in filter(str.strip, body.splitlines()):
                check(page, "c", line, lambda: in_example(line))
        elif language == "python":
            check(page, "python", body[:40], lambda: compile(body, page, "exec"))
        for line in body.splitlines() if not language else ():
            if re.match(r"(sudo )?(tt-memstat|tt-smi) ", line) and "--version" not in line:
                # A screen starts with the tool's name as well.
                if not re.match(r"tt-smi \d", line):
                    check(page, "commands", line, lambda: command(line))

for kind, count in sorted(checked.items()):
    print(f"checked {count} {kind}")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
