/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the subcommands: exit statuses, messages, arguments, opening the device. */
#ifndef TT_MEMSTAT_CLI_H
#define TT_MEMSTAT_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <ttmemstat.h>

enum cli_status {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_MISFIT = 3,
	CLI_ABSENT = 6,
	CLI_NO_MODULE = 9,
	CLI_HELP = 255,		/* help was printed; main() exits with CLI_OK */
};

enum cli_status cmd_create_virtual(int argc, char **argv);
enum cli_status cmd_destroy(int argc, char **argv);
enum cli_status cmd_replay(int argc, char **argv);
enum cli_status cmd_records(int argc, char **argv);
enum cli_status cmd_programs(int argc, char **argv);
enum cli_status cmd_import(int argc, char **argv);
enum cli_status cmd_forget(int argc, char **argv);
enum cli_status cmd_doctor(int argc, char **argv);
enum cli_status cmd_run(int argc, char **argv);
enum cli_status cmd_record(int argc, char **argv);
enum cli_status cmd_explain(int argc, char **argv);
enum cli_status cmd_export(int argc, char **argv);
enum cli_status cmd_enable(int argc, char **argv);
enum cli_status cmd_disable(int argc, char **argv);
enum cli_status cmd_status(int argc, char **argv);

/* Print "tt-memstat: " and the text on stderr; return @status. */
__attribute__((format(printf, 2, 3)))
enum cli_status cli_fail(enum cli_status status, const char *format, ...);
/* Format a negative errno, as in "ERANGE (Numerical result out of range)", into @buffer. */
const char *cli_error(int err, char *buffer, size_t len);
#define CLI_ERROR_LEN	128

/*
 * The next option of the command argv[0], an enum memstat_option, with its value in optarg; -1 at the
 * end. Other values are for cli_stop(): --help, which has been printed, and bad usage, which has been
 * reported.
 */
int cli_option(int argc, char **argv);
enum cli_status cli_stop(int option);
/* The long name of an enum memstat_option. */
const char *cli_option_name(int option);
/* Report that the value of @option, in optarg, is not @wanted. Returns CLI_USAGE. */
enum cli_status cli_bad_value(int option, const char *wanted);

/* A number in C notation: 0xc0, 192, 0300. -EINVAL for all else, including trailing characters. */
int cli_number(const char *text, uint64_t *value);
/* "11x10"; neither may be 0. */
int cli_grid(const char *text, uint32_t *x, uint32_t *y);
/* "3,7": a core. -EINVAL. */
int cli_core(const char *text, uint32_t *x, uint32_t *y);
/* "tt3" */
int cli_chip(const char *text, uint32_t *chip);
/* The only argument after the options, a chip's name. Reports all else, and returns CLI_USAGE. */
enum cli_status cli_one_chip(int argc, char **argv, uint32_t *chip);

/*
 * Read a file, or standard input for "-". Reads at most @max + 1 bytes, so that the caller detects
 * input that is too long. Release @text with free(), after an error too.
 */
int cli_read(const char *file, size_t max, char **text, size_t *len);

/* Write @text at the offset @at of a regular file; -errno. */
int cli_write(int fd, const char *text, size_t len, off_t at);

/* Whether there is such a chip in sysfs; true if that cannot be read. */
bool cli_chip_exists(uint32_t chip);

/* Open the device. On failure, print the reason and return the exit status. */
enum cli_status cli_open(struct ttmemstat_ctx **ctx);

/*
 * Flush stdout, say on stderr what is being held, and wait for SIGINT, SIGTERM or SIGHUP.
 */
void cli_hold(const char *what);

/* Check that all output reached stdout. */
enum cli_status cli_finish(enum cli_status status);

#endif
