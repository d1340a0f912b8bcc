# SPDX-License-Identifier: GPL-2.0-only
"""Checks tt-memstat-exporter, which is in PATH, on recorded trees: exporter_check.py DIR.

The answers are compared with tt-smi --prometheus, and parsed by Prometheus' own client library.
"""
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from prometheus_client import parser as text_parser
from prometheus_client.openmetrics import parser as open_parser

trees = sys.argv[1]
OPEN = "application/openmetrics-text; version=1.0.0"


def ok(what, good, seen=""):
    print(f"{'ok' if good else 'not ok'} - {what}")
    if not good:
        print("\n".join(f"# {line}" for line in str(seen).splitlines()[:20]))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Exporter:
    def __init__(self, *args, tree="crowd", listen="127.0.0.1:{}"):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["tt-memstat-exporter", f"--sysfs-root={trees}/{tree}",
             f"--web.listen-address={listen.format(self.port)}", *args])
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the exporter does not listen")

    def ask(self, path="/metrics", method="GET", accept=None, connection=None):
        c = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request(method, path, headers={"Accept": accept} if accept else {})
        response = c.getresponse()
        return response, response.read().decode()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def without_duration(text):
    return [line for line in text.splitlines() if "scrape_duration" not in line]


def samples(families):
    """{(name, labels): value}, but for how long it took."""
    return {(s.name, tuple(sorted(s.labels.items()))): s.value
            for f in families for s in f.samples if "scrape_duration" not in s.name}


def smi(tree, *args):
    return subprocess.run(["tt-smi", "--prometheus", f"--sysfs-root={trees}/{tree}", *args],
                          stdout=subprocess.PIPE, text=True, check=False).stdout


def answers():
    exporter = Exporter("--process-series=5")
    response, text = exporter.ask()
    ok("a scrape has the metrics of tt-smi --prometheus",
       without_duration(text) == without_duration(smi("crowd", "--process-series=5")), text)
    ok("and its content type",
       response.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8",
       response.getheaders())
    response, as_open = exporter.ask(accept=f"{OPEN},text/plain;q=0.5")
    ok("OpenMetrics is there for who accepts it",
       response.getheader("Content-Type") == f"{OPEN}; charset=utf-8" and
       as_open.endswith("# EOF\n"), response.getheaders())
    old = samples(text_parser.text_string_to_metric_families(text))
    new = samples(open_parser.text_string_to_metric_families(as_open))
    ok("and Prometheus' parsers read the same of both", old == new and len(old) > 500,
       set(old.items()) ^ set(new.items()))
    units = dict(re.findall(r"^# UNIT (\S+) (\S+)$", as_open, re.M))
    ok("with units", units.get("tenstorrent_memory_used_bytes") == "bytes" and
       units.get("tenstorrent_device_power_watts") == "watts" and len(units) > 20, units)
    response, page = exporter.ask("/")
    ok("a page leads to the metrics", response.status == 200 and 'href="/metrics"' in page, page)
    ok("elsewhere there is nothing", exporter.ask("/metrics/x")[0].status == 404)
    response, text = exporter.ask(method="HEAD")
    ok("HEAD is answered without a body", response.status == 200 and not text, text)
    for method in "POST", "PUT", "DELETE":
        response, _ = exporter.ask(method=method)
        ok(f"{method} is refused", response.status == 405 and
           response.getheader("Allow") == "GET, HEAD", response.getheaders())
    connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=60)
    exporter.ask(connection=connection)
    first = connection.sock
    exporter.ask(connection=connection)
    ok("a connection serves several scrapes", first and connection.sock is first)
    connection.close()
    ok("SIGTERM ends it with 0", exporter.end() == 0)


def changes():
    shutil.copytree(f"{trees}/alert", f"{trees}/changing", symlinks=True)
    exporter = Exporter(tree="changing", listen=":{}")
    stat = next(os.path.join(d, "stat") for d, _, files in os.walk(f"{trees}/changing")
                if "stat" in files and os.path.basename(d).startswith("tt"))
    with open(stat, encoding="ascii") as file:
        old = file.read()
    used = int(re.search(r"^l1_buffers_used (\d+)$", old, re.M)[1])
    with open(stat, "w", encoding="ascii") as file:
        file.write(old.replace(f"l1_buffers_used {used}", f"l1_buffers_used {used + 4096}"))
    ok("a scrape reads the figures of that moment", f" {used + 4096}\n" in exporter.ask()[1])
    shutil.rmtree(f"{trees}/changing")
    down = "tenstorrent_memstat_up 0"
    text = exporter.ask()[1]
    ok("without the module it says so and nothing else",
       down in text and len(text.splitlines()) == 3, text)
    text = exporter.ask(accept=OPEN)[1]
    ok("in OpenMetrics, too", down in text and text.endswith("# EOF\n"), text)
    tasks = f"/proc/{exporter.process.pid}/task"

    def switches():
        total = 0
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/status", encoding="ascii") as file:
                total += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", file.read())))
        return total
    time.sleep(1)
    before = switches()
    time.sleep(2)
    ok("it does not run between scrapes", switches() == before, switches() - before)
    exporter.end()


