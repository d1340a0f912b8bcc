// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat import: options and files. All files are read and planned before any change.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "descriptor_file.h"
#include "discover.h"
#include "import_plan.h"
#include "import_table.h"

struct request {
	uint32_t flags;		/* IMPORT_* */
	bool open;
	bool dry_run;
	bool discover;
	const char *python;	/* NULL: the first that has tt_umd */
	const char *save;	/* NULL: do not save */
	char **files;
	size_t count;
};

/* State of one import. */
struct job {
	struct request request;
	struct descriptor **descriptors;
	struct ttmemstat_ctx *ctx;
	bool no_module;		/* a dry run without the module: no chip is present */
	bool created;		/* a virtual chip, at least @first */
	uint32_t first;
};

/* The name of a discovered descriptor in messages. */
static char discovered[] = "tt_umd";

static enum cli_status check(struct request *request)
{
	static char *files[] = { discovered };

	if (request->open && !(request->flags & IMPORT_VIRTUAL))
		return cli_fail(CLI_USAGE, "--open needs --virtual");
	if ((request->flags & IMPORT_BY_ORDINAL) && (request->flags & IMPORT_VIRTUAL))
		return cli_fail(CLI_USAGE, "--by-ordinal and --virtual exclude each other");
	if (!request->discover && (request->python || request->save))
		return cli_fail(CLI_USAGE, "%s needs --discover",
				request->python ? "--python" : "--save");
	if (request->discover && request->count)
		return cli_fail(CLI_USAGE, "--discover takes no file: %s", request->files[0]);
	if (!request->discover && !request->count)
		return cli_fail(CLI_USAGE, "a file or --discover is needed");
	if (request->discover) {
		request->files = files;
		request->count = 1;
	}
	return CLI_OK;
}

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_VIRTUAL:
			request->flags |= IMPORT_VIRTUAL;
			break;
		case MEMSTAT_OPT_OPEN:
			request->open = true;
			break;
		case MEMSTAT_OPT_BY_ORDINAL:
			request->flags |= IMPORT_BY_ORDINAL;
			break;
		case MEMSTAT_OPT_DRY_RUN:
			request->dry_run = true;
			break;
		case MEMSTAT_OPT_FORCE:
			request->flags |= IMPORT_FORCE;
			break;
		case MEMSTAT_OPT_DISCOVER:
			request->discover = true;
			break;
		case MEMSTAT_OPT_PYTHON:
			request->python = optarg;
			break;
		case MEMSTAT_OPT_SAVE:
			request->save = optarg;
			break;
		default:
			return cli_stop(option);
		}
	}
	request->files = argv + optind;
	request->count = (size_t)(argc - optind);
	return check(request);
}
/* Refuse masks that the arch cannot have. */
static enum cli_status check_masks(const struct job *job, size_t n)
{
	/* Planning checks the masks, and needs no present chips for that. */
	static const struct ttmemstat_chip_list none;
	struct descriptor_error error;
	struct import_plan plan;
	int err = import_plan_build(job->descriptors[n], &none, job->request.flags, &plan, &error);

	if (err)
		return descriptor_file_refuse(job->request.files[n], err, &error);
	import_plan_free(&plan);
	return CLI_OK;
}

static enum cli_status load_discovered(struct job *job)
{
	const struct request *request = &job->request;
	char *text = NULL;
	size_t len = 0;
	enum cli_status status = discover(request->python, &text, &len);

	if (!status)
		status = descriptor_text_load(discovered, text, len, &job->descriptors[0]);
	if (!status)
		status = check_masks(job, 0);
	if (!status && request->save && !request->dry_run)
		status = descriptor_file_save(request->save, text, len);
	free(text);
	return status;
}

static enum cli_status load_all(struct job *job)
{
	enum cli_status status = CLI_OK;

	for (size_t i = 0; !status && i < job->request.count; i++) {
		status = descriptor_file_load(job->request.files[i], &job->descriptors[i]);
		if (!status)
			status = check_masks(job, i);
	}
	return status;
}

/* Files are read first, as the device may be missing and discovery takes seconds. */
static enum cli_status load_and_open(struct job *job)
{
	enum cli_status status = job->request.discover ? CLI_OK : load_all(job);

	if (!status && !job->request.dry_run)
		status = cli_open(&job->ctx);
	if (!status && job->request.discover)
		status = load_discovered(job);
	return status;
}

static const char *explain(const struct job *job, int err, char *buffer, size_t len)
{
	char reason[CLI_ERROR_LEN];

	cli_error(err, reason, sizeof(reason));
	if (err == -EPERM)
		snprintf(buffer, len, "%s: needs CAP_SYS_ADMIN", reason);
	else if (err == -EEXIST)
		snprintf(buffer, len, "%s: another chip has its unique id (--force)", reason);
	else if (err == -EBUSY && !(job->request.flags & IMPORT_FORCE))
		snprintf(buffer, len, "%s: attached clients rely on another geometry (--force)", reason);
	else
		snprintf(buffer, len, "%s", reason);
	return buffer;
}

