// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plan an import.
 *
 * import_match.c finds chips with a PCI function; a remote chip is identified by its gateway and
 * ASIC location. A chip with contradictory data counts as absent, with the reason. This file has no
 * side effects.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_match.h"
#include "import_plan.h"

struct build {
	struct import_match match;
	struct import_plan *plan;
	const struct import_step **claims;	/* by index into @present */
	size_t *found;				/* index into @present, by index into chips */
};

/*
 * The PCI function of an n300 always belongs to its left chip, so locations are known without being
 * in the descriptor. A p300 has two functions, and a descriptor may have seen either.
 */
static bool location_of(const struct descriptor *descriptor, const struct descriptor_chip *chip,
			uint32_t *location)
{
	if (chip->known & DESCRIPTOR_LOCATION) {
		*location = chip->location;
		return true;
	}
	if (strcasecmp(chip->board, "n300") || chip->reach == DESCRIPTOR_REACH_UNKNOWN)
		return false;
	if (chip->reach == DESCRIPTOR_REMOTE && chip->gateway == DESCRIPTOR_NONE)
		return false;
	if (chip->reach == DESCRIPTOR_LOCAL) {
		const struct descriptor_chip *fellow = descriptor_fellow(descriptor, chip);

		if (fellow && fellow->reach == DESCRIPTOR_LOCAL)
			return false;
	}
	*location = chip->reach == DESCRIPTOR_REMOTE;
	return true;
}

/* UMD invents unique ids if a descriptor has none. */
static void name_id(const struct build *build, struct import_step *step)
{
	step->unique_id = step->source->unique_id;
	for (size_t i = 0; i < build->match.descriptor->count; i++)
		if (build->match.descriptor->chips[i].unique_id)
			return;
	if (build->match.flags & IMPORT_VIRTUAL)
		step->unique_id = (uint64_t)step->source->id << 32;
}

/* The board's type; for a virtual chip, which has no location, with a letter for the side. */
static void name_board(const struct build *build, struct import_step *step)
{
	const struct descriptor_chip *chip = step->source;
	const char *side = "";

	step->located = location_of(build->match.descriptor, chip, &step->location);
	if ((build->match.flags & IMPORT_VIRTUAL) && step->located)
		side = ttmemstat_board_side(chip->board, step->location);
	snprintf(step->board, sizeof(step->board), "%.*s%s%s",
		 (int)(sizeof(step->board) - 1 - 2 * strlen(side)), chip->board,
		 *side ? " " : "", side);
}

static int mask_error(const struct descriptor_chip *chip, struct tt_memstat_geometry geometry,
		      struct descriptor_error *error)
{
	const struct ttmemstat_arch_info *arch = ttmemstat_arch_get_info(geometry.arch);
	struct ttmemstat_resolved resolved;

	/* Find the wrong mask: it is invalid without the other one, too. */
	geometry.valid &= ~TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	geometry.dram_mask = 0;
	if (geometry.valid && ttmemstat_geometry_resolve(&geometry, &resolved)) {
		error->line = chip->tensix_line;
		snprintf(error->message, sizeof(error->message), "harvesting: chip %u: "
			 "harvest_mask 0x%x: a mask of %s has %u bits, not all of them set",
			 chip->id, chip->tensix_mask, arch->name, arch->tensix_mask_bits);
	} else {
		error->line = chip->dram_line;
		snprintf(error->message, sizeof(error->message), "harvesting: chip %u: "
			 "dram_harvesting_mask 0x%x: a mask of %s has %u bits, not all of them set",
			 chip->id, chip->dram_mask, arch->name, arch->dram_channels);
	}
	return -EINVAL;
}

