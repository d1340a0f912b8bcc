// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* Programs: their own L1, joint launches, and traces of launches. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "programs.h"
#include "summary.h"

/**
 * struct program - a program with L1 of its own
 * @node: keyed by the address of its ProgramImpl
 * @id: id of the program
 * @name: of the operation
 * @published: entry in the published names
 * @device: device that it was placed for
 * @memory: by kind
 * @looked: its cores are known
 * @workload: address of its workload; NULL: none
 * @where: its part of the mesh
 * @chips: the chips of @where; 0: unknown so far
 * @launched: chips that it was launched on
 * @known: chips that have a version of it
 * @current: chips that have its current version
 * @peer: next program of the workload
 * @older: in the list of programs by their last launch
 * @newer: in the list of programs by their last launch
 */
struct program {
	struct node node;
	uint64_t id;
	uint32_t name;
	uint32_t published;
	void *device;
	struct extents memory[BOOKS_KINDS];
	bool looked;
	struct workload *workload;
	struct foreign_range where;
	chips_mask chips;
	chips_mask launched;
	chips_mask known;
	chips_mask current;
	struct program *peer;
	struct program *older;
	struct program *newer;
};

/* Programs that are launched together. */
struct workload {
	struct node node;
	struct program *first;
	uint32_t binaries;	/* bytes on each core */
};

static struct programs {
	struct table table;
	struct table workloads;
	struct program *oldest;
	struct program *newest;
} programs;

static void unlink_age(struct program *program)
{
	struct program **older = program->newer ? &program->newer->older : &programs.newest;
	struct program **newer = program->older ? &program->older->newer : &programs.oldest;

	*older = program->older;
	*newer = program->newer;
}

static void link_newest(struct program *program)
{
	program->newer = NULL;
	program->older = programs.newest;
	if (programs.newest)
		programs.newest->newer = program;
	else
		programs.oldest = program;
	programs.newest = program;
}

static struct program *program_of(void *key)
{
	struct node *node = table_find(&programs.table, key);
	struct program *program;

	if (node)
		return CONTAINER(node, struct program);
	program = calloc(1, sizeof(*program));
	if (!program || !table_add(&programs.table, &program->node, key)) {
		free(program);
		return NULL;
	}
	program->id = books_new_ids(1);
	link_newest(program);
	return program;
}

/* Whether a placement without memory changes nothing, as for launches from the program cache. */
static bool is_known(void *key, const void *device)
{
	struct node *node;

	LOCKED();
	node = table_find(&programs.table, key);
	return !node || CONTAINER(node, struct program)->device == device;
}

void books_placed(void *key, void *device, enum books_kind kind, struct extents *extents)
{
	struct program *program;
	uint32_t name;

	if (!extents->count && is_known(key, device))
		return;
	name = names_here();
	LOCKED();
	program = program_of(key);
	if (!program)
		return;
	if (!program->name) {
		program->name = name;
		program->published = names_publish(program->id, name, 0);
	}
	if (extents->count) {
		extents_free(&program->memory[kind]);
		program->memory[kind] = *extents;
		memset(extents, 0, sizeof(*extents));
		extents_free(&program->memory[BOOKS_CORES]);
		program->looked = false;
		program->current = 0;
	}
	if (program->device != device)
		program->chips = 0;
	program->device = device;
}

static void leave_workload(struct program *program)
{
	struct workload *workload = program->workload;
	struct program **link;

	if (!workload)
		return;
	for (link = &workload->first; *link != program; link = &(*link)->peer)
		;
	*link = program->peer;
	program->workload = NULL;
	if (workload->first)
		return;
	table_remove(&programs.workloads, &workload->node);
	free(workload);
}

void books_program_gone(void *key)
{
	struct program *program;
	struct node *node;

	LOCKED();
	node = table_find(&programs.table, key);
	if (!node)
		return;
	program = CONTAINER(node, struct program);
	table_remove(&programs.table, node);
	unlink_age(program);
	leave_workload(program);
	traces_forget_program(program);
	for (int n = next_chip(program->known, 0); n >= 0; n = next_chip(program->known, n + 1)) {
		struct ttmemstat_attachment *att = chips_attachment(n);

		if (att)
			chips_judge(n, ttmemstat_report_program_free(att, program->id));
	}
	for (int kind = 0; kind < BOOKS_KINDS; kind++)
		extents_free(&program->memory[kind]);
	names_withdraw(program->published);
	free(program);
}

static struct workload *workload_of(void *key)
{
	struct node *node = table_find(&programs.workloads, key);
	struct workload *workload;

	if (node)
		return CONTAINER(node, struct workload);
	workload = calloc(1, sizeof(*workload));
	if (workload && table_add(&programs.workloads, &workload->node, key))
		return workload;
	free(workload);
	return NULL;
}

