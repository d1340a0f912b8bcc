// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's help, and its choice of columns. */
#include "watch_view.h"

#include <string.h>

static const char *const help[] = {
	"!Pages",
	"1 c        chips, histories of the chosen one, processes",
	"2 p        processes",
	"3 d Enter  one chip: histories, cores, a core by address, processes",
	"Tab        on page 1: the keys move in chips, or in processes",
	"",
	"!Everywhere",
	"arrows hjkl move; on page 3 from core to core",
	"[ ]        the chip before, the chip after",
	"Enter      open the chosen chip; unfold the chosen process",
	"Right Left *   unfold a process by chip, fold it; unfold all",
	"s S r      order processes by the next key, by the one before; turn round",
	"/          show only processes that contain a text; Esc shows all again",
	"o          choose columns",
	"t          process tree, with the parents of processes that report",
	"e          initial environment of the chosen process, if you may read it",
	"T          tag or untag the chosen process",
	"I K        send SIGINT or SIGKILL to the tagged processes, else to the chosen",
	"           one; asks before",
	"+ -        read less often, more often",
	"Space      pause, go on",
	"w          histories of the last 60, 120, 300 seconds",
	"g          draw histories with Braille dots, with blocks",
	"b          ring the bell at a new alert, or not",
	"m          take the mouse, or leave it to the terminal",
	"           (a click chooses and opens, on a title orders, the wheel scrolls)",
	"Ctrl-L     paint the screen anew;  Ctrl-Z to the shell;  q quit",
	"",
	"!Figures",
	"L1 DRAM    in use, of the capacity; % of what runtimes can allocate if known",
	"l1         tensors in L1            l1_small   the small region of L1",
	"cb         circular buffers of the programs that are resident",
	"dram       tensors in DRAM          trace      the trace region of DRAM",
	"shared     what pools, or processes, count twice; subtracted",
	"core       the fullest core, which decides when L1 runs out",
	"headroom, room   between circular buffers and tensors at the last dispatch;",
	"           below zero they overlap.  lowest: the least so far",
	"cb loaded  circular buffers of all programs that are loaded",
	"peak       the most so far of a process on a chip; of several chips unknown",
	"AGE        since the process started",
	"CHIPS      tt0+7 is tt0 and 7 more",
	"CPU%       CPU time on the host, of about three seconds; 100 is one CPU",
	"HOST MEM   resident memory on the host",
	"WHERE      pod, container, job of Slurm, session or unit, as far as known",
	"(other namespaces)  processes that cannot be seen from here",
	"(unaccounted)       of processes that went while they were read",
	"NOT REPORTING       processes that hold a card and tell nothing",
	"MANAGEMENT TOOL     processes that hold a card to monitor or manage it",
	"",
	"!Marks",
	"-  unknown   ~  approximate   >  at least   !  inconsistent",
	"",
	"The screen is read again when the kernel says that something changed, and at",
	"the latest after the interval on the last line. Choices are kept in",
	"$XDG_CONFIG_HOME/tt-memstat/tt-smi.conf.",
};

void smi_watch_help(struct smi_frame *f, const struct smi_area *area, struct smi_watch_state *st)
{
	const size_t count = sizeof(help) / sizeof(help[0]);

	st->lines = count;
	st->page_lines = area->height;
	if (count <= area->height)
		st->scroll = 0;
	else if (st->scroll > count - area->height)
		st->scroll = count - area->height;
	for (unsigned int y = 0; y < area->height && st->scroll + y < count; y++) {
		const char *line = help[st->scroll + y];

		if (line[0] == '!')
			smi_frame_put(f, area->x, area->y + y, SMI_HEAD, line + 1);
		else
			smi_frame_put(f, area->x + 2, area->y + y, SMI_PLAIN, line);
	}
}

void smi_watch_columns(struct smi_frame *f, const struct smi_area *area,
		       const struct smi_watch_state *st, const struct smi_view *view)
{
	static const char *const what[SMI_OPTIONALS] = {
		[SMI_SHOW_USER] = "who runs the process",
		[SMI_SHOW_AGE] = "since when it runs",
		[SMI_SHOW_CHIPS] = "chips on which it reports",
		[SMI_SHOW_PLACE] = "container, pod, job, unit or session",
		[SMI_SHOW_POOLS] = "l1, l1_small, cb, dram and trace",
		[SMI_SHOW_PEAKS] = "the most of L1 and DRAM",
		[SMI_SHOW_CPU] = "CPU time on the host",
		[SMI_SHOW_HOST] = "resident memory on the host",
	};

	smi_frame_put(f, area->x, area->y, SMI_HEAD,
		      "Columns of processes, as far as there is room");
	for (unsigned int i = 0; i < SMI_OPTIONALS; i++) {
		unsigned int y = area->y + 2 + i;

		if (i == st->column)
			smi_frame_put(f, area->x, y, SMI_WARN, view->utf8 ? "▶" : ">");
		smi_frame_printf(f, area->x + 2, y, i == st->column ? SMI_HEAD : SMI_PLAIN,
				 "[%c] %-10s %s", st->set.hidden & 1u << i ? ' ' : 'x',
				 smi_optional_name(i), what[i]);
	}
	smi_frame_put(f, area->x, area->y + 3 + SMI_OPTIONALS, SMI_DIM,
		      "Space or Enter shows or hides one, o or Esc goes back");
}
