// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Replacement of the module for recordings without it: numbers attachments and bank sets, and
 * accepts all events. It computes no figures.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "local.h"

#define SIDE		32	/* maximum of columns and of rows of a grid */
#define SETS_MAX	4096	/* of an attachment, as in the module */
#define RECTS_MAX	256

/* A set of cores, a bit for each, or of DRAM banks. */
struct local_set {
	uint32_t space;
	uint64_t mask;
	uint32_t rows[SIDE];
};

struct local_attachment {
	struct local_attachment *next;
	uint32_t handle;
	uint32_t chip;
	uint32_t covers;
	uint32_t columns;
	uint32_t height;
	uint32_t count;
	struct local_set *sets;
};

/**
 * struct numbers - the attachments of a context
 * @local: common part
 * @last: the last handle
 * @attachments: list of attachments
 */
struct numbers {
	struct ttmemstat_local local;
	uint32_t last;
	struct local_attachment *attachments;
};

static struct numbers *numbers_of(struct ttmemstat_local *local)
{
	return (struct numbers *)local;
}

static void remove_one(struct local_attachment **link)
{
	struct local_attachment *att = *link;

	*link = att->next;
	free(att->sets);
	free(att);
}

static void free_numbers(struct ttmemstat_local *local)
{
	struct numbers *numbers = numbers_of(local);

	while (numbers->attachments)
		remove_one(&numbers->attachments);
	free(numbers);
}

/* The link to an attachment; it is NULL if there is none. */
static struct local_attachment **find(struct numbers *numbers, uint32_t handle)
{
	struct local_attachment **link;

	for (link = &numbers->attachments; *link && (*link)->handle != handle; link = &(*link)->next)
		;
	return link;
}

/* Complete a chip's geometry, as the module does. */
static void complete(struct tt_memstat_geometry *g, const struct ttmemstat_resolved *has)
{
	g->l1_bytes = has->l1_bytes;
	g->dram_bank_bytes = has->dram_bank_bytes;
	g->dram_banks = has->dram_banks;
	if (!has->grid_x)
		return;
	g->valid |= TT_MEMSTAT_GEOMETRY_GRID;
	g->grid_x = has->grid_x;
	g->grid_y = has->grid_y;
}

static int attach(const struct ttmemstat_ctx *ctx, struct tt_memstat_attach *arg)
{
	struct numbers *numbers = numbers_of(ctx->local);
	struct ttmemstat_resolved has = { 0 };
	struct local_attachment *att;
	/* The library's objects are never constant; const promises not to change their identity. */
	int error = ttmemstat_attach_check((struct ttmemstat_ctx *)ctx, arg);

	if (error)
		return error;
	for (att = numbers->attachments; att; att = att->next)
		if (att->chip == arg->chip)
			return -EALREADY;
	att = calloc(1, sizeof(*att));
	if (!att)
		return -ENOMEM;
	att->handle = arg->attachment = ++numbers->last;
	att->chip = arg->chip_out = arg->chip;
	att->covers = arg->covers;
	if (arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY &&
	    !ttmemstat_geometry_resolve(&arg->geometry, &has))
		complete(&arg->geometry, &has);
	att->columns = has.grid_x ? has.grid_x : SIDE;
	att->height = has.grid_y ? has.grid_y : SIDE;
	att->next = numbers->attachments;
	numbers->attachments = att;
	return 0;
}

static int fill_set(const struct local_attachment *att, const struct tt_memstat_bank_set *arg,
		    struct local_set *set)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the uAPI's type */
	const struct tt_memstat_rect *rects = (const void *)(uintptr_t)arg->rects;
	uint32_t i, y;

	*set = (struct local_set) { .space = arg->space, .mask = arg->mask };
	if (arg->space == TT_MEMSTAT_SPACE_DRAM)
		return arg->mask ? 0 : -EINVAL;
	if (!arg->count || arg->count > RECTS_MAX)
		return -EINVAL;
	for (i = 0; i < arg->count; i++) {
		const struct tt_memstat_rect *r = &rects[i];

		if (r->x0 > r->x1 || r->y0 > r->y1)
			return -EINVAL;
		if (r->x1 >= att->columns || r->y1 >= att->height)
			return -ERANGE;
		for (y = r->y0; y <= r->y1; y++)
			set->rows[y] |= (uint32_t)(((1ull << (r->x1 - r->x0 + 1)) - 1) << r->x0);
	}
	return 0;
}

