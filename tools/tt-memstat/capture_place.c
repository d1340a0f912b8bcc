// SPDX-License-Identifier: GPL-2.0-only
/* Determine which addresses in a capture are valid. */
#include "capture_parse.h"

/* The largest core and DRAM bank of all architectures, Blackhole's, and the unit of addresses. */
#define L1_MOST		(UINT64_C(1536) << 10)
#define DRAM_BANK_MOST	(UINT64_C(4) << 30)
#define GRANULE		16

static bool is_buffer_event(const struct capture_node *node)
{
	return node->kind == CAPTURE_BUFFER_ALLOCATE || node->kind == CAPTURE_BUFFER_DEALLOCATE;
}

static uint32_t kind_of(const struct capture_node *node)
{
	return capture_is_program_scope(node) ? CAPTURE_PROGRAM : node->buffer_type;
}

bool capture_has_place(const struct capture_node *node, uint32_t addressed)
{
	return (node->has & CAPTURE_HAS_ADDRESS) && addressed >> kind_of(node) & 1;
}

/*
 * Addresses are not 0, within the largest core or DRAM bank, and aligned. Captures of allocations
 * that did not happen have 0 or uninitialized memory as the address.
 */
static bool can_be_address(const struct capture_node *node)
{
	const bool dram = !capture_is_program_scope(node) &&
			  (node->buffer_type == CAPTURE_DRAM || node->buffer_type == CAPTURE_TRACE);
	const uint64_t end = dram ? DRAM_BANK_MOST : L1_MOST;
	const uint64_t size = capture_is_program_scope(node) ? node->size : node->per_bank;

	return node->address && node->address % GRANULE == 0 && size <= end &&
	       node->address <= end - size;
}

static bool is_allocation(const struct capture_node *node)
{
	if (capture_is_program_scope(node))
		return !node->view && node->size;
	return node->kind == CAPTURE_BUFFER_ALLOCATE && node->buffer_type != CAPTURE_HOST &&
	       (node->has & CAPTURE_HAS_PER_BANK ? node->per_bank : node->size);
}

void capture_find_places(struct capture *capture)
{
	uint32_t without = 0;

	for (size_t i = 0; i < capture->count; i++) {
		struct capture_node *node = &capture->nodes[i];

		if (!is_buffer_event(node) && !capture_is_program_scope(node))
			continue;
		if (!can_be_address(node))
			node->has &= ~CAPTURE_HAS_ADDRESS;
		if (!is_allocation(node))
			continue;
		capture->kinds |= 1u << kind_of(node);
		if (!(node->has & CAPTURE_HAS_ADDRESS))
			without |= 1u << kind_of(node);
	}
	capture->addressed = capture->kinds & ~without;
}