def options(rng, count):
    """Any options that tt-smi has, too, as words; an option and its value are one word or two."""
    words = []
    for _ in range(count):
        name, value = rng.choice((("--chip", rng.choice(("0", "tt0", "0,1", "1"))),
                                  ("--process-series", str(rng.randrange(1, 50))),
                                  ("--no-telemetry", None)))
        words += [name] if value is None else rng.choice(([name, value], [f"{name}={value}"]))
    return words


def many_options():
    rng = random.Random(1)
    for count in (1, 2, 3, 4, 5, 8, 16, 40, 100):
        words = options(rng, count)
        exporter = Exporter(*words)
        text = without_duration(exporter.ask()[1])
        ok(f"{count} options have the effect that they have in tt-smi",
           text == without_duration(smi("crowd", *words)), f"{words} {text[:5]}")
        ok(f"and it ends with 0 after {count} options", exporter.end() == 0)


def passed_socket():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen()
    port = s.getsockname()[1]
    fd = s.detach()
    if fd != 3:
        os.dup2(fd, 3)
    script = f'LISTEN_PID=$$ LISTEN_FDS=$1 exec tt-memstat-exporter --sysfs-root={trees}/alert $2'

    def run(count, *more):
        return subprocess.Popen(["sh", "-c", script, "sh", str(count), *more], pass_fds=[3],
                                stderr=subprocess.PIPE, text=True)
    process = run(1)
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    c.request("GET", "/metrics")
    ok("a socket that systemd passes is used", "memstat_up 1" in c.getresponse().read().decode())
    process.terminate()
    ok("and it ends as well", process.wait(60) == 0)
    for what, process in (("two of them", run(2)),
                          ("one beside an address", run(1, "--web.listen-address=:1"))):
        error = process.communicate(timeout=60)[1]
        ok(f"{what} are refused" if what[0] == "t" else f"{what} is refused",
           process.returncode == 2 and "systemd" in error, error)
    os.close(3)


def refusals():
    busy = socket.socket()
    busy.bind(("127.0.0.1", 0))
    busy.listen()
    port = busy.getsockname()[1]
    for status, args, says in (
            (2, ["--web.listen-address=127.0.0.1"], "ADDRESS:PORT"),
            (2, ["--web.listen-address=127.0.0.1:"], "ADDRESS:PORT"),
            (2, ["--web.listen-address=:65536"], "65535"),
            (2, ["--web.listen-address=:-1"], "':-1'"),
            (2, ["--web.listen-address=::1:80"], "ADDRESS"),
            (2, ["--web.listen-address=[::1:80"], "ADDRESS"),
            (2, ["--web.listen-address=no.such.invalid:80"], "no such address"),
            (1, [f"--web.listen-address=127.0.0.1:{port}"], "Address already in use"),
            (2, ["--web.telemetry-path=metrics"], "'metrics'"),
            (2, ["--web.telemetry-path=/\"><script>"], "letters"),
            (2, ["--web.telemetry-path=/"], "'/'"),
            (2, ["--web.config.file=x.yml"], "proxy"),
            (2, ["--process-series=0"], "100000"),
            (2, ["--chip=0,,1"], "--chip: an element is empty"),
            (2, ["--sysfs-root="], "--sysfs-root needs a directory"),
            *((2, [word], f"option '{word}': needs a value") for word in (
                "--chip", "-i", "--process-series", "--sysfs-root", "--web.listen-address",
                "--web.telemetry-path")),
            *((2, [word], f"option '{word}': takes no value") for word in (
                "--help=x", "--version=", "--no-telemetry=yes")),
            *((2, [word], f"unknown option '{word}'") for word in ("--chips", "-x", "--x=1")),
            (2, ["--output=/tmp/x"], "unknown option"),
            (2, ["--watch"], "unknown option"),
            (2, ["x"], "unknown option 'x'")):
        run = subprocess.run(["tt-memstat-exporter", *args], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        ok(f"{args[0]} is refused", run.returncode == status and says in run.stderr and
           not run.stdout, f"{run.returncode} {run.stderr}")
        ok(f"{args[0]}: in the exporter's name", run.stderr.startswith("tt-memstat-exporter: ") and
           "tt-smi" not in run.stderr, run.stderr)
    busy.close()


answers()
changes()
many_options()
passed_socket()
refusals()
