# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: the live system: libudev, names, one file of /proc for each process; and the cost.

# inside TREE COMMAND...: like smi, with the tree in the place of the live system
inside()
{
	live "$work/trees/$1" "${@:2}" >"$work/out" 2>"$work/err"
	rc=$?
}

if wanted live && can_live; then
	inside live "$smi"
	status live 0 $rc
	says live-user "$work/out" "^tt0 +$$ +root .*smi\\.sh"
	says live-gone "$work/out" "^tt0 +4194303 +nobody .*\\[nobody's\\] gone"
	says live-foreign "$work/out" '^all +\(1\) +- .*\(other namespaces\)'
	says live-pci "$work/out" '0000:01:00\.0'
	check live screen 0
	inside live "$smi" --json
	check live json
	if command -v strace >/dev/null && [ -z "${SMI_NO_STRACE-}" ]; then
		inside live strace -f -o "$work/trace" -e trace=open,openat,getdents64 "$smi"
		says live-no-device "$work/trace" '!/dev/(tt_memstat|tenstorrent)'
		says live-no-walk "$work/trace" '!"/proc/?"'
		says live-command "$work/trace" "/proc/$$/cmdline"
	fi
	inside live env LC_ALL=C.UTF-8 timeout 300 "$smi" -w0.1 -n 3 --json
	status live-watch 0 $rc
	check live-watch lines
fi

# The cost of a monitor: 8 chips and 16 processes that exist, with tt-kmd's telemetry and its
# lists of who holds a card; one more process holds one and reports nothing.
if wanted cost && can_live; then
	populate "$work/trees/many"
	if command -v strace >/dev/null && ! grep -q __asan_init "$smi"; then
		inside many strace -f -o "$work/trace" "$smi"
		says cost-shown "$work/out" "^tt7 .*sleep 100000"
		says cost-shown "$work/out" "^tt7 .*59.C"
		says cost-shown "$work/out" "^tt0 .*sleep 100001"
		calls=$(grep -vc -e '+++' -e '---' "$work/trace")
		if [ "$calls" -le $((350 + 2 * 16)) ]; then
			pass cost-calls
		else
			bad cost-calls "expected at most 350 system calls and 2 a process, saw $calls:" \
				"$(awk '{ sub(/\(.*/, "", $2); print $2 }' "$work/trace" |
				   sort | uniq -c | sort -rn | head -n 12)"
		fi
		says cost-no-device "$work/trace" '!/dev/(tt_memstat|tenstorrent)'
		says cost-no-walk "$work/trace" '!open[^"]*"/proc(/driver(/tenstorrent)?)?/?"|"/proc/[0-9]+/(fd|task)'
	fi
	disperse
fi
