// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Print the memory of every chip, and its use by process and pool. Needs no privilege.
 *
 *   ttmemstat-figures [SYSFS]		another root than /sys, for recorded trees
 */
#include <inttypes.h>
#include <stdio.h>

#include <ttmemstat.h>

static const struct {
	const char *name;
	unsigned int used;
} pools[] = {
	{ "l1", TT_MEMSTAT_FIG_L1_BUFFERS_USED },
	{ "l1_small", TT_MEMSTAT_FIG_L1_SMALL_USED },
	{ "cb", TT_MEMSTAT_FIG_CB_USED },
	{ "dram", TT_MEMSTAT_FIG_DRAM_BUFFERS_USED },
	{ "trace", TT_MEMSTAT_FIG_TRACE_USED },
};

/* A figure that no process reports is unknown, not zero. */
static void print(const char *before, const struct tt_memstat_figures *figures, unsigned int figure)
{
	uint64_t value;

	if (ttmemstat_figure(figures, figure, &value))
		printf("%s%" PRIu64, before, value);
	else
		printf("%s-", before);
}

static void print_pools(const struct tt_memstat_figures *figures)
{
	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
		printf(" %s", pools[i].name);
		print(" ", figures, pools[i].used);
	}
	putchar('\n');
}

static void print_chip(const struct ttmemstat_chip *chip)
{
	char label[3 * TT_MEMSTAT_LABEL_LEN + 1];

	printf("%s %s", chip->name, ttmemstat_arch_name(chip->arch));
	print(": L1 ", &chip->figures, TT_MEMSTAT_FIG_L1_USED);
	print(" of ", &chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY);
	print(", DRAM ", &chip->figures, TT_MEMSTAT_FIG_DRAM_USED);
	print(" of ", &chip->figures, TT_MEMSTAT_FIG_DRAM_CAPACITY);
	printf("\n  all:");
	print_pools(&chip->figures);
	for (size_t i = 0; i < chip->client_count; i++) {
		/* Any user chooses labels, so do not trust their bytes. */
		ttmemstat_sanitize(label, sizeof(label), chip->clients[i]->label);
		printf("  pid %d %s:", chip->clients[i]->pid, label);
		print_pools(&chip->clients[i]->figures);
	}
}

int main(int argc, char **argv)
{
	struct ttmemstat_chip_list list;
	struct ttmemstat_reader *reader;
	char text[TTMEMSTAT_ERROR_LEN];

	if (ttmemstat_reader_new(&reader, argc > 1 ? argv[1] : NULL))
		return 1;
	if (ttmemstat_reader_chips(reader, TTMEMSTAT_READ_CLIENTS, &list)) {
		ttmemstat_reader_error(reader, text, sizeof(text));
		fprintf(stderr, "figures: %s\n", text);
		return 1;
	}
	for (size_t i = 0; i < list.count; i++)
		print_chip(list.chips[i]);
	ttmemstat_chip_list_free(&list);
	ttmemstat_reader_free(reader);
	return 0;
}
