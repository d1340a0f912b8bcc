// SPDX-License-Identifier: GPL-2.0-only
/*
 * The folded files of a recording: histories with refused events are recorded twice, in files that
 * are folded and in one file that is not. At any moment the ledger must find the same live in both.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "testing.h"

#include "ledger/books.h"

#define CHIPS		2
#define IDS		600
#define PROGRAMS	8
#define NAMES		5
#define SETS		4
#define RECORDS		8192	/* more than can be live with their parts */
#define EVENTS		60000
#define LOOKS		10

static char dir[64];

static int set_up(void **state)
{
	(void)state;
	unsetenv("TT_MEMSTAT_DISABLED");
	return scratch_make("ttmem-fold", dir, sizeof(dir));
}

static int tear_down(void **state)
{
	(void)state;
	return scratch_remove(dir);
}

/* ---- A history, recorded ----------------------------------------------------------------- */

/**
 * struct reporter - one of the two recordings
 * @sets: numbers of bank sets, of one chip's attachment
 */
struct reporter {
	char path[96];
	struct ttmemstat_ctx *ctx;
	struct ttmemstat_attachment *att[CHIPS];
	uint32_t sets[CHIPS][SETS];
	uint32_t names[NAMES];
};

/* The second chip's attachment does not cover all pools. */
static void attach(struct reporter *r, uint32_t chip)
{
	const struct tt_memstat_rect rects[] = { { 0, 0, 3, 1 }, { 2, 1, 5, 5 } };
	struct ttmemstat_attach_options o;

	ttmemstat_attach_options_init(&o);
	o.chip = chip;
	o.covers = chip ? 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_CB |
			  1u << TT_MEMSTAT_POOL_KERNEL : TT_MEMSTAT_POOL_MASK_ALL;
	o.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o.geometry = (struct tt_memstat_geometry) {
		.arch = TT_MEMSTAT_ARCH_WORMHOLE,
		.valid = TT_MEMSTAT_GEOMETRY_GRID | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
		.grid_x = 8, .grid_y = 9,
	};
	assert_int_equal(ttmemstat_attach(r->ctx, &o, &r->att[chip], NULL), 0);
	r->sets[chip][0] = 0;
	assert_int_equal(ttmemstat_bank_set_l1(r->att[chip], &rects[0], 1, &r->sets[chip][1]), 0);
	assert_int_equal(ttmemstat_bank_set_l1(r->att[chip], rects, 2, &r->sets[chip][2]), 0);
	assert_int_equal(ttmemstat_bank_set_dram(r->att[chip], 5, &r->sets[chip][3]), 0);
}

static void begin(struct reporter *r, const char *name, const char *size)
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options), .flags = TTMEMSTAT_OPEN_OPTIONAL,
		.path = "/nonexistent/tt_memstat",
	};
	uint32_t i;

	snprintf(r->path, sizeof(r->path), "%s/%s", dir, name);
	setenv("TT_MEMSTAT_RECORD", r->path, 1);
	setenv("TT_MEMSTAT_RECORD_SIZE", size, 1);
	assert_int_equal(ttmemstat_open(&r->ctx, &options), 0);
	for (i = 0; i < CHIPS; i++)
		attach(r, i);
	for (i = 0; i < NAMES; i++) {
		char text[16];

		snprintf(text, sizeof(text), "name %u", i);
		assert_int_equal(ttmemstat_name(r->ctx, text, &r->names[i]), 0);
	}
	assert_int_equal(ttmemstat_recorded(r->ctx), 1);
}

static void end(struct reporter *r)
{
	uint32_t i;

	for (i = 0; i < CHIPS; i++)
		ttmemstat_detach(r->att[i]);
	ttmemstat_close(r->ctx);
}

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % limit;
}

static bool one_in(uint32_t n)
{
	return !below(n);
}

/* A record as a runtime reports it. */
static struct tt_memstat_entry sound(void)
{
	struct tt_memstat_entry e = {
		.op = TT_MEMSTAT_OP_RECORD, .id = below(IDS), .pool = below(TT_MEMSTAT_POOLS),
		.addr = below(60000) * 16, .size = (1 + below(2000)) * 16,
	};

