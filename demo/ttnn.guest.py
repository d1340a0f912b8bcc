# SPDX-License-Identifier: GPL-2.0-only
"""The part of demo/ttnn inside the machine: what README's quick start shows, with what ttnn itself says
beside it, and that nothing is left of a program that is killed."""
import os
import subprocess
import sys

from truth import Tap, chips, stat


def heading(text):
    print(f"\n== {text}", flush=True)


def shown(*command):
    print("$", " ".join(command), flush=True)
    tap.expect(f"{command[0]} succeeds", 0, subprocess.run(command).returncode)


tap = Tap()
# The machine's own run of the reporter has this script alone to report, which is no program of ttnn.
environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
environment["TT_MEMSTAT_NAMES"] = "1"
heading("An unmodified program of ttnn, on a mock p150")
print("$ TT_MEMSTAT_NAMES=1 tt-memstat run -- python example.py &", flush=True)
program = subprocess.Popen(["tt-memstat", "run", "--", sys.executable, "-u", "example.py"], text=True,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
said = ""
for line in program.stdout:
    print(line, end="", flush=True)
    if line.startswith("ttnn: "):
        said = int(line.split()[2])
    elif "tt-smi" in line:
        break

heading("Where its memory is")
shown("tt-smi")
shown("tt-memstat", "programs", chips()[0].name)
shown("tt-memstat", "records", chips()[0].name)
figures = stat(chips()[0])
tap.expect("L1 of buffers is what ttnn's own allocator says", said, figures["l1_buffers_used"])
tap.expect("beside it is what the last program keeps for itself", True, figures["cb_used"] > 0)
tap.expect("and those that were launched before are cached", True, figures["programs"] > 2)

heading("It is killed")
print("$ kill -9", program.pid, flush=True)
program.kill()
program.wait()
shown("tt-smi")
figures = stat(chips()[0])
tap.expect("nothing of it is left", [0, 0], [figures["clients"], figures.get("l1_used", 0)])
heading("Checked on the way")
tap.finish()
