// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat record: run a command under the reporter and record its events in a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "record.h"
#include "run.h"
#include "run_virtual.h"

#define DEFAULT_FILE	"tt-memstat-%p.rec"

struct request {
	const char *output;
	const char *size;
	bool virtual;
	bool dump;
	bool json;
};

static enum cli_status check(const struct request *request, int operands)
{
	if (request->json && !request->dump)
		return cli_fail(CLI_USAGE, "--json needs --dump");
	if (request->dump && (request->output || request->size || request->virtual))
		return cli_fail(CLI_USAGE, "--dump records nothing: no --output, --max-size or --virtual");
	if (request->dump && operands != 1)
		return cli_fail(CLI_USAGE, "one recording is needed");
	return operands ? CLI_OK : cli_fail(CLI_USAGE, "a command is needed");
}

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_OUTPUT:
			request->output = optarg;
			break;
		case MEMSTAT_OPT_MAX_SIZE:
			request->size = optarg;
			break;
		case MEMSTAT_OPT_VIRTUAL:
			request->virtual = true;
			break;
		case MEMSTAT_OPT_DUMP:
			request->dump = true;
			break;
		case MEMSTAT_OPT_JSON:
			request->json = true;
			break;
		default:
			return cli_stop(option);
		}
	}
	return check(request, argc - optind);
}

/* The library's rule, checked here as the library reports it only at the first allocation. */
static bool is_size(const char *text)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	for (const char *unit = "KMGT"; *end && *unit; unit++) {
		value = value > 1ull << 50 ? 0 : value << 10;
		if (*end == *unit) {
			end++;
			break;
		}
	}
	return !errno && !*end && value >= 1ull << 20 && value <= 1ull << 40;
}

/* Make the pattern absolute; % in the directory is doubled, as the library expands patterns. */
static int set_file(const char *output)
{
	char *here = *output == '/' ? NULL : getcwd(NULL, 0);
	char *path = NULL;
	size_t size;
	FILE *out;
	int err;

	if (!here && *output != '/')
		return -errno;
	out = open_memstream(&path, &size);
	if (!out) {
		free(here);
		return -ENOMEM;
	}
	for (const char *c = here; c && *c; c++)
		fprintf(out, *c == '%' ? "%%%%" : "%c", *c);
	fprintf(out, "%s%s", here ? "/" : "", output);
	err = fclose(out) || setenv("TT_MEMSTAT_RECORD", path, 1) ? -errno : 0;
	free(path);
	free(here);
	return err;
}

static enum cli_status prepare(const struct request *request)
{
	const char *output = request->output ? request->output : DEFAULT_FILE;
	char reason[CLI_ERROR_LEN];
	int err;

	if (request->size && !is_size(request->size))
		return cli_fail(CLI_USAGE, "--max-size %s: a size from 1M to 1T is needed",
				request->size);
	if (!*output)
		return cli_fail(CLI_USAGE, "--output: a file is needed");
	if (!strchr(output, '%') && !access(output, F_OK))
		return cli_fail(CLI_FAILED, "%s: %s", output,
				cli_error(-EEXIST, reason, sizeof(reason)));
	err = set_file(output);
	if (!err && request->size)
		err = setenv("TT_MEMSTAT_RECORD_SIZE", request->size, 1) ? -errno : 0;
	return err ? cli_fail(CLI_FAILED, "%s", cli_error(err, reason, sizeof(reason))) : CLI_OK;
}

enum cli_status cmd_record(int argc, char **argv)
{
	struct request request = { 0 };
	enum cli_status status = parse(argc, argv, &request);

	if (status)
		return status;
	if (request.dump)
		return record_dump(argv[optind], request.json);
	status = prepare(&request);
	if (status)
		return status;
	if (request.virtual)
		run_virtual();
	return run_command(argv + optind);
}
