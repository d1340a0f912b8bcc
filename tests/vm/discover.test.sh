# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Import the result of a discovery, and save it for the next boot. A stand-in for UMD returns a
# descriptor; tests/cli/discover.test.sh uses the real one.
#
# vm: --python
# files: tests/cli/descriptors
. ./lib.sh

export PYTHONPATH=/test/umd PYTHONDONTWRITEBYTECODE=1
mkdir -p umd/tt_umd kept
cat >umd/tt_umd/__init__.py <<'END'
class ClusterDescriptor:
    def get_all_chips(self):
        return {0, 1}

    def serialize_to_file(self, path):
        with open('/test/found.yaml') as found, open(path, 'w') as out:
            out.write(found.read())

class TopologyDiscovery:
    @staticmethod
    def create_cluster_descriptor():
        return ClusterDescriptor()
END
insmod /lib/modules/fake_pci.ko
plug 1 0x401e
sed 's/0000:23:00.0/0077:00:01.0/' descriptors/n300.yaml >found.yaml

expect 'before, nothing is known' 1 "$(cat "$TT_MEMSTAT_CLASS/chips_unknown")"
fails_with 1 'needs CAP_SYS_ADMIN' 'a user may not' \
	su user -s /bin/sh -c 'PYTHONPATH=/test/umd tt-memstat import --discover'
succeeds 'a dry run' tt-memstat import --discover --dry-run --save kept/n300.yaml
expect 'keeps nothing' '' "$(ls kept)"
succeeds 'a discovery is imported' tt-memstat import --discover --save kept/n300.yaml
expect 'both chips are known' "$((2 * 95944704))" "$(cat "$TT_MEMSTAT_CLASS/l1_capacity")"
expect 'the descriptor is kept, alone' n300.yaml "$(ls kept)"
expect 'as it is' "$(cat found.yaml)" "$(cat kept/n300.yaml)"
expect 'for everybody to read' 644 "$(stat -c %a kept/n300.yaml)"
succeeds 'it can be imported' tt-memstat import kept/n300.yaml
cp kept/n300.yaml before
echo 'arch: {0: wormhole_b0}
harvesting: {0: {harvest_mask: 0x400}}' >found.yaml
fails_with 1 'tt_umd:2: harvesting: chip 0: harvest_mask' 'one that cannot be' \
	tt-memstat import --discover --save kept/n300.yaml
expect 'does not take its place' "$(cat before)" "$(cat kept/n300.yaml)"
cp before found.yaml
fails_with 1 'none/x.yaml: ENOENT' 'a directory that is not there' \
	tt-memstat import --discover --save none/x.yaml
finish
