// SPDX-License-Identifier: GPL-2.0-only
/* Names of holders and operations in explanations. */
#include <stdio.h>
#include <string.h>

#include "explain.h"

const char *explain_pool_name(uint32_t pool)
{
	static const char *const names[] = {
		[TT_MEMSTAT_POOL_DRAM] = "dram", [TT_MEMSTAT_POOL_TRACE] = "trace",
		[TT_MEMSTAT_POOL_L1] = "l1", [TT_MEMSTAT_POOL_L1_SMALL] = "l1_small",
		[TT_MEMSTAT_POOL_CB] = "cb", [TT_MEMSTAT_POOL_KERNEL] = "kernel",
	};

	return pool < sizeof(names) / sizeof(names[0]) ? names[pool] : "?";
}

uint64_t explain_headroom(const struct explanation *e)
{
	const struct layout *layout = &e->history.layout;

	return pieces_headroom(&e->core, layout->l1_base, layout->l1_end - layout->l1_small);
}

const char *explain_bytes(uint64_t bytes, char *text)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(text, EXPLAIN_BYTES, "%u B", (unsigned int)bytes);
		return text;
	}
	while (value >= 1023.5 && unit < 3) {
		value /= 1024;
		unit++;
	}
	snprintf(text, EXPLAIN_BYTES, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value,
		 units[unit]);
	return text;
}

/* The part after the last ::, as in "Layout::TILE". */
static const char *last_part(const char *text)
{
	const char *part;

	while ((part = strstr(text, "::")))
		text = part + 2;
	return text;
}

/* "Shape([1, 32, 128])" as "1x32x128". */
static void short_shape(const char *shape, char *text, size_t len)
{
	size_t used = 0;

	for (; *shape && used + 2 < len; shape++) {
		if (*shape >= '0' && *shape <= '9')
			text[used++] = *shape;
		else if (*shape == ',')
			text[used++] = 'x';
	}
	text[used] = '\0';
}

static void append(char *text, size_t len, const char *before, const char *more)
{
	if (!more || !*more)
		return;
	if (*text)
		strncat(text, before, len - strlen(text) - 1);
	strncat(text, more, len - strlen(text) - 1);
}

void explain_operation(const struct feed_name *name, char *text, size_t len)
{
	char whole[EXPLAIN_WHO] = "";

	append(whole, sizeof(whole), "", name->operation);
	append(whole, sizeof(whole), " of ", name->caller);
	append(whole, sizeof(whole), ", ", name->line);
	ttmemstat_sanitize(text, len, whole);
}

static void describe_tensor(const struct holder *holder, char *text, size_t len)
{
	const struct feed_name *name = &holder->name;
	char shape[64] = "";
	char cores[32] = "";

	if (name->shape)
		short_shape(name->shape, shape, sizeof(shape));
	append(text, len, " ", shape);
	append(text, len, " ", name->dtype ? last_part(name->dtype) : NULL);
	append(text, len, " ", name->layout ? last_part(name->layout) : NULL);
	append(text, len, " ", name->memory);
	if (name->cores && !pool_is_dram(holder->pool)) {
		snprintf(cores, sizeof(cores), "data on %llu cores",
			 (unsigned long long)name->cores);
		append(text, len, ", ", cores);
	}
}

void explain_who(const struct moment *moment, const struct share *share, char *text, size_t len)
{
	const struct holder *holder = &moment->holders[share->first];
	char whole[EXPLAIN_WHO] = "", operation[EXPLAIN_WHO];

	switch (holder->pool) {
	case TT_MEMSTAT_POOL_CB:
		snprintf(whole, sizeof(whole), share->count == 1 ? "CB" : "%zu CBs", share->count);
		break;
	case TT_MEMSTAT_POOL_TRACE:
		append(whole, sizeof(whole), "", "trace");
		break;
	case TT_MEMSTAT_POOL_L1_SMALL:
		append(whole, sizeof(whole), "", "L1_SMALL");
		describe_tensor(holder, whole, sizeof(whole));
		break;
	default:
		append(whole, sizeof(whole), "", "tensor");
		describe_tensor(holder, whole, sizeof(whole));
	}
	explain_operation(&holder->name, operation, sizeof(operation));
	append(whole, sizeof(whole), ": ", operation);
	if (holder->name.node != FEED_NO_NODE) {
		char node[40];

		snprintf(node, sizeof(node), "%s %llu", holder->name.unit,
			 (unsigned long long)holder->name.node);
		append(whole, sizeof(whole), ", ", node);
	}
	ttmemstat_sanitize(text, len, whole);
}
