# SPDX-License-Identifier: GPL-2.0-only
#
# `make help` describes the targets. All output is below build/. The kernel's build system uses the
# file Kbuild instead of this one.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

VERSION := $(strip $(shell cat VERSION))
O ?= $(CURDIR)/build
override O := $(abspath $(O))
export TT_MEMSTAT_BUILD := $(O)

prefix ?= /usr/local
DESTDIR ?=
# A kernel's release, such as 6.1.0-56-amd64
KERNEL ?=
# Of fuzz: how many calls, and from which seed on.
CALLS ?= 200000
SEED ?= 1
# Of fuzz-ledger: 100 million events.
HISTORIES ?= 250000
# Of test-real: a release of ttnn in place of those of tests/real/releases.
TTNN ?=
export TTNN
# Of test-real-kill.
KILLS ?= 1000
export KILLS

comma := ,
TOOLS := $(patsubst tools/%/Makefile,%,$(wildcard tools/*/Makefile))
SUBMAKE := O=$(O) VERSION=$(VERSION) prefix=$(prefix) DESTDIR=$(DESTDIR)

# These targets install missing packages; other targets only name them.
SETUP := demo demo-ttnn test test-lib test-tools test-cli test-vm test-long test-arch test-debug \
	test-debug-long test-smp test-smp-long test-fleet test-install test-releases test-kernels test-real test-real-renamed test-visualizer \
	test-real-kill test-howto test-peers bench check
deps $(SETUP): DEPS := build
DEPS := --check

.DEFAULT_GOAL := all
.PHONY: help all needed lib tools $(TOOLS) deps module $(SETUP) test-kunit test-ledger test-spin test-mutations \
	fuzz fuzz-ledger \
	deb rpm install install-module-source uninstall clean distclean

help:
	@echo 'tt_memstat $(VERSION)'
	@sed -n -e 's/^## /\n/p' -e 's/^\([a-z][a-z-]*\):.*## /  \1\t/p' $(firstword $(MAKEFILE_LIST)) | \
		expand -t 25
	@printf '\n%s\n' 'Variables'
	@echo '  V=1                    show whole commands'
	@echo '  O=DIR                  build there instead of build/'
	@echo '  NODEPS=1               install nothing with apt: what is needed is there'
	@echo '  TT_MEMSTAT_CACHE=DIR   keep downloads there instead of build/cache'
	@echo '  KERNEL=RELEASE         of module, demo, fuzz, test, test-vm, test-arch, test-fleet'
	@echo '  TTNN=RELEASE           of test-real; "newest" is what PyPI has today'
	@echo '  KILLS=N                of test-real-kill'
	@echo '  CALLS=N SEED=N         of fuzz'
	@echo '  HISTORIES=N            of fuzz-ledger'
	@echo '  SYSFS=1                of demo: print what the module publishes, too'
	@echo '  prefix=DIR DESTDIR=DIR of install, uninstall'

## Build

all: lib tools examples ## library, tools and examples, into build/ (the default); installs nothing

needed:
	@scripts/deps $(DEPS)

deps: needed ## install with apt what compiling and the unit tests need

lib: needed
	@$(MAKE) -C userspace $(SUBMAKE)

tools: $(TOOLS)

$(TOOLS): lib
	@$(MAKE) -C tools/$@ $(SUBMAKE)

.PHONY: examples
examples: lib # of programs that use the library; make install has their sources
	@mkdir -p $(O)/tests
	@$(MAKE) -C examples OUT=$(O)/tests $(if $(WARN),,WARN='-Wall -Wextra -Wshadow -Werror') \
		TTMEMSTAT='-I$(CURDIR)/userspace/include -I$(CURDIR)/uapi -L$(O)/lib -lttmemstat -Wl$(comma)-rpath$(comma)\$$$$ORIGIN/../lib'

module: ## tt_memstat.ko for the virtual machine's kernel, or for KERNEL=
	@scripts/kernel module $(KERNEL)

clean: ## remove what was built, but no kernels and downloads
	rm -rf $(O)/bin $(O)/lib $(O)/man $(O)/obj $(O)/tests $(O)/san $(O)/vm $(O)/check $(O)/kernel \
		$(O)/deb $(O)/rpm

distclean: ## remove all of build/, downloads included
	rm -rf $(O) 2>/dev/null || sudo rm -rf $(O)	# the systems in it belong to root

## Run and test; these install what they need

demo: all ## the product at work on a stock kernel, in a virtual machine
	@demo/run $(if $(KERNEL),--kernel $(KERNEL))

demo-ttnn: all ## the quick start with the real ttnn on a mock card, in User-mode Linux
	@demo/ttnn

test: all ## what must pass before a commit, under 15 minutes at first
	@tests/all $(if $(KERNEL),--kernel $(KERNEL)) lib ledger tools cli real-one harness vm

test-lib: all ## unit tests of the library
	@tests/all lib

test-ledger: ## the ledger in userspace: its KUnit suites, a short fuzzing, with sanitizers
	@tests/all ledger

test-tools: all ## unit tests of the tools
	@tests/all tools

test-cli: all ## the programs' command lines, on this machine, without the module
	@tests/all cli

test-kunit: ## KUnit suites of the module in User-mode Linux: KASAN, lockdep, kmemleak
	@tests/all kunit

test-vm: all ## the module and the programs together, on a stock kernel in QEMU
	@tests/all $(if $(KERNEL),--kernel $(KERNEL)) harness vm

check: all ## static checks: checkpatch, sparse, W=1, pahole, clang-tidy, shellcheck
	@scripts/check

bench: all ## measurements, as docs and changes quote them
	@bench/run

## Slow tests

test-long: all ## sanitizers, valgrind, long property tests, what tt-smi costs, static checks
	@tests/all lib-san lib-valgrind tools-san kunit-long smi-cost vm-long check

test-debug: all ## test-vm and fault injection, on a kernel with KASAN, lockdep, kmemleak
	@tests/all debug

test-debug-long: all ## on that kernel, 5 minutes of scribbling over a ring, 1000 cards plugged in
	@tests/all debug-long

test-smp: all ## races of processes on several processors, under KASAN and lockdep, in User-mode Linux
	@tests/all smp

test-smp-long: all ## 100,000 chips destroyed while they are being made, on that kernel
	@tests/all smp-long

test-arch: all ## 32-bit programs on a 64-bit kernel, builds for arm64
	@tests/all $(if $(KERNEL),--kernel $(KERNEL)) arch

test-fleet: all ## Prometheus, alerts, tracing, containers: what watches many hosts, on a full Debian in QEMU
	@tests/fleet/run $(if $(KERNEL),--kernel $(KERNEL))

test-install: deb ## the packages installed as an administrator would, on a full Debian in QEMU
	@tests/all harness-full install

test-releases: ## the packages built and installed on another release of Debian, in a chroot
	@tests/all releases

test-kernels: all ## the kernels of Debian's suites: builds without warnings, boots; prints the matrix
	@tests/kernels/run

test-real: all ## the reporter under the real ttnn from PyPI, four releases; TTNN=x.y.z for one
	@tests/all real

test-spin: ## the protocol of a ring checked in every interleaving, by spin
	@tests/all spin

test-visualizer: all ## reports of tt-memstat export in the real ttnn-visualizer from PyPI
	@tests/all visualizer

test-howto: all ## the commands and files of docs/howto as printed: systemd, podman, Kubernetes' schemas
	@tests/all howto

test-real-renamed: all ## the same libraries, where each name that the reporter knows is another one
	@tests/all real-renamed

test-peers: all ## programs from PyPI that call tt-smi, and Tenstorrent's own, beside ours; takes root
	@tests/peers/run

test-real-kill: all ## a program of the real ttnn, killed 1000 times at random moments; KILLS=n
	@tests/all real-kill

test-mutations: ## seeded faults in the ledger, each of which the tests must catch
	@tests/kunit/mutations/run

fuzz: ## calls right and wrong from many processes; KERNEL=debug to watch closely
	@tests/fuzz/run --calls $(CALLS) --seed $(SEED) $(if $(KERNEL),--kernel $(KERNEL))

fuzz-ledger: ## the ledger against the oracle with libFuzzer: HISTORIES of 400 events each
	@scripts/deps fuzz
	@$(MAKE) -C tests/ledger O=$(O) HISTORIES=$(HISTORIES) fuzz

## Install and package

install: all ## all but the module to prefix, below DESTDIR
	@$(MAKE) -C userspace $(SUBMAKE) install
	@set -e; for tool in $(TOOLS); do $(MAKE) -C tools/$$tool $(SUBMAKE) install; done
	@$(MAKE) -C examples $(SUBMAKE) install
	@$(MAKE) -C packaging $(SUBMAKE) install

install-module-source: ## the module's source to where DKMS takes it from: /usr/src
	@$(MAKE) -C packaging $(SUBMAKE) install-module-source

uninstall: ## remove what install and install-module-source put there
	@scripts/uninstall '$(O)' '$(prefix)' '$(DESTDIR)'

deb: ## Debian packages, into build/deb/
	@packaging/deb

rpm: ## RPM packages, into build/rpm/; on Debian a check of the spec
	@packaging/rpm/build
