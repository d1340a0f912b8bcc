/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Published figures: copies of the books that readers take without a lock.
 */
#ifndef TTMEM_PUBLISH_H
#define TTMEM_PUBLISH_H

#include <linux/seqlock.h>
#include <linux/types.h>
#include "ledger/ledger.h"

struct ttmem_attachment;
struct ttmem_chip;

/**
 * struct ttmem_published - the books at the end of the last hold of the chip lock
 * @seq: written with preemption disabled, so that no reader spins on a writer that does not run
 * @state: what figures are made from
 */
struct ttmem_published {
	seqcount_t seq;
	struct ttmem_state state;
};

void ttmem_published_init(struct ttmem_published *published);
void ttmem_published_read(struct ttmem_published *published, struct ttmem_state *state);

/* At the end of a hold of the chip lock. @a: whose books changed; NULL: the chip's alone. */
void ttmem_publish(struct ttmem_chip *chip, struct ttmem_attachment *a);

/* With @core of TTMEM_MAX_CORES; the state that belongs to it. */
void ttmem_published_cores(struct ttmem_chip *chip, struct ttmem_state *state, u32 *core);

#endif /* TTMEM_PUBLISH_H */
