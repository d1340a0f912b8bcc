// SPDX-License-Identifier: GPL-2.0-only
/*
 * An attachment: a client's standing to report on one chip; how it comes and how it goes.
 *
 * Knows who may attach and in which order things are undone. Does not know what is reported.
 *
 * It goes in three parts: out of the figures (ttm_attachment_retire), out of sysfs
 * (ttm_attachment_close), out of memory (the release of its kobject). Owner's exit, detach, close,
 * removal of the chip and readers that find a dead owner may all be at it at the same time; each
 * of them returns only when the part that it promises is done, whoever did it. A reader of the
 * attachment's own files must not wait for the second part, as that waits for its readers.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "admin.h"
#include "attach.h"
#include "chip.h"
#include "client.h"
#include "clock.h"
#include "exited.h"
#include "gateway.h"
#include "geometry.h"
#include "ioctl.h"
#include "limits.h"
#include "notify.h"
#include "proof.h"
#include "ring.h"
#include "sysfs.h"
#include "trace.h"

#define TTM_DETACH_BUDGET 4096

/* A ring is mapped at its handle times 2^24, which 32-bit callers must be able to say. */
#define TTM_HANDLES XA_LIMIT(1, BIT(20) - 1)

void ttm_attachment_put(struct ttm_attachment *a)
{
	kobject_put(&a->kobj);
}

/* Under the chip lock: 0, or why nothing can be reported. */
int ttm_attachment_error(const struct ttm_attachment *a)
{
	if (a->gone)
		return a->gone;
	return a->chip->dead ? -ENODEV : 0;
}

/* By handle, with a reference; NULL: none. */
struct ttm_attachment *ttm_attachment_get(struct ttm_client *client, u32 handle)
{
	struct ttm_attachment *a;

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
struct ttm_attachment *ttm_attachment_next(struct ttm_client *client, unsigned long *handle)
{
	struct ttm_attachment *a;

	xa_lock(&client->attachments);
	a = xa_find(&client->attachments, handle, ULONG_MAX, XA_PRESENT);
	if (a)
		kobject_get(&a->kobj);
	xa_unlock(&client->attachments);
	return a;
}

/* A chip's live attachment by client id, with a reference; NULL: none. */
struct ttm_attachment *ttm_attachment_find(struct ttm_chip *chip, u64 client)
{
	struct ttm_attachment *a, *found = NULL;

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
int ttm_attachment_figures(struct ttm_attachment *a, struct tt_memstat_figures *figures)
{
	int err;

	memset(figures, 0, sizeof(*figures));
	mutex_lock(&a->chip->lock);
	err = ttm_attachment_error(a);
	if (!err)
		ttm_figures_client(&a->books, ttm_clock_ns(), figures);
	mutex_unlock(&a->chip->lock);
	return err;
}

/* Under the chip lock. A name that was had stays where there is none to be had any more. */
static void ttm_attachment_name(struct ttm_attachment *a)
{
	char comm[TASK_COMM_LEN];

	ttm_client_comm(a->client, comm);
	if (comm[0])
		memcpy(a->comm, comm, sizeof(comm));
}

/*
 * Take an attachment out of every figure; done when this returns, to the last byte. The steps are
 * bounded so that nobody waits long for the lock; several tasks may take turns at them.
 */
static void ttm_attachment_retire(struct ttm_attachment *a, int why)
{
	struct ttm_chip *chip = a->chip;
	struct ttm_fund fund = {};
	bool more;

	mutex_lock(&chip->lock);
	if (!a->gone) {
		a->gone = why;
		ttm_attachment_name(a);
		trace_client_close(a, why);
		ttm_exited_keep(a);
		ttm_ledger_detach(&a->books);
		ttm_client_count_detach(a->client);
	}
	/* From here on the arch does not change. */
	fund.arch = a->books.arch;
	mutex_unlock(&chip->lock);
	do {
		mutex_lock(&chip->lock);
		more = ttm_ledger_detach_step(&a->books, TTM_DETACH_BUDGET, &fund);
		if (!more && a->counted) {
			a->counted = false;
			chip->slots--;
			ttm_notify_arm(chip);
		}
		mutex_unlock(&chip->lock);
		ttm_fund_empty(&fund);
		cond_resched();
	} while (more);
}

/* Out of the figures and out of sysfs; done when this returns. */
static void ttm_attachment_close(struct ttm_attachment *a, int why)
{
	struct ttm_chip *chip = a->chip;

	ttm_attachment_retire(a, why);
	ttm_ring_remove(a);
	wait_for_completion(&a->listed);
	if (test_and_set_bit(0, &a->unlisting)) {
		wait_for_completion(&a->unlisted);
		return;
	}
	if (a->in_sysfs)
		kobject_del(&a->kobj);
	mutex_lock(&chip->lock);
	list_del_init(&a->of_chip);
	ttm_remote_idle(chip);
	mutex_unlock(&chip->lock);
	complete_all(&a->unlisted);
	ttm_attachment_put(a);
}

/**
 * ttm_attachment_remove - end an attachment of a client
 * @client: whose
 * @handle: which
 * @why: what calls under way are told
 *
 * Return: 0, or -ENOENT when there is none, or somebody else is ending it.
 */
int ttm_attachment_remove(struct ttm_client *client, u32 handle, int why)
{
	struct ttm_attachment *a;

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
	ttm_attachment_close(a, why);
	ttm_attachment_put(a);
	return 0;
}

/* The next attachment that has lost its owner, with a reference; NULL: none. */
static struct ttm_attachment *ttm_attachment_orphan(struct ttm_chip *chip, bool retired)
{
	struct ttm_attachment *a, *found = NULL;

