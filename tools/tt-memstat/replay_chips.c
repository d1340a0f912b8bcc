// SPDX-License-Identifier: GPL-2.0-only
/* The chips of a replay: present ones, and virtual ones made from a descriptor. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "explain_chip.h"
#include "import_plan.h"
#include "replay_chips.h"

enum cli_status replay_chip_describe(struct ttmemstat_ctx *ctx, uint32_t n,
				     struct layout_chip *chip)
{
	struct tt_memstat_chip_find find = { .argsz = sizeof(find),
					     .flags = TT_MEMSTAT_FIND_NAME };
	char reason[CLI_ERROR_LEN];
	int err;

	snprintf(find.name, sizeof(find.name), "tt%u", n);
	err = ttmemstat_chip_find(ctx, &find);
	if (err == -ENODEV)
		return cli_fail(CLI_FAILED, "%s: no such chip", find.name);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", find.name,
				cli_error(err, reason, sizeof(reason)));
	if (chip_layout(&find.geometry, chip))
		return cli_fail(CLI_FAILED, "%s: its geometry is unknown", find.name);
	return CLI_OK;
}

static bool report_lists(const struct capture *capture, uint32_t id)
{
	for (size_t i = 0; i < capture->device_count; i++) {
		if (capture->devices[i].id == (int64_t)id)
			return true;
	}
	return false;
}

static bool mesh_has(const struct mesh *mesh, uint32_t id)
{
	for (size_t i = 0; i < mesh->count; i++) {
		if (mesh->ids[i] == (int64_t)id)
			return true;
	}
	return false;
}

/* Without several chips in the capture, its device number may be that of the mesh. */
static bool is_meant(const struct capture *capture, const struct mesh *mesh, uint32_t id)
{
	return mesh->several ? mesh_has(mesh, id) :
			       report_lists(capture, id) || mesh_has(mesh, id);
}

static enum cli_status make(struct ttmemstat_ctx *ctx, const char *file,
			    const struct import_step *step, struct replay_made *made)
{
	char reason[CLI_ERROR_LEN];
	char why[IMPORT_WHY];
	size_t at = made->count;
	uint32_t chip;
	int err;

	if (step->action != IMPORT_CREATE) {
		ttmemstat_sanitize(why, sizeof(why), step->why);
		return cli_fail(CLI_ABSENT, "%s: chip %u of its descriptor is unknown: %s", file,
				step->source->id, why);
	}
	if (made->count == MESH_CHIPS)
		return cli_fail(CLI_FAILED, "%s: more than %d chips", file, MESH_CHIPS);
	err = ttmemstat_chip_create(ctx, &step->geometry, step->board, step->source->unique_id,
				    TT_MEMSTAT_CREATE_EPHEMERAL, &chip);
	if (err)
		return cli_fail(CLI_FAILED, "cannot create chip %u of the descriptor: %s%s",
				step->source->id, cli_error(err, reason, sizeof(reason)),
				err == -EPERM ? ": needs CAP_SYS_ADMIN or the module parameter "
						"allow_virtual" : "");
	while (at && made->ids[at - 1] > (int64_t)step->source->id) {
		made->ids[at] = made->ids[at - 1];
		made->chips[at] = made->chips[at - 1];
		at--;
	}
	made->ids[at] = step->source->id;
	made->chips[at] = chip;
	made->count++;
	return CLI_OK;
}

static enum cli_status make_all(struct ttmemstat_ctx *ctx, const char *file,
				const struct capture *capture, const struct mesh *mesh,
				const struct import_plan *plan, struct replay_made *made)
{
	enum cli_status status = CLI_OK;
	bool any = false;

	for (size_t i = 0; i < plan->count; i++)
		any |= is_meant(capture, mesh, plan->steps[i].source->id);
	for (size_t i = 0; !status && i < plan->count; i++) {
		if (!any || is_meant(capture, mesh, plan->steps[i].source->id))
			status = make(ctx, file, &plan->steps[i], made);
	}
	return status;
}

enum cli_status replay_chips_make(struct ttmemstat_ctx *ctx, const char *file,
				  const struct capture *capture, const struct mesh *mesh,
				  struct replay_made *made)
{
	static const struct ttmemstat_chip_list none;
	struct descriptor *descriptor = NULL;
	struct descriptor_error error = { 0 };
	struct import_plan plan = { 0 };
	char text[DESCRIPTOR_MESSAGE];
	enum cli_status status;
	int err;

	memset(made, 0, sizeof(*made));
	if (!capture->descriptor)
		return cli_fail(CLI_FAILED, "%s: --create needs a report with a cluster descriptor",
				file);
	err = descriptor_parse(capture->descriptor, strlen(capture->descriptor), &descriptor,
			       &error);
	if (!err)
		err = import_plan_build(descriptor, &none, IMPORT_VIRTUAL, &plan, &error);
	if (err == -EINVAL) {
		ttmemstat_sanitize(text, sizeof(text), error.message);
		status = cli_fail(CLI_FAILED, "%s: line %zu of its descriptor: %s", file,
				  error.line, text);
	} else if (err) {
		status = cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, text, sizeof(text)));
	} else {
		status = make_all(ctx, file, capture, mesh, &plan, made);
	}
	import_plan_free(&plan);
	descriptor_free(descriptor);
	return status;
}
