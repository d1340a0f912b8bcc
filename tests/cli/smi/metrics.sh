# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: metrics for Prometheus.

refuses exit-metrics-both 2 'exclude' --prometheus --json
refuses exit-metrics-watch 2 '--prometheus and --watch exclude each other' --prometheus -w
refuses exit-metrics-file 2 'exclude' --prometheus -f x --output y
refuses exit-metrics-output 2 'needs --prometheus' --output x
refuses exit-metrics-output-json 2 'needs --prometheus' --json --output x
refuses exit-metrics-output-name 2 'needs a name' --prometheus --output=
refuses exit-metrics-series 2 'needs --prometheus' --process-series=5
refuses exit-metrics-count 2 'from 1 to 100000' --prometheus --process-series=0
refuses exit-metrics-count-word 2 'from 1 to 100000' --prometheus --process-series=5x
refuses exit-metrics-count-sign 2 'from 1 to 100000' --prometheus --process-series=-5
refuses exit-metrics-count-huge 2 'from 1 to 100000' --prometheus --process-series=100001
refuses exit-metrics-pid 2 'need --process-series with --prometheus' --prometheus -p 1

# metrics NAME TREE ARG...: they are the expected ones
metrics()
{
	local name=$1
	wanted "$name" || return
	smi "$2" --prometheus "${@:3}"
	status "$name" 0 $rc
	sed -E 's/^(tenstorrent_memstat_scrape_duration_seconds) 0\.[0-9]{9}$/\1 TIME/
		s/tool_version="[^"]*"/tool_version="VERSION"/' "$work/out" >"$work/steady"
	[ -z "$update" ] || cp "$work/steady" "$expected/$name.prom"
	if diff -u "$expected/$name.prom" "$work/steady" >"$work/diff" 2>&1; then
		pass "$name"
	else
		bad "$name" "expected $expected/$name.prom, saw (-expected +seen):" "$(cat "$work/diff")"
	fi
}

metrics metrics-p150 p150
metrics metrics-p300 p300 --process-series=9
metrics metrics-hostile hostile --process-series=3 --no-telemetry
metrics metrics-kmd kmd -i 1 -i 2

# counts NAME WANT PATTERN TREE ARG...: so many lines match
counts()
{
	local name=$1 got
	wanted "$name" || return
	smi "$4" --prometheus "${@:5}"
	got=$(grep -Ec -- "$3" "$work/out")
	if [ "$got" = "$2" ]; then
		pass "$name"
	else
		bad "$name" "expected $2 lines like '$3', saw $got:" "$(grep -E -- "$3" "$work/out")"
	fi
}

used='^tenstorrent_process_memory_space_used_bytes\{.*space="dram"'
counts metrics-no-processes 0 '^tenstorrent_process_' crowd
counts metrics-bound 10 "$used" crowd --process-series=10
counts metrics-bound-told 1 '^tenstorrent_process_series_left_out 54$' crowd --process-series=10
counts metrics-bound-none 1 '^tenstorrent_process_series_left_out 0$' crowd --process-series=64
counts metrics-largest 1 "$used\} 5783945216\$" p150 --process-series=1
counts metrics-sorted 1 '_used_bytes.*client="12".*space="dram"\} 943718400$' p150 --process-series=1 --sort=-memory
counts metrics-chosen 1 "$used" p150 --process-series=9 -p 20950
counts metrics-foreign 1 '^tenstorrent_process_records\{chip="tt0",client="3"\}' overlap \
	--process-series=9
counts metrics-no-telemetry 0 celsius kmd --no-telemetry
counts metrics-junk-telemetry 0 '^tenstorrent_device_(temperature|power|clock)[^ ]* ' junk

# Written in one step, under the same name, and readable by the scraper.
if wanted metrics-output; then
	mkdir -p "$work/textfile"
	echo old >"$work/textfile/tt.prom"
	ln "$work/textfile/tt.prom" "$work/textfile/kept"
	smi p150 --prometheus --output "$work/textfile/tt.prom"
	status metrics-output 0 $rc
	says metrics-output "$work/out" '!.'
	says metrics-output "$work/textfile/tt.prom" '^tenstorrent_memstat_up 1$'
	says metrics-output "$work/textfile/kept" '^old$'
	equal metrics-output 644 "$(stat -c %a "$work/textfile/tt.prom")"
	equal metrics-output 'kept tt.prom ' \
		"$(find "$work/textfile" -type f -printf '%f\n' | sort | tr '\n' ' ')"
	# Relative, and in a directory of its own.
	(cd "$work/textfile" && "$smi" --sysfs-root "$p150" --prometheus --output=here.prom)
	says metrics-output "$work/textfile/here.prom" '^tenstorrent_memstat_up 1$'
	rm "$work/textfile/here.prom"
fi
# Figures from before the module was removed are not left to be scraped.
if wanted metrics-down; then
	mkdir -p "$work/textfile" "$work/nothing"
	echo old >"$work/textfile/tt.prom"
	smi ../nothing --prometheus --output "$work/textfile/tt.prom"
	status metrics-down 9 $rc
	says metrics-down "$work/err" 'not loaded'
	cp "$work/textfile/tt.prom" "$work/out"
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
	equal metrics-down 1 "$(grep -vc '^#' "$work/out")"
	smi ../nothing --prometheus
	status metrics-down 9 $rc
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
	smi p150 --prometheus -i tt9
	status metrics-down 6 $rc
	says metrics-down "$work/out" '^tenstorrent_memstat_up 0$'
fi
# No file is better than half of one: what could not be written leaves the old one and no litter.
if wanted metrics-output-fails; then
	mkdir -p "$work/textfile"
	echo old >"$work/textfile/tt.prom"
	(trap '' XFSZ; prlimit --fsize=100 "$smi" --sysfs-root "$p150" --prometheus \
		--output "$work/textfile/tt.prom") >"$work/out" 2>"$work/err"
	status metrics-output-fails 1 $?
	says metrics-output-fails "$work/err" 'cannot write: File too large'
	says metrics-output-fails "$work/textfile/tt.prom" '^old$'
	equal metrics-output-fails '' "$(find "$work/textfile" -name '.*' -type f)"
	smi p150 --prometheus --output "$work/textfile"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/err" 'cannot replace .*directory'
	ln -sf tt.prom "$work/textfile/link"
	smi p150 --prometheus --output "$work/textfile/link"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/textfile/tt.prom" '^old$'
	smi p150 --prometheus --output /dev/null
	status metrics-output-fails 1 $rc
	equal metrics-output-fails 'character special file' "$(stat -c %F /dev/null)"
	smi p150 --prometheus --output "$work/missing/tt.prom"
	status metrics-output-fails 1 $rc
	says metrics-output-fails "$work/err" 'cannot write beside .*No such'
fi
# --help-metrics names what the outputs have, and every metric of it is in some output.
if wanted metrics-help; then
	for tree in $trees; do
		smi "$tree" --prometheus --process-series=1000
		sed -n 's/^# TYPE \([a-z0-9_]*\) .*/\1/p' "$work/out"
	done | sort -u >"$work/emitted"
	"$smi" --help-metrics >"$work/out"
	sed -n 's/^\(tenstorrent_[a-z0-9_]*\) .*/\1/p' "$work/out" | sort >"$work/helped"
	if diff -u "$work/helped" "$work/emitted" >"$work/diff"; then
		pass metrics-help
	else
		bad metrics-help "expected each metric both ways (-help +outputs):" "$(cat "$work/diff")"
	fi
fi