	mutex_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (retired ? !!a->gone : !a->gone && ttm_client_owner_is_dead(a->client)) {
			kobject_get(&a->kobj);
			found = a;
			break;
		}
	mutex_unlock(&chip->lock);
	return found;
}

/* Before a chip is read: what dead owners left goes first. */
void ttm_attachments_sweep(struct ttm_chip *chip)
{
	struct ttm_attachment *a;

	while ((a = ttm_attachment_orphan(chip, false))) {
		ttm_attachment_close(a, -EOWNERDEAD);
		ttm_attachment_put(a);
	}
}

/* The same, and what its rings hold is taken; killable. */
int ttm_attachments_settle(struct ttm_chip *chip)
{
	ttm_attachments_sweep(chip);
	return ttm_rings_drain(chip);
}

/* As ttm_attachments_sweep() for a reader of a client's file, which leaves sysfs to a worker. */
void ttm_attachments_sweep_from_client(struct ttm_chip *chip)
{
	struct ttm_attachment *a;

	while ((a = ttm_attachment_orphan(chip, false))) {
		ttm_attachment_retire(a, -EOWNERDEAD);
		queue_work(ttm_wq, &chip->reap);
		ttm_attachment_put(a);
	}
}

/* The worker: those that are out of the figures leave sysfs. */
void ttm_attachments_reap(struct work_struct *work)
{
	struct ttm_chip *chip = container_of(work, struct ttm_chip, reap);
	struct ttm_attachment *a;

	while ((a = ttm_attachment_orphan(chip, true))) {
		ttm_attachment_close(a, -EOWNERDEAD);
		ttm_attachment_put(a);
	}
}

/* Of a dead chip, which nobody joins any more. */
void ttm_attachments_remove_all(struct ttm_chip *chip)
{
	struct ttm_attachment *a;

	for (;;) {
		mutex_lock(&chip->lock);
		a = list_first_entry_or_null(&chip->attachments, struct ttm_attachment, of_chip);
		if (a)
			kobject_get(&a->kobj);
		mutex_unlock(&chip->lock);
		if (!a)
			break;
		ttm_attachment_close(a, -ENODEV);
		ttm_attachment_put(a);
	}
}

static int ttm_attach_check(const struct tt_memstat_attach *arg)
{
	if (!arg->covers || (arg->covers & ~TT_MEMSTAT_POOL_MASK_ALL) ||
	    (arg->partial & ~arg->covers))
		return -EINVAL;
	if (arg->proof < -1 || arg->runtime_id < -1)
		return -EINVAL;
	if (strnlen(arg->label, sizeof(arg->label)) == sizeof(arg->label))
		return -EINVAL;
	return arg->asic_location && !(arg->flags & TT_MEMSTAT_ATTACH_REMOTE) ? -EINVAL : 0;
}

/* Of a remote chip its gateway's node is the proof; of a virtual one there is none. */
static int ttm_attach_permission(struct ttm_chip *chip, const struct ttm_client *client, int proof)
{
	if (proof >= 0) {
		struct device *function = ttm_chip_function(chip);
		int err = ttm_proof_check(function, (unsigned int)proof);

		put_device(function);
		return err;
	}
	if (chip->kind == TTM_CHIP_VIRTUAL && (chip->open || uid_eq(chip->uid, client->uid)))
		return 0;
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/*
 * What the runtime sees of the chip. It need not know the DRAM; a bank count of 0 then says that it
 * was not told, and is not compared.
 */
static int ttm_attach_told(const struct tt_memstat_geometry *in, struct tt_memstat_geometry *told)
{
	struct tt_memstat_geometry whole = *in;
	bool dram = in->dram_banks || in->dram_mask || (in->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK);
	int err;

	if (!dram)
		whole.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	err = ttm_geometry_derive(&whole, told);
	if (!dram)
		told->dram_banks = 0;
	return err;
}

static bool ttm_attach_agrees(const struct tt_memstat_geometry *present,
			      const struct tt_memstat_geometry *told)
{
	struct tt_memstat_geometry whole = *told;

	if (!whole.dram_banks)
		whole.dram_banks = present->dram_banks;
	return ttm_geometry_equal(present, &whole);
}

/*
 * Under the chip lock. The first to say becomes the source, so he must say all of it; whoever
 * says otherwise later is told.
 */
static int ttm_attach_check_geometry(struct ttm_chip *chip,
				     const struct tt_memstat_geometry *told,
				     const struct tt_memstat_layout *layout)
{
	if (told && chip->geometry.arch && !ttm_attach_agrees(&chip->geometry, told)) {
		chip->conflicts++;
		return -EEXIST;
	}
	if (chip->geometry.arch)
		return ttm_geometry_check_layout(&chip->geometry, layout);
	if (!told && layout->valid)
		return -ENODATA;
	if (!told)
		return ttm_geometry_check_layout(&chip->geometry, layout);
	if (!told->dram_banks || (chip->arch && chip->arch != told->arch))
		return -EINVAL;
	return ttm_geometry_check_layout(told, layout);
}

/* Under the chip lock. @told: by ttm_attach_told(), or NULL. */
static int ttm_attach_admit(struct ttm_chip *chip, const struct ttm_client *client,
			    const struct tt_memstat_geometry *told,
			    const struct tt_memstat_layout *layout)
{
	const struct ttm_attachment *other;
	struct ttm_limits limits;
	unsigned int of_user = 0;
	int err;

	if (chip->dead)
		return -ENODEV;
	list_for_each_entry(other, &chip->attachments, of_chip) {
		if (other->client == client)
			return -EALREADY;
		of_user += uid_eq(other->client->uid, client->uid);
	}
	err = ttm_attach_check_geometry(chip, told, layout);
	if (err)
		return err;
	ttm_limits_get(&limits);
	if (chip->slots >= limits.max_clients || of_user >= max(limits.max_clients / 2, 1u))
		return -ENOSPC;
	return 0;
}

static struct ttm_attachment *ttm_attachment_alloc(struct ttm_chip *chip,
						   struct ttm_client *client,
						   const struct tt_memstat_attach *arg)
{
	struct ttm_ledger_limits ledger_limits;
	struct ttm_limits limits;
	struct ttm_attachment *a;
	int err = -ENOMEM;

	a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);
	if (!a)
		return ERR_PTR(-ENOMEM);
	a->exited = ttm_exited_alloc();
	a->user = ttm_user_get(client->uid);
	if (a->exited && a->user)
		err = ttm_user_charge(a->user, TTM_QUOTA_CLIENTS, 1);
	if (err) {
		ttm_user_put(a->user);
		ttm_exited_free(a->exited);
		kfree(a);
		return ERR_PTR(err);
	}
	ttm_limits_get(&limits);
	ledger_limits.records = limits.max_records;
	ledger_limits.programs = limits.max_programs;
	ledger_limits.boundaries = limits.max_boundaries;
	ledger_limits.user = a->user;
	ttm_ledger_client_init(&a->books, client->owner, arg->covers, arg->partial, &arg->layout,
			       &ledger_limits);
	kobject_init(&a->kobj, &ttm_client_ktype);
	ttm_object_born();
	get_device(&chip->dev);
	a->chip = chip;
	a->client = ttm_client_get(client);
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
static void ttm_attachment_free(struct work_struct *work)
{
	struct ttm_attachment *a = container_of(work, struct ttm_attachment, free);

	ttm_fund_empty(&a->fund);
	ttm_exited_free(a->exited);
	ttm_ledger_client_free(&a->books);
	ttm_user_uncharge(a->user, TTM_QUOTA_CLIENTS, 1);
	ttm_user_put(a->user);
	ttm_chip_put(a->chip);
	ttm_client_put(a->client);
	mutex_destroy(&a->ring_setup);
	mutex_destroy(&a->lock);
	kfree(a);
	ttm_object_gone();
}

/* Release of the kobject: nobody can see the attachment any more. */
void ttm_attachment_release(struct kobject *kobj)
{
	struct ttm_attachment *a = ttm_attachment_of(kobj);

	INIT_WORK(&a->free, ttm_attachment_free);
	queue_work(ttm_free_wq, &a->free);
}

/* Join the books; -EEXIST: another geometry is present. Always tells which one. */
static int ttm_attachment_join(struct ttm_attachment *a, struct tt_memstat_attach *arg,
			       const struct tt_memstat_geometry *told)
{
	struct ttm_chip *chip = a->chip;
	bool adopts;
	int err;

	mutex_lock(&chip->lock);
	err = ttm_attach_admit(chip, a->client, told, &arg->layout);
	adopts = !err && told && !chip->geometry.arch;
	if (adopts)
		ttm_chip_adopt_geometry(chip, told, arg->proof >= 0 ? TTM_SOURCE_RUNTIME :
								      TTM_SOURCE_ADMIN);
	if (!err) {
		chip->told_by = adopts ? a : NULL;
		ttm_ledger_attach(&chip->ledger, &a->books);
		ttm_client_count_attach(a->client);
		kobject_get(&a->kobj);
		list_add_tail(&a->of_chip, &chip->attachments);
		a->counted = true;
		chip->slots++;
		ttm_exited_attached(a);
		ttm_attachment_name(a);
		trace_client_open(a);
		ttm_notify_arm(chip);
	}
	if (!err || err == -EEXIST)
		arg->geometry = chip->geometry;
	mutex_unlock(&chip->lock);
	return err;
}

/* An attach fails late: the geometry goes with it, unless others rely on that by now. */
static void ttm_attachment_untell(struct ttm_attachment *a)
{
	struct ttm_chip *chip = a->chip;
	struct ttm_fund fund = {};

	mutex_lock(&chip->lock);
	if (chip->told_by == a)
		ttm_chip_forget_geometry(chip, &fund);
	mutex_unlock(&chip->lock);
	ttm_fund_empty(&fund);
}

static int ttm_attach_chip(struct ttm_client *client, struct ttm_chip *chip,
			   struct tt_memstat_attach *arg, const struct tt_memstat_geometry *told)
{
	struct ttm_attachment *a;
	int err;

	a = ttm_attachment_alloc(chip, client, arg);
	if (IS_ERR(a))
		return PTR_ERR(a);
	/* The handle is taken now and answers only when all is done. */
	err = xa_alloc_cyclic(&client->attachments, &a->handle, NULL, TTM_HANDLES,
			      &client->next_handle, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto put;
	err = ttm_attachment_join(a, arg, told);
	if (err)
		goto free_handle;
	err = kobject_add(&a->kobj, chip->clients, "%llu", client->id);
	a->in_sysfs = !err;
	complete_all(&a->listed);
	if (err) {
		ttm_attachment_untell(a);
		ttm_attachment_close(a, -ENOENT);
		goto free_handle;
	}
	arg->attachment = a->handle;
	arg->chip_out = chip->number;
	xa_store(&client->attachments, a->handle, a, GFP_KERNEL);
	return 0;

free_handle:
	xa_erase(&client->attachments, a->handle);
put:
	ttm_attachment_put(a);
	return err;
}

/* The chip that is meant, for somebody who may: held in place if it is remote; or an error. */
static struct ttm_chip *ttm_attach_open(struct ttm_client *client,
					const struct tt_memstat_attach *arg)
{
	struct ttm_chip *chip = ttm_chip_get(arg->chip), *remote;
	int err;

	if (!chip)
		return ERR_PTR(-ENODEV);
	err = ttm_attach_permission(chip, client, arg->proof);
	if (err) {
		ttm_chip_put(chip);
		return ERR_PTR(err);
	}
	if (arg->flags & TT_MEMSTAT_ATTACH_REMOTE) {
		remote = ttm_remote_join(chip, arg->asic_location);
		ttm_chip_put(chip);
		return remote;
	}
	if (chip->kind == TTM_CHIP_REMOTE)
		ttm_remote_hold(chip);
	return chip;
}

int ttm_ioctl_attach(struct ttm_client *client, void *data)
{
	struct tt_memstat_geometry told;
	struct tt_memstat_attach *arg = data;
	struct ttm_chip *chip;
	bool tells = arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY;
	int err;

	err = ttm_attach_check(arg);
	if (!err && tells)
		err = ttm_attach_told(&arg->geometry, &told);
	if (err)
		return err;
	chip = ttm_attach_open(client, arg);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	ttm_attachments_sweep(chip);
	err = ttm_attach_chip(client, chip, arg, tells ? &told : NULL);
	if (chip->kind == TTM_CHIP_REMOTE)
		ttm_remote_joined(chip);
	ttm_chip_put(chip);
	return err;
}

int ttm_ioctl_detach(struct ttm_client *client, void *data)
{
	struct tt_memstat_detach *arg = data;
	struct ttm_attachment *a;

	if (arg->reserved)
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	ttm_ring_finish(a);
	ttm_attachment_put(a);
	return ttm_attachment_remove(client, arg->attachment, -ENOENT);
}

int ttm_ioctl_partial(struct ttm_client *client, void *data)
{
	const struct tt_memstat_partial *arg = data;
	struct ttm_attachment *a;
	int err;

	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	mutex_lock(&a->chip->lock);
	err = ttm_attachment_error(a) ?: ttm_ledger_partial(&a->books, arg->partial);
	if (!err)
		ttm_notify_arm(a->chip);
	mutex_unlock(&a->chip->lock);
	ttm_attachment_put(a);
	return err;
}

/* An attach whose answer could not be delivered is taken back. */
void ttm_ioctl_attach_undo(struct ttm_client *client, void *data)
{
	struct tt_memstat_attach *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);

	if (!a)
		return;
	ttm_attachment_untell(a);
	ttm_attachment_put(a);
	ttm_attachment_remove(client, arg->attachment, -ENOENT);
}
