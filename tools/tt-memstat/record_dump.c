// SPDX-License-Identifier: GPL-2.0-only
/* Print a recording as text or JSON, one line per event. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "cli.h"
#include "record.h"

#define TEXT	(3 * TTMEMSTAT_NAME_MAX + 1)

static const char *op_name(const struct ttmemstat_recorded_event *event)
{
	static const char *const ops[] = {
		[TT_MEMSTAT_OP_RECORD] = "record", [TT_MEMSTAT_OP_FREE] = "free",
		[TT_MEMSTAT_OP_PROGRAM_FREE] = "program-free",
		[TT_MEMSTAT_OP_DISPATCH] = "dispatch", [TT_MEMSTAT_OP_SNAPSHOT] = "snapshot",
	};
	static const char *const kinds[] = {
		[TTMEMSTAT_RECORDED_DROP] = "drop", [TTMEMSTAT_RECORDED_PARTIAL] = "partial",
		[TTMEMSTAT_RECORDED_ATTACH] = "attach", [TTMEMSTAT_RECORDED_DETACH] = "detach",
		[TTMEMSTAT_RECORDED_SET] = "set",
		[TTMEMSTAT_RECORDED_PROGRAM_NAME] = "program-name",
		[TTMEMSTAT_RECORDED_SCOPE_BEGIN] = "scope-begin",
		[TTMEMSTAT_RECORDED_SCOPE_END] = "scope-end",
	};

	return event->kind == TTMEMSTAT_RECORDED_ENTRY ? ops[event->entry.op] : kinds[event->kind];
}

static bool is_of_thread(const struct ttmemstat_recorded_event *event)
{
	return event->kind == TTMEMSTAT_RECORDED_SCOPE_BEGIN ||
	       event->kind == TTMEMSTAT_RECORDED_SCOPE_END;
}

static void pools_text(uint32_t pools, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned int pool = 0; pool < TT_MEMSTAT_POOLS && used < size; pool++)
		if (pools >> pool & 1)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "",
						 ttmemstat_pool_name(pool));
}

static void flags_text(uint32_t flags, char *text, size_t size)
{
	static const char *const names[] = { "view", "system", "part", "replace", "total",
					     "loaded" };
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && used < size; i++)
		if (flags >> i & 1)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "",
						 names[i]);
}

/* ---- Text -------------------------------------------------------------------------------- */

static void print_attach(const struct ttmemstat_attach_options *options)
{
	const struct tt_memstat_geometry *g = &options->geometry;
	char pools[64], label[3 * TT_MEMSTAT_LABEL_LEN + 1];

	pools_text(options->covers, pools, sizeof(pools));
	ttmemstat_sanitize(label, sizeof(label), options->label);
	printf(" chip=%" PRIu32 " arch=%s", options->chip,
	       g->arch ? ttmemstat_arch_name(g->arch) : "unknown");
	if (g->grid_x)
		printf(" grid=%" PRIu32 "x%" PRIu32, g->grid_x, g->grid_y);
	if (g->dram_banks)
		printf(" dram_banks=%" PRIu32, g->dram_banks);
	printf(" covers=%s", pools);
	if (options->partial) {
		pools_text(options->partial, pools, sizeof(pools));
		printf(" partial=%s", pools);
	}
	if (options->runtime_id >= 0)
		printf(" runtime_id=%" PRId32, options->runtime_id);
	if (*label)
		printf(" label=\"%s\"", label);
}

static void print_set(uint32_t number, const struct ttmemstat_recorded_set *set)
{
	printf(" set=%" PRIu32, number);
	if (set->space == TT_MEMSTAT_SPACE_DRAM)
		printf(" banks=%#" PRIx64, set->mask);
	for (uint32_t i = 0; i < set->count; i++)
		printf("%s%u,%u-%u,%u", i ? ";" : " cores=", set->rects[i].x0, set->rects[i].y0,
		       set->rects[i].x1, set->rects[i].y1);
}

static void print_entry(const struct tt_memstat_entry *e)
{
	char flags[64];

	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		printf(" id=%" PRIu64 " pool=%s addr=%" PRIu64 " size=%" PRIu64 " set=%" PRIu32,
		       (uint64_t)e->id, ttmemstat_pool_name(e->pool), (uint64_t)e->addr,
		       (uint64_t)e->size, (uint32_t)e->set);
		if (e->program)
			printf(" program=%" PRIu64, (uint64_t)e->program);
		break;
	case TT_MEMSTAT_OP_FREE:
		printf(" id=%" PRIu64, (uint64_t)e->id);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		printf(" pool=%s set=%" PRIu32, ttmemstat_pool_name(e->pool), (uint32_t)e->set);
		if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
			printf(" bytes=%" PRIu64, (uint64_t)e->size);
		else
			printf(" allocatable=%" PRIu64 " allocated=%" PRIu64 " free=%" PRIu64
			       " largest=%" PRIu64, (uint64_t)e->id, (uint64_t)e->addr,
			       (uint64_t)e->size, (uint64_t)e->program);
		break;
	case TT_MEMSTAT_OP_DISPATCH:
		printf(" program=%" PRIu64, (uint64_t)e->program);
		if (e->id)
			printf(" list=%" PRIu64, (uint64_t)e->id);
		break;
	default:
		printf(" program=%" PRIu64, (uint64_t)e->program);
		break;
	}
	flags_text(e->flags, flags, sizeof(flags));
	if (*flags)
		printf(" flags=%s", flags);
}

