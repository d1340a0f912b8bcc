// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client: one open file of the device, and the thread group that owns it.
 *
 * Knows who opened the file, who may call, and when the owner is gone. Does not know what the
 * client reports.
 *
 * The owner is gone when no thread of its group lives. ->flush sees that of an owner that exits
 * with the file open. An owner that closed its descriptor, while a child or a mapping keeps the
 * file, goes unseen; every reader of a chip therefore looks for it.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "ring.h"
#include "sysfs.h"

static atomic64_t ttm_client_ids = ATOMIC64_INIT(0);
static atomic_t ttm_clients = ATOMIC_INIT(0);

struct ttm_client *ttm_client_get(struct ttm_client *client)
{
	kref_get(&client->ref);
	return client;
}

static void ttm_client_free(struct kref *ref)
{
	struct ttm_client *client = container_of(ref, struct ttm_client, ref);

	put_pid(client->owner);
	xa_destroy(&client->attachments);
	kfree(client);
}

void ttm_client_put(struct ttm_client *client)
{
	kref_put(&client->ref, ttm_client_free);
}

/* Cheap: no lock, no reference taken. Once true, always true. */
bool ttm_client_owner_is_dead(struct ttm_client *client)
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

/* The owner's name, as one line; empty when he is beyond reach. */
void ttm_client_comm(const struct ttm_client *client, char comm[TASK_COMM_LEN])
{
	char raw[TASK_COMM_LEN] = "";
	struct task_struct *leader;

	rcu_read_lock();
	leader = pid_task(client->owner, PIDTYPE_TGID);
	if (leader)
		get_task_comm(raw, leader);
	rcu_read_unlock();
	ttm_sysfs_text(comm, raw, TASK_COMM_LEN);
}

/**
 * ttm_client_check_caller - whether the current task may use the file
 * @client: of the file
 *
 * Return: 0; -EPERM: another thread group; -EOWNERDEAD: nobody may any more. That one also takes
 * away what the owner left.
 */
int ttm_client_check_caller(struct ttm_client *client)
{
	if (!READ_ONCE(client->dead) && task_tgid(current) == client->owner)
		return 0;
	if (!ttm_client_owner_is_dead(client))
		return -EPERM;
	ttm_client_die(client);
	return -EOWNERDEAD;
}

/*
 * Everything that the client has goes, and is gone on return. @why: what calls that are under way
 * are told. May run more than once, and at the same time.
 */
static void ttm_client_detach_all(struct ttm_client *client, int why)
{
	struct ttm_attachment *a;
	unsigned long handle;

	xa_for_each(&client->attachments, handle, a)
		ttm_attachment_remove(client, (u32)handle, why);
}

void ttm_client_die(struct ttm_client *client)
{
	WRITE_ONCE(client->dead, true);
	ttm_client_detach_all(client, -EOWNERDEAD);
}

unsigned int ttm_clients_attached(void)
{
	return atomic_read(&ttm_clients);
}

void ttm_client_count_attach(struct ttm_client *client)
{
	if (atomic_inc_return(&client->attached) == 1)
		atomic_inc(&ttm_clients);
}

void ttm_client_count_detach(struct ttm_client *client)
{
	if (atomic_dec_and_test(&client->attached))
		atomic_dec(&ttm_clients);
}

/* misc_open() holds a lock of all miscdevices: nothing here may take long. */
int ttm_client_open(struct inode *inode, struct file *file)
{
	struct ttm_client *client;

	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client)
		return -ENOMEM;
	kref_init(&client->ref);
	client->owner = get_pid(task_tgid(current));
	client->uid = current_euid();
	client->id = atomic64_inc_return(&ttm_client_ids);
	client->start_time = current->group_leader->start_boottime;
	xa_init_flags(&client->attachments, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	file->private_data = client;
	return nonseekable_open(inode, file);
}

/* Runs for every descriptor that is closed; the owner's exit closes its own. */
int ttm_client_flush(struct file *file, fl_owner_t id)
{
	struct ttm_client *client = file->private_data;

	if (task_tgid(current) == client->owner && (current->flags & PF_EXITING) &&
	    !atomic_read(&current->signal->live))
		ttm_client_die(client);
	return 0;
}

int ttm_client_release(struct inode *inode, struct file *file)
{
	struct ttm_client *client = file->private_data;
	struct ttm_attachment *a;
	unsigned long handle;

	/* Nobody else has the file any more, so that the attachments stay. */
	if (!ttm_client_owner_is_dead(client))
		xa_for_each(&client->attachments, handle, a)
			ttm_ring_finish(a);
	ttm_client_detach_all(client, -ENOENT);
	ttm_chips_destroy_of(client);
	ttm_client_put(client);
	return 0;
}
