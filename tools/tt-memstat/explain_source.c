// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open a file to explain. A capture is parsed and planned as for a replay; a recording is searched
 * for attachments. Among several chips, the fullest is chosen.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_chip.h"
#include "explain_live.h"
#include "explain_source.h"
#include "feed_live.h"
#include "feed_plan.h"
#include "feed_recording.h"
#include "mesh.h"
#include "workload.h"

/* A chip of a file; @plan is NULL for recordings. @notes: what was assumed, or the error. */
struct seat {
	char *notes;
	struct capture view;
	struct plan *plan;
	struct history history;
	void (*free_feed)(struct feed *feed);
	int64_t device;
};

struct source {
	char file[512];
	struct workload workload;
	struct mesh mesh;
	struct recorded_chips recorded;
	struct live_chip *live;
	const char *name;
	struct seat *seat;
};

static void seat_close(struct seat *seat)
{
	if (!seat)
		return;
	history_release(&seat->history);
	if (seat->free_feed)
		seat->free_feed(&seat->history.feed);
	plan_free(seat->plan);
	mesh_view_free(&seat->view);
	free(seat->notes);
	free(seat);
}

/* Number of chips to choose from. */
static size_t count_seats(const struct source *source)
{
	if (source->live)
		return 1;
	if (!source->workload.capture)
		return source->recorded.count;
	return source->mesh.several ? source->mesh.count : 1;
}

static bool is_wanted(const struct source *source, const struct explain_request *request,
		      const struct seat *seat)
{
	return count_seats(source) < 2 || request->device < 0 || seat->device == request->device;
}

/* -EINVAL: @notes has the reason. */
static int seat_capture(struct seat *seat, const struct explain_request *request,
			const struct source *source, size_t i, FILE *notes)
{
	const struct capture *capture = source->workload.capture;
	const struct mesh *mesh = &source->mesh;
	struct layout_chip chip;
	int err;

	seat->device = mesh->count ? mesh->ids[i] : 0;
	if (!is_wanted(source, request, seat))
		return 0;
	err = explain_chip(capture, seat->device, &request->geometry, &seat->history.geometry, notes);
	if (!err)
		err = chip_layout(&seat->history.geometry, &chip);
	if (!err && layout_decide(capture, &request->layout, &chip, &seat->history.layout, notes))
		err = -EINVAL;
	if (!err)
		err = mesh_view(capture, mesh, seat->device, !mesh->several, &seat->view);
	if (!err)
		err = plan_build(&seat->view, &seat->history.layout,
				 request->cache || capture->cached, &seat->plan);
	if (!err) {
		err = feed_plan_new(&seat->view, seat->plan, &seat->history.feed);
		seat->free_feed = feed_plan_free;
	}
	return err ? err : history_run(&seat->history);
}

/* The recorded layout has precedence over assumptions. */
static void recorded_layout(const struct recorded_chip *from, struct layout *layout)
{
	if (from->layout.valid & TT_MEMSTAT_LAYOUT_WORKER) {
		layout->worker_x = from->layout.worker_x;
		layout->worker_y = from->layout.worker_y;
		layout->grid_source = LAYOUT_REPORT;
	}
	if (from->layout.valid & TT_MEMSTAT_LAYOUT_L1) {
		layout->l1_base = from->layout.l1_base;
		layout->l1_end = from->layout.l1_end;
		layout->l1_small = from->layout.l1_small;
		layout->base_source = LAYOUT_REPORT;
		layout->small_source = LAYOUT_REPORT;
	}
}

static int seat_recording(struct seat *seat, const struct explain_request *request,
			  const struct source *source, size_t i, FILE *notes)
{
	static const struct capture nothing;
	const struct recorded_chip *from = &source->recorded.items[i];
	struct tt_memstat_geometry *geometry = &seat->history.geometry;
	struct layout_options options = request->layout;
	struct layout_chip chip;
	int err = 0;

	seat->device = from->runtime_id >= 0 ? from->runtime_id : (int64_t)from->chip;
	if (!is_wanted(source, request, seat))
		return 0;
	seat->history.covers = from->covers;
	*geometry = from->geometry;
	if (chip_layout(geometry, &chip))
		err = explain_chip(&nothing, seat->device, &request->geometry, geometry, notes);
	if (!err)
		err = chip_layout(geometry, &chip);
	/* Known values must not be reported as assumptions. */
	if (from->layout.valid & TT_MEMSTAT_LAYOUT_WORKER) {
		options.given |= LAYOUT_OPTION_GRID;
		options.grid_x = from->layout.worker_x;
		options.grid_y = from->layout.worker_y;
	}
	if (from->layout.valid & TT_MEMSTAT_LAYOUT_L1) {
		options.given |= LAYOUT_OPTION_L1_BASE;
		options.l1_base = from->layout.l1_base;
	}
	if (!err && layout_decide(&nothing, &options, &chip, &seat->history.layout, notes))
		err = -EINVAL;
	if (!err) {
		recorded_layout(from, &seat->history.layout);
		err = feed_recording_new(source->name, from, &seat->history.feed);
		seat->free_feed = feed_recording_free;
	}
	return err ? err : history_run(&seat->history);
}