static void print_text(const struct ttmemstat_recorded_event *event)
{
	char text[TEXT];

	printf("%12.6f %7" PRIu32 " %s", (double)event->time / 1e9, event->thread, op_name(event));
	if (!is_of_thread(event))
		printf(" attachment=%" PRIu32, event->attachment);
	switch (event->kind) {
	case TTMEMSTAT_RECORDED_ENTRY:
		print_entry(&event->entry);
		break;
	case TTMEMSTAT_RECORDED_ATTACH:
		print_attach(event->attach);
		break;
	case TTMEMSTAT_RECORDED_SET:
		print_set(event->set, &event->bank_set);
		break;
	case TTMEMSTAT_RECORDED_DROP:
	case TTMEMSTAT_RECORDED_PARTIAL:
		pools_text(event->pools, text, sizeof(text));
		printf(" pools=%s", text);
		break;
	case TTMEMSTAT_RECORDED_PROGRAM_NAME:
		printf(" program=%" PRIu64, (uint64_t)event->entry.program);
		break;
	default:
		break;
	}
	if (event->name) {
		ttmemstat_sanitize(text, sizeof(text), event->name);
		printf(" name=\"%s\"", text);
	}
	if (event->scope) {
		ttmemstat_sanitize(text, sizeof(text), event->scope);
		printf(" scope=\"%s\"", text);
	}
	putchar('\n');
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void add_number(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

/* Names are arbitrary bytes, but JSON is UTF-8. */
static void add_text(struct json_object *to, const char *key, const char *value)
{
	char text[TEXT];

	ttmemstat_sanitize(text, sizeof(text), value);
	json_object_object_add(to, key, json_object_new_string(text));
}

static void add_names(struct json_object *to, const char *key, const char *separated)
{
	struct json_object *list = json_object_new_array();
	char copy[128], *word, *rest;

	snprintf(copy, sizeof(copy), "%s", separated);
	for (word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		json_object_array_add(list, json_object_new_string(word));
	json_object_object_add(to, key, list);
}

static void add_pools(struct json_object *to, const char *key, uint32_t pools)
{
	char text[64];

	pools_text(pools, text, sizeof(text));
	add_names(to, key, text);
}

static void add_attach(struct json_object *to, const struct ttmemstat_attach_options *options)
{
	const struct tt_memstat_geometry *g = &options->geometry;
	const struct tt_memstat_layout *l = &options->layout;

	add_number(to, "chip", options->chip);
	add_pools(to, "covers", options->covers);
	add_pools(to, "partial", options->partial);
	json_object_object_add(to, "runtime_id", options->runtime_id < 0 ? NULL :
			       json_object_new_int(options->runtime_id));
	add_text(to, "label", options->label);
	json_object_object_add(to, "arch", g->arch ?
			       json_object_new_string(ttmemstat_arch_name(g->arch)) : NULL);
	add_number(to, "grid_x", g->grid_x);
	add_number(to, "grid_y", g->grid_y);
	add_number(to, "l1_bytes", g->l1_bytes);
	add_number(to, "dram_banks", g->dram_banks);
	add_number(to, "dram_bank_bytes", g->dram_bank_bytes);
	if (l->valid & TT_MEMSTAT_LAYOUT_WORKER) {
		add_number(to, "worker_x", l->worker_x);
		add_number(to, "worker_y", l->worker_y);
	}
	if (l->valid & TT_MEMSTAT_LAYOUT_L1) {
		add_number(to, "l1_base", l->l1_base);
		add_number(to, "l1_end", l->l1_end);
		add_number(to, "l1_small", l->l1_small);
	}
	if (l->valid & TT_MEMSTAT_LAYOUT_KERNEL)
		add_number(to, "kernel_region", l->kernel_region);
	if (l->valid & TT_MEMSTAT_LAYOUT_TRACE)
		add_number(to, "trace_region", l->trace_region);
}

static void add_set(struct json_object *to, uint32_t number,
		    const struct ttmemstat_recorded_set *set)
{
	struct json_object *cores;

	add_number(to, "set", number);
	if (set->space == TT_MEMSTAT_SPACE_DRAM) {
		add_number(to, "banks", set->mask);
		return;
	}
	cores = json_object_new_array();
	for (uint32_t i = 0; i < set->count; i++) {
		const uint16_t corners[] = { set->rects[i].x0, set->rects[i].y0, set->rects[i].x1,
					     set->rects[i].y1 };
		struct json_object *rect = json_object_new_array();

		for (size_t n = 0; n < 4; n++)
			json_object_array_add(rect, json_object_new_int(corners[n]));
		json_object_array_add(cores, rect);
	}
	json_object_object_add(to, "cores", cores);
}

static void add_entry(struct json_object *to, const struct tt_memstat_entry *e)
{
	char flags[64];

	flags_text(e->flags, flags, sizeof(flags));
	add_names(to, "flags", flags);
	if (e->op == TT_MEMSTAT_OP_RECORD || e->op == TT_MEMSTAT_OP_SNAPSHOT) {
		json_object_object_add(to, "pool",
				       json_object_new_string(ttmemstat_pool_name(e->pool)));
		add_number(to, "set", e->set);
	}
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT) {
		add_number(to, "allocatable", e->id);
		add_number(to, "allocated", e->addr);
		add_number(to, "free", e->size);
		add_number(to, "largest_free_block", e->program);
		return;
	}
	if (e->op != TT_MEMSTAT_OP_PROGRAM_FREE)
		add_number(to, e->op == TT_MEMSTAT_OP_DISPATCH ? "list" : "id", e->id);
	if (e->op != TT_MEMSTAT_OP_FREE)
		add_number(to, "program", e->program);
	if (e->op == TT_MEMSTAT_OP_RECORD) {
		add_number(to, "address", e->addr);
		add_number(to, "size", e->size);
	}
}

static void print_json(const struct ttmemstat_recorded_event *event)
{
	struct json_object *line = json_object_new_object();

	add_number(line, "time", event->time);
	add_number(line, "thread", event->thread);
	json_object_object_add(line, "event", json_object_new_string(op_name(event)));
	if (!is_of_thread(event))
		add_number(line, "attachment", event->attachment);
	if (event->kind == TTMEMSTAT_RECORDED_ENTRY)
		add_entry(line, &event->entry);
	else if (event->kind == TTMEMSTAT_RECORDED_ATTACH)
		add_attach(line, event->attach);
	else if (event->kind == TTMEMSTAT_RECORDED_SET)
		add_set(line, event->set, &event->bank_set);
	else if (event->kind == TTMEMSTAT_RECORDED_PROGRAM_NAME)
		add_number(line, "program", event->entry.program);
	else if (!is_of_thread(event) && event->kind != TTMEMSTAT_RECORDED_DETACH)
		add_pools(line, "pools", event->pools);
	if (event->name)
		add_text(line, "name", event->name);
	if (event->scope)
		add_text(line, "scope", event->scope);
	puts(json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(line);
}

/* ---- All of it --------------------------------------------------------------------------- */

/* Print the defects of the recording. */
static void say_what_lacks(const char *file, const struct ttmemstat_recording_info *info)
{
	char reason[CLI_ERROR_LEN];

	if (info->folded)
		cli_fail(CLI_OK, "%s: early events were dropped, except records that were live at their end", file);
	if (info->torn)
		cli_fail(CLI_OK, "%s: %" PRIu64 " slots were claimed but not written", file, info->torn);
	if (info->malformed)
		cli_fail(CLI_OK, "%s: %" PRIu64 " slots contain invalid events", file,
			 info->malformed);
	if (info->lost)
		cli_fail(CLI_OK, "%s: %" PRIu64 " events were lost%s%s", file, info->lost,
			 info->error ? ": " : "", info->error ?
			 cli_error(-(int)info->error, reason, sizeof(reason)) : "");
}

enum cli_status record_dump(const char *file, bool json)
{
	struct ttmemstat_recording_info info = { .size = sizeof(info) };
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *recording;
	char reason[CLI_ERROR_LEN];
	int err = ttmemstat_recording_open(&recording, file);

	if (err == -EBADMSG)
		return cli_fail(CLI_FAILED, "%s: not a recording", file);
	if (err == -EOPNOTSUPP)
		return cli_fail(CLI_FAILED, "%s: a recording of a later version", file);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, reason, sizeof(reason)));
	while ((err = ttmemstat_recording_next(recording, &event)) == 1) {
		if (json)
			print_json(&event);
		else
			print_text(&event);
	}
	ttmemstat_recording_get_info(recording, &info);
	ttmemstat_recording_close(recording);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, reason, sizeof(reason)));
	say_what_lacks(file, &info);
	return cli_finish(CLI_OK);
}
