// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the present local chip for a chip of a descriptor: by its board's serial number if the board
 * has one PCI function, else by PCI address, else by unique id, else, with --by-ordinal, by
 * ordinal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import_match.h"

void import_leave(struct import_step *step, enum import_action action, const char *format, ...)
{
	va_list args;

	step->action = action;
	va_start(args, format);
	vsnprintf(step->why, sizeof(step->why), format, args);
	va_end(args);
}

size_t import_find_pci(const struct import_match *match, const char *pci)
{
	for (size_t i = 0; i < match->present->count; i++) {
		const struct ttmemstat_chip *chip = match->present->chips[i];

		if (chip->kind == TTMEMSTAT_KIND_LOCAL && !strcasecmp(chip->pci, pci))
			return i;
	}
	return IMPORT_NOWHERE;
}

/* A chip with a PCI function; IMPORT_NOWHERE: none, or several. */
size_t import_find_unique(const struct import_match *match, uint64_t id)
{
	size_t found = IMPORT_NOWHERE;

	for (size_t i = 0; id && i < match->present->count; i++) {
		const struct ttmemstat_chip *chip = match->present->chips[i];

		if (chip->unique_id != id || chip->kind != TTMEMSTAT_KIND_LOCAL)
			continue;
		if (found != IMPORT_NOWHERE)
			return IMPORT_NOWHERE;
		found = i;
	}
	return found;
}

static size_t find_ordinal(const struct import_match *match, uint32_t ordinal)
{
	char node[64];

	snprintf(node, sizeof(node), "tenstorrent/%u", ordinal);
	for (size_t i = 0; i < match->present->count; i++) {
		if (match->present->chips[i]->kind == TTMEMSTAT_KIND_LOCAL &&
		    !strcmp(match->present->chips[i]->kmd_node, node))
			return i;
	}
	return IMPORT_NOWHERE;
}

/* Board ids are the serial numbers that tt-kmd reads from the cards. */
static bool is_board(const struct ttmemstat_chip *chip, const struct descriptor_chip *wanted)
{
	return chip->kind == TTMEMSTAT_KIND_LOCAL && chip->card_serial &&
	       (wanted->known & DESCRIPTOR_BOARD_ID) && chip->card_serial == wanted->board_id;
}

/* The only PCI function of the chip's board, if both the host and the descriptor have one. */
static size_t find_board(const struct import_match *match, const struct descriptor_chip *wanted)
{
	size_t found = IMPORT_NOWHERE, count = 0;

	for (size_t i = 0; i < match->descriptor->count; i++) {
		const struct descriptor_chip *chip = &match->descriptor->chips[i];

		if (chip->reach != DESCRIPTOR_REMOTE && (chip->known & DESCRIPTOR_BOARD_ID) &&
		    chip->board_id == wanted->board_id && chip != wanted)
			return IMPORT_NOWHERE;
	}
	for (size_t i = 0; i < match->present->count; i++) {
		if (is_board(match->present->chips[i], wanted)) {
			found = i;
			count++;
		}
	}
	return count == 1 ? found : IMPORT_NOWHERE;
}

bool import_is_other_card(const struct import_match *match, const struct ttmemstat_chip *chip,
			  struct import_step *step)
{
	const struct descriptor_chip *wanted = step->source;

	if (!chip->card_serial || !(wanted->known & DESCRIPTOR_BOARD_ID) || !wanted->board_id ||
	    is_board(chip, wanted) || chip->kind != TTMEMSTAT_KIND_LOCAL ||
	    (match->flags & IMPORT_FORCE))
		return false;
	import_leave(step, IMPORT_ABSENT, "tt-kmd reports %s on board 0x%llx, not on 0x%llx (--force, or --discover)",
		     chip->name, (unsigned long long)chip->card_serial,
		     (unsigned long long)wanted->board_id);
	return true;
}

static bool is_on_bus(const struct ttmemstat_chip *chip, uint32_t bus)
{
	const char *colon = strchr(chip->pci, ':');

	return colon && strtoul(colon + 1, NULL, 16) == bus;
}

static size_t by_ordinal(const struct import_match *match, struct import_step *step)
{
	const struct descriptor_chip *chip = step->source;
	size_t found;

	if (!match->descriptor->pcie || !(chip->known & DESCRIPTOR_ORDINAL)) {
		import_leave(step, IMPORT_ABSENT, chip->unique_id ? "no chip has its unique id, and its PCI "
		      "address is unknown" : "its PCI address and unique id are unknown");
		return IMPORT_NOWHERE;
	}
	if (!(match->flags & IMPORT_BY_ORDINAL)) {
		import_leave(step, IMPORT_ABSENT, "only its ordinal %u could identify it (--by-ordinal)",
		      chip->ordinal);
		return IMPORT_NOWHERE;
	}
	found = find_ordinal(match, chip->ordinal);
	if (found == IMPORT_NOWHERE) {
		import_leave(step, IMPORT_ABSENT, "no chip has the node tenstorrent/%u", chip->ordinal);
	} else if ((chip->known & DESCRIPTOR_BUS) &&
		   !is_on_bus(match->present->chips[found], chip->bus)) {
		import_leave(step, IMPORT_ABSENT, "tenstorrent/%u is now at %s, not on bus %02x",
		      chip->ordinal, match->present->chips[found]->pci, chip->bus);
		return IMPORT_NOWHERE;
	}
	return found;
}

/* The chip that has the unique id, unless another one has the ordinal. */
static size_t check_ordinal(const struct import_match *match, struct import_step *step, size_t unique)
{
	size_t found = step->source->known & DESCRIPTOR_ORDINAL && match->descriptor->pcie ?
		       find_ordinal(match, step->source->ordinal) : IMPORT_NOWHERE;

	if (found == IMPORT_NOWHERE || found == unique)
		return unique;
	if (match->flags & IMPORT_FORCE)
		return found;
	import_leave(step, IMPORT_ABSENT, "tenstorrent/%u is %s, but %s has its unique id (--force, or "
	      "forget both)", step->source->ordinal, match->present->chips[found]->name,
	      match->present->chips[unique]->name);
	return IMPORT_NOWHERE;
}

/* Find a chip with a PCI function; IMPORT_NOWHERE with the reason. */
size_t import_find_local(const struct import_match *match, struct import_step *step)
{
	const struct descriptor_chip *chip = step->source;
	size_t unique = import_find_unique(match, chip->unique_id);
	size_t found = find_board(match, chip);

	/* The card's serial number is current; addresses and unique ids may be outdated. */
	if (found != IMPORT_NOWHERE && !(match->flags & IMPORT_FORCE))
		return found;
	if (!chip->pci[0] && unique != IMPORT_NOWHERE && (match->flags & IMPORT_BY_ORDINAL))
		return check_ordinal(match, step, unique);
	if (!chip->pci[0])
		return unique != IMPORT_NOWHERE ? unique : by_ordinal(match, step);
	found = import_find_pci(match, chip->pci);
	if (found == IMPORT_NOWHERE && unique == IMPORT_NOWHERE)
		import_leave(step, IMPORT_ABSENT, "no chip at %s", chip->pci);
	if (found == IMPORT_NOWHERE || unique == IMPORT_NOWHERE || found == unique ||
	    (match->flags & IMPORT_FORCE))
		return found != IMPORT_NOWHERE ? found : unique;
	import_leave(step, IMPORT_ABSENT, "%s is %s, but %s has its unique id (--force, or forget both)",
	      chip->pci, match->present->chips[found]->name, match->present->chips[unique]->name);
	return IMPORT_NOWHERE;
}

