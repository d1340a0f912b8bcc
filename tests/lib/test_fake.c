// SPDX-License-Identifier: GPL-2.0-only
/*
 * TT_MEMSTAT_FAKE: the library without a module, with the ledger. Expected figures are computed
 * here from their definitions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

#define COLUMNS		12u
#define ROWS		10u
#define L1		1572864ull
#define COVERS		TT_MEMSTAT_POOL_MASK_ALL

static struct ttmemstat_ctx *open_fake(const char *fake)
{
	struct ttmemstat_ctx *ctx;

	unsetenv("TT_MEMSTAT_RECORD");
	setenv("TT_MEMSTAT_FAKE", fake, 1);
	assert_int_equal(ttmemstat_open(&ctx, NULL), 0);
	return ctx;
}

static struct ttmemstat_attachment *attach(struct ttmemstat_ctx *ctx, uint32_t chip)
{
	struct ttmemstat_attachment *att;
	struct ttmemstat_attach_options o;

	ttmemstat_attach_options_init(&o);
	o.chip = chip;
	o.covers = COVERS;
	o.flags = TTMEMSTAT_ATTACH_RING;
	o.layout.valid = TT_MEMSTAT_LAYOUT_L1;
	o.layout.l1_base = 4096;
	o.layout.l1_end = L1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), 0);
	return att;
}

static uint64_t chip_figure(struct ttmemstat_ctx *ctx, uint32_t chip, unsigned int n)
{
	struct tt_memstat_figures figures;
	uint64_t value;

	assert_int_equal(ttmemstat_query_chip(ctx, chip, &figures), 0);
	assert_true(ttmemstat_figure(&figures, n, &value));
	return value;
}

static uint64_t own_figure(struct ttmemstat_ctx *ctx, uint32_t chip, unsigned int n)
{
	struct tt_memstat_get_info info = { 0 };
	struct tt_memstat_figures figures;
	uint64_t value;

	assert_int_equal(ttmemstat_info(ctx, &info), 0);
	assert_int_equal(ttmemstat_query_client(ctx, chip, info.client, &figures), 0);
	assert_true(ttmemstat_figure(&figures, n, &value));
	return value;
}

static int record(struct ttmemstat_attachment *att, uint64_t id, uint32_t pool, uint64_t addr,
		  uint64_t size, uint32_t set, uint64_t program)
{
	const struct ttmemstat_record r = {
		.id = id, .pool = pool, .addr = addr, .size = size, .set = set, .program = program,
	};

	return ttmemstat_report_record(att, &r);
}

/* ---- Chips ---- */

static void chips(void **state)
{
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct tt_memstat_get_info info = { 0 };
	struct tt_memstat_chip_find find = { .flags = TT_MEMSTAT_FIND_NAME, .name = "tt0" };

	(void)state;
	assert_true(ttmemstat_enabled(ctx));
	assert_int_equal(ttmemstat_disabled_reason(ctx), 0);
	assert_int_equal(ttmemstat_info(ctx, &info), 0);
	assert_string_equal(info.version, "fake");
	assert_int_equal(ttmemstat_chip_find(ctx, &find), 0);
	assert_int_equal(find.geometry.grid_x, COLUMNS);
	assert_int_equal(find.geometry.grid_y, ROWS);
	assert_int_equal(chip_figure(ctx, 0, TT_MEMSTAT_FIG_L1_CAPACITY), COLUMNS * ROWS * L1);
	assert_int_equal(chip_figure(ctx, 0, TT_MEMSTAT_FIG_DRAM_CAPACITY), 32ull << 30);
	strcpy(find.name, "tt1");
	assert_int_equal(ttmemstat_chip_find(ctx, &find), -ENODEV);
	ttmemstat_close(ctx);

	ctx = open_fake("wormhole:2");
	assert_int_equal(ttmemstat_chip_find(ctx, &find), 0);
	assert_int_equal(chip_figure(ctx, 1, TT_MEMSTAT_FIG_L1_CAPACITY), 8 * 9 * 1499136);
	ttmemstat_close(ctx);
}

