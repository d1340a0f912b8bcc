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

/* Meaning of an error when nothing more is known of the call. */
static const struct {
	int error;
	const char *name;
	const char *meaning;
} errors[] = {
	{ EPERM, "EPERM", "this process may not" },
	{ ENOENT, "ENOENT", "there is no such thing" },
	{ EINTR, "EINTR", "a fatal signal arrived" },
	{ EIO, "EIO", "it could not be read" },
	{ ENXIO, "ENXIO", "there is no module behind the node" },
	{ E2BIG, "E2BIG", "the module does not know all that the structure says" },
	{ EBADF, "EBADF", "the context is closed" },
	{ ENOMEM, "ENOMEM", "no memory" },
	{ EACCES, "EACCES", "no permission" },
	{ EFAULT, "EFAULT", "a pointer is bad" },
	{ EAGAIN, "EAGAIN", "the user has made too many devices of late" },
	{ EBUSY, "EBUSY", "busy" },
	{ EEXIST, "EEXIST", "it exists" },
	{ ENODEV, "ENODEV", "the chip is gone" },
	{ ENOTDIR, "ENOTDIR", "a part of the path is no directory" },
	{ EINVAL, "EINVAL", "the module does not take these arguments" },
	{ EMFILE, "EMFILE", "the process has too many open files" },
	{ ENFILE, "ENFILE", "the host has too many open files" },
	{ ENOTTY, "ENOTTY", "the module does not know this call" },
	{ EFBIG, "EFBIG", "a file is longer than any of the module's" },
	{ ENOSPC, "ENOSPC", "a limit is reached" },
	{ ERANGE, "ERANGE", "it does not fit" },
	{ ENAMETOOLONG, "ENAMETOOLONG", "a name is too long" },
	{ ELOOP, "ELOOP", "the path has too many links" },
	{ ENODATA, "ENODATA", "what the chip has is unknown" },
	{ EPROTO, "EPROTO", "the ring's shared pages were overwritten, and it is stopped" },
	{ ENOTUNIQ, "ENOTUNIQ", "several chips match" },
	{ EBADMSG, "EBADMSG", "a file does not say what it should" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "the module does not implement this call" },
	{ EALREADY, "EALREADY", "the context is attached to the chip already" },
	{ ESTALE, "ESTALE", "the chip was described anew, and attaching again failed" },
	{ ECANCELED, "ECANCELED", "TT_MEMSTAT_DISABLED is set" },
	{ EOWNERDEAD, "EOWNERDEAD", "the process that opened the context is gone" },
};

const char *ttmemstat_meaning(int error)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -error)
			return errors[i].meaning;
	return "the system refused it";
}

static void say_error(const struct ttmemstat_view *v, int error)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -error) {
			say(v, " (%s)", errors[i].name);
			return;
		}
	say(v, " (errno %d)", -error);
}

void ttmemstat_say_pools(const struct ttmemstat_view *v, uint64_t mask)
{
	const char *before = "";
	unsigned int pool;

	for (pool = 0; pool < TT_MEMSTAT_POOLS; pool++)
		if (mask >> pool & 1) {
			say(v, "%s%s", before, ttmemstat_pool_name(pool));
			before = ", ";
		}
}

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
	[TTMEMSTAT_RULE_EQUAL] = { ": by the mask that is told with it, it is ", DECIMAL, DECIMAL },
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
	say_error(&v, facts->error);
	return text.len;
}

/* Explain a failure that concerns every call on the context; false: there is none. */
static bool say_context(const struct ttmemstat_view *v)
{
	const char *why;

	if (!v->ctx) {
		say(v, "the context or attachment is NULL: it must be given (EINVAL)");
	} else if (ttmemstat_ctx_disabled(v->ctx)) {
		why = ttmemstat_why_not_open(v->ctx->reason);
		say(v, "the context is disabled: %s",
		    why ? why : ttmemstat_meaning(v->ctx->reason));
		say_error(v, v->ctx->reason);
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
