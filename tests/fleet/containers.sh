# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tt-smi names the user, unit, container and pod of each process: units of systemd, containers of
# podman, rootless too, and systemd-nspawn, also in units, and groups as a kubelet makes them.
# Its sums, the exporter's labels and Prometheus's sums are the bytes of sysfs by client.
#
# vm: --full --package podman --package catatonit --package uidmap --package libpam-systemd
# vm: --package dbus-user-session --package systemd-container --package prometheus --package curl
# vm: --package jq --memory 1536 --time 1500
# files: packaging/systemd packaging/prometheus docs/howto/containers.md tests/fleet/lib/promql.sh
. ./lib.sh
. ./promql.sh

# ---- Processes ---------------------------------------------------------------------------------

# workload NAME MIB [CHIP]: sets $replay, the command of a process of that name, which holds MIB MiB of
# DRAM and as many tiles of each core.
workload()
{
	cat >"$1.json" <<-END
	[{"counter": 0, "node_type": "capture_start", "params": null, "connections": [1, 3]},
	{"counter": 1, "node_type": "buffer", "params": {"device_id": 0, "layout": "INTERLEAVED",
	 "size": $(($2 << 20)), "type": "DRAM"}, "connections": []},
	{"counter": 2, "node_type": "buffer_allocate", "params": {"address": 1048576, "buffer_type": 0,
	 "device_id": 0, "layout": "INTERLEAVED", "max_size_per_bank": $(($2 << 17)), "num_cores": 0,
	 "page_size": 2048, "size": $(($2 << 20)), "type": "DRAM"}, "connections": [1]},
	{"counter": 3, "node_type": "buffer", "params": {"device_id": 0, "layout": "INTERLEAVED",
	 "size": $(($2 * 2048 * 110)), "type": "L1"}, "connections": []},
	{"counter": 4, "node_type": "buffer_allocate", "params": {"address": 131072, "buffer_type": 1,
	 "device_id": 0, "layout": "INTERLEAVED", "max_size_per_bank": $(($2 * 2048)), "num_cores": 0,
	 "page_size": 2048, "size": $(($2 * 2048 * 110)), "type": "L1"}, "connections": [3]},
	{"counter": 5, "node_type": "capture_end", "params": null, "connections": []}]
	END
	chmod 644 "$1.json"
	replay="/usr/local/bin/tt-memstat replay --chip ${3:-tt0} --grid 11x10 --hold /test/$1.json"
	started="$started $1:$2"
}
started=

