#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line of tt-memstat where no module is needed: help, usage errors, malformed
# captures and descriptors, and its messages when the module is not loaded.
#
#   TT_MEMSTAT=path/of/tt-memstat sh memstat-usage.sh [NAME]     all checks, or one
#
# Checks statuses and messages. tests/vm/ tests the tool with the module.

TT_MEMSTAT=${TT_MEMSTAT:-tt-memstat}
only=${1:-}
. "$(dirname "$0")/../vm/lib.sh"
dir=$(mktemp -d) || exit 1
at_end 'rm -rf "$dir"'

# bad NAME LINE...: as `fail`, and says how to run NAME alone
bad() {
	TT_MEMSTAT_RERUN="TT_MEMSTAT=$TT_MEMSTAT sh $0 $1"
	fail "$@"
}

# check NAME STATUS TEXT ARGUMENT...: exits so, and prints TEXT (a grep -e pattern)
check() {
	name=$1 want=$2 text=$3
	shift 3
	[ -z "$only" ] || [ "$only" = "$name" ] || return 0
	"$TT_MEMSTAT" "$@" >"$dir/out" 2>&1 </dev/null
	got=$?
	if [ "$got" = "$want" ] && grep -q -e "$text" "$dir/out"; then
		pass "$name"
	else
		bad "$name" "expected status $want and '$text' of: $TT_MEMSTAT $*" \
			"saw status $got and:" "$(cat "$dir/out")"
	fi
}

printf '[\n {"node_type": "buffer"},\n {"node_type" "x"}\n]\n' >"$dir/bad.json"
printf '[{"node_type": "buffer_allocate", "params": {}}]\n' >"$dir/field.json"
printf '[]\n' >"$dir/empty.json"

printf 'arch:\n  0: blackhole\n  0: blackhole\n' >"$dir/twice.yaml"
printf 'arch: {0: wormhole}\nharvesting:\n  0:\n    harvest_mask: 0x400\n' >"$dir/mask.yaml"
printf 'arch:\n  0: "\\e[31m"\nharvesting: [\n' >"$dir/open.yaml"
printf 'arch: {0: a}\nasic_locations: {0: "\\e[31m"}\n' >"$dir/colour.yaml"
descriptors=$(dirname "$0")/descriptors

check help 0 'Usage: tt-memstat COMMAND' --help
check version 0 '^tt-memstat [0-9]' --version
check nothing 2 'Usage:'
check no-command 2 'no such command: fly' fly
for command in import forget create-virtual destroy replay explain export records programs doctor run record enable disable status; do
	check "help-$command" 0 "Usage: tt-memstat $command" "$command" --help
	check "option-$command" 2 'unrecognized option' "$command" --wrong
done
check record-nothing 2 'a command is needed' record
check record-dump-nothing 2 'one recording is needed' record --dump
check record-json 2 '--json needs --dump' record --json true
check record-dump-output 2 'records nothing' record --dump -o x y
for size in 1023K 2T 1MB 1m -1M 0x100000 1.5M 99999999999999999999; do
	check "record-size-$size" 2 'a size from 1M to 1T is needed' record --max-size "$size" true
done
for size in 1M 1024K 1048576 1T; do
	check "record-size-$size" 0 "^$size\$" \
		record -o "$dir/new" --max-size "$size" sh -c 'echo "$TT_MEMSTAT_RECORD_SIZE"'
