# SPDX-License-Identifier: GPL-2.0-only
"""Servers of docs/howto/services.md, by the commands that are printed there: the real Ray from PyPI, and a
stand-in named vllm, which starts a worker as vLLM does. Both use the real ttnn, which records."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from truth import Tap

ROOT = pathlib.Path(os.environ["TT_MEMSTAT_ROOT"])
PAGE = (ROOT / "docs/howto/services.md").read_text()
TENSOR = """
import ttnn
mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
kept = ttnn.allocate_tensor_on_device(ttnn.Shape([1, 1, 1024, 1024]), ttnn.bfloat16, ttnn.TILE_LAYOUT, mesh,
                                      ttnn.DRAM_MEMORY_CONFIG)
"""
VLLM = f"""#!{sys.executable}
import multiprocessing, os, sys

def worker():
{TENSOR.replace(chr(10), chr(10) + "    ")}
    print("worker", os.getpid(), flush=True)
    # As a worker that is killed: ttnn's teardown is not tested.
    os._exit(0)

if __name__ == "__main__":
    print("vllm", *sys.argv[1:], flush=True)
    process = multiprocessing.get_context("spawn").Process(target=worker)
    process.start()
    process.join()
"""
TASK = f"""
import os, ray
ray.init(address="auto", log_to_driver=False)

@ray.remote
def task():
{TENSOR.replace(chr(10), chr(10) + "    ")}
    return os.getpid()

print("worker", ray.get(task.remote()), flush=True)
"""


def command(text):
    """The line of code on the page that has @text, without its comment."""
    return next(line for line in re.findall(r"^.*$", PAGE, re.M) if text in line and
                not line.startswith(("*", "With"))).split("    ")[0]


def recordings():
    return set(pathlib.Path().glob("recording.*"))


def shell(line):
    before = recordings()
    done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=120)
    worker = re.search(r"^worker (\d+)$", done.stdout, re.M)
    return done, {path.name for path in recordings() - before}, f"recording.{worker and worker[1]}"


def dram(recording):
    peak = subprocess.run(["tt-memstat", "explain", "--json", recording], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return json.loads(peak)["dram"]["used"]


tap = Tap()
# The server is not what the reporter is in.
del os.environ["LD_PRELOAD"]
programs = pathlib.Path("programs").absolute()
programs.mkdir()
(programs / "vllm").write_text(VLLM)
(programs / "vllm").chmod(0o755)
os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"

done, made, worker = shell(command("vllm serve meta-llama"))
tap.expect("vllm: its arguments arrive", "vllm serve meta-llama/Llama-3.1-8B-Instruct",
           done.stdout.splitlines()[-2])
tap.expect("vllm: its worker reports, and no other process", {worker}, made)
tap.expect("vllm: the bytes of the worker's tensor", 1024 * 1024 * 2, dram(worker))
done, _, _ = shell(command("--check -- vllm serve"))
tap.expect("vllm: --check tells of the worker, once", 1, done.stderr.count("tt_memstat: tt-metal is seen"))
os.symlink(ROOT / "examples/kv_cache.py", "kv_cache.py")
os.environ |= {"TT_MEMSTAT_FAKE": "blackhole", "PYTHONPATH": str(ROOT / "userspace/python"),
               "LD_LIBRARY_PATH": os.environ["TT_MEMSTAT_BUILD"] + "/lib"}
done, _, _ = shell(command("--num-gpu-blocks-override"))
tap.expect("vllm: a number of blocks", True, bool(re.search(r"--num-gpu-blocks-override [1-9]\d*$",
                                                            done.stdout, re.M)))
del os.environ["TT_MEMSTAT_FAKE"], os.environ["LD_LIBRARY_PATH"]

site = pathlib.Path("site").absolute()
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-cache-dir", "--target", site, "ray==2.60.0"],
               check=True, stdout=sys.stderr)
os.environ |= {"PYTHONPATH": str(site), "PATH": f"{site}/bin:{os.environ['PATH']}", "RAY_USAGE_STATS_ENABLED": "0"}
node = subprocess.Popen(command("ray start"), shell=True, stdout=sys.stderr, start_new_session=True)
pathlib.Path("task.py").write_text(TASK)
for _ in range(30):
    done, made, worker = shell(f"{sys.executable} task.py")
    if not done.returncode:
        break
    time.sleep(1)
tap.expect("ray: a task in a worker of the node reports, and no other process", {worker}, made)
tap.expect("ray: the bytes of its tensor", 1024 * 1024 * 2, dram(worker) if made else done.stderr)
os.killpg(node.pid, signal.SIGKILL)
node.wait()
tap.finish()
