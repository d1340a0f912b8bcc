# SPDX-License-Identifier: GPL-2.0-only
"""Read Prometheus' text format strictly, and compare it with the JSON of the same snapshot.

Has the grammar of version 0.0.4, and the member of the JSON document that each metric repeats. Does not
use the trees.
"""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?\d+(?:\.\d+)?)")
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def parse(text):
    """{(name, frozenset of (label, value)): value as text}; the problems with it."""
    samples, problems, seen = {}, [], {}
    family = None
    if not text.endswith("\n"):
        problems.append("the last line does not end")
    for line in text.split("\n")[:-1]:
        if line.startswith("# "):
            kind, name, rest = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line).groups()
            if kind == "HELP":
                if name in seen:
                    problems.append(f"{name}: twice")
                family, seen[name] = name, None
            elif name != family or seen[name] or rest not in ("gauge", "counter"):
                problems.append(f"not behind its HELP, or of no type: {line}")
            else:
                seen[name] = rest
            continue
        match = SAMPLE.fullmatch(line)
        if not match:
            problems.append(f"no sample: {line}")
            continue
        name, labels, value = match[1], match[2] or "", match[len(match.groups())]
        if name != family or not seen.get(name):
            problems.append(f"not behind its TYPE: {line}")
        elif name.endswith("_total") != (seen[name] == "counter"):
            problems.append(f"a {seen[name]} of that name: {line}")
        pairs = [(k, re.sub(r'\\.', lambda m: ESCAPES[m[0]], v))
                 for k, v in re.findall(LABEL, labels)]
        key = (name, frozenset(pairs))
        if len(dict(pairs)) != len(pairs) or key in samples:
            problems.append(f"a label or a sample twice: {line}")
        if any(v == "" for _, v in pairs):
            problems.append(f"an empty label: {line}")
        samples[key] = value
    for name, kind in seen.items():
        if not kind or not any(key[0] == name for key in samples):
            problems.append(f"{name}: no TYPE or no sample")
    return samples, problems


