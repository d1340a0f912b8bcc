// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of the class itself: the host in a few numbers.
 *
 * Sums run over physical chips whose geometry is known; virtual ones are not memory that anybody
 * has.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "compat.h"
#include "figures.h"
#include "sysfs.h"

struct ttmem_host_counts {
	unsigned int chips;
	unsigned int unknown;
	unsigned int virtual;
};

static void ttmem_host_count(struct ttmem_host_counts *counts)
{
	struct ttmem_chip_info info;
	struct ttmem_chip *chip;
	unsigned long index = 0;

	*counts = (struct ttmem_host_counts) {};
	for (; (chip = ttmem_chip_next(&index)); index++) {
		if (chip->kind == TTMEM_CHIP_VIRTUAL) {
			counts->virtual++;
		} else {
			counts->chips++;
			ttmem_chip_read_info(chip, &info);
			counts->unknown += !info.geometry.arch;
		}
		ttmem_chip_put(chip);
	}
}

static ssize_t ttmem_host_show_sum(unsigned int figure, char *buf)
{
	struct tt_memstat_figures *figures;
	struct ttmem_chip *chip;
	unsigned long index = 0;
	bool known = true;
	u64 sum = 0;

	figures = kmalloc(sizeof(*figures), GFP_KERNEL);
	if (!figures)
		return -ENOMEM;
	for (; (chip = ttmem_chip_next(&index)); index++) {
		if (chip->kind != TTMEM_CHIP_VIRTUAL) {
			ttmem_chip_figures(chip, figures);
			if (ttmem_figure_known(figures, figure))
				sum += figures->value[figure];
			else if (ttmem_figure_known(figures, TT_MEMSTAT_FIG_L1_CAPACITY))
				known = false;
		}
		ttmem_chip_put(chip);
	}
	kfree(figures);
	return known ? sysfs_emit(buf, "%llu\n", sum) : -ENODATA;
}

static ssize_t version_show(TTMEM_CLASS_CONST struct class *class,
			    TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", TTMEM_VERSION);
}
static CLASS_ATTR_RO(version);

static ssize_t chips_show(TTMEM_CLASS_CONST struct class *class,
			  TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttmem_host_counts counts;

	ttmem_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.chips);
}
static CLASS_ATTR_RO(chips);

static ssize_t chips_unknown_show(TTMEM_CLASS_CONST struct class *class,
				  TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttmem_host_counts counts;

	ttmem_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.unknown);
}
static CLASS_ATTR_RO(chips_unknown);

static ssize_t chips_virtual_show(TTMEM_CLASS_CONST struct class *class,
				  TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttmem_host_counts counts;

	ttmem_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.virtual);
}
static CLASS_ATTR_RO(chips_virtual);

static ssize_t clients_show(TTMEM_CLASS_CONST struct class *class,
			    TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ttmem_clients_attached());
}
static CLASS_ATTR_RO(clients);

#define TTMEM_HOST_SUM(name, figure)							\
static ssize_t name##_show(TTMEM_CLASS_CONST struct class *class,			\
			   TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)	\
{											\
	return ttmem_host_show_sum(figure, buf);					\
}											\
static CLASS_ATTR_RO(name)

TTMEM_HOST_SUM(l1_capacity, TT_MEMSTAT_FIG_L1_CAPACITY);
TTMEM_HOST_SUM(l1_used, TT_MEMSTAT_FIG_L1_USED);
TTMEM_HOST_SUM(dram_capacity, TT_MEMSTAT_FIG_DRAM_CAPACITY);
TTMEM_HOST_SUM(dram_used, TT_MEMSTAT_FIG_DRAM_USED);

static struct attribute *ttmem_host_attrs[] = {
	&class_attr_version.attr,
	&class_attr_chips.attr,
	&class_attr_chips_unknown.attr,
	&class_attr_chips_virtual.attr,
	&class_attr_clients.attr,
	&class_attr_l1_capacity.attr,
	&class_attr_l1_used.attr,
	&class_attr_dram_capacity.attr,
	&class_attr_dram_used.attr,
	NULL
};

static const struct attribute_group ttmem_host_group = {
	.attrs = ttmem_host_attrs,
};

const struct attribute_group *ttmem_host_groups[] = {
	&ttmem_host_group,
	NULL
};
