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
#include "explain_tree.h"
#include "names.h"
#include "parts.h"

/* Of a live buffer, or of a part of one. Ids of records are used again, so slices have their own. */
struct slice {
	uint64_t number;
	const char *name;
};

struct trace {
	const struct explanation *e;
	FILE *out;
	double *times;		/* of a capture's nodes, microseconds */
	struct names texts;
	struct parts parts;	/* with struct slice */
	uint64_t slices;	/* number begun */
	struct books_usage last;
	double now;
	bool first;
};

/* Write the fields that all events have; more may follow. */
static void begin(struct trace *t, const char *phase, double at, const char *name)
{
	fprintf(t->out, "%s\n{\"ph\":\"%s\",\"pid\":1,\"ts\":%.3f,\"name\":", t->first ? "" : ",",
		phase, at);
	tree_print_string(t->out, name);
	t->first = false;
}

static void put_meta(struct trace *t, const char *what, unsigned int thread, const char *name)
{
	fprintf(t->out, "%s\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"%s\",\"args\":{\"name\":",
		t->first ? "" : ",", thread, what);
	tree_print_string(t->out, name);
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
	bool has_durations = false;

	if (!capture)
		return 0;
	t->times = calloc(capture->count + 1, sizeof(*t->times));
	starts = calloc(capture->count + 1, sizeof(*starts));
	for (size_t i = 0; i < capture->count; i++)
		has_durations |= capture->nodes[i].duration_ns != 0;
	for (size_t i = 0; t->times && starts && i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];

		if (!has_durations) {
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
				tree_print_string(t->out, capture->nodes[start].line);
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

/* Views, and kernels without bytes, occupy nothing. */
static bool has_slice(const struct tt_memstat_entry *entry)
{
	return entry->size && !(entry->flags & TT_MEMSTAT_ENTRY_VIEW);
}

static void put_slice(struct trace *t, const struct part *part, const char *phase)
{
	const struct slice *slice = part->data;

	begin(t, phase, t->now, slice->name);
	fprintf(t->out, ",\"tid\":2,\"cat\":\"%s\",\"id\":\"0x%llx\"",
		explain_pool_name(part->entry.pool), (unsigned long long)slice->number);
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

static int open_slice(struct trace *t, struct part *part)
{
	const struct tt_memstat_entry *entry = &part->entry;
	struct slice *slice = part->data;

	if (!has_slice(entry))
		return 0;
	*slice = (struct slice){ .number = ++t->slices, .name = name_record(t, entry) };
	if (!slice->name)
		return -ENOMEM;
	put_slice(t, part, "b");
	fprintf(t->out, ",\"args\":{\"record\":%llu,\"address\":%llu,\"bytes\":%llu}}",
		(unsigned long long)entry->id, (unsigned long long)entry->addr,
		(unsigned long long)entry->size);
	return 0;
}

static void close_slice(void *arg, const struct part *part)
{
	struct trace *t = arg;

	if (!has_slice(&part->entry))
		return;
	put_slice(t, part, "e");
	fputc('}', t->out);
}

static int put_event(void *arg, const struct feed_event *event, bool refused,
		     const struct books *books, struct books_client *client)
{
	struct trace *t = arg;
	struct part *begun = NULL;
	double at = t->times && event->node < t->e->capture->count ? t->times[event->node] :
								     (double)event->time_ns / 1000;
	int err = 0;

	(void)client;
	/* The clock of another thread may have been read before. A track does not go back. */
	t->now = at > t->now ? at : t->now;
	if (!refused)
		err = parts_follow(&t->parts, event, &begun);
	if (!err && begun)
		err = open_slice(t, begun);
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
	for (struct part *part = NULL; !err && (part = parts_next(&t->parts, part));)
		close_slice(t, part);
	fputs("\n]}\n", t->out);
	return err;
}

int explain_perfetto(const struct explanation *e, FILE *out)
{
	static const struct parts_ops ops = { .ended = close_slice };
	struct trace trace = { .e = e, .out = out, .first = true };
	int err = find_times(&trace);

	parts_init(&trace.parts, sizeof(struct slice), &ops, &trace);
	if (!err)
		err = put_all(&trace);
	names_release(&trace.texts);
	parts_clear(&trace.parts);
	free(trace.times);
	return err ? err : ferror(out) ? -EIO : 0;
}
