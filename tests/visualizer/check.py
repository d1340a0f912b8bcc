# SPDX-License-Identifier: GPL-2.0-only
"""check.py VISUALIZER REPORT...: serves each report, and compares what the API returns with its tables."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

passed = failed = 0


def expect(what, expected, saw):
    global passed, failed
    if expected == saw:
        passed += 1
        print(f"ok - {what}")
    else:
        failed += 1
        print(f"not ok - {what}\n#   expected: {expected}\n#   saw:      {saw}")


class Server:
    def __init__(self, program, report):
        self.folder = tempfile.mkdtemp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = dict(os.environ, APP_DATA_DIRECTORY=self.folder, HOME=self.folder, LAUNCH_BROWSER_ON_START="false")
        self.process = subprocess.Popen([program, "--profiler-path", report, "--port", str(self.port), "--host", "127.0.0.1"],
                                        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        deadline = time.time() + 120
        while time.time() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/up", timeout=5).read()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        database = [name for name in os.listdir(self.folder) if name.endswith(".db")][0]
        self.instance = sqlite3.connect(f"{self.folder}/{database}").execute("SELECT instance_id FROM instances").fetchall()[-1][0]

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}{'&' if '?' in path else '?'}instanceId={self.instance}"

    def get(self, path):
        with urllib.request.urlopen(self.url("api/" + path), timeout=60) as answer:
            return json.load(answer)

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def check_page(server, name, operation):
    """The page of an operation, drawn: its circular buffers and tensors are in it."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not browser:
        print(f"ok # SKIP {name}: the page, no Chromium")
        return
    with tempfile.TemporaryDirectory() as profile:
        page = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                               "--virtual-time-budget=20000", "--dump-dom", server.url(f"operations/{operation['id']}")],
                              capture_output=True, text=True, timeout=180, check=False).stdout
    for text in (operation["name"], "L1 Memory", "Outputs"):
        expect(f"{name}: the page shows {text}", True, text in page)


def check(program, report):
    name = os.path.basename(report.rstrip("/"))
    db = sqlite3.connect(f"{report}/db.sqlite")
    rows = lambda sql: db.execute(sql).fetchall()
    server = Server(program, report)
    try:
        operations = server.get("operations")
        expect(f"{name}: operations", rows("SELECT operation_id, name FROM operations ORDER BY 1"),
               [(o["id"], o["name"]) for o in operations])
        expect(f"{name}: graphs", [len(json.loads(g)) for g, in rows("SELECT captured_graph FROM captured_graph ORDER BY operation_id")],
               [len(o["device_operations"]) for o in operations])
        expect(f"{name}: circular buffers", rows("SELECT group_concat(captured_graph, '') FROM captured_graph")[0][0].count(
            '"circular_buffer_allocate"'), sum(n["node_type"] == "circular_buffer_allocate" for o in operations for n in o["device_operations"]))
        buffers = server.get("operation-buffers")
        expect(f"{name}: buffers after each operation",
               rows("SELECT operation_id, address, max_size_per_bank, buffer_type, buffer_layout FROM buffers ORDER BY 1, 2, 4"),
               sorted((o["id"], b["address"], b["size"], b["buffer_type"], b["buffer_layout"]) for o in buffers for b in o["buffers"]))
        expect(f"{name}: chunks", rows("SELECT count(*) FROM buffer_chunks")[0][0], len(server.get("buffer-pages")))
        expect(f"{name}: tensors", rows("SELECT tensor_id, address FROM tensors ORDER BY 1"),
               sorted((t["id"], t["address"]) for t in server.get("tensors")))
        expect(f"{name}: the device", [(0, 11, 10)], [(d["device_id"], d["num_x_compute_cores"], d["num_y_compute_cores"])
                                                    for d in server.get("devices")])
        expect(f"{name}: the cluster", {"0": "blackhole"}, server.get("cluster-descriptor")["arch"])
        with_cbs = [o for o in operations if any(n["node_type"] == "circular_buffer_allocate" for n in o["device_operations"])]
        check_page(server, name, with_cbs[0])
    finally:
        server.close()


for argument in sys.argv[2:]:
    check(sys.argv[1], argument)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
