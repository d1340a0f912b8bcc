# SPDX-License-Identifier: GPL-2.0-only
"""Manifests for Kubernetes, of docs/howto/containers.md and packaging/kubernetes, by the schemas of all
releases that kubernetes-validate has: no field that the API server does not know.

    kubernetes.py PROJECT
"""
import copy
import pathlib
import re
import sys

import kubernetes_validate
import kubernetes_validate.utils
import yaml

PROJECT = pathlib.Path(sys.argv[1])
RELEASES = [release for release in kubernetes_validate.utils.all_versions()
            if tuple(map(int, release.split(".")[:2])) >= (1, 26)]
passed = failed = 0


def expect(name, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{'not ' * bool(wrong)}ok {passed + failed} - {name}")
    for line in str(wrong or "").splitlines():
        print("#", line)


def problems(manifest):
    for release in RELEASES:
        try:
            kubernetes_validate.validate(manifest, release, strict=True)
        except kubernetes_validate.ValidationError as error:
            return f"{release}: {error.message}"
    return None


def check(name, manifest):
    expect(f"{name}: {manifest['kind']} {manifest['metadata']['name']}", problems(manifest))


print(f"# by the schemas of {RELEASES[0]} to {RELEASES[-1]}")
page = (PROJECT / "docs/howto/containers.md").read_text()
blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.S)]
whole = [block for block in blocks if "apiVersion" in block]
container, pod = (block for block in blocks if "apiVersion" not in block)
for manifest in whole:
    check("the page", manifest)
reported = copy.deepcopy(next(m for m in whole if m["metadata"]["name"] == "inference"))
reported["spec"]["containers"][0] |= container
reported["spec"] |= pod
check("the page, with its additions to the container and to the pod", reported)
mounts = {mount["name"] for mount in container["volumeMounts"]}
expect("the container mounts the volumes of the pod", mounts ^ {volume["name"] for volume in pod["volumes"]})
wrong = copy.deepcopy(reported)
wrong["spec"]["containers"][0]["volumeMount"] = []
expect("a field that does not exist is found", "" if problems(wrong) else "volumeMount passed")
for file in sorted((PROJECT / "packaging/kubernetes").glob("*.yaml")):
    for manifest in yaml.safe_load_all(file.read_text()):
        if manifest["apiVersion"].startswith("monitoring.coreos.com/"):
            print(f"# {file.name}: {manifest['kind']} is of the Prometheus operator, without a schema here")
        else:
            check(file.name, manifest)
print(f"1..{passed + failed}\n{passed} passed, {failed} failed")
sys.exit(failed > 0)