static void chips_of_ones_own(void **state)
{
	const struct tt_memstat_geometry small = {
		.arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = 2, .grid_y = 2, .dram_banks = 2, .l1_bytes = 65536,
	};
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct tt_memstat_chip_find find = { .flags = TT_MEMSTAT_FIND_UNIQUE_ID, .unique_id = 77 };
	struct ttmemstat_attachment *att;
	uint32_t chip;

	(void)state;
	assert_int_equal(ttmemstat_chip_create(ctx, &small, NULL, 77, 0, &chip), 0);
	assert_int_equal(chip, 1);
	assert_int_equal(ttmemstat_chip_find(ctx, &find), 0);
	assert_string_equal(find.name, "tt1");
	assert_int_equal(chip_figure(ctx, 1, TT_MEMSTAT_FIG_L1_CAPACITY), 4 * 65536);
	att = NULL;
	assert_int_equal(ttmemstat_chip_destroy(ctx, 1), 0);
	assert_int_equal(ttmemstat_chip_destroy(ctx, 1), -ENODEV);
	assert_int_equal(ttmemstat_detach(att), 0);
	ttmemstat_close(ctx);
}

static void what_is_no_fake(void **state)
{
	static const char *const wrong[] = { "grayskull", "blackhole:0", "blackhole:33", "blackhole:",
					     "blackhole:1x", "blackhole: 1", ":2", "1",
					     "blackhole-and-more-than-fits" };
	const struct ttmemstat_open_options options = {
		.size = sizeof(options), .flags = TTMEMSTAT_OPEN_OPTIONAL,
	};
	char text[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_ctx *ctx;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		print_message("%s\n", wrong[i]);
		setenv("TT_MEMSTAT_FAKE", wrong[i], 1);
		assert_int_equal(ttmemstat_open(&ctx, &options), -EINVAL);
	}
	ttmemstat_open_error(&options, -EINVAL, text, sizeof(text));
	assert_non_null(strstr(text, "TT_MEMSTAT_FAKE"));
	/* TT_MEMSTAT_DISABLED takes precedence. */
	setenv("TT_MEMSTAT_DISABLED", "1", 1);
	assert_int_equal(ttmemstat_open(&ctx, &options), 0);
	assert_int_equal(ttmemstat_disabled_reason(ctx), -ECANCELED);
	unsetenv("TT_MEMSTAT_DISABLED");
	ttmemstat_close(ctx);
}

static void attaching(void **state)
{
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(ctx, 0), *other;
	struct tt_memstat_geometry present;
	struct ttmemstat_attach_options o;
	struct tt_memstat_ring_status status = { 0 };

	(void)state;
	assert_int_equal(ttmemstat_ring_status(att, &status), -EOPNOTSUPP);
	ttmemstat_attach_options_init(&o);
	o.covers = 1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, NULL), -EALREADY);
	o.chip = 1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, NULL), -ENODEV);
	assert_int_equal(ttmemstat_detach(att), 0);
	o.chip = 0;
	o.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o.geometry = (struct tt_memstat_geometry) {
		.arch = TT_MEMSTAT_ARCH_BLACKHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = 13, .grid_y = ROWS,
	};
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, &present), -EEXIST);
	assert_int_equal(present.grid_x, COLUMNS);
	o.geometry.grid_x = COLUMNS;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, &present), 0);
	ttmemstat_detach(other);
	o.layout.valid = TT_MEMSTAT_LAYOUT_WORKER;
	o.layout.worker_x = 13;
	o.layout.worker_y = 1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, &present), -ERANGE);
	o.covers = 0;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, NULL), -EINVAL);
	ttmemstat_close(ctx);
}

/* ---- Figures ---- */

static void figures(void **state)
{
	const struct tt_memstat_rect rects[] = { { 0, 0, 3, 0 } };
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(ctx, 0);
	uint32_t four;

	(void)state;
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 1, &four), 0);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 1 << 20, 4096, 0, 0), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_L1_USED), COLUMNS * ROWS * 4096);
	assert_int_equal(record(att, 2, TT_MEMSTAT_POOL_CB, 8192, 65536, four, 7), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 7, 0), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_CB_USED), 4 * 65536);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED), 65536 + 4096);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_L1_HEADROOM), (1 << 20) - 8192 - 65536);
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(chip_figure(ctx, 0, TT_MEMSTAT_FIG_L1_USED), 4 * 65536);
	assert_int_equal(chip_figure(ctx, 0, TT_MEMSTAT_FIG_L1_PEAK),
			 COLUMNS * ROWS * 4096 + 4 * 65536);
	assert_int_equal(record(att, 3, TT_MEMSTAT_POOL_DRAM, 0, 1 << 20, 0, 0), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_DRAM_USED), 8 << 20);
	assert_int_equal(ttmemstat_drop(att, 1u << TT_MEMSTAT_POOL_DRAM), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_DRAM_USED), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_L1_PARTIAL), 0);
	assert_int_equal(ttmemstat_partial(att, 1u << TT_MEMSTAT_POOL_CB), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_L1_PARTIAL), 1u << TT_MEMSTAT_POOL_CB);
	assert_int_equal(ttmemstat_report_kernel_load(att, 4, 1000, 0), 0);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_KERNEL_APP), 1008);
	assert_int_equal(ttmemstat_detach(att), 0);
	assert_int_equal(chip_figure(ctx, 0, TT_MEMSTAT_FIG_L1_USED), 0);
	ttmemstat_close(ctx);
}