static int seat_live(struct seat *seat, const struct explain_request *request,
		     const struct source *source, FILE *notes)
{
	seat->device = 0;
	seat->free_feed = feed_live_free;
	return live_chip_history(source->live, request, &seat->history, notes);
}

/* Fill in the seat of chip @i. */
static int seat_open(struct seat *seat, const struct explain_request *request,
		     const struct source *source, size_t i)
{
	size_t len = 0;
	FILE *notes = open_memstream(&seat->notes, &len);
	int err;

	if (!notes)
		return -ENOMEM;
	if (source->live)
		err = seat_live(seat, request, source, notes);
	else if (source->workload.capture)
		err = seat_capture(seat, request, source, i, notes);
	else
		err = seat_recording(seat, request, source, i, notes);
	return fclose(notes) ? -ENOMEM : err;
}

/* Choose the requested chip, or the fullest; -ENODEV: none. After an error, its seat is chosen. */
static int choose_seat(struct source *source, const struct explain_request *request)
{
	size_t count = count_seats(source);
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		struct seat *seat = calloc(1, sizeof(*seat));

		if (!seat)
			return -ENOMEM;
		err = seat_open(seat, request, source, i);
		if (!err && (!is_wanted(source, request, seat) ||
			     (source->seat &&
			      seat->history.l1_most <= source->seat->history.l1_most))) {
			seat_close(seat);
			continue;
		}
		seat_close(source->seat);
		source->seat = seat;
	}
	return err ? err : source->seat ? 0 : -ENODEV;
}

static enum cli_status read_file(struct source *source)
{
	char reason[CLI_ERROR_LEN];
	enum cli_status status;
	int err;

	if (recording_is(source->name)) {
		err = recording_list(source->name, &source->recorded);
		if (err == -EOPNOTSUPP)
			return cli_fail(CLI_FAILED, "%s: a recording of a later version", source->file);
		if (err == -EBADMSG)
			return cli_fail(CLI_FAILED, "%s: the first page of the recording is incomplete or "
					"damaged", source->file);
		return err ? cli_fail(CLI_FAILED, "%s: %s", source->file,
				      cli_error(err, reason, sizeof(reason))) : CLI_OK;
	}
	status = workload_read(source->name, &source->workload);
	if (!status && mesh_find(source->workload.capture, &source->mesh))
		status = cli_fail(CLI_FAILED, "%s: more than %d devices", source->file, MESH_CHIPS);
	return status;
}

static enum cli_status choose(struct source *source, const struct explain_request *request)
{
	char reason[CLI_ERROR_LEN];
	int err = choose_seat(source, request);
	const char *notes = source->seat ? source->seat->notes : NULL;

	if (notes)
		fputs(notes, stderr);
	if (!err)
		return CLI_OK;
	if (err == -ENODEV && request->device >= 0)
		return cli_fail(CLI_FAILED, "%s: it has no device %lld", source->file,
				(long long)request->device);
	if (err == -ENODEV)
		return cli_fail(CLI_FAILED, "%s: it has no events of a chip", source->file);
	if (err == -ENODATA)
		return cli_fail(CLI_FAILED, "%s: its cores or its DRAM banks are not known",
				source->file);
	if (err == -EINVAL && notes && *notes)
		return CLI_FAILED;
	return cli_fail(CLI_FAILED, "%s: %s", source->file, cli_error(err, reason, sizeof(reason)));
}

enum cli_status source_open(const struct explain_request *request, const char *name,
			    struct explanation *e, struct source **out)
{
	struct source *source = calloc(1, sizeof(*source));
	enum cli_status status;

	*out = source;
	if (!source)
		return cli_fail(CLI_FAILED, "%s: no memory", name);
	ttmemstat_sanitize(source->file, sizeof(source->file), name);
	source->name = name;
	status = request->chip_name ? live_chip_open(request, &source->live) : read_file(source);
	if (!status)
		status = choose(source, request);
	if (status)
		return status;
	e->file = source->file;
	e->assumed = source->seat->notes;
	e->devices = count_seats(source);
	e->device = e->devices > 1 ? source->seat->device : -1;
	e->plan = source->seat->plan;
	e->capture = e->plan ? &source->seat->view : NULL;
	e->nodes = e->capture ? e->capture->count : source->recorded.events;
	if (source->live)
		e->live = live_chip_name(source->live, &e->nodes);
	e->history = source->seat->history;
	return CLI_OK;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	seat_close(source->seat);
	recording_release(&source->recorded);
	live_chip_close(source->live);
	workload_free(&source->workload);
	free(source);
}
