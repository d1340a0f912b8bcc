# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of smi.sh: exit statuses and diagnostics, --max-used, and output to a file.

refuses exit-no-module 9 '^tt-smi: .*not loaded' --sysfs-root "$work"
refuses exit-option 2 'tt-smi: ' --no-such-option
refuses exit-short-option 2 'tt-smi: ' -Z
refuses exit-argument 2 "^tt-smi: unexpected argument 'x'" x
refuses exit-pid 2 "--pid: a process id, not '12x'" -p 12x
refuses exit-pid-zero 2 'a process id, not' -p 0
refuses exit-pid-huge 2 'a process id, not' -p 99999999999999999999
refuses exit-pid-empty 2 'element is empty' -p 1,,2
refuses exit-user 2 "--user: no such user: 'no-such-user'" -u no-such-user
refuses exit-color 2 'auto, always or never, not' --color=maybe
refuses exit-breakdown 2 'auto, always or never, not' --breakdown=
refuses exit-both 2 'exclude' --json --list
refuses exit-root 2 'needs a directory' --sysfs-root=
refuses exit-chip-empty 2 'element is empty' -i ''
refuses exit-chip 6 "^tt-smi: no chip 'tt9'" --sysfs-root "$p150" -i tt9
refuses exit-chip-control 6 "no chip '\\?\\[31m'" --sysfs-root "$p150" -i $'\e[31m'
refuses exit-chip-second 6 "no chip '7'" --sysfs-root "$p150" -i 0,7
refuses exit-sort 2 'sort: memory, l1' --sort=size
refuses exit-interval 2 'seconds from 0.1' -w0
refuses exit-interval-word 2 'seconds from 0.1' --watch=2x
refuses exit-interval-next 2 "seconds from 0.1 to 86400, not '5x'" -w 5x --json
refuses exit-interval-twice 2 "unexpected argument '2'" -w 1 2
refuses exit-interval-before 2 "unexpected argument '5'" 5 -w
refuses exit-count 2 'a number above 0' -w -n 0
refuses exit-count-alone 2 'needs --watch' -n 3
refuses exit-watch-list 2 'do not go with --watch' -w --list
refuses exit-watch-limit 2 'full screen' -w --max-used=l1=5%
refuses exit-limit 2 'such as l1=90%' --max-used=l1
refuses exit-limit-space 2 'such as l1=90%' --max-used=l2=5%
refuses exit-limit-percent 2 'such as l1=90%' --max-used=l1=101%
refuses exit-limit-unit 2 'such as l1=90%' --max-used=dram=5GB
refuses exit-limit-huge 2 'such as l1=90%' --max-used=dram=99999999999999999999
refuses exit-file 1 'cannot open .*/missing/x' --sysfs-root "$p150" --csv -f "$work/missing/x"

if wanted exit-none; then
	smi empty
	status exit-none 6 $rc
	says exit-none "$work/err" '^tt-smi: no chip found'
	smi empty --json
	status exit-none 6 $rc
	check exit-none json
fi
if wanted exit-no-process; then
	smi p150 -p 1
	status exit-no-process 6 $rc
	says exit-no-process "$work/err" 'no such process'
	says exit-no-process "$work/out" '\(2\).*not selected'
fi
if wanted exit-ok; then
	smi p150
	status exit-ok 0 $rc
	says exit-ok "$work/err" '!.'
fi
if wanted exit-permission && [ "$(id -u)" -ne 0 ]; then
	mkdir -p "$work/closed/class"
	chmod 0 "$work/closed/class"
	"$smi" --sysfs-root "$work/closed" >"$work/out" 2>"$work/err"
	status exit-permission 4 $?
	chmod 755 "$work/closed/class"
elif wanted exit-permission && command -v setpriv >/dev/null; then
	mkdir -p "$work/closed/class/tt_memstat"
	chmod 755 "$work"
	chmod 700 "$work/closed/class"
	cp -L "$smi" "$work/tt-smi"
	setpriv --reuid=65534 --clear-groups "$work/tt-smi" --sysfs-root "$work/closed" >"$work/out" 2>"$work/err"
	status exit-permission 4 $?
fi
if wanted exit-full; then
	"$smi" --sysfs-root "$p150" >/dev/full 2>"$work/err"
	status exit-full 1 $?
	says exit-full "$work/err" '^tt-smi: cannot write'
fi
# Some file systems say at the close only that there is no room.
if wanted exit-late; then
	cat >"$work/late.c" <<-'END'
	#define _GNU_SOURCE
	#include <errno.h>
	#include <fcntl.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	int close(int fd)
	{
		const int how = fcntl(fd, F_GETFL);

		syscall(SYS_close, fd);
		if (how < 0 || !(how & O_ACCMODE))
			return 0;
		errno = ENOSPC;
		return -1;
	}
	END
	cc -shared -fPIC -o "$work/late.so" "$work/late.c" || fail exit-late 'no library'
	for form in "-f $work/late" "--json -f $work/late" "--prometheus --output $work/late" \
		"-w0.1 -n1 --json -f $work/late"; do
		rm -f "$work/late"
		# shellcheck disable=SC2086 # several words
		LD_PRELOAD=$work/late.so "$smi" --sysfs-root "$p150" $form >"$work/out" 2>"$work/err"
		status "exit-late $form" 1 $?
		says "exit-late $form" "$work/err" '^tt-smi: cannot write .*late: No space left on device$'
		says "exit-late $form" "$work/out" '!Saved'
	done
	expect 'a file that is not written as a whole does not replace the old one' '' \
		"$(LD_PRELOAD=$work/late.so "$smi" --sysfs-root "$p150" --prometheus --output "$work/none" 2>/dev/null
		   find "$work" -maxdepth 1 -name '*none*')"
fi

# above NAME STATUS PATTERN LIMIT...
above()
{
	local name=$1 want=$2 pattern=$3
	shift 3
	wanted "$name" || return
	smi p150 --json "$@"
	status "$name" "$want" $rc
	says "$name" "$work/err" "$pattern"
	check "$name" json
}

# The p150 uses 62390272 of 161187840 allocatable bytes of L1, and 6727663616 of DRAM.
above limit-percent 10 '^tt-smi: tt0: L1 used 38\.71% of the allocatable memory' --max-used=l1=38.70%
above limit-just-not 0 '!.' --max-used=l1=38.71%
above limit-bytes 10 'DRAM used 6\.3 GiB, above 6\.0 GiB' --max-used=dram=6GiB
above limit-exact 0 '!.' --max-used=dram=6727663616
above limit-one-less 10 'DRAM' --max-used=dram=6727663615 --max-used=l1=100%
if wanted limit-unknown; then
	smi unknown --json --max-used=l1=0%
	status limit-unknown 0 $rc
fi

if wanted file; then
	smi n300 --csv -f "$work/file"
	status file 0 $rc
	says file "$work/out" '!.'
	cp "$work/file" "$work/out"
	check file csv
fi

prints alias-list '^CHIP +KIND' n300 -ls
prints alias-compact '!BY POOL' n300 -c
prints alias-version '^tt-smi [0-9]+\.[0-9]+' n300 -v
if wanted version; then
	"$smi" -V >"$work/out" 2>"$work/err"
	status version 0 $?
	says version "$work/out" '^tt-smi [0-9]+\.[0-9]+'
fi
