// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Report two buffers and a program on a chip, wait for Enter, and remove them.
 *
 *   ttmemstat-report [CHIP [NODE]]	CHIP as in tt<CHIP>, NODE such as /dev/tenstorrent/0
 *
 * Without root, a descriptor of the chip's node proves access to the chip; a runtime has one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <ttmemstat.h>

int main(int argc, char **argv)
{
	/* Without the module every call below is a cheap no-op that succeeds. */
	struct ttmemstat_open_options how = { .size = sizeof(how), .flags = TTMEMSTAT_OPEN_OPTIONAL };
	/* Set 0: 1 MiB on each DRAM bank, 64 KiB on each core of the worker grid. */
	struct ttmemstat_record tensor = { .id = 1, .pool = TT_MEMSTAT_POOL_DRAM, .size = 1 << 20 };
	struct ttmemstat_record buffer = { .id = 2, .pool = TT_MEMSTAT_POOL_L1, .addr = 1 << 20,
					   .size = 64 << 10 };
	/* Another set: the circular buffer of program 7 is on four cores. */
	struct ttmemstat_record cb = { .id = 3, .pool = TT_MEMSTAT_POOL_CB, .addr = 128 << 10,
				       .size = 16 << 10, .program = 7 };
	struct tt_memstat_rect square = { 0, 0, 1, 1 };
	struct ttmemstat_attach_options what;
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_ctx *ctx = NULL;
	char text[TTMEMSTAT_ERROR_LEN];
	int error;

	ttmemstat_attach_options_init(&what);
	what.chip = argc > 1 ? (uint32_t)atoi(argv[1]) : 0;
	what.proof = argc > 2 ? open(argv[2], O_RDWR | O_CLOEXEC) : -1;
	what.covers = 1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_CB;
	what.label = "hello";
	error = ttmemstat_open(&ctx, &how);
	if (error) {
		ttmemstat_open_error(&how, error, text, sizeof(text));
		fprintf(stderr, "report: %s\n", text);
		return 1;
	}
	error = ttmemstat_attach(ctx, &what, &att, NULL);
	if (error) {
		ttmemstat_error(ctx, text, sizeof(text));
		fprintf(stderr, "report: %s\n", text);
		ttmemstat_close(ctx);
		return 1;
	}
	error = ttmemstat_report_record(att, &tensor) || ttmemstat_report_record(att, &buffer) ||
		ttmemstat_bank_set_l1(att, &square, 1, &cb.set) ||
		ttmemstat_report_record(att, &cb) || ttmemstat_report_dispatch(att, 7, 0);
	if (!error) {
		puts("reported: look with tt-smi, then press Enter");
		fflush(stdout);
		getchar();
		error = ttmemstat_report_free(att, 2) || ttmemstat_report_program_free(att, 7);
	}
	if (error) {
		ttmemstat_attachment_error(att, text, sizeof(text));
		fprintf(stderr, "report: %s\n", text);
	}
	ttmemstat_detach(att);	/* removes the rest, like the end of the process */
	ttmemstat_close(ctx);
	return error;
}
