// SPDX-License-Identifier: GPL-2.0-only
/* Cluster descriptors: forms of sections, missing parts, and the line of an error. */
#include "memstat_test.h"

#include <errno.h>
#include <stdio.h>

#include "descriptor.h"

static struct descriptor *parsed(const char *text)
{
	struct descriptor *descriptor = NULL;
	struct descriptor_error error;

	if (descriptor_parse(text, strlen(text), &descriptor, &error))
		fail_msg("no descriptor: %zu: %s", error.line, error.message);
	return descriptor;
}

static void expect_error(const char *text, size_t len, size_t line, const char *part)
{
	struct descriptor *descriptor = NULL;
	struct descriptor_error error;

	assert_int_equal(descriptor_parse(text, len, &descriptor, &error), -EINVAL);
	assert_null(descriptor);
	if (!strstr(error.message, part))
		fail_msg("\"%s\" is not in \"%s\" (line %zu)", part, error.message, error.line);
	if (error.line != line)
		fail_msg("\"%s\": line %zu, not %zu", error.message, error.line, line);
}

static void descriptor_full(void **state)
{
	struct descriptor *d = parsed(
		"arch:\n  1: wormhole_b0\n  0: wormhole_b0\n"
		"chips:\n  0:\n    - 0\n    - 0\n    - 0\n    - 0\n"
		"chip_unique_ids:\n  1: 18446744073709551615\n  0: 7\n"
		"chips_with_mmio:\n  - 0: 3\n"
		"io_device_type: PCIe\n"
		"harvesting:\n"
		"  0:\n    noc_translation: true\n    harvest_mask: 544\n"
		"    dram_harvesting_mask: 0\n    eth_harvesting_mask: 1\n"
		"  1:\n    harvest_mask: 513\n    dram_harvesting_mask: 2\n"
		"chip_to_bus_id:\n  0: \"0x0041\"\n  1: \"0x0041\"\n"
		"boards:\n  -\n    - board_id: 99\n    - board_type: n300\n"
		"    - chips:\n        - 1\n        - 0\n"
		"asic_locations:\n  0: 0\n  1: 1\n"
		"chip_pci_bdfs:\n  0: 0000:4F:00.0");
	const struct descriptor_chip *chip = d->chips;

	(void)state;
	assert_int_equal(d->count, 2);
	assert_true(d->pcie);
	assert_int_equal(chip->id, 0);
	assert_string_equal(chip->arch, "wormhole_b0");
	assert_int_equal(chip->known, DESCRIPTOR_TENSIX_MASK | DESCRIPTOR_DRAM_MASK |
			 DESCRIPTOR_BOARD_ID | DESCRIPTOR_LOCATION | DESCRIPTOR_ORDINAL |
			 DESCRIPTOR_BUS);
	assert_int_equal(chip->tensix_mask, 544);
	assert_int_equal(chip->tensix_line, 19);
	assert_int_equal(chip->dram_line, 20);
	assert_int_equal(chip->unique_id, 7);
	assert_int_equal(chip->ordinal, 3);
	assert_int_equal(chip->bus, 0x41);
	assert_int_equal(chip->reach, DESCRIPTOR_LOCAL);
	assert_int_equal(chip->gateway, DESCRIPTOR_NONE);
	assert_string_equal(chip->pci, "0000:4f:00.0");
	assert_string_equal(chip->board, "n300");
	assert_ptr_equal(descriptor_fellow(d, chip), chip + 1);
	chip++;
	assert_int_equal(chip->id, 1);
	assert_int_equal(chip->dram_mask, 2);
	assert_true(chip->unique_id == UINT64_MAX);
	assert_int_equal(chip->board_id, 99);
	assert_int_equal(chip->location, 1);
	assert_int_equal(chip->reach, DESCRIPTOR_REMOTE);
	assert_int_equal(chip->gateway, 0);
	assert_int_equal(chip->board_at, 0);
	assert_false(chip->known & DESCRIPTOR_ORDINAL);
	assert_string_equal(chip->pci, "");
	descriptor_free(d);
}