	if (e.pool >= TT_MEMSTAT_POOL_CB)
		e.program = below(PROGRAMS);
	if (e.pool >= TT_MEMSTAT_POOL_L1)
		e.set = below(3);
	else if (one_in(2))
		e.set = 3;
	if (one_in(3))
		e.flags |= TT_MEMSTAT_ENTRY_PART;
	if (e.program && one_in(20))
		e.flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	return e;
}

static struct tt_memstat_entry other(uint32_t op)
{
	struct tt_memstat_entry e = { .op = (uint16_t)op };

	switch (op) {
	case TT_MEMSTAT_OP_FREE:
		e.id = below(IDS);
		break;
	case TT_MEMSTAT_OP_DISPATCH:
		e.id = below(3);
		e.program = below(PROGRAMS);
		break;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		e.program = one_in(4) ? below(PROGRAMS) : 0;
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		e.pool = below(TT_MEMSTAT_POOLS);
		e.addr = below(1 << 16);
		e.id = e.addr + below(1 << 16);
		e.program = below(1 << 16);
		break;
	}
	return e;
}

/* One or two fields that are more often than not wrong. */
static void bend(struct tt_memstat_entry *e)
{
	uint32_t times = 1 + one_in(3);

	while (times--) {
		switch (below(9)) {
		case 0:
			e->flags ^= (uint16_t)(1u << below(10));
			break;
		case 1:
			e->pool = below(9);
			break;
		case 2:
			e->set = one_in(3) ? 70000 : below(7);
			break;
		case 3:
			e->addr = one_in(2) ? e->addr + below(16) : (uint64_t)below(1 << 30) << below(30);
			break;
		case 4:
			e->size = one_in(2) ? below(40) : (uint64_t)below(1 << 30) << below(30);
			break;
		case 5:
			e->program = below(2 * PROGRAMS);
			break;
		case 6:
			e->id = below(IDS);
			break;
		case 7:
			e->reserved[below(2)] = below(2);
			break;
		default:
			e->op = (uint16_t)below(8);
		}
	}
}

static void report(struct reporter r[2], uint32_t chip, struct tt_memstat_entry e)
{
	const uint32_t set = e.set;
	int i;

	e.seq = one_in(2) ? r[0].names[below(NAMES)] : 0;
	for (i = 0; i < 2; i++) {
		e.set = set < SETS ? r[i].sets[chip][set] : set;
		assert_int_equal(ttmemstat_submit(r[i].att[chip], &e, 1, NULL), 0);
	}
}

static void attach_again(struct reporter r[2], uint32_t chip)
{
	int i;

	for (i = 0; i < 2; i++) {
		ttmemstat_detach(r[i].att[chip]);
		attach(&r[i], chip);
	}
}

/* Report short-lived records until the other objects are old enough to be folded. */
static void pass_time(struct reporter r[2])
{
	const uint32_t chip = below(CHIPS);
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_RECORD, .id = IDS, .size = 16,
				      .pool = TT_MEMSTAT_POOL_L1 };

	report(r, chip, e);
	report(r, chip, (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_FREE, .id = IDS });
}

static void step(struct reporter r[2])
{
	const uint32_t chip = below(CHIPS), what = below(1000);
	struct tt_memstat_entry e = what < 450 ? sound() : what < 850 ? other(TT_MEMSTAT_OP_FREE) :
				    other(3 + below(3));
	uint32_t pools = 1u << below(TT_MEMSTAT_POOLS), program = 1 + below(PROGRAMS), name;
	int i;

	if (one_in(1000)) {
		attach_again(r, chip);
	} else if (one_in(500)) {
		for (i = 0; i < 2; i++)
			assert_int_equal(ttmemstat_drop(r[i].att[chip], pools), 0);
	} else if (one_in(50)) {
		name = below(NAMES);
		for (i = 0; i < 2; i++)
			assert_int_equal(ttmemstat_name_program(r[i].att[chip], program,
								r[i].names[name]), 0);
	} else {
		if (one_in(3))
			bend(&e);
		report(r, chip, e);
	}
}