/* Set the geometry, or the reason why it is unknown; fill in @error for impossible masks only. */
static int describe(struct import_step *step, struct descriptor_error *error)
{
	const struct descriptor_chip *chip = step->source;
	int arch = ttmemstat_arch_parse(chip->arch);

	if (!chip->arch[0]) {
		import_leave(step, IMPORT_UNKNOWN, "the descriptor does not have its arch");
		return 0;
	}
	if (arch <= 0) {
		import_leave(step, IMPORT_UNKNOWN, "arch %s is not supported", chip->arch);
		return 0;
	}
	step->geometry.arch = (uint32_t)arch;
	if (chip->known & DESCRIPTOR_TENSIX_MASK) {
		step->geometry.valid |= TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
		step->geometry.tensix_mask = chip->tensix_mask;
	}
	if (chip->known & DESCRIPTOR_DRAM_MASK) {
		step->geometry.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		step->geometry.dram_mask = chip->dram_mask;
	}
	if (step->geometry.valid && ttmemstat_geometry_resolve(&step->geometry, &step->resolved))
		return mask_error(chip, step->geometry, error);
	if (step->geometry.valid)
		step->action = IMPORT_ABSENT;
	else
		import_leave(step, IMPORT_UNKNOWN, "the descriptor has neither its harvested cores nor DRAM");
	return 0;
}

/* @value: 0 = the figure must be unknown */
static bool figure_is(const struct ttmemstat_chip *chip, unsigned int figure, uint64_t value)
{
	uint64_t found = 0;

	ttmemstat_figure(&chip->figures, figure, &found);
	return found == value;
}

static bool has_geometry(const struct ttmemstat_chip *chip, const struct import_step *step)
{
	const struct ttmemstat_resolved *resolved = &step->resolved;

	return chip->arch == step->geometry.arch && chip->grid_x == resolved->grid_x &&
	       chip->grid_y == resolved->grid_y &&
	       figure_is(chip, TT_MEMSTAT_FIG_L1_CAPACITY, resolved->l1_capacity) &&
	       figure_is(chip, TT_MEMSTAT_FIG_DRAM_CAPACITY, resolved->dram_capacity) &&
	       figure_is(chip, TT_MEMSTAT_FIG_TENSIX_HARVESTING, step->geometry.tensix_mask);
}

/* sysfs replaces control characters in the board's name, so compare with these replaced. */
static bool has_board(const struct ttmemstat_chip *chip, const struct import_step *step)
{
	for (size_t i = 0; i < sizeof(step->board); i++) {
		unsigned char want = (unsigned char)step->board[i];

		if (want && (want < ' ' || want == 0x7f))
			want = '?';
		if ((unsigned char)chip->board[i] != want)
			return false;
		if (!want)
			return true;
	}
	return true;
}

static bool is_described(const struct ttmemstat_chip *chip, const struct import_step *step)
{
	return has_geometry(chip, step) && !strcmp(chip->geometry_source, "admin");
}

/* A chip without geometry is matched, too, as it may be a gateway. */
static void claim(struct build *build, size_t index, struct import_step *step)
{
	const struct ttmemstat_chip *chip = build->match.present->chips[index];

	if (import_is_other_card(&build->match, chip, step))
		return;
	if (build->claims[index]) {
		import_leave(step, IMPORT_ABSENT, "%s is already chip %u", chip->name,
		      build->claims[index]->source->id);
		return;
	}
	if (chip->arch && step->geometry.arch && chip->arch != step->geometry.arch) {
		import_leave(step, IMPORT_ABSENT, "%s is a %s", chip->name,
		      ttmemstat_arch_name(chip->arch));
		return;
	}
	build->claims[index] = step;
	build->found[step->source - build->match.descriptor->chips] = index;
	step->action = IMPORT_DESCRIBE;
	step->chip = chip->n;
	step->same = is_described(chip, step);
}

static void match_local(struct build *build, struct import_step *step)
{
	struct import_step before = *step;
	size_t found = import_find_local(&build->match, step);

	if (found != IMPORT_NOWHERE)
		claim(build, found, step);
	if (before.action == IMPORT_UNKNOWN)
		*step = before;
}

static void describe_remote(struct build *build, struct import_step *step, size_t at)
{
	const struct ttmemstat_chip *gateway = build->match.present->chips[at];

	step->action = IMPORT_DESCRIBE_REMOTE;
	step->chip = gateway->n;
	for (size_t i = 0; i < build->match.present->count; i++) {
		const struct ttmemstat_chip *chip = build->match.present->chips[i];

		if (chip->kind != TTMEMSTAT_KIND_REMOTE || strcmp(chip->pci, gateway->pci) ||
		    chip->asic_location != step->location)
			continue;
		build->claims[i] = step;
		step->same = is_described(chip, step);
	}
}

