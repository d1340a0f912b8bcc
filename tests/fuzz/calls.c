// SPDX-License-Identifier: GPL-2.0-only
/*
 * Valid calls of the uAPI for the objects that the process knows. bend.c corrupts them, events.c
 * makes entries.
 */
#include <string.h>

#include "fuzz.h"

/* Mostly a file of the process, else a received one, else any number. */
int any_fd(struct thread *t)
{
	uint32_t pick = rng_below(&t->rng, 64);

	if (pick == 0)
		return (int)rng_below(&t->rng, 40);
	if (pick < 4)
		return t->p->foreign[rng_below(&t->rng, FUZZ_FOREIGN)];
	return own_file(t)->fd;
}

/* Mostly an open file. Half of the time the first, so that threads meet. */
struct file *own_file(struct thread *t)
{
	struct file *f;
	int tries = 0;

	do {
		uint32_t i = rng_below(&t->rng, 2 * FUZZ_FILES);

		f = &t->p->file[i < FUZZ_FILES ? i : 0];
	} while (f->fd < 0 && ++tries < 5);
	return f;
}

/* An attachment, if one is found soon; NULL: none. */
struct standing *any_standing(struct thread *t, struct file **file)
{
	for (int tries = 0; tries < 6; tries++) {
		struct file *f = own_file(t);
		struct standing *on = &f->on[rng_below(&t->rng, FUZZ_ON_FILE)];

		if (f->fd >= 0 && on->handle) {
			*file = f;
			return on;
		}
	}
	return NULL;
}

/* Mostly one of the run's first chips: most others are gone. */
static uint32_t any_chip(struct thread *t, uint32_t *index)
{
	uint32_t n = atomic_load(&fuzz->chips);

	n = n < FUZZ_CHIPS ? n : FUZZ_CHIPS;
	*index = n ? rng_below(&t->rng, n > 3 && rng_below(&t->rng, 8) ? 3 : n) : 0;
	if (!n || rng_once_in(&t->rng, 50))
		return (uint32_t)odd_number(&t->rng);
	return atomic_load(&fuzz->chip[*index].number);
}

static uint64_t any_client(struct thread *t)
{
	uint64_t id = own_file(t)->client;

	if (rng_once_in(&t->rng, 3))
		id = atomic_load(&fuzz->client[rng_below(&t->rng, 64)]);
	return rng_once_in(&t->rng, 50) ? odd_number(&t->rng) : id;
}

static uint32_t any_handle(struct thread *t, struct standing *on)
{
	return !on || rng_once_in(&t->rng, 100) ? (uint32_t)odd_number(&t->rng) : on->handle;
}

union args {
	struct tt_memstat_get_info info;
	struct tt_memstat_chip_create create;
	struct tt_memstat_chip_destroy destroy;
	struct tt_memstat_geometry_set geometry;
	struct tt_memstat_chip_find find;
	struct tt_memstat_attach attach;
	struct tt_memstat_detach detach;
	struct tt_memstat_bank_set set;
	struct tt_memstat_submit submit;
	struct tt_memstat_drop drop;
	struct tt_memstat_ring_setup setup;
	struct tt_memstat_ring_doorbell doorbell;
	struct tt_memstat_ring_status status;
	struct tt_memstat_query query;
	struct tt_memstat_list list;
	struct tt_memstat_partial partial;
	unsigned char room[FUZZ_ARG];
};

static void geometry_any(struct rng *r, struct tt_memstat_geometry *g)
{
	memset(g, 0, sizeof(*g));
	g->arch = 1 + rng_below(r, 2);
	g->valid = TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	if (rng_once_in(r, 2)) {
		g->valid |= TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
		g->tensix_mask = rng_once_in(r, 2) ? 0 : 1u << rng_below(r, 10);
	} else {
		g->valid |= TT_MEMSTAT_GEOMETRY_GRID;
		g->grid_x = 1 + rng_below(r, 8);
		g->grid_y = 1 + rng_below(r, 10);
	}
	g->dram_mask = rng_once_in(r, 2) ? 0 : 1u << rng_below(r, 6);
	if (rng_once_in(r, 2)) {
		g->l1_bytes = 4096u << rng_below(r, 4);
		g->dram_bank_bytes = 8192u << rng_below(r, 4);
	}
	if (rng_once_in(r, 8))
		g->dram_banks = rng_below(r, 14);
}

static void do_info(struct thread *t, union args *a)
{
	call_ioctl(t, any_fd(t), 0, a, sizeof(a->info));
}

