/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about the machine that runs the program; a fact that is unknown is empty. */
#ifndef SMI_HOST_H
#define SMI_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/utsname.h>

struct smi_host {
	char os[sizeof(((struct utsname *)0)->sysname)];
	char kernel[sizeof(((struct utsname *)0)->release)];
	char name[sizeof(((struct utsname *)0)->nodename)];
	char machine[sizeof(((struct utsname *)0)->machine)];
	char distribution[128];
	char memory[32];	/* such as "503.43 GB", in powers of 1024 */
};

void smi_host_read(struct smi_host *host);

/* Pure: extracts PRETTY_NAME from the text of an os-release file; false if there is none. */
bool smi_host_distribution(const char *text, char *out, size_t size);

#endif
