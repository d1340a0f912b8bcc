/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tt-kmd says of a chip: temperature, power and clock (hwmon and sysfs), and who has its node
 * open (procfs). Opens no device. Knows tt-kmd's names; does not know who asks.
 */
#ifndef SMI_KMD_H
#define SMI_KMD_H

#include "file.h"
#include "smi.h"

/* Its files stay open between two readings. Zeroed = empty. */
struct smi_kmd {
	const char *root;	/* of a recorded tree; NULL: the live system */
	struct smi_kmd_chip *chips;
	size_t count;
	struct smi_done *done;	/* of the source: what it closes */
};

/* What is not there is unknown; only a chip with a node of its own has any. 0 or -ENOMEM. */
int smi_kmd_telemetry(struct smi_kmd *kmd, struct smi_telemetry *out,
		      const struct ttmemstat_chip *chip);

/* One process id a line. The length, 0 when it is not known, or -ENOMEM. */
ssize_t smi_kmd_pids(struct smi_kmd *kmd, const struct ttmemstat_chip *chip, char *buf,
		     size_t size);

/* Gives up what nobody asked for since the last sweep; all of it. */
void smi_kmd_sweep(struct smi_kmd *kmd);
void smi_kmd_close(struct smi_kmd *kmd);

/* Finds the entry hwmon<N> in an open directory; false if there is none. */
bool smi_kmd_find_hwmon(int dir, char *out, size_t size);

/* Pure: the number in the text of such a file. */
struct smi_value smi_kmd_number(const char *text);

#endif
