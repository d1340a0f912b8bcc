// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat replay: options, file, chip, and the order of the rooms: all of the capture is read
 * and planned before anything is reported.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "layout.h"
#include "plan.h"
#include "replay.h"
#include "summary.h"

/* How many lines tell what does not fit, before only their number does. */
#define MISFIT_LINES	10

struct request {
	const char *chip_name;
	const char *file;
	uint32_t chip;
	struct layout_options layout;
	uint64_t step_ms;
	bool hold;
	bool cache;
	bool json;
	bool help;
};

struct job {
	struct request request;
	struct capture *capture;
	struct layout layout;
	struct plan *plan;
	struct ttm_ctx *ctx;
	struct replay *replay;
};

static const char help[] =
"usage: tt-memstat replay --chip NAME [--grid XxY] [--l1-base N] [--l1-small N]\n"
"                  [--step MS] [--hold] [--program-cache] [--json] FILE\n\n"
"Reports a ttnn graph capture (a list of nodes or a report; - is standard input)\n"
"as if it ran on the chip, and prints what it came to, in bytes.\n\n"
"  --chip NAME      such as tt0\n"
"  --grid XxY       worker grid, where no report tells it\n"
"  --l1-base N      where circular buffers start on each core\n"
"  --l1-small N     bytes of the L1_SMALL region of each core\n"
"  --step MS        sleep so many milliseconds after each node\n"
"  --hold           stay alive after the last node until SIGINT or SIGTERM\n"
"  --program-cache  programs stay loaded, as with ttnn's program cache\n"
"  --json           the summary for machines\n\n"
"Exit status 3: the capture does not fit on the chip.\n";

static enum cli_status usage_error(const char *what, const char *text)
{
	return cli_fail(CLI_USAGE, "%s: %s", what, text);
}

static enum cli_status parse_layout_option(int option, struct layout_options *layout)
{
	switch (option) {
	case 'g':
		layout->given |= LAYOUT_OPTION_GRID;
		return cli_grid(optarg, &layout->grid_x, &layout->grid_y) ?
			       usage_error("no grid such as 11x10", optarg) : CLI_OK;
	case 'b':
		layout->given |= LAYOUT_OPTION_L1_BASE;
		return cli_number(optarg, &layout->l1_base) ? usage_error("no number", optarg) :
							       CLI_OK;
	default:
		layout->given |= LAYOUT_OPTION_L1_SMALL;
		return cli_number(optarg, &layout->l1_small) ? usage_error("no number", optarg) :
							       CLI_OK;
	}
}

static enum cli_status parse_option(int option, struct request *request)
{
	switch (option) {
	case 'c':
		request->chip_name = optarg;
		return cli_chip(optarg, &request->chip) ?
			       usage_error("no name of a chip", optarg) : CLI_OK;
	case 'g':
	case 'b':
	case 's':
		return parse_layout_option(option, &request->layout);
	case 't':
		return cli_number(optarg, &request->step_ms) || request->step_ms > 3600000 ?
			       usage_error("no milliseconds up to an hour", optarg) : CLI_OK;
	case 'H':
		request->hold = true;
		return CLI_OK;
	case 'p':
		request->cache = true;
		return CLI_OK;
	case 'j':
		request->json = true;
		return CLI_OK;
	case 'h':
		request->help = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	static const struct option options[] = {
		{ "chip", required_argument, NULL, 'c' },
		{ "grid", required_argument, NULL, 'g' },
		{ "l1-base", required_argument, NULL, 'b' },
		{ "l1-small", required_argument, NULL, 's' },
		{ "step", required_argument, NULL, 't' },
		{ "hold", no_argument, NULL, 'H' },
		{ "program-cache", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		enum cli_status status = parse_option(option, request);

		if (status || request->help)
			return status;
	}
	if (!request->chip_name || argc - optind != 1)
		return cli_fail(CLI_USAGE, "--chip and one file are needed");
	request->file = argv[optind];
	return CLI_OK;
}

static int read_all(int fd, char **text, size_t *len)
{
	size_t room = 0;

	*text = NULL;
	*len = 0;
	for (;;) {
		ssize_t got;

		if (!*text || *len == room) {
			size_t more = room ? room * 2 : 65536;
			char *grown = realloc(*text, more);

			if (!grown)
				return -ENOMEM;
			*text = grown;
			room = more;
		}
		got = read(fd, *text + *len, room - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		*len += (size_t)got;
	}
}

static int read_file(const char *file, char **text, size_t *len)
{
	int fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	int err;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return -errno;
	err = read_all(fd, text, len);
	if (fd != STDIN_FILENO)
		close(fd);
	return err;
}

static enum cli_status load(struct job *job)
{
	const char *file = job->request.file;
	struct capture_error error;
	char reason[CLI_ERROR_LEN];
	char *text;
	size_t len;
	int err = read_file(file, &text, &len);

	if (!err)
		err = capture_parse(text, len, &job->capture, &error);
	else
		memset(&error, 0, sizeof(error));
	free(text);
	if (!err)
		return CLI_OK;
	if (!error.message[0])
		cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, reason, sizeof(reason)));
	else if (error.line)
		cli_fail(CLI_FAILED, "%s:%zu:%zu: %s", file, error.line, error.column,
			 error.message);
	else
		cli_fail(CLI_FAILED, "%s: %s", file, error.message);
	return CLI_FAILED;
}

/* Where circular buffers start in recent tt-metal, and what it aligns DRAM addresses to. */
static void habits(uint32_t arch, struct layout_chip *chip)
{
	chip->usual_l1_base = arch == TT_MEMSTAT_ARCH_WORMHOLE ? 130016 : 111616;
	chip->dram_align = arch == TT_MEMSTAT_ARCH_WORMHOLE ? 32 : 64;
}

static enum cli_status describe_chip(struct job *job, struct layout_chip *chip)
{
	struct tt_memstat_chip_find find = { .argsz = sizeof(find),
					     .flags = TT_MEMSTAT_FIND_NAME };
	const struct ttm_arch_info *arch;
	struct ttm_resolved resolved;
	char reason[CLI_ERROR_LEN];
	int err;

