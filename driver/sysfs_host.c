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
	struct ttmem_chip *chip = NULL;
	struct ttmem_chip_info info;

	while ((chip = ttmem_chip_next(chip))) {
		if (chip->kind == TTMEM_CHIP_VIRTUAL) {
			counts.virtual++;
			continue;
		}
		counts.chips++;
		ttmem_chip_read_info(chip, &info);
		counts.unknown += ttmem_geometry_sides(&info.geometry) != both;
	}
	return counts;
}

/* @capacity: of the space; where it is unknown, the chip is not in the sum. */
static ssize_t ttmem_host_show_sum(unsigned int figure, unsigned int capacity, char *buf)
{
	struct tt_memstat_figures figures;
	struct ttmem_chip *chip = NULL;
	bool known = true;
	u64 sum = 0;

	while ((chip = ttmem_chip_next(chip))) {
		if (chip->kind == TTMEM_CHIP_VIRTUAL)
			continue;
		ttmem_chip_figures(chip, &figures);
		if (ttmem_figure_known(&figures, capacity)) {
			known &= ttmem_figure_known(&figures, figure);
			sum += figures.value[figure];
		}
	}
	return known ? sysfs_emit(buf, "%llu\n", sum) : -ENODATA;
}

#define TTMEM_HOST_FILE(name, show)							\
static ssize_t name##_show(TTMEM_CLASS_CONST struct class *class,			\
			   TTMEM_CLASS_CONST struct class_attribute *attr, char *buf)	\
{											\
	return show;									\
}											\
static CLASS_ATTR_RO(name)

#define TTMEM_HOST_SUM(space, what)							\
	ttmem_host_show_sum(TT_MEMSTAT_FIG_##space##_##what,				\
			    TT_MEMSTAT_FIG_##space##_CAPACITY, buf)

TTMEM_HOST_FILE(version, sysfs_emit(buf, "%s\n", TTMEM_VERSION));
TTMEM_HOST_FILE(chips, sysfs_emit(buf, "%u\n", ttmem_host_count().chips));
TTMEM_HOST_FILE(chips_unknown, sysfs_emit(buf, "%u\n", ttmem_host_count().unknown));
TTMEM_HOST_FILE(chips_virtual, sysfs_emit(buf, "%u\n", ttmem_host_count().virtual));
TTMEM_HOST_FILE(clients, sysfs_emit(buf, "%u\n", ttmem_clients_attached()));
TTMEM_HOST_FILE(l1_capacity, TTMEM_HOST_SUM(L1, CAPACITY));
TTMEM_HOST_FILE(l1_used, TTMEM_HOST_SUM(L1, USED));
TTMEM_HOST_FILE(dram_capacity, TTMEM_HOST_SUM(DRAM, CAPACITY));
TTMEM_HOST_FILE(dram_used, TTMEM_HOST_SUM(DRAM, USED));

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

static const struct attribute_group ttmem_host_group = { .attrs = ttmem_host_attrs };

const struct attribute_group *ttmem_host_groups[] = { &ttmem_host_group, NULL };
