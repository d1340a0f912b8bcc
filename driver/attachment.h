/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An attachment: a client's standing to report on one chip.
 */
#ifndef TTMEM_ATTACHMENT_H
#define TTMEM_ATTACHMENT_H

#include <linux/completion.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include "ledger/ledger.h"
#include "publish.h"

struct ttmem_chip;
struct ttmem_client;
struct ttmem_exited;
struct ttmem_ring;

/**
 * struct ttmem_attachment - a client on a chip
 * @kobj: clients/<id> of the chip; its reference count is the attachment's
 * @chip: holds a reference
 * @client: holds a reference
 * @handle: the client's name for it
 * @runtime_id: the runtime's own device number, -1 = none
 * @label: the client's choice
 * @comm: the owner's name when it came, and when it went if it could be had; chip lock
 * @lock: serialises what the owner does with it; outside the chip lock. Nobody but the owner's
 *	threads waits for it, so that memory may be sought with it held
 * @prealloc: nodes for the entries that the owner submits; @lock
 * @ring_setup: serialises the making of rings
 * @ring_lock: a leaf; guards @ring, which changes under the chip lock too, and is looked at
 *	without for whether there is one
 * @ring: holds a reference, NULL = none
 * @of_chip: on the chip's list, with a reference; chip lock and list lock
 * @gone: 0, or why it takes nothing any more; chip lock
 * @counted: takes one of the chip's slots; chip lock
 * @listed: set up in sysfs, or never will be
 * @in_sysfs: that it was set up; stable once @listed is complete
 * @unlisting: bit 0: somebody has taken it upon himself to remove it from sysfs
 * @unlisted: it has left sysfs
 * @books: chip lock
 * @published: what readers see of them
 * @exited: what will be kept of it; NULL once kept; chip lock
 * @free: gives back what it had in memory
 */
struct ttmem_attachment {
	struct kobject kobj;
	struct ttmem_chip *chip;
	struct ttmem_client *client;
	u32 handle;
	s32 runtime_id;
	char label[TT_MEMSTAT_LABEL_LEN];
	char comm[TASK_COMM_LEN];
	struct mutex lock;		/* the owner's calls */
	struct ttmem_prealloc prealloc;
	struct mutex ring_setup;
	spinlock_t ring_lock;		/* the pointer */
	struct ttmem_ring *ring;
	struct list_head of_chip;
	int gone;
	bool counted;
	struct completion listed;
	bool in_sysfs;
	unsigned long unlisting;
	struct completion unlisted;
	struct ttmem_ledger_client books;
	struct ttmem_published published;
	struct ttmem_exited *exited;
	struct work_struct free;
};

static inline struct ttmem_attachment *ttmem_attachment_of(struct kobject *kobj)
{
	return container_of(kobj, struct ttmem_attachment, kobj);
}

/* @arg: of the call, checked. Nobody knows of it until it has joined the books. */
struct ttmem_attachment *ttmem_attachment_alloc(struct ttmem_chip *chip,
						struct ttmem_client *client,
						const struct tt_memstat_attach *arg);
void ttmem_attachment_name(struct ttmem_attachment *a);
void ttmem_attachment_count(struct ttmem_attachment *a, bool counts);
void ttmem_attachment_end(struct ttmem_attachment *a, int why);
void ttmem_attachment_close(struct ttmem_attachment *a, int why);
int ttmem_attachment_remove(struct ttmem_client *client, u32 handle, int why);
struct ttmem_attachment *ttmem_attachment_get(struct ttmem_client *client, u32 handle);
struct ttmem_attachment *ttmem_attachment_next(struct ttmem_client *client, unsigned long *handle);
struct ttmem_attachment *ttmem_attachment_find(struct ttmem_chip *chip, u64 client);
void ttmem_attachment_put(struct ttmem_attachment *a);
void ttmem_attachment_release(struct kobject *kobj);
int ttmem_attachment_error(const struct ttmem_attachment *a);
int ttmem_attachment_figures(struct ttmem_attachment *a, struct tt_memstat_figures *figures);

void ttmem_attachments_remove_all(struct ttmem_chip *chip);
void ttmem_attachments_remove_stale(struct ttmem_chip *chip, const struct ttmem_client *client);

#endif /* TTMEM_ATTACHMENT_H */
