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

struct ttm_host_counts {
	unsigned int chips;
	unsigned int unknown;
	unsigned int virtual;
};

static void ttm_host_count(struct ttm_host_counts *counts)
{
	struct ttm_chip *chip;
	unsigned long index = 0;

	*counts = (struct ttm_host_counts) {};
	for (; (chip = ttm_chip_next(&index)); index++) {
		if (chip->kind == TTM_CHIP_VIRTUAL) {
			counts->virtual++;
		} else {
			counts->chips++;
			mutex_lock(&chip->lock);
			counts->unknown += !chip->geometry.arch;
			mutex_unlock(&chip->lock);
		}
		ttm_chip_put(chip);
	}
}

static ssize_t ttm_host_show_sum(unsigned int figure, char *buf)
{
	struct tt_memstat_figures *figures;
	struct ttm_chip *chip;
	unsigned long index = 0;
	bool known = true;
	u64 sum = 0;

	figures = kmalloc(sizeof(*figures), GFP_KERNEL);
	if (!figures)
		return -ENOMEM;
	for (; (chip = ttm_chip_next(&index)); index++) {
		if (chip->kind != TTM_CHIP_VIRTUAL) {
			ttm_attachments_sweep(chip);
			ttm_chip_figures(chip, figures);
			if (ttm_figure_known(figures, figure))
				sum += figures->value[figure];
			else if (ttm_figure_known(figures, TT_MEMSTAT_FIG_L1_CAPACITY))
				known = false;
		}
		ttm_chip_put(chip);
	}
	kfree(figures);
	return known ? sysfs_emit(buf, "%llu\n", sum) : -ENODATA;
}

static ssize_t version_show(TTM_CLASS_CONST struct class *class,
			    TTM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", TTM_VERSION);
}
static CLASS_ATTR_RO(version);

static ssize_t chips_show(TTM_CLASS_CONST struct class *class,
			  TTM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttm_host_counts counts;

	ttm_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.chips);
}
static CLASS_ATTR_RO(chips);

static ssize_t chips_unknown_show(TTM_CLASS_CONST struct class *class,
				  TTM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttm_host_counts counts;

	ttm_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.unknown);
}
static CLASS_ATTR_RO(chips_unknown);

static ssize_t chips_virtual_show(TTM_CLASS_CONST struct class *class,
				  TTM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttm_host_counts counts;

	ttm_host_count(&counts);
	return sysfs_emit(buf, "%u\n", counts.virtual);
}
static CLASS_ATTR_RO(chips_virtual);

static ssize_t clients_show(TTM_CLASS_CONST struct class *class,
			    TTM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	struct ttm_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttm_chip_next(&index)); index++) {
		ttm_attachments_sweep(chip);
		ttm_chip_put(chip);
	}
	return sysfs_emit(buf, "%u\n", ttm_clients_attached());
}
static CLASS_ATTR_RO(clients);

#define TTM_HOST_SUM(name, figure)							\
static ssize_t name##_show(TTM_CLASS_CONST struct class *class,				\
			   TTM_CLASS_CONST struct class_attribute *attr, char *buf)	\
{											\
	return ttm_host_show_sum(figure, buf);						\
}											\
static CLASS_ATTR_RO(name)

TTM_HOST_SUM(l1_capacity, TT_MEMSTAT_FIG_L1_CAPACITY);
TTM_HOST_SUM(l1_used, TT_MEMSTAT_FIG_L1_USED);
TTM_HOST_SUM(dram_capacity, TT_MEMSTAT_FIG_DRAM_CAPACITY);
TTM_HOST_SUM(dram_used, TT_MEMSTAT_FIG_DRAM_USED);

static struct attribute *ttm_host_attrs[] = {
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

static const struct attribute_group ttm_host_group = {
	.attrs = ttm_host_attrs,
};

const struct attribute_group *ttm_host_groups[] = {
	&ttm_host_group,
	NULL
};
