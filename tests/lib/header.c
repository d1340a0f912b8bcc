// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compile the public header as C11; header.sh makes structures.h.
 */
#include <ttmemstat.h>

#include <stdio.h>

int main(void)
{
	struct ttmemstat_attach_options options;
	struct tt_memstat_entry entry;
	struct ttmemstat_record record = { .size = 17 };
	int structures = 0;

#define STRUCTURE(name)								\
	{									\
		const struct name value = { 0 };				\
										\
		structures += sizeof(value) > 0;				\
	}
#include "structures.h"

	ttmemstat_attach_options_init(&options);
	if (options.size != sizeof(options) || ttmemstat_entry_record(&entry, &record) ||
	    entry.size != 32)
		return 1;
	return printf("%d structures\n", structures) < 0;
}
