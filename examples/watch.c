// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Print when the use of a chip's DRAM reaches a level, and when it is below again. Needs no
 * privilege.
 *
 *   ttmemstat-watch CHIP PERCENT
 *
 * Sleeps until the chip's `generation` changes, of which the kernel notifies at most ten times a
 * second. Root can let the kernel watch a level, however briefly it is crossed, and poll the file
 * `dram_alert` in the same way: docs/howto/alerts.md.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ttmemstat.h>

static int die(struct ttmemstat_reader *reader)
{
	char text[TTMEMSTAT_ERROR_LEN];

	ttmemstat_reader_error(reader, text, sizeof(text));
	fprintf(stderr, "watch: %s\n", text);
	return 1;
}

int main(int argc, char **argv)
{
	struct pollfd generation = { .events = POLLPRI };
	struct ttmemstat_reader *reader;
	struct ttmemstat_chip *chip;
	uint64_t used, capacity;
	char content[64];
	bool above = false;

	if (argc != 3 || ttmemstat_reader_new(&reader, NULL))
		return 2;
	snprintf(content, sizeof(content), "/sys/class/tt_memstat/tt%s/generation", argv[1]);
	generation.fd = open(content, O_RDONLY | O_CLOEXEC);
	for (;;) {
		/* Reading arms poll(): later changes wake it. */
		ssize_t armed = pread(generation.fd, content, sizeof(content), 0);

		if (ttmemstat_reader_chip(reader, (uint32_t)atoi(argv[1]), 0, &chip) || armed < 0)
			return die(reader);
		/* Unknown use counts as 0 here, so it is not above the level. */
		ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_DRAM_USED, &used);
		ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_DRAM_CAPACITY, &capacity);
		ttmemstat_chip_free(chip);
		if ((used && used >= capacity / 100 * (uint64_t)atoi(argv[2])) != above) {
			above = !above;
			printf("%s: %" PRIu64 " of %" PRIu64 " bytes\n", above ? "above" : "below",
			       used, capacity);
			fflush(stdout);
		}
		/* The removal of a chip does not wake poll(): use a timeout. */
		poll(&generation, 1, 1000);
	}
}
