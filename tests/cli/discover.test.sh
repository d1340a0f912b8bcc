#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tt-memstat import --discover without cards: with the real tt_umd from PyPI if available, and with
# stubs of tt_umd that simulate cards and failures.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

work=$(mktemp -d)
at_end 'rm -rf "$work"'
descriptors=$TT_MEMSTAT_ROOT/tests/cli/descriptors
unset VIRTUAL_ENV SUDO_UID PYTHONPATH TT_VISIBLE_DEVICES
export PYTHONDONTWRITEBYTECODE=1 HOME="$work/home"
mkdir "$HOME"

# umd NAME LINE...: a tt_umd of which the lines are all.
umd()
{
	mkdir -p "$work/$1/tt_umd"
	name=$1
	shift
	printf '%s\n' "$@" >"$work/$name/tt_umd/__init__.py"
}
# discovering NAME BODY [CHIPS]: make a tt_umd whose discovery executes BODY first.
discovering()
{
	umd "$1" 'import os, signal' 'class ClusterDescriptor:' \
		"    def get_all_chips(self): return set(range(${3:-2}))" \
		'    def serialize_to_file(self, path):' \
		"        open(path, 'w').write(open(os.environ['DESCRIPTOR']).read())" \
		'class TopologyDiscovery:' '    @staticmethod' \
		'    def create_cluster_descriptor():' "        $2" '        return ClusterDescriptor()'
}
# with NAME [OPTION...]: a dry run with that tt_umd; the output.
with()
{
	path=$work/$1
	shift
	PYTHONPATH=$path DESCRIPTOR=${DESCRIPTOR:-$descriptors/n300.yaml} \
		tt-memstat import --discover --dry-run "$@" 2>&1
}
# refuses NAME PATTERN TT_UMD [OPTION...]
refuses()
{
	name=$1 pattern=$2
	shift 2
	seen=$(with "$@")
	expect "$name: status" 1 $?
	expect_match "$name" "$pattern" "$seen"
}

discovering works 'print("noise")'
seen=$(with works)
expect 'a discovery: status' 0 $?
expect_match 'the message names Python and tt_umd' '^tt-memstat: python3: tt_umd of unknown version finds 2 chips$' "$seen"
expect_match 'the table has the discovered chips' '^ 1 .* n300 +wormhole +0 +0xc +64 91.50 MiB 12 GiB ' "$seen"
expect 'output of a successful discovery is hidden' '' "$(printf '%s\n' "$seen" | grep noise)"
expect 'standard output has only the table' 3 "$(PYTHONPATH=$work/works DESCRIPTOR=$descriptors/n300.yaml \
	tt-memstat import --discover --dry-run 2>/dev/null | wc -l)"

cd "$work/works" || exit 1
refuses 'modules of the current directory are not taken' "python3: No module named 'tt_umd'" none
cd "$work" || exit 1
refuses 'no tt_umd: names the places' '^tt-memstat:   .*/home/.tenstorrent-venv/bin/python3: No such file' none
refuses 'no tt_umd: says what to do' 'no Python with tt_umd was found: pip install tt-umd, or name' none
refuses 'no such Python' '^tt-memstat: /nonexistent: No such file or directory: pip' works --python /nonexistent
umd broken 'import nonexistent_part'
refuses 'a tt_umd that cannot be loaded' "python3: tt_umd cannot be loaded: No module named 'nonexistent_part'" broken
umd old 'class PCIDevice: pass'
refuses 'a tt_umd that is too old' 'tt_umd of unknown version is too old \(.*TopologyDiscovery.*pip install --upgrade' old
discovering raises 'raise RuntimeError("TT_THROW @ a.cpp:1\ninfo:\nFailed to open device 0\nLocation: a.cpp\nbacktrace:\n --- frame")'
refuses 'an error of UMD' 'tt_umd of unknown version: Failed to open device 0$' raises
discovering dies 'print("last words", flush=True); os.kill(os.getpid(), signal.SIGABRT)'
refuses 'a discovery that dies' 'the discovery was ended by signal 6 \(Aborted\)' dies
refuses 'its last words' '^tt-memstat:   last words$' dies
discovering empty pass 0
if [ ! -e /dev/tenstorrent ]; then
	refuses 'no card' 'finds no card; /dev/tenstorrent: No such file or directory .*modprobe tenstorrent' empty