/* ---- Live, as the ledger finds it -------------------------------------------------------- */

struct record {
	struct books_record is;
	char name[16];
};

/**
 * struct chip - what the ledger has after the events of an attachment
 * @sets: its numbers of sets, by the recording's
 * @names: of programs
 */
struct chip {
	struct books *books;
	struct books_client *client;
	uint32_t sets[16];
	char names[2 * PROGRAMS][16];
	struct books_usage usage;
	struct tt_memstat_figures figures;
	struct record records[RECORDS];
	size_t count;
};

struct found {
	struct chip chips[CHIPS];
	uint64_t refused;
	bool folded;
};

static int add_record(void *arg, const struct books_record *record)
{
	struct chip *chip = arg;
	struct record *added = &chip->records[chip->count++];

	assert_true(chip->count <= RECORDS);
	added->is = *record;
	added->is.of = NULL;
	if (record->program < 2 * PROGRAMS)
		memcpy(added->name, chip->names[record->program], sizeof(added->name));
	return 0;
}

static void take_attach(struct chip *chip, const struct ttmemstat_attach_options *attach)
{
	memset(chip, 0, sizeof(*chip));
	assert_int_equal(books_open(&attach->geometry, &chip->books), 0);
	assert_int_equal(books_attach(chip->books, NULL, &attach->layout, attach->covers,
				      &chip->client), 0);
}

static void take_set(struct chip *chip, const struct ttmemstat_recorded_event *event)
{
	uint32_t *set = &chip->sets[event->set];

	assert_true(event->set < COUNT(chip->sets));
	if (event->bank_set.space == TT_MEMSTAT_SPACE_DRAM)
		assert_int_equal(books_set_dram(chip->client, event->bank_set.mask, set), 0);
	else
		assert_int_equal(books_set_l1(chip->client, event->bank_set.rects, event->bank_set.count,
					      set), 0);
}

/* Returns whether the ledger took the event. A free ends the name of a program, loaded or not. */
static bool take_entry(struct chip *chip, const struct ttmemstat_recorded_event *event)
{
	struct tt_memstat_entry entry = event->entry;

	if (entry.op == TT_MEMSTAT_OP_PROGRAM_FREE && entry.program < COUNT(chip->names))
		memset(chip->names[entry.program], 0, sizeof(chip->names[0]));
	if (entry.set)
		entry.set = entry.set < COUNT(chip->sets) && chip->sets[entry.set] ?
			chip->sets[entry.set] : UINT32_MAX;
	return !books_take(chip->client, &entry, 0);
}

/* A drop ends programs without records, and thereby their names. */
static void take_drop(struct chip *chip, uint32_t pools)
{
	struct tt_memstat_program_info items[2 * PROGRAMS];
	uint32_t count = COUNT(items), i;
	char names[COUNT(chip->names)][sizeof(chip->names[0])];
	uint64_t cursor = 0;

	books_drop(chip->client, pools);
	if (!(pools & (1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL)))
		return;
	assert_int_equal(books_list_programs(chip->client, &cursor, items, &count), 0);
	memcpy(names, chip->names, sizeof(names));
	memset(chip->names, 0, sizeof(chip->names));
	for (i = 0; i < count; i++)
		if (items[i].id < COUNT(names))
			memcpy(chip->names[items[i].id], names[items[i].id],
			       sizeof(names[0]));
}

static void take(struct found *f, uint32_t chip_of[], const struct ttmemstat_recorded_event *event)
{
	struct chip *chip = &f->chips[chip_of[event->attachment]];

	switch (event->kind) {
	case TTMEMSTAT_RECORDED_ATTACH:
		chip_of[event->attachment] = event->attach->chip;
		take_attach(&f->chips[event->attach->chip], event->attach);
		break;
	case TTMEMSTAT_RECORDED_SET:
		take_set(chip, event);
		break;
	case TTMEMSTAT_RECORDED_DROP:
		take_drop(chip, event->pools);
		break;
	case TTMEMSTAT_RECORDED_PROGRAM_NAME:
		strncpy(chip->names[event->entry.program], event->name, sizeof(chip->names[0]));
		break;
	case TTMEMSTAT_RECORDED_DETACH:
		books_close(chip->books);
		chip->books = NULL;
		break;
	default:
		f->refused += !take_entry(chip, event);
	}
}

