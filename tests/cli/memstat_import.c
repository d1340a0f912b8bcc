// SPDX-License-Identifier: GPL-2.0-only
/* Plans of imports: matches of chips, unknown chips, and errors. */
#include "memstat_test.h"

#include <errno.h>
#include <stdio.h>

#include "descriptor.h"
#include "import_plan.h"

#define PRESENT_MAX	8

/* A host to import to, and what came of it. */
struct host {
	struct ttmemstat_chip chips[PRESENT_MAX];
	struct ttmemstat_chip *pointers[PRESENT_MAX];
	struct ttmemstat_chip_list list;
	struct descriptor *descriptor;
	struct import_plan plan;
};

static struct ttmemstat_chip *present(struct host *host, uint32_t kind, const char *pci,
				      const char *node)
{
	size_t n = host->list.count++;
	struct ttmemstat_chip *chip = &host->chips[n];

	assert_true(n < PRESENT_MAX);
	host->pointers[n] = chip;
	host->list.chips = host->pointers;
	chip->n = (uint32_t)n;
	chip->kind = kind;
	chip->asic_location = TTMEMSTAT_LOCATION_UNKNOWN;
	snprintf(chip->name, sizeof(chip->name), "tt%zu", n);
	snprintf(chip->pci, sizeof(chip->pci), "%s", pci);
	snprintf(chip->kmd_node, sizeof(chip->kmd_node), "%s", node);
	return chip;
}

static void know(struct ttmemstat_chip *chip, unsigned int figure, uint64_t value)
{
	chip->figures.known[figure / 64] |= UINT64_C(1) << (figure % 64);
	chip->figures.value[figure] = value;
}

/* A Blackhole with 12 columns, as described by @source. */
static void described(struct ttmemstat_chip *chip, const char *source, uint32_t mask)
{
	chip->arch = TT_MEMSTAT_ARCH_BLACKHOLE;
	chip->grid_x = 12;
	chip->grid_y = 10;
	know(chip, TT_MEMSTAT_FIG_L1_CAPACITY, 188743680);
	know(chip, TT_MEMSTAT_FIG_DRAM_CAPACITY, UINT64_C(32) << 30);
	know(chip, TT_MEMSTAT_FIG_TENSIX_HARVESTING, mask);
	snprintf(chip->geometry_source, sizeof(chip->geometry_source), "%s", source);
}

static void plan(struct host *host, const char *text, uint32_t flags)
{
	struct descriptor_error error;

	if (descriptor_parse(text, strlen(text), &host->descriptor, &error))
		fail_msg("no descriptor: %zu: %s", error.line, error.message);
	if (import_plan_build(host->descriptor, &host->list, flags, &host->plan, &error))
		fail_msg("no plan: %zu: %s", error.line, error.message);
	assert_int_equal(host->plan.count, host->descriptor->count);
}

static void done(struct host *host)
{
	import_plan_free(&host->plan);
	descriptor_free(host->descriptor);
	host->descriptor = NULL;
}

static const struct import_step *step(const struct host *host, uint32_t id)
{
	for (size_t i = 0; i < host->plan.count; i++) {
		if (host->plan.steps[i].source->id == id)
			return &host->plan.steps[i];
	}
	fail_msg("no step for chip %u", id);
	return NULL;
}

static void expect(const struct host *host, uint32_t id, enum import_action action, uint32_t chip)
{
	const struct import_step *found = step(host, id);

	if (found->action != action)
		fail_msg("chip %u: action %d, not %d (%s)", id, (int)found->action, (int)action,
			 found->why);
	assert_int_equal(found->chip, chip);
}

static void expect_left(const struct host *host, uint32_t id, enum import_action action,
			const char *why)
{
	const struct import_step *found = step(host, id);

	assert_int_equal(found->action, action);
	if (!strstr(found->why, why))
		fail_msg("chip %u: \"%s\" is not in \"%s\"", id, why, found->why);
}