static int set_geometry(const struct job *job, const struct import_step *step, uint32_t *chip)
{
	struct tt_memstat_geometry_set set = {
		.argsz = sizeof(set),
		.chip = step->chip,
		.geometry = step->geometry,
		.unique_id = step->source->unique_id,
		.board_id = step->source->board_id,
	};
	int err;

	if (job->request.flags & IMPORT_FORCE)
		set.flags |= TT_MEMSTAT_GEOMETRY_FORCE;
	if (step->action == IMPORT_DESCRIBE_REMOTE)
		set.flags |= TT_MEMSTAT_GEOMETRY_REMOTE;
	else if (step->located)
		set.flags |= TT_MEMSTAT_GEOMETRY_LOCATION;
	if (step->located)
		set.asic_location = step->location;
	memcpy(set.board, step->board, sizeof(set.board));
	err = ttmemstat_geometry_set(job->ctx, &set);
	if (!err)
		*chip = set.chip_out;
	return err;
}

static int create(struct job *job, const struct import_step *step, uint32_t *chip)
{
	int err = ttmemstat_chip_create(job->ctx, &step->geometry, step->board,
					step->unique_id,
					job->request.open ? TT_MEMSTAT_CREATE_OPEN : 0, chip);

	if (!err && !job->created) {
		job->created = true;
		job->first = *chip;
	}
	return err;
}

static int take(struct job *job, const struct import_step *step, uint32_t *chip)
{
	bool force = job->request.flags & IMPORT_FORCE;
	int err;

	if (step->action == IMPORT_REPLACE && !force)
		return -EEXIST;
	if (job->request.dry_run)
		return 0;
	switch (step->action) {
	case IMPORT_DESCRIBE:
	case IMPORT_DESCRIBE_REMOTE:
		return set_geometry(job, step, chip);
	case IMPORT_REPLACE:
		err = ttmemstat_chip_destroy(job->ctx, step->chip);
		return err ? err : create(job, step, chip);
	case IMPORT_CREATE:
		return create(job, step, chip);
	default:
		return 0;
	}
}

/* Without the module, a remote chip is only unknown if the file itself does not locate it. */
static bool is_sought(const struct job *job, const struct import_step *step)
{
	return !job->no_module || (step->source->reach == DESCRIPTOR_REMOTE &&
				   (step->source->gateway == DESCRIPTOR_NONE || !step->located));
}

static const char *action_name(const struct job *job, const struct import_step *step)
{
	bool dry = job->request.dry_run;

	switch (step->action) {
	case IMPORT_UNKNOWN:
		return step->why;
	case IMPORT_ABSENT:
		return is_sought(job, step) ? step->why : "not located: no module";
	case IMPORT_CREATE:
		return dry ? "would be created" : "created";
	case IMPORT_REPLACE:
		return dry ? "would be replaced" : "replaced";
	case IMPORT_KEEP:
		return "kept";
	default:
		if (step->same)
			return "kept";
		return dry ? "would be described" : "described";
	}
}

/* The chip's name in the table; a dry run has no names for chips that it would make. */
static void name_chip(const struct job *job, const struct import_step *step, uint32_t chip,
		      char *name, size_t len)
{
	*name = '\0';
	if (step->action == IMPORT_UNKNOWN || step->action == IMPORT_ABSENT)
		return;
	if (job->request.dry_run && step->action == IMPORT_CREATE)
		return;
	if (job->request.dry_run && step->action == IMPORT_DESCRIBE_REMOTE)
		snprintf(name, len, "(tt%u)", step->chip);
	else
		snprintf(name, len, "tt%u", chip);
}

static enum cli_status do_step(struct job *job, const struct import_step *step, const char *file,
			       struct import_table *table)
{
	const char *done = action_name(job, step);
	enum cli_status status = CLI_OK;
	uint32_t chip = step->chip;
	char text[CLI_ERROR_LEN + 64];
	char name[TT_MEMSTAT_NAME_LEN + 2];
	int err = take(job, step, &chip);

	name_chip(job, step, chip, name, sizeof(name));
	if (err) {
		done = explain(job, err, text, sizeof(text));
		status = cli_fail(CLI_FAILED, "%s: chip %u: %s", file, step->source->id, done);
		if (step->action == IMPORT_CREATE || step->action == IMPORT_DESCRIBE_REMOTE)
			*name = '\0';
	} else if (step->action == IMPORT_UNKNOWN ||
		   (step->action == IMPORT_ABSENT && is_sought(job, step))) {
		char clean[IMPORT_WHY];

		ttmemstat_sanitize(clean, sizeof(clean), step->why);
		status = cli_fail(CLI_ABSENT, "%s: chip %u stays unknown: %s", file,
				  step->source->id, clean);
	}
	if (import_table_add(table, step, name, done))
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, text, sizeof(text)));
	return status;
}

