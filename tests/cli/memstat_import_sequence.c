// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sequences of imports while boards are added, removed, swapped or die. After an import without
 * errors, each chip with a PCI function in the descriptor is known, no two chips have the same
 * unique id, and the chips have no more bytes than the boards, if all of them were seen. If tt-kmd
 * publishes serial numbers, no board gets the description of another, even by an old descriptor.
 *
 * The model of the host remembers what the module remembers: for each PCI address, as long as its
 * arch is unchanged, the description of its chip and of those behind it.
 */
#include "memstat_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "descriptor.h"
#include "import_plan.h"

#define SLOTS		5
#define LOCATIONS	2
#define CHIPS_MAX	(SLOTS * (1 + LOCATIONS))
#define SEQUENCES	10000
#define IMPORTS		6
#define BH_DRAM		(UINT64_C(32) << 30)
#define WH_DRAM		(UINT64_C(12) << 30)

enum board { EMPTY, N150, N300, P150, P300, P300_SECOND, BOARDS };

static const char *const board_names[BOARDS] = {
	[N150] = "n150", [N300] = "n300", [P150] = "p150", [P300] = "p300", [P300_SECOND] = "p300",
};

/* The module's memory of a chip, after an import. */
struct said {
	bool there;
	uint64_t unique_id;
	uint64_t dram;
};

/* @id: of the board; its chips have unique ids 10 * id and 10 * id + 1 */
struct slot {
	enum board board;
	uint64_t id;
	bool right_is_dead;
	bool blackhole;			/* when something was last said */
	struct said local;
	struct said remote[LOCATIONS];
};

struct world {
	uint64_t random;
	uint64_t boards;
	bool serials;			/* tt-kmd tells them */
	char past[8192];		/* a descriptor */
	struct slot slots[SLOTS];
	struct ttmemstat_chip chips[CHIPS_MAX];
	struct ttmemstat_chip *pointers[CHIPS_MAX];
	struct said *said[CHIPS_MAX];
	struct ttmemstat_chip_list list;
};

/* splitmix64 */
static uint32_t roll(struct world *w, uint32_t below)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)(z >> 40) % below;
}

static bool is_blackhole(enum board board)
{
	return board >= P150;
}

static void place(struct slot *slot, enum board board, uint64_t id)
{
	if (is_blackhole(board) != slot->blackhole)
		memset(slot, 0, sizeof(*slot));
	slot->board = board;
	slot->blackhole = is_blackhole(board);
	slot->id = id;
	slot->right_is_dead = false;
}

static void pull(struct world *w, size_t n)
{
	if (w->slots[n].board == P300_SECOND)
		n--;
	if (w->slots[n].board == P300)
		w->slots[n + 1].board = EMPTY;
	w->slots[n].board = EMPTY;
}

static void put(struct world *w, size_t n, enum board board, uint64_t id)
{
	if (board == P300 && (n + 1 == SLOTS || w->slots[n + 1].board))
		board = P150;
	place(&w->slots[n], board, id);
	if (board == P300)
		place(&w->slots[n + 1], P300_SECOND, id);
}

/* A board comes, goes, moves to another slot, or loses a chip. */
static void happen(struct world *w)
{
	size_t n = roll(w, SLOTS), to = roll(w, SLOTS);
	struct slot *slot = &w->slots[n];

	switch (roll(w, 4)) {
	case 0:
		pull(w, n);
		break;
	case 1:
		slot->right_is_dead = !slot->right_is_dead;
		break;
	case 2:
		if (slot->board && slot->board < P300 && !w->slots[to].board) {
			put(w, to, slot->board, slot->id);
			pull(w, n);
		}
		break;
	default:
		if (!slot->board)
			put(w, n, N150 + roll(w, P300 - N150 + 1), ++w->boards);
	}
}

static void show(struct world *w, struct said *said, uint32_t kind, size_t slot, uint32_t location)
{
	size_t n = w->list.count++;
	struct ttmemstat_chip *chip = &w->chips[n];
	unsigned int figure = TT_MEMSTAT_FIG_DRAM_CAPACITY;

	memset(chip, 0, sizeof(*chip));
	w->pointers[n] = chip;
	w->said[n] = said;
	chip->n = (uint32_t)n;
	chip->kind = kind;
	chip->arch = is_blackhole(w->slots[slot].board) ? TT_MEMSTAT_ARCH_BLACKHOLE :
							   TT_MEMSTAT_ARCH_WORMHOLE;
	chip->asic_location = location;
	snprintf(chip->name, sizeof(chip->name), "tt%zu", n);
	snprintf(chip->pci, sizeof(chip->pci), "0000:0%zu:00.0", slot + 1);
	if (w->serials && kind == TTMEMSTAT_KIND_LOCAL)
		chip->card_serial = w->slots[slot].id;
	if (!said->there)
		return;
	chip->unique_id = said->unique_id;
	snprintf(chip->geometry_source, sizeof(chip->geometry_source), "admin");
	chip->figures.known[figure / 64] |= UINT64_C(1) << (figure % 64);
	chip->figures.value[figure] = said->dram;
}

