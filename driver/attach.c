// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls by which a client comes to a chip, says what it covers, and goes.
 *
 * Knows who may attach, and what he may say of the chip. Does not know how an attachment is taken
 * apart (attachment.c).
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "admin.h"
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "exited.h"
#include "gateway.h"
#include "geometry.h"
#include "ioctl.h"
#include "limits.h"
#include "notify.h"
#include "kmd_node.h"
#include "ring.h"
#include "trace.h"

/* A ring is mapped at its handle times 2^24, which 32-bit callers must be able to say. */
#define TTMEM_HANDLES XA_LIMIT(1, BIT(20) - 1)

static int ttmem_attach_check(const struct tt_memstat_attach *arg)
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

/* A remote chip is checked by its gateway's node; a virtual one has none. */
static int ttmem_attach_permission(struct ttmem_chip *chip, const struct ttmem_client *client,
				   int proof)
{
	if (proof >= 0) {
		struct device *function = ttmem_chip_function(chip);
		int err = ttmem_kmd_node_check(function, (unsigned int)proof);

		put_device(function);
		return err;
	}
	if (chip->open || ttmem_chip_is_own(chip, client))
		return 0;
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/*
 * What the runtime sees of the chip. It need not know the DRAM; a bank count of 0 then says that it
 * was not told, and is not compared.
 */
static int ttmem_attach_derive_geometry(const struct tt_memstat_geometry *in,
					struct tt_memstat_geometry *told)
{
	struct tt_memstat_geometry whole = *in;
	bool dram = in->dram_banks || in->dram_mask || (in->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK);
	int err;

	if (!dram)
		whole.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	err = ttmem_geometry_derive(&whole, told);
	if (!dram)
		told->dram_banks = 0;
	return err;
}

static bool ttmem_attach_agrees(const struct tt_memstat_geometry *present,
				const struct tt_memstat_geometry *told)
{
	struct tt_memstat_geometry whole = *told;

	if (!whole.dram_banks)
		whole.dram_banks = present->dram_banks;
	return ttmem_geometry_equal(present, &whole);
}

/* Of a chip that nobody has described. @arch: by its PCI id, or 0. */
static int ttmem_attach_check_first(u32 arch, const struct tt_memstat_geometry *told,
				    const struct tt_memstat_layout *layout)
{
	static const struct tt_memstat_geometry none;

	if (!told && layout->valid)
		return -ENODATA;
	if (told && (!told->dram_banks || (arch && arch != told->arch)))
		return -EINVAL;
	return ttmem_geometry_check_layout(told ?: &none, layout);
}

/*
 * Under the chip lock. The first to say becomes the source, so he must say all of it; whoever
 * says otherwise later is told.
 */
static int ttmem_attach_check_geometry(struct ttmem_chip *chip,
				       const struct tt_memstat_geometry *told,
				       const struct tt_memstat_layout *layout)
{
	if (told && chip->geometry.arch && !ttmem_attach_agrees(&chip->geometry, told)) {
		chip->conflicts++;
		return -EEXIST;
	}
	if (chip->geometry.arch)
		return ttmem_geometry_check_layout(&chip->geometry, layout);
	return ttmem_attach_check_first(chip->arch, told, layout);
}

/* Under the chip lock. @told: by ttmem_attach_derive_geometry(), or NULL. */
static int ttmem_attach_check_chip(struct ttmem_chip *chip, const struct ttmem_attachment *a,
				   const struct tt_memstat_geometry *told,
				   const struct tt_memstat_layout *layout)
{
	const struct ttmem_attachment *other;
	struct ttmem_limits limits;
	unsigned int of_user = 0;
	int err;

	if (chip->dead)
		return -ENODEV;
	list_for_each_entry(other, &chip->attachments, of_chip) {
		if (other->client == a->client)
			return -EALREADY;
		of_user += other->user == a->user;
	}
	err = ttmem_attach_check_geometry(chip, told, layout);
	if (err)
		return err;
	ttmem_limits_get(&limits);
	return ttmem_limits_room(limits.max_clients, chip->client_slots, of_user) ? 0 : -ENOSPC;
}

/* Join the books; -EEXIST: another geometry is present. Always tells which one. */
static int ttmem_attachment_join(struct ttmem_attachment *a, struct tt_memstat_attach *arg,
				 const struct tt_memstat_geometry *told)
{
	struct ttmem_chip *chip = a->chip;
	bool adopts;
	int err;

	mutex_lock(&chip->lock);
	err = ttmem_attach_check_chip(chip, a, told, &arg->layout);
	adopts = !err && told && !chip->geometry.arch;
	if (adopts)
		ttmem_chip_adopt_geometry(chip, told, arg->proof >= 0 ? TTMEM_SOURCE_RUNTIME :
								      TTMEM_SOURCE_ADMIN);
	if (!err) {
		chip->geometry_owner = adopts ? a : NULL;
		ttmem_ledger_attach(&chip->ledger, &a->books);
		ttmem_client_count_attach(a->client);
		kobject_get(&a->kobj);
		list_add_tail(&a->of_chip, &chip->attachments);
		a->counted = true;
		chip->client_slots++;
		ttmem_exited_attached(a);
		ttmem_attachment_name(a);
		trace_client_open(a);
		ttmem_notify_arm(chip);
	}
	if (!err || err == -EEXIST)
		arg->geometry = chip->geometry;
	mutex_unlock(&chip->lock);
	return err;
}

/* An attach fails late: the geometry goes with it, unless others rely on that by now. */
static void ttmem_attachment_forget_geometry(struct ttmem_attachment *a)
{
	struct ttmem_chip *chip = a->chip;
	struct ttmem_prealloc prealloc = {};

	mutex_lock(&chip->lock);
	if (chip->geometry_owner == a)
		ttmem_chip_forget_geometry(chip, &prealloc);
	mutex_unlock(&chip->lock);
	ttmem_prealloc_free(&prealloc);
}

static int ttmem_attach_chip(struct ttmem_client *client, struct ttmem_chip *chip,
			     struct tt_memstat_attach *arg, const struct tt_memstat_geometry *told)
{
	struct ttmem_attachment *a;
	int err;

	a = ttmem_attachment_alloc(chip, client, arg);
	if (IS_ERR(a))
		return PTR_ERR(a);
	/* The handle is taken now and answers only when all is done. */
	err = xa_alloc_cyclic(&client->attachments, &a->handle, NULL, TTMEM_HANDLES,
			      &client->next_handle, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto put;
	err = ttmem_attachment_join(a, arg, told);
	if (err)
		goto free_handle;
	err = kobject_add(&a->kobj, chip->clients, "%llu", client->id);
	a->in_sysfs = !err;
	complete_all(&a->listed);
	if (err) {
		ttmem_attachment_forget_geometry(a);
		ttmem_attachment_close(a, -ENOENT);
		goto free_handle;
	}
	arg->attachment = a->handle;
	arg->chip_out = chip->number;
	xa_store(&client->attachments, a->handle, a, GFP_KERNEL);
	return 0;

free_handle:
	xa_erase(&client->attachments, a->handle);
put:
	ttmem_attachment_put(a);
	return err;
}

/* The chip that is meant, for somebody who may: held in place if it is remote; or an error. */
static struct ttmem_chip *ttmem_attach_open(struct ttmem_client *client,
					    const struct tt_memstat_attach *arg,
					    const struct tt_memstat_geometry *told)
{
	struct ttmem_chip *chip = ttmem_chip_get(arg->chip), *remote;
	int err;

	if (!chip)
		return ERR_PTR(-ENODEV);
	err = ttmem_attach_permission(chip, client, arg->proof);
	if (err) {
		ttmem_chip_put(chip);
		return ERR_PTR(err);
	}
	if (arg->flags & TT_MEMSTAT_ATTACH_REMOTE) {
		remote = ttmem_remote_join(chip, arg->asic_location,
					   ttmem_attach_check_first(0, told, &arg->layout));
		ttmem_chip_put(chip);
		return remote;
	}
	if (chip->kind == TTMEM_CHIP_REMOTE)
		ttmem_remote_hold(chip);
	return chip;
}

int ttmem_ioctl_attach(struct ttmem_client *client, void *data)
{
	struct tt_memstat_geometry told;
	struct tt_memstat_attach *arg = data;
	struct ttmem_chip *chip;
	bool tells = arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY;
	int err;

	err = ttmem_attach_check(arg);
	if (!err && tells)
		err = ttmem_attach_derive_geometry(&arg->geometry, &told);
	if (err)
		return err;
	chip = ttmem_attach_open(client, arg, tells ? &told : NULL);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	ttmem_attachments_close_orphans(chip);
	err = ttmem_attach_chip(client, chip, arg, tells ? &told : NULL);
	if (chip->kind == TTMEM_CHIP_REMOTE)
		ttmem_remote_joined(chip);
	ttmem_chip_put(chip);
	return err;
}

int ttmem_ioctl_detach(struct ttmem_client *client, void *data)
{
	struct tt_memstat_detach *arg = data;
	struct ttmem_attachment *a;

	if (arg->reserved)
		return -EINVAL;
	a = ttmem_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	ttmem_ring_finish(a);
	ttmem_attachment_put(a);
	return ttmem_attachment_remove(client, arg->attachment, -ENOENT);
}

int ttmem_ioctl_partial(struct ttmem_client *client, void *data)
{
	const struct tt_memstat_partial *arg = data;
	struct ttmem_attachment *a;
	int err;

	a = ttmem_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	mutex_lock(&a->chip->lock);
	err = ttmem_attachment_error(a) ?: ttmem_ledger_partial(&a->books, arg->partial);
	if (!err)
		ttmem_notify_arm(a->chip);
	mutex_unlock(&a->chip->lock);
	ttmem_attachment_put(a);
	return err;
}

/* An attach whose answer could not be delivered is taken back. */
void ttmem_ioctl_attach_undo(struct ttmem_client *client, void *data)
{
	struct tt_memstat_attach *arg = data;
	struct ttmem_attachment *a = ttmem_attachment_get(client, arg->attachment);

	if (!a)
		return;
	ttmem_attachment_forget_geometry(a);
	ttmem_attachment_put(a);
	ttmem_attachment_remove(client, arg->attachment, -ENOENT);
}
