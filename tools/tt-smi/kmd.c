// SPDX-License-Identifier: GPL-2.0-only
/* tt-kmd's data about a chip: see kmd.h. */
#include "kmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEMPERATURE, POWER, CLOCK, PIDS, FILES };

struct smi_kmd_chip {
	uint32_t n;		/* N of tt<N> */
	bool used;
	char node[sizeof(((struct ttmemstat_chip *)0)->kmd_node)]; /* node of the open files */
	int fds[FILES];
};

static const char *ordinal_of(const struct ttmemstat_chip *chip)
{
	const char *slash = strrchr(chip->kmd_node, '/');

	return chip->kind == TTMEMSTAT_KIND_LOCAL && chip->pci[0] && slash ? slash + 1 : NULL;
}

static void close_files(struct smi_kmd *kmd, struct smi_kmd_chip *c)
{
	for (unsigned int i = 0; i < FILES; i++) {
		smi_done(kmd->done, c->fds[i]);
		c->fds[i] = -1;
	}
}

/* NULL: no memory. */
static struct smi_kmd_chip *files_of(struct smi_kmd *kmd, const struct ttmemstat_chip *chip)
{
	struct smi_kmd_chip *c = kmd->chips;

	while (c < kmd->chips + kmd->count && c->n != chip->n)
		c++;
	if (c == kmd->chips + kmd->count) {
		c = reallocarray(kmd->chips, kmd->count + 1, sizeof(*c));
		if (!c)
			return NULL;
		kmd->chips = c;
		c += kmd->count++;
		*c = (struct smi_kmd_chip){ .n = chip->n, .fds = { -1, -1, -1, -1 } };
	}
	if (strcmp(c->node, chip->kmd_node)) {
		close_files(kmd, c);
		memcpy(c->node, chip->kmd_node, sizeof(c->node));
	}
	c->used = true;
	return c;
}

bool smi_kmd_find_hwmon(int dir, char *out, size_t size)
{
	_Alignas(struct dirent64) char buf[1024];
	ssize_t n;

	while ((n = getdents64(dir, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *entry = (const void *)(buf + at);

			if (strncmp(entry->d_name, "hwmon", 5) == 0 &&
			    strlen(entry->d_name) < size) {
				memcpy(out, entry->d_name, strlen(entry->d_name) + 1);
				return true;
			}
			at += entry->d_reclen;
		}
	}
	return false;
}

static void open_hwmon(struct smi_kmd *kmd, struct smi_kmd_chip *c,
		       const struct ttmemstat_chip *chip)
{
	int dir = smi_open(AT_FDCWD, "%s/bus/pci/devices/%s/hwmon",
			    kmd->root ? kmd->root : "/sys", chip->pci);
	char name[32];

	if (dir < 0)
		return;
	if (smi_kmd_find_hwmon(dir, name, sizeof(name))) {
		c->fds[TEMPERATURE] = smi_open(dir, "%s/temp1_input", name);
		c->fds[POWER] = smi_open(dir, "%s/power1_input", name);
	}
	smi_done(kmd->done, dir);
}

/* Read an open file; if it fails, the next reading opens it again. */
static ssize_t get(struct smi_kmd *kmd, struct smi_kmd_chip *c, unsigned int file, char *buf,
		   size_t size)
{
	ssize_t len = c->fds[file] < 0 ? 0 : smi_read_fd(c->fds[file], buf, size);

	if (len >= 0)
		return len;
	smi_done(kmd->done, c->fds[file]);
	c->fds[file] = -1;
	return 0;
}

struct smi_value smi_kmd_number(const char *text)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || (*end && *end != '\n'))
		return (struct smi_value){ 0 };
	return (struct smi_value){ true, n };
}

/*
 * A card that hangs or has left the bus reads as all ones, in 16 or 32 bits. The bounds are beyond
 * possible values and below all ones: -100 to 200 degrees, 4 kW, 10 GHz, each in the file's unit.
 */
static struct smi_value get_number(struct smi_kmd *kmd, struct smi_kmd_chip *c, unsigned int file)
{
	static const struct { int64_t min, max; } bounds[] = {
		[TEMPERATURE] = { -100000, 200000 },
		[POWER] = { 0, 4000000000 },
		[CLOCK] = { 0, 10000 },
	};
	struct smi_value value = { 0 };
	char text[48];

	if (get(kmd, c, file, text, sizeof(text)))
		value = smi_kmd_number(text);
	if (value.v < bounds[file].min || value.v > bounds[file].max)
		return (struct smi_value){ 0 };
	return value;
}

int smi_kmd_telemetry(struct smi_kmd *kmd, struct smi_telemetry *out,
		      const struct ttmemstat_chip *chip)
{
	const char *ordinal = ordinal_of(chip);
	struct smi_kmd_chip *c;

	*out = (struct smi_telemetry){ 0 };
	if (!ordinal)
		return 0;
	c = files_of(kmd, chip);
	if (!c)
		return -ENOMEM;
	if (c->fds[TEMPERATURE] < 0 && c->fds[POWER] < 0)
		open_hwmon(kmd, c, chip);
	/* sysfs replaces '/' in a device's name by '!'. */
	if (c->fds[CLOCK] < 0)
		c->fds[CLOCK] = smi_open(AT_FDCWD, "%s/class/tenstorrent/tenstorrent!%s/tt_aiclk",
					  kmd->root ? kmd->root : "/sys", ordinal);
	out->temperature = get_number(kmd, c, TEMPERATURE);
	out->power = get_number(kmd, c, POWER);
	out->clock = get_number(kmd, c, CLOCK);
	return 0;
}

ssize_t smi_kmd_pids(struct smi_kmd *kmd, const struct ttmemstat_chip *chip, char *buf, size_t size)
{
	const char *ordinal = ordinal_of(chip);
	struct smi_kmd_chip *c;

	if (!ordinal)
		return 0;
	c = files_of(kmd, chip);
	if (!c)
		return -ENOMEM;
	if (c->fds[PIDS] < 0)
		c->fds[PIDS] = smi_open(AT_FDCWD, "%s/proc/driver/tenstorrent/%s/pids",
					 kmd->root ? kmd->root : "", ordinal);
	return get(kmd, c, PIDS, buf, size);
}

void smi_kmd_sweep(struct smi_kmd *kmd)
{
	size_t kept = 0;

	for (size_t i = 0; i < kmd->count; i++) {
		if (!kmd->chips[i].used) {
			close_files(kmd, &kmd->chips[i]);
			continue;
		}
		kmd->chips[kept] = kmd->chips[i];
		kmd->chips[kept++].used = false;
	}
	kmd->count = kept;
}

void smi_kmd_close(struct smi_kmd *kmd)
{
	while (kmd->count)
		close_files(kmd, &kmd->chips[--kmd->count]);
	free(kmd->chips);
	kmd->chips = NULL;
}
