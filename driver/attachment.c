// SPDX-License-Identifier: GPL-2.0-only
/*
 * An attachment: a client's standing to report on one chip; how it is found and how it goes.
 *
 * Knows in which order things are undone. Does not know who may attach (attach.c), nor what is
 * reported.
 *
 * It goes in three parts: out of the figures (ttmem_attachment_detach), out of sysfs
 * (ttmem_attachment_close), out of memory (the release of its kobject). Owner's exit, detach,
 * close, removal of the chip and readers that find a dead owner may all be at it at the same time;
 * each of them returns only when the part that it promises is done, whoever did it. A reader of the
 * attachment's own files must not wait for the second part, as that waits for its readers.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "clock.h"
#include "exited.h"
#include "gateway.h"
#include "limits.h"
#include "notify.h"
#include "ring.h"
#include "sysfs.h"
#include "trace.h"

#define TTMEM_DETACH_BUDGET 4096

struct ttmem_attachment *ttmem_attachment_alloc(struct ttmem_chip *chip,
						struct ttmem_client *client,
						const struct tt_memstat_attach *arg)
{
	struct ttmem_ledger_limits ledger_limits;
	struct ttmem_limits limits;
	struct ttmem_attachment *a;
	int err = -ENOMEM;

	a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);
	if (!a)
		return ERR_PTR(-ENOMEM);
	a->exited = ttmem_exited_alloc();
	a->user = ttmem_user_get(client->uid);
	if (a->exited && a->user)
		err = ttmem_user_charge(a->user, TTMEM_QUOTA_CLIENTS, 1);
	if (err) {
		ttmem_user_put(a->user);
		ttmem_exited_free(a->exited);
		kfree(a);
		return ERR_PTR(err);
	}
	ttmem_limits_get(&limits);
	ledger_limits.records = limits.max_records;
	ledger_limits.programs = limits.max_programs;
	ledger_limits.boundaries = limits.max_boundaries;
	ledger_limits.user = a->user;
	ttmem_ledger_client_init(&a->books, client->owner, arg->covers, arg->partial, &arg->layout,
				 &ledger_limits);
	kobject_init(&a->kobj, &ttmem_client_ktype);
	ttmem_module_ref_get();
	get_device(&chip->dev);
	a->chip = chip;
	a->client = ttmem_client_get(client);
	a->runtime_id = arg->runtime_id;
	strscpy(a->label, arg->label, sizeof(a->label));
	mutex_init(&a->lock);
	mutex_init(&a->ring_setup);
	spin_lock_init(&a->ring_lock);
	INIT_LIST_HEAD(&a->of_chip);
	init_completion(&a->listed);
	init_completion(&a->unlisted);
	return a;
}

/* However much that was: nobody who merely put the last reference has to wait for it. */
static void ttmem_attachment_free(struct work_struct *work)
{
	struct ttmem_attachment *a = container_of(work, struct ttmem_attachment, free);

	ttmem_prealloc_free(&a->prealloc);
	ttmem_exited_free(a->exited);
	ttmem_ledger_client_free(&a->books);
	ttmem_user_uncharge(a->user, TTMEM_QUOTA_CLIENTS, 1);
	ttmem_user_put(a->user);
	ttmem_chip_put(a->chip);
	ttmem_client_put(a->client);
	mutex_destroy(&a->ring_setup);
	mutex_destroy(&a->lock);
	kfree(a);
	ttmem_module_ref_put();
}

/* Release of the kobject: nobody can see the attachment any more. */
void ttmem_attachment_release(struct kobject *kobj)
{
	struct ttmem_attachment *a = ttmem_attachment_of(kobj);

	INIT_WORK(&a->free, ttmem_attachment_free);
	queue_work(ttmem_free_wq, &a->free);
}

void ttmem_attachment_put(struct ttmem_attachment *a)
{
	kobject_put(&a->kobj);
}

/* Under the chip lock: 0, or why nothing can be reported. */
int ttmem_attachment_error(const struct ttmem_attachment *a)
{
	if (a->gone)
		return a->gone;
	return a->chip->dead ? -ENODEV : 0;
}

/* By handle, with a reference; NULL: none. */
struct ttmem_attachment *ttmem_attachment_get(struct ttmem_client *client, u32 handle)
{
	struct ttmem_attachment *a;

	xa_lock(&client->attachments);
	a = client->recent;
	if (!a || a->handle != handle)
		a = xa_load(&client->attachments, handle);
	if (a) {
		client->recent = a;
		kobject_get(&a->kobj);
	}
	xa_unlock(&client->attachments);
	return a;
}

/* The first from *handle on, with a reference, and its handle in *handle; NULL: no more. */
struct ttmem_attachment *ttmem_attachment_next(struct ttmem_client *client, unsigned long *handle)
{
	struct ttmem_attachment *a;

	xa_lock(&client->attachments);
	a = xa_find(&client->attachments, handle, ULONG_MAX, XA_PRESENT);
	if (a)
		kobject_get(&a->kobj);
	xa_unlock(&client->attachments);
	return a;
}

/* A chip's live attachment by client id, with a reference; NULL: none. */
struct ttmem_attachment *ttmem_attachment_find(struct ttmem_chip *chip, u64 client)
{
	struct ttmem_attachment *a, *found = NULL;

	mutex_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (!a->gone && a->client->id == client) {
			kobject_get(&a->kobj);
			found = a;
			break;
		}
	mutex_unlock(&chip->lock);
	return found;
}

/* Takes the chip lock. 0, or why there are none any more. */
int ttmem_attachment_figures(struct ttmem_attachment *a, struct tt_memstat_figures *figures)
{
	int err;

	memset(figures, 0, sizeof(*figures));
	mutex_lock(&a->chip->lock);
	err = ttmem_attachment_error(a);
	if (!err)
		ttmem_figures_client(&a->books, ttmem_clock_ns(), figures);
	mutex_unlock(&a->chip->lock);
	return err;
}

