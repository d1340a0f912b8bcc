# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: signals to the processes that were asked about, and environments.

# start_live WIDTH HEIGHT TREE [COMMAND...]: a watch of this system, with the tree in the place of /sys;
# COMMAND runs it.
start_live()
{
	local width=$1 height=$2 tree=$work/trees/$3
	shift 3
	fresh_server
	rm -f "$work/status"
	cat >"$work/live" <<-END
		mount --bind '$tree' /sys || exit 99
		exec env SYSTEMD_DEVICE_VERIFY_SYSFS=0 $* '$smi' -w0.5 2>'$work/err'
	END
	mux -f /dev/null new-session -d -x "$width" -y "$height" \
		"unshare -m -- sh '$work/live'; echo \$? >'$work/status'; sleep 1000"
	mux set-option -g status off
	mux resize-window -x "$width" -y "$height"
}

# play CLIENT COMMAND...: a process plays a client of the tree "acts"; sets $played. The client started
# $EARLIER clock ticks before the process.
play()
{
	local stat start
	stat=$(echo "$work"/trees/acts/devices/pci*/*/*/tt_memstat/tt0/clients/"$1"/stat)
	shift
	"$@" &
	played=$!
	disown $played
	people+=("$played")
	start=$(($(awk '{ print $22 }' /proc/$played/stat) - ${EARLIER:-0}))
	# In place: a watch keeps the file open.
	sed "s/^pid .*/pid $played/; s/^uid .*/uid 0/
		s/^start_time .*/start_time $((start * 10000000 + 4711))/" "$stat" >"$work/stat"
	cat "$work/stat" >"$stat"
}

# lives NAME PID, died NAME PID
lives()
{
	if kill -0 "$2" 2>/dev/null; then
		pass "$1: $2 lives"
	else
		bad "$1" "expected that the process lives, saw:" "$(seen)"
	fi
}
died()
{
	local tries=$TRIES
	while [ $tries -gt 0 ] && kill -0 "$2" 2>/dev/null; do
		sleep 0.1
		tries=$((tries - 1))
	done
	if [ $tries -gt 0 ]; then
		pass "$1: $2 was killed"
	else
		bad "$1" "expected that a signal killed it, saw:" "$(seen)"
	fi
}

# Signals reach the process that was asked about or none, its user and root alone may send them, and
# look at the environment.
if wanted signals && ! can_live; then
	skip 'signals: only root can put a tree in the place of /sys'
elif wanted signals; then
	python3 "$here/smi_trees.py" "$work/trees/acts.new" kin
	mv "$work/trees/acts.new/kin" "$work/trees/acts"
	play 0 /usr/bin/python3 -c 'import signal, sys, time
signal.signal(signal.SIGINT, lambda *a: open(sys.argv[1], "w").close())
while True: pass' "$work/interrupted"
	first=$played
	# Alone, so that it is on the first screen.
	play 1 env -i MARK=here /bin/sleep 100000
	second=$played
	play 2 sleep 100000
	third=$played
	play 3 sleep 100000
	fourth=$played
	start_live 170 40 acts
	keys 2
	shows signals "^▶ +$first .* [1-9][0-9.]+ +[0-9.]+ MiB  /usr/bin/python3"
	keys Down
	shows signals "^▶ +$second "
	keys e
	shows signals "Environment of process $second"
	shows signals '^MARK=here$'
	keys q K
	shows signals "^SIGKILL to 1 process \(y/n\)\? $second"
	keys n
	shows signals '^no signal was sent'
	lives signals "$second"
	# Two are tagged, and what is chosen is not.
	keys T T K
	shows signals "^SIGKILL to 2 processes \(y/n\)\? $second $third"
	keys y
	shows signals '^SIGKILL was sent to 2 of 2'
	died signals "$second"
	died signals "$third"
	lives signals "$fourth"
	keys Home I
	shows signals "^SIGINT to 1 process \(y/n\)\? $first"
	keys y
	shows signals '^SIGINT was sent to 1 of 1'
	lives signals "$first"
	for _ in $(seq 100); do
		[ -e "$work/interrupted" ] && break
		sleep 0.1
	done
	if [ -e "$work/interrupted" ]; then
		pass 'signals: SIGINT came'
	else
		bad signals 'expected that SIGINT came'
	fi
	# It ends between question and answer.
	keys Down Down Down K
	shows signals "^SIGKILL to 1 process \(y/n\)\? $fourth"
	kill -9 "$fourth"
	died signals "$fourth"
	keys y
	shows signals '^SIGKILL was sent to 0 of 1: some had ended'
	# The process with a client's pid started later, so it is another one.
	EARLIER=1 play 2 sleep 100000
	keys Up
	shows signals "^▶ +$played "
	keys K
	shows signals "^no signal was sent: process $played is gone"
	lives signals "$played"
	keys e
	shows signals '^The process is gone\.'
	keys q q
	ends signals 0
	play 2 sleep 100000
	start_live 170 40 acts setpriv --reuid 65534 --regid 65534 --clear-groups
	keys 2 /
	keys -l "$played"
	keys Enter
	shows signals "^▶ +$played "
	keys K
	shows signals "^no signal was sent: process $played is not yours"
	keys e
	shows signals '^Only its user and root may see it\.'
	lives signals "$played"
	keys q q
	ends signals 0
	disperse 2>/dev/null
	rm -rf "$work/config"
fi
