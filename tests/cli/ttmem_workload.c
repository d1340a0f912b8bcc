// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulate a model that runs for hours, for tests and measurements of programs that read
 * recordings. Reports through the library, as a runtime does; TT_MEMSTAT_RECORD makes the
 * recording. The clock is simulated, too, so that two hours take seconds.
 *
 * The events are those of inference: weights and a KV cache in DRAM, then operations in the layers
 * of a model. An operation allocates its output, runs a cached program with circular buffers, and
 * frees what is not used any more.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ttmemstat.h>

#define CHIPS		8
#define TENSORS		96	/* that live at most in L1, and as many in DRAM */
#define PROGRAMS	192
#define SETS		8
#define ODD		24	/* of uncommon records that live at most */
#define FREED		64	/* ids that may be used again */
#define LAYERS		32
#define L1_BASE		(100u << 10)
#define L1_END		1572864u
#define L1_SMALL	32768u
#define CB_END		(600u << 10)	/* of circular buffers, which begin at L1_BASE */
#define DRAM_END	(2048ull << 20)	/* of a bank, as far as it is used */

static const char *const operations[] = {
	"ttnn.linear", "ttnn.add", "ttnn.rms_norm", "ttnn.experimental.rotary_embedding",
	"ttnn.transformer.scaled_dot_product_attention_decode", "ttnn.mul", "ttnn.silu",
	"ttnn.experimental.paged_update_cache", "ttnn.reshard", "ttnn.embedding",
	"ttnn.all_gather", "ttnn.to_layout",
};
#define OPERATIONS	(sizeof(operations) / sizeof(operations[0]))

struct tensor {
	uint64_t id;
	uint64_t addr;
	uint64_t size;
};

/* Those of one pool, by address. */
struct heap {
	struct tensor at[TENSORS];
	size_t count;
	uint32_t pool;
	uint64_t begin;
	uint64_t end;
};

struct chip {
	struct ttmemstat_attachment *att;
	struct heap l1;
	struct heap small;
	struct heap dram;
	bool loaded[PROGRAMS];
	uint32_t sets[SETS];
	uint32_t banks;		/* a set of DRAM banks */
	uint64_t last_id;
	uint64_t odd[ODD];	/* ids */
	size_t odd_count;
	uint64_t freed[FREED];
	size_t freed_count;
};

static struct {
	uint64_t events;
	uint64_t done;
	uint64_t step_ns;	/* from one event to the next */
	uint64_t random;
	uint32_t chips;
	uint32_t overlap;	/* percent of tensors that lie anywhere */
	uint64_t behind;	/* some events have a time so much earlier */
	uint32_t odd;		/* percent of operations that are uncommon */
	struct ttmemstat_ctx *ctx;
	uint32_t names[OPERATIONS];
	struct chip chip[CHIPS];
} run = { .events = 100000, .random = 1, .chips = 1 };

static _Noreturn void fail(const char *what, int err)
{
	fprintf(stderr, "ttmem-workload: %s: %s\n", what, strerror(-err));
	exit(1);
}

static uint32_t below(uint32_t limit)
{
	run.random ^= run.random << 13;
	run.random ^= run.random >> 7;
	run.random ^= run.random << 17;
	return (uint32_t)(run.random >> 32) % limit;
}

static uint64_t now_ns = 10000000000;

/* The library's clock, too. */
int clock_gettime(clockid_t clock, struct timespec *to)
{
	uint64_t at = now_ns - (below(8) ? 0 : run.behind);

	(void)clock;
	to->tv_sec = (time_t)(at / 1000000000);
	to->tv_nsec = (long)(at % 1000000000);
	return 0;
}

static void check(const char *what, int err)
{
	if (err)
		fail(what, err);
	run.done++;
	now_ns += run.step_ns;
}

/* ---- Tensors ----------------------------------------------------------------------------- */

