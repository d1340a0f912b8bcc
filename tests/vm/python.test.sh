# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The Python package: its writing side with the module, and the figures of a tracker.
#
# vm: --python --time 900
# files: userspace/python/ttmemstat tests/python tests/cli/descriptors
. ./lib.sh

export PYTHONPATH=/test PYTHONDONTWRITEBYTECODE=1

result=$(TT_MEMSTAT_RERUN='tests/vm/suite tests/vm/python.test.sh # ' \
	python3 python/run.py python/module_reporting.py 2>&1)
expect 'the writing side: status' 0 $?
printf '%s\n' "$result" | sed '/^ok /d; s/^/# /'
expect_match 'the writing side' '^[1-9][0-9]* passed, 0 failed$' "$result"
expect 'it leaves no chip' 0 "$(cat "$TT_MEMSTAT_CLASS/chips_virtual")"

# A model tracked by hand, in three lines; `user` runs it, another sees it.
cat >model.py <<'END'
import sys
from ttmemstat import L1Tracker
tracker = L1Tracker()
tracker.track_cb(1024, 2048)
tracker.track_kernel(80)
tracker.summary()
sys.stdout.flush()
sys.stdin.readline()
END

# model: starts it as `user`, with its output in model.log.
model()
{
	rm -f to
	mkfifo to
	su user -s /bin/sh -c 'exec python3 model.py' <to >model.log 2>&1 &
	model=$!
	exec 3>to
}

chip=$(tt-memstat create-virtual --arch blackhole --harvest 192 --open)
model
wait_for 'a tracker in three lines' 60 grep -q '^Total: 5.9 MiB' model.log
expect_match 'what it prints' "^$chip: L1 used by all processes 2.0 MiB of 180.0 MiB$" \
	"$(cat model.log)"
expect 'the chip says so too' "$((1024 * 2048)) $((80 * 50 * 1024))" \
	"$(figure "$chip" cb_used) $(figure "$chip" kernel_app)"
expect_match 'tt-smi shows it to a third user' "^$chip +[0-9]+ +user +>2.0 MiB .*python3" \
	"$(su nobody -s /bin/sh -c tt-smi 2>&1)"
expect 'python reads it too' "python3 $((1024 * 2048)) partial" "$(su nobody -s /bin/sh -c 'exec python3 -c "
import ttmemstat
process, = ttmemstat.processes()
client = process.clients[0][1]
print(process.comm, process.l1_used, \"partial\" if client.figures.l1_partial >> 4 & 1 else \"\")"')"
pid=$(figure "$chip" "clients/$(ls "$TT_MEMSTAT_CLASS/$chip/clients")/pid")
kill -9 "$pid"
exec 3>&-
wait $model 2>/dev/null
expect 'kill -9 takes all back' '' "$(used_figures "$chip")"
tt-memstat destroy "$chip"

# Cards: the proof is the node, the process's own or opened for it.
succeeds 'cards' insmod /lib/modules/fake_pci.ko
plug 1 0xb140
plug 2 0xb140
model
wait_for 'a card without a geometry' 60 grep -q '^Total' model.log
expect_match 'is said once' 'nothing is reported .* what tt[0-9]+ has is not known' "$(cat model.log)"
exec 3>&-
wait $model
expect 'and is no failure' 0 $?
for slot in 1 2; do
	sed -e "s/0000:05:00.0/0077:00:0$slot.0/" -e "s/34000000001/3400000000$slot/" \
		descriptors/p150-old-firmware.yaml >card.yaml
	succeeds "card $slot is described" tt-memstat import card.yaml
done
at() { basename "$(ls -d "/sys/bus/pci/devices/0077:00:0$1.0"/tt_memstat/tt*)"; }
model
wait_for 'a user tracks on a card' 60 grep -q '^Total: 5.9 MiB' model.log
expect 'the first on the bus' $((1024 * 2048)) "$(figure "$(at 1)" cb_used)"
pid=$(figure "$(at 1)" "clients/$(ls "$TT_MEMSTAT_CLASS/$(at 1)/clients")/pid")
expect 'it keeps no node open' 'tt_memstat' \
	"$(ls -l "/proc/$pid/fd" | grep -oE 'tt_memstat|tenstorrent' | sort -u | xargs)"
echo >&3
exec 3>&-
wait $model
expect 'its end is orderly' 0 $?
sed -i "1i import os; fd = os.open('/dev/$(figure "$(at 2)" kmd_node)', os.O_RDWR)" model.py
model
wait_for 'a user that has the second open' 60 grep -q '^Total: 5.9 MiB' model.log
expect 'tracks on that' "0 $((1024 * 2048))" \
	"$(figure "$(at 1)" cb_used) $(figure "$(at 2)" cb_used)"
echo >&3
exec 3>&-
wait $model
chmod 600 /dev/tenstorrent/*
sed -i 1d model.py
model
wait_for 'one without access to the node' 60 grep -q '^Total' model.log
expect_match 'reports nothing' 'nothing is reported .*attach to tt[0-9]+: Operation not permitted' \
	"$(cat model.log)"
echo >&3
exec 3>&-
wait $model
rmmod fake_pci
finish
