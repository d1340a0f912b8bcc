// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Type and serial number of the card that a chip is on, from tt-kmd.
 *
 * Reading queries the card's firmware; a card that hangs reads as all ones. The file `tt_asic_id`
 * is not UMD's unique id, so it is not used.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "chip_read.h"
#include "parse.h"
#include "sysfs.h"

#define ANSWER	64

/* Read a file of the card's class device; sysfs replaces '/' in the device's name by '!'. */
static size_t get(struct ttmemstat_done *done, const char *cards, const char *node,
		  const char *name, char *buf)
{
	char path[PATH_MAX];
	size_t len = 0;
	int at = snprintf(path, sizeof(path), "%s/", cards);

	snprintf(path + at, sizeof(path) - (size_t)at, "%s/%s", node, name);
	for (char *c = path + at; *c && c < path + at + strlen(node); c++)
		if (*c == '/')
			*c = '!';
	return ttmemstat_sysfs_read(done, AT_FDCWD, path, buf, ANSWER, &len) ? 0 : len;
}

/* Cut a name that is too long, such as "galaxy-blackhole", before the arch, which is known. */
static void name_board(struct ttmemstat_chip *chip)
{
	size_t len = strlen(chip->card_type);

	if (len >= sizeof(chip->board))
		len = strcspn(chip->card_type, "-");
	if (len < sizeof(chip->board)) {
		memcpy(chip->board, chip->card_type, len);
		chip->board[len] = '\0';
	}
}

void ttmemstat_card_read(struct ttmemstat_done *done, const char *cards, struct ttmemstat_chip *chip)
{
	char buf[ANSWER];
	size_t len;

	chip->card_type[0] = '\0';
	chip->card_serial = 0;
	if (!chip->kmd_node[0] || strlen(cards) + sizeof(chip->kmd_node) + ANSWER > PATH_MAX)
		return;
	len = get(done, cards, chip->kmd_node, "tt_card_type", buf);
	ttmemstat_parse_string(buf, len, chip->card_type, sizeof(chip->card_type));
	if (!strcmp(chip->card_type, "unknown"))
		chip->card_type[0] = '\0';
	len = get(done, cards, chip->kmd_node, "tt_serial", buf);
	if (ttmemstat_parse_hex(buf, len, &chip->card_serial) || chip->card_serial == UINT64_MAX)
		chip->card_serial = 0;
	if (!chip->board[0])
		name_board(chip);
	if (!chip->board_id)
		chip->board_id = chip->card_serial;
}
