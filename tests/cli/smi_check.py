#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Properties that every output of tt-smi has: smi_check.py json|screen|clean [ARG] <OUTPUT

  json           valid, of schema version 1, integers in bytes, and everything adds up
  screen WIDTH   no line wider, no escape, no blank at an end; with exact bytes it adds up
  clean          no control character but newline, valid UTF-8, no bidirectional marks

Prints what is wrong and exits 1. Knows the identities; does not know the trees.
"""
import json
import re
import sys
import unicodedata

problems = []


def expect(good, what):
    if not good:
        problems.append(what)


def num(v):
    return 0 if v is None else v


def check_pools(space, where):
    pools = [p["used"] for p in space["pools"].values()]
    if space["used"] is not None:
        total = sum(map(num, pools)) - num(space.get("overlap"))
        expect(total == space["used"], f"{where}: pools {total} != used {space['used']}")
    if space.get("capacity") is not None and space["used"] is not None:
        expect(space["used"] <= space["capacity"], f"{where}: used above capacity")


def check_types(value, where):
    if isinstance(value, dict):
        for k, v in value.items():
            check_types(v, f"{where}.{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            check_types(v, f"{where}[{i}]")
    elif isinstance(value, str):
        check_clean(value, where)
        expect(value not in ("N/A", "-", ""), f"{where}: {value!r} instead of null")
    else:
        expect(not isinstance(value, float), f"{where}: {value} is no integer")


def check_json(text):
    doc = json.loads(text)
    expect(doc["schema_version"] == 1, "schema_version")
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", doc["timestamp"]), "timestamp")
    check_types(doc, "")
    for chip in doc["chips"]:
        name = chip["name"]
        own = [p for p in doc["processes"] if p["chip"] == name]
        rest = chip["not_listed"]
        for space in ("l1", "dram"):
            check_pools(chip[space], f"{name}.{space}")
            expect(num(chip["cores"]["active"]) <= num(chip["cores"]["total"]), f"{name} cores")
            if chip[space]["used"] is None or chip["clients_vanished"] or chip["torn"]:
                continue
            total = sum(num(p[space]["used"]) for p in own) - num(chip[space]["shared"])
            if rest:
                total += num(rest[space]["used"])
            expect(total == chip[space]["used"],
                   f"{name}.{space}: processes {total} != used {chip[space]['used']}")
    for p in doc["processes"]:
        for space in ("l1", "dram"):
            check_pools(p[space], f"client {p['client']}.{space}")


def check_clean(text, where="output"):
    for c in text:
        bad = unicodedata.category(c) in ("Cc", "Cs") and c != "\n" or \
            c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\u200e\u200f"
        if bad:
            problems.append(f"{where}: contains {c!r}")
            return


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else
               0 if unicodedata.combining(c) else 1 for c in line)


def to_number(word):
    return int(word.lstrip("~!>")) if word != "-" else 0


def check_equations(lines):
    """Lines such as `tt0 L1 10 = l1 8 + cb 3 - shared 1`, perhaps with the last term below."""
    joined = []
    for line in lines:
        if re.match(r"\s+[+-] shared\s", line) and joined:
            line = joined.pop() + line
        joined.append(line)
    for line in joined:
        m = re.match(r"(?:tt\d+)?\s+(?:L1|DRAM)\s+(\S+)\s+= (.*)", line)
        if not m or m.group(1) == "-":
            continue
        total = 0
        for sign, value in re.findall(r"([=+-])\s+[a-z]\w*\s+(\S+)", "= " + m.group(2)):
            total += -to_number(value) if sign == "-" else to_number(value)
        expect(total == to_number(m.group(1)), f"does not add up: {line}")


def check_table(lines):
    """The columns of the process table, down to its total."""
    head = next((i for i, l in enumerate(lines) if re.match(r"CHIP\s+PID\s", l)), None)
    if head is None:
        return
    titles = lines[head].split("NAME")[0].replace(" USED", "_USED").split()
    sums, total = None, None
    for line in lines[head + 1:]:
        if not line:
            break
        words = line.split()
        values = [to_number(w) for w in words[3:len(titles)]]
        if "(total)" in words:
            total = values
        else:
            sums = values if sums is None else [a + b for a, b in zip(sums, values)]
    if total is not None:
        expect(sums == total, f"processes: columns {titles[3:]}: {sums} != {total}")


def check_screen(text, limit):
    lines = text.split("\n")
    expect(lines[-1] == "", "the last line does not end")
    check_clean(text)
    for line in lines:
        expect(line == line.rstrip(" "), f"blank at the end of {line!r}")
        expect(not limit or width(line) <= limit, f"wider than {limit}: {line!r}")
    if any(re.search(r"\d [KMGT]?i?B\b|\d[KMGT]\b", line) for line in lines[1:]):
        return
    check_equations(lines)
    check_table(lines)


def main():
    data = sys.stdin.buffer.read()
    text = data.decode("utf-8", "strict")
    expect(text != "", "no output")
    if sys.argv[1] == "json":
        check_json(text)
    elif sys.argv[1] == "screen":
        check_screen(text, int(sys.argv[2]))
    else:
        check_clean(text)
    for p in problems:
        print(p)
    sys.exit(bool(problems))


main()