/* Nothing but chips: everything else is not known, and not 0. */
static void descriptor_bare(void **state)
{
	struct descriptor *d = parsed("arch: {4: blackhole}\n");

	(void)state;
	assert_int_equal(d->count, 1);
	assert_int_equal(d->chips[0].id, 4);
	assert_int_equal(d->chips[0].known, 0);
	assert_int_equal(d->chips[0].reach, DESCRIPTOR_REACH_UNKNOWN);
	assert_int_equal(d->chips[0].unique_id, 0);
	assert_string_equal(d->chips[0].board, "");
	assert_null(descriptor_fellow(d, d->chips));
	assert_true(d->pcie);
	descriptor_free(d);
}

static void descriptor_empty_sections(void **state)
{
	struct descriptor *d = parsed(
		"arch:\n  0: blackhole\nchips:\n  {}\nchip_unique_ids: {}\nchips_with_mmio: []\n"
		"harvesting:\nboards: {}\nasic_locations: ~\nchip_pci_bdfs:\n  {}\n"
		"chip_to_bus_id: null\nio_device_type:\n");

	(void)state;
	assert_int_equal(d->count, 1);
	assert_int_equal(d->chips[0].known, 0);
	/* There is a list of chips with PCI functions, and this one is not on it. */
	assert_int_equal(d->chips[0].reach, DESCRIPTOR_REMOTE);
	descriptor_free(d);
}

static void descriptor_nulls_are_unknown(void **state)
{
	struct descriptor *d = parsed(
		"arch:\n  0: blackhole\n  1:\nchip_unique_ids:\n  0: ~\n  1: 0\n"
		"harvesting:\n  0:\n    harvest_mask:\n    dram_harvesting_mask: 1\n  1: null\n"
		"chips_with_mmio:\n  - 0:\n  - 1: 5\n"
		"boards:\n  -\n    - board_id:\n    - board_type: ~\n    - chips: [1]\n");

	(void)state;
	assert_int_equal(d->chips[0].known, DESCRIPTOR_DRAM_MASK);
	assert_int_equal(d->chips[0].unique_id, 0);
	assert_int_equal(d->chips[0].reach, DESCRIPTOR_LOCAL);
	assert_string_equal(d->chips[1].arch, "");
	assert_int_equal(d->chips[1].known, DESCRIPTOR_ORDINAL);
	assert_int_equal(d->chips[1].unique_id, 0);
	descriptor_free(d);
}

static void descriptor_numbers_in_all_forms(void **state)
{
	struct descriptor *d = parsed(
		"\"arch\": {\"0\": \"blackhole\", 0x1: 'blackhole'}\n"
		"harvesting:\n  \"0\": {harvest_mask: \"0xC0\", dram_harvesting_mask: '8'}\n"
		"  1: {harvest_mask: 0X0c0, dram_harvesting_mask: 0x00}\n"
		"asic_locations: {\"0x0\": \"0x7\", 1: 0}\n");

	(void)state;
	assert_int_equal(d->count, 2);
	assert_int_equal(d->chips[0].tensix_mask, 192);
	assert_int_equal(d->chips[0].dram_mask, 8);
	assert_int_equal(d->chips[0].location, 7);
	assert_int_equal(d->chips[1].tensix_mask, 192);
	assert_int_equal(d->chips[1].known, DESCRIPTOR_TENSIX_MASK | DESCRIPTOR_DRAM_MASK |
			 DESCRIPTOR_LOCATION);
	descriptor_free(d);
}

