// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat forget: withdraw an administrator's description of a chip. */
#include <errno.h>
#include <stdio.h>

#include "cli.h"
#include "tt-memstat.options.h"

static enum cli_status explain(const char *name, int err)
{
	char reason[CLI_ERROR_LEN];

	cli_error(err, reason, sizeof(reason));
	switch (err) {
	case 0:
		return CLI_OK;
	case -ENODEV:
		return cli_fail(CLI_FAILED, "%s: no such chip", name);
	case -EBUSY:
		return cli_fail(CLI_FAILED, "%s: %s: attached clients rely on its geometry (--force)", name,
				reason);
	case -EPERM:
		return cli_fail(CLI_FAILED, "%s: %s: needs CAP_SYS_ADMIN", name, reason);
	default:
		return cli_fail(CLI_FAILED, "%s: %s", name, reason);
	}
}

enum cli_status cmd_forget(int argc, char **argv)
{
	enum cli_status status;
	struct ttmemstat_ctx *ctx;
	uint32_t flags = 0;
	uint32_t chip;
	int option;
	int err;

	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_FORCE:
			flags = TT_MEMSTAT_GEOMETRY_FORCE;
			break;
		default:
			return cli_stop(option);
		}
	}
	status = cli_one_chip(argc, argv, &chip);
	if (!status)
		status = cli_open(&ctx);
	if (status)
		return status;
	err = ttmemstat_geometry_unset(ctx, chip, flags);
	ttmemstat_close(ctx);
	return explain(argv[optind], err);
}