void books_joined(void *key, void *program_key, const struct foreign_range *where)
{
	struct workload *workload;
	struct program *program;

	LOCKED();
	program = program_of(program_key);
	if (!program)
		return;
	leave_workload(program);
	workload = workload_of(key);
	if (!workload)
		return;
	program->where = *where;
	program->chips = 0;
	program->workload = workload;
	program->peer = workload->first;
	workload->first = program;
}

void books_finalized(void *key, uint32_t bytes)
{
	struct node *node;

	LOCKED();
	node = table_find(&programs.workloads, key);
	if (node)
		CONTAINER(node, struct workload)->binaries = bytes;
}

/* The chips of the program's part of the mesh. */
static chips_mask chips_of(const struct program *program)
{
	const struct foreign_range *where = &program->where;
	int ids[FOREIGN_CHIPS];
	size_t columns, count;
	chips_mask mask = 0;

	count = program->device ? foreign_chips(program->device, ids, &columns) : 0;
	for (size_t i = 0; i < count; i++) {
		size_t x = columns ? i % columns : i, y = columns ? i / columns : 0;
		int n = chips_find(ids[i]);

		if (n >= 0 && (!columns || (x >= where->x0 && x <= where->x1 &&
					    y >= where->y0 && y <= where->y1)))
			mask |= (chips_mask)1 << n;
	}
	return mask;
}

/* Cores of a chip, as bits of @rows. */
struct cores {
	uint64_t rows[FOREIGN_ROWS];
};

static void mark_cores(const struct program *program, struct cores *marked, bool *some)
{
	for (int kind = 0; kind < BOOKS_KINDS; kind++)
		for (size_t i = 0; i < program->memory[kind].count; i++)
			*some |= extents_mark(&program->memory[kind].list[i], marked->rows, FOREIGN_ROWS);
}

/*
 * The binaries of a program, on all of its cores. A record counts bytes on each bank of its set, so it
 * gets a set of one core.
 */
static int binaries_record(struct ttmemstat_attachment *att, const struct program *program,
			   const struct extent *somewhere, struct ttmemstat_record *record)
{
	struct foreign_range core = somewhere->ranges[0];
	const struct extent one = { .ranges = &core, .count = 1 };
	struct cores cores = { 0 };
	bool some = false;

	core.x1 = core.x0;
	core.y1 = core.y0;
	mark_cores(program, &cores, &some);
	for (size_t y = 0; y < FOREIGN_ROWS; y++)
		record->size += (uint64_t)__builtin_popcountll(cores.rows[y]) * program->workload->binaries;
	record->id = books_new_ids(1);
	record->pool = TT_MEMSTAT_POOL_KERNEL;
	record->name = chips_name(program->name);
	return extents_bank_set(att, &one, &record->set);
}

/* Report all memory of a program, which replaces its previous memory. */
static int tell_program(struct ttmemstat_attachment *att, const struct program *program)
{
	const bool binaries = program->workload && program->workload->binaries &&
			      !foreign_unseen(1u << TT_MEMSTAT_POOL_KERNEL);
	const struct extent *extent = NULL;
	struct ttmemstat_record *records;
	size_t count = 0, n = 0;
	int error = 0;

	for (int kind = 0; kind < BOOKS_KINDS; kind++)
		count += program->memory[kind].count;
	records = calloc(count + 1, sizeof(*records));
	if (!records)
		return -ENOMEM;
	for (int kind = 0; kind < BOOKS_KINDS && !error; kind++) {
		for (size_t i = 0; i < program->memory[kind].count && !error; i++, n++) {
			extent = &program->memory[kind].list[i];
			records[n].id = books_new_ids(1);
			records[n].addr = extent->addr;
			records[n].size = extent->size;
			records[n].pool = TT_MEMSTAT_POOL_CB;
			records[n].flags = extent->view ? TT_MEMSTAT_ENTRY_VIEW : 0;
			records[n].name = chips_name(program->name);
			error = extents_bank_set(att, extent, &records[n].set);
		}
	}
	if (!error && extent && binaries)
		error = binaries_record(att, program, extent, &records[n++]);
	if (!error)
		error = ttmemstat_report_program_replace(att, program->id, records, n);
	free(records);
	return error;
}

/* Bytes of a program on all of its cores, for the summary. */
static uint64_t own_memory(const struct program *program)
{
	uint64_t bytes = 0;

	for (int kind = 0; kind < BOOKS_KINDS; kind++) {
		for (size_t i = 0; i < program->memory[kind].count; i++) {
			const struct extent *extent = &program->memory[kind].list[i];

			bytes += extent->view ? 0 : extent->size * extents_cores(extent);
		}
	}
	return bytes;
}

