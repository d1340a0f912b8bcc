// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat: dispatch to the subcommands. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const struct {
	const char *name;
	enum cli_status (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "import", cmd_import, "tell what the chips of a cluster descriptor have" },
	{ "forget", cmd_forget, "withdraw what was told of a chip" },
	{ "create-virtual", cmd_create_virtual, "make a virtual chip and print its name" },
	{ "destroy", cmd_destroy, "remove a virtual chip" },
	{ "replay", cmd_replay, "report a ttnn graph capture as if it ran on a chip" },
	{ "explain", cmd_explain, "say where the memory of a capture's chip went, without the module" },
	{ "export", cmd_export, "write a capture or a recording as a report of ttnn-visualizer" },
	{ "run", cmd_run, "run a program of tt-metal's and report its memory" },
	{ "record", cmd_record, "record what a program does with memory, or print a recording" },
	{ "enable", cmd_enable, "run all programs of new sessions under the reporter" },
	{ "disable", cmd_disable, "take that back" },
	{ "status", cmd_status, "say whether programs run under the reporter, and by what" },
	{ "records", cmd_records, "list the live records of the clients of a chip" },
	{ "programs", cmd_programs, "list the loaded programs of the clients of a chip" },
	{ "doctor", cmd_doctor, "look for what is wrong on this host, and say what to do" },
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *out)
{
	fputs("usage: tt-memstat COMMAND [OPTION...] [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-16s%s\n", commands[i].name, commands[i].what);
	fputs("\ntt-memstat COMMAND --help tells a command's options.\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 a capture does not fit the chip,\n"
	      "6 a chip of a descriptor could not be described, 9 the module is not loaded.\n",
	      out);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return (int)cli_finish(CLI_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("tt-memstat %s\n", ttmemstat_version());
		return (int)cli_finish(CLI_OK);
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return (int)commands[i].run(argc - 1, argv + 1);
	}
	return (int)cli_fail(CLI_USAGE, "no such command: %s (see tt-memstat --help)", argv[1]);
}
