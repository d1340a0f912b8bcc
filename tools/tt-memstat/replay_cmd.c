// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat replay. All files are read and planned, for every chip, before anything is reported.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "layout.h"
#include "mesh.h"
#include "plan.h"
#include "replay.h"
#include "replay_chips.h"
#include "replay_options.h"
#include "summary.h"
#include "workload.h"

/* Misfits to print before only their number is printed. */
#define MISFIT_LINES	10

/* A chip, and the part of the workload that runs on it. */
struct seat {
	uint32_t chip;
	int64_t device;		/* the runtime's device number */
	char name[TT_MEMSTAT_NAME_LEN];
	char prefix[TT_MEMSTAT_NAME_LEN + 2];
	struct capture view;
	struct layout layout;
	struct plan *plan;
	struct replay *replay;
	struct replay_result result;
};

struct job {
	struct replay_request request;
	struct workload workload;
	struct mesh mesh;
	struct ttmemstat_ctx *ctx;
	struct seat *seats;
	size_t count;
	char label[TT_MEMSTAT_LABEL_LEN];
	uint64_t *waits;
};

static enum cli_status no_memory(void)
{
	char reason[CLI_ERROR_LEN];

	return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
}

static enum cli_status add_seats(struct job *job, const uint32_t *chips, const int64_t *devices,
				 size_t count)
{
	job->seats = calloc(count + 1, sizeof(*job->seats));
	if (!job->seats)
		return no_memory();
	job->count = count;
	for (size_t i = 0; i < count; i++) {
		struct seat *seat = &job->seats[i];

		seat->chip = chips[i];
		seat->device = devices[i];
		snprintf(seat->name, sizeof(seat->name), "tt%u", chips[i]);
		if (count > 1)
			snprintf(seat->prefix, sizeof(seat->prefix), "%s: ", seat->name);
	}
	return CLI_OK;
}

/* The capture's circular buffers do not match the given chips. */
static enum cli_status no_such_mesh(const struct job *job, size_t chips)
{
	char names[512];

	mesh_names(&job->mesh, names, sizeof(names));
	if (chips == 1)
		return cli_fail(CLI_FAILED, "%s: circular buffers of the devices %s: a chip for "
				"each is needed (--mesh)", job->workload.name, names);
	return cli_fail(CLI_FAILED, "%s: circular buffers of the devices %s do not go with %zu "
			"chips", job->workload.name, names, chips);
}

static enum cli_status seat_given(struct job *job)
{
	const struct replay_request *request = &job->request;
	int64_t devices[MESH_CHIPS] = { 0 };

	if (request->chip_count == 1)
		return job->mesh.several ? no_such_mesh(job, 1) :
					   add_seats(job, request->chips, devices, 1);
	for (size_t i = 0; i < request->chip_count; i++) {
		if (mesh_id(&job->mesh, request->chip_count, i, &devices[i]))
			return no_such_mesh(job, request->chip_count);
	}
	return add_seats(job, request->chips, devices, request->chip_count);
}

static enum cli_status seat_made(struct job *job)
{
	const struct mesh *mesh = &job->mesh;
	struct replay_made made;
	enum cli_status status = replay_chips_make(job->ctx, job->workload.name,
						   job->workload.capture, mesh, &made);

	for (size_t i = 0; !status && mesh->several && i < mesh->count; i++) {
		size_t at = 0;

		while (at < made.count && made.ids[at] != mesh->ids[i])
			at++;
		if (at == made.count)
			status = cli_fail(CLI_FAILED, "%s: circular buffers of device %lld, which "
					  "its descriptor does not have", job->workload.name,
					  (long long)mesh->ids[i]);
	}
	if (!status)
		status = add_seats(job, made.chips, made.ids, made.count);
	for (size_t i = 0; !status && i < job->count; i++)
		fprintf(stderr, "tt-memstat: created %s for device %lld\n", job->seats[i].name,
			(long long)job->seats[i].device);
	return status;
}

/* A single device number in a capture without addresses means the whole mesh. */
static bool is_whole_mesh(const struct job *job)
{
	return job->count == 1 || (!job->mesh.several &&
				    !(job->workload.capture->addressed & ~(1u << CAPTURE_PROGRAM)));
}

static enum cli_status plan_seat(struct job *job, struct seat *seat, FILE *notes)
{
	const struct capture *capture = job->workload.capture;
	struct layout_chip chip;
	char reason[CLI_ERROR_LEN];
	enum cli_status status = replay_chip_describe(job->ctx, seat->chip, &chip);
	int err;

	if (status)
		return status;
	if (layout_decide(capture, &job->request.layout, &chip, &seat->layout, notes))
		return CLI_FAILED;
	err = mesh_view(capture, &job->mesh, seat->device, is_whole_mesh(job), &seat->view);
	if (!err)
		err = plan_build(&seat->view, &seat->layout,
				 job->request.cache || capture->cached, &seat->plan);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", job->workload.name,
				cli_error(err, reason, sizeof(reason)));
	return CLI_OK;
}

/* Assumptions are printed for the first chip, and again only where they differ. */
static enum cli_status plan_all(struct job *job)
{
	const struct capture *capture = job->workload.capture;
	enum cli_status status = CLI_OK;
	char *notes = NULL;
	char *first = NULL;

	if (capture->report_version > 1)
		cli_fail(CLI_OK, "%s: report version %llu is newer than this tool knows",
			 job->workload.name, (unsigned long long)capture->report_version);
	for (size_t i = 0; !status && i < job->count; i++) {
		size_t len = 0;
		FILE *stream = open_memstream(&notes, &len);

		if (!stream) {
			status = no_memory();
			break;
		}
		status = plan_seat(job, &job->seats[i], stream);
		if (fclose(stream))
			status = no_memory();
		else if (!first || strcmp(first, notes))
			fputs(notes, stderr);
		free(first);
		first = notes;
		notes = NULL;
	}
	free(first);
	free(notes);
	return status;
}

