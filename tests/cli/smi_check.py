#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Properties that every output of tt-smi has: smi_check.py PROPERTY [ARG] <OUTPUT

  json           as docs/tt-smi-schema.json says, and everything adds up
  sums           the same of --by, by this key
  accounting     --accounting as the schema says
  lines          the same, one document on each line
  snapshot       the format of Tenstorrent's tt-smi, with bytes equal to those of its `memory`
  csv            as RFC 4180, no formula, and everything adds up
  queries FILE   of processes, and in FILE of chips, without units: everything adds up
  prometheus FILE  the text format, and the same as in FILE, JSON of the same snapshot
  screen WIDTH   no line wider, no escape, no blank at an end; with exact bytes it adds up
  watch WIDTH    the same of the full screen
  clean          no control character but newline, valid UTF-8, no bidirectional marks

Prints mistakes and exits with 1. Without arguments, reads lines "PATH PROPERTY [ARG]" from standard
input, and prints the mistakes and "ok" or "bad" for each. Has the identities, not the trees' contents.
"""
import csv
import io
import json
import os
import re
import sys
import unicodedata

import smi_metrics

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/tt-smi-schema.json")

problems = []


def expect(good, what):
    if not good:
        problems.append(what)


def num(v):
    return 0 if v is None else v


KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "properties", "required",
            "items", "enum", "const", "pattern", "minimum", "anyOf"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "integer": int}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def faults(value, schema, root, where):
    """What a document does against the part of JSON Schema that ours uses, and what it has more."""
    unknown = set(schema) - KEYWORDS
    if unknown:
        yield f"schema: this checker does not know {unknown}"
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].split("/")[-1]], root, where)
        return
    if "anyOf" in schema:
        every = [list(faults(value, s, root, where)) for s in schema["anyOf"]]
        if all(every):
            yield from min(every, key=len)
        return
    types = schema.get("type")
    if types and not any(is_type(value, t) for t in ([types] if isinstance(types, str) else types)):
        yield f"{where}: {value!r} is not of type {types}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not {schema['const']!r}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{where}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{where}: {value} is too small"
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), root, f"{where}[{i}]")
    if isinstance(value, dict):
        for key in schema.get("required", []):
            if key not in value:
                yield f"{where}: {key} is missing"
        for key, item in value.items():
            if key in schema.get("properties", {}):
                yield from faults(item, schema["properties"][key], root, f"{where}.{key}")
            else:
                yield f"{where}: the schema does not know {key}"


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


def load(text, kind):
    """The document, which must be of this kind, one of those that the schema's root has."""
    doc = json.loads(text)
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    reference = {"$ref": f"#/$defs/{kind}"}
    expect(reference in schema["anyOf"], f"schema: the root does not have {kind}")
    problems.extend(faults(doc, reference, schema, "document"))
    check_types(doc, "")
    return doc


def check_accounting(text):
    for gone in load(text, "accounting")["exited"]:
        expect(gone["exited"] >= gone["attached"], f"{gone['number']}: exited before it attached")


def check_sums(text, key):
    doc = load(text, "sums")
    expect(doc["by"] == key, f"by {doc['by']}")
    rows = doc["groups"] + [doc[k] for k in ("other_namespaces", "not_selected", "shared",
                                             "unaccounted")]
    expect(doc["groups"] or doc["other_namespaces"]["clients"], "no group")
    for space, pools in (("l1", ("l1", "l1_small", "cb")), ("dram", ("dram", "trace"))):
        have = sum(num(row[space]["used"]) for row in rows)
        expect(have == num(doc["total"][space]["used"]), f"{space}: {have}")
        for pool in pools:
            have = sum(num(row[space]["pools"][pool]["used"]) for row in rows)
            expect(have == num(doc["total"][space]["pools"][pool]["used"]), f"{pool}: {have}")


def check_json(text):
    doc = load(text, "listing")
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


def check_lines(text):
    lines = text.split("\n")
    expect(lines.pop() == "", "the last line does not end")
    for line in lines:
        check_json(line)


# The keys that Tenstorrent's tt-smi 6.8.0 prints.
DEVICE = {
    "smbus_telem": set(),
    "board_info": {"bus_id", "board_type", "board_id", "coords", "dram_status", "dram_speed",
                   "pcie_speed", "pcie_width"},
    "telemetry": {"voltage", "current", "power", "board_power", "aiclk", "asic_temperature",
                  "fan_speed", "heartbeat"},
    "gddr_telemetry": {"speed", "max_temp", "enabled_mask", "channels"},
    "firmwares": {"fw_bundle_version", "tt_flash_version", "cm_fw", "cm_fw_date", "eth_fw",
                  "dm_bl_fw", "dm_app_fw", "gddr_fw"},
    "limits": {"vdd_min", "vdd_max", "tdp_limit", "tdc_limit", "asic_fmax", "therm_trip_l1_limit",
               "thm_limit", "bus_peak_limit", "fan_rpm_limit", "board_power_limit"},
}
HOST = {"OS", "Distro", "Kernel", "Hostname", "Platform", "Python", "Memory", "Driver"}
NUMBER = r" *-?\d+(\.\d+)?"


