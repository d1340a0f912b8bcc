// SPDX-License-Identifier: GPL-2.0-only
/*
 * An attachment: how it is made and ends.
 *
 * It ends in three parts: out of the books (ttmem_attachment_detach), out of sysfs
 * (ttmem_attachment_close), out of memory (the release of its kobject). The owner's exit, DETACH,
 * close and the removal of the chip may run at the same time; each returns when the part that it
 * promises is done, no matter which of them did it. Readers take no part: they stop showing an
 * attachment as soon as its owner is dead.
 */
#include "trace.h"

/* A remote chip is there for those that are attached to it, so each of them pays for it. */
static u64 ttmem_attachment_bytes(const struct ttmem_chip *chip)
{
	return TTMEM_CLIENT_BYTES + (chip->kind == TTMEM_CHIP_REMOTE ? TTMEM_CHIP_BYTES : 0);
}

/* The last reference may be put where nothing may sleep. */
static void ttmem_attachment_free(struct work_struct *work)
{
	struct ttmem_attachment *a = container_of(work, struct ttmem_attachment, free);

	ttmem_prealloc_free(&a->prealloc);
	kfree(a->exited);
	ttmem_ledger_client_free(&a->books);
	ttmem_user_uncharge(a->client->user, ttmem_attachment_bytes(a->chip));
	ttmem_chip_put(a->chip);
	ttmem_client_put(a->client);
	mutex_destroy(&a->ring_setup);
	mutex_destroy(&a->lock);
	kfree(a);
	ttmem_module_ref_put();
}

static void ttmem_attachment_release(struct kobject *kobj)
{
	struct ttmem_attachment *a = ttmem_attachment_of(kobj);

	INIT_WORK(&a->free, ttmem_attachment_free);
	queue_work(ttmem_end_wq, &a->free);
}

static struct kobj_type ttmem_attachment_ktype = {
	.release = ttmem_attachment_release,
	.sysfs_ops = &ttmem_client_sysfs_ops,
	.default_groups = ttmem_client_groups,
};

/* @arg: checked. The attachment stays invisible until it joins the books. */
struct ttmem_attachment *ttmem_attachment_alloc(struct ttmem_chip *chip,
						struct ttmem_client *client,
						const struct tt_memstat_attach *arg)
{
	struct ttmem_attachment *a;
	int err;

	err = ttmem_user_charge(client->user, ttmem_attachment_bytes(chip));
	if (err)
		return ERR_PTR(err);
	a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);
	if (a)
		a->exited = ttmem_exited_alloc();
	if (!a || !a->exited) {
		kfree(a);
		ttmem_user_uncharge(client->user, ttmem_attachment_bytes(chip));
		return ERR_PTR(-ENOMEM);
	}
	ttmem_ledger_client_init(&a->books, client->owner, arg->covers, arg->partial, &arg->layout,
				 client->user);
	a->prealloc.user = client->user;
	a->prealloc.arch = chip->ledger.arch;
	kobject_init(&a->kobj, &ttmem_attachment_ktype);
	ttmem_module_ref_get();
	get_device(&chip->dev);
	a->chip = chip;
	kref_get(&client->ref);
	a->client = client;
	a->runtime_id = arg->runtime_id;
	strscpy(a->label, arg->label, sizeof(a->label));
	mutex_init(&a->lock);
	mutex_init(&a->ring_setup);
	spin_lock_init(&a->ring_lock);
	INIT_LIST_HEAD(&a->of_chip);
	seqcount_init(&a->published.seq);
	init_completion(&a->listed);
	init_completion(&a->unlisted);
	return a;
}

/* Under the chip lock. Keep the last name if the owner's can no longer be read. */
void ttmem_attachment_update_comm(struct ttmem_attachment *a)
{
	char comm[TASK_COMM_LEN];

	ttmem_client_comm(a->client, comm);
	if (comm[0])
		memcpy(a->comm, comm, sizeof(comm));
}

/* Under the chip lock. @counts: whether it occupies one of the chip's slots from now on. */
void ttmem_attachment_count(struct ttmem_attachment *a, bool counts)
{
	const struct ttmem_attachment *other;
	struct ttmem_chip *chip = a->chip;
	bool alone = true;

	list_for_each_entry(other, &chip->attachments, of_chip)
		if (other != a && other->counted && other->client->user == a->client->user)
			alone = false;
	/* Chips that users make must not raise a user's limit. */
	if (alone && !chip->unprivileged && !(chip->kind == TTMEM_CHIP_REMOTE && chip->user))
		ttmem_user_count_chip(a->client->user, counts ? 1 : -1);
	a->counted = counts;
	chip->client_slots += counts ? 1 : -1;
}