#define MASKS	"{harvest_mask: 192, dram_harvesting_mask: 0}"
#define P150	"arch: {0: blackhole}\nharvesting: {0: " MASKS "}\n"
#define N300	"arch: {0: wormhole_b0, 1: wormhole_b0}\nchips_with_mmio: [0: 0]\n"		\
		"harvesting: {0: {harvest_mask: 3, dram_harvesting_mask: 0},"			\
		" 1: {harvest_mask: 12, dram_harvesting_mask: 0}}\n"

static void import_geometry(void **state)
{
	struct host host = { 0 };
	const struct import_step *one;

	(void)state;
	plan(&host, "arch: {0: Wormhole, 1: blackhole, 2: blackhole}\n"
		    "harvesting:\n  0: {harvest_mask: 64, dram_harvesting_mask: 0}\n"
		    "  1: {harvest_mask: 0, dram_harvesting_mask: 0}\n"
		    "  2: {harvest_mask: 0xc0, dram_harvesting_mask: 8}\n", IMPORT_VIRTUAL);
	one = step(&host, 0);
	assert_int_equal(one->resolved.tensix_active, 72);
	assert_int_equal(one->resolved.l1_capacity, 107937792);
	assert_int_equal(one->geometry.valid,
			 TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK);
	one = step(&host, 1);
	assert_int_equal(one->resolved.tensix_active, 140);
	assert_int_equal(one->resolved.l1_capacity, 220200960);
	one = step(&host, 2);
	assert_int_equal(one->resolved.l1_capacity, 188743680);
	assert_int_equal(one->resolved.dram_capacity, UINT64_C(28) << 30);
	assert_int_equal(one->action, IMPORT_CREATE);
	done(&host);
}

static void import_unknown(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "");
	plan(&host, "arch: {0: quasar}\nchips: {3: []}\nharvesting: {3: " MASKS "}\n", 0);
	expect_left(&host, 0, IMPORT_UNKNOWN, "arch quasar is not supported");
	expect_left(&host, 3, IMPORT_UNKNOWN, "does not have its arch");
	done(&host);
}

/* A side that the descriptor does not tell stays unknown. */
static void import_one_side(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "");
	plan(&host, "arch: {0: blackhole, 1: blackhole}\n"
		    "harvesting:\n  0: {dram_harvesting_mask: 0}\n  1: {harvest_mask: 192}\n"
		    "chip_pci_bdfs: {0: \"0000:01:00.0\", 1: \"0000:02:00.0\"}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	assert_int_equal(step(&host, 0)->resolved.tensix_active, 0);
	assert_int_equal(step(&host, 0)->resolved.dram_banks, 8);
	expect(&host, 1, IMPORT_DESCRIBE, 1);
	assert_int_equal(step(&host, 1)->resolved.tensix_active, 120);
	assert_int_equal(step(&host, 1)->resolved.dram_banks, 0);
	done(&host);
}