/*
 * The unique id comes first, as a remote chip of this descriptor may be present as a local one.
 * Otherwise the gateway and the location identify it.
 */
static void match_remote(struct build *build, struct import_step *step)
{
	const struct descriptor_chip *chip = step->source;
	size_t unique = import_find_unique(&build->match, chip->unique_id);
	size_t at;

	if (unique != IMPORT_NOWHERE && !build->claims[unique]) {
		claim(build, unique, step);
		return;
	}
	if (chip->gateway == DESCRIPTOR_NONE) {
		import_leave(step, IMPORT_ABSENT, "remote, and its gateway is unknown");
		return;
	}
	if (!step->located) {
		import_leave(step, IMPORT_ABSENT, "remote, and its ASIC location is unknown");
		return;
	}
	at = build->found[chip->gateway];
	if (at == IMPORT_NOWHERE)
		import_leave(step, IMPORT_ABSENT, "its gateway, chip %u, is not found",
		      build->match.descriptor->chips[chip->gateway].id);
	else
		describe_remote(build, step, at);
}

static bool is_same_virtual(const struct build *build, size_t index,
			    const struct import_step *step)
{
	const struct ttmemstat_chip *chip = build->match.present->chips[index];

	if (chip->kind != TTMEMSTAT_KIND_VIRTUAL || build->claims[index] ||
	    chip->unique_id != step->unique_id)
		return false;
	return chip->unique_id || (has_board(chip, step) && has_geometry(chip, step));
}

static void match_virtual(struct build *build, struct import_step *step)
{
	step->action = IMPORT_CREATE;
	for (size_t i = 0; i < build->match.present->count; i++) {
		const struct ttmemstat_chip *chip = build->match.present->chips[i];

		if (!is_same_virtual(build, i, step))
			continue;
		build->claims[i] = step;
		step->chip = chip->n;
		step->action = IMPORT_REPLACE;
		if (has_geometry(chip, step) && has_board(chip, step))
			step->action = IMPORT_KEEP;
		return;
	}
}

static int by_place(const void *left, const void *right)
{
	const struct import_step *one = left, *other = right;
	const struct descriptor_chip *a = one->source, *b = other->source;

	if (a->board_at != b->board_at)
		return (a->board_at > b->board_at) - (a->board_at < b->board_at);
	if (one->located && other->located && one->location != other->location) {
		int side = strcmp(ttmemstat_board_side(a->board, one->location),
				  ttmemstat_board_side(b->board, other->location));

		return side ? side : one->location < other->location ? -1 : 1;
	}
	return (a->id > b->id) - (a->id < b->id);
}

/* Match gateways before the chips behind them. */
static void match_present(struct build *build)
{
	struct import_plan *plan = build->plan;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].source->reach != DESCRIPTOR_REMOTE)
			match_local(build, &plan->steps[i]);
	}
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].source->reach == DESCRIPTOR_REMOTE &&
		    plan->steps[i].action != IMPORT_UNKNOWN)
			match_remote(build, &plan->steps[i]);
	}
}

/* The step with the unique id whose chip is present; NULL: none. */
static const struct import_step *step_of_unique(const struct build *build, uint64_t id)
{
	for (size_t i = 0; id && i < build->plan->count; i++) {
		const struct import_step *step = &build->plan->steps[i];

		if (step->source->unique_id == id && (step->action == IMPORT_DESCRIBE ||
						      step->action == IMPORT_DESCRIBE_REMOTE))
			return step;
	}
	return NULL;
}

/* The step for a remote chip's gateway; NULL: none. */
static const struct import_step *step_of_gateway(const struct build *build,
						 const struct ttmemstat_chip *remote)
{
	size_t gateway = import_find_pci(&build->match, remote->pci);

	return gateway == IMPORT_NOWHERE ? NULL : build->claims[gateway];
}