/* A program that does not fit is reported once, not at every dispatch. */
static void tell_misfits(const struct job *job, const struct seat *seat)
{
	const struct plan *plan = seat->plan;
	char node[WORKLOAD_NODE_LEN];
	char last[CLI_ERROR_LEN] = "";
	char text[CLI_ERROR_LEN];
	size_t lines = 0;
	size_t i;

	for (i = 0; i < plan->misfit_count && lines < MISFIT_LINES; i++) {
		replay_describe_misfit(&plan->misfits[i].what, text, sizeof(text));
		if (!strcmp(text, last))
			continue;
		cli_fail(CLI_MISFIT, "%s%s: %s", seat->prefix,
			 workload_node(&job->workload, plan->misfits[i].node, node, sizeof(node)),
			 text);
		memcpy(last, text, sizeof(last));
		lines++;
	}
	if (i < plan->misfit_count)
		cli_fail(CLI_MISFIT, "%s%zu more do not fit", seat->prefix, plan->misfit_count - i);
}

static enum cli_status start_seat(struct job *job, struct seat *seat)
{
	struct replay_job what = {
		.ctx = job->ctx, .chip = seat->chip, .label = job->label, .prefix = seat->prefix,
		.workload = &job->workload, .layout = &seat->layout, .plan = seat->plan,
	};
	char reason[CLI_ERROR_LEN];
	int err = replay_start(&what, &seat->replay);

	if (err)
		return cli_fail(CLI_FAILED, "cannot attach to %s: %s", seat->name,
				cli_error(err, reason, sizeof(reason)));
	return CLI_OK;
}

static void set_label(struct job *job)
{
	const char *name = strrchr(job->request.file, '/');
	char text[TT_MEMSTAT_LABEL_LEN * 2];

	name = name && name[1] ? name + 1 : job->request.file;
	snprintf(text, sizeof(text), "replay %.*s", TT_MEMSTAT_LABEL_LEN, name);
	ttmemstat_sanitize(job->label, sizeof(job->label), text);
}

static void sleep_ns(uint64_t ns)
{
	struct timespec left = {
		.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000),
	};

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

static enum cli_status report(struct job *job)
{
	char reason[CLI_ERROR_LEN];
	int err = 0;

	for (size_t node = 0; node < job->workload.capture->count; node++) {
		for (size_t i = 0; !err && i < job->count; i++)
			err = replay_node(job->seats[i].replay, node);
		if (err)
			return cli_fail(CLI_FAILED, "replay stopped: %s",
					cli_error(err, reason, sizeof(reason)));
		if (job->waits[node])
			sleep_ns(job->waits[node]);
	}
	return CLI_OK;
}

static enum cli_status finish(struct job *job)
{
	struct summary *summaries = calloc(job->count + 1, sizeof(*summaries));
	enum cli_status status = CLI_OK;
	char reason[CLI_ERROR_LEN];
	int err = summaries ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < job->count; i++) {
		struct seat *seat = &job->seats[i];

		err = replay_query(seat->replay, &seat->result);
		summaries[i] = (struct summary){
			.file = job->request.file, .chip = seat->name, .workload = &job->workload,
			.capture = &seat->view, .layout = &seat->layout, .plan = seat->plan,
			.result = &seat->result,
		};
		if (seat->plan->misfit_count || seat->result.misfits)
			status = CLI_MISFIT;
		else if (seat->result.refused && !status)
			status = CLI_FAILED;
	}
	if (!err)
		err = job->request.json ? summary_json(summaries, job->count) :
					  summary_text(summaries, job->count);
	free(summaries);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", job->workload.name,
				cli_error(err, reason, sizeof(reason)));
	return cli_finish(status);
}

static enum cli_status prepare(struct job *job)
{
	enum cli_status status = workload_read(job->request.file, &job->workload);
	bool has_durations;

	if (status)
		return status;
	if (mesh_find(job->workload.capture, &job->mesh))
		return cli_fail(CLI_FAILED, "%s: more than %d devices", job->workload.name,
				MESH_CHIPS);
	if (pace_waits(job->workload.capture, &job->request.pace, &job->waits, &has_durations))
		return no_memory();
	if (job->request.pace.speed > 0 && !has_durations)
		cli_fail(CLI_OK, "%s: no durations are recorded: --speed changes nothing",
			 job->workload.name);
	status = cli_open(&job->ctx);
	if (!status)
		status = job->request.create ? seat_made(job) : seat_given(job);
	return status ? status : plan_all(job);
}

static enum cli_status run(struct job *job)
{
	enum cli_status status = prepare(job);

	set_label(job);
	for (size_t i = 0; !status && i < job->count; i++)
		status = start_seat(job, &job->seats[i]);
	if (status)
		return status;
	for (size_t i = 0; i < job->count; i++)
		tell_misfits(job, &job->seats[i]);
	status = report(job);
	if (status)
		return status;
	status = finish(job);
	if (job->request.hold)
		cli_hold(job->count == 1 ? job->seats->name : "the mesh");
	return status;
}

enum cli_status cmd_replay(int argc, char **argv)
{
	struct job job = { 0 };
	enum cli_status status = replay_parse(argc, argv, &job.request);

	if (!status)
		status = run(&job);
	for (size_t i = 0; i < job.count; i++) {
		replay_end(job.seats[i].replay);
		plan_free(job.seats[i].plan);
		mesh_view_free(&job.seats[i].view);
	}
	ttmemstat_close(job.ctx);
	free(job.seats);
	free(job.waits);
	workload_free(&job.workload);
	return status;
}
