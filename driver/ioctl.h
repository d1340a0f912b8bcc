/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of the uAPI, each in the room it belongs to. @data is the call's structure, of full
 * size, with flags checked; what a call writes there reaches the user as the table says.
 */
#ifndef TTM_IOCTL_H
#define TTM_IOCTL_H

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct ttm_client;

/*
 * A few words of the caller's: what copy_from_user() does to be good at any length takes longer
 * than copying them. 0 or -EFAULT.
 */
static inline int ttm_words_from_user(u64 *to, const u64 __user *from, unsigned int words)
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

long ttm_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
u64 ttm_ioctl_calls(void);

int ttm_ioctl_get_info(struct ttm_client *client, void *data);
int ttm_ioctl_chip_create(struct ttm_client *client, void *data);
void ttm_ioctl_chip_create_undo(struct ttm_client *client, void *data);
int ttm_ioctl_chip_destroy(struct ttm_client *client, void *data);
int ttm_ioctl_geometry_set(struct ttm_client *client, void *data);
int ttm_ioctl_geometry_unset(struct ttm_client *client, void *data);
int ttm_ioctl_chip_find(struct ttm_client *client, void *data);
int ttm_ioctl_attach(struct ttm_client *client, void *data);
void ttm_ioctl_attach_undo(struct ttm_client *client, void *data);
int ttm_ioctl_detach(struct ttm_client *client, void *data);
int ttm_ioctl_bank_set(struct ttm_client *client, void *data);
int ttm_ioctl_submit(struct ttm_client *client, void *data);
int ttm_ioctl_drop(struct ttm_client *client, void *data);
int ttm_ioctl_ring_setup(struct ttm_client *client, void *data);
void ttm_ioctl_ring_setup_undo(struct ttm_client *client, void *data);
int ttm_ioctl_ring_doorbell(struct ttm_client *client, void *data);
int ttm_ioctl_ring_status(struct ttm_client *client, void *data);
int ttm_ioctl_query_chip(struct ttm_client *client, void *data);
int ttm_ioctl_query_client(struct ttm_client *client, void *data);
int ttm_ioctl_list_records(struct ttm_client *client, void *data);
int ttm_ioctl_list_programs(struct ttm_client *client, void *data);
int ttm_ioctl_partial(struct ttm_client *client, void *data);

#endif /* TTM_IOCTL_H */