/* Another chip without a step that has the unique id of the one at @index. */
static const struct ttmemstat_chip *namesake(const struct build *build, size_t index)
{
	const struct ttmemstat_chip *chip = build->match.present->chips[index];

	for (size_t i = 0; chip->unique_id && i < build->match.present->count; i++) {
		const struct ttmemstat_chip *other = build->match.present->chips[i];

		if (i != index && !build->claims[i] && other->unique_id == chip->unique_id &&
		    other->kind != TTMEMSTAT_KIND_VIRTUAL)
			return other;
	}
	return NULL;
}

/* Whether the descriptor contradicts the description of a chip without a step, and why. */
static bool is_stale(const struct build *build, size_t index, char (*why)[IMPORT_WHY])
{
	const struct ttmemstat_chip *chip = build->match.present->chips[index], *other;
	const struct import_step *step = step_of_unique(build, chip->unique_id);

	if (step) {
		snprintf(*why, sizeof(*why), "chip %u has its unique id", step->source->id);
		return true;
	}
	step = chip->kind == TTMEMSTAT_KIND_REMOTE ? step_of_gateway(build, chip) : NULL;
	if (step) {
		snprintf(*why, sizeof(*why), "nothing is behind chip %u there", step->source->id);
		return true;
	}
	other = namesake(build, index);
	if (other)
		snprintf(*why, sizeof(*why), "%s has the same unique id", other->name);
	return other;
}

/*
 * A unique id belongs to one chip. A remote chip is stale if the descriptor has its gateway but not
 * the chip.
 */
static void find_stale(struct build *build)
{
	struct import_plan *plan = build->plan;

	for (size_t i = 0; i < build->match.present->count; i++) {
		const struct ttmemstat_chip *chip = build->match.present->chips[i];
		struct import_stale *stale = &plan->stale[plan->stale_count];

		if (build->claims[i] || strcmp(chip->geometry_source, "admin") ||
		    (chip->kind != TTMEMSTAT_KIND_LOCAL && chip->kind != TTMEMSTAT_KIND_REMOTE) ||
		    !is_stale(build, i, &stale->why))
			continue;
		stale->present = chip;
		stale->chip = chip->n;
		plan->stale_count++;
	}
}

static void match_all(struct build *build)
{
	if (!(build->match.flags & IMPORT_VIRTUAL)) {
		match_present(build);
		find_stale(build);
		return;
	}
	for (size_t i = 0; i < build->plan->count; i++) {
		if (build->plan->steps[i].action != IMPORT_UNKNOWN)
			match_virtual(build, &build->plan->steps[i]);
	}
}

int import_plan_build(const struct descriptor *descriptor,
		      const struct ttmemstat_chip_list *present, uint32_t flags,
		      struct import_plan *plan, struct descriptor_error *error)
{
	struct build build = {
		.match = { .descriptor = descriptor, .present = present, .flags = flags },
		.plan = plan,
	};
	int err = 0;

	memset(error, 0, sizeof(*error));
	plan->count = descriptor->count;
	plan->steps = calloc(plan->count ? plan->count : 1, sizeof(*plan->steps));
	plan->stale = calloc(present->count ? present->count : 1, sizeof(*plan->stale));
	plan->stale_count = 0;
	build.claims = calloc(present->count ? present->count : 1, sizeof(*build.claims));
	build.found = calloc(plan->count ? plan->count : 1, sizeof(*build.found));
	if (!plan->steps || !plan->stale || !build.claims || !build.found)
		err = -ENOMEM;
	for (size_t i = 0; i < plan->count && !err; i++) {
		build.found[i] = IMPORT_NOWHERE;
		plan->steps[i].source = &descriptor->chips[i];
		if (descriptor->chips[i].gateway != DESCRIPTOR_NONE)
			plan->steps[i].gateway = descriptor->chips[descriptor->chips[i].gateway].id;
		name_id(&build, &plan->steps[i]);
		name_board(&build, &plan->steps[i]);
		err = describe(&plan->steps[i], error);
	}
	if (!err) {
		qsort(plan->steps, plan->count, sizeof(*plan->steps), by_place);
		match_all(&build);
	}
	free(build.claims);
	free(build.found);
	if (err)
		import_plan_free(plan);
	return err;
}

void import_plan_free(struct import_plan *plan)
{
	free(plan->steps);
	free(plan->stale);
	memset(plan, 0, sizeof(*plan));
}
