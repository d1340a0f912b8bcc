// SPDX-License-Identifier: GPL-2.0-only
/*
 * An attachment in a recording as a history. The file is read anew for each run, and only live
 * objects and announced names of programs are kept in memory. The number of a node is that of the
 * event in the file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_recording.h"
#include "names.h"
#include "parts.h"

#define MAGIC	"TTMEMREC"

struct feed_recording {
	const char *file;
	const struct recorded_chip *chip;
	struct ttmemstat_recording *recording;
	struct books *books;
	struct books_client *client;
	unsigned int runs;	/* number of runs begun */
	struct scopes scopes;	/* of the first run */
	size_t attached;	/* number of attachments seen */
	uint32_t attachment;	/* number of the attachment, if @begun */
	bool begun;
	bool ended;
	uint64_t events;
	uint32_t *sets;		/* the ledger's numbers, by the recording's number */
	uint32_t set_count;
	struct parts records;	/* live ones, with struct caused */
	struct names programs;	/* loaded or announced ones */
	const char *last_name;	/* of the latest event */
	const char *last_scope;
};

/* The origin of a record: operation, scope, and number of its event. */
struct caused {
	const char *name;
	const char *scope;
	uint64_t event;
};

bool recording_is(const char *file)
{
	char magic[sizeof(MAGIC)] = "";
	FILE *stream = strcmp(file, "-") ? fopen(file, "re") : NULL;
	bool is;

	if (!stream)
		return false;
	is = fread(magic, 1, strlen(MAGIC), stream) == strlen(MAGIC) && !strcmp(magic, MAGIC);
	fclose(stream);
	return is;
}

static int add_chip(struct recorded_chips *chips, const struct ttmemstat_attach_options *attach)
{
	struct recorded_chip *grown = realloc(chips->items,
					      (chips->count + 1) * sizeof(*chips->items));

	if (!grown)
		return -ENOMEM;
	chips->items = grown;
	grown[chips->count] = (struct recorded_chip){
		.ordinal = chips->count, .chip = attach->chip, .runtime_id = attach->runtime_id,
		.covers = attach->covers, .geometry = attach->geometry, .layout = attach->layout,
	};
	chips->count++;
	return 0;
}

