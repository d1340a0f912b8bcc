/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of the uAPI, each in the room it belongs to. @data is the call's structure, of full
 * size, with flags checked; what a call writes there reaches the user as the table says.
 */
#ifndef TTMEM_IOCTL_H
#define TTMEM_IOCTL_H

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct ttmem_client;

/*
 * A few words of the caller's: what copy_from_user() does to be good at any length takes longer
 * than copying them. 0 or -EFAULT.
 */
static inline int ttmem_words_from_user(u64 *to, const u64 __user *from, unsigned int words)
{
	unsigned int i;

	if (!user_access_begin(from, words * sizeof(*from)))
		return -EFAULT;
	for (i = 0; i < words; i++)
		unsafe_get_user(to[i], from + i, fault);
	user_access_end();
	return 0;
fault:
	user_access_end();
	return -EFAULT;
}

long ttmem_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
u64 ttmem_ioctl_calls(void);

int ttmem_ioctl_get_info(struct ttmem_client *client, void *data);
int ttmem_ioctl_chip_create(struct ttmem_client *client, void *data);
void ttmem_ioctl_chip_create_undo(struct ttmem_client *client, void *data);
int ttmem_ioctl_chip_destroy(struct ttmem_client *client, void *data);
int ttmem_ioctl_geometry_set(struct ttmem_client *client, void *data);
int ttmem_ioctl_geometry_unset(struct ttmem_client *client, void *data);
int ttmem_ioctl_chip_find(struct ttmem_client *client, void *data);
int ttmem_ioctl_attach(struct ttmem_client *client, void *data);
void ttmem_ioctl_attach_undo(struct ttmem_client *client, void *data);
int ttmem_ioctl_detach(struct ttmem_client *client, void *data);
int ttmem_ioctl_bank_set(struct ttmem_client *client, void *data);
int ttmem_ioctl_submit(struct ttmem_client *client, void *data);
int ttmem_ioctl_drop(struct ttmem_client *client, void *data);
int ttmem_ioctl_ring_setup(struct ttmem_client *client, void *data);
void ttmem_ioctl_ring_setup_undo(struct ttmem_client *client, void *data);
int ttmem_ioctl_ring_doorbell(struct ttmem_client *client, void *data);
int ttmem_ioctl_ring_status(struct ttmem_client *client, void *data);
int ttmem_ioctl_query_chip(struct ttmem_client *client, void *data);
int ttmem_ioctl_query_client(struct ttmem_client *client, void *data);
int ttmem_ioctl_list_records(struct ttmem_client *client, void *data);
int ttmem_ioctl_list_programs(struct ttmem_client *client, void *data);
int ttmem_ioctl_partial(struct ttmem_client *client, void *data);

#endif /* TTMEM_IOCTL_H */
