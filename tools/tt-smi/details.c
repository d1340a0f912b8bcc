// SPDX-License-Identifier: GPL-2.0-only
/* Attributes of a chip for snapshots: see details.h. */
#include "details.h"
#include "file.h"
#include "kmd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum place { FUNCTION, HWMON, CLASS, PLACES };

/* A card that hangs reads as all ones, so a value above @max is unknown. */
static const struct {
	const char *file;
	enum place place;
	int64_t max;
} numbers[SMI_NUMBERS] = {
	[SMI_VOLTAGE] = { "in0_input", HWMON, 10000 },
	[SMI_VOLTAGE_MAX] = { "in0_max", HWMON, 10000 },
	[SMI_CURRENT] = { "curr1_input", HWMON, 4000000 },
	[SMI_CURRENT_MAX] = { "curr1_max", HWMON, 4000000 },
	[SMI_POWER_MAX] = { "power1_max", HWMON, 4000000000 },
	[SMI_TEMPERATURE_MAX] = { "temp1_max", HWMON, 200000 },
	[SMI_FAN] = { "fan1_input", HWMON, 60000 },
	[SMI_AXI_CLOCK] = { "tt_axiclk", CLASS, 10000 },
	[SMI_ARC_CLOCK] = { "tt_arcclk", CLASS, 10000 },
	[SMI_HEARTBEAT] = { "tt_heartbeat", CLASS, UINT32_MAX - 1 },
	[SMI_LINK_WIDTH] = { "current_link_width", FUNCTION, 32 },
};

static const struct {
	const char *file;
	enum place place;
} words[SMI_WORDS] = {
	[SMI_FW_BUNDLE] = { "tt_fw_bundle_ver", CLASS },
	[SMI_FW_FLASH] = { "tt_ttflash_ver", CLASS },
	[SMI_FW_ARC] = { "tt_arc_fw_ver", CLASS },
	[SMI_FW_ETH] = { "tt_eth_fw_ver", CLASS },
	[SMI_FW_LOADER] = { "tt_m3bl_fw_ver", CLASS },
	[SMI_FW_APP] = { "tt_m3app_fw_ver", CLASS },
	[SMI_LINK_SPEED] = { "current_link_speed", FUNCTION },
};

/* Reads the first line of a file; empty on failure. */
static void read_line(int dirfd, const char *file, char *out, size_t size)
{
	int fd = smi_open(dirfd, "%s", file);

	out[0] = '\0';
	if (fd < 0)
		return;
	if (smi_read_fd(fd, out, size) < 0)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	close(fd);
}

/* All ones, as tt-kmd prints them in versions. */
static bool is_all_ones(const char *word)
{
	return strcmp(word, "255.255.255.255") == 0 || strcmp(word, "255.15.4095") == 0;
}

static void open_places(int fds[PLACES], const char *root, bool telemetry,
			const struct ttmemstat_chip *chip)
{
	const char *node = strrchr(chip->kmd_node, '/');
	char name[32];
	int hwmons;

	root = root ? root : "/sys";
	fds[FUNCTION] = smi_open(AT_FDCWD, "%s/bus/pci/devices/%s", root, chip->pci);
	fds[HWMON] = fds[CLASS] = -1;
	if (!telemetry)
		return;
	/* sysfs replaces '/' in a device name by '!'. */
	if (node)
		fds[CLASS] = smi_open(AT_FDCWD, "%s/class/tenstorrent/tenstorrent!%s", root, node + 1);
	hwmons = smi_open(AT_FDCWD, "%s/bus/pci/devices/%s/hwmon", root, chip->pci);
	if (hwmons < 0)
		return;
	if (smi_kmd_find_hwmon(hwmons, name, sizeof(name)))
		fds[HWMON] = smi_open(hwmons, "%s", name);
	close(hwmons);
}

void smi_details_read(struct smi_details *out, const char *root, bool telemetry,
		      const struct ttmemstat_chip *chip)
{
	int fds[PLACES];

	memset(out, 0, sizeof(*out));
	/* The PCI address of a remote chip is that of its gateway. */
	if (chip->kind != TTMEMSTAT_KIND_LOCAL || !chip->pci[0])
		return;
	open_places(fds, root, telemetry, chip);
	for (unsigned int i = 0; i < SMI_NUMBERS; i++) {
		char text[48];

		if (fds[numbers[i].place] < 0)
			continue;
		read_line(fds[numbers[i].place], numbers[i].file, text, sizeof(text));
		out->numbers[i] = smi_kmd_number(text);
		if (out->numbers[i].v < 0 || out->numbers[i].v > numbers[i].max)
			out->numbers[i] = (struct smi_value){ 0 };
	}
	for (unsigned int i = 0; i < SMI_WORDS; i++) {
		if (fds[words[i].place] < 0)
			continue;
		read_line(fds[words[i].place], words[i].file, out->words[i], sizeof(out->words[i]));
		if (is_all_ones(out->words[i]))
			out->words[i][0] = '\0';
	}
	for (unsigned int i = 0; i < PLACES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void smi_details_driver(char *out, size_t size, const char *root)
{
	int dirfd = smi_open(AT_FDCWD, "%s/module/tenstorrent", root ? root : "/sys");

	out[0] = '\0';
	if (dirfd < 0)
		return;
	read_line(dirfd, "version", out, size);
	close(dirfd);
}
