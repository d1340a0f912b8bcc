// SPDX-License-Identifier: GPL-2.0-only
/* Collect the facts about a host from sysfs, /dev and /proc. Opens no device. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli.h"
#include "doctor.h"
#include "onlooker.h"
#include "openers.h"

#define FILE_MAX	(1u << 20)

/* Roots of the live system, or below another directory. */
struct places {
	const char *sysfs;
	const char *proc;
	const char *dev;
	const char *etc;
	bool live;
	char buffers[3][PATH_MAX];
};

/* The number that the kernel gives a device, from a file such as class/misc/NAME/dev. */
static bool kernel_number(const struct places *places, const char *class, const char *name,
			  dev_t *number)
{
	unsigned int major;
	unsigned int minor;
	char path[PATH_MAX];
	FILE *file;
	bool found;

	snprintf(path, sizeof(path), "%s/class/%s/%s/dev", places->sysfs, class, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	found = fscanf(file, "%u:%u", &major, &minor) == 2;
	fclose(file);
	if (found)
		*number = makedev(major, minor);
	return found;
}

/* @name: as in class/@class; a ! in it is a / below /dev */
static void look_at_node(const struct places *places, const char *class, const char *name,
			 struct doctor_node *node)
{
	char path[PATH_MAX];
	struct stat st;
	dev_t number;

	snprintf(node->path, sizeof(node->path), "/dev/%s", name);
	for (char *at = node->path; (at = strchr(at, '!')); at++)
		*at = '/';
	snprintf(path, sizeof(path), "%s/%s", places->dev, node->path + strlen("/dev/"));
	if (stat(path, &st))
		return;
	node->present = true;
	/* Below another directory, a regular file stands in for the device. */
	node->device = !places->live || (S_ISCHR(st.st_mode) &&
		       (!kernel_number(places, class, name, &number) || number == st.st_rdev));
	node->open_to_all = (st.st_mode & 0666) == 0666;
	node->mine = !access(path, R_OK | W_OK);
}

/* The name of a chip's node in class/tenstorrent. */
static void class_name(const char *kmd_node, char *name, size_t len)
{
	snprintf(name, len, "%s", kmd_node);
	for (char *at = name; (at = strchr(at, '/')); at++)
		*at = '!';
}

static int look_at_chips(const struct places *places, struct doctor_facts *facts)
{
	facts->nodes = calloc(facts->chips.count + 1, sizeof(*facts->nodes));
	if (!facts->nodes)
		return -ENOMEM;
	for (size_t i = 0; i < facts->chips.count; i++) {
		const struct ttmemstat_chip *chip = facts->chips.chips[i];
		char name[64];

		if (chip->kind != TTMEMSTAT_KIND_LOCAL || !*chip->kmd_node)
			continue;
		class_name(chip->kmd_node, name, sizeof(name));
		look_at_node(places, "tenstorrent", name, &facts->nodes[i]);
	}
	return 0;
}

static bool has_node(const struct doctor_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->chips.count; i++) {
		if (facts->chips.chips[i]->kind == TTMEMSTAT_KIND_LOCAL &&
		    !strcmp(facts->chips.chips[i]->kmd_node, name))
			return true;
	}
	return false;
}

static int look_for_strays(const struct places *places, struct doctor_facts *facts)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int err = 0;

	snprintf(path, sizeof(path), "%s/class/tenstorrent", places->sysfs);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir))) {
		char name[sizeof(*facts->strays)];
		void *grown;

		if (strncmp(entry->d_name, "tenstorrent!", 12))
			continue;
		snprintf(name, sizeof(name), "tenstorrent/%.48s", entry->d_name + 12);
		if (has_node(facts, name))
			continue;
		grown = realloc(facts->strays, (facts->stray_count + 1) * sizeof(name));
		if (!grown) {
			err = -ENOMEM;
			break;
		}
		facts->strays = grown;
		memcpy(facts->strays[facts->stray_count++], name, sizeof(name));
	}
	if (dir)
		closedir(dir);
	return err;
}

static bool runs_onlooker(const struct places *places, int32_t pid)
{
	char path[PATH_MAX];
	char *text;
	size_t len;
	bool onlooker;

	snprintf(path, sizeof(path), "%s/%d/cmdline", places->proc, pid);
	onlooker = !cli_read(path, FILE_MAX, &text, &len) && onlooker_is_command(text, len);
	free(text);
	return onlooker;
}

