// SPDX-License-Identifier: GPL-2.0-only
/* The chips of the live system: see devices.h. */
#include "devices.h"

#include <errno.h>
#include <libudev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
	const struct smi_device *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

/* Fills @out from one enumerated device; false when it is no chip, or already gone. */
static bool look_at(struct udev *udev, const char *syspath, struct smi_device *out)
{
	struct udev_device *device = udev_device_new_from_syspath(udev, syspath), *parent;
	const char *name;
	char *end;
	bool good = false;

	if (!device)
		return false;
	name = udev_device_get_sysname(device);
	if (name && strncmp(name, "tt", 2) == 0 && name[2] >= '0' && name[2] <= '9') {
		unsigned long n = strtoul(name + 2, &end, 10);

		good = *end == '\0' && n < UINT32_MAX;
		out->n = (uint32_t)n;
	}
	parent = udev_device_get_parent_with_subsystem_devtype(device, "pci", NULL);
	name = parent ? udev_device_get_sysname(parent) : NULL;
	snprintf(out->pci, sizeof(out->pci), "%s", name ? name : "");
	udev_device_unref(device);
	return good;
}

static int collect(struct udev *udev, struct udev_enumerate *e, struct smi_device **devices,
		   size_t *count)
{
	struct udev_list_entry *first, *entry;
	size_t room = 0;
	int rc;

	rc = udev_enumerate_add_match_subsystem(e, "tt_memstat");
	if (rc >= 0)
		rc = udev_enumerate_scan_devices(e);
	if (rc < 0)
		return rc;
	first = udev_enumerate_get_list_entry(e);
	udev_list_entry_foreach(entry, first)
		room++;
	*devices = calloc(room ? room : 1, sizeof(**devices));
	if (!*devices)
		return -ENOMEM;
	*count = 0;
	udev_list_entry_foreach(entry, first)
		if (look_at(udev, udev_list_entry_get_name(entry), &(*devices)[*count]))
			(*count)++;
	qsort(*devices, *count, sizeof(**devices), by_number);
	return 0;
}

int smi_devices(struct smi_device **devices, size_t *count)
{
	struct udev *udev = udev_new();
	struct udev_enumerate *e = udev ? udev_enumerate_new(udev) : NULL;
	int rc = e ? collect(udev, e, devices, count) : -ENOMEM;

	udev_enumerate_unref(e);
	udev_unref(udev);
	return rc;
}
