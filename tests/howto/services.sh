# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# docs/howto/services.md on a full Debian: the commands and drop-ins of "A systemd unit" as they are
# printed, for a unit with a stand-in for a runtime.
#
# vm: --full --package sudo --package podman --package podman-docker --time 1200
# files: docs/howto tests/howto/host.sh
. ./lib.sh
. ./host.sh

page=services.md
dropin=/etc/systemd/system/inference.service.d/override.conf

main_pid() { systemctl show -p MainPID --value inference.service; }

# edit TEXT: the command of the page, with the block behind TEXT typed into the editor
edit()
{
	block $page "$1" >typed
	# systemctl writes its temporary file's name last.
	printf '%s\n' '#!/bin/sh' "exec cp $PWD/typed \"\$1\"" >editor
	chmod 755 editor
	script -qec "$(line $page 'systemctl edit')" /dev/null >edited 2>&1 </dev/null
	expect "systemctl edit: the block behind '$1'" "$(cat typed)" "$(cat $dropin)"
}

# check NAME COUNT: the commands that check the result; so far, COUNT starts could not report
check()
{
	block $page 'Check the result' >commands
	expect "$1: the page has the commands" 4 "$(wc -l <commands)"
	sh -c "$(sed -n 1p commands)"
	wait_for "$1: it reports" 60 reports
	pid=$(main_pid)
	expect_match "$1: the reporter is in its maps" '^[1-9]' "$(sh -c "$(sed -n 2p commands)")"
	expect_match "$1: tt-smi names the process, with its bytes" " $pid .*4\.0 KiB.*ttmem-region" \
		"$(sh -c "$(sed -n 3p commands)")"
	expect "$1: the journal has what cannot be reported" "$2" "$(sh -c "$(sed -n 4p commands)" | grep -c .)"
}

install_programs
install_card
echo 'Defaults env_keep += SYSTEMD_EDITOR' >/etc/sudoers.d/editor
export SYSTEMD_EDITOR="$PWD/editor"
stand_in /opt/inference /opt/inference/bin/python server.py
cat >/etc/systemd/system/inference.service <<-END
[Service]
WorkingDirectory=/opt/inference
ExecStart=/opt/inference/bin/python server.py
END
systemctl daemon-reload
systemctl start inference.service
wait_for 'the original unit runs' 20 sh -c '[ "$(cat "/proc/$1/comm")" = ttmem-region ]' - "$(main_pid)"
expect 'the original unit reports nothing' '' "$(used_figures tt0)"

edit 'sudo systemctl edit inference.service'
check 'by ExecStart=' 0

# More restrictive units.
mkdir -p /run/systemd/system/inference.service.d
restrict()
{
	printf '%s\n' '[Service]' "$@" >/run/systemd/system/inference.service.d/zz.conf
	systemctl daemon-reload
	systemctl restart inference.service
}
restrict DevicePolicy=closed 'DeviceAllow=/dev/tenstorrent/0 rw' \
	"$(block $page 'A unit that has `DevicePolicy=`')"
wait_for 'with DevicePolicy= and the DeviceAllow= of the page' 60 reports
restrict DevicePolicy=closed 'DeviceAllow=/dev/tenstorrent/0 rw'
wait_for 'without it, the unit runs' 20 systemctl is-active inference.service
sleep 2
expect 'without it, nothing is reported' '' "$(used_figures tt0)"
restrict PrivateDevices=yes
expect 'with PrivateDevices=yes there is no card, and no node' 0 \
	"$(nsenter -m -t "$(main_pid)" ls /dev | grep -c -e tenstorrent -e tt_memstat)"
rm /run/systemd/system/inference.service.d/zz.conf
systemctl daemon-reload

edit 'To keep the command as it is'
systemctl daemon-reload
check 'by LD_PRELOAD=' 2
systemctl stop inference.service
wait_for 'when it has ended, nothing is left' 20 no_clients tt0
finish
