// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * figures.c in C++.
 *
 *   ttmemstat-figures-cxx [SYSFS]
 */
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <ttmemstat.h>

struct Closer {
	void operator()(ttmemstat_reader *reader) const { ttmemstat_reader_free(reader); }
	void operator()(ttmemstat_chip_list *list) const { ttmemstat_chip_list_free(list); }
};

constexpr std::pair<const char *, unsigned int> pools[] = {
	{ "l1", TT_MEMSTAT_FIG_L1_BUFFERS_USED },
	{ "l1_small", TT_MEMSTAT_FIG_L1_SMALL_USED },
	{ "cb", TT_MEMSTAT_FIG_CB_USED },
	{ "dram", TT_MEMSTAT_FIG_DRAM_BUFFERS_USED },
	{ "trace", TT_MEMSTAT_FIG_TRACE_USED },
};

/* A figure that no process reports is unknown, not zero. */
static std::string figure(const tt_memstat_figures &figures, unsigned int n)
{
	uint64_t value;

	return ttmemstat_figure(&figures, n, &value) ? std::to_string(value) : "-";
}

static void print_pools(const tt_memstat_figures &figures)
{
	for (const auto &[name, used] : pools)
		std::cout << ' ' << name << ' ' << figure(figures, used);
	std::cout << '\n';
}

static void print_chip(const ttmemstat_chip &chip)
{
	std::cout << chip.name << ' ' << ttmemstat_arch_name(chip.arch)
		  << ": L1 " << figure(chip.figures, TT_MEMSTAT_FIG_L1_USED)
		  << " of " << figure(chip.figures, TT_MEMSTAT_FIG_L1_CAPACITY)
		  << ", DRAM " << figure(chip.figures, TT_MEMSTAT_FIG_DRAM_USED)
		  << " of " << figure(chip.figures, TT_MEMSTAT_FIG_DRAM_CAPACITY) << "\n  all:";
	print_pools(chip.figures);
	for (size_t i = 0; i < chip.client_count; i++) {
		const ttmemstat_client &client = *chip.clients[i];
		char label[3 * TT_MEMSTAT_LABEL_LEN + 1];

		/* Any user chooses labels, so do not trust their bytes. */
		ttmemstat_sanitize(label, sizeof(label), client.label);
		std::cout << "  pid " << client.pid << ' ' << label << ':';
		print_pools(client.figures);
	}
}

int main(int argc, char **argv)
{
	ttmemstat_reader *made = nullptr;
	ttmemstat_chip_list list{};
	char text[TTMEMSTAT_ERROR_LEN];

	if (ttmemstat_reader_new(&made, argc > 1 ? argv[1] : nullptr))
		return 1;
	std::unique_ptr<ttmemstat_reader, Closer> reader(made);
	std::unique_ptr<ttmemstat_chip_list, Closer> releases(&list);
	if (ttmemstat_reader_chips(reader.get(), TTMEMSTAT_READ_CLIENTS, &list)) {
		ttmemstat_reader_error(reader.get(), text, sizeof(text));
		std::cerr << "figures: " << text << '\n';
		return 1;
	}
	for (size_t i = 0; i < list.count; i++)
		print_chip(*list.chips[i]);
	return 0;
}