# Runs no program, as it is tried often: a client of that name has all of its L1, which comes last.
holds()
{
	for client in "$TT_MEMSTAT_CLASS"/tt*/clients/*; do
		if read -r label <"$client/label" && [ "$label" = "replay $1.json" ] &&
		   read -r used <"$client/l1_used" && [ "$used" = $(($2 * 2048 * 110)) ]; then
			return
		fi
	done
	return 1
}

# place NAME USER RUNTIME CONTAINER POD UNIT DESCRIPTION: where it must be, "-" for unknown
place()
{
	printf '%s %s %s %s %s %s\n' "$1" "$2" "$3" "$4" "$5" "$6" >>places
	printf '%s\n' "$7" >>descriptions
}

expect 'two chips' 'tt0 tt1' "$(for harvest in 192 3; do
	tt-memstat create-virtual --arch blackhole --harvest $harvest --open
done | xargs)"

# Those of a kubelet. Of version 1, or of both.
hierarchies=/sys/fs/cgroup
version=2
if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
	hierarchies='/sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup/pids'
	version=1
fi

# A root file system with the programs of the host; copies for systemd-nspawn, which wants one alone.
root=/srv/root
for dir in usr test tmp etc proc sys dev run var/tmp; do
	mkdir -p $root/$dir
done
for dir in bin sbin lib lib64; do
	ln -s usr/$dir $root/$dir
done
cp -L /etc/os-release /etc/ld.so.cache /etc/passwd /etc/group $root/etc
cp -a $root /srv/machine
cp -a $root /srv/service
binds='--device=/dev/tt_memstat --volume=/usr:/usr:ro --volume=/test:/test:ro'
podman="podman run --network=none --log-driver=none $binds"
nspawn='systemd-nspawn --quiet --bind-ro=/usr --bind-ro=/test --bind=/dev/tt_memstat'

# shellcheck disable=SC2086 # words on purpose
start_units()
{
	workload service 3
	systemd-run --quiet --unit=trainer $replay
	place service root - - - trainer.service 'a transient service'
	workload scope 5
	systemd-run --quiet --scope --unit=shell $replay >scope.log 2>&1 &
	place scope root - - - shell.scope 'a scope'
	workload slice 7
	systemd-run --quiet --uid=1000 --slice=user-1000.slice --unit='vllm-serve@1' $replay
	place slice user - - - vllm-serve@1.service 'a service in the slice of a user'
}

# A login of the user, whose manager has a service and a container without root.
start_user()
{
	grep -q ^user: /etc/subuid || echo user:100000:65536 | tee /etc/subuid >/etc/subgid
	loginctl enable-linger user
	workload login 11
	su --login user --command "$replay" >login.log 2>&1 &
	workload manager 13
	su --login user --command "systemd-run --user --quiet --unit=notebook $replay"
	place manager user - - - notebook.service 'a service of the manager of a user'
	# Without root, podman makes groups of version 2 only.
	[ $version = 2 ] || return 0
	workload rootless 17
	id=$(su --login user --command "cd; $podman --detach --rootfs --cgroup-manager=systemd $root $replay")
	place rootless user podman "$id" - "libpod-$id.scope" 'a container of podman without root'
}

# shellcheck disable=SC2086
start_containers()
{
	workload podman 19
	id=$($podman --detach --rootfs $root $replay)
	place podman root podman "$id" - "libpod-$id.scope" 'a container of podman'
	workload podded 23
	pod=$(podman pod create --network=none web)
	id=$($podman --detach --pod=web --rootfs $root $replay)
	place podded root podman "$id" "$pod" "libpod-$id.scope" 'a container in a pod of podman'
	workload split 29
	systemd-run --quiet --unit=outer -p Delegate=yes $podman --cgroups=split \
		--cidfile=/run/split.id --rootfs $root $replay
	workload machine 31
	systemd-run --quiet --unit=machine $nspawn --property=DeviceAllow=/dev/tt_memstat \
		--directory=/srv/machine --machine=web-1 $replay
	place machine root systemd-nspawn web-1 - machine-web-1.scope 'a machine of systemd-nspawn'
	workload unnamed 37
	systemd-run --quiet --unit=builder -p Delegate=yes $nspawn --register=no --keep-unit \
		--directory=/srv/service --machine=inner $replay
	place unnamed root - - - builder.service \
		'a container of systemd-nspawn in a service, whose group has no name'
}

llama=2c48913c-b29f-11e7-9350-020968147796
embed=7d1e6f2a-4f1b-4c55-9d2e-0242ac120002

# in_pod UID NAME MIB CHIP: a container in the group that kubelet and containerd make with systemd
# shellcheck disable=SC2086
in_pod()
{
	workload "$2" "$3" "$4"
	id=$(echo "$2" | sha256sum | cut -c 1-64)
	systemd-run --quiet --scope --unit="cri-containerd-$id" \
		--slice="kubepods-burstable-pod$(echo "$1" | tr - _).slice" $replay >"$2.log" 2>&1 &
	place "$2" root containerd "$id" "$1" "cri-containerd-$id.scope" "the container $2 of a pod"
}

# by_hand NAME MIB CHIP: the same without systemd
# shellcheck disable=SC2086
by_hand()
{
	workload "$1" "$2" "$3"
	id=$(echo "$1" | sha256sum | cut -c 1-64)
	for hierarchy in $hierarchies; do
		mkdir -p "$hierarchy/kubepods/besteffort/pod$embed/$id"
	done
	(for hierarchy in $hierarchies; do
		sh -c 'echo $PPID' >"$hierarchy/kubepods/besteffort/pod$embed/$id/cgroup.procs"
	done
	exec $replay >"$1.log" 2>&1) &
	place "$1" root - "$id" $embed - 'a container of a pod in groups that no systemd made'
}

start_units
start_containers
start_user
in_pod $llama rank0 43 tt0
in_pod $llama rank1 47 tt1
in_pod $embed embed 53 tt1
by_hand bare 59 tt1
late=
for pair in $started; do
	wait_for "${pair%:*} has its memory" 30 holds "${pair%:*}" "${pair#*:}"
	holds "${pair%:*}" "${pair#*:}" || late=$pair
done
[ -z "$late" ] || journalctl --quiet --output=cat -u outer -u machine -u builder | sed 's/^/# /'
place split root podman "$(cat /run/split.id)" - outer.service 'a container of podman in a service'
place login user - - - "session-$(loginctl list-sessions --no-legend | awk '$3 == "user" { print $1; exit }').scope" \
	'a login'

# ---- tt-smi ------------------------------------------------------------------------------------

# In the order of `places`, of a document of tt-smi.
named()
{
	jq -r '.processes[] | [.label, .user, .runtime, .container, .pod, .unit] |
		map(. // "-") | join(" ")' "$1" | sed 's/^replay //; s/\.json / /'
}

tt-smi --json >smi.json
named smi.json | sort >seen
while read -r name rest; do
	read -r description <&3
	expect "$description" "$rest" "$(sed -n "s/^$name //p" seen)"
done <places 3<descriptions
expect 'and no other process' "$(wc -l <places)" "$(wc -l <seen)"
sort places >wanted

# By sysfs: "name l1 dram"
for client in "$TT_MEMSTAT_CLASS"/tt*/clients/*; do
	name=$(sed 's/^replay //; s/\.json$//' "$client/label")
	echo "$name $(cat "$client/l1_used") $(cat "$client/dram_used")"
done | sort >bytes

# sums COLUMN: "key processes l1 dram", of the column of `places`
sums()
{
	join wanted bytes | awk -v column="$1" '{ key = $column; n[key]++; l1[key] += $7; dram[key] += $8 }
		END { for (key in n) printf "%s %d %d %d\n", key, n[key], l1[key], dram[key] }' | sort
}
column=1
for key in user runtime container pod unit; do
	column=$((column + 1))
	[ $key != runtime ] || continue
	expect "tt-smi --by=$key: the bytes of sysfs" "$(sums $column)" \
		"$(tt-smi --by=$key --json |
		   jq -r '.groups[] | "\(.name // "-") \(.processes) \(.l1.used) \(.dram.used)"' | sort)"
done
expect_match 'the screen shows a container' " podman:$(sed -n 's/^podman .* podman \(.\{12\}\).*/\1/p' places) " \
	"$(COLUMNS=200 tt-smi)"

# A reader in a container of its own sees the groups of others relative to its own.
# shellcheck disable=SC2086
$podman --pid=host --rm --rootfs $root /usr/local/bin/tt-smi --json >inside.json
named inside.json | sort >inside
expect 'in a container with the pids of the host: the same' "$(cat seen)" "$(cat inside)"

# ---- Prometheus --------------------------------------------------------------------------------

install -m 644 systemd/tt-memstat-exporter.* /etc/systemd/system
echo 'ARGS="--process-series=100"' >/etc/default/tt-memstat-exporter
systemctl daemon-reload
systemctl start tt-memstat-exporter.socket
# As kube-state-metrics names the two pods.
cat >/etc/prometheus/kube.rules.yml <<-END
groups:
- name: kube-state-metrics
  rules:
  - {record: kube_pod_info, expr: vector(1), labels: {uid: $llama, pod: llama-0, namespace: ml}}
  - {record: kube_pod_info, expr: vector(1), labels: {uid: $embed, pod: embed-5f6, namespace: search}}
END
scrape_exporter kube.rules.yml

# shellcheck disable=SC2086
same() { [ "$(query "$2" $3)" = "$1" ]; }
# by LABEL COLUMN: Prometheus's sums by a label of places, of one column of `sums`
by() { wait_for "sum by ($1): the bytes of sysfs" 60 same \
	"$(sums "$2" | awk '{ print $1, $4 }' | sort)" \
	"sum by ($1) (tenstorrent_process_memory_space_used_bytes{space=\"dram\"} *
	 on (instance, chip, client) group_left ($1) tenstorrent_process_place_info)" "$1"; }
by container_id 4
by pod_uid 5
by systemd_unit 6
wait_for 'sum by (user): the bytes of sysfs' 60 same "$(sums 2 | awk '{ print $1, $3 }' | sort)" \
	'sum by (user) (tenstorrent_process_memory_space_used_bytes{space="l1"})' user

# in_pods COLUMN: "namespace pod bytes", of a column of `sums`
in_pods()
{
	sums 5 | awk -v llama=$llama -v embed=$embed -v column="$1" '
		$1 == llama { print "ml llama-0", $column }
		$1 == embed { print "search embed-5f6", $column }' | sort
}
panel()
{
	jq -r --arg title "$1 in use by pod" '.panels[] | select(.title | startswith($title)) |
		.targets[0].expr' prometheus/tt-memstat-dashboard.json | sed 's/\$\(instance\|chip\)/.*/g'
}
expect 'the pods have the memory of their processes' "ml llama-0 $(((43 + 47) << 20))
search embed-5f6 $(((53 + 59) << 20))" "$(in_pods 4)"
# shellcheck disable=SC2016
wait_for 'the documented query: the bytes of sysfs by pod' 60 same "$(in_pods 4)" \
	"$(sed -n '/^sum by (namespace, pod)/,/^```/{/^```/d; p}' containers.md)" 'namespace pod'
wait_for 'the DRAM panel of the dashboard' 60 same "$(in_pods 4)" "$(panel DRAM)" 'namespace pod'
wait_for 'the L1 panel of the dashboard' 60 same "$(in_pods 3)" "$(panel L1)" 'namespace pod'
expect 'Prometheus has the exporter' 1 "$(query 'up{job="tt-memstat"}')"

# ---- The end -----------------------------------------------------------------------------------

for client in "$TT_MEMSTAT_CLASS"/tt*/clients/*/pid; do
	kill -9 "$(cat "$client")"
done
wait_for 'when all have ended, nothing is left' 60 no_clients tt0
wait_for 'of either chip' 60 no_clients tt1
podman pod rm --force web >pod.log 2>&1
loginctl terminate-user user
systemctl stop tt-memstat-exporter.socket tt-memstat-exporter.service prometheus
finish
