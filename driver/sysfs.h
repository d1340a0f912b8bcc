/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of the host, of chips and of clients, as their rooms hand them to the driver core. */
#ifndef TTM_SYSFS_H
#define TTM_SYSFS_H

#include <linux/kobject.h>
#include <linux/sysfs.h>

extern const struct attribute_group *ttm_host_groups[];
extern const struct attribute_group *ttm_chip_groups[];
extern struct kobj_type ttm_client_ktype;

void ttm_sysfs_chip_init(void);
void ttm_sysfs_client_init(void);
void ttm_sysfs_text(char *out, const char *in, size_t size);

#endif /* TTM_SYSFS_H */