def check_device(device, chip, where):
    for key, members in DEVICE.items():
        missing = members - set(device[key])
        expect(not missing, f"{where}.{key}: {missing} missing")
    for key in ("telemetry", "limits"):
        for name, value in device[key].items():
            expect(value == "N/A" or re.fullmatch(NUMBER, value),
                   f"{where}.{key}.{name}: {value!r}")
    for name, value in device["smbus_telem"].items():
        expect(re.fullmatch("0x[0-9a-f]+", value), f"{where}.smbus_telem.{name}: {value!r}")
    board = device["board_info"]
    expect(board["bus_id"] == ((chip["kind"] != "remote" and chip["pci"]) or "N/A"),
           f"{where}: {board['bus_id']} of {chip['pci']}")
    for space in ("l1", "dram"):
        for key, value in device["memory"][space].items():
            expect(value == chip[space][key], f"{where}.memory.{space}.{key}: {value}")


def check_snapshot(text):
    doc = json.loads(text)
    for value in (doc["host_info"], doc["host_sw_vers"], doc["device_info"]):
        check_clean(json.dumps(value, ensure_ascii=False))
    expect(list(doc) == ["time", "host_info", "host_sw_vers", "device_info", "processes",
                         "memory"], f"keys {list(doc)}")
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", doc["time"]), doc["time"])
    expect(set(doc["host_info"]) == HOST, f"host_info {set(doc['host_info'])}")
    for key, value in {**doc["host_info"], **doc["host_sw_vers"]}.items():
        expect(isinstance(value, str) and value, f"{key}: {value!r}")
    memory = doc["memory"]
    check_json(json.dumps(memory))
    chips = {c["name"]: c for c in memory["chips"]}
    expect(sorted(chips) == sorted(d["memory"]["chip"] for d in doc["device_info"]), "chips")
    for i, device in enumerate(doc["device_info"]):
        check_device(device, chips[device["memory"]["chip"]], f"device_info[{i}]")
    order = [("local", "remote", "virtual").index(chips[d["memory"]["chip"]]["kind"])
             for d in doc["device_info"]]
    expect(order == sorted(order), f"order of kinds {order}")
    listed = [p for p in memory["processes"] if p["pid"]]
    for space in ("l1", "dram"):
        total = sum(num(p[space]["used"]) for p in listed)
        seen = sum(num(p["memory"][space]["used"]) for p in doc["processes"] if p["memory"])
        expect(total == seen, f"processes: {seen} of {space}, not {total}")
    pairs = [(p["device"], p["pid"]) for p in doc["processes"]]
    expect(pairs == sorted(set(pairs)), f"processes {pairs}")
    expect({p["pid"] for p in listed} <= {pid for _, pid in pairs}, "a process is missing")
    for p in doc["processes"]:
        expect(p["user"] and p["cmdline"] is not None, f"process {p}")