fi
echo 'arch: {0: wormhole_b0' >"$work/cut.yaml"
DESCRIPTOR=$work/cut.yaml
refuses 'no descriptor' '^tt-memstat: tt_umd:[0-9]+: ' works
unset DESCRIPTOR
discovering visible 'assert "TT_VISIBLE_DEVICES" not in os.environ'
export TT_VISIBLE_DEVICES=0
succeeds 'TT_VISIBLE_DEVICES does not limit the discovery' with visible
unset TT_VISIBLE_DEVICES

# Where Tenstorrent's installer and pipx put it, and a venv that is active.
# finds_in NAME DIRECTORY: makes an environment there, and sees it used.
finds_in()
{
	mkdir -p "$2/bin"
	printf '#!/bin/sh\nPYTHONPATH=%s exec python3 "$@"\n' "$work/works" >"$2/bin/python3"
	chmod +x "$2/bin/python3"
	expect_match "tt_umd is found in $1" "^tt-memstat: $2/bin/python3: tt_umd .* finds 2 chips" "$(with none)"
	rm -r "$2"
}
for place in .tenstorrent-venv .local/share/pipx/venvs/tt-smi .local/share/pipx/venvs/tt-umd; do
	finds_in "the home: $place" "$HOME/$place"
done
export VIRTUAL_ENV="$work/active"
finds_in 'the active environment' "$VIRTUAL_ENV"
unset VIRTUAL_ENV
mkdir -p "$work/named/bin"
ln -s "$(command -v python3)" "$work/named/bin/python3"
expect_match 'tt_umd is found in the environment of --python' "^tt-memstat: $work/named/bin/python3: tt_umd .* finds 2 chips" \
	"$(with works --python "$work/named")"
rm -r "$work/named"

if [ "$(id -u)" = 0 ] && uid=$(id -u nobody 2>/dev/null) && [ -x /usr/bin/python3 ]; then
	chmod -R a+rX "$work"
	discovering who "assert (os.getuid(), os.geteuid()) == ($uid, $uid), os.getuid()"
	export SUDO_UID="$uid"
	succeeds 'under sudo, the discovery runs as the calling user' with who --python /usr/bin/python3
	unset SUDO_UID
else
	skip 'only root can become another user'
fi

# The real one, in the cache.
release=0.9.14
python=$(command -v python3)
real=$TT_MEMSTAT_CACHE/tt-umd-$release-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ -e "$real/tt_umd" ] || rm -rf "$real.new"
if [ ! -e "$real/tt_umd" ] && "$python" -m pip install -q --no-deps --target "$real.new" \
	tt-umd==$release >"$work/pip" 2>&1; then
	mv "$real.new" "$real"
fi
if [ ! -e "$real/tt_umd" ]; then
	skip "the real tt_umd: $(tail -n 1 "$work/pip")"
else
	# Its own idea of a card, in place of one.
	umd cards "import importlib, os, sys" "sys.modules.pop('tt_umd')" "sys.path.insert(0, '$real')" \
		'real = importlib.import_module("tt_umd")' 'class TopologyDiscovery:' '    @staticmethod' \
		'    def create_cluster_descriptor():' \
		'        with open(os.environ["DESCRIPTOR"]) as text:' \
		'            return real.ClusterDescriptor.create_from_yaml_content(text.read())' \
		'real.TopologyDiscovery = TopologyDiscovery'
	# UMD takes a board's type from its id.
	DESCRIPTOR=$work/n300.yaml
	sed 's/board_id: .*/board_id: 72058968427462657/' "$descriptors/n300.yaml" >"$DESCRIPTOR"
	seen=$(with cards)
	expect 'descriptor of the real tt_umd: status' 0 $?
	expect 'descriptor of the real tt_umd' "$(tt-memstat import --dry-run "$DESCRIPTOR" 2>&1)" \
		"$(printf '%s\n' "$seen" | sed '/^tt-memstat: /d')"
	if [ ! -e /dev/tenstorrent ]; then
		mkdir "$work/real"
		ln -s "$real"/* "$work/real"
		refuses 'the real tt_umd finds no card' \
			": tt_umd $release finds no card; /dev/tenstorrent: No such file or directory" real
	fi
fi
finish
