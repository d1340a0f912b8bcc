// SPDX-License-Identifier: GPL-2.0-only
/* Settings that the full screen keeps: see settings.h. */
#include "settings.h"
#include "file.h"
#include "levels.h"
#include "options.h"
#include "sort.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool take(struct smi_settings *set, const char *name, char *value)
{
	if (strcmp(name, "sort") == 0)
		return set_sort(set, value);
	if (strcmp(name, "seconds") == 0)
		return set_seconds(set, value);
	if (strcmp(name, "interval") == 0)
		return set_interval(set, value);
	if (strcmp(name, "graph") == 0)
		return set_graph(set, value);
	if (strcmp(name, "hidden") == 0)
		return set_hidden(set, value);
	if (strcmp(name, "levels") == 0)
		return smi_levels_parse(&set->levels, value) == 0;
	if (strcmp(name, "bell") == 0)
		return set_flag(&set->bell, value);
	if (strcmp(name, "mouse") == 0)
		return set_flag(&set->mouse, value);
	if (strcmp(name, "tree") == 0)
		return set_flag(&set->tree, value);
	return false;
}

size_t smi_settings_parse(struct smi_settings *set, const char *text)
{
	size_t bad = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[256], *equals, *name = line;

		snprintf(line, sizeof(line), "%.*s", (int)(len < 255 ? len : 255), text);
		text += len + (text[len] == '\n');
		name += strspn(name, " \t");
		if (!*name || *name == '#')
			continue;
		equals = strchr(name, '=');
		if (!equals) {
			bad++;
			continue;
		}
		*equals++ = '\0';
		name[strcspn(name, " \t")] = '\0';
		equals += strspn(equals, " \t");
		equals[strcspn(equals, "\r")] = '\0';
		bad += !take(set, name, equals);
	}
	return bad;
}

char *smi_settings_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path;

	/* The XDG Base Directory Specification says to ignore relative paths. */
	if (base && base[0] == '/')
		return asprintf(&path, "%s/tt-memstat/tt-smi.conf", base) < 0 ? NULL : path;
	if (home && home[0] == '/')
		return asprintf(&path, "%s/.config/tt-memstat/tt-smi.conf", home) < 0 ? NULL : path;
	return NULL;
}

int smi_settings_read(struct smi_settings *set, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char text[4096];
	ssize_t len;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	len = smi_read_fd(fd, text, sizeof(text));
	close(fd);
	if (len < 0)
		return (int)len;
	smi_settings_parse(set, text);
	return 0;
}

/* Create the directories above the file, including the user's configuration directory. */
static int make_directories(const char *path)
{
	char *copy = strdup(path);
	int rc = 0;

	if (!copy)
		return -ENOMEM;
	for (char *slash = strchr(copy + 1, '/'); !rc && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			rc = -errno;
		*slash = '/';
	}
	free(copy);
	return rc;
}

int smi_settings_write(const struct smi_settings *set, const char *path)
{
	int rc = make_directories(path);
	char *beside;
	FILE *f;

	if (rc)
		return rc;
	if (asprintf(&beside, "%s.new", path) < 0)
		return -ENOMEM;
	f = fopen(beside, "we");
	if (!f) {
		rc = -errno;
		free(beside);
		return rc;
	}
	fprintf(f, "# Written by tt-smi --watch when it ends.\n");
	fprintf(f, "sort = %s%s\n", set->reverse ? "-" : "", smi_sort_name(set->sort));
	fprintf(f, "seconds = %u\n", set->seconds);
	fprintf(f, "interval = %u.%03u\n", set->interval_ms / 1000, set->interval_ms % 1000);
	fprintf(f, "graph = %s\n", graph_names[set->graph]);
	fprintf(f, "hidden =");
	for (unsigned int i = 0; i < SMI_OPTIONALS; i++)
		if (set->hidden & 1u << i)
			fprintf(f, " %s", optional_names[i]);
	fprintf(f, "\nlevels = %u,%u\n", set->levels.warn, set->levels.bad);
	fprintf(f, "bell = %s\nmouse = %s\ntree = %s\n", set->bell ? "yes" : "no",
		set->mouse ? "yes" : "no", set->tree ? "yes" : "no");
	rc = ferror(f) ? -EIO : 0;
	if (fclose(f) && !rc)
		rc = -errno;
	if (!rc && rename(beside, path))
		rc = -errno;
	if (rc)
		unlink(beside);
	free(beside);
	return rc;
}

bool smi_settings_equal(const struct smi_settings *a, const struct smi_settings *b)
{
	return a->sort == b->sort && a->reverse == b->reverse && a->seconds == b->seconds &&
	       a->interval_ms == b->interval_ms && a->graph == b->graph &&
	       a->hidden == b->hidden && a->bell == b->bell && a->mouse == b->mouse &&
	       a->tree == b->tree && a->levels.warn == b->levels.warn &&
	       a->levels.bad == b->levels.bad;
}