static void descriptor_old_shapes(void **state)
{
	struct descriptor *d = parsed(
		"arch:\n  0: wormhole_b0\nchips:\n  0: [0, 0, 0, 0]\n  1: [1, 0, 0, 0]\n"
		"chips_with_mmio:\n  - 0\n"
		"boardtype:\n  0: n300\n"
		"chip_to_boardtype:\n  0: n150\n  1: n300\n"
		"harvesting:\n  - 0: {harvest_mask: 5}\n  - 1: {harvest_mask: 6}\n"
		"boards:\n  - {board_id: 5, board_type: galaxy, chips: [1]}\n");

	(void)state;
	assert_int_equal(d->count, 2);
	assert_int_equal(d->chips[0].reach, DESCRIPTOR_LOCAL);
	assert_false(d->chips[0].known & DESCRIPTOR_ORDINAL);
	assert_int_equal(d->chips[0].tensix_mask, 5);
	assert_string_equal(d->chips[0].board, "n150");
	assert_string_equal(d->chips[1].arch, "");
	assert_int_equal(d->chips[1].tensix_mask, 6);
	assert_string_equal(d->chips[1].board, "galaxy");
	assert_int_equal(d->chips[1].board_id, 5);
	assert_int_equal(d->chips[1].gateway, DESCRIPTOR_NONE);
	descriptor_free(d);
}

/* A chip with a PCI address has a function, even if no list contains it. */
static void descriptor_address_is_a_function(void **state)
{
	struct descriptor *d = parsed("arch: {0: blackhole, 1: blackhole}\n"
				      "chip_pci_bdfs: {0: \"10000:e1:1f.7\"}\n");

	(void)state;
	assert_int_equal(d->chips[0].reach, DESCRIPTOR_LOCAL);
	assert_string_equal(d->chips[0].pci, "10000:e1:1f.7");
	assert_int_equal(d->chips[1].reach, DESCRIPTOR_REACH_UNKNOWN);
	descriptor_free(d);
}

static void descriptor_gateways(void **state)
{
	struct descriptor *d = parsed(
		"arch: {0: a, 1: a, 2: a, 3: a, 4: a, 5: a, 6: a}\n"
		"chips_with_mmio: [0: 0, 1: 1, 4: 4, 5: 5]\n"
		"boards:\n"
		"  - [board_id: 2, chips: [3, 1]]\n"
		"  - [board_id: 1, chips: [2, 0]]\n"
		"  - [board_id: 3, chips: [6, 5, 4]]\n");

	(void)state;
	assert_int_equal(d->chips[2].gateway, 0);
	assert_int_equal(d->chips[3].gateway, 1);
	assert_int_equal(d->chips[3].board_at, 1);
	/* Two chips of the board could be. */
	assert_int_equal(d->chips[6].gateway, DESCRIPTOR_NONE);
	assert_int_equal(d->chips[6].board_at, 4);
	assert_null(descriptor_fellow(d, &d->chips[6]));
	assert_ptr_equal(descriptor_fellow(d, &d->chips[3]), &d->chips[1]);
	descriptor_free(d);
	d = parsed("arch: {0: a}\nio_device_type: JTAG\nchips_with_mmio: [0: 0]\n");
	assert_false(d->pcie);
	descriptor_free(d);
}

static void descriptor_texts_are_cut(void **state)
{
	struct descriptor *d = parsed(
		"arch: {0: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}\n"
		"chip_to_boardtype: {0: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}\n");

	(void)state;
	assert_int_equal(strlen(d->chips[0].arch), DESCRIPTOR_TEXT - 1);
	assert_int_equal(strlen(d->chips[0].board), DESCRIPTOR_TEXT - 1);
	descriptor_free(d);
}

