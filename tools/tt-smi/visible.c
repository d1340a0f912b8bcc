// SPDX-License-Identifier: GPL-2.0-only
/* TT_VISIBLE_DEVICES: see visible.h. */
#include "visible.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_addresses(const void *a, const void *b)
{
	return strcmp((*(const struct ttmemstat_chip *const *)a)->pci,
		      (*(const struct ttmemstat_chip *const *)b)->pci);
}

static bool has_node(const struct ttmemstat_chip *chip, bool live)
{
	char path[sizeof(chip->kmd_node) + 8];

	if (chip->kind != TTMEMSTAT_KIND_LOCAL || !chip->pci[0] || !chip->kmd_node[0])
		return false;
	snprintf(path, sizeof(path), "/dev/%s", chip->kmd_node);
	return !live || access(path, F_OK) == 0;
}

/* Adds the chips that a token of @len bytes names to the visible ones; whether there are any. */
static bool add(struct smi_snapshot *s, const char *token, size_t len,
		const struct ttmemstat_chip *const *cards, size_t count)
{
	const size_t before = s->visible_count;
	char text[32];

	snprintf(text, sizeof(text), "%.*s", (int)len, token);
	if (len >= sizeof(text))
		return false;
	if (strspn(text, "0123456789") == len) {
		unsigned long n = strtoul(text, NULL, 10);

		if (n >= count)
			return false;
		s->visible[s->visible_count++] = cards[n]->n;
		return true;
	}
	if (!strpbrk(text, ":.") || strspn(text, "0123456789abcdefABCDEF.:") != len)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strstr(cards[i]->pci, text))
			s->visible[s->visible_count++] = cards[i]->n;
	return s->visible_count > before;
}

static size_t count_tokens(const char *list)
{
	size_t count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

static void read_list(struct smi_snapshot *s, const char *at,
		      const struct ttmemstat_chip *const *cards, size_t count)
{
	for (;; at++) {
		size_t len = strcspn(at, ","), end = len;
		const char *token = at + strspn(at, " \n\r\t");

		while (end && strchr(" \n\r\t", at[end - 1]))
			end--;
		if (token < at + end && !add(s, token, (size_t)(at + end - token), cards, count)) {
			snprintf(s->visible_wrong, sizeof(s->visible_wrong), "%.*s",
				 (int)(at + end - token), token);
			s->visible_count = 0;
			return;
		}
		at += len;
		if (!*at)
			return;
	}
}

int smi_visible_set(struct smi_snapshot *s, bool live)
{
	const char *list = getenv("TT_VISIBLE_DEVICES");
	const struct ttmemstat_chip **cards;
	size_t count = 0;

	if (!list)
		return 0;
	/* Each token names every card at most. */
	s->visible = calloc(count_tokens(list) * (s->chip_count + 1), sizeof(*s->visible));
	cards = calloc(s->chip_count + 1, sizeof(*cards));
	if (!s->visible || !cards) {
		free(cards);
		return -ENOMEM;
	}
	for (size_t i = 0; i < s->chip_count; i++)
		if (has_node(s->chips[i], live))
			cards[count++] = s->chips[i];
	qsort(cards, count, sizeof(*cards), compare_addresses);
	read_list(s, list, cards, count);
	free(cards);
	return 0;
}

static bool is_visible(const struct smi_snapshot *s, uint32_t n)
{
	for (size_t i = 0; i < s->visible_count; i++)
		if (s->visible[i] == n)
			return true;
	return false;
}

bool smi_visible(const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	if (!s->visible || is_visible(s, chip->n))
		return true;
	for (size_t i = 0; chip->kind == TTMEMSTAT_KIND_REMOTE && i < s->chip_count; i++)
		if (s->chips[i]->kind == TTMEMSTAT_KIND_LOCAL && is_visible(s, s->chips[i]->n) &&
		    strcmp(s->chips[i]->pci, chip->pci) == 0)
			return true;
	return false;
}

/* Gateways come before the chips behind them, and stay as long as they are looked at. */
void smi_visible_only(struct smi_snapshot *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->chip_count; i++) {
		struct ttmemstat_chip *chip = s->chips[i];

		if (smi_visible(s, chip)) {
			s->chips[i] = s->chips[kept];
			s->chips[kept++] = chip;
		}
	}
	while (s->chip_count > kept)
		ttmemstat_chip_free(s->chips[--s->chip_count]);
}

const char *smi_visible_mark(const struct smi_snapshot *s, const struct ttmemstat_chip *chip,
			     bool utf8)
{
	if (!s->visible || !smi_visible(s, chip))
		return "";
	return utf8 ? "✓" : "*";
}

void smi_visible_sentence(const struct smi_snapshot *s, bool utf8, struct smi_text *out)
{
	const char *list = getenv("TT_VISIBLE_DEVICES"), *comma = " ";
	char text[160];

	if (!s->visible || !list)
		return;
	if (s->visible_count)
		smi_text_puts(out, utf8 ? "✓ " : "* ");
	smi_text_clean(text, sizeof(text), list, utf8);
	smi_text_printf(out, "TT_VISIBLE_DEVICES=%s selects", text);
	if (s->visible_wrong[0]) {
		smi_text_clean(text, sizeof(text), s->visible_wrong, utf8);
		smi_text_printf(out, " a card '%s' that is not there: programs fail", text);
		return;
	}
	for (size_t i = 0; i < s->chip_count; i++) {
		if (!smi_visible(s, s->chips[i]))
			continue;
		smi_text_printf(out, "%s%s", comma, s->chips[i]->name);
		comma = ", ";
	}
	if (comma[0] == ' ')
		smi_text_puts(out, " no chip");
}
