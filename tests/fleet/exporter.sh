# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tt-memstat-exporter as its units start it, scraped by Debian's Prometheus: the same bytes as sysfs,
# by pool and by process; the service runs as user nobody and starts at the first scrape.
#
# vm: --full --package prometheus --package curl --package jq
# vm: --memory 1536 --time 1200
# files: packaging/systemd demo/two-programs.json tests/fleet/lib/promql.sh
. ./lib.sh
. ./promql.sh

address=http://localhost:10096/metrics

install -m 644 systemd/tt-memstat-exporter.* /etc/systemd/system
echo 'ARGS="--process-series=10"' >/etc/default/tt-memstat-exporter
systemctl daemon-reload
expect 'two chips' 'tt0 tt1' "$(for harvest in 192 3; do
	tt-memstat create-virtual --arch blackhole --harvest $harvest
done | xargs)"
systemctl start tt-memstat-exporter.socket
expect 'before a scrape nothing runs' inactive "$(systemctl is-active tt-memstat-exporter.service)"
succeeds 'a scrape is answered' sh -c "curl -sf $address | grep -q '^tenstorrent_memstat_up 1'"
pid=$(systemctl show -p MainPID --value tt-memstat-exporter.service)
expect 'by a user of its own' yes "$([ "$(stat -c %u "/proc/$pid")" -ge 61184 ] && echo yes)"
expect 'without a capability' 0000000000000000 "$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status")"
expect 'and in a network of its own, which is empty' 1 "$(nsenter -t "$pid" -n ls /sys/class/net | wc -l)"
exposure=$(systemd-analyze security --no-pager tt-memstat-exporter.service | tail -n 1)
expect_match 'systemd calls it safe' 'level .*: (0\.[0-9]|1\.[0-9]) (SAFE|OK)' "$exposure"
expect 'promtool: the metrics are clean' '' \
	"$(curl -s $address | promtool check metrics 2>&1 || echo "status $?")"

scrape_exporter
tt-memstat replay --chip tt0 --grid 11x10 --l1-small 32768 --program-cache --hold two-programs.json \
	>replay.log 2>&1 &
workload=$!
wait_for 'a workload' 60 grep -q holding replay.log

# Of both chips, "pool bytes".
pools()
{
	for pool in cb dram l1 l1_small trace; do
		echo "$pool $(($(pool_used tt0 $pool) + $(pool_used tt1 $pool)))"
	done
}
same() { [ "$(query "sum by (pool) ($1)" pool)" = "$(pools)" ]; }

wait_for 'by pool: the same bytes as sysfs' 60 same tenstorrent_memory_used_bytes
wait_for 'of processes, too' 60 same tenstorrent_process_memory_used_bytes
expect_match 'which are those of a workload' '^cb [1-9][0-9]{6}' "$(pools)"
# Debian's own configuration ran until the restart, and its targets are still remembered.
expect 'Prometheus has no trouble with it' 1 "$(query 'up{job="tt-memstat"}')"
kill $workload
wait $workload 2>/dev/null
wait_for 'when it has ended, nothing of it is left' 60 same tenstorrent_memory_used_bytes
expect 'the service has nothing to say' '' "$(journalctl -q -o cat -u tt-memstat-exporter.service |
	grep -v '^Started\|^Starting')"
succeeds 'the module is unloaded while it runs' rmmod tt_memstat
wait_for 'and it says so' 60 sh -c "curl -s $address | grep -q '^tenstorrent_memstat_up 0'"
systemctl stop tt-memstat-exporter.socket tt-memstat-exporter.service
fails_with any '' 'when it is stopped nothing answers' curl -sf --max-time 5 $address
finish
