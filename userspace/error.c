// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Texts of failures: field, limit and value. Explains what the library refuses; refusal.c explains
 * what the module refuses.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>

#include "entry.h"
#include "error.h"

#define say(v, ...)	ttmemstat_say((v)->text, __VA_ARGS__)

static const char *const calls[] = {
#define NAME(name)	[TTMEMSTAT_CALL_##name] = #name,
	TTMEMSTAT_CALLS(NAME)
#undef NAME
};

/* Format of a value or a limit. */
enum style {
	NOTHING,
	DECIMAL,
	SIGNED,
	HEX,
	POOLS,
};

static void say_number(const struct ttmemstat_view *v, enum style style, uint64_t number)
{
	if (style == DECIMAL)
		say(v, "%" PRIu64, number);
	else if (style == SIGNED)
		say(v, "%" PRId64, (int64_t)number);
	else if (style == HEX)
		say(v, "0x%" PRIx64, number);
	else if (style == POOLS)
		ttmemstat_say_pools(v, number);
}

/* FIELD is VALUE: it must RULE LIMIT */
static const struct {
	const char *must;
	enum style value;
	enum style limit;
} rules[] = {
	[TTMEMSTAT_RULE_GIVEN] = { "NULL: it must be given", NOTHING, NOTHING },
	[TTMEMSTAT_RULE_ZERO] = { ": it must be 0", DECIMAL, NOTHING },
	[TTMEMSTAT_RULE_NOT_ZERO] = { ": it must not be 0", DECIMAL, NOTHING },
	[TTMEMSTAT_RULE_AT_LEAST] = { ": it must be at least ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_AT_MOST] = { ": it must be at most ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_BELOW] = { ": it must be below ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_FROM_1] = { ": it must be from 1 to ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_FROM_MINUS_1] = { ": it must be -1 or more", SIGNED, NOTHING },
	[TTMEMSTAT_RULE_MULTIPLE] = { ": it must be a multiple of ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_POWER] = { ": it must be a power of two", DECIMAL, NOTHING },
	[TTMEMSTAT_RULE_WITHIN] = { ": it must have no bits but ", HEX, HEX },
	[TTMEMSTAT_RULE_HAS] = { ": it must have a bit of ", HEX, HEX },
	[TTMEMSTAT_RULE_LEAVES] = { ": it must leave a bit of ", HEX, HEX },
	[TTMEMSTAT_RULE_POOLS] = { ": it must be one of ", DECIMAL, POOLS },
	[TTMEMSTAT_RULE_EQUAL] = { ": with the mask given with it, it is ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_ZERO_OR] = { ": it must be 0 or ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_DIFFERENT] = { ": it must not be the device's own number", DECIMAL, NOTHING },
	[TTMEMSTAT_RULE_VALID] = { ": it must be 0 unless valid has ", DECIMAL, HEX },
	[TTMEMSTAT_RULE_FLAG] = { ": it must be 0 unless flags has ", DECIMAL, HEX },
	[TTMEMSTAT_RULE_FLAG_ID] = { ": it must be -1 unless flags has ", DECIMAL, HEX },
	[TTMEMSTAT_RULE_TAIL] = { ": what is unknown here must be 0, from byte ", DECIMAL, DECIMAL },
	[TTMEMSTAT_RULE_LENGTH] = { " bytes long: it must have at most ", DECIMAL, DECIMAL },
};

static void say_rule(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;

	if (f->array)
		say(v, "%s[%zu].", f->array, f->index);
	say(v, "%s is ", f->field);
	say_number(v, rules[f->rule].value, f->value);
	say(v, "%s", rules[f->rule].must);
	say_number(v, rules[f->rule].limit, f->limit);
}

/* ---- The calls ---- */

static void start(struct ttmemstat_text *text, char *buf, size_t size)
{
	*text = (struct ttmemstat_text) { .buf = buf, .size = buf ? size : 0 };
	if (text->size)
		buf[0] = '\0';
}

size_t ttmemstat_facts_text(const struct ttmemstat_facts *facts, const struct ttmemstat_ctx *ctx,
			    const struct ttmemstat_attachment *att, char *buf, size_t size)
{
	struct ttmemstat_text text;
	const struct ttmemstat_view v = { .text = &text, .facts = facts, .ctx = ctx, .att = att };

	start(&text, buf, size);
	if (facts->error >= 0)
		return 0;
	say(&v, "ttmemstat_%s: ", calls[facts->call]);
	if (facts->field)
		say_rule(&v);
	else
		ttmemstat_say_refusal(&v);
	ttmemstat_say_error(&v, facts->error);
	return text.len;
}

/* Meaning of an error of ttmemstat_open() for the node; NULL: its general meaning. */
static const char *why_not_open(int error)
{
	switch (error) {
	case -ENOENT:
		return "there is no such node: is the module tt_memstat loaded?";
	case -EACCES:
	case -EPERM:
		return "this process may not open it for reading and writing";
	case -ENOTTY:
		return "it is not the device of tt_memstat";
	case -EOPNOTSUPP:
		return "its module's API is older than this library can use";
	default:
		return NULL;
	}
}

/* Explain a failure that concerns every call on the context; false: there is none. */
static bool say_context(const struct ttmemstat_view *v)
{
	const char *why;

	if (!v->ctx) {
		say(v, "the context or attachment is NULL: it must be given (EINVAL)");
	} else if (ttmemstat_ctx_disabled(v->ctx)) {
		why = why_not_open(v->ctx->reason);
		say(v, "the context is disabled: %s",
		    why ? why : ttmemstat_meaning(v->ctx->reason));
		ttmemstat_say_error(v, v->ctx->reason);
	} else if (!ttmemstat_ctx_is_owner(v->ctx)) {
		say(v, "the context is that of process %d, and this is another: it needs its own "
		    "(EPERM)", (int)v->ctx->owner);
	} else {
		return false;
	}
	return true;
}

static size_t last_text(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att, char *buf,
			size_t size)
{
	struct ttmemstat_facts facts;
	struct ttmemstat_text text;
	const struct ttmemstat_view v = { .text = &text, .ctx = ctx };

	start(&text, buf, size);
	if (say_context(&v))
		return text.len;
	facts = ttmemstat_failure_get(att ? &att->failure : &ctx->failure);
	return ttmemstat_facts_text(&facts, ctx, att, buf, size);
}

size_t ttmemstat_error(struct ttmemstat_ctx *ctx, char *text, size_t size)
{
	return last_text(ctx, NULL, text, size);
}

size_t ttmemstat_attachment_error(struct ttmemstat_attachment *att, char *text, size_t size)
{
	return last_text(att ? att->ctx : NULL, att, text, size);
}

size_t ttmemstat_record_error(const struct ttmemstat_record *record, char *text, size_t size)
{
	struct ttmemstat_attachment none = { 0 };
	struct tt_memstat_entry entry;

	ttmemstat_make_record(&entry, record, &none);
	return ttmemstat_facts_text(&none.failure.facts, NULL, NULL, text, size);
}

size_t ttmemstat_snapshot_error(const struct ttmemstat_snapshot *snapshot, char *text, size_t size)
{
	struct ttmemstat_attachment none = { 0 };
	struct tt_memstat_entry entry;

	ttmemstat_make_snapshot(&entry, snapshot, &none);
	return ttmemstat_facts_text(&none.failure.facts, NULL, NULL, text, size);
}

size_t ttmemstat_open_error(const struct ttmemstat_open_options *options, int error, char *text,
			    size_t size)
{
	struct ttmemstat_facts facts = { .call = TTMEMSTAT_CALL_open, .error = error };
	struct ttmemstat_open_options opt = { 0 };
	struct ttmemstat_failure failure = { 0 };

	if (ttmemstat_open_check(&opt, options, &failure) == error)
		return ttmemstat_facts_text(&failure.facts, NULL, NULL, text, size);
	facts.about = opt.path ? opt.path : TTMEMSTAT_DEVICE_PATH;
	facts.why = error == -EINVAL ?
		"TT_MEMSTAT_FAKE is neither wormhole nor blackhole, alone or with :1 to :32 chips" :
		why_not_open(error);
	return ttmemstat_facts_text(&facts, NULL, NULL, text, size);
}

size_t ttmemstat_geometry_error(const struct tt_memstat_geometry *geometry, char *text, size_t size)
{
	struct ttmemstat_failure failure = { 0 };
	struct ttmemstat_resolved out;

	ttmemstat_geometry_check(geometry, &out, &failure);
	return ttmemstat_facts_text(&failure.facts, NULL, NULL, text, size);
}
