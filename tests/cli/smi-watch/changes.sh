# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi-watch.sh: alerts, and chips and processes that come and go.

# A chip that comes above its level: seen on every page, and heard by those who want to.
if wanted alert; then
	cp -a "$work/trees/alert" "$work/trees/rising"
	stat=$(echo "$work"/trees/rising/devices/pci*/*/0000:03:00.0/tt_memstat/tt2/stat)
	start 100 30 rising -w0.2
	shows alert '^Above the alert level: tt0 L1 and DRAM, tt1 DRAM$'
	keys b
	shows alert ' bell '
	sed 's/^l1_alert 0/l1_alert 1/' "$stat" >"$work/stat"
	cat "$work/stat" >"$stat"
	for page in 2 3 '?'; do
		keys "$page"
		shows alert '^Above the alert level: tt0 L1 and DRAM, tt1 DRAM, tt2 L1$'
	done
	if [ "$(mux display-message -p '#{window_bell_flag}')" = 1 ] ||
	   mux list-windows -F '#{window_flags}' | grep -q '!'; then
		pass 'alert: the bell'
	else
		skip 'alert: this tmux does not tell of the bell of the current window'
	fi
	keys q q
	ends alert 0
	rm -rf "$work/config"
fi

if wanted hotplug; then
	cp -a "$work/trees/kmd" "$work/trees/plug"
	start 110 30 plug -w0.2
	shows hotplug '[ ▶]tt2 +n300 R'
	rm "$work/trees/plug/class/tt_memstat/tt2"
	shows hotplug '![ ▶]tt2 +n300 R'
	shows hotplug '^2 chips '
	cp -a "$work/trees/kmd/class/tt_memstat/tt2" "$work/trees/plug/class/tt_memstat/tt2"
	shows hotplug '[ ▶]tt2 +n300 R'
	rm -r "$work"/trees/plug/devices/pci*/*/0000:41:00.0/tt_memstat/tt0/clients/8
	shows hotplug '! 991 +0 '
	shows hotplug 'unaccounted'
	mv "$work/trees/plug/class/tt_memstat" "$work/trees/plug/gone"
	shows hotplug 'not loaded'
	mv "$work/trees/plug/gone" "$work/trees/plug/class/tt_memstat"
	shows hotplug '[ ▶]tt1 +n150'
	keys q
	ends hotplug 0
	# Each way of choosing a card: it goes away and comes back.
	for asked in 'TT_VISIBLE_DEVICES=1 --only-visible' 'TT_VISIBLE_DEVICES=0000:61 --only-visible' \
		'A=B --chip=tt1' 'A=B --chip=0000:61:00.0'; do
		ENVIRONMENT=${asked% *} start 110 30 plug -w0.2 "${asked#* }"
		shows "hotplug $asked" '[ ▶]tt1 .*n150'
		mv "$work/trees/plug/class/tt_memstat/tt1" "$work/trees/plug/tt1"
		shows "hotplug $asked" "no (card|chip) '(1|tt1|0000:61(:00\.0)?)'"
		mv "$work/trees/plug/tt1" "$work/trees/plug/class/tt_memstat/tt1"
		shows "hotplug $asked" '[ ▶]tt1 .*n150'
		keys q
		ends "hotplug $asked" 0
	done
	ENVIRONMENT='TT_VISIBLE_DEVICES=7' start 110 30 plug -w0.2 --only-visible
	ends hotplug 6
	expect 'a card that is missing at first is named' "tt-smi: TT_VISIBLE_DEVICES: no card '7'" \
		"$(cat "$work/err")"
fi