/* Withdraw the description of a chip that the descriptor contradicts. */
static enum cli_status do_stale(struct job *job, const struct import_stale *stale,
				const char *file, struct import_table *table)
{
	const uint32_t flags = job->request.flags & IMPORT_FORCE ? TT_MEMSTAT_GEOMETRY_FORCE : 0;
	enum cli_status status = CLI_OK;
	char reason[CLI_ERROR_LEN + 64], done[IMPORT_WHY + 32];
	int err = job->request.dry_run ? 0 :
		  ttmemstat_geometry_unset(job->ctx, stale->chip, flags);

	snprintf(done, sizeof(done), "%s: %s", job->request.dry_run ? "would be forgotten" :
		 "forgotten", stale->why);
	if (err) {
		snprintf(done, sizeof(done), "%s", explain(job, err, reason, sizeof(reason)));
		status = cli_fail(CLI_FAILED, "%s: cannot forget %s, as %s: %s", file,
				  stale->present->name, stale->why, done);
	}
	if (import_table_add_stale(table, stale, done))
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
	return status;
}

/* A failure has priority over an absent chip. */
static enum cli_status worse(enum cli_status a, enum cli_status b)
{
	return a == CLI_FAILED || b == CLI_OK ? a : b;
}

static enum cli_status do_plan(struct job *job, const struct import_plan *plan, const char *file)
{
	struct import_table *table = import_table_new();
	enum cli_status status = CLI_OK;
	char reason[CLI_ERROR_LEN];

	if (!table)
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
	for (size_t i = 0; i < plan->stale_count; i++)
		status = worse(status, do_stale(job, &plan->stale[i], file, table));
	for (size_t i = 0; i < plan->count; i++)
		status = worse(status, do_step(job, &plan->steps[i], file, table));
	if (import_table_print(table))
		status = cli_fail(CLI_FAILED, "cannot write to standard output");
	import_table_free(table);
	return status;
}

/* Present chips are read anew for each file, as the previous one may have made some. */
static enum cli_status do_file(struct job *job, size_t n)
{
	const char *file = job->request.files[n];
	struct descriptor_error error;
	char reason[CLI_ERROR_LEN];
	struct ttmemstat_chip_list present = { 0 };
	struct ttmemstat_reader *reader;
	struct import_plan plan;
	enum cli_status status;
	int err = ttmemstat_reader_new(&reader, NULL);

	if (!err) {
		err = ttmemstat_reader_chips(reader, TTMEMSTAT_READ_CARD, &present);
		ttmemstat_reader_free(reader);
	}
	job->no_module = err == -ENOENT;
	if (job->no_module && !job->request.dry_run)
		return cli_fail(CLI_NO_MODULE, "the module tt_memstat is not loaded");
	if (err && !job->no_module)
		return cli_fail(CLI_FAILED, "cannot read the chips: %s",
				cli_error(err, reason, sizeof(reason)));
	err = import_plan_build(job->descriptors[n], &present, job->request.flags, &plan, &error);
	if (!err) {
		status = do_plan(job, &plan, file);
		import_plan_free(&plan);
	} else {
		status = descriptor_file_refuse(file, err, &error);
	}
	ttmemstat_chip_list_free(&present);
	return status;
}

static enum cli_status do_all(struct job *job)
{
	enum cli_status status = CLI_OK;

	for (size_t i = 0; i < job->request.count && status != CLI_NO_MODULE; i++) {
		enum cli_status now = do_file(job, i);

		status = now == CLI_NO_MODULE ? now : worse(status, now);
	}
	/* A virtual chip of a user without CAP_SYS_ADMIN ends with the user's open device. */
	if (job->created && !cli_chip_exists(job->first))
		status = cli_fail(CLI_FAILED, "the chips ended with this command: only "
				  "CAP_SYS_ADMIN can make chips that stay");
	return status;
}

enum cli_status cmd_import(int argc, char **argv)
{
	struct job job = { 0 };
	enum cli_status status = parse(argc, argv, &job.request);
	char reason[CLI_ERROR_LEN];

	if (status)
		return status;
	job.descriptors = calloc(job.request.count + 1, sizeof(struct descriptor *));
	if (!job.descriptors)
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
	status = load_and_open(&job);
	if (!status)
		status = do_all(&job);
	ttmemstat_close(job.ctx);
	for (size_t i = 0; i < job.request.count; i++)
		descriptor_free(job.descriptors[i]);
	free(job.descriptors);
	return cli_finish(status);
}
