// SPDX-License-Identifier: GPL-2.0-only
/* L1 and DRAM on the full screen: see spaces.h. */
#include "spaces.h"
#include "levels.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

const struct smi_space_view smi_space_views[SMI_SPACES] = {
	[SMI_SPACE_L1] = {
		.name = "L1",
		.used = SMI_L1_USED,
		.overlap = SMI_L1_OVERLAP,
		.capacity = TT_MEMSTAT_FIG_L1_CAPACITY,
		.allocatable = TT_MEMSTAT_FIG_L1_ALLOCATABLE,
		.peak = TT_MEMSTAT_FIG_L1_PEAK,
		.pools = {
			{ "l1", SMI_L1, SMI_POOL_L1, "█", "#" },
			{ "l1_small", SMI_L1_SMALL, SMI_POOL_L1_SMALL, "▓", "s" },
			{ "cb", SMI_CB, SMI_POOL_CB, "▒", "c" },
		},
	},
	[SMI_SPACE_DRAM] = {
		.name = "DRAM",
		.used = SMI_DRAM_USED,
		.overlap = SMI_DRAM_OVERLAP,
		.capacity = TT_MEMSTAT_FIG_DRAM_CAPACITY,
		.allocatable = TT_MEMSTAT_FIG_DRAM_ALLOCATABLE,
		.peak = TT_MEMSTAT_FIG_DRAM_PEAK,
		.pools = {
			{ "dram", SMI_DRAM, SMI_POOL_DRAM, "█", "#" },
			{ "trace", SMI_TRACE, SMI_POOL_TRACE, "▓", "t" },
		},
	},
};

void smi_pool_ends(const struct smi_space_view *space, const struct smi_value *pools, size_t steps,
		   size_t ends[SMI_POOLS])
{
	double sum = 0, before = 0;

	for (size_t i = 0; i < SMI_POOLS; i++)
		if (space->pools[i].name && pools[i].v > 0)
			sum += (double)pools[i].v;
	for (size_t i = 0; i < SMI_POOLS; i++) {
		if (space->pools[i].name && pools[i].v > 0)
			before += (double)pools[i].v;
		ends[i] = sum > 0 ? (size_t)(before * (double)steps / sum + 0.5) : 0;
	}
}

const struct smi_pool *smi_pool_at(const struct smi_space_view *space,
				   const size_t ends[SMI_POOLS], size_t step)
{
	const struct smi_pool *last = NULL;

	for (size_t i = 0; i < SMI_POOLS; i++) {
		if (step < ends[i])
			return &space->pools[i];
		if (ends[i] > (i ? ends[i - 1] : 0))
			last = &space->pools[i];
	}
	return last;
}

/* Capacity that no runtime can allocate; unknown without a layout. */
static struct smi_value reserved_of(const struct ttmemstat_chip *chip,
				    const struct smi_space_view *space)
{
	struct smi_value allocatable = smi_figure(&chip->figures, space->allocatable);

	if (!allocatable.known)
		return allocatable;
	return smi_sum(smi_figure(&chip->figures, space->capacity), smi_negative(allocatable));
}

enum smi_style smi_space_percent(char *out, size_t size, const struct ttmemstat_chip *chip,
				 const struct smi_use *use, const struct smi_space_view *space,
				 const struct smi_levels *levels)
{
	struct smi_value used = use->v[space->used];
	struct smi_value whole = smi_figure(&chip->figures, space->allocatable);
	char text[SMI_NUMBER_LEN] = "-";
	enum smi_style style;

	if (whole.v <= 0)
		whole = smi_figure(&chip->figures, space->capacity);
	if (used.known && whole.v > 0)
		smi_format_percent(text, used.v, whole.v);
	snprintf(out, size, "%s", text);
	if (!used.known || whole.v <= 0)
		return SMI_PLAIN;
	style = smi_level_style(levels, used.v, whole.v);
	return style == SMI_GOOD ? SMI_PLAIN : style;
}

static size_t scaled(int64_t part, int64_t whole, size_t steps)
{
	if (part <= 0)
		return 0;
	return part >= whole ? steps : (size_t)((double)part * (double)steps / (double)whole);
}

/* A cell of used memory, @filled eighths of it. */
static void used_cell(struct smi_frame *f, unsigned int x, unsigned int y,
		      const struct smi_pool *pool, size_t filled, const struct smi_view *view)
{
	static const char *const eighth[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const char *glyph = view->utf8 ? "█" : "#";

	if (!view->utf8)
		glyph = pool ? pool->letter : glyph;
	else if (filled < 8)
		glyph = eighth[filled];
	else if (!view->color && pool)
		glyph = pool->block;
	smi_frame_put(f, x, y, pool ? pool->style : SMI_PLAIN, glyph);
}

void smi_pool_bar(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int width,
		  const struct ttmemstat_chip *chip, const struct smi_use *use,
		  const struct smi_space_view *space, const struct smi_view *view)
{
	struct smi_value capacity = smi_figure(&chip->figures, space->capacity);
	struct smi_value used = use->v[space->used], pools[SMI_POOLS] = { 0 };
	size_t ends[SMI_POOLS], cells = width, steps, reserved;

	if (!used.known || capacity.v <= 0) {
		smi_frame_cut(f, x, y, SMI_DIM, width < 7 ? "?" : used.known && width > 16 ?
			      "capacity unknown" : "unknown", width, view->utf8);
		return;
	}
	if (!view->utf8) {
		if (width < 3)
			return;
		cells -= 2;
		smi_frame_put(f, x, y, SMI_PLAIN, "[");
		smi_frame_put(f, x + width - 1, y, SMI_PLAIN, "]");
		x++;
	}
	for (size_t i = 0; i < SMI_POOLS; i++)
		if (space->pools[i].name)
			pools[i] = use->v[space->pools[i].column];
	steps = scaled(used.v, capacity.v, cells * 8);
	if (used.v > 0 && steps < (view->utf8 ? 1 : 8))
		steps = view->utf8 ? 1 : 8;
	smi_pool_ends(space, pools, steps, ends);
	reserved = scaled(reserved_of(chip, space).v, capacity.v, cells * 8);
	for (size_t i = 0; i < cells; i++) {
		size_t filled = steps > i * 8 ? steps - i * 8 : 0;
		bool kept = (cells - i) * 8 <= reserved + 4;

		if (filled > 8)
			filled = 8;
		if (filled == 8 || (filled && view->utf8))
			used_cell(f, x + (unsigned int)i, y,
				  smi_pool_at(space, ends, i * 8 + filled / 2), filled, view);
		else
			smi_frame_put(f, x + (unsigned int)i, y, SMI_DIM,
				      view->utf8 ? kept ? "░" : "·" : kept ? "=" : ".");
	}
}
