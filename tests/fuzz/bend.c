// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make one call: perhaps corrupt its structure, place it in valid or invalid memory, and read the
 * result back.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fuzz.h"

uint64_t odd_number(struct rng *r)
{
	static const uint64_t odd[] = {
		0, 1, 2, 7, 8, 15, 16, 17, 63, 64, 127, 128, 255, 256, 4095, 4096, 4097, 65535,
		65536, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0xfffffffffffff000,
		0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
	};

	switch (rng_below(r, 4)) {
	case 0:		return rng_next(r);
	case 1:		return rng_below(r, 32);
	case 2:		return 1ull << rng_below(r, 64);
	default:	return odd[rng_below(r, sizeof(odd) / sizeof(odd[0]))];
	}
}

/* A right or wrong argsz. The memory after the structure is valid. */
static uint32_t bend_size(struct rng *r, unsigned char *data, size_t size)
{
	uint32_t extra;

	switch (rng_below(r, 8)) {
	case 0:
		return (uint32_t)odd_number(r);
	case 1:
		return (uint32_t)size - 1 - rng_below(r, (uint32_t)size - 1);
	case 2:
		return FUZZ_PAGE + rng_below(r, 2);
	default:
		extra = rng_below(r, FUZZ_PAGE - (uint32_t)size);
		if (extra && rng_once_in(r, 3))
			data[size + rng_below(r, extra)] = 1;
		return (uint32_t)size + extra;
	}
}

static void bend(struct rng *r, unsigned char *data, size_t size)
{
	uint32_t argsz, flags;

	switch (rng_below(r, 4)) {
	case 0:
		argsz = bend_size(r, data, size);
		memcpy(data, &argsz, sizeof(argsz));
		break;
	case 1:
		memcpy(&flags, data + 4, sizeof(flags));
		flags ^= 1u << rng_below(r, rng_once_in(r, 3) ? 32 : 4);
		memcpy(data + 4, &flags, sizeof(flags));
		break;
	default:
		for (uint32_t n = 1 + rng_below(r, 3); n; n--) {
			uint64_t value = odd_number(r);
			size_t width = rng_once_in(r, 2) && size >= 16 ? 8 : 4;
			size_t at = rng_below(r, (uint32_t)(size / width)) * width;

			if (at)
				memcpy(data + at, &value, width);
		}
	}
}

unsigned char *far_place(struct rng *r)
{
	static unsigned char * const place[] = {
		NULL, (unsigned char *)16, (unsigned char *)0x7ffffffff000,
		(unsigned char *)0xffff888000000000, (unsigned char *)0xffffffffffffffff,
		(unsigned char *)0x8000000000000000,
	};

	return place[rng_below(r, sizeof(place) / sizeof(place[0]))];
}

/* Choose an address for the structure; @writable: the result can be read back there. */
static unsigned char *place(struct thread *t, size_t size, bool *writable)
{
	struct rng *r = &t->rng;
	uint32_t pick = rng_below(r, 100);
	size_t tail = size < FUZZ_PAGE ? size : FUZZ_PAGE;

	*writable = true;
	if (pick < 84 || t->p->orderly)
		return t->arena.scratch;
	if (pick < 90)
		return t->arena.edge + FUZZ_PAGE - tail;
	if (pick < 92)
		return t->arena.edge + FUZZ_PAGE - rng_below(r, (uint32_t)tail);
	if (pick < 94)
		return t->arena.scratch + 1 + rng_below(r, 7);
	*writable = false;
	if (pick < 97)
		return t->arena.alias + FUZZ_PAGE - tail;
	if (pick < 99)
		return t->p->window + rng_below(r, WINDOW_SLOTS) * WINDOW_SLOT +
		       rng_below(r, 3 * FUZZ_PAGE);
	return far_place(r);
}

/* ioctl() of a 32-bit caller; without permission, an ordinary one. */
static long compat_ioctl(int fd, unsigned long request, const void *arg)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a" (ret)
			 : "0" (54l), "b" ((long)fd), "c" (request), "d" (arg)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static long call_at(struct thread *t, int fd, unsigned int nr, unsigned long request, void *at)
{
	bool compat = fuzz->compat && (uintptr_t)at < UINT32_MAX && rng_once_in(&t->rng, 40);
	uint64_t started = fuzz_now();
	unsigned int kind = nr < FUZZ_CALLS ? nr : KIND_UNKNOWN;
	long ret;

	if (compat) {
		ret = compat_ioctl(fd, request, at);
		kind = KIND_COMPAT;
	} else {
		ret = ioctl(fd, request, at) < 0 ? -errno : 0;
	}
	fuzz_count(kind, ret, started);
	return ret;
}

/**
 * call_ioctl - make a call, perhaps with a corrupt or badly placed structure
 * @data: the structure, complete but for argsz; room for FUZZ_ARG bytes; the answer afterwards
 * @size: of it
 *
 * Return: 0: the unmodified call succeeded; 1: a modified call succeeded; or a negative errno.
 */
long call_ioctl(struct thread *t, int fd, unsigned int nr, void *data, size_t size)
{
	unsigned long request = _IO(TT_MEMSTAT_MAGIC, nr);
	uint32_t argsz = (uint32_t)size, span = argsz;
	bool bent = !t->p->orderly && rng_once_in(&t->rng, 8), writable, other;
	unsigned char *at;
	long ret;

	memcpy(data, &argsz, sizeof(argsz));
	if (bent) {
		memset((unsigned char *)data + size, 0, FUZZ_ARG - size);
		bend(&t->rng, data, size);
		memcpy(&span, data, sizeof(span));
		span = span < size ? (uint32_t)size : span > FUZZ_ARG ? FUZZ_ARG : span;
	}
	at = place(t, span, &writable);
	if (at == t->arena.alias + FUZZ_PAGE - span)
		memcpy(t->arena.edge + FUZZ_PAGE - span, data, span);
	else if (at == t->arena.scratch)
		memcpy(at, data, span);
	else
		guarded_copy(t, at, data, span);
	other = rng_once_in(&t->rng, 400);
	if (other)
		request ^= 1ul << rng_below(&t->rng, 32);
	ret = call_at(t, fd, nr, request, at);
	if (ret || !writable || bent || other)
		return ret ? ret : 1;
	guarded_copy(t, data, at, size);
	return 0;
}
