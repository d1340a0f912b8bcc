// SPDX-License-Identifier: GPL-2.0-only
/* Monitors and management tools: see onlooker.h. */
#include "onlooker.h"

#include <string.h>

bool onlooker_is_name(const char *program)
{
	static const char *const names[] = {
		"tt", "tt-smi", "tt_smi", "tt-flash", "tt_flash", "tt-topology", "tt_topology",
		"tt-exalens", "tt-toplike", "tt_telemetry_server", "tt-exporter", "all-smi", "nvtop",
		"xpustat", "prometheus-node-exporter", "node_exporter",
	};
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(slash ? slash + 1 : program, names[i]))
			return true;
	return false;
}

bool onlooker_is_command(const char *cmdline, size_t len)
{
	size_t at = 0;

	/* The name is among the first three words, as in `python3 -m tt_smi`; arguments follow. */
	for (size_t word = 0; word < 3 && memchr(cmdline + at, '\0', len - at); word++) {
		if (onlooker_is_name(cmdline + at))
			return true;
		at += strlen(cmdline + at) + 1;
	}
	return false;
}
