/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What else tt-kmd and the PCI core say of a chip that has a function, for snapshots in the form of
 * Tenstorrent's tt-smi. Read once, file by file; the telemetry of every reading is kmd.h's.
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
	SMI_SERIAL,
	SMI_CARD_TYPE,
	SMI_FW_BUNDLE,
	SMI_FW_FLASH,
	SMI_FW_ARC,
	SMI_FW_ETH,
	SMI_FW_LOADER,
	SMI_FW_APP,
	SMI_LINK_SPEED,
	SMI_WORDS,
};

/* An empty word is unknown. */
struct smi_details {
	struct smi_value numbers[SMI_NUMBERS];
	char words[SMI_WORDS][32];
};

/*
 * All of it of one chip, of the live system where @root is NULL. Without @telemetry only what costs
 * the chip's firmware nothing.
 */
void smi_details_read(struct smi_details *out, const char *root, bool telemetry,
		      const struct ttmemstat_chip *chip);

/* tt-kmd's version, empty where it is not loaded. */
void smi_details_driver(char *out, size_t size, const char *root);

#endif
