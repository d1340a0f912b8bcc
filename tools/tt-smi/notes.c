// SPDX-License-Identifier: GPL-2.0-only
/* Sentences about a snapshot: see notes.h. */
#include "notes.h"
#include "sums.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define NOTE_LEN 256

struct emitter {
	smi_note_fn fn;
	void *data;
	const char *name;
};

__attribute__((format(printf, 2, 3)))
static void emit(const struct emitter *e, const char *fmt, ...)
{
	char sentence[NOTE_LEN];
	int n = 0;
	va_list ap;

	if (e->name)
		n = snprintf(sentence, sizeof(sentence), "%s: ", e->name);
	va_start(ap, fmt);
	vsnprintf(sentence + n, sizeof(sentence) - (size_t)n, fmt, ap);
	va_end(ap);
	e->fn(e->data, sentence);
}

static void notes_of_chip(const struct smi_snapshot *s, const struct ttmemstat_chip *chip,
			  smi_note_fn fn, void *data)
{
	const struct emitter e = { fn, data, chip->name };
	struct smi_balance b;
	uint64_t malformed = chip->malformed;
	int64_t dropped = smi_figure(&chip->figures, TT_MEMSTAT_FIG_DROPPED).v;

	for (size_t i = 0; i < chip->client_count; i++)
		malformed += chip->clients[i]->malformed;
	smi_balance(&b, s, chip);
	if (chip->torn)
		emit(&e, "kept changing while it was read; chip and processes do not quite match");
	if (chip->vanished)
		emit(&e, "%zu process%s went while being read", chip->vanished,
		     chip->vanished == 1 ? "" : "es");
	if (malformed)
		emit(&e, "%" PRIu64 " line%s of stat could not be read and count as unknown",
		     malformed, malformed == 1 ? "" : "s");
	if (!chip->torn && !chip->vanished && !smi_use_is_zero(&b.unaccounted))
		emit(&e, "its processes do not add up to what it has in use");
	if (smi_flag(&chip->figures, TT_MEMSTAT_FIG_INCONSISTENT)) {
		if (dropped)
			emit(&e, "inconsistent: %" PRId64 " event%s lost for lack of room", dropped,
			     dropped == 1 ? " was" : "s were");
		else
			emit(&e, "inconsistent: a process reports more than the chip has");
	}
}

void smi_notes(const struct smi_snapshot *s, smi_note_fn fn, void *data)
{
	const struct emitter e = { fn, data, NULL };

	if (s->vanished)
		emit(&e, "%zu chip%s went while being read and %s left out", s->vanished,
		     s->vanished == 1 ? "" : "s", s->vanished == 1 ? "is" : "are");
	for (size_t i = 0; i < s->chip_count; i++)
		notes_of_chip(s, s->chips[i], fn, data);
}

/* Names of the pools in @mask, in the uAPI's order. */
static void pool_names(char *out, size_t size, uint64_t mask)
{
	size_t at = 0;

	out[0] = '\0';
	for (unsigned int pool = 0; pool < TT_MEMSTAT_POOLS; pool++) {
		int n;

		if (!(mask & 1u << pool))
			continue;
		n = snprintf(out + at, size - at, "%s%s", at ? ", " : "",
			     ttmemstat_pool_name(pool));
		if (n < 0 || (size_t)n >= size - at)
			return;
		at += (size_t)n;
	}
}

static bool known(const struct ttmemstat_chip *chip, unsigned int figure)
{
	return smi_figure(&chip->figures, figure).known;
}

void smi_reasons(const struct ttmemstat_chip *chip, smi_note_fn fn, void *data)
{
	const struct emitter e = { fn, data, chip->name };
	const struct tt_memstat_figures *figures = &chip->figures;
	uint64_t partial = (uint64_t)(smi_figure(figures, TT_MEMSTAT_FIG_L1_PARTIAL).v |
				      smi_figure(figures, TT_MEMSTAT_FIG_DRAM_PARTIAL).v);
	char pools[NOTE_LEN / 2];

	if (!known(chip, TT_MEMSTAT_FIG_L1_CAPACITY))
		emit(&e, "L1 capacity unknown: no import or runtime has described the cores");
	if (!known(chip, TT_MEMSTAT_FIG_DRAM_CAPACITY))
		emit(&e, "DRAM capacity unknown: no import or runtime has described the DRAM banks");
	if (!known(chip, TT_MEMSTAT_FIG_L1_USED))
		emit(&e, "L1 use unknown: no attached process reports a pool of L1");
	if (!known(chip, TT_MEMSTAT_FIG_DRAM_USED))
		emit(&e, "DRAM use unknown: no attached process reports a pool of DRAM");
	if (partial) {
		pool_names(pools, sizeof(pools), partial);
		emit(&e, "not reported, or only partly: %s", pools);
	}
	if (!chip->client_count)
		return;
	if (known(chip, TT_MEMSTAT_FIG_L1_CAPACITY) && !known(chip, TT_MEMSTAT_FIG_L1_ALLOCATABLE))
		emit(&e, "L1 allocatable unknown: no process has reported its layout");
	if (known(chip, TT_MEMSTAT_FIG_L1_USED) &&
	    !known(chip, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED))
		emit(&e, "figures of a core unknown: a process reports totals only");
	if (!known(chip, TT_MEMSTAT_FIG_L1_HEADROOM))
		emit(&e, "headroom unknown: no dispatch was reported yet");
	if (smi_flag(figures, TT_MEMSTAT_FIG_APPROX))
		emit(&e, "approximate: a process reports totals, not allocations");
}

void smi_advice(const struct smi_snapshot *s, smi_note_fn fn, void *data)
{
	const struct emitter e = { fn, data, NULL };
	size_t blank = 0, lossy = 0, silent = 0;

	for (size_t i = 0; i < s->chip_count; i++) {
		blank += !known(s->chips[i], TT_MEMSTAT_FIG_L1_CAPACITY) ||
			 !known(s->chips[i], TT_MEMSTAT_FIG_DRAM_CAPACITY);
		lossy += smi_flag(&s->chips[i]->figures, TT_MEMSTAT_FIG_INCONSISTENT);
	}
	for (size_t i = 0; i < s->holder_count; i++)
		silent += !s->holders[i].tool;
	/* Doctor does not know what was selected. */
	if (!s->hosted)
		emit(&e, "No chip: 'tt-memstat doctor' explains why");
	if (blank)
		emit(&e, "%zu chip%s of unknown geometry: run a program by 'tt-memstat run', or "
		     "'tt-memstat import'", blank, blank == 1 ? "" : "s");
	if (silent)
		emit(&e, "Some processes do not report: start them by 'tt-memstat run', or have all "
		     "report by 'tt-memstat enable'");
	if (lossy)
		emit(&e, "Inconsistent figures: see 'tt-memstat doctor'");
}
