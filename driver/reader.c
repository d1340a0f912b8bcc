// SPDX-License-Identifier: GPL-2.0-only
/* Readers take figures and descriptions from the published state (publish.c), without a lock. */
#include "private.h"

/* @core: if not NULL, gets TTMEM_MAX_CORES entries of @from, of the same moment as @state */
static void ttmem_published_read(const struct ttmem_published *published,
				 struct ttmem_state *state, const u32 *from, u32 *core)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&published->seq);
		*state = published->state;
		if (core)
			memcpy(core, from, TTMEM_MAX_CORES * sizeof(*core));
	} while (read_seqcount_retry(&published->seq, seq));
}

void ttmem_chip_read_cores(struct ttmem_chip *chip, struct ttmem_state *state, u32 *core)
{
	ttmem_published_read(&chip->published, state, chip->published_core, core);
}

void ttmem_chip_read_info(struct ttmem_chip *chip, struct ttmem_chip_info *info)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&chip->info_seq);
		*info = chip->info;
	} while (read_seqcount_retry(&chip->info_seq, seq));
}

/*
 * Owners that have died while others keep their files, and entries that were published in rings and
 * are not yet in the books.
 */
static void ttmem_chip_figures_pending(struct ttmem_chip *chip, u64 *entries, bool *clearing)
{
	struct ttmem_attachment *a;

	spin_lock(&chip->list_lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		*entries += ttmem_ring_pending(a);
		*clearing |= ttmem_client_owner_is_dead(a->client);
	}
	spin_unlock(&chip->list_lock);
}

/* As published: takes no lock that a reporter holds for longer than a list needs. */
void ttmem_chip_figures(struct ttmem_chip *chip, struct tt_memstat_figures *figures)
{
	struct ttmem_chip_info info;
	struct ttmem_state state;
	bool clearing;
	u64 pending = 0;

	memset(figures, 0, sizeof(*figures));
	ttmem_chip_read_info(chip, &info);
	ttmem_published_read(&chip->published, &state, NULL, NULL);
	clearing = state.clearing;
	ttmem_chip_figures_pending(chip, &pending, &clearing);
	ttmem_figures_chip(&state, ttmem_clock_ns(), figures);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_CLEARING, clearing);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_RING_PENDING, pending);
	if (info.geometry.grid_x)
		ttmem_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_TOTAL,
				 ttmem_arch_cores(ttmem_arch_get(info.geometry.arch)));
	if (info.geometry.valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK)
		ttmem_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_HARVESTING,
				 info.geometry.tensix_mask);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, info.conflicts);
	ttmem_alert_figures(chip, figures);
}

/* As published. 0, or why there are none any more. */
int ttmem_attachment_figures(struct ttmem_attachment *a, struct tt_memstat_figures *figures)
{
	int gone = READ_ONCE(a->gone);
	struct ttmem_state state;

	memset(figures, 0, sizeof(*figures));
	if (gone || ttmem_client_owner_is_dead(a->client))
		return gone ?: -EOWNERDEAD;
	ttmem_published_read(&a->published, &state, NULL, NULL);
	ttmem_figures_client(&state, ttmem_clock_ns(), figures);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_RING_PENDING, ttmem_ring_pending(a));
	return 0;
}
