// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/<pid>/fdinfo/<fd> of a file of the device: the client's memory on each chip, in the manner
 * of drm-usage-stats.
 *
 * Figures are those of the client's sysfs files. Rings are not drained first, so that scanning
 * all of /proc causes no work.
 */
#include <linux/ktime.h>
#include <linux/seq_file.h>
#include "private.h"

/* Each is a key by the name that the figure has in sysfs. */
static const unsigned int ttmem_fdinfo_figures[] = {
	TT_MEMSTAT_FIG_L1_USED, TT_MEMSTAT_FIG_L1_PEAK,
	TT_MEMSTAT_FIG_L1_BUFFERS_USED, TT_MEMSTAT_FIG_L1_BUFFERS_PEAK,
	TT_MEMSTAT_FIG_L1_SMALL_USED, TT_MEMSTAT_FIG_L1_SMALL_PEAK,
	TT_MEMSTAT_FIG_CB_USED, TT_MEMSTAT_FIG_CB_PEAK,
	TT_MEMSTAT_FIG_CB_LOADED, TT_MEMSTAT_FIG_CB_LOADED_PEAK,
	TT_MEMSTAT_FIG_DRAM_USED, TT_MEMSTAT_FIG_DRAM_PEAK,
	TT_MEMSTAT_FIG_DRAM_BUFFERS_USED, TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK,
	TT_MEMSTAT_FIG_TRACE_USED, TT_MEMSTAT_FIG_TRACE_PEAK,
	TT_MEMSTAT_FIG_KERNEL_APP, TT_MEMSTAT_FIG_KERNEL_SYSTEM,
};

static void ttmem_fdinfo_chip(struct seq_file *m, struct ttmem_attachment *a)
{
	const struct ttmem_slot *slot = a->chip->slot;
	struct tt_memstat_figures figures;
	unsigned int i;

	if (ttmem_attachment_figures(a, &figures))
		return;
	if (slot)
		seq_printf(m, "tt-memstat-tt%u-pdev:\t%s\n", a->chip->number, slot->pci);
	for (i = 0; i < ARRAY_SIZE(ttmem_fdinfo_figures); i++) {
		unsigned int nr = ttmem_fdinfo_figures[i];

		if (ttmem_figure_known(&figures, nr))
			seq_printf(m, "tt-memstat-tt%u-%s:\t%llu\n", a->chip->number,
				   ttmem_figure_table[nr].name, figures.value[nr]);
	}
}

void ttmem_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ttmem_client *client = file->private_data;
	struct ttmem_attachment *a = NULL;

	seq_printf(m, "tt-memstat-client-id:\t%llu\n", client->id);
	while ((a = ttmem_attachment_next(client, a)))
		ttmem_fdinfo_chip(m, a);
}