/* Buffers of L1 go down from the top, others up from the bottom. 0: no room. */
static uint64_t find_room(const struct heap *heap, uint64_t size, size_t *place)
{
	bool down = heap->pool == TT_MEMSTAT_POOL_L1;
	uint64_t edge = down ? heap->end : heap->begin;

	for (size_t i = 0; i <= heap->count; i++) {
		size_t n = down ? heap->count - i : i;
		const struct tensor *low = n ? &heap->at[n - 1] : NULL;
		const struct tensor *high = n < heap->count ? &heap->at[n] : NULL;
		uint64_t from = low ? low->addr + low->size : heap->begin;
		uint64_t to = high ? high->addr : heap->end;

		edge = down ? to - size : from;
		if (to >= from && to - from >= size) {
			*place = n;
			return edge;
		}
	}
	return 0;
}

/* Ids are used again only where events are uncommon. */
static uint64_t new_id(struct chip *chip)
{
	if (chip->freed_count && below(2))
		return chip->freed[--chip->freed_count];
	return ++chip->last_id;
}

static void free_id(struct chip *chip, uint64_t id)
{
	check("free", ttmemstat_report_free(chip->att, id));
	if (run.odd && chip->freed_count < FREED)
		chip->freed[chip->freed_count++] = id;
}

static void release(struct chip *chip, struct heap *heap, size_t n)
{
	free_id(chip, heap->at[n].id);
	heap->count--;
	memmove(&heap->at[n], &heap->at[n + 1], (heap->count - n) * sizeof(heap->at[0]));
}

static void allocate(struct chip *chip, struct heap *heap, uint64_t size, uint32_t name)
{
	struct ttmemstat_record record = {
		.id = new_id(chip), .size = size, .pool = heap->pool, .name = name,
	};
	size_t place;

	/* Some lie over others, as what was donated does. */
	if (below(100) < run.overlap) {
		record.addr = heap->begin + below((uint32_t)((heap->end - heap->begin - size) / 64)) * 64ull;
		check("record", ttmemstat_report_record(chip->att, &record));
		free_id(chip, record.id);
		return;
	}
	while (heap->count == TENSORS || !(record.addr = find_room(heap, size, &place)))
		release(chip, heap, below((uint32_t)heap->count));
	check("record", ttmemstat_report_record(chip->att, &record));
	memmove(&heap->at[place + 1], &heap->at[place],
		(heap->count - place) * sizeof(heap->at[0]));
	heap->at[place] = (struct tensor){ record.id, record.addr, size };
	heap->count++;
}

/* ---- Programs ---------------------------------------------------------------------------- */

static void load(struct chip *chip, uint64_t program, uint32_t name)
{
	struct ttmemstat_record record = {
		.program = program, .pool = TT_MEMSTAT_POOL_CB, .addr = L1_BASE,
		.set = chip->sets[program % SETS], .name = name,
	};

	for (uint32_t i = 0; i < 3 + program % 8; i++) {
		record.id = new_id(chip);
		record.size = 2048ull * (1 + below(24));
		if (record.addr + record.size > CB_END)
			break;
		check("circular buffer", ttmemstat_report_record(chip->att, &record));
		record.addr += record.size;
	}
	chip->loaded[program - 1] = true;
}

static void dispatch(struct chip *chip, uint32_t operation)
{
	uint64_t program = 1 + (operation + OPERATIONS * below(PROGRAMS / OPERATIONS)) % PROGRAMS;
	uint64_t list = below(20) ? 0 : 1 + below(3);

	if (chip->loaded[program - 1] && !below(2000)) {
		check("program's end", ttmemstat_report_program_free(chip->att, program));
		chip->loaded[program - 1] = false;
	}
	if (!chip->loaded[program - 1])
		load(chip, program, run.names[operation]);
	check("dispatch", ttmemstat_report_dispatch(chip->att, program, list));
}

/* ---- Uncommon events --------------------------------------------------------------------- */

/* Anywhere in the pool, so it may overlap others. */
static struct ttmemstat_record anywhere(const struct chip *chip, uint32_t pool)
{
	const struct heap *heap = pool == TT_MEMSTAT_POOL_DRAM ? &chip->dram :
				  pool == TT_MEMSTAT_POOL_L1 ? &chip->l1 : &chip->small;
	const bool cb = pool == TT_MEMSTAT_POOL_CB;
	const uint64_t size = 64ull * (1 + below(128));
	const uint64_t from = cb ? L1_BASE : heap->begin, to = cb ? CB_END : heap->end;

