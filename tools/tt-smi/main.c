// SPDX-License-Identifier: GPL-2.0-only
/* tt-smi: options in, one snapshot, one rendering out, an exit status. */
#include "accounting.h"
#include "json.h"
#include "peer.h"
#include "prometheus.h"
#include "run.h"
#include "settings.h"
#include "tt-smi.options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs Tenstorrent's tt-smi, or explains why it cannot be run. */
static int hand_over(char **argv)
{
	int rc = smi_peer_exec(argv);

	if (!rc)
		fputs("tt-smi: this tool only reads and changes nothing; Tenstorrent's own tt-smi does\n"
		      "(pip install tt-smi). None was found in PATH to run with the same options.\n",
		      stderr);
	else
		fprintf(stderr, "tt-smi: cannot run Tenstorrent's own tt-smi: %s\n", strerror(-rc));
	return SMI_EXIT_USAGE;
}

/* Levels that the full screen keeps hold for a screen in colours, too. */
static void use_settings(struct smi_options *o)
{
	char *path;
	struct smi_settings set;
	size_t bad;

	if (!o->view.color || o->leveled || (o->action != SMI_SHOW && o->action != SMI_USE_LINES))
		return;
	path = smi_settings_path();
	smi_settings_default(&set);
	if (path && !smi_settings_read(&set, path, &bad))
		o->view.levels = set.levels;
	free(path);
}

static int show(const struct smi_options *o, char **argv)
{
	struct smi_source *source = NULL;
	struct smi_snapshot s = { 0 };
	struct smi_text out = { 0 };
	const char *missing = NULL;
	int status, rc;

	rc = smi_source_new(&source, &o->request, false);
	if (!rc)
		rc = smi_collect(&s, source, NULL, &missing);
	if (rc == -ENOENT && o->action == SMI_SNAPSHOT && o->compatible)
		smi_peer_exec(argv);
	if (rc) {
		status = smi_complain(rc, missing);
		/* The last figures are outdated, so tell scrapers. */
		if (o->action == SMI_PROMETHEUS) {
			smi_prometheus_down(SMI_TEXT_0_0_4, &out);
			smi_deliver(o, &out);
		}
	} else {
		smi_render(o, &s, &out);
		status = smi_deliver(o, &out);
		if (status == SMI_EXIT_OK)
			status = smi_verdict(o, &s);
	}
	smi_text_release(&out);
	smi_snapshot_release(&s);
	smi_source_free(source);
	return status;
}

static int watch_or_show(struct smi_options *o, char **argv)
{
	if (o->watch)
		return smi_watch(o, argv);
	use_settings(o);
	return show(o, argv);
}

/* Report why past processes cannot be listed, instead of an empty list. */
static int accounting(const struct smi_options *o)
{
	struct smi_accounting a = { 0 };
	struct smi_text out = { 0 };
	const char *missing = NULL;
	int status, rc = smi_accounting_read(&a, &o->request, &missing);

	if (rc == -EACCES) {
		fputs("tt-smi: only root can list processes that have left a chip\n", stderr);
		status = SMI_EXIT_PERMISSION;
	} else if (rc) {
		status = smi_complain(rc, missing);
	} else if (!a.count && !(a.kept.known && a.kept.v)) {
		fputs(a.kept.known ?
		      "tt-smi: the accounting is off; root turns it on, such as for the last 100 processes\n"
		      "of each chip: echo 100 >/sys/module/tt_memstat/parameters/max_exited\n" :
		      "tt-smi: this version of the module has no accounting\n", stderr);
		status = SMI_EXIT_NOT_FOUND;
	} else {
		if (o->action == SMI_ACCOUNTING_JSON)
			smi_json_accounting(&a, &out);
		else
			smi_accounting_screen(&a, &o->view, &out);
		status = smi_deliver(o, &out);
	}
	smi_text_release(&out);
	smi_accounting_release(&a);
	return status;
}

static int tell(enum smi_action action)
{
	struct smi_text out = { 0 };
	int status;

	if (action == SMI_HELP_QUERY)
		smi_query_help(&out);
	else if (action == SMI_HELP_METRICS)
		smi_prometheus_help(&out);
	else
		smi_text_puts(&out, action == SMI_HELP ? smi_commands[0].help : "tt-smi " SMI_VERSION "\n");
	status = smi_output(STDOUT_FILENO, &out);
	smi_text_release(&out);
	return status;
}

int main(int argc, char **argv)
{
	struct smi_options o;
	int status = smi_options_parse(&o, argc, argv);

	if (status == SMI_EXIT_OK) {
		if (o.action == SMI_HAND_OVER)
			status = hand_over(argv);
		else if (o.action >= SMI_HELP)
			status = tell(o.action);
		else if (o.accounting)
			status = accounting(&o);
		else
			status = watch_or_show(&o, argv);
	}
	smi_options_release(&o);
	return status;
}
