# SPDX-License-Identifier: GPL-2.0-only
#
# For Makefiles: the directories of the reporter, such that one name in LD_PRELOAD finds the right
# library in each program. Each program's loader substitutes its own value for $LIB:
#
#   PRELOADDIR/$LIB/libttmemstat-report.so
#
# DST_LIB    the value on this machine: Debian lib/x86_64-linux-gnu, Fedora lib64, Arch lib
# LIB_NAMES  values for programs of the architecture that is built here, also on other systems
# LIB32_NAMES  values for 32-bit programs

preloaddir ?= $(prefix)/lib/tt-memstat
DST_LIB ?= $(or $(addprefix lib/,$(shell $(CC) -print-multiarch 2>/dev/null)),$(shell \
	for loader in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do [ ! -x "$$loader" ] || \
	"$$loader" --list-diagnostics 2>/dev/null | sed -n 's/^dl_dst_lib="\(.*\)"$$/\1/p'; done | \
	head -n 1),lib64)
LIB_NAMES := $(sort $(DST_LIB) lib64 $(if $(filter lib64,$(DST_LIB)),,lib))
LIB32_NAMES := $(if $(filter lib64,$(DST_LIB)),lib,lib32) \
	$(if $(filter lib/x86_64-linux-gnu,$(DST_LIB)),lib/i386-linux-gnu)