static void descriptor_malformed(void **state)
{
	static const struct {
		size_t line;
		const char *part;
		const char *text;
	} cases[] = {
		{ 1, "nothing in it", "" },
		{ 1, "nothing in it", "# only words\n" },
		{ 1, "a mapping is needed", "[1, 2]\n" },
		{ 1, "a mapping is needed", "arch\n" },
		{ 1, "no chip in `arch`", "arch: {}\n" },
		{ 1, "no chip in `arch`", "other: 1\n" },
		{ 2, "not YAML: ", "arch:\n\t0: blackhole\n" },
		{ 4, "not YAML: ", "arch:\n  0: blackhole\nchips: [1, 2\nboards: 3\n" },
		{ 2, "not YAML: found undefined alias", "arch: {0: blackhole}\nboards: *b\n" },
		{ 3, "a second document", "arch: {0: blackhole}\n---\narch: {0: blackhole}\n" },
		{ 2, "arch: a mapping from chips' ids", "chips: {}\narch: blackhole\n" },
		{ 2, "arch: a mapping from a chip's id", "arch:\n  - blackhole\n" },
		{ 2, "arch: arch: a text is needed", "arch:\n  0: [blackhole]\n" },
		{ 3, "0: repeated, first in line 2", "arch:\n  0: a\n  0: b\n" },
		{ 3, "arch: chip 0: repeated", "arch:\n  0: a\n  0x0: b\n" },
		{ 4, "x: repeated, first in line 3", "arch: {0: a}\nnew:\n  x: 1\n  x: 2\n" },
		{ 3, "arch: repeated", "arch: {0: a}\nchips: {}\narch: {1: a}\n" },
		{ 2, "id of a chip: not a number up to 4294967295: a", "arch:\n  a: b\n" },
		{ 1, "not a number up to 4294967295: 4294967296", "arch: {4294967296: a}\n" },
		{ 1, "not a number up to 4294967295: -1", "arch: {-1: a}\n" },
		{ 1, "id of a chip: a number is needed", "arch: {[0]: a}\n" },
		{ 3, "chip_unique_ids: no chip 1 in `arch`",
		  "arch: {0: a}\nchip_unique_ids:\n  1: 5\n" },
		{ 4, "chips 0 and 1 have the same unique id",
		  "arch: {0: a, 1: a}\nchip_unique_ids:\n  0: 5\n  1: 0x5\n" },
		{ 3, "not a number up to 18446744073709551615: 18446744073709551616",
		  "arch: {0: a}\nchip_unique_ids:\n  0: 18446744073709551616\n" },
		{ 3, "not a number up to 18446744073709551615: 017",
		  "arch: {0: a}\nchip_unique_ids:\n  0: 017\n" },
		{ 3, "not a number up to 18446744073709551615: 0x",
		  "arch: {0: a}\nchip_unique_ids:\n  0: 0x\n" },
		{ 3, "not a number up to 18446744073709551615: 1.5",
		  "arch: {0: a}\nchip_unique_ids:\n  0: 1.5\n" },
		{ 4, "chips_with_mmio: chip 0: repeated",
		  "arch: {0: a}\nchips_with_mmio:\n  - 0: 0\n  - 0: 1\n" },
		{ 4, "chips 0 and 1 have the same ordinal",
		  "arch: {0: a, 1: a}\nchips_with_mmio:\n  - 0: 2\n  - 1: 2\n" },
		{ 2, "chips_with_mmio: a mapping", "arch: {0: a}\nchips_with_mmio: all\n" },
		{ 3, "harvesting: chip 0: a mapping is needed",
		  "arch: {0: a}\nharvesting:\n  0: 64\n" },
		{ 4, "harvesting: harvest_mask: not a number up to 4294967295: few",
		  "arch: {0: a}\nharvesting:\n  0:\n    harvest_mask: few\n" },
		{ 5, "dram_harvesting_mask: not a number up to 4294967295: 0x100000000",
		  "arch: {0: a}\nharvesting:\n  0:\n    harvest_mask: 1\n"
		  "    dram_harvesting_mask: 0x100000000\n" },
		{ 4, "harvest_mask: a number is needed",
		  "arch: {0: a}\nharvesting:\n  0:\n    harvest_mask: [1]\n" },
		{ 2, "ASIC location: not a number up to 255: 256",
		  "arch: {0: a}\nasic_locations: {0: 256}\n" },
		{ 2, "PCI bus: not a number up to 4294967295: here",
		  "arch: {0: a}\nchip_to_bus_id: {0: here}\n" },
		{ 2, "not a PCI address: 41:00.0", "arch: {0: a}\nchip_pci_bdfs: {0: \"41:00.0\"}\n" },
		{ 2, "not a PCI address: 0000:41:00.8",
		  "arch: {0: a}\nchip_pci_bdfs: {0: \"0000:41:00.8\"}\n" },
		{ 2, "not a PCI address: 0000:41:20.0",
		  "arch: {0: a}\nchip_pci_bdfs: {0: \"0000:41:20.0\"}\n" },
		{ 2, "not a PCI address: 0000:4g:00.0",
		  "arch: {0: a}\nchip_pci_bdfs: {0: \"0000:4g:00.0\"}\n" },
		{ 2, "not a PCI address: 00000000:41:00.0",
		  "arch: {0: a}\nchip_pci_bdfs: {0: \"00000000:41:00.0\"}\n" },
		{ 2, "not a PCI address: ", "arch: {0: a}\nchip_pci_bdfs: {0: {}}\n" },
		{ 4, "chips 0 and 1 have the same PCI address",
		  "arch: {0: a, 1: a}\nchip_pci_bdfs:\n  0: 0000:aa:00.0\n  1: 0000:AA:00.0\n" },
		{ 3, "chip 1 is not in `chips_with_mmio`",
		  "arch: {0: a, 1: a}\nchips_with_mmio: [0: 0]\n"
		  "chip_pci_bdfs: {1: \"0000:aa:00.0\"}\n" },
		{ 2, "io_device_type: a text", "arch: {0: a}\nio_device_type: [PCIe]\n" },
		{ 2, "boards: a list of mappings is needed", "arch: {0: a}\nboards: {board_id: 1}\n" },
		{ 3, "boards: a list of mappings is needed", "arch: {0: a}\nboards:\n  - n150\n" },
		{ 3, "boards: a list of mappings is needed",
		  "arch: {0: a}\nboards:\n  - [n150]\n" },
		{ 3, "chips: a list is needed", "arch: {0: a}\nboards:\n  - [chips: 0]\n" },
		{ 3, "boards: no chip 7 in `arch`", "arch: {0: a}\nboards:\n  - [chips: [7]]\n" },
		{ 4, "boards: chip 0: on a board already",
		  "arch: {0: a}\nboards:\n  - [chips: [0]]\n  - [chips: [0]]\n" },
		{ 4, "boards: board 6: repeated",
		  "arch: {0: a, 1: a}\nboards:\n  - [board_id: 6, chips: [0]]\n"
		  "  - [board_id: 0x6, chips: [1]]\n" },
		{ 4, "boards: board_id: repeated, first in line 3",
		  "arch: {0: a}\nboards:\n  - - board_id: 6\n    - board_id: 7\n" },
		{ 3, "boards: board_id: not a number",
		  "arch: {0: a}\nboards:\n  - [board_id: x, chips: [0]]\n" },
		{ 2, "boardtype: board type: a text", "arch: {0: a}\nboardtype: {0: {}}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_error(cases[i].text, strlen(cases[i].text), cases[i].line, cases[i].part);
}

static void descriptor_bytes(void **state)
{
	static const char nul[] = "arch:\n  0: black\0hole\n";
	static const char escaped[] = "arch:\n  0: \"black\\0hole\"\n";
	static const char latin[] = "arch:\n  0: blackhole\n# \xff\n";

	(void)state;
	expect_error(nul, sizeof(nul) - 1, 2, "not YAML: ");
	expect_error(escaped, sizeof(escaped) - 1, 2, "arch: a text is needed");
	expect_error(latin, sizeof(latin) - 1, 3, "not YAML: ");
}

/* One chip for each id in [0, @count), as text. */
static char *many(size_t count)
{
	char *text = malloc(count * 16 + 16);
	size_t used = 0;

	assert_non_null(text);
	used += (size_t)sprintf(text, "arch:\n");
	for (size_t i = 0; i < count; i++)
		used += (size_t)sprintf(text + used, "  %zu: a\n", i);
	return text;
}

static void descriptor_limits(void **state)
{
	char *text = many(DESCRIPTOR_CHIPS_MAX);
	struct descriptor *d = parsed(text);
	char *large;

	(void)state;
	assert_int_equal(d->count, DESCRIPTOR_CHIPS_MAX);
	descriptor_free(d);
	free(text);
	text = many(DESCRIPTOR_CHIPS_MAX + 1);
	expect_error(text, strlen(text), DESCRIPTOR_CHIPS_MAX + 2, "more than 1024 chips");
	free(text);
	large = calloc(1, DESCRIPTOR_BYTES_MAX + 1);
	assert_non_null(large);
	expect_error(large, DESCRIPTOR_BYTES_MAX + 1, 1, "more than 16777216 bytes");
	free(large);
}

/* An alias to itself is neither followed for ever nor taken for a number. */
static void descriptor_aliases(void **state)
{
	static const char loop[] = "arch: &a\n  0: *a\n";
	struct descriptor *d = parsed("arch: {0: blackhole, 1: blackhole}\nharvesting:\n"
				      "  0: &h {harvest_mask: 3, dram_harvesting_mask: 0}\n"
				      "  1: *h\n");

	(void)state;
	assert_int_equal(d->chips[1].tensix_mask, 3);
	descriptor_free(d);
	expect_error(loop, sizeof(loop) - 1, 1, "arch: a text is needed");
}

/* Without boards, the gateway is the nearest chip with a PCI function. */
static void descriptor_gateways_by_links(void **state)
{
	/* 0 and 1 have functions: 0 - 2 - 3 - 4 - 1, 5 beside 1 and 0, 6 alone, 7 behind 5 */
	struct descriptor *d = parsed(
		"arch: {0: w, 1: w, 2: w, 3: w, 4: w, 5: w, 6: w, 7: w}\n"
		"chips_with_mmio: [0: 0, 1: 1]\nboardtype: {2: n300, 3: GALAXY, 4: GALAXY, 5: GALAXY}\n"
		"asic_locations: {4: 1}\n"
		"ethernet_connections:\n"
		"  - [{chip: 0, chan: 0}, {chip: 2, chan: 1}, {routing_enabled: true}]\n"
		"  - [{chip: 3, chan: 0}, {chip: 2, chan: 0}]\n"
		"  - [{chip: 3, chan: 1}, {chip: 4, chan: 1}]\n"
		"  - [{chip: 1, chan: 1}, {chip: 4, chan: 0}]\n"
		"  - [{chip: 5, chan: 1}, {chip: 1, chan: 0}]\n"
		"  - [{chip: 0, chan: 3}, {chip: 5, chan: 0}]\n"
		"  - [{chip: 7, chan: 1}, {chip: 5, chan: 3}]\n"
		"  - [{chip: 6, chan: 1}, {chip: 99, chan: 0}]\n  - [{chip: 6, chan: 2}]\n");
	static const size_t gateways[] = { DESCRIPTOR_NONE, DESCRIPTOR_NONE, 0, 0, 1, 0,
					   DESCRIPTOR_NONE, 0 };

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(d->chips[i].gateway, gateways[i]);
	/* The location in an n300 is implied; other chips get a free one behind their gateway. */
	assert_int_equal(d->chips[2].known & DESCRIPTOR_LOCATION, 0);
	assert_int_equal(d->chips[3].location, 1);
	assert_int_equal(d->chips[4].location, 1);
	assert_int_equal(d->chips[5].location, 2);
	assert_int_equal(d->chips[7].location, 3);
	assert_int_equal(d->chips[6].known & DESCRIPTOR_LOCATION, 0);
	descriptor_free(d);
}

static const struct CMUnitTest descriptor_tests[] = {
	cmocka_unit_test(descriptor_full),
	cmocka_unit_test(descriptor_bare),
	cmocka_unit_test(descriptor_empty_sections),
	cmocka_unit_test(descriptor_nulls_are_unknown),
	cmocka_unit_test(descriptor_numbers_in_all_forms),
	cmocka_unit_test(descriptor_old_shapes),
	cmocka_unit_test(descriptor_address_is_a_function),
	cmocka_unit_test(descriptor_gateways),
	cmocka_unit_test(descriptor_gateways_by_links),
	cmocka_unit_test(descriptor_texts_are_cut),
	cmocka_unit_test(descriptor_malformed),
	cmocka_unit_test(descriptor_bytes),
	cmocka_unit_test(descriptor_limits),
	cmocka_unit_test(descriptor_aliases),
};
TEST_GROUP(descriptor);