static void look_at_process(const struct places *places, struct doctor_holder *holder)
{
	char path[PATH_MAX];
	char raw[64];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/%d/comm", places->proc, holder->pid);
	if (!cli_read(path, sizeof(raw), &text, &len) && len) {
		snprintf(raw, sizeof(raw), "%.*s", (int)strcspn(text, "\n"), text);
		ttmemstat_sanitize(holder->name, sizeof(holder->name), raw);
	}
	free(text);
	snprintf(path, sizeof(path), "%s/%d/maps", places->proc, holder->pid);
	holder->unreadable = cli_read(path, FILE_MAX, &text, &len) != 0;
	if (!holder->unreadable) {
		holder->reporter = memmem(text, len, ONLOOKER_REPORTER,
					  strlen(ONLOOKER_REPORTER)) != NULL;
		holder->hugepages = memmem(text, len, ONLOOKER_HUGEPAGES,
					   strlen(ONLOOKER_HUGEPAGES)) != NULL;
	}
	free(text);
	holder->onlooker = onlooker_is_name(holder->name) || runs_onlooker(places, holder->pid);
}

static int add_holder(const struct places *places, struct doctor_facts *facts, size_t chip,
		      pid_t pid)
{
	struct doctor_holder *grown;

	grown = realloc(facts->holders, (facts->holder_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	facts->holders = grown;
	grown += facts->holder_count++;
	*grown = (struct doctor_holder){ .chip = chip, .pid = pid };
	grown->reports = opener_reports(facts->chips.chips, facts->chips.count,
					facts->chips.chips[chip], pid);
	if (pid && !grown->reports)
		look_at_process(places, grown);
	return 0;
}

static int look_for_holders(const struct places *places, struct doctor_facts *facts, size_t chip)
{
	const char *ordinal = strrchr(facts->chips.chips[chip]->kmd_node, '/');
	char path[PATH_MAX], text[OPENERS_TEXT];
	pid_t pids[OPENERS_MAX];
	size_t count, zeros;
	FILE *file;
	int err = 0;

	if (!ordinal)
		return 0;
	snprintf(path, sizeof(path), "%s/driver/tenstorrent/%s/pids", places->proc, ordinal + 1);
	file = fopen(path, "re");
	if (!file)
		return 0;
	facts->procfs = true;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	count = openers_parse(text, pids, OPENERS_MAX, &zeros);
	for (size_t i = 0; !err && i < count; i++)
		err = add_holder(places, facts, chip, pids[i]);
	return !err && zeros ? add_holder(places, facts, chip, 0) : err;
}

static void look_at_environment(struct doctor_facts *facts)
{
	const char *disabled = getenv("TT_MEMSTAT_DISABLED");
	const char *preload = getenv("LD_PRELOAD");

	facts->disabled = disabled && *disabled && strcmp(disabled, "0");
	facts->preloaded = preload && strstr(preload, "libttmemstat-report.so");
}

static int look_at_module(const struct places *places, struct doctor_facts *facts)
{
	struct ttmemstat_reader *reader;
	int err = ttmemstat_reader_new(&reader, places->sysfs);

	if (err)
		return err;
	err = ttmemstat_reader_version(reader, facts->module, sizeof(facts->module));
	facts->loaded = !err;
	if (!err)
		err = ttmemstat_reader_chips(reader, TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CARD,
					     &facts->chips);
	ttmemstat_reader_free(reader);
	if (err == -ENOENT) {
		facts->loaded = false;
		return 0;
	}
	if (!err)
		look_at_node(places, "misc", "tt_memstat", &facts->node);
	return err;
}

int doctor_look(const char *root, struct doctor_facts *facts)
{
	struct places places = { .sysfs = "/sys", .proc = "/proc", .dev = "/dev", .etc = "/etc",
				 .live = !root };
	int err;

	memset(facts, 0, sizeof(*facts));
	if (root) {
		snprintf(places.buffers[0], PATH_MAX, "%s/proc", root);
		snprintf(places.buffers[1], PATH_MAX, "%s/dev", root);
		snprintf(places.buffers[2], PATH_MAX, "%s/etc", root);
		places.sysfs = root;
		places.proc = places.buffers[0];
		places.dev = places.buffers[1];
		places.etc = places.buffers[2];
	}
	snprintf(facts->library, sizeof(facts->library), "%s", ttmemstat_version());
	look_at_environment(facts);
	err = look_at_module(&places, facts);
	if (!err)
		err = look_at_chips(&places, facts);
	if (!err)
		err = look_for_strays(&places, facts);
	if (!err)
		err = doctor_look_at_kept(places.etc, facts);
	for (size_t i = 0; !err && i < facts->chips.count; i++)
		err = look_for_holders(&places, facts, i);
	if (err)
		doctor_facts_free(facts);
	return err;
}

void doctor_facts_free(struct doctor_facts *facts)
{
	ttmemstat_chip_list_free(&facts->chips);
	free(facts->nodes);
	free(facts->strays);
	free(facts->holders);
	free(facts->kept);
	memset(facts, 0, sizeof(*facts));
}
