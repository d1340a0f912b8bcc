// SPDX-License-Identifier: GPL-2.0-only
/* tt-smi: options in, one snapshot, one rendering out, an exit status. */
#include "run.h"

#include <unistd.h>

static int show(const struct smi_options *o)
{
	struct smi_source *source = NULL;
	struct smi_snapshot s = { 0 };
	struct smi_text out = { 0 };
	const char *missing = NULL;
	int status, rc, fd;

	rc = smi_source_new(&source, &o->request, false);
	if (!rc)
		rc = smi_collect(&s, source, NULL, &missing);
	if (rc) {
		status = smi_complain(rc, missing);
	} else {
		smi_render(o, &s, &out);
		fd = smi_output_open(o);
		status = fd < 0 ? SMI_EXIT_FAILURE : smi_output(fd, &out);
		if (fd >= 0 && fd != STDOUT_FILENO)
			close(fd);
		if (status == SMI_EXIT_OK)
			status = smi_verdict(o, &s);
	}
	smi_text_release(&out);
	smi_snapshot_release(&s);
	smi_source_free(source);
	return status;
}

static int tell(enum smi_action action)
{
	struct smi_text out = { 0 };
	int status;

	if (action == SMI_HELP_QUERY)
		smi_query_help(&out);
	else
		smi_text_puts(&out, action == SMI_HELP ? smi_help : "tt-smi " SMI_VERSION "\n");
	status = smi_output(STDOUT_FILENO, &out);
	smi_text_release(&out);
	return status;
}

int main(int argc, char **argv)
{
	struct smi_options o;
	int status = smi_options_parse(&o, argc, argv);

	if (status == SMI_EXIT_OK) {
		if (o.action == SMI_HELP || o.action == SMI_HELP_QUERY ||
		    o.action == SMI_PRINT_VERSION)
			status = tell(o.action);
		else
			status = o.watch ? smi_watch(&o, argv) : show(&o);
	}
	smi_options_release(&o);
	return status;
}
