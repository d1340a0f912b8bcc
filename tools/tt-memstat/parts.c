// SPDX-License-Identifier: GPL-2.0-only
/* The records and programs that are live during a run. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

#define WITH_PROGRAMS	(1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL)

/* A program is loaded until it is freed, or a drop finds it without records. */
struct parts_program {
	uint64_t number;
	TAILQ_HEAD(, part) records;	/* in the order in which they began */
	LIST_ENTRY(parts_program) of_all;
};

void parts_init(struct parts *parts, size_t data, const struct parts_ops *ops, void *arg)
{
	*parts = (struct parts){ .ops = ops, .arg = arg, .data = data };
	TAILQ_INIT(&parts->all);
	LIST_INIT(&parts->programs);
}

static void *find(const struct names *names, uint64_t id)
{
	const struct names_entry *entry = names_find(names, id);

	return entry ? entry->object : NULL;
}

static int put(struct names *names, uint64_t id, void *object)
{
	const struct names_entry entry = { .id = id, .object = object };

	return names_put(names, &entry);
}

struct part *parts_find(const struct parts *parts, uint64_t id)
{
	return find(&parts->ids, id);
}

bool parts_has_program(const struct parts *parts, uint64_t number)
{
	return find(&parts->numbers, number);
}

struct part *parts_of_program(const struct parts *parts, uint64_t number, const struct part *part)
{
	const struct parts_program *program = part ? NULL : find(&parts->numbers, number);

	if (!part)
		return program ? TAILQ_FIRST(&program->records) : NULL;
	return part->next ? part->next : TAILQ_NEXT(part->head, of_program);
}

struct part *parts_next(const struct parts *parts, const struct part *part)
{
	if (!part)
		return TAILQ_FIRST(&parts->all);
	return part->next ? part->next : TAILQ_NEXT(part->head, of_all);
}

/*
 * ---- Ending -------------------------------------------------------------------------------------
 */

static void end_record(struct parts *parts, struct part *head)
{
	struct part *part = head, *next;

	TAILQ_REMOVE(&parts->all, head, of_all);
	if (head->program)
		TAILQ_REMOVE(&head->program->records, head, of_program);
	names_drop(&parts->ids, head->entry.id);
	for (; part; part = next) {
		next = part->next;
		if (parts->ops->ended)
			parts->ops->ended(parts->arg, part);
		free(part);
	}
}

static void end_records(struct parts *parts, struct parts_program *program)
{
	struct part *head, *next;

	for (head = program ? TAILQ_FIRST(&program->records) : NULL; head; head = next) {
		next = TAILQ_NEXT(head, of_program);
		end_record(parts, head);
	}
}

static void end_program(struct parts *parts, struct parts_program *program)
{
	if (!program)
		return;
	end_records(parts, program);
	LIST_REMOVE(program, of_all);
	names_drop(&parts->numbers, program->number);
	if (parts->ops->unloaded)
		parts->ops->unloaded(parts->arg, program->number);
	free(program);
}

static void drop(struct parts *parts, uint32_t pools)
{
	struct parts_program *program, *next_program;
	struct part *head, *next;

	for (head = TAILQ_FIRST(&parts->all); head; head = next) {
		next = TAILQ_NEXT(head, of_all);
		if (pools >> head->entry.pool & 1)
			end_record(parts, head);
	}
	for (program = LIST_FIRST(&parts->programs); program; program = next_program) {
		next_program = LIST_NEXT(program, of_all);
		if (pools & WITH_PROGRAMS && TAILQ_EMPTY(&program->records))
			end_program(parts, program);
	}
}

void parts_clear(struct parts *parts)
{
	struct parts_program *program;
	struct part *part, *next;

	while ((part = TAILQ_FIRST(&parts->all))) {
		TAILQ_REMOVE(&parts->all, part, of_all);
		for (; part; part = next) {
			next = part->next;
			free(part);
		}
	}
	while ((program = LIST_FIRST(&parts->programs))) {
		LIST_REMOVE(program, of_all);
		free(program);
	}
	names_release(&parts->ids);
	names_release(&parts->numbers);
	parts_init(parts, parts->data, parts->ops, parts->arg);
}

/*
 * ---- Beginning ----------------------------------------------------------------------------------
 */

/* Program 0 stands for none. */
static int get_program(struct parts *parts, uint64_t number, struct parts_program **program)
{
	*program = number ? find(&parts->numbers, number) : NULL;
	if (*program || !number)
		return 0;
	*program = calloc(1, sizeof(**program));
	if (!*program || put(&parts->numbers, number, *program)) {
		free(*program);
		return -ENOMEM;
	}
	(*program)->number = number;
	TAILQ_INIT(&(*program)->records);
	LIST_INSERT_HEAD(&parts->programs, *program, of_all);
	return 0;
}

static int begin_record(struct parts *parts, struct part *part)
{
	int err = get_program(parts, part->entry.program, &part->program);

	if (!err)
		err = put(&parts->ids, part->entry.id, part);
	if (err)
		return err;
	part->head = part;
	part->last = part;
	TAILQ_INSERT_TAIL(&parts->all, part, of_all);
	if (part->program)
		TAILQ_INSERT_TAIL(&part->program->records, part, of_program);
	return 0;
}

static int begin(struct parts *parts, const struct tt_memstat_entry *entry, struct part **begun)
{
	struct part *head = parts_find(parts, entry->id);
	struct part *part = calloc(1, sizeof(*part) + parts->data);
	int err = 0;

	if (!part)
		return -ENOMEM;
	part->entry = *entry;
	part->data = part + 1;
	if (head) {
		part->head = head;
		head->last->next = part;
		head->last = part;
	} else {
		err = begin_record(parts, part);
	}
	if (err)
		free(part);
	else if (begun)
		*begun = part;
	return err;
}

int parts_follow(struct parts *parts, const struct feed_event *event, struct part **begun)
{
	const struct tt_memstat_entry *entry = &event->entry;
	struct part *head;

	if (begun)
		*begun = NULL;
	if (event->drop) {
		drop(parts, event->drop);
		return 0;
	}
	switch (entry->op) {
	case TT_MEMSTAT_OP_RECORD:
		if (entry->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
			end_records(parts, find(&parts->numbers, entry->program));
		return begin(parts, entry, begun);
	case TT_MEMSTAT_OP_FREE:
		head = parts_find(parts, entry->id);
		if (head)
			end_record(parts, head);
		return 0;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		end_program(parts, find(&parts->numbers, entry->program));
		return 0;
	default:
		return 0;
	}
}
