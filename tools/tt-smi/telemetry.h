/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tt-kmd says of a chip besides memory: temperature, power, clock, from its hwmon and sysfs
 * files. Opens no device. Knows tt-kmd's names; does not know who asks.
 */
#ifndef SMI_TELEMETRY_H
#define SMI_TELEMETRY_H

#include "smi.h"

/*
 * Fills @out for the chips that have a PCI function of their own; what is not there is unknown.
 * @sysfs: "/sys", or the root of a recorded tree.
 */
void smi_telemetry(struct smi_telemetry *out, const struct ttm_chip *chip, const char *sysfs);

#endif
