// SPDX-License-Identifier: GPL-2.0-only
/* The one-shot screen: head, foot, and order of its parts. */
#include "screen.h"
#include "notes.h"
#include "visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void smi_format(char out[SMI_NUMBER_LEN], struct smi_value v, enum smi_unit unit, char mark)
{
	if (v.known)
		smi_format_bytes(out, v.v, unit, mark);
	else
		snprintf(out, SMI_NUMBER_LEN, "-");
}

const char *smi_dash(const char *text)
{
	return text[0] ? text : "-";
}

void smi_legend_note(struct smi_legend *legend, char mark)
{
	legend->approx |= mark == '~';
	legend->inconsistent |= mark == '!';
	legend->partial |= mark == '>';
}

/* Wrap @text at the view's width; indent all lines but the first. */
static void wrapped(const char *text, size_t indent, enum smi_style style,
		    const struct smi_view *view, struct smi_text *out)
{
	size_t column = 0;

	smi_text_style(out, style, view->color);
	while (*text) {
		size_t len = strcspn(text, " ");
		char word[SMI_TEXT_LEN];
		size_t width;

		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		width = smi_text_width(word);
		if (column && view->width && column + 1 + width > view->width) {
			smi_text_puts(out, "\n");
			smi_text_fill(out, " ", indent);
			column = indent;
		} else if (column) {
			smi_text_puts(out, " ");
			column++;
		}
		smi_text_puts(out, word);
		column += width;
		text += len;
		text += strspn(text, " ");
	}
	smi_text_style(out, SMI_PLAIN, view->color);
	smi_text_puts(out, "\n");
}

/* "L1 45.3 MiB of 180.0 MiB" */
static void space_total(struct smi_text *line, const char *name, struct smi_value used,
			struct smi_value capacity, char mark, enum smi_unit unit, const char *dot)
{
	char number[SMI_NUMBER_LEN];

	smi_format(number, used, unit, mark);
	smi_text_printf(line, " %s %s %s", dot, name, number);
	smi_format(number, capacity, unit, '\0');
	smi_text_printf(line, " of %s", number);
}

void smi_screen_totals(const struct smi_snapshot *s, bool is_virtual, const struct smi_view *view,
		       enum smi_unit unit, struct smi_legend *legend, struct smi_text *out)
{
	const char *dot = view->utf8 ? "·" : "|";
	struct smi_value l1 = { 0 }, dram = { 0 };
	struct smi_text line = { 0 };
	struct smi_use sum = { 0 };
	size_t chips = 0, blank = 0, processes = smi_processes_of(s, is_virtual);
	char l1_mark, dram_mark;

	for (size_t i = 0; i < s->chip_count; i++) {
		const struct ttmemstat_chip *chip = s->chips[i];
		struct smi_value capacity = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY);
		struct smi_use use;

		if ((chip->kind == TTMEMSTAT_KIND_VIRTUAL) != is_virtual)
			continue;
		chips++;
		blank += !capacity.known;
		l1 = smi_sum(l1, capacity);
		dram = smi_sum(dram, smi_figure(&chip->figures, TT_MEMSTAT_FIG_DRAM_CAPACITY));
		smi_use_of_chip(&use, chip);
		smi_use_add(&sum, &use);
	}
	if (!chips && (is_virtual || s->chip_count))
		return;
	l1_mark = smi_use_mark(&sum, SMI_L1_USED);
	dram_mark = smi_use_mark(&sum, SMI_DRAM_USED);
	smi_legend_note(legend, l1_mark);
	smi_legend_note(legend, dram_mark);
	smi_text_printf(&line, "%zu %schip%s", chips, is_virtual ? "virtual " : "",
			chips == 1 ? "" : "s");
	if (s->hosted > s->chip_count)
		smi_text_printf(&line, " of %zu", s->hosted);
	if (blank)
		smi_text_printf(&line, " (%zu not described)", blank);
	smi_text_printf(&line, " %s %zu process%s", dot, processes, processes == 1 ? "" : "es");
	if (chips) {
		space_total(&line, "L1", sum.v[SMI_L1_USED], l1, l1_mark, unit, dot);
		space_total(&line, "DRAM", sum.v[SMI_DRAM_USED], dram, dram_mark, unit, dot);
	}
	out->failed |= line.failed;
	if (!line.failed)
		wrapped(line.buf, 2, SMI_PLAIN, view, out);
	smi_text_release(&line);
}

void smi_screen_alerts(const struct smi_snapshot *s, struct smi_text *out)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct ttmemstat_chip *chip = s->chips[i];
		bool l1 = smi_flag(&chip->figures, TT_MEMSTAT_FIG_L1_ALERT);
		bool dram = smi_flag(&chip->figures, TT_MEMSTAT_FIG_DRAM_ALERT);

		if (l1 || dram)
			smi_text_printf(out, "%s %s%s%s%s",
					out->len ? "," : "Above the alert level:", chip->name,
					l1 ? " L1" : "", l1 && dram ? " and" : "",
					dram ? " DRAM" : "");
	}
}

