#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The data of a page of `tt-memstat explain --html`: report_check.py TT_MEMSTAT FILE...

Each moment adds up, and peaks and holders are those of --json.
"""

import json
import re
import subprocess
import sys
import tempfile

from checks import end, expect


def check(tool, file):
    with tempfile.NamedTemporaryFile(suffix=".html") as page:
        subprocess.run([tool, "explain", "--html", page.name, file], stderr=subprocess.DEVNULL, check=False)
        text = open(page.name).read()
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])
    told = json.loads(subprocess.run([tool, "explain", "--json", "--top", "0", file], capture_output=True,
                                     check=False).stdout)
    expect(f"{file}: nothing comes from elsewhere", ["http://www.w3.org/2000/svg"], re.findall(r"https?://[^\"']*", text))
    for space in ("l1", "dram"):
        peak = [m for m in data["moments"] if m["event"] == data[f"{space}_peak"]][0]
        expect(f"{file}: peak of {space}", told[space]["used"], peak[space]["used"])
        expect(f"{file}: node of {space}", told[space]["at"].get("node", 0), peak["node"])
        expect(f"{file}: holders of {space}", [h["bytes"] for h in told[space]["holders"]][:60],
               [s[1] for s in peak[space]["shares"]])
        expect(f"{file}: no moment is above the peak of {space}", [],
               [m["event"] for m in data["moments"] if m[space]["used"] > peak[space]["used"]])
    for m in data["moments"]:
        for space in ("l1", "dram"):
            side = m[space]
            expect(f"{file} at {m['event']}: {space} adds up", side["used"],
                   sum(s[1] for s in side["shares"]) + side["rest"] - side["shared"])
        expect(f"{file} at {m['event']}: cores add up", m["l1"]["used"], sum(m["cores"]))
        for core, of in enumerate(m["map_of"]):
            held = sum(b - a for kind, a, b, who in m["maps"][of] if who >= 0)
            whole = sum(b - a for _, a, b, _ in m["maps"][of])
            if (held, whole) != (m["cores"][core], data["chip"]["l1_bytes"]):
                expect(f"{file} at {m['event']}: map of core {core}", (m["cores"][core], data["chip"]["l1_bytes"]),
                       (held, whole))
    line = data["timeline"]
    expect(f"{file}: the timeline has the peak", True,
           max((sum(p) for p in zip(line["cb"], line["l1"], line["l1_small"])), default=0) >= told["l1"]["used"])


for name in sys.argv[2:]:
    check(sys.argv[1], name)
end()
