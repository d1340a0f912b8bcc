# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Prints the directory in which Python looks for modules installed below a prefix."""
import sys
import sysconfig


def directory(prefix):
    debian = "deb_system" in sysconfig.get_scheme_names()
    if debian and prefix == "/usr":
        return sysconfig.get_path("purelib", "deb_system", {"base": "/usr"})
    if debian and prefix == "/usr/local":
        return sysconfig.get_path("purelib", "posix_local", {"base": "/usr"})
    return sysconfig.get_path("purelib", "posix_prefix", {"base": prefix})


print(directory(sys.argv[1].rstrip("/")))