	return (struct ttmemstat_record){
		.size = size, .addr = from + below((uint32_t)((to - from - size) / 64)) * 64ull,
		.pool = pool, .set = pool == TT_MEMSTAT_POOL_DRAM ? below(2) * chip->banks :
				     below(2) ? chip->sets[below(SETS)] : 0,
		.name = run.names[below(OPERATIONS)],
	};
}

static uint32_t any_pool(void)
{
	static const uint32_t pools[] = {
		TT_MEMSTAT_POOL_DRAM, TT_MEMSTAT_POOL_L1, TT_MEMSTAT_POOL_L1_SMALL,
	};

	return pools[below(3)];
}

static void end_odd(struct chip *chip)
{
	const size_t n = below((uint32_t)chip->odd_count);

	free_id(chip, chip->odd[n]);
	chip->odd[n] = chip->odd[--chip->odd_count];
}

/* A record with some parts; one of another pool is refused. */
static void record_parts(struct chip *chip)
{
	const uint32_t pool = any_pool(), parts = 1 + below(4);
	uint64_t id;

	if (chip->odd_count == ODD)
		end_odd(chip);
	id = new_id(chip);
	for (uint32_t i = 0; i < parts; i++) {
		struct ttmemstat_record record =
			anywhere(chip, i && !below(8) ? any_pool() : pool);

		record.id = id;
		record.flags = TT_MEMSTAT_ENTRY_PART;
		check("part", ttmemstat_report_record(chip->att, &record));
	}
	chip->odd[chip->odd_count++] = id;
}

/* One that is loaded, if possible. */
static uint64_t any_program(const struct chip *chip)
{
	const uint32_t first = below(PROGRAMS);

	for (uint32_t i = 0; i < PROGRAMS; i++)
		if (chip->loaded[(first + i) % PROGRAMS])
			return 1 + (first + i) % PROGRAMS;
	return 1 + first;
}

static void report_refused(struct chip *chip)
{
	struct ttmemstat_record record = anywhere(chip, any_pool());

	switch (below(5)) {
	case 0:		/* does not fit; some runtimes free it */
		record.id = new_id(chip);
		record.addr = 8ull << 30;
		check("misfit", ttmemstat_report_record(chip->att, &record));
		if (below(2))
			free_id(chip, record.id);
		break;
	case 1:		/* has the id of another */
		if (!chip->odd_count)
			break;
		record.id = chip->odd[below((uint32_t)chip->odd_count)];
		check("same id", ttmemstat_report_record(chip->att, &record));
		break;
	case 2:
		check("free", ttmemstat_report_free(chip->att, 1ull << 40));
		break;
	case 3:
		check("free of a program", ttmemstat_report_program_free(chip->att, 1ull << 40));
		break;
	default:	/* would replace a program, but does not fit */
		record = anywhere(chip, TT_MEMSTAT_POOL_CB);
		record.id = new_id(chip);
		record.program = any_program(chip);
		record.addr = 8ull << 30;
		record.flags = TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
		check("misfit", ttmemstat_report_record(chip->att, &record));
	}
}

static void replace_program(struct chip *chip)
{
	const uint64_t program = any_program(chip);
	struct ttmemstat_record records[3];
	const uint32_t count = 1 + below(3);
	const bool named = below(2), one_id = below(2);

	for (uint32_t i = 0; i < count; i++) {
		records[i] = anywhere(chip, TT_MEMSTAT_POOL_CB);
		records[i].id = i && one_id ? records[0].id : new_id(chip);
		records[i].flags = one_id ? TT_MEMSTAT_ENTRY_PART : 0;
		records[i].flags |= below(8) ? 0 : TT_MEMSTAT_ENTRY_VIEW;
		records[i].name = named ? records[i].name : 0;
	}
	check("replaced program",
	      ttmemstat_report_program_replace(chip->att, program, records, count));
	chip->loaded[program - 1] = true;
	if (below(2))
		check("dispatch", ttmemstat_report_dispatch(chip->att, program, 0));
}

