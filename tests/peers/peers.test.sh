# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The tests of tests/peers/run, which sets PEERS (the venv) and EXPORTER (node_exporter).
set -u
here=$TT_MEMSTAT_ROOT/tests/cli
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

[ "$(id -u)" = 0 ] && unshare -m true || { skip 'only root can put a tree in the place of /sys'; finish; }
work=$(mktemp -d) || exit 1
at_end 'rm -rf "$work"; [ -z "${pid:-}" ] || kill "$pid"'
export HOME=$work/home XDG_CONFIG_HOME=$work/home/config XDG_DATA_HOME=$work/home/data NO_COLOR=1
mkdir -p "$HOME" "$work/ours" "$work/trees/none/module/tenstorrent"
echo 2.10.0 >"$work/trees/none/module/tenstorrent/version"
ln -s "$TT_MEMSTAT_BUILD/bin/tt-smi" "$work/ours/tt-smi"
# xpustat and tt without the tt-smi of the venv.
mkdir "$work/clients"
ln -s "$PEERS/bin/xpustat" "$PEERS/bin/tt" "$work/clients"
python3 "$here/smi_trees.py" "$work/trees" kmd junk unknown || exit 1

# with PATHS TREE COMMAND...: prints the output of the command; its status is in $work/rc. Cards of
# this machine are hidden, because some of the programs reset cards.
with()
{
	local path=$1:$work/clients:$PATH tree=$work/trees/$2
	shift 2
	path=${path/ours:/$work/ours:}
	path=${path/theirs:/$PEERS/bin:}
	# shellcheck disable=SC2016 # the inner shell's
	PATH=$path unshare -m -- sh -c 'mount --bind "$0" /sys || exit 99
		[ ! -d "$0/proc/driver" ] || mount --bind "$0/proc/driver" /proc/driver || exit 99
		[ ! -e /dev/tenstorrent ] || mount -t tmpfs none /dev/tenstorrent || exit 99
		exec "$@"' "$tree" "$@" 2>"$work/err" </dev/null
	echo $? >"$work/rc"
}

# told EXPRESSION: the value of a Python expression of the JSON d on stdin
told() { python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" 2>&1; }

seen='[(e["name"], e["temp_c"], e["power_w"], e["aiclk_mhz"], e["bus_id"]) for e in d["tenstorrent"]]'
cards="[('Tenstorrent n300 L', 61, 43.0, 1000, '0000:41:00.0'), \
('Tenstorrent n150 L', -1, 9.0, 500, '0000:61:00.0'), ('Tenstorrent n300 R', None, None, None, 'N/A')]"
for paths in ours ours:theirs; do
	expect "xpustat, $paths: the cards" "$cards" "$(with "$paths" kmd xpustat --json | told "$seen")"
	expect "xpustat, $paths: whose processes" '[[991, 4242, 5150], [6000], []]' \
		"$(with "$paths" kmd xpustat --json |
			told '[[p["pid"] for p in e["processes"]] for e in d["tenstorrent"]]')"
	expect "xpustat, $paths: a card that hangs" '[None, None, None]' \
		"$(with "$paths" junk xpustat --json | told '[e["temp_c"] for e in d["tenstorrent"]]')"
done
expect 'xpustat, theirs:ours: as with theirs alone' "$(with theirs kmd xpustat --json)" \
	"$(with theirs:ours kmd xpustat --json)"
# The plugin of docs/integrations.md.
python3 - "$TT_MEMSTAT_ROOT/docs/integrations.md" >"$work/plugin.py" <<'EOF'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
print(next(b for b in re.findall(r"```python\n(.*?)```", text, re.S) if "register_backend" in b))
EOF
cat >>"$work/plugin.py" <<'EOF'
import xpustat.cli
xpustat.cli.main()
EOF
for paths in ours ours:theirs; do
	expect "xpustat, $paths: the bytes, by its plugin" '[(4192, 12288), (0, 12288), (3072, 12288)]' \
		"$(with "$paths" kmd "$PEERS/bin/python" "$work/plugin.py" -f tt_memstat --json |
			told '[(e["mem_used_mb"], e["mem_total_mb"]) for e in d["tt_memstat"]]')"
done

seen='[(e["board_type"], e["bus_id"], e["power_w"], e["temperature_c"]) for e in d["devices"]]'
cards="[('n300 L', '0000:41:00.0', 43.0, 61.4), ('n150 L', '0000:61:00.0', 9.0, -0.7), \
('n300 R', 'N/A', None, None)]"
for paths in ours ours:theirs theirs:ours; do
	# tt takes the path of tt-smi from this variable, not from PATH.
	expect "tt, $paths: the cards" "$cards" \
		"$(with "$paths" kmd env TT_TOOL_BIN_TT_SMI="$work/ours/tt-smi" tt --json device status | told "$seen")"
	expect_match "tt, $paths: the firmware" 'fw_bundle_version +. 18.3.0.0' \
		"$(with "$paths" kmd env TT_TOOL_BIN_TT_SMI="$work/ours/tt-smi" tt device info)"
