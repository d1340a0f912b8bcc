// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings as memory: map them in every way, use them correctly, and overwrite them.
 *
 * All mappings of rings are in the window, a range of addresses with no other use, so that memory
 * that one thread unmaps is not reused while another writes to it. Accesses to the window expect
 * faults.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fuzz.h"

static unsigned char *window_slot(struct thread *t)
{
	return t->p->window + rng_below(&t->rng, WINDOW_SLOTS) * WINDOW_SLOT;
}

static void count(unsigned int kind, const void *mapped, uint64_t started)
{
	fuzz_count(kind, mapped == MAP_FAILED ? -errno : 0, started);
}

static void do_mmap(struct thread *t)
{
	struct file *f = own_file(t);
	struct standing *on = any_standing(t, &f);
	int prot = PROT_READ | PROT_WRITE, flags = MAP_SHARED;
	uint64_t offset = on ? on->ring_offset : 0;
	uint64_t size = on && on->ring_size ? on->ring_size : 2 * FUZZ_PAGE;
	unsigned char *at = window_slot(t);
	uint64_t started;
	void *ring;

	switch (rng_below(&t->rng, 24)) {
	case 0:	prot = (int)rng_below(&t->rng, 8); break;
	case 1:	flags = MAP_PRIVATE; break;
	case 2:	offset = odd_number(&t->rng) & ~(FUZZ_PAGE - 1ull); break;
	case 3:	offset += FUZZ_PAGE; break;
	case 4:	size = FUZZ_PAGE * (1 + rng_below(&t->rng, 64)); break;
	case 5:	flags |= MAP_POPULATE; break;
	case 6:	flags |= MAP_LOCKED; break;
	}
	started = fuzz_now();
	ring = mmap(at, size, prot, flags | MAP_FIXED,
		    on ? f->fd : any_fd(t), (off_t)(offset & INT64_MAX));
	count(KIND_MMAP, ring, started);
	if (ring == at && on && size == on->ring_size)
		on->ring = at;
}

static void do_mremap(struct thread *t)
{
	size_t from = FUZZ_PAGE * (1 + rng_below(&t->rng, 8));
	size_t to = FUZZ_PAGE * (1 + rng_below(&t->rng, 16));
	unsigned char *at = window_slot(t) + FUZZ_PAGE * rng_below(&t->rng, 4);
	uint64_t started = fuzz_now();

	if (rng_once_in(&t->rng, 3))
		from = 0;		/* a second mapping of shared memory */
	count(KIND_MREMAP, mremap(at, from, to, MREMAP_MAYMOVE | MREMAP_FIXED, window_slot(t)),
	      started);
}

static void do_mprotect(struct thread *t)
{
	unsigned char *at = window_slot(t) + FUZZ_PAGE * rng_below(&t->rng, 4);
	int prot = rng_once_in(&t->rng, 4) ? (int)rng_below(&t->rng, 8) : PROT_READ | PROT_WRITE;
	uint64_t started = fuzz_now();

	fuzz_count(KIND_MPROTECT, mprotect(at, FUZZ_PAGE * (1 + rng_below(&t->rng, 8)), prot) ?
		   -errno : 0, started);
}

static void do_madvise(struct thread *t)
{
	static const int advice[] = {
		MADV_NORMAL, MADV_DONTNEED, MADV_WILLNEED, MADV_REMOVE, MADV_FREE, MADV_DOFORK,
		MADV_DONTFORK, MADV_MERGEABLE, MADV_HUGEPAGE, MADV_DODUMP, MADV_COLD,
		MADV_PAGEOUT, MADV_WIPEONFORK, MADV_POPULATE_READ, MADV_POPULATE_WRITE,
	};
	int pick = advice[rng_below(&t->rng, sizeof(advice) / sizeof(advice[0]))];
	unsigned char *at = window_slot(t) + FUZZ_PAGE * rng_below(&t->rng, 2);
	uint64_t started = fuzz_now();

	fuzz_count(KIND_MADVISE, madvise(at, FUZZ_PAGE * (1 + rng_below(&t->rng, 8)), pick) ?
		   -errno : 0, started);
}