static void expect_nonsense(const char *text, size_t line, const char *part)
{
	static const struct ttmemstat_chip_list none;
	struct descriptor *descriptor = NULL;
	struct descriptor_error error;
	struct import_plan made;

	assert_int_equal(descriptor_parse(text, strlen(text), &descriptor, &error), 0);
	assert_int_equal(import_plan_build(descriptor, &none, 0, &made, &error), -EINVAL);
	assert_int_equal(error.line, line);
	if (!strstr(error.message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error.message);
	descriptor_free(descriptor);
}

static void import_nonsense_masks(void **state)
{
	(void)state;
	expect_nonsense("arch: {0: wormhole}\nharvesting:\n  0:\n    harvest_mask: 0x400\n", 4,
			"harvest_mask 0x400: a mask of wormhole has 10 bits");
	expect_nonsense("arch: {0: wormhole}\nharvesting:\n  0:\n    harvest_mask: 0x3ff\n", 4,
			"not all of them set");
	expect_nonsense("arch: {0: blackhole}\nharvesting:\n  0:\n    harvest_mask: 0x4000\n", 4,
			"a mask of blackhole has 14 bits");
	expect_nonsense("arch: {0: blackhole}\nharvesting:\n  0:\n    harvest_mask: 0\n"
			"    dram_harvesting_mask: 256\n", 5,
			"dram_harvesting_mask 0x100: a mask of blackhole has 8 bits");
	expect_nonsense("arch: {0: wormhole}\nharvesting:\n  0:\n    dram_harvesting_mask: 63\n"
			"    harvest_mask: 0\n", 4, "dram_harvesting_mask 0x3f");
}

static void import_by_pci_address(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "tenstorrent/0");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:e1:00.0", "tenstorrent/1");
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:E1:00.0\"}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	assert_false(step(&host, 0)->same);
	done(&host);
	/* Described by a runtime is not yet described by an administrator; another mask neither. */
	described(&host.chips[1], "runtime", 192);
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:e1:00.0\"}\n", 0);
	assert_false(step(&host, 0)->same);
	done(&host);
	described(&host.chips[1], "admin", 3);
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:e1:00.0\"}\n", 0);
	assert_false(step(&host, 0)->same);
	done(&host);
	described(&host.chips[1], "admin", 192);
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:e1:00.0\"}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	assert_true(step(&host, 0)->same);
	done(&host);
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:e2:00.0\"}\n", IMPORT_BY_ORDINAL);
	expect_left(&host, 0, IMPORT_ABSENT, "no chip at 0000:e2:00.0");
	done(&host);
}

static void import_by_unique_id(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_VIRTUAL, "", "")->unique_id = 77;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "")->unique_id = 77;
	plan(&host, P150 "chips_with_mmio: [0: 0]\nchip_unique_ids: {0: 77}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	done(&host);
	/* The card was put elsewhere. */
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:01:00.0\"}\nchip_unique_ids: {0: 77}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	done(&host);
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:03:00.0", "")->unique_id = 77;
	plan(&host, P150 "chips_with_mmio: [0]\nchip_unique_ids: {0: 77}\n", 0);
	expect_left(&host, 0, IMPORT_ABSENT, "no chip has its unique id");
	done(&host);
}

static void import_contradiction(void **state)
{
	static const char text[] = P150
		"chip_pci_bdfs: {0: \"0000:01:00.0\"}\nchip_unique_ids: {0: 77}\n";
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "")->unique_id = 77;
	plan(&host, text, 0);
	expect_left(&host, 0, IMPORT_ABSENT, "0000:01:00.0 is tt0, but tt1 has its unique id");
	done(&host);
	plan(&host, text, IMPORT_FORCE);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	done(&host);
	/* A unique id that no chip has contradicts nothing: it may just be new. */
	host.chips[1].unique_id = 78;
	plan(&host, text, 0);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	done(&host);
	host.chips[0].arch = TT_MEMSTAT_ARCH_WORMHOLE;
	plan(&host, text, IMPORT_FORCE);
	expect_left(&host, 0, IMPORT_ABSENT, "tt0 is a wormhole");
	done(&host);
}

#define BOARD(n)	"boards: [[board_id: " #n ", board_type: p150, chips: [0]]]\n"

/* tt-kmd's serial number is current; a descriptor may be outdated. */
static void import_by_serial(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "tenstorrent/0")->card_serial = 77;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "tenstorrent/1")->card_serial = 78;
	plan(&host, P150 "chips_with_mmio: [0: 0]\n" BOARD(78), 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	done(&host);
	/* The card was put elsewhere, and what an import said of the place is of the other one. */
	host.chips[0].unique_id = 5;
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:01:00.0\"}\nchip_unique_ids: {0: 5}\n" BOARD(78), 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	done(&host);
	plan(&host, P150 "chip_pci_bdfs: {0: \"0000:01:00.0\"}\nchip_unique_ids: {0: 5}\n" BOARD(78),
	     IMPORT_FORCE);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	done(&host);
}

