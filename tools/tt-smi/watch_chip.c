// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's page of one chip: figures, histories, its cores, one of them by address, processes. */
#include "screen.h"
#include "watch_view.h"

#define BLOCK 4		/* lines of figures */
#define HISTORY 4	/* least lines of a history */
#define BESIDE 30	/* least columns of what stands beside the cores */
#define MAP 3		/* least lines of a core by address */

static size_t index_of(const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	size_t i = 0;

	while (i + 1 < s->chip_count && s->chips[i] != chip)
		i++;
	return i;
}

/* The core under the cursor by address, in the last lines of the area, which it leaves smaller. */
static int map(struct smi_frame *f, struct smi_area *area, const struct smi_watch_view *v,
	       struct smi_watch_state *st, const struct ttmemstat_chip *chip)
{
	const uint64_t bytes = smi_watch_core_size(chip);
	struct smi_area part = *area;

	if (!v->map || !v->map->read || v->map->chip != chip->n || !bytes || !chip->grid_x ||
	    !chip->grid_y || area->height < 2 * HISTORY + MAP)
		return 0;
	/* A third of a high screen, for a list of what is there. */
	part.height = area->height < 6 * MAP ? MAP : area->height / 3;
	area->height -= part.height;
	part.y += area->height;
	smi_watch_place_cursor(st, chip);
	return smi_watch_map(f, &part, v, st, bytes);
}

static void histories(struct smi_frame *f, const struct smi_area *area,
		      const struct smi_watch_view *v, const struct smi_watch_state *st,
		      const struct ttmemstat_chip *chip)
{
	struct smi_area half = *area;

	if (area->height >= 2 * HISTORY)
		half.height = (area->height + 1) / 2;
	smi_watch_history(f, &half, v, st, chip, &smi_space_views[SMI_SPACE_L1]);
	half.y += half.height;
	half.height = area->height - half.height;
	smi_watch_history(f, &half, v, st, chip, &smi_space_views[SMI_SPACE_DRAM]);
}

int smi_watch_chip_page(struct smi_frame *f, const struct smi_area *area,
			const struct smi_watch_view *v, struct smi_watch_state *st,
			const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	struct smi_area part = *area, left, cores = *area;
	unsigned int below, middle;
	int err;

	smi_watch_chip_block(f, &part, v, index_of(v->s, chip), false);
	if (area->height <= BLOCK)
		return 0;
	part.y += BLOCK;
	part.height -= BLOCK;
	/* At least five lines, or a fifth of a high screen, for the processes. */
	below = part.height / 5 > 5 ? part.height / 5 : part.height < 12 ? part.height / 3 : 5;
	middle = part.height - below;
	left = part;
	left.height = middle;
	smi_watch_cores_size(chip, &cores.width, &cores.height);
	if (chip->grid_x && part.width >= BESIDE + 2 + cores.width) {
		left.width = part.width - cores.width - 2;
		cores.x = part.x + left.width + 2;
		cores.y = part.y;
		if (cores.height > middle)
			cores.height = middle;
		smi_watch_cores(f, &cores, v, st, chip);
	}
	err = map(f, &left, v, st, chip);
	if (err)
		return err;
	histories(f, &left, v, st, chip);
	part.y += middle;
	part.height = below;
	smi_watch_rule(f, &part, "Processes", &v->view);
	part.y++;
	part.height--;
	return smi_watch_processes(f, &part, v, st, s, chip);
}