static bool is_same(const struct local_set *a, const struct local_set *b)
{
	return a->space == b->space && a->mask == b->mask &&
	       !memcmp(a->rows, b->rows, sizeof(a->rows));
}

/* Equal sets have equal numbers, from 1. */
static int bank_set(struct local_attachment *att, struct tt_memstat_bank_set *arg)
{
	struct local_set set, *grown;
	uint32_t i;
	int error = fill_set(att, arg, &set);

	if (error)
		return error;
	for (i = 0; i < att->count; i++)
		if (is_same(&att->sets[i], &set))
			break;
	if (i == SETS_MAX)
		return -ENOSPC;
	if (i == att->count) {
		grown = realloc(att->sets, (i + 1) * sizeof(set));
		if (!grown)
			return -ENOMEM;
		att->sets = grown;
		att->sets[i] = set;
		att->count++;
	}
	arg->set = i + 1;
	return 0;
}

/* Calls on an attachment, whose arguments begin with the same three fields. */
static int call_on(struct numbers *numbers, unsigned long call, void *arg)
{
	const struct tt_memstat_detach *common = arg;
	struct local_attachment **link = find(numbers, common->attachment);

	if (!*link)
		return -ENOENT;
	switch (call) {
	case TT_MEMSTAT_DETACH:
		remove_one(link);
		return 0;
	case TT_MEMSTAT_BANK_SET:
		return bank_set(*link, arg);
	case TT_MEMSTAT_PARTIAL:
		return ((struct tt_memstat_partial *)arg)->partial & ~(*link)->covers ? -EINVAL : 0;
	case TT_MEMSTAT_SUBMIT:
		((struct tt_memstat_submit *)arg)->taken = ((struct tt_memstat_submit *)arg)->count;
		return 0;
	default:
		return 0;
	}
}

static int call_numbers(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg)
{
	switch (call) {
	case TT_MEMSTAT_ATTACH:
		return attach(ctx, arg);
	case TT_MEMSTAT_DETACH:
	case TT_MEMSTAT_BANK_SET:
	case TT_MEMSTAT_PARTIAL:
	case TT_MEMSTAT_SUBMIT:
	case TT_MEMSTAT_DROP:
		return call_on(numbers_of(ctx->local), call, arg);
	default:
		return -EOPNOTSUPP;
	}
}

struct ttmemstat_local *ttmemstat_local_new(void)
{
	struct numbers *numbers = calloc(1, sizeof(*numbers));

	if (!numbers)
		return NULL;
	numbers->local.call = call_numbers;
	numbers->local.free = free_numbers;
	pthread_mutex_init(&numbers->local.lock, NULL);
	return &numbers->local;
}

int ttmemstat_local_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg)
{
	struct ttmemstat_local *local = ctx->local;
	int error;

	pthread_mutex_lock(&local->lock);
	error = local->closed ? -EBADF : local->call(ctx, call, arg);
	pthread_mutex_unlock(&local->lock);
	return error;
}

bool ttmemstat_local_has_chips(const struct ttmemstat_ctx *ctx)
{
	return ctx->local && ctx->local->chip;
}

int ttmemstat_local_chip(const struct ttmemstat_ctx *ctx, uint32_t n, uint32_t flags,
			 struct ttmemstat_chip **chip)
{
	struct ttmemstat_local *local = ctx->local;
	int error;

	if (!ttmemstat_ctx_is_owner(ctx))
		return -EPERM;
	pthread_mutex_lock(&local->lock);
	error = local->closed ? -EBADF : local->chip(local, n, flags, chip);
	pthread_mutex_unlock(&local->lock);
	return error;
}
