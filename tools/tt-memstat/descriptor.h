/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster descriptor of UMD as a list of chips, independent of how the file was written.
 */
#ifndef TT_MEMSTAT_DESCRIPTOR_H
#define TT_MEMSTAT_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DESCRIPTOR_CHIPS_MAX	1024
#define DESCRIPTOR_BYTES_MAX	(16u << 20)
#define DESCRIPTOR_LOCATION_MAX	255
#define DESCRIPTOR_TEXT		32
#define DESCRIPTOR_PCI		16
#define DESCRIPTOR_NONE		SIZE_MAX

enum descriptor_reach {
	DESCRIPTOR_REACH_UNKNOWN = 0,
	DESCRIPTOR_LOCAL,		/* has a PCI function */
	DESCRIPTOR_REMOTE,		/* is reached through another chip */
};

/* Numbers that a chip may have. */
#define DESCRIPTOR_TENSIX_MASK	(1u << 0)
#define DESCRIPTOR_DRAM_MASK	(1u << 1)
#define DESCRIPTOR_BOARD_ID	(1u << 2)
#define DESCRIPTOR_LOCATION	(1u << 3)
#define DESCRIPTOR_ORDINAL	(1u << 4)
#define DESCRIPTOR_BUS		(1u << 5)

/**
 * struct descriptor_chip - one chip
 * @id: number of the chip in the descriptor
 * @known: DESCRIPTOR_*: which of the numbers below are known
 * @reach: enum descriptor_reach
 * @tensix_mask: harvested rows or columns
 * @dram_mask: harvested DRAM channels
 * @location: ASIC location on the board
 * @ordinal: N of /dev/tenstorrent/N when the descriptor was written
 * @bus: PCI bus; of the gateway for a remote chip
 * @unique_id: 0 = unknown
 * @board_id: serial number of the board
 * @gateway: index of the chip through which this remote chip is reached, or DESCRIPTOR_NONE
 * @board_at: lowest index of a chip on the same board, which may be this chip's own
 * @tensix_line: line of @tensix_mask in the file
 * @dram_line: line of @dram_mask in the file
 * @arch: empty = unknown
 * @board: type of the board; empty = unknown
 * @pci: domain:bus:device.function, lower case; empty = unknown
 *
 * The texts come from the file and are untrusted; they are cut at DESCRIPTOR_TEXT - 1 bytes.
 */
struct descriptor_chip {
	uint32_t id;
	uint32_t known;
	uint32_t reach;
	uint32_t tensix_mask;
	uint32_t dram_mask;
	uint32_t location;
	uint32_t ordinal;
	uint32_t bus;
	uint64_t unique_id;
	uint64_t board_id;
	size_t gateway;
	size_t board_at;
	size_t tensix_line;
	size_t dram_line;
	char arch[DESCRIPTOR_TEXT];
	char board[DESCRIPTOR_TEXT];
	char pci[DESCRIPTOR_PCI];
};

/**
 * struct descriptor - a whole file
 * @chips: in ascending order of ids
 * @count: elements of @chips, at least 1
 * @pcie: ordinals are those of PCI devices; UMD also numbers others, such as JTAG's
 */
struct descriptor {
	struct descriptor_chip *chips;
	size_t count;
	bool pcie;
};

#define DESCRIPTOR_MESSAGE	256

/**
 * struct descriptor_error - where and why a text is not a descriptor
 * @line: from 1
 */
struct descriptor_error {
	size_t line;
	char message[DESCRIPTOR_MESSAGE];
};

/* 0, -EINVAL with @error filled, or -ENOMEM. */
int descriptor_parse(const char *text, size_t len, struct descriptor **descriptor,
		     struct descriptor_error *error);
void descriptor_free(struct descriptor *descriptor);

/* The other chip of a board of exactly two chips; else NULL. */
const struct descriptor_chip *descriptor_fellow(const struct descriptor *descriptor,
						const struct descriptor_chip *chip);

#endif
