// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's page of one chip: figures, history, a picture of its cores. */
#include "chart.h"
#include "notes.h"
#include "screen.h"
#include "watch_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL_WIDTH	10	/* names of pools */
#define NUMBER_WIDTH	22	/* "45.3 MiB  max 91.5 MiB" */

static void styled(struct smi_text *out, enum smi_style style, const char *text, bool color)
{
	smi_text_style(out, style, color);
	smi_text_puts(out, text);
	smi_text_style(out, SMI_PLAIN, color);
}

static void number(char out[SMI_NUMBER_LEN], const struct smi_watch_view *v, struct smi_value x)
{
	smi_format(out, x, v->view.bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT, '\0');
}

/* One pool's line: its name, the last seconds, the latest and the most of them. */
static void pool_lines(const struct smi_watch_view *v, const struct smi_watch_state *st,
		       const struct ttmemstat_chip *chip, const char *name, enum smi_column column,
		       int64_t top, unsigned int rows, struct smi_text *out)
{
	struct smi_value values[SMI_HISTORY_SECONDS], columns[SMI_HISTORY_SECONDS];
	struct smi_value most = { 0 }, now;
	char a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN];
	size_t width = v->view.width > LABEL_WIDTH + NUMBER_WIDTH + 10 ?
		       v->view.width - LABEL_WIDTH - NUMBER_WIDTH : 10;

	if (width > st->seconds)
		width = st->seconds;
	smi_history_get(v->history, chip->n, column, v->second, values, st->seconds);
	for (size_t i = 0; i < st->seconds; i++)
		if (values[i].known && (!most.known || values[i].v > most.v))
			most = values[i];
	now = values[st->seconds - 1];
	smi_chart_squeeze(values, st->seconds, columns, width);
	number(a, v, now);
	number(b, v, most);
	for (unsigned int row = 0; row < rows; row++) {
		bool last = row == rows - 1;

		smi_text_printf(out, "%-*s", LABEL_WIDTH, last ? name : "");
		smi_text_style(out, SMI_GOOD, v->view.color);
		smi_chart_row(out, columns, width, top > 0 ? top : most.v, row, rows,
			      v->view.utf8);
		smi_text_style(out, SMI_PLAIN, v->view.color);
		if (last)
			smi_text_printf(out, " %8s max %s", a, b);
		smi_text_puts(out, "\n");
	}
}

static void charts(const struct smi_watch_view *v, const struct smi_watch_state *st,
		   const struct ttmemstat_chip *chip, unsigned int rows, struct smi_text *out)
{
	static const struct {
		const char *name;
		enum smi_column column;
	} pools[] = {
		{ "  l1", SMI_L1 }, { "  l1_small", SMI_L1_SMALL }, { "  cb", SMI_CB },
		{ "  dram", SMI_DRAM }, { "  trace", SMI_TRACE },
	};
	const struct tt_memstat_figures *f = &chip->figures;
	char text[96];

	snprintf(text, sizeof(text),
		 "Last %u s (t). L1 and DRAM of capacity, pools of their most\n", st->seconds);
	styled(out, SMI_DIM, text, v->view.color);
	pool_lines(v, st, chip, "L1", SMI_L1_USED, smi_figure(f, TT_MEMSTAT_FIG_L1_CAPACITY).v,
		   rows, out);
	for (size_t i = 0; i < 3; i++)
		pool_lines(v, st, chip, pools[i].name, pools[i].column, 0, 1, out);
	pool_lines(v, st, chip, "DRAM", SMI_DRAM_USED,
		   smi_figure(f, TT_MEMSTAT_FIG_DRAM_CAPACITY).v, rows, out);
	for (size_t i = 3; i < 5; i++)
		pool_lines(v, st, chip, pools[i].name, pools[i].column, 0, 1, out);
}

static void cores(const struct smi_watch_view *v, const struct ttmemstat_chip *chip,
		  struct smi_text *out)
{
	struct smi_value active = smi_figure(&chip->figures, TT_MEMSTAT_FIG_TENSIX_ACTIVE);
	struct smi_value capacity = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY);
	uint64_t each = active.v > 0 && capacity.v > 0 ? (uint64_t)(capacity.v / active.v) : 0;
	bool wide = v->view.width >= chip->grid_x * 2 + 6;
	char size[SMI_NUMBER_LEN];

	if (!chip->cores || !each) {
		smi_text_puts(out, "Use of each core is unknown.\n");
		return;
	}
	smi_format_bytes(size, (int64_t)each, SMI_UNIT_LONG, '\0');
	smi_text_printf(out, "Cores, %" PRIu32 "x%" PRIu32 ", of %s each: ", chip->grid_x,
			chip->grid_y, size);
	smi_heat_legend(out, v->view.utf8);
	smi_text_puts(out, "\n");
	for (uint32_t y = 0; y < chip->grid_y; y++) {
		smi_text_printf(out, "%4" PRIu32 " ", y);
		for (uint32_t x = 0; x < chip->grid_x; x++) {
			enum smi_style style;
			const char *shade = smi_heat(chip->cores[(size_t)y * chip->grid_x + x],
						     each, v->view.utf8, &style);

			smi_text_style(out, style, v->view.color);
			smi_text_fill(out, shade, wide ? 2 : 1);
			smi_text_style(out, SMI_PLAIN, v->view.color);
		}
		smi_text_puts(out, "\n");
	}
}

void smi_watch_chip_page(const struct smi_watch_view *v, const struct smi_watch_state *st,
			 const struct ttmemstat_chip *chip, unsigned int height,
			 struct smi_text *out)
{
	/* The tables of one chip alone. */
	struct ttmemstat_chip *list[] = { (struct ttmemstat_chip *)chip };
	struct smi_snapshot one = *v->s;
	struct smi_legend legend = { 0 };
	unsigned int rows = height >= 40 ? 4 : height >= 30 ? 2 : 1;

	one.chips = list;
	one.chip_count = 1;
	one.vanished = 0;
	for (size_t i = 0; v->s->telemetry && i < v->s->chip_count; i++)
		if (v->s->chips[i] == chip)
			one.telemetry = &v->s->telemetry[i];
	smi_screen_chips(&one, &v->view, &legend, out);
	smi_screen_pools(&one, &v->view, &legend, out);
	smi_screen_cores(&one, &v->view, out);
	smi_text_puts(out, "\n");
	charts(v, st, chip, rows, out);
	smi_text_puts(out, "\n");
	cores(v, chip, out);
	smi_screen_foot(&one, &v->view, &legend, out);
}