/* Refusals have the module's errors and texts. */
static void refusals(void **state)
{
	const struct tt_memstat_rect outside = { 0, 0, COLUMNS, 0 };
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct tt_memstat_entry entries[3];
	struct ttmemstat_record good = { .id = 1, .size = 16, .pool = TT_MEMSTAT_POOL_L1 };
	char text[TTMEMSTAT_ERROR_LEN];
	size_t taken;
	uint32_t set;

	(void)state;
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, L1 - 16, 32, 0, 0), -ERANGE);
	ttmemstat_attachment_error(att, text, sizeof(text));
	assert_non_null(strstr(text, "which has 1572864 bytes (ERANGE)"));
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 0, 16, 5, 0), -ENOENT);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 0, 16, 0, 0), 0);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 16, 16, 0, 0), -EEXIST);
	assert_int_equal(ttmemstat_report_free(att, 2), -ENOENT);
	assert_int_equal(ttmemstat_report_dispatch(att, 2, 0), -ENOENT);
	assert_int_equal(ttmemstat_bank_set_l1(att, &outside, 1, &set), -ERANGE);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_REJECTED), 5);
	good.id = 3;
	ttmemstat_entry_record(&entries[0], &good);
	ttmemstat_entry_free(&entries[1], 9);
	ttmemstat_entry_free(&entries[2], 3);
	assert_int_equal(ttmemstat_submit(att, entries, 3, &taken), -ENOENT);
	assert_int_equal(taken, 1);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_RECORDS), 2);
	ttmemstat_close(ctx);
	assert_int_equal(ttmemstat_report_free(att, 1), -EBADF);
	ttmemstat_detach(att);
}