	snprintf(find.name, sizeof(find.name), "tt%u", job->request.chip);
	err = ttm_chip_find(job->ctx, &find);
	if (err == -ENODEV)
		return cli_fail(CLI_FAILED, "%s: no such chip", find.name);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", find.name,
						 cli_error(err, reason, sizeof(reason)));
	arch = ttm_arch_info(find.geometry.arch);
	if (!arch || ttm_geometry_resolve(&find.geometry, &resolved))
		return cli_fail(CLI_FAILED, "%s: its geometry is not known",
						 find.name);
	memset(chip, 0, sizeof(*chip));
	habits(arch->arch, chip);
	chip->grid_x = resolved.grid_x;
	chip->grid_y = resolved.grid_y;
	chip->usual_x = arch->usual_x;
	chip->usual_y = arch->usual_y;
	chip->l1_bytes = resolved.l1_bytes;
	chip->dram_bank_bytes = resolved.dram_bank_bytes;
	chip->dram_banks = resolved.dram_banks;
	return CLI_OK;
}

static enum cli_status make_plan(struct job *job)
{
	struct layout_chip chip;
	char reason[CLI_ERROR_LEN];
	enum cli_status status = describe_chip(job, &chip);
	int err;

	if (status)
		return status;
	if (job->capture->report_version > 1)
		cli_fail(CLI_OK, "%s: report version %llu is newer than this tool knows",
			 job->request.file, (unsigned long long)job->capture->report_version);
	err = layout_decide(job->capture, &job->request.layout, &chip, &job->layout, stderr);
	if (err)
		return CLI_FAILED;
	err = plan_build(job->capture, &job->layout, job->request.cache, &job->plan);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", job->request.file,
						 cli_error(err, reason, sizeof(reason)));
	return CLI_OK;
}

/* A program that does not fit says so at every dispatch: the same line once is enough. */
static void tell_misfits(const struct plan *plan)
{
	char last[CLI_ERROR_LEN] = "";
	char text[CLI_ERROR_LEN];
	size_t lines = 0;
	size_t i;

	for (i = 0; i < plan->misfit_count && lines < MISFIT_LINES; i++) {
		replay_describe_misfit(&plan->misfits[i].what, text, sizeof(text));
		if (!strcmp(text, last))
			continue;
		cli_fail(CLI_MISFIT, "node %zu: %s", plan->misfits[i].node, text);
		memcpy(last, text, sizeof(last));
		lines++;
	}
	if (i < plan->misfit_count)
		cli_fail(CLI_MISFIT, "%zu more do not fit", plan->misfit_count - i);
}

static enum cli_status start(struct job *job)
{
	const char *name = strrchr(job->request.file, '/');
	char label[TT_MEMSTAT_LABEL_LEN];
	char text[TT_MEMSTAT_LABEL_LEN * 2];
	char reason[CLI_ERROR_LEN];
	int err;

	name = name ? name + 1 : job->request.file;
	snprintf(text, sizeof(text), "replay %.*s", (int)sizeof(label), name);
	ttm_sanitize(label, sizeof(label), text);
	err = replay_start(job->ctx, job->request.chip, label, &job->layout, job->plan,
			   &job->replay);
	if (err)
		return cli_fail(CLI_FAILED, "cannot attach to %s: %s",
						 job->request.chip_name,
						 cli_error(err, reason, sizeof(reason)));
	return CLI_OK;
}

static enum cli_status finish(struct job *job)
{
	struct replay_result result;
	struct summary summary = {
		.file = job->request.file, .chip = job->request.chip_name,
		.capture = job->capture, .layout = &job->layout, .plan = job->plan,
		.result = &result,
	};
	char reason[CLI_ERROR_LEN];
	int err = replay_query(job->replay, &result);

	if (!err)
		err = job->request.json ? summary_json(&summary) : summary_text(&summary);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", job->request.chip_name,
						 cli_error(err, reason, sizeof(reason)));
	if (job->plan->misfit_count || result.misfits)
		return cli_finish(CLI_MISFIT);
	return cli_finish(result.refused ? CLI_FAILED : CLI_OK);
}

static enum cli_status run(struct job *job)
{
	char reason[CLI_ERROR_LEN];
	enum cli_status status = load(job);
	int err;

	if (!status)
		status = cli_open(&job->ctx);
	if (!status)
		status = make_plan(job);
	if (!status)
		status = start(job);
	if (status)
		return status;
	tell_misfits(job->plan);
	err = replay_run(job->replay, job->capture->count, job->request.step_ms);
	if (err)
		return cli_fail(CLI_FAILED, "replay stopped: %s",
						 cli_error(err, reason, sizeof(reason)));
	status = finish(job);
	if (job->request.hold)
		cli_hold(job->request.chip_name);
	return status;
}

enum cli_status cmd_replay(int argc, char **argv)
{
	struct job job = { 0 };
	enum cli_status status = parse(argc, argv, &job.request);

	if (!status && job.request.help) {
		fputs(help, stdout);
		return cli_finish(CLI_OK);
	}
	if (!status && job.request.file)
		status = run(&job);
	replay_end(job.replay);
	ttm_close(job.ctx);
	plan_free(job.plan);
	capture_free(job.capture);
	return status;
}