/* Under the chip lock. A name that was had stays where there is none to be had any more. */
void ttmem_attachment_name(struct ttmem_attachment *a)
{
	char comm[TASK_COMM_LEN];

	ttmem_client_comm(a->client, comm);
	if (comm[0])
		memcpy(a->comm, comm, sizeof(comm));
}

/*
 * Take an attachment out of every figure; done when this returns, to the last byte. The steps are
 * bounded so that nobody waits long for the lock; several tasks may take turns at them.
 */
static void ttmem_attachment_detach(struct ttmem_attachment *a, int why)
{
	struct ttmem_chip *chip = a->chip;
	struct ttmem_prealloc prealloc = {};
	bool more;

	mutex_lock(&chip->lock);
	if (!a->gone) {
		a->gone = why;
		ttmem_attachment_name(a);
		trace_client_close(a, why);
		ttmem_exited_keep(a);
		ttmem_ledger_detach(&a->books);
		ttmem_client_count_detach(a->client);
	}
	/* From here on the arch does not change. */
	prealloc.arch = a->books.arch;
	mutex_unlock(&chip->lock);
	do {
		mutex_lock(&chip->lock);
		more = ttmem_ledger_detach_step(&a->books, TTMEM_DETACH_BUDGET, &prealloc);
		if (!more && a->counted) {
			a->counted = false;
			chip->client_slots--;
			ttmem_notify_arm(chip);
		}
		mutex_unlock(&chip->lock);
		ttmem_prealloc_free(&prealloc);
		cond_resched();
	} while (more);
}

/* Out of the figures and out of sysfs; done when this returns. */
void ttmem_attachment_close(struct ttmem_attachment *a, int why)
{
	struct ttmem_chip *chip = a->chip;

	ttmem_attachment_detach(a, why);
	ttmem_ring_remove(a);
	wait_for_completion(&a->listed);
	if (test_and_set_bit(0, &a->unlisting)) {
		wait_for_completion(&a->unlisted);
		return;
	}
	if (a->in_sysfs)
		kobject_del(&a->kobj);
	mutex_lock(&chip->lock);
	list_del_init(&a->of_chip);
	ttmem_remote_left(chip);
	mutex_unlock(&chip->lock);
	complete_all(&a->unlisted);
	ttmem_attachment_put(a);
}

/**
 * ttmem_attachment_remove - end an attachment of a client
 * @client: whose
 * @handle: which
 * @why: what calls under way are told
 *
 * Return: 0, or -ENOENT when there is none, or somebody else is ending it.
 */
int ttmem_attachment_remove(struct ttmem_client *client, u32 handle, int why)
{
	struct ttmem_attachment *a;

	/* A handle that attach is still working on stays reserved. */
	xa_lock(&client->attachments);
	a = xa_load(&client->attachments, handle);
	if (a)
		__xa_erase(&client->attachments, handle);
	if (a && client->recent == a)
		client->recent = NULL;
	xa_unlock(&client->attachments);
	if (!a)
		return -ENOENT;
	ttmem_attachment_close(a, why);
	ttmem_attachment_put(a);
	return 0;
}

/* The next attachment that has lost its owner, with a reference; NULL: none. */
static struct ttmem_attachment *ttmem_attachment_next_orphan(struct ttmem_chip *chip, bool retired)
{
	struct ttmem_attachment *a, *found = NULL;

	mutex_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (retired ? !!a->gone : !a->gone && ttmem_client_owner_is_dead(a->client)) {
			kobject_get(&a->kobj);
			found = a;
			break;
		}
	mutex_unlock(&chip->lock);
	return found;
}

/* Before a chip is read: what dead owners left goes first. */
void ttmem_attachments_close_orphans(struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;

	while ((a = ttmem_attachment_next_orphan(chip, false))) {
		ttmem_attachment_close(a, -EOWNERDEAD);
		ttmem_attachment_put(a);
	}
}

/* The same, and what its rings hold is applied; killable. */
int ttmem_attachments_sync(struct ttmem_chip *chip)
{
	ttmem_attachments_close_orphans(chip);
	return ttmem_rings_drain(chip);
}

/*
 * As ttmem_attachments_close_orphans() for a reader of a client's file, which leaves sysfs to a
 * worker.
 */
void ttmem_attachments_detach_orphans(struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;

	while ((a = ttmem_attachment_next_orphan(chip, false))) {
		ttmem_attachment_detach(a, -EOWNERDEAD);
		queue_work(ttmem_wq, &chip->close_detached);
		ttmem_attachment_put(a);
	}
}

/* The worker: those that are out of the figures leave sysfs. */
void ttmem_attachments_close_detached(struct work_struct *work)
{
	struct ttmem_chip *chip = container_of(work, struct ttmem_chip, close_detached);
	struct ttmem_attachment *a;

	while ((a = ttmem_attachment_next_orphan(chip, true))) {
		ttmem_attachment_close(a, -EOWNERDEAD);
		ttmem_attachment_put(a);
	}
}

/* Of a dead chip, which nobody joins any more. */
void ttmem_attachments_remove_all(struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;

	for (;;) {
		mutex_lock(&chip->lock);
		a = list_first_entry_or_null(&chip->attachments, struct ttmem_attachment, of_chip);
		if (a)
			kobject_get(&a->kobj);
		mutex_unlock(&chip->lock);
		if (!a)
			break;
		ttmem_attachment_close(a, -ENODEV);
		ttmem_attachment_put(a);
	}
}