/* Its number is used again, with a name or without. */
static void free_program(struct chip *chip)
{
	const uint64_t program = any_program(chip);

	check("program's end", ttmemstat_report_program_free(chip->att, program));
	if (!below(4))
		check("program's name", ttmemstat_name_program(chip->att, program,
							       run.names[below(OPERATIONS)]));
	load(chip, program, below(2) ? run.names[below(OPERATIONS)] : 0);
}

/* The ids of what was dropped are used again; some frees of it come too late. */
static void drop(struct chip *chip)
{
	const uint32_t pools = 1 + below(TT_MEMSTAT_POOL_MASK_ALL);
	struct heap *const heaps[] = { &chip->l1, &chip->small, &chip->dram };

	check("drop", ttmemstat_drop(chip->att, pools));
	for (size_t i = 0; i < sizeof(heaps) / sizeof(heaps[0]); i++) {
		while (pools >> heaps[i]->pool & 1 && heaps[i]->count) {
			const uint64_t id = heaps[i]->at[--heaps[i]->count].id;

			if (!below(8))
				free_id(chip, id);
			else if (chip->freed_count < FREED)
				chip->freed[chip->freed_count++] = id;
		}
	}
	if (pools >> TT_MEMSTAT_POOL_CB & 1)
		memset(chip->loaded, 0, sizeof(chip->loaded));
}

static void be_odd(struct chip *chip)
{
	switch (below(16)) {
	case 0:
		drop(chip);
		break;
	case 1:
	case 2:
	case 3:
		replace_program(chip);
		break;
	case 4:
	case 5:
	case 6:
		report_refused(chip);
		break;
	case 7:
	case 8:
		free_program(chip);
		break;
	case 9:
	case 10:
	case 11:
		if (chip->odd_count)
			end_odd(chip);
		break;
	default:
		record_parts(chip);
	}
}

/* ---- The model --------------------------------------------------------------------------- */

static void operate(struct chip *chip, bool prompt)
{
	uint32_t operation = below(OPERATIONS);
	struct heap *heap = below(8) ? &chip->l1 : below(20) ? &chip->dram : &chip->small;
	uint64_t unit = heap->pool == TT_MEMSTAT_POOL_DRAM ? 65536 :
			heap->pool == TT_MEMSTAT_POOL_L1 ? 2048 : 64;

	if (below(100) < run.odd) {
		be_odd(chip);
		return;
	}
	allocate(chip, heap, unit * (1 + below(prompt ? 24 : 8)), run.names[operation]);
	dispatch(chip, operation);
	while (heap->count && below(heap->count > (prompt ? 40 : 24) ? 4 : 2))
		release(chip, heap, below((uint32_t)heap->count));
}

static void play(void)
{
	char layer[32];

	for (uint64_t pass = 0; run.done < run.events; pass++) {
		bool prompt = pass % 16 == below(16);

		for (uint32_t i = 0; i < LAYERS && run.done < run.events; i++) {
			snprintf(layer, sizeof(layer), "layers.%u", i);
			ttmemstat_scope_begin(run.ctx, layer);
			for (uint32_t n = 0; n < 10 && run.done < run.events; n++)
				for (uint32_t k = 0; k < run.chips && run.done < run.events; k++)
					operate(&run.chip[k], prompt);
			ttmemstat_scope_end(run.ctx);
		}
	}
}

