# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Chips of two hosts with Debian's Prometheus: two node_exporters, each with the chips of one host in its
# textfile directory, written by the shipped service. Queries return the values of sysfs, alerts fire
# and resolve, and no figure outlives its source.
#
# vm: --full --package prometheus --package prometheus-node-exporter --package curl --package jq
# vm: --memory 1536 --time 1200
# files: packaging/prometheus packaging/systemd packaging/tmpfiles.d tests/fleet/rules.test.yml
# files: demo/two-programs.json tests/fleet/lib/promql.sh
. ./lib.sh
. ./promql.sh

dir_a=/var/lib/prometheus/node-exporter
dir_b=/srv/host-b
file=tt_memstat.prom

# ---- The hosts ---------------------------------------------------------------------------------

# Host a has the units as they are shipped; host b the same with another directory.
set_up_hosts()
{
	ln -s tt-smi /usr/local/bin/tt-memstat-smi
	install -m 644 systemd/tt-memstat-textfile.* /etc/systemd/system
	install -m 644 tmpfiles.d/tt-memstat.conf /etc/tmpfiles.d
	mkdir -p $dir_b
	for kind in service timer; do
		sed "s,$dir_a,$dir_b,g; s,default/tt-memstat-textfile,default/host-b," \
			systemd/tt-memstat-textfile.$kind >/etc/systemd/system/host-b.$kind
	done
	echo 'ARGS="-i tt0,tt1 --process-series=1"' >/etc/default/tt-memstat-textfile
	echo 'ARGS="-i tt2,tt3"' >/etc/default/host-b
	# The tests do not wait for the timers.
	for unit in tt-memstat-textfile host-b; do
		mkdir /etc/systemd/system/$unit.service.d
		printf '[Unit]\nStartLimitIntervalSec=0\n' >/etc/systemd/system/$unit.service.d/often.conf
	done
	# The exporter's other collectors take seconds under emulation.
	only='--collector.disable-defaults --collector.textfile'
	echo "ARGS=\"$only\"" >/etc/default/prometheus-node-exporter
	systemctl daemon-reload
	systemctl restart prometheus-node-exporter
	# shellcheck disable=SC2086 # words on purpose
	systemd-run --quiet --unit=node-exporter-b -p User=prometheus prometheus-node-exporter \
		--web.listen-address=:9101 $only --collector.textfile.directory=$dir_b
}