/* Add a set of cores; sets of DRAM banks are not needed. */
static int add_set(struct recorded_chip *chip, const struct ttmemstat_recorded_set *set)
{
	const size_t size = set->count * sizeof(*set->rects);
	struct ttmemstat_recorded_set *grown;
	struct tt_memstat_rect *rects;

	if (set->space != TT_MEMSTAT_SPACE_L1)
		return 0;
	grown = realloc(chip->sets, (chip->set_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	chip->sets = grown;
	rects = malloc(size);
	if (!rects)
		return -ENOMEM;
	memcpy(rects, set->rects, size);
	grown[chip->set_count] = *set;
	grown[chip->set_count++].rects = rects;
	return 0;
}

int recording_list(const char *file, struct recorded_chips *chips)
{
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *recording;
	size_t *of = calloc(1u << 16, sizeof(*of));	/* 1 + index, by number */
	int err = of ? ttmemstat_recording_open(&recording, file) : -ENOMEM;
	int more;

	*chips = (struct recorded_chips){ 0 };
	if (err) {
		free(of);
		return err;
	}
	while (!err && (more = ttmemstat_recording_next(recording, &event)) != 0) {
		uint32_t number = event.attachment & 0xffff;

		if (more < 0) {
			err = more;
			break;
		}
		chips->events++;
		if (event.kind == TTMEMSTAT_RECORDED_ATTACH && event.attach) {
			err = add_chip(chips, event.attach);
			of[number] = chips->count;
		} else if (event.kind == TTMEMSTAT_RECORDED_SET && of[number]) {
			err = add_set(&chips->items[of[number] - 1], &event.bank_set);
		} else if (event.kind == TTMEMSTAT_RECORDED_ENTRY && of[number]) {
			chips->items[of[number] - 1].events++;
		}
	}
	ttmemstat_recording_close(recording);
	free(of);
	if (err)
		recording_release(chips);
	return err;
}

void recording_release(struct recorded_chips *chips)
{
	for (size_t i = 0; i < chips->count; i++) {
		for (size_t k = 0; k < chips->items[i].set_count; k++)
			free((void *)chips->items[i].sets[k].rects);
		free(chips->items[i].sets);
	}
	free(chips->items);
	*chips = (struct recorded_chips){ 0 };
}

static void fold(void *of, struct books *books)
{
	struct feed_recording *f = of;
	const struct recorded_chip *chip = f->chip;

	f->books = books;
	/* Invalid sets are refused when they are defined. */
	for (size_t i = 0; i < chip->set_count; i++)
		books_fold(books, chip->sets[i].rects, chip->sets[i].count);
}

static int start(void *of, struct books_client *client)
{
	struct feed_recording *f = of;

	ttmemstat_recording_close(f->recording);
	f->recording = NULL;
	f->client = client;
	f->runs++;
	f->attached = 0;
	f->begun = false;
	f->ended = false;
	f->events = 0;
	parts_clear(&f->records);
	names_clear(&f->programs);
	memset(f->sets, 0, f->set_count * sizeof(*f->sets));
	return ttmemstat_recording_open(&f->recording, f->file);
}

static int define_set(struct feed_recording *f, const struct ttmemstat_recorded_event *event)
{
	const struct ttmemstat_recorded_set *set = &event->bank_set;

	if (event->set >= f->set_count) {
		uint32_t count = event->set * 2 + 16;
		uint32_t *grown = realloc(f->sets, count * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		memset(grown + f->set_count, 0, (count - f->set_count) * sizeof(*grown));
		f->sets = grown;
		f->set_count = count;
	}
	if (set->space == TT_MEMSTAT_SPACE_DRAM)
		return books_set_dram(f->client, set->mask, &f->sets[event->set]);
	return books_set_l1(f->client, set->rects, set->count, &f->sets[event->set]);
}

static int name_program(struct feed_recording *f, uint64_t program)
{
	const struct names_entry known = {
		.id = program, .name = f->last_name, .scope = f->last_scope,
	};

	if (!known.name && names_find(&f->programs, program))
		return 0;
	return names_put(&f->programs, &known);
}

static bool is_unloaded(void *arg, uint64_t program)
{
	const struct feed_recording *f = arg;

	return !parts_has_program(&f->records, program);
}

/* A refused event names nothing. */
static int taken(void *of, const struct feed_event *event)
{
	struct feed_recording *f = of;
	const struct tt_memstat_entry *entry = &event->entry;
	struct part *begun;
	int err = parts_follow(&f->records, event, &begun);

	if (err)
		return err;
	if (event->drop & (1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL))
		names_drop_if(&f->programs, is_unloaded, f);
	if (begun) {
		struct caused *caused = begun->data;

		*caused = (struct caused){
			.name = f->last_name, .scope = f->last_scope, .event = event->node,
		};
	}
	if (entry->op != TT_MEMSTAT_OP_RECORD && entry->op != TT_MEMSTAT_OP_DISPATCH)
		return 0;
	return entry->program ? name_program(f, entry->program) : 0;
}

/* Scopes belong to the process, not to an attachment. */
static int take_scope(struct feed_recording *f, const struct ttmemstat_recorded_event *event)
{
	struct books_usage now;

	if (f->runs > 1)
		return 0;
	if (event->kind == TTMEMSTAT_RECORDED_SCOPE_END) {
		scopes_end(&f->scopes, event->thread);
		return 0;
	}
	books_get_usage(f->books, &now);
	return scopes_begin(&f->scopes, event->thread, event->name, now.l1_used, now.dram_used);
}

/* 1: an event of the attachment that goes to the ledger. */
static int take(struct feed_recording *f, const struct ttmemstat_recorded_event *event)
{
	if (event->kind == TTMEMSTAT_RECORDED_SCOPE_BEGIN ||
	    event->kind == TTMEMSTAT_RECORDED_SCOPE_END)
		return take_scope(f, event);
	if (event->kind == TTMEMSTAT_RECORDED_ATTACH && f->attached++ == f->chip->ordinal) {
		f->begun = true;
		f->attachment = event->attachment;
		return 0;
	}
	if (!f->begun || event->attachment != f->attachment)
		return 0;
	f->last_name = event->name;
	f->last_scope = event->scope;
	switch (event->kind) {
	case TTMEMSTAT_RECORDED_ENTRY:
		/* This ends the name even of a program without records, which the ledger lacks. */
		if (event->entry.op == TT_MEMSTAT_OP_PROGRAM_FREE)
			names_drop(&f->programs, event->entry.program);
		return 1;
	case TTMEMSTAT_RECORDED_DROP:
		return event->pools != 0;
	case TTMEMSTAT_RECORDED_PROGRAM_NAME:
		return name_program(f, event->entry.program);
	case TTMEMSTAT_RECORDED_SET:
		return define_set(f, event);
	case TTMEMSTAT_RECORDED_DETACH:
		f->ended = true;
		return 0;
	default:
		return 0;
	}
}

static int next(void *of, struct feed_event *out)
{
	struct feed_recording *f = of;
	struct ttmemstat_recorded_event event;
	int more, taken = 0;

	while (!taken && !f->ended) {
		more = ttmemstat_recording_next(f->recording, &event);
		if (more <= 0)
			return more;
		f->events++;
		taken = take(f, &event);
		/* Events that use a refused set are refused, too. */
		if (taken < 0 && taken != -ENOMEM)
			taken = 0;
	}
	if (taken <= 0)
		return taken;
	*out = (struct feed_event){
		.entry = event.entry, .drop = event.pools, .node = f->events, .time_ns = event.time,
	};
	if (out->entry.set)
		out->entry.set = out->entry.set < f->set_count && f->sets[out->entry.set] ?
			f->sets[out->entry.set] : UINT32_MAX;
	return 1;
}

static void used(void *of, uint64_t l1, uint64_t dram)
{
	struct feed_recording *f = of;

	scopes_use(&f->scopes, l1, dram);
}

static const struct scopes *scopes(void *of)
{
	return &((struct feed_recording *)of)->scopes;
}

/* The reader owns the texts, and lives as long as the run. */
static void tell(struct feed_recording *f, const char *name, const char *scope,
		 struct feed_name *out)
{
	name = names_keep(&f->programs, name);
	scope = names_keep(&f->programs, scope);
	out->operation = name ? name : scope;
	out->caller = name ? scope : NULL;
}

static void name(void *of, uint64_t id, uint64_t program, struct feed_name *out)
{
	struct feed_recording *f = of;
	const struct part *part = id ? parts_find(&f->records, id) : NULL;
	const struct names_entry *owner = program ? names_find(&f->programs, program) : NULL;
	const struct caused *record = part ? part->data : NULL;

	*out = (struct feed_name){ .unit = "event", .node = record ? record->event : FEED_NO_NODE };
	if (record && (record->name || !owner))
		tell(f, record->name, record->scope, out);
	else if (owner)
		tell(f, owner->name, owner->scope, out);
}

static void where(void *of, uint64_t node, struct feed_name *out)
{
	struct feed_recording *f = of;

	*out = (struct feed_name){ .unit = "event", .node = node };
	tell(f, f->last_name, f->last_scope, out);
}

int feed_recording_new(const char *file, const struct recorded_chip *chip, struct feed *feed)
{
	static const struct feed_ops ops = {
		.fold = fold, .start = start, .next = next, .taken = taken, .used = used,
		.scopes = scopes, .name = name, .where = where,
	};
	static const struct parts_ops of_records = { 0 };
	struct feed_recording *f = calloc(1, sizeof(*f));

	*feed = (struct feed){ &ops, f };
	if (!f)
		return -ENOMEM;
	f->file = file;
	f->chip = chip;
	parts_init(&f->records, sizeof(struct caused), &of_records, f);
	f->set_count = 16;
	f->sets = calloc(f->set_count, sizeof(*f->sets));
	if (f->sets)
		return 0;
	feed_recording_free(feed);
	return -ENOMEM;
}

void feed_recording_free(struct feed *feed)
{
	struct feed_recording *f = feed->of;

	if (!f)
		return;
	ttmemstat_recording_close(f->recording);
	parts_clear(&f->records);
	names_release(&f->programs);
	scopes_release(&f->scopes);
	free(f->sets);
	free(f);
	feed->of = NULL;
}
