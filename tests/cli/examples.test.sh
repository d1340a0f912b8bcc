#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The reading examples over recorded trees: C, C++ and Python print the same, and for one tree its
# contents. tests/vm/examples.test.sh runs them with the module.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

# Python loads the library by its name.
export PYTHONPATH="$TT_MEMSTAT_ROOT/userspace/python" PYTHONDONTWRITEBYTECODE=1 \
	LD_LIBRARY_PATH="$TT_MEMSTAT_BUILD/lib"
bin=$TT_MEMSTAT_BUILD/tests
trees=$(mktemp -d)
python3 "$TT_MEMSTAT_ROOT/tests/cli/smi_trees.py" "$trees" >/dev/null

for tree in "$trees"/*; do
	succeeds "${tree##*/}: C" "$bin/ttmemstat-figures" "$tree"
	c=$seen
	expect "${tree##*/}: C++ says what C says" "$c" "$("$bin/ttmemstat-figures-cxx" "$tree" 2>&1)"
	expect "${tree##*/}: Python says what C says" "$c" \
		"$(python3 "$TT_MEMSTAT_ROOT/examples/figures.py" "$tree" 2>&1)"
done
expect_match 'a chip' '^tt0 blackhole: L1 62390272 of 188743680, DRAM 6727663616 of 34359738368$' \
	"$("$bin/ttmemstat-figures" "$trees/p150")"
expect_match 'a process' '^  pid 20714 llama-3.1-8b: l1 37748736 l1_small 2097152 cb 12582912 dram ' \
	"$("$bin/ttmemstat-figures" "$trees/p150")"
expect_match 'what is unknown is a dash' ' -' "$("$bin/ttmemstat-figures" "$trees/unknown")"
rm -rf "$trees"
kv_cache() { TT_MEMSTAT_FAKE=blackhole python3 "$TT_MEMSTAT_ROOT/examples/kv_cache.py" "$@" 2>&1; }
# 32 GiB less a tenth, by 2 * 32 * 8 * 128 * 64 * 2 bytes.
expect 'kv_cache.py: as many blocks as fit' 3686 "$(kv_cache 32 8 128 64)"
expect 'kv_cache.py: half the values, twice as many' 7372 "$(kv_cache 32 8 128 64 1)"
expect_match 'kv_cache.py: without a chip it says why' '^kv_cache: ' \
	"$(python3 "$TT_MEMSTAT_ROOT/examples/kv_cache.py" 32 8 128 2>&1)"
for program in "$bin/ttmemstat-testing" "$bin/ttmemstat-testing-cxx" \
		"python3 $TT_MEMSTAT_ROOT/examples/testing.py"; do
	# shellcheck disable=SC2086 # words on purpose
	expect "${program##*/}: passes without a module" passed "$(TT_MEMSTAT_FAKE=blackhole $program 2>&1)"
	# shellcheck disable=SC2086
	expect "${program##*/}: and on another chip" passed "$(TT_MEMSTAT_FAKE=wormhole $program 2>&1)"
	# shellcheck disable=SC2086
	expect_match "${program##*/}: without a fake it says so" 'no fake' "$($program 2>&1)"
done
finish