set_up_prometheus()
{
	sed 's/for: 1m/for: 2s/' prometheus/tt-memstat.rules.yml >/etc/prometheus/tt-memstat.rules.yml
	cat >/etc/prometheus/prometheus.yml <<-END
	global:
	  scrape_interval: 4s
	  evaluation_interval: 2s
	rule_files: [tt-memstat.rules.yml]
	scrape_configs:
	- job_name: node
	  static_configs:
	  - {targets: ["localhost:9100"], labels: {instance: host-a}}
	  - {targets: ["localhost:9101"], labels: {instance: host-b}}
	END
	# Without what it has learnt since the boot, by Debian's configuration.
	systemctl stop prometheus
	rm -rf /var/lib/prometheus/metrics2/*
	systemctl start prometheus
}

scraped() { systemctl start tt-memstat-textfile.service host-b.service; }

# ---- Asking ------------------------------------------------------------------------------------

# pools: the same of sysfs, "instance chip pool bytes"
pools()
{
	for chip in tt0 tt1 tt2 tt3; do
		case $chip in
		tt0|tt1)	host='host-a' ;;
		*)		host='host-b' ;;
		esac
		for pool in cb dram l1 l1_small trace; do
			value=$(pool_used $chip $pool)
			[ "$value" = unknown ] || echo "$host $chip $pool $value"
		done
	done | sort
}

same_pools()
{
	scraped
	seen=$(query tenstorrent_memory_used_bytes instance chip pool)
	wanted=$(pools)
	[ "$seen" = "$wanted" ] && return
	printf 'Prometheus:\n%s\nsysfs:\n%s\n' "$seen" "$wanted"
	return 1
}

# alerts NAME: "instance chip space" of those that fire
alerts()
{
	curl -s http://localhost:9090/api/v1/alerts |
		jq -r --arg name "$1" '.data.alerts[] |
			select(.labels.alertname == $name and .state == "firing") |
			.labels | [.instance, .chip // "-", .space // "-"] | join(" ")' | sort
}

# fires NAME WHERE...: for exactly these; the files are kept fresh meanwhile
fires()
{
	scraped
	[ "$(alerts "$1")" = "$(shift; printf '%s\n' "$@")" ] && return
	curl -s http://localhost:9090/api/v1/alerts
	return 1
}

quiet()
{
	[ -z "$(alerts "$1")" ] && return
	alerts "$1"
	return 1
}

# ---- Units and files ---------------------------------------------------------------------------

set_up_hosts
expect_match 'the service is confined' '→ Overall exposure level .*: (0\.[0-9]|1\.0) SAFE' \
	"$(systemd-analyze security --no-pager tt-memstat-textfile.service)"
expect 'nothing is written before the timer is enabled' '' "$(find $dir_a $dir_b -type f)"

create_chips()
{
	for harvest in 192 3 0 192; do
		tt-memstat create-virtual --arch blackhole --harvest $harvest
	done | xargs
}

expect 'four chips' 'tt0 tt1 tt2 tt3' "$(create_chips)"
systemctl start tt-memstat-textfile.timer host-b.timer
wait_for 'the timer writes host a' 30 test -s $dir_a/$file
wait_for 'and host b' 30 test -s $dir_b/$file
expect 'the file is readable for the exporter' '644 root' "$(stat -c '%a %U' $dir_a/$file)"
expect 'it has the chips of its host' 'tt0 tt1' \
	"$(sed -n 's/^tenstorrent_device_info{chip="\([^"]*\)".*/\1/p' $dir_a/$file | xargs)"
expect 'nothing lies beside it' $file "$(ls -A $dir_a)"
expect 'a run leaves no line in the journal' '' \
	"$(journalctl -q -o cat -u tt-memstat-textfile.service)"

# The sandbox: the same unit, doing something else.
confined()
{
	sed "s,^ExecStart=.*,ExecStart=$1," systemd/tt-memstat-textfile.service \
		>/etc/systemd/system/confined.service
	systemctl daemon-reload
	systemctl start confined.service
}
fails_with any 'exit-code|failed' 'it can write nowhere else' confined '/usr/bin/touch /etc/mark'
fails_with any 'exit-code|failed' 'not even beside its directory' \
	confined '/usr/bin/touch /var/lib/prometheus/mark'
succeeds 'it has no capability' \
	confined "/bin/grep -q '^CapEff:[[:space:]]*0*\$' /proc/self/status"
succeeds 'in its directory it can' confined "/usr/bin/touch $dir_a/mark"
rm $dir_a/mark

# ---- promtool ----------------------------------------------------------------------------------

for host in a:$dir_a b:$dir_b; do
	expect "promtool: metrics of host ${host%%:*} are clean" '' \
		"$(promtool check metrics <"${host#*:}/$file" 2>&1 || echo "status $?")"
done
succeeds 'promtool: rules are clean' promtool check rules prometheus/tt-memstat.rules.yml
sed 's,\.\./\.\./packaging/,,' rules.test.yml >rules.here.yml
succeeds 'promtool: tests of the rules' promtool test rules rules.here.yml
for change in 's/> 0\.95/> 0.96/' 's/for: 1m/for: 9m/' 's/> 3600/> 9600/' 's/== 1/== 2/' \
	's/\[10m\]/[1h]/' 's/bytes <= 0/bytes < 0/' 's/clients > 0/clients >= 0/' 's/up == 0/up == 2/' \
	's/> 120/> 900/'; do
	sed "$change" prometheus/tt-memstat.rules.yml >rules.yml
	sed 's,prometheus/tt-memstat\.rules,rules,' rules.here.yml >rules.changed.yml
	cmp -s rules.yml prometheus/tt-memstat.rules.yml &&
		fail "promtool: $change" 'expected: a change' 'saw:      none'
	fails_with any 'FAILED' "promtool: the tests notice $change" promtool test rules rules.changed.yml
done

# ---- Figures -----------------------------------------------------------------------------------

set_up_prometheus
wait_for 'Prometheus is ready' 30 curl -sf http://localhost:9090/-/ready

# hold CHIP GRID FILE: a replay that holds what it reported, in $workload
hold()
{
	tt-memstat replay --chip "$1" --grid "$2" --l1-small 32768 --program-cache --hold "$3" \
		>"replay-$1.log" 2>&1 &
	workload=$!
	wait_for "a workload on $1" 60 grep -q holding "replay-$1.log"
}
hold tt0 11x10 two-programs.json
hold tt1 11x10 two-programs.json
kill $workload
wait $workload 2>/dev/null
hold tt2 12x10 two-programs.json
last=$workload

wait_for 'per pool, chip and host: the same bytes as sysfs' 30 same_pools
expect_match 'which are those of a workload' '^host-b tt2 cb [1-9][0-9]{6}' "$(pools)"
expect 'per pool, over the hosts' "$(pools | awk '{ s[$3] += $4 } END {
	for (p in s) printf "%s %d\n", p, s[p] }' | sort)" \
	"$(query 'sum by (pool) (tenstorrent_memory_used_bytes)' pool)"
expect 'capacity, over the hosts' "$(cat "$TT_MEMSTAT_CLASS"/tt?/l1_capacity | awk '{ s += $1 } END {
	printf "%d\n", s }')" "$(query 'sum(tenstorrent_memory_size_bytes{pool="l1"})')"
