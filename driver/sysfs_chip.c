// SPDX-License-Identifier: GPL-2.0-only
/* The files of a chip: one for each figure of the table, and those that are not numbers. */
#include "compat.h"
#include "private.h"

static void ttmem_chip_read_figures(struct device *dev, struct tt_memstat_figures *figures)
{
	struct ttmem_chip *chip = ttmem_chip_of(dev);

	ttmem_rings_sync(chip);
	ttmem_chip_figures(chip, figures);
}

/* One for each figure that has a file; made from the table of figures. */
static struct device_attribute ttmem_chip_figure[TT_MEMSTAT_FIGURES];

static ssize_t ttmem_chip_figure_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tt_memstat_figures figures;

	ttmem_chip_read_figures(dev, &figures);
	return ttmem_figure_show(&figures, (unsigned int)(attr - ttmem_chip_figure), buf);
}

static ssize_t stat_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tt_memstat_figures figures;

	ttmem_chip_read_figures(dev, &figures);
	return ttmem_figure_show_stat(&figures, TTMEM_FIGURE_CHIP, buf, 0);
}
static DEVICE_ATTR_RO(stat);

static ssize_t l1_per_core_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ttmem_chip *chip = ttmem_chip_of(dev);
	struct ttmem_state state;
	unsigned int i, n;
	u32 *core;
	int len = 0;

	core = kmalloc_array(TTMEM_MAX_CORES, sizeof(*core), GFP_KERNEL);
	if (!core)
		return -ENOMEM;
	ttmem_rings_sync(chip);
	ttmem_chip_read_cores(chip, &state, core);
	if (!ttmem_state_cores_known(&state))
		len = -ENODATA;
	for (i = 0; len >= 0 && i < state.cores; i++) {
		n = i / state.grid_x * state.columns + i % state.grid_x;
		len += sysfs_emit_at(buf, len, "%llu%c", ttmem_bytes(core[n]),
				     (i + 1) % state.grid_x ? ' ' : '\n');
	}
	kfree(core);
	return len;
}
static DEVICE_ATTR_RO(l1_per_core);

static struct ttmem_chip_info ttmem_chip_info_of(struct device *dev)
{
	struct ttmem_chip_info info;

	ttmem_chip_read_info(ttmem_chip_of(dev), &info);
	return info;
}

static ssize_t arch_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", ttmem_arch_get(ttmem_chip_of(dev)->ledger.arch)->name);
}
static DEVICE_ATTR_RO(arch);

static ssize_t grid_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tt_memstat_geometry g = ttmem_chip_info_of(dev).geometry;

	return g.grid_x ? sysfs_emit(buf, "%ux%u\n", g.grid_x, g.grid_y) : -ENODATA;
}
static DEVICE_ATTR_RO(grid);

static ssize_t geometry_source_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[TTMEM_SOURCE_RUNTIME] = "runtime",
		[TTMEM_SOURCE_ADMIN] = "admin",
		[TTMEM_SOURCE_CREATE] = "create",
	};
	enum ttmem_source source = ttmem_chip_info_of(dev).source;

	return source ? sysfs_emit(buf, "%s\n", names[source]) : -ENODATA;
}
static DEVICE_ATTR_RO(geometry_source);

static ssize_t board_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ttmem_identity identity = ttmem_chip_info_of(dev).identity;
	char board[TT_MEMSTAT_NAME_LEN];

	ttmem_sysfs_text(board, identity.board, sizeof(board));
	return board[0] ? sysfs_emit(buf, "%s\n", board) : -ENODATA;
}
static DEVICE_ATTR_RO(board);

#define TTMEM_CHIP_ID(_name, _member)							\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	u64 id = ttmem_chip_info_of(dev).identity._member;				\
											\
	return id ? sysfs_emit(buf, "%llu\n", id) : -ENODATA;				\
}											\
static DEVICE_ATTR_RO(_name)

TTMEM_CHIP_ID(unique_id, unique_id);
TTMEM_CHIP_ID(board_id, board_id);

static ssize_t kind_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[TTMEM_CHIP_LOCAL] = "local",
		[TTMEM_CHIP_REMOTE] = "remote",
		[TTMEM_CHIP_VIRTUAL] = "virtual",
	};

	return sysfs_emit(buf, "%s\n", names[ttmem_chip_of(dev)->kind]);
}
static DEVICE_ATTR_RO(kind);