static void import_another_card(void **state)
{
	static const char *const ways[] = {
		"chip_pci_bdfs: {0: \"0000:01:00.0\"}\n", "chips_with_mmio: [0: 0]\n",
		"chips_with_mmio: [0]\nchip_unique_ids: {0: 5}\n",
	};
	struct host host = { 0 };
	char text[512];

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "tenstorrent/0")->card_serial = 77;
	host.chips[0].unique_id = 5;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(text, sizeof(text), P150 "%s" BOARD(78), ways[i]);
		plan(&host, text, IMPORT_BY_ORDINAL);
		expect_left(&host, 0, IMPORT_ABSENT, "tt-kmd reports tt0 on board 0x4d, not on 0x4e");
		done(&host);
		plan(&host, text, IMPORT_BY_ORDINAL | IMPORT_FORCE);
		expect(&host, 0, IMPORT_DESCRIBE, 0);
		done(&host);
		/* A descriptor without boards contradicts no board. */
		snprintf(text, sizeof(text), P150 "%s", ways[i]);
		plan(&host, text, IMPORT_BY_ORDINAL);
		expect(&host, 0, IMPORT_DESCRIBE, 0);
		done(&host);
	}
}

/* The serial number of a board with two functions does not tell which of them a chip is. */
static void import_two_functions_of_a_board(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "tenstorrent/0")->card_serial = 77;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "tenstorrent/1")->card_serial = 77;
	plan(&host, P150 "chips_with_mmio: [0: 0]\n" BOARD(77), 0);
	expect_left(&host, 0, IMPORT_ABSENT, "only its ordinal 0 could identify it (--by-ordinal)");
	done(&host);
	host.list.count = 1;
	plan(&host, "arch: {0: blackhole, 1: blackhole}\nharvesting: {0: " MASKS ", 1: " MASKS "}\n"
	     "chips_with_mmio: [0: 0, 1: 1]\nboards: [[board_id: 77, board_type: p300, chips: [0, 1]]]\n",
	     0);
	expect_left(&host, 0, IMPORT_ABSENT, "only its ordinal 0 could identify it (--by-ordinal)");
	expect_left(&host, 1, IMPORT_ABSENT, "only its ordinal 1 could identify it (--by-ordinal)");
	done(&host);
}

static void import_by_ordinal(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:21:00.0", "tenstorrent/1");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:41:00.0", "tenstorrent/0");
	plan(&host, P150 "chips_with_mmio: [0: 1]\n", 0);
	expect_left(&host, 0, IMPORT_ABSENT, "only its ordinal 1 could identify it (--by-ordinal)");
	done(&host);
	plan(&host, P150 "chips_with_mmio: [0: 1]\n", IMPORT_BY_ORDINAL);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	done(&host);
	plan(&host, P150 "chips_with_mmio: [0: 10]\n", IMPORT_BY_ORDINAL);
	expect_left(&host, 0, IMPORT_ABSENT, "no chip has the node tenstorrent/10");
	done(&host);
	/* The chip's id alone is no ordinal, and what JTAG numbers is no node. */
	plan(&host, P150 "chips_with_mmio: [0]\n", IMPORT_BY_ORDINAL);
	expect_left(&host, 0, IMPORT_ABSENT, "its PCI address and unique id are unknown");
	done(&host);
	plan(&host, P150 "chips_with_mmio: [0: 1]\nio_device_type: JTAG\n", IMPORT_BY_ORDINAL);
	expect_left(&host, 0, IMPORT_ABSENT, "its PCI address and unique id are unknown");
	done(&host);
}

/* Ordinals move; a bus that was told as well gives that away. */
static void import_ordinal_on_another_bus(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:21:00.0", "tenstorrent/1");
	plan(&host, P150 "chips_with_mmio: [0: 1]\nchip_to_bus_id: {0: \"0x41\"}\n",
	     IMPORT_BY_ORDINAL);
	expect_left(&host, 0, IMPORT_ABSENT,
		    "tenstorrent/1 is now at 0000:21:00.0, not on bus 41");
	done(&host);
	plan(&host, P150 "chips_with_mmio: [0: 1]\nchip_to_bus_id: {0: \"0x21\"}\n",
	     IMPORT_BY_ORDINAL);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	done(&host);
}

