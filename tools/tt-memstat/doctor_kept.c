// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare the descriptors that are imported at each boot with the present chips: find chips of an
 * earlier import that the next import would remove.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "doctor.h"
#include "import_plan.h"

__attribute__((format(printf, 4, 5)))
static int add(struct doctor_facts *facts, const char *file, size_t chip, const char *format, ...)
{
	struct doctor_kept *grown = realloc(facts->kept, (facts->kept_count + 1) * sizeof(*grown));
	char why[sizeof(grown->why)];
	va_list args;

	if (!grown)
		return -ENOMEM;
	facts->kept = grown;
	grown += facts->kept_count++;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	*grown = (struct doctor_kept) { .chip = chip };
	ttmemstat_sanitize(grown->file, sizeof(grown->file), file);
	ttmemstat_sanitize(grown->why, sizeof(grown->why), why);
	return 0;
}

static size_t index_of(const struct doctor_facts *facts, uint32_t n)
{
	size_t i = 0;

	while (facts->chips.chips[i]->n != n)
		i++;
	return i;
}

static int compare(struct doctor_facts *facts, const char *file, const struct descriptor *descriptor)
{
	struct descriptor_error error;
	struct import_plan plan;
	int err = import_plan_build(descriptor, &facts->chips, 0, &plan, &error);

	if (err == -EINVAL)
		return add(facts, file, DOCTOR_NO_CHIP, "line %zu: %s", error.line, error.message);
	if (err)
		return err;
	for (size_t i = 0; i < plan.stale_count && !err; i++)
		err = add(facts, file, index_of(facts, plan.stale[i].chip), "%s", plan.stale[i].why);
	import_plan_free(&plan);
	return err;
}

/* @file: as users know it */
static int look_at(struct doctor_facts *facts, const char *path, const char *file)
{
	struct descriptor *descriptor;
	struct descriptor_error error;
	char reason[CLI_ERROR_LEN];
	char *text;
	size_t len;
	int err = cli_read(path, DESCRIPTOR_BYTES_MAX, &text, &len);

	if (err) {
		free(text);
		return err == -EACCES ? 0 : add(facts, file, DOCTOR_NO_CHIP, "%s",
						cli_error(err, reason, sizeof(reason)));
	}
	err = descriptor_parse(text, len, &descriptor, &error);
	free(text);
	if (err == -EINVAL)
		return add(facts, file, DOCTOR_NO_CHIP, "line %zu: %s", error.line, error.message);
	if (err)
		return err;
	err = compare(facts, file, descriptor);
	descriptor_free(descriptor);
	return err;
}

int doctor_look_at_kept(const char *etc, struct doctor_facts *facts)
{
	char pattern[PATH_MAX];
	glob_t found;
	int err = 0;

	snprintf(pattern, sizeof(pattern), "%s/tt-memstat/*.yaml", etc);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !err; i++) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "/etc%s", found.gl_pathv[i] + strlen(etc));
		err = look_at(facts, found.gl_pathv[i], file);
	}
	globfree(&found);
	return err;
}
