// SPDX-License-Identifier: GPL-2.0-only
/*
 * The full screen's picture of the cores: how full the L1 of each core is, and a cursor that shows
 * the figures of one.
 */
#include "chart.h"
#include "screen.h"
#include "watch_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MARGIN 4	/* numbers of rows */
#define BELOW 5		/* lines under the grid */

void smi_watch_cores_size(const struct ttmemstat_chip *chip, unsigned int *width,
			  unsigned int *height)
{
	unsigned int grid = MARGIN + 2 * chip->grid_x + 1;

	*width = grid < 30 ? 30 : grid;
	*height = 2 + chip->grid_y + BELOW;
}

uint64_t smi_watch_core_size(const struct ttmemstat_chip *chip)
{
	struct smi_value active = smi_figure(&chip->figures, TT_MEMSTAT_FIG_TENSIX_ACTIVE);
	struct smi_value capacity = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY);

	return active.v > 0 && capacity.v > 0 ? (uint64_t)(capacity.v / active.v) : 0;
}

static uint64_t core_at(const struct ttmemstat_chip *chip, uint32_t x, uint32_t y)
{
	return chip->cores[(size_t)y * chip->grid_x + x];
}

void smi_watch_place_cursor(struct smi_watch_state *st, const struct ttmemstat_chip *chip)
{
	struct smi_value x = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X);
	struct smi_value y = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y);

	if (!st->core_chosen && x.known && y.known) {
		st->core_x = x.v < INT32_MAX ? (uint32_t)x.v : 0;
		st->core_y = y.v < INT32_MAX ? (uint32_t)y.v : 0;
	}
	if (st->core_x >= chip->grid_x)
		st->core_x = chip->grid_x - 1;
	if (st->core_y >= chip->grid_y)
		st->core_y = chip->grid_y - 1;
}

static void grid(struct smi_frame *f, unsigned int left, unsigned int top,
		 const struct smi_view *view, const struct smi_watch_state *st,
		 const struct ttmemstat_chip *chip, uint64_t each)
{
	for (uint32_t x = 0; x < chip->grid_x; x += 2)
		smi_frame_printf(f, left + MARGIN + 2 * x, top, SMI_DIM, "%-2" PRIu32, x);
	for (uint32_t y = 0; y < chip->grid_y; y++) {
		smi_frame_printf(f, left, top + 1 + y, SMI_DIM, "%3" PRIu32, y);
		for (uint32_t x = 0; x < chip->grid_x; x++) {
			unsigned int at = left + MARGIN + 2 * x;
			enum smi_style style;
			const char *shade = smi_heat(core_at(chip, x, y), each, &view->levels,
						     view->utf8, &style);

			smi_frame_put(f, at, top + 1 + y, style, shade);
			smi_frame_put(f, at + 1, top + 1 + y, style, shade);
		}
	}
	smi_frame_put(f, left + MARGIN + 2 * st->core_x - 1, top + 1 + st->core_y, SMI_HEAD, "[");
	smi_frame_put(f, left + MARGIN + 2 * st->core_x + 2, top + 1 + st->core_y, SMI_HEAD, "]");
}

/* Print the known figures of the core under the cursor. */
static void tell(struct smi_frame *f, unsigned int x, unsigned int y, const struct smi_view *view,
		 const struct smi_watch_state *st, const struct ttmemstat_chip *chip, uint64_t each)
{
	enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG;
	uint64_t used = core_at(chip, st->core_x, st->core_y);
	char a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN], percent[SMI_NUMBER_LEN];
	size_t fuller = 0, idle = 0, count = (size_t)chip->grid_x * chip->grid_y;

	for (size_t i = 0; i < count; i++) {
		fuller += chip->cores[i] > used;
		idle += !chip->cores[i];
	}
	smi_format_bytes(a, used > INT64_MAX ? INT64_MAX : (int64_t)used, unit, '\0');
	smi_format_bytes(b, (int64_t)each, unit, '\0');
	smi_format_percent(percent, used > INT64_MAX ? INT64_MAX : (int64_t)used, (int64_t)each);
	smi_frame_printf(f, x, y, SMI_HEAD, "core %" PRIu32 ",%" PRIu32 "  %s  %s", st->core_x,
			 st->core_y, a, percent);
	smi_format_bytes(a, used < each ? (int64_t)(each - used) : 0, unit, '\0');
	smi_frame_printf(f, x, y + 1, SMI_PLAIN, "%s left of %s", a, b);
	if (used && !fuller)
		smi_frame_put(f, x, y + 2, SMI_WARN, "the fullest core");
	else
		smi_frame_printf(f, x, y + 2, SMI_PLAIN, "%zu cores are fuller", fuller);
	smi_frame_printf(f, x, y + 3, SMI_DIM, "%zu of %zu cores hold nothing", idle, count);
	smi_frame_printf(f, x, y + 4, SMI_DIM, "see tt-memstat records %s", chip->name);
}

/* The same in the rule above, where there is no line below. */
static void tell_briefly(struct smi_frame *f, const struct smi_area *area,
			 const struct smi_view *view, const struct smi_watch_state *st,
			 const struct ttmemstat_chip *chip, uint64_t each)
{
	uint64_t used = core_at(chip, st->core_x, st->core_y);
	char a[SMI_NUMBER_LEN], percent[SMI_NUMBER_LEN], text[96];

	smi_format_bytes(a, used > INT64_MAX ? INT64_MAX : (int64_t)used,
			 view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG, '\0');
	smi_format_percent(percent, used > INT64_MAX ? INT64_MAX : (int64_t)used, (int64_t)each);
	snprintf(text, sizeof(text), "core %" PRIu32 ",%" PRIu32 " %s %s", st->core_x, st->core_y,
		 a, percent);
	smi_watch_rule(f, area, text, view);
}

void smi_watch_cores(struct smi_frame *f, const struct smi_area *area,
		     const struct smi_watch_view *v, struct smi_watch_state *st,
		     const struct ttmemstat_chip *chip)
{
	uint64_t each = smi_watch_core_size(chip);
	struct smi_text legend = { 0 };
	unsigned int x;

	x = smi_watch_rule(f, area, "Cores", &v->view);
	if (!chip->cores || !each || !chip->grid_x || !chip->grid_y) {
		smi_frame_put(f, area->x, area->y + 1, SMI_DIM, "Use of each core is unknown.");
		return;
	}
	smi_heat_legend(&legend, v->view.utf8);
	if (!legend.failed)
		smi_frame_printf(f, x, area->y, SMI_DIM, " 0 %s full ", legend.buf);
	smi_text_release(&legend);
	if (area->height < 2 + chip->grid_y) {
		smi_frame_printf(f, area->x, area->y + 1, SMI_DIM, "needs %u more lines",
				 2 + chip->grid_y - area->height);
		return;
	}
	smi_watch_place_cursor(st, chip);
	grid(f, area->x, area->y + 1, &v->view, st, chip, each);
	smi_watch_spot(st, &(struct smi_spot){ area->x + MARGIN, area->y + 2, 2 * chip->grid_x,
					       chip->grid_y, SMI_SPOT_CORES, 2 });
	if (area->height >= 2 + chip->grid_y + BELOW)
		tell(f, area->x, area->y + 2 + chip->grid_y, &v->view, st, chip, each);
	else
		tell_briefly(f, area, &v->view, st, chip, each);
}