static void do_munmap(struct thread *t)
{
	unsigned char *at = window_slot(t) + FUZZ_PAGE * rng_below(&t->rng, 4);
	uint64_t started = fuzz_now();

	fuzz_count(KIND_MUNMAP, munmap(at, FUZZ_PAGE * (1 + rng_below(&t->rng, 32))) ? -errno : 0,
		   started);
}

/* Ordinary memory in the window, also used for structures and entries. */
static void do_plain(struct thread *t)
{
	mmap(window_slot(t), FUZZ_PAGE * 4, PROT_READ | (int)rng_below(&t->rng, 4),
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

void memory_any(struct thread *t)
{
	uint32_t pick = rng_below(&t->rng, 100);

	if (pick < 55)
		do_mmap(t);
	else if (pick < 63)
		do_mremap(t);
	else if (pick < 73)
		do_mprotect(t);
	else if (pick < 83)
		do_madvise(t);
	else if (pick < 91)
		do_munmap(t);
	else
		do_plain(t);
}

/* ---- The ring in use ------------------------------------------------------------------------ */

static struct standing *mapped_standing(struct thread *t)
{
	struct file *f;

	for (int tries = 0; tries < 4; tries++) {
		struct standing *on = any_standing(t, &f);

		if (on && on->ring && on->ring_entries)
			return on;
	}
	return NULL;
}

/* A correct producer, which sometimes dies between claim and publication. */
static void produce(struct thread *t, struct standing *on, volatile struct tt_memstat_ring *ring)
{
	_Atomic uint32_t *tail = (_Atomic uint32_t *)&ring->tail;
	_Atomic uint32_t *credit = (_Atomic uint32_t *)&ring->credit;
	uint32_t entries = on->ring_entries;
	struct tt_memstat_entry *slot = (void *)((unsigned char *)on->ring + FUZZ_PAGE);

	for (uint32_t n = 1 + rng_below(&t->rng, 24); n; n--) {
		struct tt_memstat_entry e, *to;
		uint32_t p = atomic_load(tail);

		if ((int32_t)(atomic_load_explicit(credit, memory_order_acquire) - p) <= 0 ||
		    !entries)
			return;
		if (!atomic_compare_exchange_strong(tail, &p, p + 1))
			continue;
		if (rng_once_in(&t->rng, 500))
			return;
		event_any(t, on, &e);
		to = &slot[p & (entries - 1)];
		memcpy((unsigned char *)to + 8, (unsigned char *)&e + 8, sizeof(e) - 8);
		to->op = e.op;
		to->flags = e.flags;
		atomic_store_explicit((_Atomic uint32_t *)&to->seq, p + 1, memory_order_release);
		atomic_fetch_add(&fuzz->ring_entries, 1);
		event_taken(on, &e);
	}
}

static void scribble(struct thread *t, struct standing *on, unsigned char *ring)
{
	uint64_t value = odd_number(&t->rng);
	uint32_t tail;

	switch (rng_below(&t->rng, 5)) {
	case 0:				/* the kernel's half of the header */
		memcpy(ring + rng_below(&t->rng, 16), &value, 4);
		break;
	case 1:				/* tail, by a little or by much */
		memcpy(&tail, ring + offsetof(struct tt_memstat_ring, tail), sizeof(tail));
		tail = rng_once_in(&t->rng, 4) ? (uint32_t)value : tail + rng_below(&t->rng, 3);
		memcpy(ring + offsetof(struct tt_memstat_ring, tail), &tail, sizeof(tail));
		break;
	default:			/* anything in the slots */
		for (uint32_t n = 1 + rng_below(&t->rng, 8); n; n--) {
			value = odd_number(&t->rng);
			memcpy(ring + FUZZ_PAGE +
			       rng_below(&t->rng, on->ring_entries *
					 (uint32_t)sizeof(struct tt_memstat_entry) - 8),
			       &value, sizeof(value));
		}
	}
}

void ring_any(struct thread *t)
{
	struct standing *on = mapped_standing(t);
	unsigned char *ring = on ? on->ring : NULL;

	if (!ring || on->ring_entries < 64)
		return;
	if (sigsetjmp(t->fault, 0)) {
		t->guarded = 0;
		on->ring = NULL;
		return;
	}
	t->guarded = 1;
	if (rng_once_in(&t->rng, 24))
		scribble(t, on, ring);
	else
		produce(t, on, (volatile struct tt_memstat_ring *)ring);
	t->guarded = 0;
}
