// SPDX-License-Identifier: GPL-2.0-only
/* From options and snapshots to output and an exit status: see run.h. */
#include "run.h"
#include "json.h"
#include "lines.h"
#include "long.h"
#include "prometheus.h"
#include "screen.h"
#include "screen_by.h"
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int smi_complain(int rc, const char *missing)
{
	char clean[128];

	switch (rc) {
	case -ENOENT:
		fputs("tt-smi: the module tt_memstat is not loaded; 'modprobe tt_memstat' loads it\n",
		      stderr);
		return SMI_EXIT_NO_MODULE;
	case -ENODEV:
		smi_text_clean(clean, sizeof(clean), missing ? missing : "", false);
		fprintf(stderr, "tt-smi: no chip '%s'\n", clean);
		return SMI_EXIT_NOT_FOUND;
	case -ENXIO:
		smi_text_clean(clean, sizeof(clean), missing ? missing : "", false);
		fprintf(stderr, "tt-smi: TT_VISIBLE_DEVICES: no card '%s'\n", clean);
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

static int say_why(const char *what, const char *file)
{
	int error = errno;
	char clean[256];

	smi_text_clean(clean, sizeof(clean), file, false);
	fprintf(stderr, "tt-smi: cannot %s %s: %s\n", what, clean, strerror(error));
	return SMI_EXIT_FAILURE;
}

/* Creates the missing directories of a path. Opening the file reports any failure. */
static void make_parents(const char *file)
{
	char path[PATH_MAX];
	size_t len = strlen(file);

	if (len >= sizeof(path))
		return;
	memcpy(path, file, len + 1);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
}

int smi_output_open(const struct smi_options *o)
{
	int fd;

	if (!o->file)
		return STDOUT_FILENO;
	if (o->action == SMI_SNAPSHOT)
		make_parents(o->file);
	fd = open(o->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		say_why("open", o->file);
	return fd;
}

int smi_output(int fd, const struct smi_text *text)
{
	size_t at = 0;

	if (text->failed) {
		fputs("tt-smi: out of memory\n", stderr);
		return SMI_EXIT_FAILURE;
	}
	while (at < text->len) {
		ssize_t n = write(fd, text->buf + at, text->len - at);

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

int smi_output_close(int fd, const char *file, int status)
{
	return close(fd) && status == SMI_EXIT_OK ? say_why("write", file) : status;
}

/* In the same directory, so that rename() is atomic, with a suffix that scrapers ignore. */
static char *name_beside(const char *file)
{
	const char *slash = strrchr(file, '/');
	int dir = slash ? (int)(slash + 1 - file) : 0;
	char *name;

	return asprintf(&name, "%.*s.%s.XXXXXX", dir, file, file + dir) < 0 ? NULL : name;
}

static int replace(const char *file, const struct smi_text *text)
{
	struct stat st;
	char *beside;
	int fd, status;

	/* A name such as /dev/null must not become a file. */
	if (lstat(file, &st) == 0 && !S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return say_why("replace", file);
	}
	beside = name_beside(file);
	if (!beside) {
		fputs("tt-smi: out of memory\n", stderr);
		return SMI_EXIT_FAILURE;
	}
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		status = say_why("write beside", file);
		free(beside);
		return status;
	}
	status = smi_output(fd, text);
	if (status == SMI_EXIT_OK && fchmod(fd, 0644))
		status = say_why("replace", file);
	status = smi_output_close(fd, file, status);
	if (status == SMI_EXIT_OK && rename(beside, file))
		status = say_why("replace", file);
	if (status != SMI_EXIT_OK)
		unlink(beside);
	free(beside);
	return status;
}

/* Callers that give no name parse this line, as with Tenstorrent's tt-smi. */
static int say_where(const char *file)
{
	struct smi_text line = { 0 };
	int status;

	smi_text_printf(&line, "Saved tt-smi log to: %s\n", file);
	status = smi_output(STDOUT_FILENO, &line);
	smi_text_release(&line);
	return status;
}

int smi_deliver(const struct smi_options *o, const struct smi_text *text)
{
	int fd, status;

	if (o->output)
		return replace(o->output, text);
	fd = smi_output_open(o);
	if (fd < 0)
		return SMI_EXIT_FAILURE;
	status = smi_output(fd, text);
	if (fd == STDOUT_FILENO)
		return status;
	status = smi_output_close(fd, o->file, status);
	if (status != SMI_EXIT_OK || o->action != SMI_SNAPSHOT)
		return status;
	return o->both ? smi_output(STDOUT_FILENO, text) : say_where(o->file);
}

static void say(void *data, const char *sentence)
{
	(void)data;
	fprintf(stderr, "tt-smi: %s\n", sentence);
}

int smi_verdict(const struct smi_options *o, const struct smi_snapshot *s)
{
	size_t listed = 0;

	if (!s->chip_count && o->request.only_visible && s->visible) {
		fputs("tt-smi: TT_VISIBLE_DEVICES selects no chip\n", stderr);
		return SMI_EXIT_NOT_FOUND;
	}
	if (!s->chip_count) {
		fputs("tt-smi: no chip found; 'tt-memstat doctor' explains why\n", stderr);
		return SMI_EXIT_NOT_FOUND;
	}
	for (size_t i = 0; i < s->process_count; i++)
		listed += smi_listed(&s->processes[i]);
	if (s->filtered && !listed) {
		fputs("tt-smi: no such process reports memory\n", stderr);
		return SMI_EXIT_NOT_FOUND;
	}
	return smi_limits_exceeded(&o->limits, s, say, NULL) ? SMI_EXIT_ABOVE : SMI_EXIT_OK;
}

static bool is_ascii(const char *text)
{
	while (text && *text)
		if ((unsigned char)*text++ >= 0x80)
			return false;
	return true;
}

/* Load the locale if a name needs it, as only wide characters do. */
static void load_locale(const struct smi_options *o, const struct smi_snapshot *s)
{
	bool ascii = true;

	if (!o->view.utf8)
		return;
	for (size_t i = 0; i < s->chip_count; i++)
		ascii &= is_ascii(s->chips[i]->board);
	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];

		ascii &= is_ascii(p->user) && is_ascii(p->command) && is_ascii(p->client->comm) &&
			 is_ascii(p->client->label);
	}
	for (size_t i = 0; i < s->holder_count; i++)
		ascii &= is_ascii(s->holders[i].user) && is_ascii(s->holders[i].command);
	if (!ascii)
		setlocale(LC_CTYPE, "");
}

void smi_render(const struct smi_options *o, const struct smi_snapshot *s, struct smi_text *out)
{
	switch (o->action) {
	case SMI_JSON:
		if (o->by)
			smi_json_by(s, o->by, out);
		else
			smi_json(s, o->one_line, out);
		break;
	case SMI_SNAPSHOT:
		smi_snapshot_print(s, o->one_line, out);
		break;
	case SMI_PROMETHEUS:
		smi_prometheus(s, o->process_series, SMI_TEXT_0_0_4, out);
		break;
	case SMI_CSV:
		if (o->by)
			smi_by_csv(s, o->by, out);
		else
			smi_csv(s, out);
		break;
	case SMI_QUERY_CHIPS:
		smi_query_chips(s, &o->query, out);
		break;
	case SMI_QUERY_PROCESSES:
		smi_query_processes(s, &o->query, out);
		break;
	case SMI_NAME_LINES:
		load_locale(o, s);
		smi_name_lines(s, &o->view, out);
		break;
	case SMI_USE_LINES:
		load_locale(o, s);
		smi_use_lines(s, &o->view, out);
		break;
	case SMI_LONG:
		smi_long(s, out);
		break;
	case SMI_LIST:
		load_locale(o, s);
		smi_list(s, &o->view, out);
		break;
	default:
		load_locale(o, s);
		if (o->by)
			smi_screen_by(s, &o->view, o->by, out);
		else
			smi_screen(s, &o->view, out);
	}
}