static void import_remote(void **state)
{
	static const char text[] = N300 "chip_pci_bdfs: {0: \"0000:41:00.0\"}\n"
		"boards: [[board_id: 5, board_type: other, chips: [1, 0]]]\n"
		"asic_locations: {0: 0, 1: 3}\n";
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:21:00.0", "");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:41:00.0", "");
	plan(&host, text, 0);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	assert_true(step(&host, 0)->located);
	expect(&host, 1, IMPORT_DESCRIBE_REMOTE, 1);
	assert_int_equal(step(&host, 1)->location, 3);
	assert_string_equal(step(&host, 1)->board, "other");
	done(&host);
	host.list.count = 1;
	plan(&host, text, 0);
	expect_left(&host, 0, IMPORT_ABSENT, "no chip at 0000:41:00.0");
	expect_left(&host, 1, IMPORT_ABSENT, "its gateway, chip 0, is not found");
	done(&host);
}

static void import_remote_locations(void **state)
{
	static const char where[] = "chip_pci_bdfs: {0: \"0000:41:00.0\"}\n";
	struct host host = { 0 };
	char text[1024];

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:41:00.0", "");
	snprintf(text, sizeof(text), "%s%sboards: [[board_type: n300, chips: [1, 0]]]\n", N300,
		 where);
	plan(&host, text, 0);
	expect(&host, 1, IMPORT_DESCRIBE_REMOTE, 0);
	assert_int_equal(step(&host, 0)->location, 0);
	assert_int_equal(step(&host, 1)->location, 1);
	done(&host);
	snprintf(text, sizeof(text), "%s%sboards: [[board_type: p300, chips: [1, 0]]]\n", N300,
		 where);
	plan(&host, text, 0);
	expect_left(&host, 1, IMPORT_ABSENT, "its ASIC location is unknown");
	done(&host);
	snprintf(text, sizeof(text), "%s%sboardtype: {0: n300, 1: n300}\n", N300, where);
	plan(&host, text, 0);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	expect_left(&host, 1, IMPORT_ABSENT, "its gateway is unknown");
	done(&host);
}

/* A gateway without geometry still leads to the chips behind it. */
static void import_unknown_gateway(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:41:00.0", "");
	plan(&host, "arch: {0: wormhole, 1: wormhole}\nchips_with_mmio: [0: 0]\n"
		    "harvesting: {1: {harvest_mask: 1, dram_harvesting_mask: 0}}\n"
		    "boards: [[board_type: n300, chips: [0, 1]]]\n"
		    "chip_pci_bdfs: {0: \"0000:41:00.0\"}\n", 0);
	expect_left(&host, 0, IMPORT_UNKNOWN, "neither its harvested cores");
	expect(&host, 1, IMPORT_DESCRIBE_REMOTE, 0);
	done(&host);
}

/* The second chip of a p300 is remote for one process and local for the host. */
static void import_remote_that_is_local(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "");
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "")->unique_id = 9;
	plan(&host, "arch: {0: blackhole, 1: blackhole}\nchips_with_mmio: [0: 0]\n"
		    "harvesting: {0: " MASKS ", 1: " MASKS "}\nchip_unique_ids: {1: 9}\n"
		    "boards: [[board_type: p300, chips: [0, 1]]]\nasic_locations: {0: 0, 1: 1}\n"
		    "chip_pci_bdfs: {0: \"0000:01:00.0\"}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	expect(&host, 1, IMPORT_DESCRIBE, 1);
	assert_int_equal(step(&host, 1)->location, 1);
	done(&host);
}