done
check record-file 0 "^$PWD/a.rec\$" record -o a.rec sh -c 'cd /; echo "$TT_MEMSTAT_RECORD"'
check record-default 0 "^$PWD/tt-memstat-%p.rec\$" record sh -c 'echo "$TT_MEMSTAT_RECORD"'
mkdir "$dir/50%p"
here=$PWD
cd "$dir/50%p" || exit 1
check record-directory 0 "^$dir/50%%p/a%p\$" record -o a%p sh -c 'echo "$TT_MEMSTAT_RECORD"'
cd "$here" || exit 1
check record-there 1 'bad.json: EEXIST' record -o "$dir/bad.json" true
check record-status 7 '^here$' record -o "$dir/new" sh -c 'echo here; exit 7'
check record-dump-other 1 'bad.json: not a recording' record --dump "$dir/bad.json"
check record-dump-missing 1 '/nonexistent: ENOENT' record --dump /nonexistent
check run-nothing 2 'a command is needed' run
check run-status 7 '^here$' run -- sh -c 'echo here; exit 7'
check run-options 0 '^--check$' run printf '%s\n' --check
check run-preload 0 '^/[^ :]*/libttmemstat-report.so$' run sh -c 'echo "$LD_PRELOAD"'
check run-mode 0 '^<mirror>$' run --mode mirror sh -c 'echo "<$TT_MEMSTAT_MODE>"'
check run-no-mode 2 "mode: exact, mirror or off, not 'all'" run --mode all true
check run-check 0 '^<1>$' run --check sh -c 'echo "<$TT_MEMSTAT_CHECK>"'
unset TT_METAL_MOCK_CLUSTER_DESC_PATH
check run-virtual-no-mock 0 '^tt-memstat: no virtual chips: TT_METAL_MOCK_CLUSTER_DESC_PATH is not set' \
	run --virtual true
export TT_METAL_MOCK_CLUSTER_DESC_PATH="$dir/mask.yaml"
check run-virtual-malformed 7 'mask.yaml:4: .*harvest' run --virtual sh -c 'exit 7'
unset TT_METAL_MOCK_CLUSTER_DESC_PATH
check run-map 0 '^<0:3 7:12 >$' run --map 0=tt3 --map 7=tt12 sh -c 'echo "<$TT_MEMSTAT_MAP>"'
check run-no-map 0 '^<unset>$' run sh -c 'echo "<${TT_MEMSTAT_MAP-unset}>"'
check run-map-nothing 2 'map tt3: ID=CHIP is needed, such as 0=tt3' run --map tt3 true
for id in '' x -1 1x 2147483648 99999999999999999999; do
	check "run-map-id-$id" 2 "map $id=tt3: ID: not a device number up to 2147483647: $id\$" \
		run --map "$id=tt3" true
done
for chip in '' 3 tt tt03 tt3x TT3 tt99999999999; do
	check "run-map-chip-$chip" 2 "map 0=$chip: CHIP: not a chip name, such as tt3: $chip\$" \
		run --map "0=$chip" true
done
check run-map-id-twice 2 'map 0=tt4: ID: device 0 is already tt3' run --map 0=tt3 --map 0=tt4 true
check run-map-chip-twice 2 'map 1=tt3: CHIP: tt3 is already device 0' run --map 0=tt3 --map 1=tt3 true
check run-descriptor 0 "^<$PWD/saved.yaml>\$" \
	run --save-descriptor saved.yaml sh -c 'cd /; echo "<$TT_MEMSTAT_SAVE_DESCRIPTOR>"'
check run-descriptor-whole 0 '^</saved.yaml>$' \
	run --save-descriptor /saved.yaml sh -c 'echo "<$TT_MEMSTAT_SAVE_DESCRIPTOR>"'
check run-no-command 127 '^tt-memstat: /nonexistent/program: ENOENT' run /nonexistent/program
check run-no-program 126 '^tt-memstat: /: EACCES' run /
# A tool with a sanitizer would mind what comes before it.
export LD_PRELOAD=libm.so.6 TT_MEMSTAT_DISABLED=1 ASAN_OPTIONS=verify_asan_link_order=0
check run-preload-kept 0 '/libttmemstat-report.so:libm.so.6$' run sh -c 'echo "$LD_PRELOAD"'
check run-disabled 0 'nothing is reported: TT_MEMSTAT_DISABLED is set' run true
check run-within-run 0 '^/[^ :]*/libttmemstat-report.so:libm.so.6$' \
	run "$TT_MEMSTAT" run sh -c 'echo "$LD_PRELOAD"'
