/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of the host, of chips and of clients, as their rooms hand them to the driver core. */
#ifndef TTMEM_SYSFS_H
#define TTMEM_SYSFS_H

#include <linux/kobject.h>
#include <linux/sysfs.h>

extern const struct attribute_group *ttmem_host_groups[];
extern const struct attribute_group *ttmem_chip_groups[];
extern struct kobj_type ttmem_client_ktype;

void ttmem_sysfs_chip_init(void);
void ttmem_sysfs_client_init(void);
void ttmem_sysfs_text(char *out, const char *in, size_t size);

#endif /* TTMEM_SYSFS_H */