static struct ttmemstat_chip *imported(struct host *host, uint32_t kind, const char *pci,
				       uint32_t location, uint64_t unique_id)
{
	struct ttmemstat_chip *chip = present(host, kind, pci, "");

	described(chip, "admin", 192);
	chip->asic_location = location;
	chip->unique_id = unique_id;
	return chip;
}

static void expect_stale(const struct host *host, size_t count, uint32_t chip, const char *why)
{
	assert_int_equal(host->plan.stale_count, count);
	if (!count)
		return;
	assert_int_equal(host->plan.stale[0].chip, chip);
	assert_string_equal(host->plan.stale[0].why, why);
}

/* A chip that was remote for one process, and has a function for the host. */
static void import_local_that_was_remote(void **state)
{
	struct host host = { 0 };

	(void)state;
	imported(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", 1, 8);
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:02:00.0", "tenstorrent/1");
	imported(&host, TTMEMSTAT_KIND_REMOTE, "0000:01:00.0", 0, 9);
	plan(&host, "arch: {0: blackhole, 1: blackhole}\nchips_with_mmio: [0: 1, 1: 0]\n"
		    "harvesting: {0: " MASKS ", 1: " MASKS "}\nchip_unique_ids: {0: 9, 1: 8}\n"
		    "asic_locations: {0: 0, 1: 1}\n", IMPORT_BY_ORDINAL);
	expect(&host, 0, IMPORT_DESCRIBE, 1);
	expect(&host, 1, IMPORT_DESCRIBE, 0);
	expect_stale(&host, 1, 2, "chip 0 has its unique id");
	done(&host);
}

static void import_dead_remote(void **state)
{
	static const char left[] = "arch: {0: blackhole}\nchips_with_mmio: [0: 0]\n"
		"harvesting: {0: " MASKS "}\nchip_pci_bdfs: {0: \"0000:01:00.0\"}\n";
	struct host host = { 0 };
	struct ttmemstat_chip *remote;

	(void)state;
	imported(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", 0, 0);
	remote = imported(&host, TTMEMSTAT_KIND_REMOTE, "0000:01:00.0", 1, 0);
	imported(&host, TTMEMSTAT_KIND_REMOTE, "0000:02:00.0", 1, 0);
	plan(&host, left, 0);
	expect_stale(&host, 1, 1, "nothing is behind chip 0 there");
	done(&host);
	/* A runtime has made it, which sees it. */
	snprintf(remote->geometry_source, sizeof(remote->geometry_source), "runtime");
	plan(&host, left, 0);
	expect_stale(&host, 0, 0, "");
	done(&host);
}

static void import_takes_a_chip_once(void **state)
{
	struct host host = { 0 };

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "")->unique_id = 9;
	plan(&host, "arch: {0: blackhole, 1: blackhole}\nchips_with_mmio: [0: 0, 1: 1]\n"
		    "harvesting: {0: " MASKS ", 1: " MASKS "}\nchip_unique_ids: {1: 9}\n"
		    "chip_pci_bdfs: {0: \"0000:01:00.0\"}\n", 0);
	expect(&host, 0, IMPORT_DESCRIBE, 0);
	expect_left(&host, 1, IMPORT_ABSENT, "tt0 is already chip 0");
	done(&host);
}

static void import_virtual_labels(void **state)
{
	struct host host = { 0 };

	(void)state;
	plan(&host, N300 "boards: [[board_type: n300, chips: [1, 0]]]\n", IMPORT_VIRTUAL);
	assert_string_equal(step(&host, 0)->board, "n300 L");
	assert_string_equal(step(&host, 1)->board, "n300 R");
	done(&host);
	plan(&host, P150 "boards: [[board_type: a type too long for it, chips: [0]]]\n",
	     IMPORT_VIRTUAL);
	assert_string_equal(step(&host, 0)->board, "a type too long");
	done(&host);
	/* The two chips of a board one after the other, left first. */
	plan(&host, "arch: {0: blackhole, 1: blackhole, 2: blackhole, 3: blackhole}\n"
		    "asic_locations: {0: 1, 3: 0}\n"
		    "boards: [[board_type: p300, chips: [0, 3]]]\n", IMPORT_VIRTUAL);
	assert_int_equal(host.plan.steps[0].source->id, 0);
	assert_string_equal(host.plan.steps[0].board, "p300 L");
	assert_int_equal(host.plan.steps[1].source->id, 3);
	assert_string_equal(host.plan.steps[1].board, "p300 R");
	assert_int_equal(host.plan.steps[2].source->id, 1);
	assert_int_equal(host.plan.steps[3].source->id, 2);
	done(&host);
}

static void import_virtual_twice(void **state)
{
	static const char text[] = P150 "chip_unique_ids: {0: 9}\nchip_to_boardtype: {0: p150}\n";
	struct host host = { 0 };
	struct ttmemstat_chip *chip;

	(void)state;
	present(&host, TTMEMSTAT_KIND_LOCAL, "0000:01:00.0", "")->unique_id = 9;
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_CREATE, 0);
	done(&host);
	chip = present(&host, TTMEMSTAT_KIND_VIRTUAL, "", "");
	chip->unique_id = 9;
	described(chip, "create", 192);
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_REPLACE, 1);
	done(&host);
	snprintf(chip->board, sizeof(chip->board), "p150");
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_KEEP, 1);
	done(&host);
	described(chip, "create", 3);
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_REPLACE, 1);
	done(&host);
}