static void lists(void **state)
{
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct tt_memstat_record_info records[3];
	struct tt_memstat_program_info programs[3];
	uint64_t cursor = 0, id;
	size_t count = 3;

	(void)state;
	for (id = 1; id <= 5; id++)
		assert_int_equal(record(att, id, TT_MEMSTAT_POOL_CB, id * 64, 32, 0, 10 + id % 2), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 11, 4), 0);
	assert_int_equal(ttmemstat_list_records(ctx, 0, 1, &cursor, records, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(records[2].id, 3);
	assert_int_equal(records[2].addr, 3 * 64);
	assert_int_equal(records[2].program, 11);
	assert_int_equal(records[2].banks, COLUMNS * ROWS);
	assert_int_equal(ttmemstat_list_records(ctx, 0, 1, &cursor, records, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(cursor, 0);
	count = 3;
	assert_int_equal(ttmemstat_list_programs(ctx, 0, 1, &cursor, programs, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(programs[1].id, 11);
	assert_int_equal(programs[1].list, 4);
	assert_int_equal(programs[1].records, 3);
	assert_int_equal(programs[1].cb_bytes, 3 * 32 * COLUMNS * ROWS);
	assert_int_equal(programs[1].resident, COLUMNS * ROWS);
	assert_int_equal(programs[0].resident, 0);
	assert_int_equal(ttmemstat_list_records(ctx, 0, 2, &cursor, records, &count), -ENOENT);
	assert_int_equal(ttmemstat_list_records(ctx, 1, 1, &cursor, records, &count), -ENODEV);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void list_of_sets(void **state)
{
	const struct tt_memstat_rect corner = { COLUMNS - 2, ROWS - 1, COLUMNS - 1, ROWS - 1 };
	struct ttmemstat_ctx *ctx = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct tt_memstat_set_info sets[5];
	uint32_t l1, dram, x, y;
	uint64_t cursor = 0;
	size_t count = 3;

	(void)state;
	assert_int_equal(ttmemstat_bank_set_l1(att, &corner, 1, &l1), 0);
	assert_int_equal(ttmemstat_bank_set_dram(att, 0x12, &dram), 0);
	assert_int_equal(ttmemstat_list_sets(ctx, 0, 1, &cursor, sets, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(ttmemstat_list_sets(ctx, 0, 1, &cursor, sets + 3, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(cursor, 0);
	assert_int_equal(sets[0].banks, COLUMNS * ROWS);
	assert_int_equal(sets[0].space, TT_MEMSTAT_SPACE_L1);
	assert_int_equal(sets[1].set, 0);
	assert_int_equal(sets[1].space, TT_MEMSTAT_SPACE_DRAM);
	assert_int_equal(sets[2].set, l1);
	assert_int_equal(sets[3].set, dram);
	assert_int_equal(sets[3].banks, 2);
	for (y = 0; y <= ROWS; y++)
		for (x = 0; x <= COLUMNS; x++) {
			assert_int_equal(ttmemstat_set_has(&sets[0], x, y), x < COLUMNS && y < ROWS);
			assert_int_equal(ttmemstat_set_has(&sets[2], x, y),
					 x < COLUMNS && x >= COLUMNS - 2 && y == ROWS - 1);
		}
	for (x = 0; x < 300; x++)
		assert_int_equal(ttmemstat_set_has(&sets[3], x, 0), x == 1 || x == 4);
	assert_false(ttmemstat_set_has(&sets[0], 0, UINT32_MAX));
	assert_false(ttmemstat_set_has(&sets[3], UINT32_MAX, 0));
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

/* Contexts are separate, and a child has none of its parent's objects. */
static void apart(void **state)
{
	struct ttmemstat_ctx *one = open_fake("blackhole"), *two = open_fake("blackhole");
	struct ttmemstat_attachment *att = attach(one, 0);
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 0, 16, 0, 0), 0);
	assert_int_equal(chip_figure(two, 0, TT_MEMSTAT_FIG_CLIENTS), 0);
	pid = fork();
	if (!pid)
		_exit(record(att, 2, TT_MEMSTAT_POOL_L1, 16, 16, 0, 0) != -EPERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	ttmemstat_close(two);
	ttmemstat_detach(att);
	ttmemstat_close(one);
}

/* Every call of a reader, compared with the queries, which ask the ledger. */
static void read_in_the_process(void **state)
{
	struct ttmemstat_ctx *ctx = open_fake("blackhole:2");
	const struct tt_memstat_rect core = { 3, 2, 3, 2 };
	struct tt_memstat_figures chip_asked, own_asked;
	struct ttmemstat_attachment *att;
	struct ttmemstat_attach_options o;
	struct ttmemstat_chip_list list;
	struct ttmemstat_exited *exited;
	struct ttmemstat_reader *reader;
	struct ttmemstat_chip *chip;
	struct ttmemstat_host host;
	uint32_t *numbers, set;
	char text[64];
	size_t count;

	(void)state;
	ttmemstat_attach_options_init(&o);
	o.chip = 1;
	o.covers = COVERS;
	o.runtime_id = 7;
	o.label = "a model";
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), 0);
	assert_int_equal(ttmemstat_bank_set_l1(att, &core, 1, &set), 0);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 4096, 8192, set, 0), 0);
	assert_int_equal(record(att, 2, TT_MEMSTAT_POOL_DRAM, 0, 16, 0, 0), 0);
	assert_int_equal(ttmemstat_query_chip(ctx, 1, &chip_asked), 0);
	assert_int_equal(ttmemstat_query_client(ctx, 1, 1, &own_asked), 0);

	assert_int_equal(ttmemstat_reader_of(ctx, &reader), 0);
	assert_int_equal(ttmemstat_reader_keep(reader, true), 0);
	assert_int_equal(ttmemstat_reader_list(reader, &numbers, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(numbers[1], 1);
	free(numbers);
	assert_int_equal(ttmemstat_reader_chips(reader, TTMEMSTAT_READ_CLIENTS, &list), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.chips[0]->client_count, 0);
	ttmemstat_chip_list_free(&list);
	assert_int_equal(ttmemstat_reader_chip(reader, 1, TTMEMSTAT_READ_CLIENTS |
					       TTMEMSTAT_READ_CORES, &chip), 0);
	assert_memory_equal(&chip->figures, &chip_asked, sizeof(chip_asked));
	assert_string_equal(chip->name, "tt1");
	assert_int_equal(chip->kind, TTMEMSTAT_KIND_VIRTUAL);
	assert_int_equal(chip->arch, TT_MEMSTAT_ARCH_BLACKHOLE);
	assert_int_equal(chip->grid_x * chip->grid_y, COLUMNS * ROWS);
	assert_int_equal(chip->cores[2 * COLUMNS + 3], 8192);
	assert_int_equal(chip->cores[0], 0);
	assert_int_equal(chip->client_count, 1);
	assert_memory_equal(&chip->clients[0]->figures, &own_asked, sizeof(own_asked));
	assert_int_equal(chip->clients[0]->pid, getpid());
	assert_int_equal(chip->clients[0]->uid, getuid());
	assert_int_equal(chip->clients[0]->runtime_id, 7);
	assert_int_equal(chip->clients[0]->covers, COVERS);
	assert_string_equal(chip->clients[0]->label, "a model");
	assert_int_equal(ttmemstat_reader_comm(reader, 1, 1, text, sizeof(text)), 0);
	assert_string_equal(text, chip->clients[0]->comm);
	assert_true(*text);
	ttmemstat_chip_free(chip);
	assert_int_equal(ttmemstat_reader_comm(reader, 0, 1, text, sizeof(text)), -ENODEV);
	assert_int_equal(ttmemstat_reader_exited(reader, 1, &exited, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(ttmemstat_reader_version(reader, text, sizeof(text)), 0);
	assert_string_equal(text, "fake");
	assert_int_equal(ttmemstat_reader_host(reader, &host), 0);
	assert_int_equal(host.chips, 0);
	assert_int_equal(host.chips_virtual, 2);
	assert_int_equal(host.clients, 1);
	assert_int_equal(ttmemstat_reader_chip(reader, 2, 0, &chip), -ENODEV);
	assert_int_equal(ttmemstat_reader_exited(reader, 2, &exited, &count), -ENODEV);
	assert_int_equal(ttmemstat_chip_destroy(ctx, 0), 0);
	assert_int_equal(ttmemstat_reader_chips(reader, 0, &list), 0);
	assert_int_equal(list.count, 1);
	ttmemstat_chip_list_free(&list);
	ttmemstat_detach(att);

	/* The reader outlives the context, and then says so. */
	ttmemstat_close(ctx);
	assert_int_equal(ttmemstat_reader_host(reader, &host), -EBADF);
	assert_int_equal(ttmemstat_reader_list(reader, &numbers, &count), -EBADF);
	ttmemstat_reader_free(reader);
}

static void no_chips_to_read(void **state)
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options), .flags = TTMEMSTAT_OPEN_OPTIONAL, .path = "/nonexistent",
	};
	struct ttmemstat_reader *reader;
	char text[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_ctx *ctx;

	(void)state;
	unsetenv("TT_MEMSTAT_FAKE");
	assert_int_equal(ttmemstat_open(&ctx, &options), 0);
	assert_int_equal(ttmemstat_reader_of(ctx, &reader), -EOPNOTSUPP);
	ttmemstat_error(ctx, text, sizeof(text));
	assert_non_null(strstr(text, "the context is disabled"));
	assert_int_equal(ttmemstat_reader_of(ctx, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_of(NULL, &reader), -EINVAL);
	ttmemstat_close(ctx);
}

/* With a recording, too: it has all reports, the ledger those that it accepted. */
static void recorded_too(void **state)
{
	char path[64] = "/tmp/ttmem-fake.XXXXXX";
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	struct ttmemstat_attachment *att;
	struct ttmemstat_ctx *ctx;
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	unlink(path);
	setenv("TT_MEMSTAT_FAKE", "blackhole", 1);
	setenv("TT_MEMSTAT_RECORD", path, 1);
	assert_int_equal(ttmemstat_open(&ctx, NULL), 0);
	att = attach(ctx, 0);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 0, 16, 0, 0), 0);
	assert_int_equal(record(att, 1, TT_MEMSTAT_POOL_L1, 16, 16, 0, 0), -EEXIST);
	assert_int_equal(own_figure(ctx, 0, TT_MEMSTAT_FIG_RECORDS), 1);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	unsetenv("TT_MEMSTAT_RECORD");
	assert_int_equal(ttmemstat_recording_open(&r, path), 0);
	assert_int_equal(ttmemstat_recording_next(r, &event), 1);
	assert_int_equal(event.attach->geometry.grid_x, COLUMNS);
	assert_int_equal(ttmemstat_recording_next(r, &event), 1);
	assert_int_equal(ttmemstat_recording_next(r, &event), 1);
	assert_int_equal(event.entry.addr, 16);
	ttmemstat_recording_close(r);
	unlink(path);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(chips),
	cmocka_unit_test(chips_of_ones_own),
	cmocka_unit_test(what_is_no_fake),
	cmocka_unit_test(attaching),
	cmocka_unit_test(figures),
	cmocka_unit_test(refusals),
	cmocka_unit_test(lists),
	cmocka_unit_test(list_of_sets),
	cmocka_unit_test(apart),
	cmocka_unit_test(read_in_the_process),
	cmocka_unit_test(no_chips_to_read),
	cmocka_unit_test(recorded_too),
};

TEST_MAIN(tests)