static uint32_t ordinal_of(const struct world *w, size_t slot)
{
	uint32_t ordinal = 0;

	for (size_t i = 0; i < slot; i++)
		ordinal += w->slots[i].board != EMPTY;
	return ordinal;
}

static void look(struct world *w)
{
	w->list.count = 0;
	w->list.chips = w->pointers;
	for (size_t i = 0; i < SLOTS; i++) {
		if (!w->slots[i].board)
			continue;
		show(w, &w->slots[i].local, TTMEMSTAT_KIND_LOCAL, i, TTMEMSTAT_LOCATION_UNKNOWN);
		snprintf(w->chips[w->list.count - 1].kmd_node, TT_MEMSTAT_NAME_LEN,
			 "tenstorrent/%u", ordinal_of(w, i));
		for (uint32_t k = 0; k < LOCATIONS; k++)
			if (w->slots[i].remote[k].there)
				show(w, &w->slots[i].remote[k], TTMEMSTAT_KIND_REMOTE, i, k);
	}
}

/* ---- A descriptor of what there is ---- */

struct text {
	char arch[1024], ids[1024], mmio[1024], bdfs[1024], harvest[1024], boards[1024], places[1024];
	uint32_t chips;
};

__attribute__((format(printf, 2, 3)))
static void add(char (*to)[1024], const char *format, ...)
{
	size_t used = strlen(*to);
	va_list args;

	va_start(args, format);
	vsnprintf(*to + used, sizeof(*to) - used, format, args);
	va_end(args);
}

/* Returns the descriptor's number of the chip. */
static uint32_t tell(struct text *t, const struct slot *slot, uint32_t location)
{
	uint32_t id = t->chips++;

	add(&t->arch, "  %u: %s\n", id, is_blackhole(slot->board) ? "blackhole" : "wormhole_b0");
	add(&t->ids, "  %u: %llu\n", id, (unsigned long long)(10 * slot->id + location));
	add(&t->harvest, "  %u: {harvest_mask: %u, dram_harvesting_mask: 0}\n", id,
	    is_blackhole(slot->board) ? 192u : 65u);
	add(&t->places, "  %u: %u\n", id, location);
	return id;
}

static uint32_t tell_local(struct text *t, const struct world *w, size_t n, uint32_t location)
{
	uint32_t id = tell(t, &w->slots[n], location);

	add(&t->mmio, "  - %u: %u\n", id, ordinal_of(w, n));
	add(&t->bdfs, "  %u: \"0000:0%zu:00.0\"\n", id, n + 1);
	return id;
}

/* The board as a process sees it that has the functions of @seen. */
static void tell_board(struct text *t, const struct world *w, size_t n, unsigned int seen)
{
	const struct slot *slot = &w->slots[n];
	bool first = seen >> n & 1, second = slot->board == P300 && seen >> (n + 1) & 1;
	uint32_t a, b;

	if (!first && !second)
		return;
	a = first ? tell_local(t, w, n, 0) : tell(t, slot, 0);
	add(&t->boards, "  - [board_type: %s, ", board_names[slot->board]);
	if (w->serials)
		add(&t->boards, "board_id: %llu, ", (unsigned long long)slot->id);
	add(&t->boards, "chips: [%u", a);
	if (slot->board == P300 || (slot->board == N300 && !slot->right_is_dead)) {
		b = second ? tell_local(t, w, n + 1, 1) : tell(t, slot, 1);
		add(&t->boards, ", %u", b);
	}
	add(&t->boards, "]]\n");
}

struct view {
	unsigned int seen;		/* slots */
	bool ids, bdfs, places;
	uint32_t flags;
};

static char *describe(const struct world *w, const struct view *view)
{
	static char out[8192];
	struct text t = { 0 };

	for (size_t i = 0; i < SLOTS; i++)
		if (w->slots[i].board && w->slots[i].board != P300_SECOND)
			tell_board(&t, w, i, view->seen);
	if (!t.chips)
		return NULL;
	snprintf(out, sizeof(out), "arch:\n%s%s%schips_with_mmio:\n%s%s%sharvesting:\n%sboards:\n%s%s%s",
		 t.arch, view->ids ? "chip_unique_ids:\n" : "", view->ids ? t.ids : "", t.mmio,
		 view->bdfs ? "chip_pci_bdfs:\n" : "", view->bdfs ? t.bdfs : "", t.harvest, t.boards,
		 view->places ? "asic_locations:\n" : "", view->places ? t.places : "");
	return out;
}

/* ---- What the module makes of a plan ---- */

static void say(struct said *said, const struct import_step *step)
{
	*said = (struct said) { true, step->source->unique_id, step->resolved.dram_capacity };
}

/* Whether nothing was left. */
static bool carry_out(struct world *w, const struct import_plan *plan)
{
	bool all = true;

	for (size_t i = 0; i < plan->stale_count; i++)
		memset(w->said[plan->stale[i].chip], 0, sizeof(struct said));
	for (size_t i = 0; i < plan->count; i++) {
		const struct import_step *step = &plan->steps[i];
		size_t slot;

		if (step->action == IMPORT_DESCRIBE) {
			say(w->said[step->chip], step);
		} else if (step->action == IMPORT_DESCRIBE_REMOTE) {
			slot = (size_t)(w->chips[step->chip].pci[6] - '1');
			say(&w->slots[slot].remote[step->location], step);
		} else {
			all = false;
		}
	}
	return all;
}

