// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files of the device: how a client begins and ends.
 *
 * The owner is gone when no thread of its group is alive. When an owner exits with the file open,
 * ->flush ends the client in the owner's own context. When the exit closes nothing, because the
 * owner had closed its descriptor while a child or a mapping keeps the file, a wait queue entry on
 * the owner's pid makes a worker do it; so it is when another process closes the file last.
 */
#include <linux/sched/signal.h>
#include "private.h"

static atomic64_t ttmem_client_ids = ATOMIC64_INIT(0);

/* End all attachments. @why: the error of concurrent calls. May run concurrently with itself. */
static void ttmem_client_detach_all(struct ttmem_client *client, int why)
{
	struct ttmem_attachment *a;
	unsigned long handle;

	xa_for_each(&client->attachments, handle, a)
		ttmem_attachment_remove(client, (u32)handle, why);
}

static void ttmem_client_end(struct ttmem_client *client, int why)
{
	ttmem_client_detach_all(client, why);
	if (READ_ONCE(client->made_chips))
		ttmem_chips_destroy_of(client);
}

/* Holds a reference. Ends the client when its owner cannot. */
static void ttmem_client_end_work(struct work_struct *work)
{
	struct ttmem_client *client = container_of(work, struct ttmem_client, end);
	int why = ttmem_client_owner_is_dead(client) ? -EOWNERDEAD : -ENOENT;

	ttmem_client_end(client, why);
	ttmem_client_put(client);
}

static void ttmem_client_queue_end(struct ttmem_client *client)
{
	kref_get(&client->ref);
	if (!queue_work(ttmem_end_wq, &client->end))
		ttmem_client_put(client);
}

/* Runs under the lock of the owner's pid, while the file is open. */
static int ttmem_client_exit(wait_queue_entry_t *exit, unsigned int mode, int flags, void *key)
{
	struct ttmem_client *client = container_of(exit, struct ttmem_client, exit);

	if (ttmem_client_owner_is_dead(client))
		ttmem_client_queue_end(client);
	return 0;
}

/*
 * misc_open() holds a lock of all miscdevices: nothing here may take long. Memory is not accounted,
 * as a control group at its limit would be reclaimed from meanwhile; the file itself, which is
 * larger, is.
 */
int ttmem_client_open(struct inode *inode, struct file *file)
{
	struct ttmem_user *user = ttmem_user_get_current();
	struct ttmem_client *client;

	if (IS_ERR(user))
		return PTR_ERR(user);
	client = kzalloc(sizeof(*client), GFP_KERNEL);
	if (!client) {
		ttmem_user_put(user);
		return -ENOMEM;
	}
	client->user = user;
	kref_init(&client->ref);
	client->owner = get_pid(task_tgid(current));
	client->uid = current_euid();
	client->id = atomic64_inc_return(&ttmem_client_ids);
	client->start_time = current->group_leader->start_boottime;
	INIT_WORK(&client->end, ttmem_client_end_work);
	xa_init_flags(&client->attachments, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	init_waitqueue_func_entry(&client->exit, ttmem_client_exit);
	add_wait_queue(&client->owner->wait_pidfd, &client->exit);
	file->private_data = client;
	return nonseekable_open(inode, file);
}

/* Runs for every descriptor that is closed; the owner's exit closes its own. */
int ttmem_client_flush(struct file *file, fl_owner_t id)
{
	struct ttmem_client *client = file->private_data;

	if (task_tgid(current) == client->owner && (current->flags & PF_EXITING) &&
	    !atomic_read(&current->signal->live)) {
		WRITE_ONCE(client->dead, true);
		ttmem_client_detach_all(client, -EOWNERDEAD);
	}
	return 0;
}

/* An owner ends the client in its own context; for any other task a worker does. */
int ttmem_client_release(struct inode *inode, struct file *file)
{
	struct ttmem_client *client = file->private_data;

	remove_wait_queue(&client->owner->wait_pidfd, &client->exit);
	if (task_tgid(current) == client->owner)
		ttmem_client_end(client, -ENOENT);
	else
		ttmem_client_queue_end(client);
	ttmem_client_put(client);
	return 0;
}
