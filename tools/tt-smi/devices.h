/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chips of the live system as udev knows them. Knows libudev; does not read figures.
 */
#ifndef SMI_DEVICES_H
#define SMI_DEVICES_H

#include <stddef.h>
#include <stdint.h>

struct smi_device {
	uint32_t n;		/* of tt<N> */
	char pci[16];		/* nearest PCI function above it; empty = none */
};

/* Ascending by number; *@devices is to be released by free(). */
int smi_devices(struct smi_device **devices, size_t *count);

#endif
