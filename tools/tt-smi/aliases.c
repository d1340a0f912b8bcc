// SPDX-License-Identifier: GPL-2.0-only
/* nvidia-smi's names of fields: see aliases.h. */
#include "aliases.h"

#include <string.h>

/* The memory of a GPU corresponds to DRAM. nvidia-smi has nothing like L1. */
static const struct {
	const char *alias;
	const char *field;
	unsigned int of;
} aliases[] = {
	{ "name", "board", SMI_OF_CHIPS },
	{ "gpu_name", "board", SMI_OF_CHIPS | SMI_OF_PROCESSES },
	{ "serial", "board_id", SMI_OF_CHIPS },
	{ "gpu_serial", "board_id", SMI_OF_CHIPS | SMI_OF_PROCESSES },
	{ "uuid", "unique_id", SMI_OF_CHIPS },
	{ "gpu_uuid", "unique_id", SMI_OF_CHIPS | SMI_OF_PROCESSES },
	{ "pci.bus_id", "pci", SMI_OF_CHIPS },
	{ "gpu_bus_id", "pci", SMI_OF_CHIPS | SMI_OF_PROCESSES },
	{ "memory.total", "dram_capacity", SMI_OF_CHIPS },
	{ "memory.used", "dram_used", SMI_OF_CHIPS },
	{ "memory.free", "dram_free", SMI_OF_CHIPS },
	{ "temperature.gpu", "temperature", SMI_OF_CHIPS },
	{ "power.draw", "power", SMI_OF_CHIPS },
	{ "clocks.sm", "clock", SMI_OF_CHIPS },
	{ "clocks.current.sm", "clock", SMI_OF_CHIPS },
	{ "name", "comm", SMI_OF_PROCESSES },
	{ "process_name", "comm", SMI_OF_PROCESSES },
	{ "used_memory", "dram_used", SMI_OF_PROCESSES },
	{ "used_gpu_memory", "dram_used", SMI_OF_PROCESSES },
};

#define ALIASES (sizeof(aliases) / sizeof(aliases[0]))

bool smi_alias(const char *name, size_t len, unsigned int of, struct smi_field *out)
{
	for (size_t i = 0; i < ALIASES; i++) {
		if (!(aliases[i].of & of) || strncmp(aliases[i].alias, name, len) != 0 ||
		    aliases[i].alias[len])
			continue;
		if (!smi_field_by_name(aliases[i].field, strlen(aliases[i].field), of, out))
			return false;
		out->name = aliases[i].alias;
		return true;
	}
	return false;
}

void smi_aliases_help(struct smi_text *out)
{
	for (size_t i = 0; i < ALIASES; i++)
		smi_text_printf(out, "  %c%c  %-24s %s\n", aliases[i].of & SMI_OF_CHIPS ? 'C' : ' ',
				aliases[i].of & SMI_OF_PROCESSES ? 'P' : ' ', aliases[i].alias,
				aliases[i].field);
}
