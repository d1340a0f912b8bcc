// SPDX-License-Identifier: GPL-2.0-only
/* ATTACH, PARTIAL and DETACH: who may report on a chip, and with which geometry. */
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
 * Check an attach's geometry and layout against the geometry that binds the chip's clients;
 * -EEXIST: they contradict. Other clients' own geometries do not matter: each is checked against
 * its own.
 */
static int ttmem_attach_check_geometry(const struct tt_memstat_geometry *binding,
				       const struct tt_memstat_geometry *given,
				       const struct tt_memstat_layout *layout)
{
	struct tt_memstat_geometry own = given ? *given : *binding;

	if (!ttmem_geometry_fits(&own, binding))
		return -EEXIST;
	ttmem_geometry_complete(&own, binding);
	return ttmem_geometry_check_layout(&own, layout);
}

/* Under the chip lock. @given: derived, or NULL. -ESTALE: the last attachment is still ending. */
static int ttmem_attach_check_chip(struct ttmem_chip *chip, const struct ttmem_attachment *a,
				   const struct tt_memstat_geometry *given,
				   const struct tt_memstat_layout *layout)
{
	const struct ttmem_attachment *other;
	unsigned int of_user = 0;
	int err;

	if (chip->dead)
		return -ENODEV;
	list_for_each_entry(other, &chip->attachments, of_chip) {
		if (other->client == a->client)
			return other->gone == -ESTALE ? -ESTALE : -EALREADY;
		of_user += other->client->user == a->client->user;
	}
	err = ttmem_attach_check_geometry(&chip->ledger.binding, given, layout);
	if (err == -EEXIST) {
		chip->conflicts++;
		ttmem_publish_info(chip);
	}
	if (err)
		return err;
	return ttmem_limits_room(ttmem_limit(TTMEM_LIMIT_CLIENTS), chip->client_slots, of_user) ?
		0 : -ENOSPC;
}

/* Join the books. Returns the geometry that applies in @arg; with -EEXIST, the one that binds. */
static int ttmem_attachment_join(struct ttmem_attachment *a, struct tt_memstat_attach *arg,
				 const struct tt_memstat_geometry *given)
{
	struct ttmem_chip *chip = a->chip;
	int err;

	spin_lock(&chip->lock);
	err = ttmem_attach_check_chip(chip, a, given, &arg->layout);
	if (!err) {
		ttmem_ledger_attach(&chip->ledger, &a->books, given);
		ttmem_client_count_attach(a->client);
		kobject_get(&a->kobj);
		spin_lock(&chip->list_lock);
		list_add_tail(&a->of_chip, &chip->attachments);
		spin_unlock(&chip->list_lock);
		ttmem_attachment_count(a, true);
		ttmem_attachment_update_comm(a);
		trace_client_attach(a);
		ttmem_publish(chip, a);
		ttmem_publish_info(chip);
		arg->geometry = a->books.geometry;
	} else if (err == -EEXIST) {
		arg->geometry = chip->ledger.binding;
	}
	spin_unlock(&chip->lock);
	return err;
}

static int ttmem_attach_chip(struct ttmem_client *client, struct ttmem_chip *chip,
			     struct tt_memstat_attach *arg, const struct tt_memstat_geometry *given)
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
	err = ttmem_attachment_join(a, arg, given);
	if (err)
		goto free_handle;
	err = kobject_add(&a->kobj, chip->clients, "%llu", client->id);
	a->in_sysfs = !err;
	complete_all(&a->listed);
	if (err) {
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

/* A chip that does not exist yet is bound by nothing but its gateway's architecture. */
static int ttmem_attach_check_remote(const struct ttmem_chip *gateway,
				     const struct tt_memstat_geometry *given,
				     const struct tt_memstat_layout *layout)
{
	struct tt_memstat_geometry binding;

	ttmem_geometry_whole(gateway->ledger.arch, &binding);
	ttmem_geometry_forget(&binding, U32_MAX);
	return ttmem_attach_check_geometry(&binding, given, layout);
}

/* Find the chip and check permission; a remote chip is held until ttmem_remote_release(). */
static struct ttmem_chip *ttmem_attach_open(struct ttmem_client *client,
					    const struct tt_memstat_attach *arg,
					    const struct tt_memstat_geometry *given)
{
	struct ttmem_chip *chip = ttmem_chip_get(arg->chip), *remote;
	int err;

	if (!chip)
		return ERR_PTR(-ENODEV);
	err = ttmem_attach_permission(chip, client, arg->proof);
	if (!err && arg->flags & TT_MEMSTAT_ATTACH_REMOTE) {
		remote = ttmem_remote_join(chip, arg->asic_location, client->user,
					   ttmem_attach_check_remote(chip, given, &arg->layout));
		ttmem_chip_put(chip);
		return remote;
	}
	if (!err && chip->kind == TTMEM_CHIP_REMOTE)
		err = ttmem_remote_hold(chip);
	if (err) {
		ttmem_chip_put(chip);
		return ERR_PTR(err);
	}
	return chip;
}

int ttmem_ioctl_attach(struct ttmem_client *client, void *data)
{
	struct tt_memstat_geometry given;
	struct tt_memstat_attach *arg = data;
	struct ttmem_chip *chip;
	bool tells = arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY;
	int err;

	err = ttmem_attach_check(arg);
	if (!err && tells)
		err = ttmem_geometry_derive(&arg->geometry, &given);
	if (err)
		return err;
	chip = ttmem_attach_open(client, arg, tells ? &given : NULL);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	/* An attachment that the client has not given back yet may still be in its place. */
	do {
		ttmem_attachments_remove(chip, -ESTALE, client);
		err = ttmem_attach_chip(client, chip, arg, tells ? &given : NULL);
	} while (err == -ESTALE);
	if (chip->kind == TTMEM_CHIP_REMOTE)
		ttmem_remote_release(chip);
	ttmem_chip_put(chip);
	return err;
}

int ttmem_ioctl_detach(struct ttmem_client *client, void *data)
{
	struct tt_memstat_detach *arg = data;
	struct ttmem_attachment *a;
	int err = 0;

	if (arg->reserved)
		return -EINVAL;
	a = ttmem_attachment_get(client, arg->attachment);
	if (a == ERR_PTR(-ENOENT))
		return -ENOENT;
	if (!IS_ERR(a)) {
		err = ttmem_attachment_drain(a);
		ttmem_attachment_put(a);
	}
	return err ?: ttmem_attachment_remove(client, arg->attachment, -ENOENT);
}

int ttmem_ioctl_partial(struct ttmem_client *client, void *data)
{
	const struct tt_memstat_partial *arg = data;
	struct ttmem_attachment *a;
	int err;

	a = ttmem_attachment_get(client, arg->attachment);
	if (IS_ERR(a))
		return PTR_ERR(a);
	spin_lock(&a->chip->lock);
	err = ttmem_attachment_error(a) ?: ttmem_ledger_partial(&a->books, arg->partial);
	if (!err)
		ttmem_publish(a->chip, a);
	spin_unlock(&a->chip->lock);
	ttmem_attachment_put(a);
	return err;
}

/* An attach whose answer could not be delivered is taken back. */
void ttmem_ioctl_attach_undo(struct ttmem_client *client, void *data)
{
	struct tt_memstat_attach *arg = data;

	ttmem_attachment_remove(client, arg->attachment, -ENOENT);
}
