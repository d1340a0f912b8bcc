/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of the writing side share: the two objects and the one way into the kernel.
 */
#ifndef TTMEMSTAT_INTERNAL_H
#define TTMEMSTAT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <unistd.h>

#include "failure.h"
#include "public.h"

#define TTMEMSTAT_LOCATIONS	256	/* of chips on a board, as the uAPI has it */

/**
 * struct ttmemstat_ctx - one open device, or the memory of why there is none
 * @refs: the user's reference, until ttmemstat_close(), and one for each attachment object
 * @fd: -1 when disabled and after ttmemstat_close()
 * @owner: the process that opened it
 * @mark: a page of its own that reads 0 in a child, else 1; NULL: the kernel has no such pages
 * @reason: 0 when enabled, else the negative errno that disabled it
 * @max_submit: entries that the module takes at once, at least 1
 * @max_ring: entries of a ring; 0: the module has no rings
 * @local: takes the module's place; NULL: there is one, or the context is disabled
 * @recorder: NULL: nothing is to be recorded
 * @lock: guards @rings
 * @rings: those that are mapped
 * @failure: of the last call that failed
 *
 * Nothing but @refs, @rings and @failure changes between ttmemstat_open() and ttmemstat_close(), so
 * calls need no lock.
 */
struct ttmemstat_ctx {
	atomic_uint refs;
	int fd;
	pid_t owner;
	unsigned char *mark;
	int reason;
	uint32_t max_submit;
	uint32_t max_ring;
	struct ttmemstat_local *local;
	struct ttmemstat_recorder *recorder;
	pthread_mutex_t lock;
	struct ttmemstat_ring *rings;
	struct ttmemstat_failure failure;
};

/* The mark of who has no ring: one byte tells both, so that reporting looks at one. */
extern const unsigned char ttmemstat_no_ring;

/**
 * struct ttmemstat_ring - the shared pages of an attachment
 * @att: whose
 * @handle: the kernel's number of the attachment that they were made for
 * @shared: where they are mapped; NULL: no ring
 * @slot: the slots
 * @mask: their number - 1
 * @mark: reads 1 in the owner while there is a ring, else 0; before and after the ring it is
 *	ttmemstat_no_ring, and for good where the context has none
 * @size: of the mapping
 * @jammed: the last that waited for credit waited in vain
 * @next: of the context's
 * @older: of the attachment's: producers may still be there, so it stays until detach
 *
 * Mapped in the owner alone.
 */
struct ttmemstat_ring {
	struct ttmemstat_attachment *att;
	uint32_t handle;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;
	uint32_t mask;
	const volatile unsigned char *mark;
	size_t size;
	atomic_bool jammed;
	struct ttmemstat_ring *next;
	struct ttmemstat_ring *older;
};

/**
 * struct ttmemstat_attachment - handle of an attachment
 * @ctx: holds a reference
 * @handle: the kernel's number, which changes where the chip is described anew (renew.c)
 * @chip: N of tt<N>
 * @covers: mask of pools
 * @one_core: bank set of one core; 0: not named yet
 * @ring: the present one; @no_ring: there is none
 * @no_ring: what @ring points to then; the last of those that are older
 * @failure: of the last call that failed
 * @recorder: the context's, while there is a recording; NULL: there is none
 * @number: in the recording
 * @sets_told: those that the recording has
 * @renewal: guards what follows, and changes of @handle and @ring
 * @told: as it was attached
 * @entries: of its ring; 0: it wants none
 * @lost: why it cannot be attached again, 0 = it can
 * @asking: @report_again is being called; @again: and is to be once more
 * @report_again: may be NULL; @arg is for it
 */