expect 'peaks stay when the process went' "host-a tt1 $(figure tt1 l1_peak)" \
	"$(query 'tenstorrent_memory_space_peak_bytes{chip="tt1",space="l1"}' instance chip)"
expect 'the process of host a, and of no other' "host-a tt0 root $(figure tt0 l1_used)" \
	"$(query 'tenstorrent_process_memory_space_used_bytes{space="l1"}' instance chip user)"
expect_match 'how long it has not dispatched' '^host-b tt2 [0-9.]+$' \
	"$(query 'tenstorrent_device_longest_idle_seconds{chip="tt2"} > 0' instance chip)"
expect 'the recorded sum' "$(pools | awk '$3 == "cb" { s += $4 } END { printf "%d\n", s }')" \
	"$(query 'pool:tenstorrent_memory_used_bytes:sum{pool="cb"}')"
expect 'the exporters have nothing to complain about' 'host-a 0
host-b 0' "$(query node_textfile_scrape_error instance)"

# ---- Alerts ------------------------------------------------------------------------------------

kill $last
wait $last 2>/dev/null
for name in MemoryNearlyFull MemoryIdle MemoryInconsistent L1Clash L1HeadroomGone MemstatDown \
	MemstatStale; do
	wait_for "Tenstorrent$name is quiet" 60 quiet Tenstorrent$name
done

# One tensor in nearly all of L1.
cat >full.json <<'END'
[
{"counter": 0, "node_type": "capture_start", "params": null, "connections": [1]},
{"counter": 1, "node_type": "buffer", "params": {"device_id": 0, "layout": "INTERLEAVED", "size": 153600000, "type": "L1"}, "connections": []},
{"counter": 2, "node_type": "buffer_allocate", "params": {"address": 131072, "buffer_type": 1, "device_id": 0, "layout": "INTERLEAVED", "max_size_per_bank": 1408000, "num_cores": 0, "page_size": 2048, "size": 153600000, "type": "L1"}, "connections": [1]},
{"counter": 3, "node_type": "capture_end", "params": null, "connections": []}
]
END
hold tt3 11x10 full.json
wait_for 'a chip is nearly full: the alert fires' 30 \
	fires TenstorrentMemoryNearlyFull 'host-b tt3 l1'
kill $workload
wait $workload 2>/dev/null
wait_for 'and resolves' 30 fires TenstorrentMemoryNearlyFull ''

# A timer that stops: its last file grows old, here at once.
systemctl stop host-b.timer
touch -d '10 minutes ago' $dir_b/$file
stale() { [ "$(alerts TenstorrentMemstatStale)" = 'host-b - -' ]; }
wait_for 'a file that is not renewed: the alert fires' 30 stale
systemctl start host-b.timer
wait_for 'and resolves' 30 quiet TenstorrentMemstatStale

# The module goes: not a figure of it stays.
for chip in tt0 tt1 tt2 tt3; do
	for client in "$TT_MEMSTAT_CLASS/$chip"/clients/*/pid; do
		[ ! -e "$client" ] || kill "$(cat "$client")"
	done
	wait_for "$chip has no client" 30 no_clients $chip
	tt-memstat destroy $chip
done
succeeds 'the module is unloaded' rmmod tt_memstat
wait_for 'the alert fires' 30 fires TenstorrentMemstatDown 'host-a - -' 'host-b - -'
expect 'no figure is left' '' "$(query '{__name__=~"tenstorrent_(memory|device|process)_.*"}')"
expect 'the unit has not failed' '' "$(systemctl --failed --plain --no-legend | grep -v confined)"
succeeds 'the module is loaded again' insmod /lib/modules/tt_memstat.ko
expect 'with its chips' 'tt0 tt1 tt2 tt3' "$(create_chips)"
wait_for 'and resolves' 30 quiet TenstorrentMemstatDown

# ---- Boot --------------------------------------------------------------------------------------

systemctl stop tt-memstat-textfile.timer host-b.timer
systemd-tmpfiles --remove --prefix=$dir_a
expect 'the file stays while the system runs' $file "$(ls $dir_a)"
systemd-tmpfiles --remove --boot --prefix=$dir_a
expect 'and is gone at boot' '' "$(ls $dir_a)"
finish
