/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes of a local chip from tt-kmd and the PCI core that only snapshots in the format of
 * Tenstorrent's tt-smi contain. They are read file by file; kmd.h has the telemetry that every
 * reading takes.
 */
#ifndef SMI_DETAILS_H
#define SMI_DETAILS_H

#include "smi.h"

enum smi_number {
	SMI_VOLTAGE,		/* mV */
	SMI_VOLTAGE_MAX,
	SMI_CURRENT,		/* mA */
	SMI_CURRENT_MAX,
	SMI_POWER_MAX,		/* microwatts */
	SMI_TEMPERATURE_MAX,	/* thousandths of a degree Celsius */
	SMI_FAN,		/* turns a minute */
	SMI_AXI_CLOCK,		/* MHz */
	SMI_ARC_CLOCK,
	SMI_HEARTBEAT,
	SMI_LINK_WIDTH,		/* lanes */
	SMI_NUMBERS,
};

enum smi_word {
	SMI_FW_BUNDLE,
	SMI_FW_FLASH,
	SMI_FW_ARC,
	SMI_FW_ETH,
	SMI_FW_LOADER,
	SMI_FW_APP,
	SMI_LINK_SPEED,
	SMI_WORDS,
};

/* A word is empty if it is unknown. */
struct smi_details {
	struct smi_value numbers[SMI_NUMBERS];
	char words[SMI_WORDS][32];
};

/*
 * Reads the attributes of one chip, below /sys if @root is NULL. Without @telemetry, it skips the
 * files for which tt-kmd asks the chip's firmware.
 */
void smi_details_read(struct smi_details *out, const char *root, bool telemetry,
		      const struct ttmemstat_chip *chip);

/* Reads the version of tt-kmd; empty if tt-kmd is not loaded. */
void smi_details_driver(char *out, size_t size, const char *root);

#endif
