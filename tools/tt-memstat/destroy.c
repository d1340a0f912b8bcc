// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat destroy: remove a virtual chip with all its records. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "cli.h"

enum cli_status cmd_destroy(int argc, char **argv)
{
	char reason[CLI_ERROR_LEN];
	enum cli_status status;
	struct ttmemstat_ctx *ctx;
	uint32_t chip;
	int option;
	int err;

	option = cli_option(argc, argv);
	if (option != -1)
		return cli_stop(option);
	status = cli_one_chip(argc, argv, &chip);
	if (!status)
		status = cli_open(&ctx);
	if (status)
		return status;
	err = ttmemstat_chip_destroy(ctx, chip);
	ttmemstat_close(ctx);
	switch (err) {
	case 0:
		return CLI_OK;
	case -ENODEV:
		return cli_fail(CLI_FAILED, "%s: no such chip", argv[optind]);
	case -EOPNOTSUPP:
		return cli_fail(CLI_FAILED, "%s: not a virtual chip", argv[optind]);
	default:
		return cli_fail(CLI_FAILED, "%s: %s", argv[optind],
				cli_error(err, reason, sizeof(reason)));
	}
}
