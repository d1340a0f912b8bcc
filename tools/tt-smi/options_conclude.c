// SPDX-License-Identifier: GPL-2.0-only
/* Checks of the options against each other, and diagnostics: see options_parts.h. */
#include "options_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int smi_refuse(const char *fmt, ...)
{
	va_list ap;

	/* Or tt-memstat-exporter, which takes some of the options. */
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry '%s --help'.\n", program_invocation_short_name);
	return SMI_EXIT_USAGE;
}

int smi_refuse_actions(void)
{
	return smi_refuse("--list, --list-chips, --line, --long, --snapshot, --json, --csv, "
			  "--prometheus and the queries exclude each other");
}

int smi_out_of_memory(void)
{
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	return SMI_EXIT_FAILURE;
}

static int conclude_prometheus(const struct smi_options *o)
{
	if (o->action != SMI_PROMETHEUS) {
		if (o->output)
			return smi_refuse("--output needs --prometheus");
		if (o->process_series)
			return smi_refuse("--process-series needs --prometheus");
		return SMI_EXIT_OK;
	}
	if (o->watch)
		return smi_refuse("--prometheus and --watch exclude each other");
	if (o->output && o->file)
		return smi_refuse("--output and --filename exclude each other");
	if ((o->request.pid_count || o->request.uid_count) && !o->process_series)
		return smi_refuse("--pid and --user need --process-series with --prometheus");
	return SMI_EXIT_OK;
}

/* Chooses the default name of a snapshot, which is that of Tenstorrent's tt-smi. */
static int name_file(struct smi_options *o)
{
	const char *home = getenv("HOME");
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	if (!home || !home[0] || !localtime_r(&now, &tm) ||
	    !strftime(when, sizeof(when), "%m-%d-%Y_%H:%M:%S", &tm))
		return smi_refuse("--filename needs a name, as HOME is not set");
	if (asprintf(&o->default_file, "%s/tt_smi_logs/%s_results.json", home, when) < 0) {
		o->default_file = NULL;
		return smi_out_of_memory();
	}
	o->file = o->default_file;
	return SMI_EXIT_OK;
}

/*
 * With both --snapshot and --filename, some releases of Tenstorrent's tt-smi write the file and
 * others print to the standard output. Do both, so that callers of either work.
 */
static int conclude_file(struct smi_options *o)
{
	if (!o->file)
		return SMI_EXIT_OK;
	o->both = o->action == SMI_SNAPSHOT;
	if (o->action == SMI_SHOW)
		o->action = o->accounting ? SMI_JSON : SMI_SNAPSHOT;
	if (o->file[0]) {
		if (strcmp(o->file, "-") == 0)
			o->file = NULL;
		return SMI_EXIT_OK;
	}
	if (o->action != SMI_SNAPSHOT)
		return smi_refuse("--filename needs a name");
	o->file = NULL;
	return o->both ? SMI_EXIT_OK : name_file(o);
}

int smi_options_conclude(struct smi_options *o)
{
	int rc;

	if (o->accounting && ((o->action != SMI_SHOW && o->action != SMI_JSON) || o->watch))
		return smi_refuse("--accounting goes with no other form than --json, and not with --watch");
	if (o->accounting && o->request.only_visible)
		return smi_refuse("--only-visible and --accounting exclude each other");
	if (o->by && o->tabled)
		return smi_refuse("--by goes with --csv, but not with --csv=chips or --csv=processes");
	if (o->by && ((o->action != SMI_SHOW && o->action != SMI_JSON && o->action != SMI_CSV) ||
		      o->watch || o->accounting || (o->file && o->action == SMI_SHOW)))
		return smi_refuse("--by goes with no other form than --json or --csv, and not with --watch");
	rc = conclude_file(o);
	if (rc != SMI_EXIT_OK)
		return rc;
	if (o->tabled && o->queried)
		return smi_refuse_actions();
	if (o->formatted && !o->queried)
		return smi_refuse("--format needs --query-chips or --query-processes");
	if (o->count && !o->watch)
		return smi_refuse("--count needs --watch");
	if (o->watch && (o->action == SMI_LIST || o->action == SMI_NAME_LINES))
		return smi_refuse("--list and --list-chips do not go with --watch");
	if (o->watch && o->action == SMI_SHOW && smi_limits_set(&o->limits))
		return smi_refuse("--max-used does not go with the full screen");
	if (conclude_prometheus(o) != SMI_EXIT_OK)
		return SMI_EXIT_USAGE;
	o->one_line = o->watch;		/* one object per line, for readers of lines */
	o->request.whole = o->action != SMI_SHOW && o->action != SMI_USE_LINES;
	o->request.details = o->action == SMI_SNAPSHOT;
	if (o->accounting)
		o->action = o->action == SMI_JSON ? SMI_ACCOUNTING_JSON : SMI_ACCOUNTING;
	return SMI_EXIT_OK;
}