/* Programs are resident as after a dispatch of each; the base does not have all dispatches. */
static void look(struct chip *chip)
{
	uint64_t program;

	for (program = 1; program < 2 * PROGRAMS; program++)
		books_take(chip->client, &(struct tt_memstat_entry) {
			.op = TT_MEMSTAT_OP_DISPATCH, .program = program }, 0);
	books_get_usage(chip->books, &chip->usage);
	books_chip_figures(chip->books, 0, &chip->figures);
	books_each_record(chip->client, add_record, chip);
	books_close(chip->books);
}

static void read_all(const char *path, struct found *f)
{
	uint32_t chip_of[1024] = { 0 }, i;
	struct ttmemstat_recording_info info = { .size = sizeof(info) };
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;

	memset(f, 0, sizeof(*f));
	assert_int_equal(ttmemstat_recording_open(&r, path), 0);
	while (ttmemstat_recording_next(r, &event) == 1)
		take(f, chip_of, &event);
	assert_int_equal(ttmemstat_recording_get_info(r, &info), 0);
	f->folded = info.folded;
	assert_int_equal(info.torn, 0);
	ttmemstat_recording_close(r);
	for (i = 0; i < CHIPS; i++)
		look(&f->chips[i]);
}

static uint64_t figure(const struct chip *chip, enum tt_memstat_figure n)
{
	uint64_t value;

	return ttmemstat_figure(&chip->figures, n, &value) ? value : UINT64_MAX;
}

static void compare(const struct chip *folded, const struct chip *whole)
{
	static const enum tt_memstat_figure figures[] = {
		TT_MEMSTAT_FIG_L1_USED, TT_MEMSTAT_FIG_L1_FOOTPRINT, TT_MEMSTAT_FIG_DRAM_USED,
		TT_MEMSTAT_FIG_CB_USED, TT_MEMSTAT_FIG_CB_LOADED,
	};
	size_t i;

	for (i = 0; i < whole->count && i < folded->count; i++) {
		assert_int_equal(folded->records[i].is.id, whole->records[i].is.id);
		assert_memory_equal(&folded->records[i], &whole->records[i],
				    sizeof(whole->records[i]));
	}
	assert_int_equal(folded->count, whole->count);
	for (i = 0; i < COUNT(figures); i++)
		assert_int_equal(figure(folded, figures[i]), figure(whole, figures[i]));
	assert_int_equal(folded->usage.fullest_core_used, whole->usage.fullest_core_used);
}

static void history(uint64_t first)
{
	static struct found folded, whole;
	struct reporter r[2];
	size_t live = 0;
	uint32_t i, looks = 0;

	seed = first;
	begin(&r[0], "folded", "1M");
	begin(&r[1], "whole", "1G");
	for (i = 1; i <= EVENTS; i++) {
		if (one_in(5))
			step(r);
		else
			pass_time(r);
		if (i % (EVENTS / LOOKS))
			continue;
		read_all(r[0].path, &folded);
		read_all(r[1].path, &whole);
		assert_false(whole.folded);
		live += whole.chips[0].count;
		assert_true(whole.refused > i / 50);
		looks += folded.folded;
		compare(&folded.chips[0], &whole.chips[0]);
		compare(&folded.chips[1], &whole.chips[1]);
	}
	assert_true(looks >= LOOKS / 3);
	assert_true(live > 20 * LOOKS);
	end(&r[0]);
	end(&r[1]);
}

static void refused_events_end_nothing(void **state)
{
	(void)state;
	history(1);
}

static void nor_do_those_of_another_history(void **state)
{
	(void)state;
	history(4);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(refused_events_end_nothing),
	TEST(nor_do_those_of_another_history),
};

TEST_MAIN(tests)
