// SPDX-License-Identifier: GPL-2.0-only
/* Facts about the machine: see host.h. */
#include "host.h"
#include "file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

bool smi_host_distribution(const char *text, char *out, size_t size)
{
	static const char key[] = "PRETTY_NAME=";
	const char *at = text;
	size_t n = 0;

	while (at && strncmp(at, key, sizeof(key) - 1) != 0) {
		at = strchr(at, '\n');
		at += at != NULL;
	}
	if (!at)
		return false;
	/* The value is a shell word: remove quotes, and backslashes that escape. */
	for (at += sizeof(key) - 1; *at && *at != '\n' && n + 1 < size; at++) {
		if (*at == '"' || *at == '\'')
			continue;
		if (*at == '\\' && at[1] && at[1] != '\n')
			at++;
		out[n++] = *at;
	}
	out[n] = '\0';
	return n > 0;
}

static void read_distribution(struct smi_host *host)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	char text[4096];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);
		ssize_t len = fd < 0 ? -1 : smi_read_fd(fd, text, sizeof(text));

		if (fd >= 0)
			close(fd);
		if (len > 0 &&
		    smi_host_distribution(text, host->distribution, sizeof(host->distribution)))
			return;
	}
	host->distribution[0] = '\0';
}

static void format_memory(char *out, size_t size, double bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB", "PB" };
	size_t i = 0;

	for (; bytes >= 1024 && i + 1 < sizeof(units) / sizeof(units[0]); i++)
		bytes /= 1024;
	snprintf(out, size, "%.2f %s", bytes, units[i]);
}

void smi_host_read(struct smi_host *host)
{
	struct utsname names;
	struct sysinfo info;

	memset(host, 0, sizeof(*host));
	if (uname(&names) == 0) {
		memcpy(host->os, names.sysname, sizeof(host->os));
		memcpy(host->kernel, names.release, sizeof(host->kernel));
		memcpy(host->name, names.nodename, sizeof(host->name));
		memcpy(host->machine, names.machine, sizeof(host->machine));
	}
	if (sysinfo(&info) == 0)
		format_memory(host->memory, sizeof(host->memory),
			      (double)info.totalram * info.mem_unit);
	read_distribution(host);
}
