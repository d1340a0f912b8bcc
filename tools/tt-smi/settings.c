// SPDX-License-Identifier: GPL-2.0-only
/* Settings that the full screen keeps: see settings.h. */
#include "settings.h"
#include "levels.h"
#include "options.h"
#include "sort.h"

#include <stdio.h>
#include <string.h>

static const char *const optional_names[SMI_OPTIONALS] = {
	[SMI_SHOW_USER] = "user",
	[SMI_SHOW_AGE] = "age",
	[SMI_SHOW_CHIPS] = "chips",
	[SMI_SHOW_PLACE] = "where",
	[SMI_SHOW_POOLS] = "pools",
	[SMI_SHOW_PEAKS] = "peaks",
	[SMI_SHOW_CPU] = "cpu",
	[SMI_SHOW_HOST] = "memory",
};

static const char *const graph_names[SMI_GRAPHS] = {
	[SMI_GRAPH_BRAILLE] = "braille",
	[SMI_GRAPH_BLOCK] = "block",
};

enum key { SORT, SECONDS, INTERVAL, GRAPH, HIDDEN, LEVELS, BELL, MOUSE, TREE, KEYS };

static const char *const key_names[KEYS] = {
	[SORT] = "sort",
	[SECONDS] = "seconds",
	[INTERVAL] = "interval",
	[GRAPH] = "graph",
	[HIDDEN] = "hidden",
	[LEVELS] = "levels",
	[BELL] = "bell",
	[MOUSE] = "mouse",
	[TREE] = "tree",
};

void smi_settings_default(struct smi_settings *set)
{
	*set = (struct smi_settings){
		.sort = SMI_SORT_MEMORY,
		.seconds = 60,
		.interval_ms = SMI_INTERVAL_MS,
		.mouse = true,
		.levels = SMI_LEVELS_DEFAULT,
	};
}

const char *smi_optional_name(enum smi_optional n)
{
	return optional_names[n];
}

/* Index of a word; @count if it is not in the list. */
static unsigned int index_of(const char *word, const char *const *words, unsigned int count)
{
	unsigned int i = 0;

	while (i < count && strcmp(word, words[i]) != 0)
		i++;
	return i;
}

static bool set_flag(bool *flag, const char *value)
{
	static const char *const words[] = { "no", "yes" };
	unsigned int n = index_of(value, words, 2);

	if (n < 2)
		*flag = n;
	return n < 2;
}

static bool set_hidden(struct smi_settings *set, char *value)
{
	unsigned int hidden = 0, n;
	char *word, *at;

	for (word = strtok_r(value, " ", &at); word; word = strtok_r(NULL, " ", &at)) {
		n = index_of(word, optional_names, SMI_OPTIONALS);
		if (n == SMI_OPTIONALS)
			return false;
		hidden |= 1u << n;
	}
	set->hidden = hidden;
	return true;
}

static bool set_sort(struct smi_settings *set, const char *value)
{
	bool reverse = value[0] == '-';
	enum smi_sort sort = smi_sort_parse(value + reverse);

	if (sort == SMI_SORTS)
		return false;
	set->sort = sort;
	set->reverse = reverse;
	return true;
}

static bool set_seconds(struct smi_settings *set, const char *value)
{
	static const char *const words[] = { "60", "120", "300" };
	static const unsigned int seconds[] = { 60, 120, 300 };
	unsigned int n = index_of(value, words, 3);

	if (n < 3)
		set->seconds = seconds[n];
	return n < 3;
}

static bool set_graph(struct smi_settings *set, const char *value)
{
	unsigned int n = index_of(value, graph_names, SMI_GRAPHS);

	if (n < SMI_GRAPHS)
		set->graph = (enum smi_graph)n;
	return n < SMI_GRAPHS;
}

static bool set_interval(struct smi_settings *set, const char *value)
{
	unsigned int ms = smi_interval_parse(value);

	if (ms)
		set->interval_ms = ms;
	return ms;
}