static void do_create(struct thread *t, union args *a)
{
	struct tt_memstat_chip_create *c = &a->create;

	geometry_any(&t->rng, &c->geometry);
	c->flags = rng_below(&t->rng, 4);
	/* Permanent chips would fill the host. */
	if (!rng_once_in(&t->rng, 20))
		c->flags |= TT_MEMSTAT_CREATE_EPHEMERAL;
	if (rng_once_in(&t->rng, 3))
		c->unique_id = rng_below(&t->rng, 3);
	memcpy(c->board, "bo\xc2\x80rd", 6);
	if (!call_ioctl(t, any_fd(t), 1, a, sizeof(*c)))
		fuzz_tell_chip(c->chip, (uint32_t)(c->geometry.l1_bytes / 16),
			       (uint32_t)(c->geometry.dram_bank_bytes / 16), 0);
}

static void do_destroy(struct thread *t, union args *a)
{
	uint32_t index;

	/* The first chips belong to the run. */
	a->destroy.chip = any_chip(t, &index);
	if (index >= 3)
		call_ioctl(t, any_fd(t), 2, a, sizeof(a->destroy));
}

static void do_geometry(struct thread *t, union args *a)
{
	struct tt_memstat_geometry_set *g = &a->geometry;
	uint32_t index, nr = 3 + rng_below(&t->rng, 2);

	g->chip = any_chip(t, &index);
	g->flags = rng_below(&t->rng, 8);
	if (nr == 3) {
		geometry_any(&t->rng, &g->geometry);
		g->unique_id = rng_below(&t->rng, 3);
		g->board_id = rng_below(&t->rng, 2);
		memcpy(g->board, "n300", 5);
	} else {
		g->flags &= ~TT_MEMSTAT_GEOMETRY_LOCATION;
	}
	if (g->flags & (TT_MEMSTAT_GEOMETRY_REMOTE | TT_MEMSTAT_GEOMETRY_LOCATION))
		g->asic_location = rng_below(&t->rng, 10);
	if (!call_ioctl(t, any_fd(t), nr, a, sizeof(*g)) && nr == 3)
		fuzz_tell_chip(g->chip_out, 256, 512, 1);
}

static void do_find(struct thread *t, union args *a)
{
	struct tt_memstat_chip_find *f = &a->find;
	uint32_t index, number = any_chip(t, &index) % 100;

	f->flags = 1u << rng_below(&t->rng, 3);
	f->name[0] = f->name[1] = 't';
	f->name[2] = (char)('0' + number / 10);
	f->name[number < 10 ? 2 : 3] = (char)('0' + number % 10);
	memcpy(f->pci, "0077:00:01.0", 13);
	f->unique_id = 1 + rng_below(&t->rng, 3);
	call_ioctl(t, any_fd(t), 5, a, sizeof(*f));
}

static void layout_any(struct rng *r, struct tt_memstat_layout *l)
{
	l->valid = rng_below(r, 16);
	if (l->valid & TT_MEMSTAT_LAYOUT_WORKER) {
		l->worker_x = 1 + rng_below(r, 4);
		l->worker_y = 1 + rng_below(r, 4);
	}
	if (l->valid & TT_MEMSTAT_LAYOUT_L1) {
		l->l1_base = rng_below(r, 32) * 16;
		l->l1_end = 4096 - rng_below(r, 32) * 16;
		l->l1_small = rng_below(r, 32) * 16;
	}
	if (l->valid & TT_MEMSTAT_LAYOUT_KERNEL)
		l->kernel_region = 512;
	if (l->valid & TT_MEMSTAT_LAYOUT_TRACE)
		l->trace_region = 1024;
}

static void attached(struct file *f, uint32_t index, const struct tt_memstat_attach *arg)
{
	struct standing *on = &f->on[0];
	struct standing fresh = { .handle = arg->attachment, .chip = index };

	for (uint32_t i = 0; i < FUZZ_ON_FILE && on->handle; i++)
		on = &f->on[i];
	fresh.l1 = (uint32_t)(arg->geometry.l1_bytes / 16);
	fresh.dram = (uint32_t)(arg->geometry.dram_bank_bytes / 16);
	*on = fresh;
	atomic_store(&fuzz->client[f->client % 64], f->client);
}

