// SPDX-License-Identifier: GPL-2.0-only
/* Bank sets as text, as JSON and as sets of cores. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "banks.h"

#define BITS	((uint32_t)TT_MEMSTAT_SET_WORDS * 64)
#define MORE	"..."

void banks_cores(const struct tt_memstat_set_info *set, struct core_set *cores)
{
	memset(cores, 0, sizeof(*cores));
	for (uint32_t y = 0; y < CORES_MAX; y++)
		for (uint32_t x = 0; x < CORES_MAX; x++)
			if (ttmemstat_set_has(set, x, y))
				cores->row[y] |= 1u << x;
}

static size_t rects_of(const struct tt_memstat_set_info *set, struct core_rect *rects)
{
	struct core_set cores;

	banks_cores(set, &cores);
	return core_set_rects(&cores, rects, BANKS_RECTS);
}

/* Append a word if it fits, with what says that more follow; else that. False: it did not fit. */
static bool append(char *text, size_t len, char separator, const char *word)
{
	const size_t more = strlen(word);
	size_t used = strlen(text);

	if (used)
		text[used++] = separator;
	if (used + more + 1 + sizeof(MORE) <= len) {
		memcpy(text + used, word, more + 1);
		return true;
	}
	snprintf(text + used, len - used, MORE);
	return false;
}

void banks_print_cores(const struct tt_memstat_set_info *set, char *text, size_t len)
{
	struct core_rect rects[BANKS_RECTS];
	const size_t count = rects_of(set, rects);
	char word[32];

	*text = '\0';
	for (size_t i = 0; i < count; i++) {
		snprintf(word, sizeof(word), "%u,%u-%u,%u", rects[i].x0, rects[i].y0, rects[i].x1,
			 rects[i].y1);
		if (!append(text, len, ';', word))
			return;
	}
}

void banks_print_dram(const struct tt_memstat_set_info *set, char *text, size_t len)
{
	char word[32];

	*text = '\0';
	for (uint32_t bank = 0, end; bank < BITS; bank = end) {
		end = bank + 1;
		if (!ttmemstat_set_has(set, bank, 0))
			continue;
		while (ttmemstat_set_has(set, end, 0))
			end++;
		snprintf(word, sizeof(word), end == bank + 1 ? "%u" : "%u-%u", bank, end - 1);
		if (!append(text, len, ',', word))
			return;
	}
}

struct json_object *banks_json_cores(const struct tt_memstat_set_info *set)
{
	struct json_object *cores = json_object_new_array();
	struct core_rect rects[BANKS_RECTS];
	const size_t count = rects_of(set, rects);

	for (size_t i = 0; cores && i < count; i++) {
		const uint16_t corners[] = { rects[i].x0, rects[i].y0, rects[i].x1, rects[i].y1 };
		struct json_object *rect = json_object_new_array();

		for (size_t n = 0; n < 4; n++)
			json_object_array_add(rect, json_object_new_int(corners[n]));
		json_object_array_add(cores, rect);
	}
	return cores;
}

struct json_object *banks_json_dram(const struct tt_memstat_set_info *set)
{
	struct json_object *banks = json_object_new_array();

	for (uint32_t bank = 0; banks && bank < BITS; bank++)
		if (ttmemstat_set_has(set, bank, 0))
			json_object_array_add(banks, json_object_new_int((int)bank));
	return banks;
}
