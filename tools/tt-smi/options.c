// SPDX-License-Identifier: GPL-2.0-only
/* The command line and the environment: see options.h. */
#include "options.h"
#include "owner.h"

#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char smi_help[] =
"Usage: tt-smi [OPTION]...\n"
"Show where the memory of Tenstorrent chips goes: per chip, pool and process.\n"
"\n"
"  -i, --chip=CHIP         only this chip: name (tt0), index, PCI address, unique id\n"
"                          or node (tenstorrent/0); repeat it or separate by commas\n"
"  -p, --pid=PID           list only these processes\n"
"  -u, --user=USER         list only processes of these users (name or uid)\n"
"  -l, --list              list the chips, without figures\n"
"  -J, --json              everything as JSON: integers in bytes, null for unknown\n"
"  -b, --bytes             exact numbers of bytes\n"
"      --breakdown[=WHEN]  pools and cores of each chip: always, never, or auto\n"
"                          (up to 8 chips); alone it means always\n"
"      --verbose           say why a figure is unknown\n"
"      --color[=WHEN]      always, never, or auto (on a terminal); alone: always\n"
"      --ascii             ASCII only\n"
"      --sysfs-root=DIR    read a recorded tree instead of /sys\n"
"  -h, --help              show this and exit\n"
"  -V, --version           show the version and exit\n"
"\n"
"Marks: - unknown, ~ approximate, > at least, ! inconsistent.\n"
"Exit status: 0 ok, 1 failure, 2 bad usage, 4 no permission, 6 no such chip or\n"
"process, 9 module not loaded. See tt-smi(1).\n";

enum {
	OPT_BREAKDOWN = 256,
	OPT_VERBOSE,
	OPT_COLOR,
	OPT_ASCII,
	OPT_SYSFS_ROOT,
};

static const struct option long_options[] = {
	{ "chip", required_argument, NULL, 'i' },
	{ "pid", required_argument, NULL, 'p' },
	{ "user", required_argument, NULL, 'u' },
	{ "list", no_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'J' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "breakdown", optional_argument, NULL, OPT_BREAKDOWN },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "color", optional_argument, NULL, OPT_COLOR },
	{ "ascii", no_argument, NULL, OPT_ASCII },
	{ "sysfs-root", required_argument, NULL, OPT_SYSFS_ROOT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

__attribute__((format(printf, 1, 2)))
static int complain(const char *fmt, ...)
{
	va_list ap;

	fputs("tt-smi: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nTry 'tt-smi --help'.\n", stderr);
	return SMI_EXIT_USAGE;
}

static int out_of_memory(void)
{
	fputs("tt-smi: out of memory\n", stderr);
	return SMI_EXIT_FAILURE;
}

/* Appends room for one element of @size bytes; NULL without memory. */
static void *grown(void *array, size_t *count, size_t size)
{
	char **a = array;
	void *bigger = reallocarray(*a, *count + 1, size);

	if (!bigger)
		return NULL;
	*a = bigger;
	return (char *)bigger + (*count)++ * size;
}

static int add_chip(struct smi_options *o, const char *text)
{
	char **slot = grown(&o->request.chips, &o->request.chip_count, sizeof(char *));

	if (!slot)
		return out_of_memory();
	*slot = strdup(text);
	return *slot ? SMI_EXIT_OK : out_of_memory();
}

static int add_pid(struct smi_options *o, const char *text)
{
	unsigned long n;
	pid_t *slot;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || n == 0 || n > INT32_MAX)
		return complain("'%s' is no process id", text);
	slot = grown(&o->request.pids, &o->request.pid_count, sizeof(*slot));
	if (!slot)
		return out_of_memory();
	*slot = (pid_t)n;
	return SMI_EXIT_OK;
}

static int add_user(struct smi_options *o, const char *text)
{
	uid_t uid, *slot;
	int rc = smi_user_parse(text, &uid);

	if (rc == -ENOMEM)
		return out_of_memory();
	if (rc)
		return complain("there is no user '%s'", text);
	slot = grown(&o->request.uids, &o->request.uid_count, sizeof(*slot));
	if (!slot)
		return out_of_memory();
	*slot = uid;
	return SMI_EXIT_OK;
}

