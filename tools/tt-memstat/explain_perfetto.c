// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write a history as a trace in Chrome's JSON format, for ui.perfetto.dev and chrome://tracing:
 * counters of pools, operations as slices, buffers as async slices. Times are microseconds; without
 * durations, each node lasts one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "names.h"

/* A live buffer with its slice; those of a program are linked. */
struct open_slice {
	uint64_t id;
	uint32_t pool;
	const char *name;
	size_t next;		/* 1 + index; 0: the last one */
};

struct trace {
	const struct explanation *e;
	FILE *out;
	double *times;		/* of a capture's nodes, microseconds */
	struct names texts;
	struct names open;	/* by id of a record: its slice */
	struct names programs;	/* by number: 1 + index of the last of its slices */
	struct open_slice *slices;
	size_t count;
	size_t room;
	struct books_usage last;
	double now;
	bool first;
};

/* Write a JSON string with quotes. */
static void put_string(FILE *out, const char *text)
{
	struct json_object *string = json_object_new_string(text);

	fputs(string ? json_object_to_json_string(string) : "\"\"", out);
	json_object_put(string);
}

/* Write the fields that all events have; more may follow. */
static void begin(struct trace *t, const char *phase, double at, const char *name)
{
	fprintf(t->out, "%s\n{\"ph\":\"%s\",\"pid\":1,\"ts\":%.3f,\"name\":", t->first ? "" : ",",
		phase, at);
	put_string(t->out, name);
	t->first = false;
}

static void put_meta(struct trace *t, const char *what, unsigned int thread, const char *name)
{
	fprintf(t->out, "%s\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"%s\",\"args\":{\"name\":",
		t->first ? "" : ",", thread, what);
	put_string(t->out, name);
	fputs("}}", t->out);
	t->first = false;
}

/* A function lasts as long as its duration, and at least as long as its contents. */
static int find_times(struct trace *t)
{
	const struct capture *capture = t->e->capture;
	double clock = 0;
	double *starts;
	size_t depth = 0;
	bool told = false;

	if (!capture)
		return 0;
	t->times = calloc(capture->count + 1, sizeof(*t->times));
	starts = calloc(capture->count + 1, sizeof(*starts));
	for (size_t i = 0; i < capture->count; i++)
		told |= capture->nodes[i].duration_ns != 0;
	for (size_t i = 0; t->times && starts && i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];

		if (!told) {
			t->times[i] = (double)i;
			continue;
		}
		if (node->kind == CAPTURE_FUNCTION_START)
			starts[depth++] = clock;
		if (node->kind == CAPTURE_FUNCTION_END && depth) {
			double end = starts[--depth] + (double)node->duration_ns / 1000;

			clock = end > clock ? end : clock;
		}
		t->times[i] = clock;
	}
	free(starts);
	return t->times ? 0 : -ENOMEM;
}

/* Aborted functions have no end; they end with the capture. */
static int put_operations(struct trace *t)
{
	const struct capture *capture = t->e->capture;
	size_t count = capture ? capture->count : 0, depth = 0;
	size_t *starts = calloc(count + 1, sizeof(*starts));

	if (!starts)
		return -ENOMEM;
	for (size_t i = 0; i <= count; i++) {
		const struct capture_node *node = i < count ? &capture->nodes[i] : NULL;

		if (node && node->kind == CAPTURE_FUNCTION_START)
			starts[depth++] = i;
		while (depth && (!node || node->kind == CAPTURE_FUNCTION_END)) {
			size_t start = starts[--depth];
			char name[EXPLAIN_WHO];

			ttmemstat_sanitize(name, sizeof(name), capture->nodes[start].name);
			begin(t, "X", t->times[start], name);
			fprintf(t->out, ",\"tid\":1,\"cat\":\"operation\",\"dur\":%.3f,\"args\":{\"node\":%zu",
				t->times[node ? i : count - 1] - t->times[start], start);
			if (capture->nodes[start].line) {
				fputs(",\"line\":", t->out);
				put_string(t->out, capture->nodes[start].line);
			}
			fputs("}}", t->out);
			if (node)
				break;
		}
	}
	free(starts);
	return 0;
}

static void put_counters(struct trace *t, const struct books *books)
{
	struct books_usage now;

	books_get_usage(books, &now);
	if (!memcmp(&now, &t->last, sizeof(now)))
		return;
	begin(t, "C", t->now, "L1 bytes");
	fprintf(t->out, ",\"args\":{\"circular buffers\":%llu,\"tensors\":%llu,\"L1_SMALL\":%llu}}",
		(unsigned long long)now.cb_used, (unsigned long long)now.l1_buffers_used,
		(unsigned long long)now.l1_small_used);
	begin(t, "C", t->now, "L1 used");
	fprintf(t->out, ",\"args\":{\"bytes\":%llu}}", (unsigned long long)now.l1_used);
	begin(t, "C", t->now, "L1 of the fullest core");
	fprintf(t->out, ",\"args\":{\"bytes\":%llu}}", (unsigned long long)now.fullest_core_used);
	begin(t, "C", t->now, "DRAM bytes");
	fprintf(t->out, ",\"args\":{\"tensors\":%llu,\"traces\":%llu}}",
		(unsigned long long)now.dram_buffers_used, (unsigned long long)now.trace_used);
	t->last = now;
}

