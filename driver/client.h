/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client: one open file of the device, and the thread group that owns it.
 */
#ifndef TTMEM_CLIENT_H
#define TTMEM_CLIENT_H

#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct pid;
struct ttmem_attachment;
struct ttmem_user;

/**
 * struct ttmem_client - an open file
 * @ref: of the file, and of each attachment, which may outlive the file
 * @owner: the thread group that opened it
 * @uid: effective user at open
 * @user: who pays, for what the client pins; holds a reference
 * @id: never reused
 * @start_time: of the owner, nanoseconds since boot
 * @dead: the owner is known to be gone; set once
 * @exit: on the owner's pid: woken when the owner has exited
 * @end: ends the client where its owner's exit and close cannot
 * @attached: attachments that still count; the host counts clients that have any
 * @attachments: by handle, a reference each; its lock makes lookup and reference one step
 * @recent: the last of them that was looked up, NULL = none; their lock
 * @next_handle: where the search for a free handle starts
 *
 * What is not said to change does not.
 */
struct ttmem_client {
	struct kref ref;
	struct pid *owner;
	kuid_t uid;
	struct ttmem_user *user;
	u64 id;
	u64 start_time;
	bool dead;
	wait_queue_entry_t exit;
	struct work_struct end;
	atomic_t attached;
	struct xarray attachments;
	struct ttmem_attachment *recent;
	u32 next_handle;
};

struct ttmem_client *ttmem_client_get(struct ttmem_client *client);
void ttmem_client_put(struct ttmem_client *client);
bool ttmem_client_owner_is_dead(struct ttmem_client *client);
void ttmem_client_comm(const struct ttmem_client *client, char comm[TASK_COMM_LEN]);
int ttmem_client_check_caller(struct ttmem_client *client);

/* How many clients have an attachment, on the host. */
unsigned int ttmem_clients_attached(void);
void ttmem_client_count_attach(struct ttmem_client *client);
void ttmem_client_count_detach(struct ttmem_client *client);

int ttmem_client_open(struct inode *inode, struct file *file);
int ttmem_client_flush(struct file *file, fl_owner_t id);
int ttmem_client_release(struct inode *inode, struct file *file);

#endif /* TTMEM_CLIENT_H */
