// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of the class: the host in a few numbers. Sums run over the physical chips for which
 * the side in question is known.
 */
#include "compat.h"
#include "private.h"

struct ttmem_host_counts {
	unsigned int chips;
	unsigned int unknown;
	unsigned int virtual;
};

static struct ttmem_host_counts ttmem_host_count(void)
{
	const u32 both = BIT(TT_MEMSTAT_SPACE_L1) | BIT(TT_MEMSTAT_SPACE_DRAM);
	struct ttmem_host_counts counts = {};
	struct ttmem_chip_info info;
	struct ttmem_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttmem_chip_next(&index)); index++) {
		if (chip->kind == TTMEM_CHIP_VIRTUAL) {
			counts.virtual++;
		} else {
			counts.chips++;
			ttmem_chip_read_info(chip, &info);
			counts.unknown += ttmem_geometry_sides(&info.geometry) != both;
		}
		ttmem_chip_put(chip);
	}
	return counts;
}

/* @capacity: of the space; where it is unknown, the chip is not in the sum. */
static ssize_t ttmem_host_show_sum(unsigned int figure, unsigned int capacity, char *buf)
{
	struct tt_memstat_figures figures;
	struct ttmem_chip *chip;
	unsigned long index = 0;
	bool known = true;
	u64 sum = 0;

	for (; (chip = ttmem_chip_next(&index)); index++) {
		if (chip->kind != TTMEM_CHIP_VIRTUAL) {
			ttmem_chip_figures(chip, &figures);
			if (ttmem_figure_known(&figures, capacity)) {
				known &= ttmem_figure_known(&figures, figure);
				sum += figures.value[figure];
			}
		}
		ttmem_chip_put(chip);
	}
	return known ? sysfs_emit(buf, "%llu\n", sum) : -ENODATA;
}

static ssize_t version_show(TTMEM_CLASS_CONST struct class *class,
			    TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", TTMEM_VERSION);
}
static CLASS_ATTR_RO(version);

#define TTMEM_HOST_COUNT(name, member)							\
static ssize_t name##_show(TTMEM_CLASS_CONST struct class *class,			\
			   TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)	\
{											\
	return sysfs_emit(buf, "%u\n", ttmem_host_count().member);			\
}											\
static CLASS_ATTR_RO(name)

TTMEM_HOST_COUNT(chips, chips);
TTMEM_HOST_COUNT(chips_unknown, unknown);
TTMEM_HOST_COUNT(chips_virtual, virtual);

static ssize_t clients_show(TTMEM_CLASS_CONST struct class *class,
			    TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ttmem_clients_attached());
}
static CLASS_ATTR_RO(clients);

#define TTMEM_HOST_SUM(name, space, what)						\
static ssize_t name##_show(TTMEM_CLASS_CONST struct class *class,			\
			   TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)	\
{											\
	return ttmem_host_show_sum(TT_MEMSTAT_FIG_##space##_##what,			\
				   TT_MEMSTAT_FIG_##space##_CAPACITY, buf);		\
}											\
static CLASS_ATTR_RO(name)

TTMEM_HOST_SUM(l1_capacity, L1, CAPACITY);
TTMEM_HOST_SUM(l1_used, L1, USED);
TTMEM_HOST_SUM(dram_capacity, DRAM, CAPACITY);
TTMEM_HOST_SUM(dram_used, DRAM, USED);

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
