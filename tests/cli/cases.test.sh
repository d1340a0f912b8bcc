#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Small inputs that once failed, from ../shared/cases if that folder exists, without the module.
# tests/vm/boards.test.sh and tests/vm/replay.test.sh test them with it.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cases=$TT_MEMSTAT_ROOT/../shared/cases
if [ ! -d "$cases" ]; then
	skip "$cases is not there"
	finish
	exit
fi
work=$(mktemp -d)
at_end 'rm -rf "$work"'

# virtual FILE: the table of its chips, as they would be made.
virtual() { tt-memstat import --virtual --dry-run "$cases/$1" 2>&1; }

seen=$(virtual no-dram-mask.yaml)
expect 'no-dram-mask: status' 0 $?
expect_match 'no-dram-mask: cores and L1 are known, DRAM is not' ' 64 +91.50 MiB +- +would be created$' "$seen"

seen=$(virtual p300-two-functions.yaml)
expect 'p300-two-functions: status' 0 $?
expect_match 'p300-two-functions: location 1 is the left ASIC' '^ *1 .* p300 L ' "$seen"
expect_match 'p300-two-functions: location 0 the right one' '^ *0 .* p300 R ' "$seen"
expect 'p300-two-functions: two chips' 2 "$(printf '%s\n' "$seen" | grep -c '120 +180.00 MiB' -E)"

seen=$(virtual p300-one-function.yaml)
expect 'p300-one-function: status' 0 $?
expect 'p300-one-function: two chips, one behind the other' '- 0' \
	"$(printf '%s\n' "$seen" | sed 1d | awk '{ print $(NF - 9) }' | sort | xargs)"

expect 'n300: two chips' 2 "$(virtual n300.yaml | grep -c '64 91.50 MiB 12 GiB would be created')"
expect 'n300-right-dead: one chip' 1 "$(virtual n300-right-dead.yaml | grep -c '64 91.50 MiB 12 GiB would be created')"

# A card that hangs. Links are kept as files with what they point to.
cp -r "$cases/junk-telemetry" "$work/junk"
chmod -R u+w "$work/junk"
find "$work/junk" -type f | while read -r file; do
	target=$(head -c 256 "$file" | tr -d '\0')
	case $target in
	../*)	ln -sfn "$target" "$file" ;;
	esac
done
seen=$(tt-smi --sysfs-root "$work/junk" --query-chips=chip,temperature,power,clock --format=csv,noheader,nounits)
expect 'junk-telemetry: temperature, power and clock are unknown' 'tt0,,,' "$seen"
seen=$(tt-smi --sysfs-root "$work/junk")
expect 'junk-telemetry: the screen: status' 0 $?
expect 'junk-telemetry: nothing of it is on the screen' '' "$(printf '%s\n' "$seen" | grep -E '42949|65535|MHz')"
seen=$(tt-smi --sysfs-root "$work/junk" --prometheus)
expect_match 'junk-telemetry: the chip is in the metrics' '^tenstorrent_device_info.*chip="tt0"' "$seen"
expect 'junk-telemetry: its telemetry is not' '' "$(printf '%s\n' "$seen" |
	grep -E '^tenstorrent_device_(temperature|power|clock)|42949')"

# No case without a test: those of captures are in the machine's suites.
for file in "$cases"/*; do
	name=$(basename "$file")
	[ "$name" != README.md ] || continue
	if grep -qF "cases/$name" "$TT_MEMSTAT_ROOT"/tests/vm/boards.test.sh "$TT_MEMSTAT_ROOT"/tests/vm/replay.test.sh ||
		grep -qF " $name" "$0" || [ "$name" = junk-telemetry ]; then
		pass "$name has a test"
	else
		fail "$name has a test" 'none of it in tests/cli/cases.test.sh, tests/vm/boards.test.sh or replay.test.sh'
	fi
done
finish