/* Under the chip lock: refuse everything from now on. The caller takes its memory off the chip. */
void ttmem_attachment_end(struct ttmem_attachment *a, int why)
{
	if (a->gone)
		return;
	WRITE_ONCE(a->gone, why);
	ttmem_attachment_update_comm(a);
	trace_client_detach(a, why);
	ttmem_exited_keep(a);
	ttmem_ledger_detach(&a->books);
	ttmem_client_count_detach(a->client);
	ttmem_publish_info(a->chip);
}

/*
 * Take an attachment out of every figure, to the last byte. Drop the chip lock between bounded
 * steps; several tasks may take turns at them.
 */
static void ttmem_attachment_detach(struct ttmem_attachment *a, int why)
{
	struct ttmem_chip *chip = a->chip;
	struct ttmem_prealloc prealloc = { .user = a->client->user, .arch = chip->ledger.arch };
	bool more;

	do {
		spin_lock(&chip->lock);
		ttmem_attachment_end(a, why);
		ttmem_ledger_begin(&chip->ledger);
		more = ttmem_ledger_detach_step(&a->books, &prealloc);
		if (!more && a->counted)
			ttmem_attachment_count(a, false);
		ttmem_publish(chip, NULL);
		spin_unlock(&chip->lock);
		ttmem_prealloc_free(&prealloc);
		cond_resched();
	} while (more);
}

/* Out of the figures and out of sysfs; done when this returns. */
void ttmem_attachment_close(struct ttmem_attachment *a, int why)
{
	struct ttmem_chip *chip = a->chip;

	ttmem_ring_finish(a);
	ttmem_attachment_detach(a, why);
	ttmem_ring_replace(a, NULL);
	wait_for_completion(&a->listed);
	if (atomic_xchg(&a->removing, 1)) {
		wait_for_completion(&a->unlisted);
		return;
	}
	if (a->in_sysfs)
		kobject_del(&a->kobj);
	spin_lock(&chip->lock);
	spin_lock(&chip->list_lock);
	list_del_init(&a->of_chip);
	spin_unlock(&chip->list_lock);
	ttmem_chip_linger(chip);
	spin_unlock(&chip->lock);
	complete_all(&a->unlisted);
	/* Free the records in the context of the task that ends the attachment. */
	ttmem_ledger_client_clear(&a->books);
	ttmem_attachment_put(a);
}

/**
 * ttmem_attachment_remove - end an attachment of a client
 * @client: its client
 * @handle: its handle
 * @why: the error of concurrent calls
 *
 * Return: 0, or -ENOENT when there is none, or another task is ending it.
 */
int ttmem_attachment_remove(struct ttmem_client *client, u32 handle, int why)
{
	struct ttmem_attachment *a;

	/* A handle that attach is still working on stays reserved. */
	xa_lock(&client->attachments);
	a = xa_load(&client->attachments, handle);
	if (a)
		__xa_erase(&client->attachments, handle);
	xa_unlock(&client->attachments);
	if (!a)
		return -ENOENT;
	ttmem_attachment_close(a, why);
	ttmem_attachment_put(a);
	return 0;
}

/*
 * The first that ends with @why, with a reference; NULL: none. -ENODEV: every one; -ESTALE: those
 * whose geometry the chip has no more, of @client or, if that is NULL, of all.
 */
static struct ttmem_attachment *ttmem_attachment_first(struct ttmem_chip *chip, int why,
						       const struct ttmem_client *client)
{
	struct ttmem_attachment *a, *found = NULL;

	spin_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (why == -ENODEV || (a->gone == why && (!client || a->client == client))) {
			kobject_get(&a->kobj);
			found = a;
			break;
		}
	spin_unlock(&chip->lock);
	return found;
}

/*
 * Remove a chip's attachments, as of ttmem_attachment_first(). -ENODEV: the chip is dead and
 * accepts no others; -ESTALE: only the handles stay, until their owners detach.
 */
void ttmem_attachments_remove(struct ttmem_chip *chip, int why, const struct ttmem_client *client)
{
	struct ttmem_attachment *a;

	while ((a = ttmem_attachment_first(chip, why, client))) {
		ttmem_attachment_close(a, why);
		ttmem_attachment_put(a);
	}
}