static bool take(struct smi_settings *set, enum key key, char *value)
{
	switch (key) {
	case SORT:
		return set_sort(set, value);
	case SECONDS:
		return set_seconds(set, value);
	case INTERVAL:
		return set_interval(set, value);
	case GRAPH:
		return set_graph(set, value);
	case HIDDEN:
		return set_hidden(set, value);
	case LEVELS:
		return smi_levels_parse(&set->levels, value) == 0;
	case BELL:
		return set_flag(&set->bell, value);
	case MOUSE:
		return set_flag(&set->mouse, value);
	case TREE:
		return set_flag(&set->tree, value);
	default:
		return false;
	}
}

/* A line of a file. @value: behind the '=', or NULL; it ends with the line. */
struct line {
	const char *text;
	size_t len;
	const char *name;
	size_t name_len;
	const char *value;
};

/* Returns the start of the next line. */
static const char *split(struct line *line, const char *text)
{
	*line = (struct line){ .text = text, .len = strcspn(text, "\n") };
	line->name = text + strspn(text, " \t\r");
	line->name_len = strcspn(line->name, " \t=\n");
	line->value = memchr(text, '=', line->len);
	line->value += line->value != NULL;
	return text + line->len + (text[line->len] == '\n');
}

static enum key key_of(const struct line *line)
{
	unsigned int key = 0;

	while (key < KEYS && (strlen(key_names[key]) != line->name_len ||
			      memcmp(key_names[key], line->name, line->name_len) != 0))
		key++;
	return line->value ? (enum key)key : KEYS;
}

static bool says_nothing(const struct line *line)
{
	return line->name >= line->text + line->len || *line->name == '#';
}

static bool take_line(struct smi_settings *set, const struct line *line)
{
	const char *from = line->value ? line->value + strspn(line->value, " \t") : line->text;
	char value[256];

	snprintf(value, sizeof(value), "%.*s", (int)strcspn(from, "\r\n"), from);
	return take(set, key_of(line), value);
}

size_t smi_settings_parse(struct smi_settings *set, const char *text)
{
	size_t number = 0, bad = 0;
	struct line line;

	while (*text) {
		text = split(&line, text);
		number++;
		if (!says_nothing(&line) && !take_line(set, &line) && !bad)
			bad = number;
	}
	return bad;
}

static void put(const struct smi_settings *set, enum key key, FILE *f)
{
	fprintf(f, "%s =", key_names[key]);
	switch (key) {
	case SORT:
		fprintf(f, " %s%s", set->reverse ? "-" : "", smi_sort_name(set->sort));
		break;
	case SECONDS:
		fprintf(f, " %u", set->seconds);
		break;
	case INTERVAL:
		fprintf(f, " %u.%03u", set->interval_ms / 1000, set->interval_ms % 1000);
		break;
	case GRAPH:
		fprintf(f, " %s", graph_names[set->graph]);
		break;
	case HIDDEN:
		for (unsigned int i = 0; i < SMI_OPTIONALS; i++)
			if (set->hidden & 1u << i)
				fprintf(f, " %s", optional_names[i]);
		break;
	case LEVELS:
		fprintf(f, " %u,%u", set->levels.warn, set->levels.bad);
		break;
	default:
		fprintf(f, " %s", (key == BELL ? set->bell : key == MOUSE ? set->mouse : set->tree) ?
			"yes" : "no");
	}
	fputc('\n', f);
}

void smi_settings_print(const struct smi_settings *set, const char *old, FILE *f)
{
	unsigned int done = 0;
	struct line line;

	if (!*old)
		fprintf(f, "# Written by tt-smi --watch when it ends.\n");
	while (*old) {
		enum key key;

		old = split(&line, old);
		key = says_nothing(&line) ? KEYS : key_of(&line);
		if (key == KEYS)
			fprintf(f, "%.*s\n", (int)line.len, line.text);
		else if (!(done & 1u << key))
			put(set, key, f);
		done |= 1u << key;
	}
	for (enum key key = 0; key < KEYS; key++)
		if (!(done & 1u << key))
			put(set, key, f);
}

bool smi_settings_equal(const struct smi_settings *a, const struct smi_settings *b)
{
	return a->sort == b->sort && a->reverse == b->reverse && a->seconds == b->seconds &&
	       a->interval_ms == b->interval_ms && a->graph == b->graph &&
	       a->hidden == b->hidden && a->bell == b->bell && a->mouse == b->mouse &&
	       a->tree == b->tree && a->levels.warn == b->levels.warn &&
	       a->levels.bad == b->levels.bad;
}