static void attach(struct chip *chip, uint32_t number)
{
	struct ttmemstat_attach_options options;

	ttmemstat_attach_options_init(&options);
	options.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	options.chip = number;
	options.covers = TT_MEMSTAT_POOL_MASK_ALL;
	options.runtime_id = (int32_t)number;
	options.geometry = (struct tt_memstat_geometry){
		.arch = TT_MEMSTAT_ARCH_BLACKHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = 12, .grid_y = 10, .dram_banks = 8,
	};
	options.layout = (struct tt_memstat_layout){
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1,
		.worker_x = 11, .worker_y = 10,
		.l1_base = L1_BASE, .l1_end = L1_END, .l1_small = L1_SMALL,
	};
	check("attach", ttmemstat_attach(run.ctx, &options, &chip->att, NULL));
	for (uint32_t i = 0; i < SETS; i++) {
		uint16_t x = (uint16_t)below(8), y = (uint16_t)below(7);
		const struct tt_memstat_rect rect = {
			x, y, (uint16_t)(x + below(12u - x)), (uint16_t)(y + below(10u - y)),
		};

		check("bank set", ttmemstat_bank_set_l1(chip->att, &rect, 1, &chip->sets[i]));
	}
	if (run.odd)
		check("bank set", ttmemstat_bank_set_dram(chip->att, 0x15, &chip->banks));
	chip->l1 = (struct heap){ .pool = TT_MEMSTAT_POOL_L1, .begin = CB_END,
				  .end = L1_END - L1_SMALL };
	chip->small = (struct heap){ .pool = TT_MEMSTAT_POOL_L1_SMALL, .begin = L1_END - L1_SMALL,
				     .end = L1_END };
	chip->dram = (struct heap){ .pool = TT_MEMSTAT_POOL_DRAM, .begin = 4096, .end = DRAM_END };
}

/* Weights, which stay, lie in front of all else. */
static void load_weights(struct chip *chip)
{
	for (uint32_t i = 0; i < LAYERS && run.done < run.events / 8; i++) {
		struct ttmemstat_record record = {
			.id = ++chip->last_id, .addr = chip->dram.begin,
			.size = 65536ull * (1 + below(64)), .pool = TT_MEMSTAT_POOL_DRAM,
			.name = run.names[i % OPERATIONS],
		};

		check("weight", ttmemstat_report_record(chip->att, &record));
		chip->dram.begin += record.size;
	}
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (!*text || *end) {
		fprintf(stderr, "ttmem-workload: %s is not a number\n", text);
		exit(2);
	}
	return value;
}

static void parse(int argc, char **argv)
{
	uint64_t seconds = 7200;
	int option;

	while ((option = getopt(argc, argv, "b:c:n:o:s:t:x:")) != -1) {
		if (option == 'b')
			run.behind = number(optarg);
		else if (option == 'c')
			run.chips = (uint32_t)number(optarg);
		else if (option == 'n')
			run.events = number(optarg);
		else if (option == 'o')
			run.overlap = (uint32_t)number(optarg);
		else if (option == 's')
			run.random = number(optarg) * 0x9e3779b97f4a7c15;
		else if (option == 't')
			seconds = number(optarg);
		else if (option == 'x')
			run.odd = (uint32_t)number(optarg);
		else
			break;
	}
	if (option != -1 || optind < argc || !run.chips || run.chips > CHIPS || !run.events ||
	    !run.random) {
		fputs("usage: ttmem-workload [-n EVENTS] [-c CHIPS] [-s SEED] [-t SECONDS] [-o PERCENT]\n"
		      "                      [-b NS] [-x PERCENT]\n"
		      "into the file that TT_MEMSTAT_RECORD names; -o: tensors that overlap others; -b: some\n"
		      "events are so much earlier than the one before, as of another thread; -x: operations\n"
		      "that are parts, drops, refused events, replaced programs and reused numbers instead\n",
		      stderr);
		exit(2);
	}
	run.step_ns = seconds * 1000000000 / run.events;
}

int main(int argc, char **argv)
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options), .flags = TTMEMSTAT_OPEN_OPTIONAL, .path = "/nonexistent",
	};
	int recorded;

	parse(argc, argv);
	check("open", ttmemstat_open(&run.ctx, &options));
	recorded = ttmemstat_recorded(run.ctx);
	if (recorded != 1)
		fail("TT_MEMSTAT_RECORD", recorded ? recorded : -ENOENT);
	for (size_t i = 0; i < OPERATIONS; i++)
		check("name", ttmemstat_name(run.ctx, operations[i], &run.names[i]));
	for (uint32_t i = 0; i < run.chips; i++)
		attach(&run.chip[i], i);
	for (uint32_t i = 0; i < run.chips; i++)
		load_weights(&run.chip[i]);
	run.done = 0;
	play();
	ttmemstat_close(run.ctx);
	return 0;
}
