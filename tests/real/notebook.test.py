# SPDX-License-Identifier: GPL-2.0-only
"""The notebook of docs/howto/services.md, as it is printed there: its kernel.json, then its cells in
that kernel, which records."""
import json
import os
import pathlib
import re
import subprocess
import sys

from truth import Tap

PAGE = pathlib.Path(os.environ["TT_MEMSTAT_ROOT"], "docs/howto/services.md").read_text()
JUPYTER = ["ipykernel==6.29.5", "nbclient==0.10.2"]


def block(after):
    """The first block of code behind @after."""
    return re.search(r"```\w*\n(.*?)```", PAGE[PAGE.index(after):], re.S).group(1)


def run(page):
    import nbclient
    import nbformat
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in page])
    nbclient.NotebookClient(notebook, kernel_name="ttnn", timeout=300).execute()
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]


site = pathlib.Path("site").absolute()
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-cache-dir", "--target", site, *JUPYTER],
               check=True, stdout=sys.stderr)
sys.path.insert(0, str(site))
# The server is not what the reporter is in.
del os.environ["LD_PRELOAD"]
os.environ.update(PYTHONPATH=str(site), JUPYTER_PATH=str(pathlib.Path("share").absolute()))
spec = json.loads(block("edit its `kernel.json`"))
spec["argv"][spec["argv"].index("/opt/venv/bin/python")] = sys.executable
kernel = pathlib.Path("share/kernels/ttnn")
kernel.mkdir(parents=True)
(kernel / "kernel.json").write_text(json.dumps(spec))
before = set(pathlib.Path().glob("recording.*"))
status, smi = (line for line in block("check in a cell").splitlines() if line.startswith("!"))
cell = "\n".join(line for line in block("check in a cell").splitlines() if not line.startswith("!"))
shown = run([status, cell, smi])

tap = Tap()
listed = subprocess.run(block("Find it with"), shell=True, text=True, stdout=subprocess.PIPE,
                        env={**os.environ, "PATH": f"{site}/bin:{os.environ['PATH']}"}).stdout
tap.expect("jupyter lists the kernel, with its place", [str(kernel.absolute())],
           [line.split()[1] for line in listed.splitlines() if line.split()[:1] == ["ttnn"]])
tap.expect("the session of a kernel is on", ["session", "on"], shown[0].split()[:2])
recorded = set(pathlib.Path().glob("recording.*")) - before
tap.expect("one process, the kernel, reports", 1, len(recorded))
peak = json.loads(subprocess.run(["tt-memstat", "explain", "--json", *recorded], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout)
tap.expect("the tensor has the size that the cell prints", 1024 * 1024 * 2, peak["dram"]["used"])
tap.finish()
