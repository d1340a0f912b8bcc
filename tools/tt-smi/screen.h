/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one-shot screen: a pure function from a snapshot to text.
 */
#ifndef SMI_SCREEN_H
#define SMI_SCREEN_H

#include "smi.h"
#include "sums.h"
#include "table.h"
#include "text.h"
#include "units.h"

void smi_screen(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out);

/* One line per chip, without figures of use. */
void smi_list(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out);

/* ---- Shared by the parts of the screen ---- */

/* Marks on the screen to explain below it. */
struct smi_legend {
	bool approx;
	bool inconsistent;
	bool partial;
	bool percent_allocatable;
	bool percent_capacity;
	bool reserved;
};

/* With more chips than this, pools are shown on request only. */
#define SMI_COMPACT 8

/* Size of clean texts. */
#define SMI_TEXT_LEN 320

void smi_format(char out[SMI_NUMBER_LEN], struct smi_value v, enum smi_unit unit, char mark);
void smi_legend_note(struct smi_legend *legend, char mark);
const char *smi_dash(const char *text);

/* "n300 L", or the arch if the board is unknown; "virtual", "remote (tt0)", a PCI address. */
void smi_chip_board(char *out, size_t size,
		    const struct ttmemstat_chip *chip, bool utf8);
void smi_chip_address(char *out, size_t size, const struct smi_snapshot *s,
		      const struct ttmemstat_chip *chip);

/*
 * Versions, host and time; totals of the virtual or of the other chips; chips above an alert level,
 * as text without newline; all of these.
 */
void smi_screen_title(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_text *out);
void smi_screen_totals(const struct smi_snapshot *s, bool is_virtual, const struct smi_view *view,
		       enum smi_unit unit, struct smi_legend *legend, struct smi_text *out);
void smi_screen_alerts(const struct smi_snapshot *s, struct smi_text *out);
void smi_screen_head(const struct smi_snapshot *s, const struct smi_view *view,
		     struct smi_legend *legend, struct smi_text *out);
void smi_screen_chips(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_legend *legend, struct smi_text *out);
void smi_screen_pools(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_legend *legend, struct smi_text *out);
void smi_screen_cores(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_text *out);
void smi_screen_processes(const struct smi_snapshot *s, const struct smi_view *view,
			  struct smi_legend *legend, struct smi_text *out);

/*
 * Cells for each column of use, in order; bytes that pools of a process share appear only if
 * @overlap says that a process or chip has such bytes in the space.
 */
void smi_use_cells(struct smi_table *t, struct smi_cell *first, const struct smi_use *use,
		   const bool overlap[2], enum smi_unit unit, enum smi_style style,
		   struct smi_legend *legend);
void smi_use_overlaps(const struct smi_snapshot *s, bool overlap[2]);

/*
 * smi_place_text() for a terminal; whether any process has a place, with @units also only a unit.
 */
void smi_place_clean(char *out, size_t size, const struct smi_place *place, bool utf8);
bool smi_places_known(const struct smi_snapshot *s, bool units);

/* "[label] command line" */
void smi_process_text(char *out, size_t size, const struct smi_process *p, bool utf8);

/* The kernel's name, else the program's file; clean. */
void smi_process_short_name(char *out, size_t size, const struct smi_process *p, bool utf8);

/* Receives the rows below the @rows of processes that complete each column's sum. */
typedef void (*smi_balance_fn)(void *data, const struct smi_use *use, size_t count,
			       const char *what, enum smi_style style);
void smi_balance_rows(const struct smi_snapshot *s, const struct ttmemstat_chip *chip, size_t rows,
		      smi_balance_fn fn, void *data);

/* Processes that have a card open and report nothing. */
void smi_screen_holders(const struct smi_snapshot *s, const struct smi_view *view,
			struct smi_text *out);

/* Problems while reading, on request the reasons for unknown figures, and the legend. */
void smi_screen_foot(const struct smi_snapshot *s, const struct smi_view *view,
		     const struct smi_legend *legend, struct smi_text *out);

#endif