def read_rows(text, **more):
    check_clean(text)
    return [{**row, **more} for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def check_queries(chips, processes):
    """--query-chips and --query-processes with --format=csv,nounits."""
    check_rows(read_rows(chips, row="chip") + read_rows(processes, row="process"))


def check_rows(rows):
    """--csv: identities of every row and of the rows of a chip."""

    def value(row, key):
        return int(row[key]) if row[key] else 0

    for row in rows:
        expect(None not in row and None not in row.values(), f"wrong number of fields: {row}")
        for key in ("board", "user", "comm", "command", "label"):
            text = row.get(key, "")
            expect(not re.match(r" *[=+@-]", text), f"a formula: {text!r}")
        for space, pools in (("l1", ("l1_buffers", "l1_small", "cb")),
                             ("dram", ("dram_buffers", "trace"))):
            if row[f"{space}_used"]:
                total = sum(value(row, f"{p}_used") for p in pools)
                total -= value(row, f"{space}_overlap")
                expect(total == value(row, f"{space}_used"), f"pools of {row['chip']}: {total}")
    for chip in (r for r in rows if r["row"] == "chip"):
        own = [r for r in rows if r["row"] == "process" and r["chip"] == chip["chip"]]
        for space in ("l1", "dram"):
            # A client that went while it was read is counted and not listed.
            if chip[f"{space}_used"] and len(own) == int(chip["clients"]):
                total = sum(value(r, f"{space}_used") for r in own)
                total -= value(chip, f"{space}_shared")
                expect(total == value(chip, f"{space}_used"),
                       f"{chip['chip']}: processes {total} of {space}")


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
    first = 3 + ("WHERE" in titles)
    sums, total = None, None
    for line in lines[head + 1:]:
        if not line:
            break
        words = line.split()
        values = [to_number(w) for w in words[first:len(titles)]]
        if "(total)" in words:
            total = values
        else:
            sums = values if sums is None else [a + b for a, b in zip(sums, values)]
    if total is not None:
        expect(sums == total, f"processes: columns {titles[first:]}: {sums} != {total}")


def check_legends(lines):
    """Of one chip the rule `tt0 L1 # l1 8 # cb 3 shared -1` against `L1 [bar] 10/100 1%`."""
    if not any(" Cores " in line for line in lines):
        return
    for space in ("L1", "DRAM"):
        rule = next((l for l in lines if re.search(rf"tt\d+ {space} ", l)), "")
        used = [w for l in lines for w in re.findall(rf"^ +{space} .* (\S+)/\S+ ", l)]
        words = re.findall(r"\b(?:l1|l1_small|cb|dram|trace|shared) +(\S+)",
                           rule.split(f" {space} ")[-1].split(" most ")[0])
        if used and words and used[0] != "-":
            total = sum(map(to_number, words))
            expect(total == to_number(used[0]), f"{rule!r} is {total}, not {used[0]}")
        expect(rule == "" or words, f"no pools in {rule!r}")


def check_list(lines):
    """The columns of the full screen's processes; what is unfolded counts in the row above."""
    head = next((i for i, l in enumerate(lines) if re.match(r"\s+PID\s", l)), None)
    expect(head is not None, "no processes")
    if head is None:
        return
    line = re.sub(" (USED|PEAK)", r"_\1", re.sub("[▲▼]", "", lines[head].split("NAME")[0]))
    titles = [t for t in line.split() if not t.endswith("_PEAK")]
    first = titles.index("L1_USED")
    sums, total = [0] * (len(titles) - first), None
    for line in lines[head + 1:]:
        words = line.lstrip("▶> ").split()
        if not words or "lines" in words or "help" in words:
            break
        if words[0] in "└+":
            continue
        values = [to_number(w) for w in words[first:len(titles)]]
        if "(total)" in words:
            total = values
        else:
            sums = [a + b for a, b in zip(sums, values)]
    if total is not None:
        expect(sums == total, f"processes: columns {titles[first:]}: {sums} != {total}")


def check_watch(text, limit):
    lines = text.split("\n")
    check_clean(text)
    for line in lines:
        expect(width(line) <= limit, f"wider than {limit}: {line!r}")
    check_legends(lines)
    check_list(lines)


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


def check(kind, arg, text):
    expect(text != "", "no output")
    if kind == "json":
        check_json(text)
    elif kind == "sums":
        check_sums(text, arg)
    elif kind == "accounting":
        check_accounting(text)
    elif kind == "lines":
        check_lines(text)
    elif kind == "snapshot":
        check_snapshot(text)
    elif kind == "csv":
        check_rows(read_rows(text))
    elif kind == "queries":
        with open(arg, encoding="utf-8") as f:
            check_queries(f.read(), text)
    elif kind == "prometheus":
        check_clean(text)
        with open(arg, encoding="utf-8") as f:
            problems.extend(smi_metrics.problems_beside(text, json.load(f)))
    elif kind == "screen":
        check_screen(text, int(arg))
    elif kind == "watch":
        check_watch(text, int(arg))
    else:
        check_clean(text)


def check_file(path, kind, arg):
    """Finds what is wrong with one output."""
    problems.clear()
    try:
        with open(path, "rb") as f:
            check(kind, arg, f.read().decode("utf-8", "strict"))
    except (ValueError, KeyError, TypeError, csv.Error) as e:
        problems.append(f"cannot be read: {e!r}")


def main():
    if len(sys.argv) > 1:
        check_file("/dev/stdin", sys.argv[1], (sys.argv + [""])[2])
        print(*problems, sep="\n", end="\n" if problems else "")
        sys.exit(bool(problems))
    # One process for many outputs: a line "path kind [arg]" for each.
    for line in sys.stdin:
        check_file(*(line.split() + [""])[:3])
        print(*problems, "bad" if problems else "ok", sep="\n", flush=True)


main()