static void put_slice(struct trace *t, const struct open_slice *slice, const char *phase)
{
	begin(t, phase, t->now, slice->name);
	fprintf(t->out, ",\"tid\":2,\"cat\":\"%s\",\"id\":\"0x%llx\"", explain_pool_name(slice->pool),
		(unsigned long long)slice->id);
}

static const char *name_record(struct trace *t, const struct tt_memstat_entry *entry)
{
	const struct feed *feed = &t->e->history.feed;
	struct holder holder = {
		.id = entry->id, .program = entry->program, .pool = entry->pool, .size = entry->size,
	};
	const struct moment moment = { .holders = &holder, .count = 1 };
	const struct share share = { .count = 1 };
	char who[EXPLAIN_WHO];

	feed->ops->name(feed->of, entry->id, entry->program, &holder.name);
	explain_who(&moment, &share, who, sizeof(who));
	return names_keep(&t->texts, who);
}

static int open_slice(struct trace *t, const struct tt_memstat_entry *entry)
{
	const struct names_entry *program = names_find(&t->programs, entry->program);
	const struct names_entry place = { .id = entry->id, .event = t->count };
	const struct names_entry last = { .id = entry->program, .event = t->count + 1 };
	struct open_slice *slice;

	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 256;
		struct open_slice *grown = realloc(t->slices, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->slices = grown;
		t->room = room;
	}
	slice = &t->slices[t->count];
	*slice = (struct open_slice){
		.id = entry->id, .pool = entry->pool, .name = name_record(t, entry),
		.next = entry->program && program ? (size_t)program->event : 0,
	};
	if (!slice->name || names_put(&t->open, &place) ||
	    (entry->program && names_put(&t->programs, &last)))
		return -ENOMEM;
	t->count++;
	put_slice(t, slice, "b");
	fprintf(t->out, ",\"args\":{\"address\":%llu,\"bytes\":%llu}}",
		(unsigned long long)entry->addr, (unsigned long long)entry->size);
	return 0;
}

static void close_slice(struct trace *t, uint64_t id)
{
	const struct names_entry *place = names_find(&t->open, id);

	if (!place)
		return;
	put_slice(t, &t->slices[place->event], "e");
	fputc('}', t->out);
	names_drop(&t->open, id);
}

static void close_program(struct trace *t, uint64_t program)
{
	const struct names_entry *last = names_find(&t->programs, program);

	for (size_t at = last ? (size_t)last->event : 0; at; at = t->slices[at - 1].next)
		close_slice(t, t->slices[at - 1].id);
	names_drop(&t->programs, program);
}

static int put_event(void *arg, const struct feed_event *event, bool refused,
		     const struct books *books, struct books_client *client)
{
	struct trace *t = arg;
	const struct tt_memstat_entry *entry = &event->entry;
	double at = t->times && event->node < t->e->capture->count ? t->times[event->node] :
								     (double)event->time_ns / 1000;
	int err = 0;

	(void)refused;
	(void)client;
	/* The clock of another thread may have been read before. A track does not go back. */
	t->now = at > t->now ? at : t->now;
	if (entry->op == TT_MEMSTAT_OP_RECORD && entry->size &&
	    entry->pool < TT_MEMSTAT_POOLS && !(entry->flags & TT_MEMSTAT_ENTRY_VIEW))
		err = open_slice(t, entry);
	else if (entry->op == TT_MEMSTAT_OP_FREE)
		close_slice(t, entry->id);
	else if (entry->op == TT_MEMSTAT_OP_PROGRAM_FREE)
		close_program(t, entry->program);
	put_counters(t, books);
	return err ? err : ferror(t->out) ? -EIO : 0;
}

static int put_all(struct trace *t)
{
	struct history history = t->e->history;
	int err;

	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", t->out);
	put_meta(t, "process_name", 0, t->e->file);
	put_meta(t, "thread_name", 1, "operations");
	put_meta(t, "thread_name", 2, "buffers");
	err = put_operations(t);
	if (!err)
		err = history_show(&history, put_event, t);
	for (size_t i = 0; !err && i < t->count; i++) {
		const struct names_entry *place = names_find(&t->open, t->slices[i].id);

		if (place && place->event == i)
			close_slice(t, t->slices[i].id);
	}
	fputs("\n]}\n", t->out);
	return err;
}

int explain_perfetto(const struct explanation *e, FILE *out)
{
	struct trace trace = { .e = e, .out = out, .first = true };
	int err = find_times(&trace);

	if (!err)
		err = put_all(&trace);
	names_release(&trace.texts);
	names_release(&trace.open);
	names_release(&trace.programs);
	free(trace.slices);
	free(trace.times);
	return err ? err : ferror(out) ? -EIO : 0;
}
