/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The objects of the writing side, and the function that makes all ioctls.
 */
#ifndef TTMEMSTAT_INTERNAL_H
#define TTMEMSTAT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <unistd.h>

#include "failure.h"
#include "public.h"

#define TTMEMSTAT_LOCATIONS	256	/* of chips on a board, as in the uAPI */

/**
 * struct ttmemstat_ctx - an open device, or the reason why there is none
 * @refs: the user's reference, until ttmemstat_close(), and one for each attachment object
 * @fd: -1 when disabled and after ttmemstat_close()
 * @owner: the process that opened it
 * @mark: a page that reads 1, and 0 in a child; NULL: the kernel does not support this
 * @reason: 0 when enabled, else the negative errno that disabled it
 * @max_submit: entries of one submit, at least 1
 * @max_ring: entries of a ring; 0: the module has no rings
 * @local: replacement of the module; NULL: the module is used, or the context is disabled
 * @recorder: NULL: nothing is to be recorded
 * @lock: guards @rings
 * @rings: mapped rings
 * @failure: the last failure
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

/* The mark of an attachment without a ring, so that reporting checks only one byte. */
extern const unsigned char ttmemstat_no_ring;

/**
 * struct ttmemstat_ring - the shared pages of an attachment
 * @att: its attachment
 * @handle: the kernel's number of that attachment
 * @shared: address of the mapping; NULL: no ring
 * @slot: the slots
 * @mask: their number - 1
 * @mark: reads 1 in the owner while there is a ring, else 0; ttmemstat_no_ring before and after
 *	that, and always if the context has no rings
 * @size: of the mapping
 * @jammed: the last wait for credit timed out
 * @next: of the context's
 * @older: of the attachment's: producers may still be there, so it stays until detach
 *
 * Mapped in the owner only.
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
 * @handle: the kernel's number, which changes when the chip's geometry is changed (renew.c)
 * @chip: N of tt<N>
 * @covers: mask of pools
 * @one_core: bank set of one core; 0: not defined yet
 * @ring: the current ring; @no_ring: there is none
 * @no_ring: target of @ring then; the last of the older rings
 * @failure: the last failure
 * @recorder: the context's, while there is a recording; NULL: there is none
 * @number: in the recording
 * @sets_recorded: bank sets that the recording has
 * @renewal: guards what follows, and changes of @handle and @ring
 * @args: of its attach
 * @entries: of its ring; 0: none requested
 * @lost: error that prevents a renewal; 0: none
 * @asking: @report_again is being called; @again: call it once more afterwards
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
	uint64_t *sets_recorded;
	pthread_mutex_t renewal;
	struct tt_memstat_attach args;
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

/* Read the pointer once, so that a thread uses one ring consistently. */
static inline struct ttmemstat_ring *ttmemstat_att_ring(const struct ttmemstat_attachment *att)
{
	return __atomic_load_n(&att->ring, __ATOMIC_ACQUIRE);
}

/*
 * A call on @handle has failed. True: the chip's geometry was changed and the attachment has been
 * renewed, so the call should be repeated.
 */
bool ttmemstat_renewed(struct ttmemstat_attachment *att, uint32_t handle, int error);

/* Make an ioctl on the attachment, after storing its number in *@handle, a field of @arg. */
int ttmemstat_att_call(struct ttmemstat_attachment *att, unsigned long call, void *arg,
		       uint32_t *handle);

/* Make an ioctl. -EOPNOTSUPP: disabled; -EPERM: in a child; -EBADF: closed. */
int ttmemstat_ctx_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);

void ttmemstat_ctx_get(struct ttmemstat_ctx *ctx);
void ttmemstat_ctx_put(struct ttmemstat_ctx *ctx);

/* Whether this process opened the context; costs one load. */
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

/* record.c: write to the recording, if there is one. */

/* The attachment is new, or was renewed. */
void ttmemstat_att_record(struct ttmemstat_attachment *att, const struct tt_memstat_attach *has);
void ttmemstat_att_record_end(struct ttmemstat_attachment *att);
void ttmemstat_att_record_set(struct ttmemstat_attachment *att,
			      const struct tt_memstat_bank_set *bank_set);
void ttmemstat_att_record_mask(struct ttmemstat_attachment *att, bool drop, uint32_t pools);
__attribute__((cold)) void ttmemstat_att_record_entry(struct ttmemstat_attachment *att,
						      const struct tt_memstat_entry *entry);

/* The library's own check: 0, or the module's error, with the field noted. */
int ttmemstat_attach_check(struct ttmemstat_ctx *ctx, const struct tt_memstat_attach *args);

/*
 * Copy an options structure of any version. Returns 0; -EINVAL: shorter than @first; -E2BIG: sets
 * fields that this library does not know. Notes a failure of @call in @failure, which may be NULL.
 */
int ttmemstat_options_copy(void *to, size_t known, size_t first, const void *from, uint32_t size,
			   struct ttmemstat_failure *failure, enum ttmemstat_call call);

/* Copy and check the options of ttmemstat_open(), which may be NULL. */
int ttmemstat_open_check(struct ttmemstat_open_options *opt,
			 const struct ttmemstat_open_options *options,
			 struct ttmemstat_failure *failure);

/* ttmemstat_geometry_resolve() that notes the refused field in @failure. */
int ttmemstat_geometry_check(const struct tt_memstat_geometry *geometry,
			     struct ttmemstat_resolved *out, struct ttmemstat_failure *failure);

#endif /* TTMEMSTAT_INTERNAL_H */
