// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat create-virtual: make a chip without hardware. The module checks the masks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "tt-memstat.options.h"

struct request {
	struct tt_memstat_geometry geometry;
	uint64_t unique_id;
	uint32_t flags;
	bool hold;
	bool harvest;
};

/* @valid: the bit of the mask in the geometry */
static int parse_mask(const char *text, struct tt_memstat_geometry *geometry, uint32_t valid,
		      uint32_t *mask)
{
	uint64_t value;

	if (!strcmp(text, "unknown")) {
		geometry->valid &= ~valid;
		*mask = 0;
		return 0;
	}
	geometry->valid |= valid;
	if (cli_number(text, &value) || value > UINT32_MAX)
		return -EINVAL;
	*mask = (uint32_t)value;
	return 0;
}

static enum cli_status parse_option(int option, struct request *request)
{
	struct tt_memstat_geometry *geometry = &request->geometry;
	int arch;

	switch (option) {
	case MEMSTAT_OPT_ARCH:
		arch = ttmemstat_arch_parse(optarg);
		if (arch <= 0)
			return cli_bad_value(option, MEMSTAT_VALUES_ARCH);
		geometry->arch = (uint32_t)arch;
		return CLI_OK;
	case MEMSTAT_OPT_HARVEST:
		request->harvest = true;
		if (parse_mask(optarg, geometry, TT_MEMSTAT_GEOMETRY_TENSIX_MASK,
			       &geometry->tensix_mask))
			return cli_bad_value(option, "a mask such as 0xc0, or unknown");
		return CLI_OK;
	case MEMSTAT_OPT_DRAM_HARVEST:
		if (parse_mask(optarg, geometry, TT_MEMSTAT_GEOMETRY_DRAM_MASK,
			       &geometry->dram_mask))
			return cli_bad_value(option, "a mask such as 0xc0, or unknown");
		return CLI_OK;
	case MEMSTAT_OPT_UNIQUE_ID:
		if (cli_number(optarg, &request->unique_id))
			return cli_bad_value(option, "a number");
		return CLI_OK;
	case MEMSTAT_OPT_OPEN:
		request->flags |= TT_MEMSTAT_CREATE_OPEN;
		return CLI_OK;
	case MEMSTAT_OPT_HOLD:
		request->hold = true;
		request->flags |= TT_MEMSTAT_CREATE_EPHEMERAL;
		return CLI_OK;
	default:
		return cli_stop(option);
	}
}

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	memset(request, 0, sizeof(*request));
	request->geometry.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	while ((option = cli_option(argc, argv)) != -1) {
		enum cli_status status = parse_option(option, request);

		if (status)
			return status;
	}
	if (optind < argc)
		return cli_fail(CLI_USAGE, "unexpected argument: %s", argv[optind]);
	if (!request->geometry.arch || !request->harvest)
		return cli_fail(CLI_USAGE, "--arch and --harvest are needed");
	if (!request->geometry.valid)
		return cli_fail(CLI_USAGE, "--harvest and --dram-harvest are both unknown: one of "
				"them is needed");
	return CLI_OK;
}

static enum cli_status explain(struct ttmemstat_ctx *ctx, const struct request *request, int err)
{
	const struct tt_memstat_geometry *geometry = &request->geometry;
	struct ttmemstat_resolved resolved;
	char reason[TTMEMSTAT_ERROR_LEN];

	cli_error(err, reason, sizeof(reason));
	if (ttmemstat_geometry_resolve(geometry, &resolved))
		return cli_fail(CLI_FAILED, "cannot create: harvest 0x%x, DRAM harvest 0x%x: "
				"not masks of %s: %s", geometry->tensix_mask, geometry->dram_mask,
				ttmemstat_arch_name(geometry->arch), reason);
	if (err == -EPERM)
		return cli_fail(CLI_FAILED, "cannot create: %s: needs CAP_SYS_ADMIN, or the module "
				"parameter allow_virtual and --hold", reason);
	ttmemstat_error(ctx, reason, sizeof(reason));
	return cli_fail(CLI_FAILED, "cannot create: %s", reason);
}

enum cli_status cmd_create_virtual(int argc, char **argv)
{
	struct request request;
	struct ttmemstat_ctx *ctx;
	enum cli_status status = parse(argc, argv, &request);
	char what[32];
	uint32_t chip;
	int err;

	if (status)
		return status;
	status = cli_open(&ctx);
	if (status)
		return status;
	err = ttmemstat_chip_create(ctx, &request.geometry, NULL, request.unique_id, request.flags,
				    &chip);
	if (err) {
		status = explain(ctx, &request, err);
		ttmemstat_close(ctx);
		return status;
	}
	if (!request.hold) {
		ttmemstat_close(ctx);
		if (!cli_chip_exists(chip))
			return cli_fail(CLI_FAILED, "tt%u is gone with its creator: use --hold",
					chip);
		printf("tt%u\n", chip);
		return cli_finish(CLI_OK);
	}
	printf("tt%u\n", chip);
	status = cli_finish(CLI_OK);
	snprintf(what, sizeof(what), "tt%u", chip);
	if (status == CLI_OK)
		cli_hold(what);
	ttmemstat_close(ctx);
	return status;
}