/* Without unique ids as many are kept as there are, and the rest is made. */
static void import_virtual_without_ids(void **state)
{
	static const char text[] = "arch: {0: blackhole, 1: blackhole}\n"
		"harvesting: {0: " MASKS ", 1: " MASKS "}\n"
		"chip_to_boardtype: {0: p150, 1: p150}\n";
	struct host host = { 0 };
	struct ttmemstat_chip *chip = present(&host, TTMEMSTAT_KIND_VIRTUAL, "", "");

	(void)state;
	described(chip, "create", 192);
	snprintf(chip->board, sizeof(chip->board), "p150");
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_KEEP, 0);
	expect(&host, 1, IMPORT_CREATE, 0);
	/* As UMD will number them. */
	assert_int_equal(step(&host, 0)->unique_id, 0);
	assert_int_equal(step(&host, 1)->unique_id, UINT64_C(1) << 32);
	done(&host);
	chip->unique_id = 1;
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_CREATE, 0);
	done(&host);
	chip->unique_id = 0;
	chip->grid_x = 11;
	plan(&host, text, IMPORT_VIRTUAL);
	expect(&host, 0, IMPORT_CREATE, 0);
	done(&host);
}

static const struct CMUnitTest import_tests[] = {
	cmocka_unit_test(import_geometry),
	cmocka_unit_test(import_unknown),
	cmocka_unit_test(import_one_side),
	cmocka_unit_test(import_nonsense_masks),
	cmocka_unit_test(import_by_pci_address),
	cmocka_unit_test(import_by_unique_id),
	cmocka_unit_test(import_contradiction),
	cmocka_unit_test(import_by_serial),
	cmocka_unit_test(import_another_card),
	cmocka_unit_test(import_two_functions_of_a_board),
	cmocka_unit_test(import_by_ordinal),
	cmocka_unit_test(import_ordinal_on_another_bus),
	cmocka_unit_test(import_remote),
	cmocka_unit_test(import_remote_locations),
	cmocka_unit_test(import_unknown_gateway),
	cmocka_unit_test(import_remote_that_is_local),
	cmocka_unit_test(import_local_that_was_remote),
	cmocka_unit_test(import_dead_remote),
	cmocka_unit_test(import_takes_a_chip_once),
	cmocka_unit_test(import_virtual_labels),
	cmocka_unit_test(import_virtual_twice),
	cmocka_unit_test(import_virtual_without_ids),
};
TEST_GROUP(import);
