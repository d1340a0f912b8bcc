# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# docs/howto/containers.md on a full Debian, with podman, also as `docker`: the commands as they are
# printed, for an image with a stand-in for a runtime.
#
# vm: --full --package sudo --package podman --package podman-docker --memory 1536 --time 1800
# files: docs/howto tests/howto/host.sh
. ./lib.sh
. ./host.sh

page=containers.md

# The image: glibc, a shell, the programs that the page calls, and model.py with its python3.
make_image()
{
	mkdir -p image/usr/bin image/usr/local/bin image/tmp image/proc image/sys image/dev
	for dir in bin lib lib64; do
		ln -s usr/$dir image/$dir
	done
	for program in sh grep ls; do
		cp -L "$(command -v $program)" image/usr/bin
	done
	cp /usr/local/bin/ttmem-region image/usr/local/bin
	cp /usr/bin/tt-memstat /usr/bin/tt-smi image/usr/bin
	ldd image/usr/bin/* image/usr/local/bin/* | sed -n 's,.*[[:space:]]\(/[^ ]*\) (.*,\1,p' | sort -u |
		while read -r library; do
		install -D "$library" "image/usr/${library#/usr/}"
	done
	# Where the loader looks.
	mv image/usr/local/lib/* image/usr/lib/x86_64-linux-gnu/
	stand_in image image/usr/bin/python3 model.py
	tar -C image -c . | podman import --quiet - localhost/image:latest >imported 2>&1
	expect_match 'the image' '^sha256:|^[0-9a-f]{64}$' "$(cat imported)"
}

# A machine without network, and with a kernel without seccomp and AppArmor: defaults in place of options.
configure_podman()
{
	mkdir -p /etc/containers
	touch /etc/containers/nodocker
	printf '%s\n' '[containers]' 'netns = "none"' 'log_driver = "k8s-file"' \
		'seccomp_profile = "unconfined"' 'apparmor_profile = "unconfined"' \
		>/etc/containers/containers.conf
}

# start NAME COMMAND: in the background
start()
{
	echo "$2" | sed "s/^/# /"
	sh -c "$2" >"$1.log" 2>&1 </dev/null &
	wait_for "$1: it reports" 180 reports
	container=$(podman ps --quiet --latest --no-trunc)
}

stop()
{
	podman kill "$container" >/dev/null
	wait_for "$1: when it has ended, nothing is left" 60 no_clients tt0
}

# in_container TEXT: the command of the page with TEXT
in_container() { sh -c "$(line $page "$1" | sed "s/CONTAINER/$container/")"; }

configure_podman
install_programs
install_card
make_image

for runtime in docker podman; do
	command=$(line $page "$runtime run --device /dev/tenstorrent --device /dev/tt_memstat ...")
	expect "$runtime run with both nodes" '/dev/tenstorrent/0 /dev/tt_memstat' \
		"$(sh -c "${command%...} localhost/image ls /dev/tenstorrent/0 /dev/tt_memstat" 2>&1 | xargs)"
done

start 'docker run' "$(line $page 'docker run --device /dev/tenstorrent --device /dev/tt_memstat \' |
	sed 's/IMAGE/localhost\/image/')"
pid=$(podman inspect --format '{{.State.Pid}}' "$container")
expect_match 'tt-smi on the host names the process, with its bytes' " $pid .*4\.0 KiB.*ttmem-region" \
	"$(sh -c "$(line $page 'names the container')")"
expect_match 'the reporter is in the maps of the container' '^[1-9]' "$(in_container 'docker exec CONTAINER sh')"
expect_match 'tt-memstat status in the container' '^session  *on' "$(in_container 'CONTAINER tt-memstat')"
expect 'nothing that cannot be reported' '' "$(in_container 'docker logs')"
short=$(echo "$container" | cut -c 1-12)
expect_match 'tt-smi --by container' "$short" "$(sh -c "$(line $page 'tt-smi --by container')")"
expect_match 'tt-smi --query-processes' "podman, *$container" "$(sh -c "$(line $page --query-processes)")"
expect_match 'tt-smi --by pod: it is in none' '4\.0 KiB' "$(sh -c "$(line $page 'tt-smi --by pod')")"
expect_match 'tt-smi in the container names its own process' 'ttmem-region' \
	"$(podman exec "$container" tt-smi)"
stop 'docker run'

block $page 'Save this one as' >/etc/cdi.json
mkdir -p /etc/cdi
mv /etc/cdi.json /etc/cdi/tt-memstat.json
command=$(line $page 'podman run --device tenstorrent.com')
start 'by CDI' "${command%...} -v /usr/lib/tt-memstat:/usr/lib/tt-memstat:ro \
	-e 'LD_PRELOAD=/usr/lib/tt-memstat/\$LIB/libttmemstat-report.so' localhost/image python3 model.py"
stop 'by CDI'

podman run --detach --device /dev/tenstorrent localhost/image python3 model.py >/dev/null
sleep 2
expect 'without the node, it runs and nothing is reported' '1 ' "$(podman ps --quiet | wc -l) $(used_figures tt0)"
podman kill --all >/dev/null
finish
