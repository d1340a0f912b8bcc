// SPDX-License-Identifier: GPL-2.0-only
/* tt-smi: options in, one snapshot, one rendering out, an exit status. */
#include "collect.h"
#include "json.h"
#include "options.h"
#include "screen.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(int rc, const char *missing)
{
	char clean[128];

	switch (rc) {
	case -ENOENT:
		fputs("tt-smi: the module tt_memstat is not loaded\n", stderr);
		return SMI_EXIT_NO_MODULE;
	case -ENODEV:
		smi_text_clean(clean, sizeof(clean), missing ? missing : "", false);
		fprintf(stderr, "tt-smi: no chip '%s'\n", clean);
		return SMI_EXIT_NOT_FOUND;
	case -EACCES:
	case -EPERM:
		fprintf(stderr, "tt-smi: cannot read the figures: %s\n", strerror(-rc));
		return SMI_EXIT_PERMISSION;
	default:
		fprintf(stderr, "tt-smi: cannot read the figures: %s\n", strerror(-rc));
		return SMI_EXIT_FAILURE;
	}
}

static int write_out(const struct smi_text *text)
{
	size_t at = 0;

	if (text->failed) {
		fputs("tt-smi: out of memory\n", stderr);
		return SMI_EXIT_FAILURE;
	}
	while (at < text->len) {
		ssize_t n = write(STDOUT_FILENO, text->buf + at, text->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (errno != EPIPE)
				fprintf(stderr, "tt-smi: cannot write: %s\n", strerror(errno));
			return SMI_EXIT_FAILURE;
		}
		at += (size_t)n;
	}
	return SMI_EXIT_OK;
}

/* What the caller asked for and is not there, after everything else was shown. */
static int found(const struct smi_snapshot *s)
{
	size_t listed = 0;

	if (!s->chip_count) {
		fputs("tt-smi: no chip found\n", stderr);
		return SMI_EXIT_NOT_FOUND;
	}
	for (size_t i = 0; i < s->process_count; i++)
		listed += smi_listed(&s->processes[i]);
	if (s->filtered && !listed) {
		fputs("tt-smi: no such process reports memory\n", stderr);
		return SMI_EXIT_NOT_FOUND;
	}
	return SMI_EXIT_OK;
}

static int show(const struct smi_options *o)
{
	struct smi_text out = { 0 };
	struct smi_snapshot s;
	const char *missing = NULL;
	int status, rc;

	rc = smi_collect(&s, &o->request, &missing);
	if (rc) {
		status = fail(rc, missing);
	} else {
		if (o->action == SMI_JSON)
			smi_json(&s, &out);
		else if (o->action == SMI_LIST)
			smi_list(&s, &o->view, &out);
		else
			smi_screen(&s, &o->view, &out);
		status = write_out(&out);
		if (status == SMI_EXIT_OK)
			status = found(&s);
	}
	smi_text_release(&out);
	smi_snapshot_release(&s);
	return status;
}

int main(int argc, char **argv)
{
	struct smi_text out = { 0 };
	struct smi_options o;
	int status;

	setlocale(LC_CTYPE, "");
	status = smi_options_parse(&o, argc, argv);
	if (status == SMI_EXIT_OK && (o.action == SMI_HELP || o.action == SMI_PRINT_VERSION)) {
		smi_text_puts(&out, o.action == SMI_HELP ? smi_help :
			      "tt-smi " SMI_VERSION "\n");
		status = write_out(&out);
		smi_text_release(&out);
	} else if (status == SMI_EXIT_OK) {
		status = show(&o);
	}
	smi_options_release(&o);
	return status;
}