/* A launch also replaces resident programs on cores where it has no memory: find these cores. */
static void find_cores(struct program *program)
{
	struct cores all, marked = { 0 };
	struct foreign_range *ranges;
	size_t count = 0;
	bool some = false;

	if (program->looked || !foreign_program_cores(program->node.key, all.rows))
		return;
	program->looked = true;
	mark_cores(program, &marked, &some);
	ranges = calloc((size_t)FOREIGN_ROWS * 32, sizeof(*ranges));
	for (size_t y = 0; ranges && y < FOREIGN_ROWS; y++) {
		for (uint64_t row = all.rows[y] & ~marked.rows[y], run; row; row &= ~run) {
			const size_t x0 = (size_t)__builtin_ctzll(row);
			const uint64_t above = ~(row >> x0);
			const size_t width = above ? (size_t)__builtin_ctzll(above) : 64;

			run = (width < 64 ? ((uint64_t)1 << width) - 1 : UINT64_MAX) << x0;
			ranges[count++] = (struct foreign_range){ x0, y, x0 + width - 1, y };
		}
	}
	if (count)
		extents_add(&program->memory[BOOKS_CORES], ranges, count, 0, 0, true);
	free(ranges);
}

static bool has_memory(const struct program *program)
{
	for (int kind = 0; kind < BOOKS_KINDS; kind++)
		if (program->memory[kind].count)
			return true;
	return false;
}

static int load(int n, struct ttmemstat_attachment *att, struct program *program)
{
	const chips_mask bit = (chips_mask)1 << n;
	int error = 0;

	if (program->current & bit)
		return 0;
	if (summary_wanted)
		summary_program(chips_id(n), program->name, own_memory(program));
	error = tell_program(att, program);
	program->known |= bit;
	program->current |= error ? 0 : bit;
	return error;
}

static int load_and_launch(int n, struct ttmemstat_attachment *att, struct program *program)
{
	int error = load(n, att, program);

	return error ? error : ttmemstat_report_dispatch(att, program->id, 0);
}

static void each_chip(struct program *program,
		      int (*call)(int n, struct ttmemstat_attachment *att, struct program *program))
{
	for (int n = next_chip(program->chips, 0); n >= 0; n = next_chip(program->chips, n + 1)) {
		struct ttmemstat_attachment *att = chips_attachment(n);

		if (att)
			chips_judge(n, call(n, att, program));
	}
}

/* The program runs now. */
static void launch_now(struct program *program)
{
	unlink_age(program);
	link_newest(program);
	program->launched |= program->chips;
	each_chip(program, load_and_launch);
}

/* Mark the cores of the program on its chips; returns whether a core was not marked before. */
static bool take_cores(const struct program *program, struct cores taken[CHIPS_MAX])
{
	bool some = false;

	for (int n = next_chip(program->chips, 0); n >= 0; n = next_chip(program->chips, n + 1))
		mark_cores(program, &taken[n], &some);
	return some;
}

static void launch(struct program *program)
{
	find_cores(program);
	if (!has_memory(program))
		return;
	if (!program->chips)
		program->chips = chips_of(program);
	if (traces_capture(program, program->chips))
		each_chip(program, load);
	else
		launch_now(program);
}

void books_launched(void *key)
{
	struct node *node;

	LOCKED();
	node = table_find(&programs.workloads, key);
	if (!node)
		return;
	for (struct program *program = CONTAINER(node, struct workload)->first; program;
	     program = program->peer)
		launch(program);
}

/* Keep the programs that later ones leave some cores to, in order. */
static void keep_residents(struct program **list, size_t *count)
{
	struct cores *taken = calloc(CHIPS_MAX, sizeof(*taken));
	size_t first = *count;

	if (!taken)
		return;
	for (size_t i = *count; i--;)
		if (take_cores(list[i], taken))
			list[--first] = list[i];
	*count -= first;
	memmove(list, list + first, *count * sizeof(*list));
	free(taken);
}

void books_trace_replayed(const void *device, uint32_t id)
{
	struct program **list;
	size_t *count;

	LOCKED();
	list = traces_programs(device, id, &count);
	if (!list)
		return;
	for (size_t i = 0; i < *count; i++)
		launch_now(list[i]);
	keep_residents(list, count);
}

/* ---- A chip without state ---------------------------------------------------------------- */

void programs_forget(void)
{
	memset(&programs, 0, sizeof(programs));
	traces_forget();
}

void programs_forgotten(int chip, bool gone)
{
	const chips_mask others = ~((chips_mask)1 << chip);

	if (gone)
		traces_forget_chip(chip);
	for (struct program *program = programs.oldest; program; program = program->newer) {
		program->known &= others;
		program->current &= others;
		if (!gone)
			continue;
		program->launched &= others;
		program->chips = 0;
	}
}

void programs_replay(int chip)
{
	const chips_mask bit = (chips_mask)1 << chip;

	for (struct program *program = programs.oldest; program; program = program->newer)
		if (program->launched & bit)
			load_and_launch(chip, chips_attachment(chip), program);
}
