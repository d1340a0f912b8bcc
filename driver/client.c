// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client: one open file of the device, and the thread group that owns it. Its attachments are
 * looked up here, too.
 */
#include <linux/sched/signal.h>
#include "private.h"

static atomic_t ttmem_clients = ATOMIC_INIT(0);

static void ttmem_client_free(struct kref *ref)
{
	struct ttmem_client *client = container_of(ref, struct ttmem_client, ref);

	ttmem_user_put(client->user);
	put_pid(client->owner);
	xa_destroy(&client->attachments);
	kfree(client);
}

void ttmem_client_put(struct ttmem_client *client)
{
	kref_put(&client->ref, ttmem_client_free);
}

/* Cheap: no lock, no reference taken. Once true, always true. */
bool ttmem_client_owner_is_dead(struct ttmem_client *client)
{
	struct task_struct *leader;
	bool dead = READ_ONCE(client->dead);

	if (dead)
		return true;
	rcu_read_lock();
	leader = pid_task(client->owner, PIDTYPE_TGID);
	dead = !leader || !atomic_read(&leader->signal->live);
	rcu_read_unlock();
	if (dead)
		WRITE_ONCE(client->dead, true);
	return dead;
}

/* The owner's name, as one line; empty when the owner is gone. */
void ttmem_client_comm(const struct ttmem_client *client, char comm[TASK_COMM_LEN])
{
	char raw[TASK_COMM_LEN] = "";
	struct task_struct *leader;

	rcu_read_lock();
	leader = pid_task(client->owner, PIDTYPE_TGID);
	if (leader)
		get_task_comm(raw, leader);
	rcu_read_unlock();
	ttmem_sysfs_text(comm, raw, TASK_COMM_LEN);
}

/**
 * ttmem_client_check_caller - whether the current task may use the file
 * @client: of the file
 *
 * Return: 0; -EPERM: another thread group; -EOWNERDEAD: the owner is gone.
 */
int ttmem_client_check_caller(struct ttmem_client *client)
{
	if (!READ_ONCE(client->dead) && task_tgid(current) == client->owner)
		return 0;
	return ttmem_client_owner_is_dead(client) ? -EOWNERDEAD : -EPERM;
}

unsigned int ttmem_clients_attached(void)
{
	return atomic_read(&ttmem_clients);
}

void ttmem_client_count_attach(struct ttmem_client *client)
{
	if (atomic_inc_return(&client->attached) == 1)
		atomic_inc(&ttmem_clients);
}

void ttmem_client_count_detach(struct ttmem_client *client)
{
	if (atomic_dec_and_test(&client->attached))
		atomic_dec(&ttmem_clients);
}

/*
 * Look an attachment up and take a reference. -ENOENT: none; -ESTALE: the geometry that it relied
 * on has been replaced, and the client can only detach.
 */
struct ttmem_attachment *ttmem_attachment_get(struct ttmem_client *client, u32 handle)
{
	struct ttmem_attachment *a;

	xa_lock(&client->attachments);
	a = xa_load(&client->attachments, handle);
	if (!a)
		a = ERR_PTR(-ENOENT);
	else if (READ_ONCE(a->gone) == -ESTALE)
		a = ERR_PTR(-ESTALE);
	else
		kobject_get(&a->kobj);
	xa_unlock(&client->attachments);
	return a;
}

/* As ttmem_chip_next(), by handle. */
struct ttmem_attachment *ttmem_attachment_next(struct ttmem_client *client,
					       struct ttmem_attachment *from)
{
	unsigned long handle = from ? from->handle + 1 : 0;
	struct ttmem_attachment *a;

	xa_lock(&client->attachments);
	a = xa_find(&client->attachments, &handle, ULONG_MAX, XA_PRESENT);
	if (a)
		kobject_get(&a->kobj);
	xa_unlock(&client->attachments);
	if (from)
		ttmem_attachment_put(from);
	return a;
}

/* A chip's living attachment by client id, with a reference; NULL: none. */
struct ttmem_attachment *ttmem_attachment_find(struct ttmem_chip *chip, u64 client)
{
	struct ttmem_attachment *a, *found = NULL;

	spin_lock(&chip->list_lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (a->client->id == client && !READ_ONCE(a->gone) &&
		    !ttmem_client_owner_is_dead(a->client)) {
			kobject_get(&a->kobj);
			found = a;
			break;
		}
	spin_unlock(&chip->list_lock);
	return found;
}
