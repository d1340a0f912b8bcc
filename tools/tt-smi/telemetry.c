// SPDX-License-Identifier: GPL-2.0-only
/* Temperature, power and clock: see telemetry.h. */
#include "telemetry.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The only entry of the function's directory hwmon; false: there is none. */
static bool find_hwmon(int function, char *out, size_t size)
{
	int fd = openat(function, "hwmon", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool found = false;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "hwmon", 5) || strlen(entry->d_name) > 24)
			continue;
		snprintf(out, size, "hwmon/%s", entry->d_name);
		found = true;
	}
	closedir(dir);
	return found;
}

static struct smi_value number_in(int dir, const char *parent, const char *name)
{
	struct smi_value value = { 0 };
	char path[96], text[48], *end;
	long long n;

	snprintf(path, sizeof(path), "%s/%s", parent, name);
	if (smi_read_file(dir, path, text, sizeof(text)) <= 0)
		return value;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || (*end && *end != '\n'))
		return value;
	return (struct smi_value){ true, n };
}

void smi_telemetry(struct smi_telemetry *out, const struct ttm_chip *chip, const char *sysfs)
{
	char path[PATH_MAX], hwmon[48], node[96];
	const char *ordinal = strrchr(chip->kmd_node, '/');
	int function;

	memset(out, 0, sizeof(*out));
	if (chip->kind != TTM_KIND_LOCAL || !chip->pci[0])
		return;
	snprintf(path, sizeof(path), "%s/bus/pci/devices/%s", sysfs, chip->pci);
	function = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (function < 0)
		return;
	if (find_hwmon(function, hwmon, sizeof(hwmon))) {
		out->temperature = number_in(function, hwmon, "temp1_input");
		out->power = number_in(function, hwmon, "power1_input");
	}
	if (ordinal) {
		/* '/' in a device's name stands as '!' in sysfs. */
		snprintf(node, sizeof(node), "tenstorrent/tenstorrent!%s", ordinal + 1);
		out->clock = number_in(function, node, "tt_aiclk");
	}
	close(function);
}
