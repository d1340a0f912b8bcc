# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Put the library into the wheel if the package is built in the project's tree.

pip then needs make and a C compiler, and makes a wheel for this architecture and for the version of
glibc that the library needs, or a later one. Elsewhere, and with TTMEMSTAT_SYSTEM_LIBRARY=1, the
package is pure Python, and the library must be installed separately. pyproject.toml has the metadata.
"""
import atexit
import os
import platform
import re
import shutil
import subprocess
import sysconfig
import tempfile

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:    # setuptools before 70.1
    from wheel.bdist_wheel import bdist_wheel

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.dirname(HERE)
SONAME = "libttmemstat.so.0"
BUNDLED = os.path.exists(os.path.join(SOURCES, "libttmemstat.map")) and \
    os.environ.get("TTMEMSTAT_SYSTEM_LIBRARY", "0") in ("", "0")


def build_library(target):
    with tempfile.TemporaryDirectory() as work:
        # Without debugging: a wheel is for use.
        subprocess.run(["make", "-s", "-C", SOURCES, f"O={work}", "CFLAGS=-O2", "LDFLAGS=-Wl,-s",
                        f"{work}/lib/{SONAME}"], check=True)
        shutil.copyfile(os.path.join(work, "lib", SONAME), target)


def oldest_glibc(library):
    """The version that its newest symbol needs, as (major, minor)."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)", open(library, "rb").read())
    return max((int(major), int(minor)) for major, minor in found)


class BuildPy(build_py):
    def run(self):
        super().run()
        if BUNDLED:
            os.makedirs(os.path.join(self.build_lib, "ttmemstat"), exist_ok=True)
            build_library(os.path.join(self.build_lib, "ttmemstat", SONAME))


class Wheel(bdist_wheel):
    def get_tag(self):
        if not BUNDLED:
            return super().get_tag()
        library = os.path.join(self.get_finalized_command("build_py").build_lib, "ttmemstat", SONAME)
        machine = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        if platform.libc_ver()[0] == "glibc" and os.path.exists(library):
            machine = "manylinux_%d_%d_%s" % (*oldest_glibc(library), platform.machine())
        return "py3", "none", machine


class Platform(Distribution):
    """Of one kind of machine, though no extension module is built."""

    def has_ext_modules(self):
        return BUNDLED


# Nothing is left in the tree.
scratch = tempfile.mkdtemp()
atexit.register(shutil.rmtree, scratch)
setup(distclass=Platform, cmdclass={"build_py": BuildPy, "bdist_wheel": Wheel},
      options={"build": {"build_base": scratch}, "egg_info": {"egg_base": scratch}})
