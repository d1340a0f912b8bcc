// SPDX-License-Identifier: GPL-2.0-only
/* Shared by the subcommands. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "tt-memstat.options.h"

enum cli_status cli_fail(enum cli_status status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("tt-memstat: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

const char *cli_error(int err, char *buffer, size_t len)
{
	const char *name = strerrorname_np(-err);
	const char *text = strerrordesc_np(-err);

	if (name && text)
		snprintf(buffer, len, "%s (%s)", name, text);
	else
		snprintf(buffer, len, "error %d", -err);
	return buffer;
}

int cli_option(int argc, char **argv)
{
	const struct memstat_command *command = memstat_commands;
	int option;

	while (strcmp(command->name, argv[0]) != 0)
		command++;
	option = memstat_option_next(command, argc, argv);
	if (option == MEMSTAT_OPT_HELP)
		fputs(command->help, stdout);
	/* No value may be empty; as the name of a file it would make errors that name none. */
	if (option > 0 && option != '?' && optarg && !*optarg) {
		cli_fail(CLI_USAGE, "--%s: the value is empty", cli_option_name(option));
		option = '?';
	}
	if (option == '?')
		fprintf(stderr, "Try 'tt-memstat %s --help'.\n", command->name);
	return option;
}

enum cli_status cli_stop(int option)
{
	return option == MEMSTAT_OPT_HELP ? CLI_HELP : CLI_USAGE;
}

const char *cli_option_name(int option)
{
	for (const struct memstat_command *command = memstat_commands; command->name; command++)
		for (const struct option *word = command->words; word->name; word++)
			if (word->val == option)
				return word->name;
	return "";
}

enum cli_status cli_bad_value(int option, const char *wanted)
{
	return cli_fail(CLI_USAGE, "--%s: %s, not '%s'", cli_option_name(option), wanted, optarg);
}

int cli_number(const char *text, uint64_t *value)
{
	unsigned long long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || *end)
		return -EINVAL;
	*value = number;
	return 0;
}

/* Two decimal numbers up to UINT16_MAX with a character of @between between them. */
static int read_pair(const char *text, const char *between, uint32_t *x, uint32_t *y)
{
	unsigned long columns;
	unsigned long rows;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	columns = strtoul(text, &end, 10);
	if (!*end || !strchr(between, *end) || end[1] < '0' || end[1] > '9')
		return -EINVAL;
	rows = strtoul(end + 1, &end, 10);
	if (*end || columns > UINT16_MAX || rows > UINT16_MAX)
		return -EINVAL;
	*x = (uint32_t)columns;
	*y = (uint32_t)rows;
	return 0;
}

int cli_grid(const char *text, uint32_t *x, uint32_t *y)
{
	uint32_t columns, rows;

	if (read_pair(text, "xX", &columns, &rows) || !columns || !rows)
		return -EINVAL;
	*x = columns;
	*y = rows;
	return 0;
}

int cli_core(const char *text, uint32_t *x, uint32_t *y)
{
	return read_pair(text, ",", x, y);
}

int cli_chip(const char *text, uint32_t *chip)
{
	unsigned long number;
	char *end;

	if (strncmp(text, "tt", 2) || text[2] < '0' || text[2] > '9' ||
	    (text[2] == '0' && text[3]))
		return -EINVAL;
	errno = 0;
	number = strtoul(text + 2, &end, 10);
	if (errno || *end || number > UINT32_MAX)
		return -EINVAL;
	*chip = (uint32_t)number;
	return 0;
}

enum cli_status cli_one_chip(int argc, char **argv, uint32_t *chip)
{
	if (argc - optind != 1)
		return cli_fail(CLI_USAGE, "one chip is needed, such as tt0");
	if (cli_chip(argv[optind], chip))
		return cli_fail(CLI_USAGE, "not a chip name: %s", argv[optind]);
	return CLI_OK;
}

int cli_read(const char *file, size_t max, char **text, size_t *len)
{
	int fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	size_t room = 0;
	ssize_t got = 1;
	int err = 0;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return -errno;
	while (got && *len <= max) {
		if (*len == room) {
			char *grown = realloc(*text, room ? room * 2 : 65536);

			if (!grown) {
				err = -ENOMEM;
				break;
			}
			*text = grown;
			room = room ? room * 2 : 65536;
		}
		got = read(fd, *text + *len, room - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			err = -errno;
			break;
		}
		*len += (size_t)got;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return err;
}

int cli_write(int fd, const char *text, size_t len, off_t at)
{
	while (len) {
		const ssize_t written = pwrite(fd, text, len, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		text += written;
		at += written;
		len -= (size_t)written;
	}
	return 0;
}

bool cli_chip_exists(uint32_t chip)
{
	struct ttmemstat_reader *reader;
	struct ttmemstat_chip *found;
	int err;

	if (ttmemstat_reader_new(&reader, NULL))
		return true;
	err = ttmemstat_reader_chip(reader, chip, 0, &found);
	if (!err)
		ttmemstat_chip_free(found);
	ttmemstat_reader_free(reader);
	return err != -ENODEV;
}

enum cli_status cli_open(struct ttmemstat_ctx **ctx)
{
	char reason[CLI_ERROR_LEN];
	int err = ttmemstat_open(ctx, NULL);

	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return cli_fail(CLI_NO_MODULE, "%s: the module tt_memstat is not loaded",
				TTMEMSTAT_DEVICE_PATH);
	default:
		return cli_fail(CLI_FAILED, "%s: %s", TTMEMSTAT_DEVICE_PATH,
				cli_error(err, reason, sizeof(reason)));
	}
}

void cli_hold(const char *what)
{
	sigset_t set;
	int got;

	fflush(stdout);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fprintf(stderr, "tt-memstat: holding %s until SIGINT or SIGTERM (pid %ld)\n", what,
		(long)getpid());
	while (sigwait(&set, &got))
		;
}

enum cli_status cli_finish(enum cli_status status)
{
	if (fflush(stdout) || ferror(stdout)) {
		cli_fail(CLI_FAILED, "cannot write to standard output");
		return status == CLI_OK ? CLI_FAILED : status;
	}
	return status;
}