unset LD_PRELOAD TT_MEMSTAT_DISABLED ASAN_OPTIONS
export TT_METAL_SHM_TRACKING_DISABLED=1
check run-no-tracking 0 'reported: TT_METAL_SHM_TRACKING_DISABLED is set' run --mode mirror true
unset TT_METAL_SHM_TRACKING_DISABLED
check create-nothing 2 'are needed' create-virtual
check create-no-mask 2 'are needed' create-virtual --arch wormhole
check create-two-unknown 2 'both unknown' create-virtual --arch wormhole --harvest unknown --dram-harvest unknown
check create-arch 2 "arch: wormhole or blackhole, not 'grayskull'" create-virtual --arch grayskull --harvest 0
check create-mask 2 "--harvest: a mask such as 0xc0, or unknown, not '0xg'" create-virtual --arch wormhole --harvest 0xg
check create-mask-negative 2 "not '-1'" create-virtual --arch wormhole --harvest -1
check create-mask-long 2 "--harvest: .*, not '0x100000000'" create-virtual --arch wormhole --harvest 0x100000000
check create-extra 2 'unexpected argument' create-virtual --arch wormhole --harvest 0 x
check destroy-nothing 2 'one chip' destroy
check destroy-two 2 'one chip' destroy tt0 tt1
check destroy-name 2 'not a chip name: 0' destroy 0
check destroy-zero 2 'not a chip name: tt01' destroy tt01
check replay-no-chip 2 'are needed' replay "$dir/empty.json"
check replay-no-file 2 'are needed' replay --chip tt0
check replay-chip 2 '--chip: not a chip name: card' replay --chip card "$dir/empty.json"
check replay-grid 2 "--grid: a grid such as 11x10, not '11'" replay --chip tt0 --grid 11 "$dir/empty.json"
check replay-grid-zero 2 "not '0x4'" replay --chip tt0 --grid 0x4 "$dir/empty.json"
check replay-base 2 "--l1-base: a number, not '12k'" replay --chip tt0 --l1-base 12k "$dir/empty.json"
check replay-step 2 "--step: milliseconds up to 3600000, not '99999999'" replay --chip tt0 --step 99999999 "$dir/empty.json"
check replay-missing 1 'ENOENT' replay --chip tt0 "$dir/missing.json"
check replay-mesh 2 '--mesh: not a chip name: card' replay --mesh tt0,card "$dir/empty.json"
check replay-mesh-gap 2 'not a chip name: $' replay --mesh tt0,,tt1 "$dir/empty.json"
check replay-mesh-long 2 'not a chip name: tt00' replay --mesh tt0000000000000000000 "$dir/empty.json"
check replay-mesh-twice 2 '--mesh: tt0 is named twice' replay --mesh tt0,tt1,tt0 "$dir/empty.json"
check replay-chip-twice 2 'exclude each other' replay --chip tt0 --chip tt1 "$dir/empty.json"
check replay-both 2 'exclude each other' replay --chip tt0 --create "$dir/empty.json"
check replay-two-files 2 'one file' replay --chip tt0 "$dir/empty.json" "$dir/empty.json"
for speed in 0 -1 1x nan inf 1e-9 1e9; do
	check "replay-speed-$speed" 2 "--speed: a factor from 0.001 to 1000000, not '$speed'" replay --chip tt0 --speed "$speed" "$dir/empty.json"
done
check replay-step-speed 2 'exclude each other' replay --chip tt0 --step 1 --speed 1 "$dir/empty.json"
mkdir "$dir/none" "$dir/ops" "$dir/mixed"
cp "$dir/empty.json" "$dir/ops/1.json"
cp "$dir/bad.json" "$dir/ops/10.json"
printf '[{"node_type": "buffer_allocate", "params": {"size": 64, "address": %d, "type": "L1"}}]\n' 0 \
	>"$dir/mixed/1.json"
sed 's/: 0,/: 64,/' "$dir/mixed/1.json" >"$dir/mixed/2.json"
check replay-directory-empty 1 'none: no \*.json in it' replay --chip tt0 "$dir/none"
check replay-directory-bad 1 'ops/10.json:3:15: ' replay --chip tt0 "$dir/ops"
check replay-directory-modes 1 'mixed/2.json: only some of the captures have addresses' \
	replay --chip tt0 "$dir/mixed"