def decimal(value, digits):
    sign, value = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{value // 10 ** digits}.{value % 10 ** digits:0{digits}}" if digits else \
        f"{sign}{value}"


# Metric, labels, path in a chip or process of the JSON document, digits behind the point.
SPACES = [
    *((f"memory_space_{end}_bytes", {"space": s}, (s, member), 0)
      for s in ("l1", "dram") for end, member in (
          ("used", "used"), ("peak", "peak"), ("allocatable", "allocatable"),
          ("reserved", "reserved"), ("free", "free"), ("footprint", "footprint"),
          ("footprint_peak", "footprint_peak"), ("overlap", "overlap"), ("shared", "shared"),
          ("largest_free_block", "largest_free_block"))),
    *(("memory_space_alert", {"space": s}, (s, "alert"), 0) for s in ("l1", "dram")),
    *((f"memory_{end}_bytes", {"space": s, "pool": p}, (s, "pools", p, member), 0)
      for s, pools in (("l1", ("l1", "l1_small", "cb")), ("dram", ("dram", "trace")))
      for p in pools for end, member in (("used", "used"), ("peak", "peak"), ("loaded", "loaded"),
                                         ("loaded_peak", "loaded_peak"))),
    ("l1_fullest_core_used_bytes", {}, ("l1", "fullest_core", "used"), 0),
    ("l1_fullest_core_peak_bytes", {}, ("l1", "fullest_core", "peak"), 0),
    ("l1_headroom_bytes", {}, ("l1", "headroom"), 0),
    ("l1_headroom_min_bytes", {}, ("l1", "headroom_min"), 0),
    ("l1_clashes_total", {}, ("l1", "clash"), 0),
    ("kernel_region_bytes", {}, ("kernel", "region"), 0),
    ("kernel_binaries_bytes", {"owner": "app"}, ("kernel", "app"), 0),
    ("kernel_binaries_bytes", {"owner": "system"}, ("kernel", "system"), 0),
    ("programs", {}, ("programs",), 0),
    ("records", {}, ("records",), 0),
    ("events_total", {}, ("generation",), 0),
    ("events_rejected_total", {}, ("rejected",), 0),
    ("events_dropped_total", {}, ("dropped",), 0),
    ("memory_drift_bytes", {}, ("drift",), 0),
    ("dispatch_age_seconds", {}, ("dispatch_age_ms",), 3),
    ("snapshot_age_seconds", {}, ("snapshot_age_ms",), 3),
]
CHIP = [
    ("memory_size_bytes", {"space": "l1", "pool": "l1"}, ("l1", "capacity"), 0),
    ("memory_size_bytes", {"space": "dram", "pool": "dram"}, ("dram", "capacity"), 0),
    ("device_cores", {}, ("cores", "total"), 0),
    ("device_cores_active", {}, ("cores", "active"), 0),
    ("device_geometry_conflicts_total", {}, ("geometry_conflicts",), 0),
    ("device_temperature_celsius", {}, ("telemetry", "temperature_millicelsius"), 3),
    ("device_power_watts", {}, ("telemetry", "power_microwatts"), 6),
]
INFO = {"device": "kmd_node", "bdf": "pci", "card_type": "board", "arch": "arch", "kind": "kind",
        "unique_id": "unique_id", "asic_location": "asic_location",
        "geometry_source": "geometry_source"}


def at(value, path):
    for key in path:
        value = value.get(key) if value is not None else None
    return value


def spaces_of(item, table):
    """(name, labels, value) of all that is known of a chip or a process."""
    for name, labels, path, digits in table:
        value = at(item, path)
        if value is not None:
            yield name, labels, decimal(value, digits)
    for space, pools in (("l1", ("l1", "l1_small", "cb")), ("dram", ("dram", "trace"))):
        for pool in pools:
            if item[space]["partial"] is not None:
                yield "memory_partial", {"space": space, "pool": pool}, \
                    str(int(pool in item[space]["partial"]))


def of_chip(doc, chip):
    yield from spaces_of(chip, CHIP + SPACES)
    info = {label: str(chip[key]) for label, key in INFO.items() if chip[key] is not None}
    if chip["grid"]:
        info["grid"] = f"{chip['grid']['x']}x{chip['grid']['y']}"
    yield "device_info", info, "1"
    clock = at(chip, ("telemetry", "clock_mhz"))
    if clock is not None:
        yield "device_clock_hertz", {}, str(clock * 1000000)
    own = [p for p in doc["processes"] if p["chip"] == chip["name"]]
    yield "device_processes", {}, str(len({p["pid"] or -p["client"] for p in own}))
    yield "device_processes_not_reporting", {}, \
        str(sum(h["chip"] == chip["name"] for h in doc["not_reporting"]))
    yield "memory_torn", {}, str(int(chip["torn"]))
    ages = [p["dispatch_age_ms"] for p in own if p["dispatch_age_ms"] is not None and
            (p["l1"]["used"] or p["dram"]["used"])]
    if ages:
        yield "device_longest_idle_seconds", {}, decimal(max(ages), 3)


def expected(doc):
    """The samples that a JSON document of the same moment stands for."""
    samples = {("tenstorrent_memstat_up", frozenset()): "1"}

    def add(name, labels, value):
        samples[(f"tenstorrent_{name}", frozenset(labels.items()))] = value

    add("memstat_info", {"version": doc["module_version"], "tool_version": doc["tool_version"]},
        "1")
    for name, labels, member in (("host_chips", {"kind": "physical"}, "chips"),
                                 ("host_chips", {"kind": "virtual"}, "chips_virtual"),
                                 ("host_chips_unknown", {}, "chips_unknown"),
                                 ("host_clients", {}, "clients")):
        if doc["host"][member] is not None:
            add(name, labels, str(doc["host"][member]))
    for chip in doc["chips"]:
        for name, labels, value in of_chip(doc, chip):
            add(name, {"chip": chip["name"], **labels}, value)
    for p in doc["processes"]:
        whose = {"chip": p["chip"], "client": str(p["client"])}
        if p["pid"]:
            whose.update(pid=str(p["pid"]), comm=p["comm"], user=p["user"])
        whose.update(label=p["label"])
        whose = {k: v for k, v in whose.items() if v is not None}
        for name, labels, value in spaces_of(p, SPACES):
            add(f"process_{name}", {**whose, **labels}, value)
        place = {label: p[member] for label, member in (
            ("container_runtime", "runtime"), ("container_id", "container"), ("pod_uid", "pod"),
            ("systemd_unit", "unit"), ("session", "session"), ("slurm_job", "job"))}
        place = {k: v for k, v in place.items() if v is not None}
        if place:
            add("process_place_info", {**whose, **place}, "1")
    add("process_series_left_out", {}, "0")
    return samples


def optional(key):
    """Samples that JSON shows otherwise or not at all: flags that it never leaves out, counts."""
    return re.sub("^tenstorrent_(process_)?", "", key[0]) in (
        "memory_approximate", "memory_inconsistent", "device_clients",
        "memstat_scrape_duration_seconds")


def problems_beside(text, doc):
    """Every difference between the two, ages of what is live included: for recorded trees."""
    samples, problems = parse(text)
    wanted = expected(doc)
    for key, value in wanted.items():
        if samples.get(key) != value:
            problems.append(f"{key[0]} {sorted(key[1])}: {samples.get(key)}, not {value}")
    for key in samples:
        if key not in wanted and not optional(key):
            problems.append(f"{key[0]} {sorted(key[1])}: JSON knows nothing of it")
    for item, prefix, whose in (
            *((c, "", {"chip": c["name"]}) for c in doc["chips"]),
            *((p, "process_", {"chip": p["chip"], "client": str(p["client"])})
              for p in doc["processes"])):
        for flag, member in (("approximate", "approx"), ("inconsistent", "inconsistent")):
            seen = [v for (name, labels), v in samples.items()
                    if name == f"tenstorrent_{prefix}memory_{flag}" and
                    whose.items() <= dict(labels).items()]
            # JSON has false for unknown, too.
            if seen != [str(int(item[member]))] and (seen or item[member]):
                problems.append(f"{prefix}{flag} of {whose}: {seen}, not {item[member]}")
    return problems