static uint64_t bytes_there(const struct world *w)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		const struct slot *slot = &w->slots[i];

		if (slot->board)
			bytes += is_blackhole(slot->board) ? BH_DRAM : WH_DRAM;
		if (slot->board == N300 && !slot->right_is_dead)
			bytes += WH_DRAM;
	}
	return bytes;
}

/* Where the descriptor tells the place, it is the chip there, whichever was taken for it. */
static bool is_known(struct world *w, const struct import_step *step, const struct view *view)
{
	if (!view->bdfs && !(view->flags & IMPORT_BY_ORDINAL))
		return w->said[step->chip]->there;
	for (size_t i = 0; i < SLOTS; i++)
		if (w->slots[i].board && ordinal_of(w, i) == step->source->ordinal)
			return w->slots[i].local.there;
	return false;
}

static void judge(struct world *w, const struct import_plan *plan, const struct view *view,
		  const char *text)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct import_step *step = &plan->steps[i];

		if (step->source->reach == DESCRIPTOR_LOCAL && !is_known(w, step, view))
			fail_msg("chip %u is unknown:\n%s", step->source->id, text);
	}
	look(w);
	for (size_t i = 0; i < w->list.count; i++) {
		bytes += w->said[i]->dram;
		for (size_t k = 0; k < i; k++)
			if (w->said[i]->unique_id && w->said[i]->unique_id == w->said[k]->unique_id)
				fail_msg("tt%zu and tt%zu have one unique id:\n%s", k, i, text);
	}
	if (view->seen == (1u << SLOTS) - 1 && bytes > bytes_there(w))
		fail_msg("%llu bytes on boards that have %llu:\n%s", (unsigned long long)bytes,
			 (unsigned long long)bytes_there(w), text);
}

static void judge_boards(const struct world *w, const struct import_plan *plan, const char *text)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct import_step *step = &plan->steps[i];
		size_t slot;

		if (step->action != IMPORT_DESCRIBE && step->action != IMPORT_DESCRIBE_REMOTE)
			continue;
		slot = (size_t)(w->chips[step->chip].pci[6] - '1');
		if (step->source->board_id != w->slots[slot].id)
			fail_msg("chip %u is on another board:\n%s", step->source->id, text);
	}
}

/* Whether the import of @text, which if not @past is of now, did not complain. */
static bool import(struct world *w, const struct view *view, const char *text, bool past)
{
	struct descriptor_error error;
	struct descriptor *descriptor;
	struct import_plan plan;
	bool all;

	look(w);
	if (descriptor_parse(text, strlen(text), &descriptor, &error))
		fail_msg("%zu: %s in\n%s", error.line, error.message, text);
	if (import_plan_build(descriptor, &w->list, view->flags, &plan, &error))
		fail_msg("%zu: %s in\n%s", error.line, error.message, text);
	if (w->serials && !(view->flags & IMPORT_FORCE))
		judge_boards(w, &plan, text);
	all = carry_out(w, &plan);
	if (all && !past)
		judge(w, &plan, view, text);
	import_plan_free(&plan);
	descriptor_free(descriptor);
	return all;
}

static bool import_some(struct world *w, const struct view *view)
{
	char *text = describe(w, view);
	bool done;

	if (w->serials && *w->past && !roll(w, 4)) {
		import(w, view, w->past, true);
		return false;
	}
	done = text && import(w, view, text, false);
	if (text)
		snprintf(w->past, sizeof(w->past), "%s", text);
	return done;
}

static void imports_in_sequence(void **state)
{
	unsigned int done = 0, whole = 0;

	(void)state;
	for (uint32_t seed = 1; seed <= SEQUENCES; seed++) {
		struct world w = { .random = seed, .serials = seed % 2 };

		for (size_t i = 0; i < SLOTS; i++)
			happen(&w);
		for (size_t i = 0; i < IMPORTS; i++) {
			struct view view = {
				.seen = roll(&w, 2) ? (1u << SLOTS) - 1 : roll(&w, 1u << SLOTS),
				.ids = roll(&w, 3), .bdfs = roll(&w, 2), .places = roll(&w, 4),
			};

			view.flags = (roll(&w, 2) ? IMPORT_BY_ORDINAL : 0) |
				     (roll(&w, 4) ? 0 : IMPORT_FORCE);
			if (import_some(&w, &view)) {
				done++;
				whole += view.seen == (1u << SLOTS) - 1;
			}
			happen(&w);
		}
	}
	/* Most imports are such that something was proved. */
	assert_true(done > SEQUENCES);
	assert_true(whole > SEQUENCES / 2);
}

static const struct CMUnitTest sequence_tests[] = {
	cmocka_unit_test(imports_in_sequence),
};
TEST_GROUP(sequence);