static void do_attach(struct thread *t, union args *a)
{
	struct tt_memstat_attach *arg = &a->attach;
	struct file *f = own_file(t);
	uint32_t index;

	arg->chip = any_chip(t, &index);
	arg->covers = rng_once_in(&t->rng, 3) ? 1 + rng_below(&t->rng, 63) : 63;
	arg->partial = rng_once_in(&t->rng, 4) ? arg->covers & (uint32_t)rng_next(&t->rng) : 0;
	arg->proof = rng_once_in(&t->rng, 8) ? (int)rng_below(&t->rng, 40) : -1;
	if (atomic_load(&fuzz->chip[index].card) && rng_below(&t->rng, 4))
		arg->proof = t->p->proof;
	arg->runtime_id = (int)rng_below(&t->rng, 4) - 1;
	if (rng_once_in(&t->rng, atomic_load(&fuzz->chip[index].card) ? 2 : 12)) {
		arg->flags |= TT_MEMSTAT_ATTACH_GEOMETRY;
		geometry_any(&t->rng, &arg->geometry);
	}
	if (rng_once_in(&t->rng, 8)) {
		arg->flags |= TT_MEMSTAT_ATTACH_REMOTE;
		arg->asic_location = rng_below(&t->rng, 12);
	}
	if (rng_once_in(&t->rng, 3))
		layout_any(&t->rng, &arg->layout);
	memcpy(arg->label, "la\nb\x7f\xc2\x9f", 8);
	if (!call_ioctl(t, rng_once_in(&t->rng, 30) ? any_fd(t) : f->fd, 6, a, sizeof(*arg)))
		attached(f, index, arg);
}

static void do_detach(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->detach.attachment = any_handle(t, on);
	call_ioctl(t, f->fd, 7, a, sizeof(a->detach));
	if (on)
		on->handle = 0;
}

static void do_set(struct thread *t, union args *a)
{
	struct tt_memstat_bank_set *s = &a->set;
	struct tt_memstat_rect *rect = (void *)(t->arena.scratch + FUZZ_SCRATCH / 2);
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);
	uint32_t n;

	s->attachment = any_handle(t, on);
	s->space = rng_below(&t->rng, 2);
	if (s->space == TT_MEMSTAT_SPACE_DRAM) {
		s->mask = 1 + rng_below(&t->rng, 255);
	} else {
		s->count = rng_once_in(&t->rng, 40) ? 400 : 1 + rng_below(&t->rng, 3);
		for (uint32_t i = 0; i < s->count; i++) {
			rect[i].x0 = (uint16_t)rng_below(&t->rng, 4);
			rect[i].y0 = (uint16_t)rng_below(&t->rng, 4);
			rect[i].x1 = (uint16_t)(rect[i].x0 + rng_below(&t->rng, 4));
			rect[i].y1 = (uint16_t)(rect[i].y0 + rng_below(&t->rng, 4));
		}
		s->rects = (uintptr_t)rect;
		if (rng_once_in(&t->rng, 20))
			s->rects = (uintptr_t)far_place(&t->rng);
	}
	if (call_ioctl(t, f->fd, 8, a, sizeof(*s)) || !on || s->space > 1)
		return;
	n = on->sets[s->space] < FUZZ_SETS ? on->sets[s->space]++ :
					    rng_below(&t->rng, FUZZ_SETS);
	on->set[s->space][n] = s->set;
}

/* Choose an address for the entries, mostly a readable one. */
static struct tt_memstat_entry *entries_place(struct thread *t, uint32_t count)
{
	size_t bytes = count * sizeof(struct tt_memstat_entry);
	unsigned char *end = t->arena.scratch + FUZZ_SCRATCH;

	if (!t->p->orderly && rng_once_in(&t->rng, 20))
		bytes -= 1 + rng_below(&t->rng, sizeof(struct tt_memstat_entry));
	return (void *)(end - bytes);
}

/* Generate a plausible sequence of entries. */
static void events_any(struct thread *t, const struct standing *on,
		       struct tt_memstat_entry *entry, uint32_t n)
{
	struct standing then = { 0 };

	if (on)
		then = *on;
	for (uint32_t i = 0; i < n; i++) {
		event_any(t, &then, &entry[i]);
		event_taken(&then, &entry[i]);
	}
}

static void do_submit(struct thread *t, union args *a)
{
	enum { ROOM = 512 };
	struct tt_memstat_entry entry[ROOM], *at;
	struct tt_memstat_submit *s = &a->submit;
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);
	uint32_t n = rng_once_in(&t->rng, 3) ? 1 + rng_below(&t->rng, 24) :
					       1 + rng_below(&t->rng, 3);

	if (on && rng_once_in(&t->rng, 1500))
		n = event_crowd(t, on, entry, ROOM);
	else
		events_any(t, on, entry, n);
	at = entries_place(t, n);
	guarded_copy(t, at, entry, n * sizeof(*entry));
	s->attachment = any_handle(t, on);
	s->count = !t->p->orderly && rng_once_in(&t->rng, 60) ? (uint32_t)odd_number(&t->rng) : n;
	s->entries = (uintptr_t)at;
	if (!t->p->orderly && rng_once_in(&t->rng, 60))
		s->entries = (uintptr_t)(t->p->window + rng_below(&t->rng, 8) * WINDOW_SLOT);
	else if (!t->p->orderly && rng_once_in(&t->rng, 60))
		s->entries = (uintptr_t)far_place(&t->rng);
	s->taken = 0;
	call_ioctl(t, f->fd, 9, a, sizeof(*s));
	if (!on || s->entries != (uintptr_t)at || s->taken > n)
		return;
	atomic_fetch_add(&fuzz->entries, s->taken);
	for (uint32_t i = 0; i < s->taken; i++)
		event_taken(on, &entry[i]);
}