struct ttmemstat_attachment {
	struct ttmemstat_ctx *ctx;
	uint32_t handle;
	uint32_t chip;
	uint32_t covers;
	atomic_uint one_core;
	struct ttmemstat_ring *ring;
	struct ttmemstat_ring no_ring;
	struct ttmemstat_failure failure;
	struct ttmemstat_recorder *recorder;
	uint32_t number;
	uint64_t *sets_told;
	pthread_mutex_t renewal;
	struct tt_memstat_attach told;
	uint32_t entries;
	int lost;
	bool asking;
	bool again;
	ttmemstat_report_again report_again;
	void *arg;
};

static inline uint32_t ttmemstat_att_handle(const struct ttmemstat_attachment *att)
{
	return __atomic_load_n(&att->handle, __ATOMIC_ACQUIRE);
}

/* One that is read once is whole: a thread uses no part of another. */
static inline struct ttmemstat_ring *ttmemstat_att_ring(const struct ttmemstat_attachment *att)
{
	return __atomic_load_n(&att->ring, __ATOMIC_ACQUIRE);
}

/*
 * A call on @handle has failed. True: that was because the chip is described anew, the attachment is
 * another one by now, and the call is worth another try.
 */
bool ttmemstat_renewed(struct ttmemstat_attachment *att, uint32_t handle, int error);

/* The ioctl on the attachment, whose number goes to *@handle, inside of @arg. */
int ttmemstat_att_call(struct ttmemstat_attachment *att, unsigned long call, void *arg,
		       uint32_t *handle);

/* The ioctl, guarded: -EOPNOTSUPP disabled, -EPERM in a child, -EBADF closed, else the kernel's. */
int ttmemstat_ctx_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);

void ttmemstat_ctx_get(struct ttmemstat_ctx *ctx);
void ttmemstat_ctx_put(struct ttmemstat_ctx *ctx);

/* Whether this is the process that opened the context; costs a load. */
static inline bool ttmemstat_ctx_is_owner(const struct ttmemstat_ctx *ctx)
{
	return ctx->mark ? *(const volatile unsigned char *)ctx->mark : getpid() == ctx->owner;
}

/* Whether calls that report do nothing. */
static inline bool ttmemstat_ctx_disabled(const struct ttmemstat_ctx *ctx)
{
	return ctx->reason && !ctx->local;
}

static inline bool ttmemstat_att_disabled(const struct ttmemstat_attachment *att)
{
	return ttmemstat_ctx_disabled(att->ctx);
}

/* record.c: what goes into a recording; nothing is done where there is none. */

/* The attachment is new, or another than it was. */
void ttmemstat_att_record(struct ttmemstat_attachment *att, const struct tt_memstat_attach *has);
void ttmemstat_att_record_end(struct ttmemstat_attachment *att);
void ttmemstat_att_record_set(struct ttmemstat_attachment *att,
			      const struct tt_memstat_bank_set *told);
void ttmemstat_att_record_mask(struct ttmemstat_attachment *att, bool drop, uint32_t pools);
__attribute__((cold)) void ttmemstat_att_record_entry(struct ttmemstat_attachment *att,
						      const struct tt_memstat_entry *entry);

/* The library's own word on what was told: 0, or what the module would say, with the field noted. */
int ttmemstat_attach_check(struct ttmemstat_ctx *ctx, const struct tt_memstat_attach *told);

/*
 * Takes an options structure of any version into ours: 0, -EINVAL if shorter than @first, -E2BIG
 * if it says something that this library does not know. @failure, which may be NULL, is @call's.
 */
int ttmemstat_options_copy(void *to, size_t known, size_t first, const void *from, uint32_t size,
			   struct ttmemstat_failure *failure, enum ttmemstat_call call);

/* What an error of ttmemstat_open() says of the node; NULL: what it means of any call. */
const char *ttmemstat_why_not_open(int error);

/* ttmemstat_geometry_resolve() of a @geometry, telling @failure what is refused. */
int ttmemstat_geometry_check(const struct tt_memstat_geometry *geometry,
			     struct ttmemstat_resolved *out, struct ttmemstat_failure *failure);

#endif /* TTMEMSTAT_INTERNAL_H */