check replay-malformed 1 'bad.json:3:15: ' replay --chip tt0 "$dir/bad.json"
check replay-stdin 1 '^tt-memstat: -:1:1: unexpected end' replay --chip tt0 -
check replay-field 1 'field.json: node 0 (buffer_allocate)' replay --chip tt0 "$dir/field.json"
check import-nothing 2 'a file or --discover is needed' import --virtual
check import-open 2 'open needs --virtual' import --open "$descriptors/n150.yaml"
check import-both 2 'exclude each other' import --virtual --by-ordinal "$descriptors/n150.yaml"
check import-discover-file 2 'takes no file: .*n150.yaml' import --discover "$descriptors/n150.yaml"
check import-python 2 'python needs --discover' import --python python3 "$descriptors/n150.yaml"
check import-save 2 'save needs --discover' import --save x.yaml "$descriptors/n150.yaml"
check import-missing 1 'missing.yaml: ENOENT' import "$dir/missing.yaml"
check import-directory 1 'EISDIR' import "$dir"
check import-stdin 1 '^tt-memstat: -:1: nothing in it' import -
check import-twice 1 'twice.yaml:3: 0: repeated, first in line 2' import "$dir/twice.yaml"
check import-mask 1 'mask.yaml:4: harvesting: chip 0: harvest_mask 0x400' import "$dir/mask.yaml"
check import-open-end 1 'open.yaml:4: not YAML: ' import "$dir/open.yaml"
check import-colour 1 'not a number up to 255: ?\[31m' import "$dir/colour.yaml"
check import-second-bad 1 'twice.yaml:3: ' import "$descriptors/n150.yaml" "$dir/twice.yaml"
check forget-nothing 2 'one chip' forget
check forget-two 2 'one chip' forget tt0 tt1
check forget-name 2 'not a chip name: 0' forget 0
check records-nothing 2 'a chip is needed' records
check explain-chip 2 '--chip: a chip such as tt0' explain --chip 0
check explain-chip-and-file 2 'either --chip or files' explain --chip tt0 x.json
check explain-client-alone 2 '--client and --pid need --chip' explain --client 1 x.json
check explain-pid-alone 2 '--client and --pid need --chip' explain --pid 1 x.json
check explain-chip-client 2 "a client's id" explain --chip tt0 --client x
check explain-chip-pid 2 'a process id' explain --chip tt0 --pid 0
check explain-chip-arch 2 '--chip does not go with' explain --chip tt0 --arch blackhole
check explain-chip-device 2 '--chip does not go with' explain --chip tt0 --device 1
check explain-chip-node 2 '--chip does not go with' explain --chip tt0 --at 7
check export-chip-and-file 2 '--visualizer and one file or --chip' export --visualizer x --chip tt0 y
check records-client 2 'no client id: x' records tt0 x
check programs-three 2 'a chip is needed' programs tt0 1 2

if [ ! -e /dev/tt_memstat ]; then
	for file in "$descriptors"/*.yaml; do
		check "absent-import-$(basename "$file" .yaml)" 9 'is not loaded' import "$file"
	done
	check absent-import-dry 0 'not located: no module' import --dry-run "$descriptors/n300.yaml"
	check absent-import-virtual 0 '120 180.00 MiB 32 GiB would be created' \
		import --virtual --dry-run "$descriptors/p300.yaml"
	check absent-import-discover 9 'is not loaded' import --discover --python false
	check absent-forget 9 'is not loaded' forget tt0
	check absent-create 9 'is not loaded' create-virtual --arch blackhole --harvest 0xc0
	check absent-destroy 9 'is not loaded' destroy tt0
	check absent-replay-speed 9 'no durations are recorded' replay --chip tt0 --speed 2 "$dir/empty.json"
	check absent-replay 9 'is not loaded' replay --chip tt0 "$dir/empty.json"
	check absent-records 9 'is not loaded' records tt0
	check absent-explain 9 'is not loaded' explain --chip tt0
	check absent-export 9 'is not loaded' export --visualizer "$dir/none" --chip tt0
	check absent-programs 9 'is not loaded' programs --json tt0 7
fi

finish