done
for paths in ours:theirs theirs:ours; do
	expect_match "tt, $paths: a reset is theirs" 'Resetting UMD logical IDs: \[9\]' \
		"$(with "$paths" kmd env TT_TOOL_BIN_TT_SMI="$work/ours/tt-smi" tt device reset --yes 9)"
done
with ours kmd env TT_TOOL_BIN_TT_SMI="$work/ours/tt-smi" tt device reset --yes 9 >"$work/out"
expect_match 'tt, ours: no reset without theirs' "Tenstorrent's own tt-smi does" "$(cat "$work/err")"
expect 'tt, ours: which is a failure' 1 "$(($(cat "$work/rc") != 0))"

# same NAME TREE ARG...: the output and status are those of Tenstorrent's tt-smi alone
same()
{
	local name=$1 tree=$2 theirs
	shift 2
	theirs=$(with theirs "$tree" tt-smi "$@"; cat "$work/rc" "$work/err")
	expect "$name, ours:theirs: as theirs" "$theirs" \
		"$(with ours:theirs "$tree" tt-smi "$@"; cat "$work/rc" "$work/err")"
	expect "$name, theirs:ours: as theirs" "$theirs" \
		"$(with theirs:ours "$tree" tt-smi "$@"; cat "$work/rc" "$work/err")"
}

same 'a reset' kmd -r no-such-target
same 'a reset of a card that is not there' kmd -r 0000:41:00.0 --no_reinit --eth_train_skip
same 'trays' kmd -glx_list_tray_to_device
same 'a snapshot without the module' none -s
for tree in kmd junk unknown; do
	with ours "$tree" tt-smi -s >"$work/$tree.json"
	expect "$tree: a snapshot is one of theirs" '' \
		"$("$PEERS/bin/python" "$TT_MEMSTAT_ROOT/tests/peers/theirs.py" snapshot <"$work/$tree.json" 2>&1)"
done
expect 'strings are as theirs' '' \
	"$("$PEERS/bin/python" "$TT_MEMSTAT_ROOT/tests/peers/theirs.py" strings <"$work/kmd.json" 2>&1)"
boards=$("$PEERS/bin/python" "$TT_MEMSTAT_ROOT/tests/peers/theirs.py" boards 2>&1)
while read -r serial board; do
	echo "$serial" >"$work/trees/kmd/class/tenstorrent/tenstorrent!0/tt_serial"
	expect "board of $serial" "$board" "$(with ours kmd tt-smi -s -i 0 |
		told 'd["device_info"][0]["board_info"]["board_type"].removesuffix(" L")')"
done <<<"$boards"
expect 'there are boards' 1 "$(($(wc -l <<<"$boards") >= 14))"
options=$("$PEERS/bin/python" "$TT_MEMSTAT_ROOT/tests/peers/theirs.py" options 2>&1)
for option in $options; do
	with ours kmd tt-smi "$option" >"$work/out"
	expect "ours knows $option" 0 "$(grep -ciE 'unrecogni|invalid option|unexpected|ambiguous' "$work/err")"
done
expect 'there are options' 1 "$(($(wc -w <<<"$options") >= 25))"

awk '/^## node_exporter/ { here = 1 } here && /^```$/ { exit } open { print } here && /^```sh/ { open = 1 }' \
	"$TT_MEMSTAT_ROOT/docs/integrations.md" >"$work/textfile.sh"
mkdir "$work/textfile"
with ours kmd sh -e "$work/textfile.sh" "$work/textfile/tt.prom"
port=$((20000 + $$ % 10000))
"$EXPORTER" --collector.disable-defaults --collector.textfile --collector.textfile.directory="$work/textfile" \
	--web.listen-address="127.0.0.1:$port" >"$work/exporter.log" 2>&1 &
pid=$!
metrics=$(python3 - "$port" <<'EOF'
import sys, time, urllib.request
for _ in range(100):
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics").read().decode())
        break
    except OSError:
        time.sleep(0.1)
EOF
)
expect_match 'node_exporter: a figure' '^tenstorrent_dram_used_bytes\{chip="tt0"\} 4.395630592e\+09$' "$metrics"
expect 'node_exporter: all of them' 12 "$(grep -c '^tenstorrent_' <<<"$metrics")"
expect_match 'node_exporter: no error' '^node_textfile_scrape_error 0$' "$metrics"
finish