/* "tt-smi 0.2.0 on HOST   tt_memstat 0.2.0"; @short_host: without the domain. */
static void title_text(char *out, size_t size, const struct smi_snapshot *s, bool short_host,
		       bool utf8)
{
	char version[sizeof(s->host.version) * 3], host[sizeof(s->hostname) * 3];

	smi_text_clean(version, sizeof(version), s->host.version, utf8);
	smi_text_clean(host, sizeof(host), s->hostname, utf8);
	if (short_host)
		host[strcspn(host, ".")] = '\0';
	snprintf(out, size, "tt-smi %s%s%s   tt_memstat %s", SMI_VERSION, host[0] ? " on " : "",
		 host, smi_dash(version));
}

void smi_screen_title(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_text *out)
{
	char left[480], when[64] = "-";
	size_t gap = 2, width;
	struct tm tm;

	if (localtime_r(&s->time.tv_sec, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %Z", &tm);
	title_text(left, sizeof(left), s, false, view->utf8);
	width = smi_text_width(left) + strlen(when);
	if (view->width && view->width < width + gap) {
		title_text(left, sizeof(left), s, true, view->utf8);
		width = smi_text_width(left) + strlen(when);
	}
	if (view->width > width + gap)
		gap = view->width - width;
	smi_text_style(out, SMI_HEAD, view->color);
	if (view->width)
		smi_text_cut(out, left, view->width, view->utf8);
	else
		smi_text_puts(out, left);
	smi_text_style(out, SMI_PLAIN, view->color);
	if (!view->width || view->width >= width + gap) {
		smi_text_fill(out, " ", gap);
		smi_text_puts(out, when);
	}
	smi_text_puts(out, "\n");
}

void smi_screen_head(const struct smi_snapshot *s, const struct smi_view *view,
		     struct smi_legend *legend, struct smi_text *out)
{
	const enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG;
	struct smi_text line = { 0 };

	smi_screen_title(s, view, out);
	smi_screen_totals(s, false, view, unit, legend, out);
	smi_screen_totals(s, true, view, unit, legend, out);
	smi_screen_alerts(s, &line);
	out->failed |= line.failed;
	if (line.len)
		wrapped(line.buf, 2, SMI_BAD, view, out);
	smi_text_release(&line);
	line = (struct smi_text){ 0 };
	smi_visible_sentence(s, view->utf8, &line);
	out->failed |= line.failed;
	if (line.len)
		wrapped(line.buf, 2, s->visible_wrong[0] ? SMI_WARN : SMI_PLAIN, view, out);
	smi_text_release(&line);
}

struct note_place {
	const struct smi_view *view;
	struct smi_text *out;
	enum smi_style style;
	bool first;
};

static void note_line(void *data, const char *sentence)
{
	struct note_place *place = data;

	if (place->first)
		smi_text_puts(place->out, "\n");
	place->first = false;
	wrapped(sentence, 2, place->style, place->view, place->out);
}

void smi_screen_foot(const struct smi_snapshot *s, const struct smi_view *view,
		     const struct smi_legend *legend, struct smi_text *out)
{
	struct note_place place = { view, out, SMI_WARN, true };
	struct smi_text line = { 0 };

	smi_notes(s, note_line, &place);
	place.style = SMI_DIM;
	if (view->verbose)
		for (size_t i = 0; i < s->chip_count; i++)
			smi_reasons(s->chips[i], note_line, &place);

	if (legend->percent_allocatable)
		smi_text_printf(&line, "%% of allocatable%s   ",
				legend->percent_capacity ? " (* of capacity)" : "");
	else if (legend->percent_capacity)
		smi_text_puts(&line, "% of capacity   ");
	if (legend->reserved)
		smi_text_printf(&line, "%s reserved   ", view->utf8 ? "░" : "=");
	if (legend->partial)
		smi_text_puts(&line, "> at least   ");
	if (legend->approx)
		smi_text_puts(&line, "~ approximate   ");
	if (legend->inconsistent)
		smi_text_puts(&line, "! inconsistent   ");
	out->failed |= line.failed;
	if (line.len) {
		smi_text_puts(out, "\n");
		smi_text_style(out, SMI_DIM, view->color);
		line.buf[line.len - 3] = '\0';
		smi_text_puts(out, line.buf);
		smi_text_style(out, SMI_PLAIN, view->color);
		smi_text_puts(out, "\n");
	}
	smi_text_release(&line);
}

void smi_screen(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out)
{
	struct note_place place = { view, out, SMI_WARN, true };
	bool compact = s->chip_count > SMI_COMPACT;
	struct smi_legend legend = { 0 };

	smi_screen_head(s, view, &legend, out);
	if (s->chip_count) {
		smi_screen_chips(s, view, &legend, out);
		if (view->breakdown == SMI_BREAKDOWN_ALWAYS ||
		    (view->breakdown == SMI_BREAKDOWN_AUTO && !compact)) {
			smi_screen_pools(s, view, &legend, out);
			smi_screen_cores(s, view, out);
		}
		smi_screen_processes(s, view, &legend, out);
		smi_screen_holders(s, view, out);
	}
	smi_screen_foot(s, view, &legend, out);
	smi_advice(s, note_line, &place);
	if (compact && view->breakdown == SMI_BREAKDOWN_AUTO) {
		smi_text_style(out, SMI_DIM, view->color);
		smi_text_puts(out, "Pools and cores of each chip: --breakdown, or -i CHIP");
		smi_text_style(out, SMI_PLAIN, view->color);
		smi_text_puts(out, "\n");
	}
}