static ssize_t asic_location_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ttmem_identity identity = ttmem_chip_info_of(dev).identity;

	return identity.located ? sysfs_emit(buf, "%u\n", identity.asic_location) : -ENODATA;
}
static DEVICE_ATTR_RO(asic_location);

/* As it is now: ordinals change when a function is bound again. */
static ssize_t kmd_node_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ttmem_chip *chip = ttmem_chip_of(dev);
	struct device *function = NULL, *node = NULL;
	char name[TT_MEMSTAT_NAME_LEN];
	ssize_t len = -ENODATA;

	if (chip->kind == TTMEM_CHIP_LOCAL)
		function = ttmem_chip_function(chip);
	if (function)
		node = ttmem_kmd_node_get(function);
	if (node) {
		/* Names of devices have an exclamation mark where the node's has a slash. */
		strscpy(name, dev_name(node), sizeof(name));
		strreplace(name, '!', '/');
		len = sysfs_emit(buf, "%s\n", name);
	}
	put_device(node);
	put_device(function);
	return len;
}
static DEVICE_ATTR_RO(kmd_node);

/* The file's mode admits uid 0 of any container, so check the capability. */
static ssize_t peak_reset_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct ttmem_chip *chip = ttmem_chip_of(dev);
	bool reset;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtobool(buf, &reset);
	if (err)
		return err;
	if (!reset)
		return -EINVAL;
	ttmem_rings_sync(chip);
	spin_lock(&chip->lock);
	ttmem_ledger_reset_peaks(&chip->ledger);
	ttmem_publish(chip, NULL);
	spin_unlock(&chip->lock);
	return count;
}
static DEVICE_ATTR_WO(peak_reset);

static struct device_attribute ttmem_alert_percent_attr[TTMEM_ALERTS];	/* by space */

static ssize_t ttmem_alert_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ttmem_alert_percent(ttmem_chip_of(dev),
							   attr - ttmem_alert_percent_attr));
}

static ssize_t ttmem_alert_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t count)
{
	u32 percent;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtou32(buf, 10, &percent);
	if (!err)
		err = ttmem_alert_set(ttmem_chip_of(dev), attr - ttmem_alert_percent_attr, percent);
	return err ?: count;
}

static struct device_attribute ttmem_alert_percent_attr[TTMEM_ALERTS] = {
	[TT_MEMSTAT_SPACE_L1] =
		__ATTR(l1_alert_percent, 0644, ttmem_alert_show, ttmem_alert_store),
	[TT_MEMSTAT_SPACE_DRAM] =
		__ATTR(dram_alert_percent, 0644, ttmem_alert_show, ttmem_alert_store),
};

static struct attribute *ttmem_chip_attrs[] = {
	&dev_attr_arch.attr,
	&dev_attr_board.attr,
	&dev_attr_unique_id.attr,
	&dev_attr_board_id.attr,
	&dev_attr_asic_location.attr,
	&dev_attr_kind.attr,
	&dev_attr_kmd_node.attr,
	&dev_attr_grid.attr,
	&dev_attr_geometry_source.attr,
	&dev_attr_l1_per_core.attr,
	&dev_attr_peak_reset.attr,
	&ttmem_alert_percent_attr[TT_MEMSTAT_SPACE_L1].attr,
	&ttmem_alert_percent_attr[TT_MEMSTAT_SPACE_DRAM].attr,
	&dev_attr_stat.attr,
	NULL
};

static struct attribute *ttmem_chip_figure_attrs[TT_MEMSTAT_FIGURES + 1];

static const struct attribute_group ttmem_chip_group = { .attrs = ttmem_chip_attrs };
static const struct attribute_group ttmem_chip_figure_group = { .attrs = ttmem_chip_figure_attrs };

const struct attribute_group *ttmem_chip_groups[] = {
	&ttmem_chip_group, &ttmem_chip_figure_group, NULL
};

void ttmem_sysfs_chip_init(void)
{
	struct device_attribute *attr;
	const char *name;
	unsigned int nr, n = 0;

	for (nr = 0; nr < TT_MEMSTAT_FIGURES; nr++) {
		name = ttmem_figure_file(nr, TTMEM_FIGURE_CHIP);
		if (!name)
			continue;
		attr = &ttmem_chip_figure[nr];
		attr->attr.name = name;
		attr->attr.mode = 0444;
		attr->show = ttmem_chip_figure_show;
		ttmem_chip_figure_attrs[n++] = &attr->attr;
	}
}
