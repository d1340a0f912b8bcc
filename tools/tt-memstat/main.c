// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat: dispatch to the subcommands. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "tt-memstat.options.h"

static const struct {
	const char *name;
	enum cli_status (*run)(int argc, char **argv);
} commands[] = {
	{ "import", cmd_import },
	{ "forget", cmd_forget },
	{ "create-virtual", cmd_create_virtual },
	{ "destroy", cmd_destroy },
	{ "replay", cmd_replay },
	{ "explain", cmd_explain },
	{ "export", cmd_export },
	{ "run", cmd_run },
	{ "record", cmd_record },
	{ "enable", cmd_enable },
	{ "disable", cmd_disable },
	{ "status", cmd_status },
	{ "records", cmd_records },
	{ "programs", cmd_programs },
	{ "doctor", cmd_doctor },
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs(memstat_commands[0].help, stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		fputs(memstat_commands[0].help, stdout);
		return (int)cli_finish(CLI_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("tt-memstat %s\n", ttmemstat_version());
		return (int)cli_finish(CLI_OK);
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name)) {
			enum cli_status status = commands[i].run(argc - 1, argv + 1);

			return (int)(status == CLI_HELP ? cli_finish(CLI_OK) : status);
		}
	}
	return (int)cli_fail(CLI_USAGE, "no such command: %s (see tt-memstat --help)", argv[1]);
}