/* Calls @add for each element of a list separated by commas. */
static int each(struct smi_options *o, const char *name, const char *list,
		int (*add)(struct smi_options *, const char *))
{
	char *copy = strdup(list), *at = copy, *item;
	int rc = SMI_EXIT_OK;

	if (!copy)
		return out_of_memory();
	while (rc == SMI_EXIT_OK && (item = strsep(&at, ",")))
		rc = item[0] ? add(o, item) : complain("--%s: an element is empty", name);
	free(copy);
	return rc;
}

/* 0 auto, 1 always, 2 never, -1 none of them. */
static int parse_when(const char *text)
{
	static const char *const words[] = { "auto", "always", "never" };

	if (!text)
		return 1;
	for (int i = 0; i < 3; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return -1;
}

static bool non_empty(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

static unsigned int terminal_width(bool tty)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long n;
	char *end;

	if (tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (columns && columns[0] >= '0' && columns[0] <= '9') {
		n = strtoul(columns, &end, 10);
		if (!*end && n > 0 && n <= 10000)
			return (unsigned int)n;
	}
	return tty ? 80 : 0;
}

static int set_action(struct smi_options *o, enum smi_action action)
{
	if (o->action != SMI_SHOW && o->action != action)
		return complain("--json and --list exclude each other");
	o->action = action;
	return SMI_EXIT_OK;
}

static int take(struct smi_options *o, int opt, const char *arg, int *color)
{
	int when = 0;

	switch (opt) {
	case 'i':
		return each(o, "chip", arg, add_chip);
	case 'p':
		return each(o, "pid", arg, add_pid);
	case 'u':
		return each(o, "user", arg, add_user);
	case 'l':
		return set_action(o, SMI_LIST);
	case 'J':
		return set_action(o, SMI_JSON);
	case 'b':
		o->view.bytes = true;
		return SMI_EXIT_OK;
	case OPT_VERBOSE:
		o->view.verbose = true;
		return SMI_EXIT_OK;
	case OPT_ASCII:
		o->view.utf8 = false;
		return SMI_EXIT_OK;
	case OPT_SYSFS_ROOT:
		if (!arg[0])
			return complain("--sysfs-root needs a directory");
		o->request.sysfs_root = arg;
		return SMI_EXIT_OK;
	case OPT_COLOR:
	case OPT_BREAKDOWN:
		when = parse_when(arg);
		if (when < 0)
			return complain("'%s': WHEN is auto, always or never", arg);
		if (opt == OPT_COLOR)
			*color = when;
		else
			o->view.breakdown = when == 1 ? SMI_BREAKDOWN_ALWAYS :
					    when == 2 ? SMI_BREAKDOWN_NEVER : SMI_BREAKDOWN_AUTO;
		return SMI_EXIT_OK;
	default:
		fputs("Try 'tt-smi --help'.\n", stderr);
		return SMI_EXIT_USAGE;
	}
}

int smi_options_parse(struct smi_options *o, int argc, char **argv)
{
	bool tty = isatty(STDOUT_FILENO);
	const char *term = getenv("TERM");
	int opt, color = 0;

	memset(o, 0, sizeof(*o));
	o->view.width = terminal_width(tty);
	o->view.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	while ((opt = getopt_long(argc, argv, "i:p:u:lJbhV", long_options, NULL)) != -1) {
		int rc;

		if (opt == 'h' || opt == 'V') {
			o->action = opt == 'h' ? SMI_HELP : SMI_PRINT_VERSION;
			return SMI_EXIT_OK;
		}
		rc = take(o, opt, optarg, &color);
		if (rc != SMI_EXIT_OK)
			return rc;
	}
	if (optind < argc)
		return complain("unexpected argument '%s'", argv[optind]);
	o->view.color = color == 1 || (color == 0 && tty && !non_empty("NO_COLOR") && term &&
				       strcmp(term, "dumb") != 0);
	return SMI_EXIT_OK;
}

void smi_options_release(struct smi_options *o)
{
	for (size_t i = 0; i < o->request.chip_count; i++)
		free(o->request.chips[i]);
	free(o->request.chips);
	free(o->request.pids);
	free(o->request.uids);
}
