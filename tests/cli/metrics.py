# SPDX-License-Identifier: GPL-2.0-only
"""Compares all places that name metrics: metrics.py TOP, with tt-smi in PATH.

These are tt-smi --help-metrics, the table in docs/howto/prometheus.md, the rules with their tests, and
the dashboard. Prints the differences and the number of checks.
"""
import json
import os
import re
import subprocess
import sys

import yaml

top = sys.argv[1]
wrong = []
# Metrics from elsewhere: node_exporter and Prometheus itself.
FOREIGN = {"node_textfile_mtime_seconds", "kube_pod_info", "ALERTS"}


def read(path):
    with open(os.path.join(top, path), encoding="utf-8") as file:
        return file.read()


def helped():
    """{name: (type, labels, what)}, of processes by their own names."""
    text = subprocess.run(["tt-smi", "--help-metrics"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    found = re.findall(r"^(\w+) \((\w+)\) \{(.*)\}\n    (.*)\.$", text, re.M)
    return {name: (kind, labels, what) for name, kind, labels, what in found}


def documented(page):
    rows = re.findall(r"^\| `(tenstorrent_\w+)` \| (\w+) \| (.*?) \| (.*?) \| (.*) \|$", page, re.M)
    return {name: (kind, labels.replace("`", "").replace(" ", ""), what, process == "yes")
            for name, kind, labels, process, what in rows}


def names_in(expr):
    """Metrics of an expression: words that are no function, keyword, label or text."""
    expr = re.sub(r'"[^"]*"', "", expr)
    expr = re.sub(r"\{[^}]*\}", "{}", expr)
    expr = re.sub(r"\b(by|on|without|ignoring|group_left)\s*\([^)]*\)", "", expr)
    expr = re.sub(r"\[[^]]*\]", "", expr)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w*\s*\()(?![\w:])", expr)
    return {w for w in words if w not in ("and", "or", "unless", "sum", "max", "bool", "topk")}


def same(what, one, other):
    for name in sorted(set(one) | set(other)):
        if one.get(name) != other.get(name):
            wrong.append(f"{what}: {name}: {one.get(name)} and {other.get(name)}")


metrics = helped()
page = read("docs/howto/prometheus.md")
table = documented(page)
chips = {n: m for n, m in metrics.items()
         if not n.startswith("tenstorrent_process_") or n.endswith(("series_left_out", "place_info"))}
same("--help-metrics and the page", chips, {n: row[:3] for n, row in table.items()})
same("of processes too", {n: n.replace("_", "_process_", 1) in metrics for n in chips},
     {n: row[3] for n, row in table.items()})

rules = [rule for group in yaml.safe_load(read("packaging/prometheus/tt-memstat.rules.yml"))["groups"]
         for rule in group["rules"]]
records = {rule["record"] for rule in rules if "record" in rule}
alerts = {rule["alert"] for rule in rules if "alert" in rule}
expressions = [(rule.get("record") or rule["alert"], rule["expr"]) for rule in rules]

board = json.loads(read("packaging/prometheus/tt-memstat-dashboard.json"))
ids = [panel["id"] for panel in board["panels"]]
if len(ids) != len(set(ids)):
    wrong.append("dashboard: two panels of one number")
for panel in board["panels"]:
    for target in panel.get("targets", []):
        expressions.append((f"panel {panel['title']}", target["expr"]))
        if "$instance" not in target["expr"]:
            wrong.append(f"panel {panel['title']}: shows all hosts, whatever is chosen")
for variable in board["templating"]["list"]:
    if variable["type"] == "query":
        expr = re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])[1]
        expressions.append((f"variable {variable['name']}", expr))

used = set()
for where, expr in expressions:
    for name in names_in(expr):
        used.add(name)
        if name not in metrics and name not in records and name not in FOREIGN:
            wrong.append(f"{where}: nobody emits {name}")

same("alerts and the page", dict.fromkeys(alerts, True),
     dict.fromkeys(re.findall(r"^\| `(Tenstorrent\w+)` \|", page, re.M), True))
same("recording rules and the page", dict.fromkeys(records, True),
     dict.fromkeys(re.findall(r"^\| `(\w+:[\w:]+)` \|", page, re.M), True))
fires, resolves = set(), set()
for test in yaml.safe_load(read("tests/fleet/rules.test.yml"))["tests"]:
    for case in test.get("alert_rule_test", []):
        (fires if case["exp_alerts"] else resolves).add(case["alertname"])
same("alerts that fire in their tests", dict.fromkeys(alerts, True), dict.fromkeys(fires, True))
same("alerts that do not", dict.fromkeys(alerts, True), dict.fromkeys(resolves, True))
tested = {name for test in yaml.safe_load(read("tests/fleet/rules.test.yml"))["tests"]
          for case in test.get("promql_expr_test", []) for name in names_in(case["expr"])}
# The query by pod is tested as it stands in the how-to.
query = re.search(r"```\n(sum by \(namespace, pod\).*?)```", read("docs/howto/containers.md"), re.S)[1]
if query not in [case["expr"] for test in yaml.safe_load(read("tests/fleet/rules.test.yml"))["tests"]
                 for case in test.get("promql_expr_test", [])]:
    wrong.append("docs/howto/containers.md: the query by pod has no test")
for record in records - tested - {n for rule in rules if "alert" in rule
                                  for n in names_in(rule["expr"])}:
    wrong.append(f"{record}: neither tested nor part of an alert")

print(f"checked {len(metrics)} metrics")
print(f"checked {len(expressions)} expressions of {len(used)} metrics")
print(f"checked {len(alerts)} alerts")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
