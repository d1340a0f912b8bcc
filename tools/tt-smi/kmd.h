/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tt-kmd's data about a chip: temperature, power and clock (hwmon and sysfs), and the processes
 * that have its node open (procfs). Opens no device.
 */
#ifndef SMI_KMD_H
#define SMI_KMD_H

#include "file.h"
#include "smi.h"

/* Files stay open between readings. Zeroed = empty. */
struct smi_kmd {
	const char *root;	/* root of a recorded tree; NULL: the live system */
	struct smi_kmd_chip *chips;
	size_t count;
	struct smi_done *done;	/* the source's descriptors to close */
};

/* Missing files and chips without a node of their own read as unknown. 0 or -ENOMEM. */
int smi_kmd_telemetry(struct smi_kmd *kmd, struct smi_telemetry *out,
		      const struct ttmemstat_chip *chip);

/* Read a list of process ids, one per line. Returns its length, 0 if unknown, or -ENOMEM. */
ssize_t smi_kmd_pids(struct smi_kmd *kmd, const struct ttmemstat_chip *chip, char *buf,
		     size_t size);

/* Close the files of chips that were not read since the last sweep; close all files. */
void smi_kmd_sweep(struct smi_kmd *kmd);
void smi_kmd_close(struct smi_kmd *kmd);

/* Find the entry hwmon<N> in an open directory; false if there is none. */
bool smi_kmd_find_hwmon(int dir, char *out, size_t size);

/* Pure: parse the number in such a file. */
struct smi_value smi_kmd_number(const char *text);

#endif