static void do_drop(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->drop.attachment = any_handle(t, on);
	a->drop.pools = rng_once_in(&t->rng, 2) ? 63 : 1 + rng_below(&t->rng, 63);
	call_ioctl(t, f->fd, 10, a, sizeof(a->drop));
	for (uint32_t id = 0; on && id < FUZZ_IDS; id++)
		if (on->pool[id] && a->drop.pools >> (on->pool[id] - 1) & 1)
			on->pool[id] = 0;
}

static void do_setup(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->setup.attachment = any_handle(t, on);
	a->setup.entries = 64u << rng_below(&t->rng, rng_once_in(&t->rng, 16) ? 8 : 2);
	if (call_ioctl(t, f->fd, 11, a, sizeof(a->setup)) || !on)
		return;
	on->ring_entries = a->setup.entries;
	on->ring_offset = a->setup.offset;
	on->ring_size = a->setup.size;
}

static void do_doorbell(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->doorbell.attachment = any_handle(t, on);
	call_ioctl(t, f->fd, 12, a, sizeof(a->doorbell));
}

static void do_status(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->status.attachment = any_handle(t, on);
	call_ioctl(t, f->fd, 13, a, sizeof(a->status));
}

static void do_query(struct thread *t, union args *a)
{
	uint32_t index, nr = 14 + rng_below(&t->rng, 2);

	a->query.chip = any_chip(t, &index);
	a->query.client = nr == 15 ? any_client(t) : 0;
	if (!call_ioctl(t, any_fd(t), nr, a, sizeof(a->query)))
		check_query(&a->query.figures, nr == 14, "query");
}

static void do_list(struct thread *t, union args *a)
{
	struct tt_memstat_list *l = &a->list;
	static const uint32_t lists[] = { 16, 17, 19 };
	uint32_t index, nr = lists[rng_below(&t->rng, 3)];

	l->chip = any_chip(t, &index);
	l->client = any_client(t);
	l->count = rng_once_in(&t->rng, 20) ? (uint32_t)odd_number(&t->rng) :
					      1 + rng_below(&t->rng, 64);
	l->cursor = rng_once_in(&t->rng, 4) ? rng_below(&t->rng, FUZZ_IDS) : 0;
	l->items = (uintptr_t)(t->arena.scratch + FUZZ_SCRATCH / 2);
	if (rng_once_in(&t->rng, 20))
		l->items = (uintptr_t)far_place(&t->rng);
	call_ioctl(t, any_fd(t), nr, a, sizeof(*l));
}

static void do_partial(struct thread *t, union args *a)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);

	a->partial.attachment = any_handle(t, on);
	a->partial.partial = (uint32_t)rng_next(&t->rng) % 64;
	call_ioctl(t, f->fd, 18, a, sizeof(a->partial));
}

static void do_unknown(struct thread *t, union args *a)
{
	call_ioctl(t, any_fd(t), FUZZ_CALLS + rng_below(&t->rng, 200), a, 64);
}

/* Relative frequency of each. */
static const struct {
	uint32_t weight;
	void (*make)(struct thread *t, union args *a);
} calls[] = {
	{ 20, do_info }, { 2, do_create }, { 2, do_destroy }, { 4, do_geometry }, { 20, do_find },
	{ 24, do_attach }, { 6, do_detach }, { 60, do_set }, { 450, do_submit }, { 12, do_drop },
	{ 15, do_setup }, { 80, do_doorbell }, { 40, do_status }, { 80, do_query }, { 60, do_list },
	{ 10, do_partial }, { 10, do_unknown },
};

void call_any(struct thread *t)
{
	const uint32_t n = sizeof(calls) / sizeof(calls[0]);
	union args args;
	uint32_t sum = 0, pick;
	struct file *f;

	memset(&args, 0, sizeof(args.query));	/* the largest */
	if (!any_standing(t, &f) && rng_below(&t->rng, 4)) {
		do_attach(t, &args);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		sum += calls[i].weight;
	pick = rng_below(&t->rng, sum);
	for (uint32_t i = 0; i < n; i++) {
		if (pick < calls[i].weight) {
			calls[i].make(t, &args);
			return;
		}
		pick -= calls[i].weight;
	}
}
