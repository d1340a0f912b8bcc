// SPDX-License-Identifier: GPL-2.0-only
/* The command line and the environment: see options.h. */
#include "options.h"
#include "owner.h"
#include "sort.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	OPT_BREAKDOWN = 256,
	OPT_VERBOSE,
	OPT_COLOR,
	OPT_ASCII,
	OPT_SYSFS_ROOT,
	OPT_SORT,
	OPT_NO_TELEMETRY,
	OPT_CSV,
	OPT_QUERY_CHIPS,
	OPT_QUERY_PROCESSES,
	OPT_FORMAT,
	OPT_HELP_QUERY,
	OPT_PROMETHEUS,
	OPT_PROCESS_SERIES,
	OPT_OUTPUT,
	OPT_HELP_METRICS,
	OPT_MAX_USED,
	OPT_SNAPSHOT_NO_TTY,
	OPT_ACCOUNTING,
};

/* + : words that are no options end them, and are none of ours. */
static const char short_options[] = "+i:p:u:w::n:lJsf:bcrhvV";

static const struct option long_options[] = {
	{ "chip", required_argument, NULL, 'i' },
	{ "pid", required_argument, NULL, 'p' },
	{ "user", required_argument, NULL, 'u' },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "no-telemetry", no_argument, NULL, OPT_NO_TELEMETRY },
	{ "sysfs-root", required_argument, NULL, OPT_SYSFS_ROOT },
	{ "watch", optional_argument, NULL, 'w' },
	{ "count", required_argument, NULL, 'n' },
	{ "list", no_argument, NULL, 'l' },
	{ "accounting", no_argument, NULL, OPT_ACCOUNTING },
	{ "json", no_argument, NULL, 'J' },
	{ "csv", no_argument, NULL, OPT_CSV },
	{ "query-chips", required_argument, NULL, OPT_QUERY_CHIPS },
	{ "query-processes", required_argument, NULL, OPT_QUERY_PROCESSES },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "help-query", no_argument, NULL, OPT_HELP_QUERY },
	{ "prometheus", no_argument, NULL, OPT_PROMETHEUS },
	{ "process-series", required_argument, NULL, OPT_PROCESS_SERIES },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "help-metrics", no_argument, NULL, OPT_HELP_METRICS },
	{ "filename", required_argument, NULL, 'f' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "breakdown", optional_argument, NULL, OPT_BREAKDOWN },
	{ "compact", no_argument, NULL, 'c' },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "color", optional_argument, NULL, OPT_COLOR },
	{ "ascii", no_argument, NULL, OPT_ASCII },
	{ "max-used", required_argument, NULL, OPT_MAX_USED },
	{ "snapshot", no_argument, NULL, 's' },
	{ "snapshot_no_tty", no_argument, NULL, OPT_SNAPSHOT_NO_TTY },
	{ "reset", optional_argument, NULL, 'r' },
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
		return complain("--list, --json, --csv, --prometheus and the queries "
				"exclude each other");
	o->action = action;
	return SMI_EXIT_OK;
}

static int set_sort(struct smi_options *o, const char *arg)
{
	o->request.reverse = arg[0] == '-';
	o->request.sort = smi_sort_parse(arg + o->request.reverse);
	if (o->request.sort == SMI_SORTS)
		return complain("--sort: memory, l1, dram, chip, pid, user or name, not '%s'", arg);
	return SMI_EXIT_OK;
}

unsigned int smi_interval_parse(const char *text)
{
	unsigned long ms = 0, scale = 100;

	if (*text < '0' || *text > '9')
		return 0;
	for (; *text >= '0' && *text <= '9'; text++) {
		ms = ms * 10 + (unsigned long)(*text - '0') * 1000;
		if (ms > 86400000)
			return 0;
	}
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++) {
			ms += (unsigned long)(*text - '0') * scale;
			scale /= 10;
		}
	return *text || ms < 100 || ms > 86400000 ? 0 : (unsigned int)ms;
}

static int set_watch(struct smi_options *o, const char *arg)
{
	o->watch = true;
	if (!arg)
		return SMI_EXIT_OK;
	o->interval_ms = smi_interval_parse(arg);
	if (!o->interval_ms)
		return complain("--watch: seconds from 0.1 to 86400, not '%s'", arg);
	return SMI_EXIT_OK;
}

static int set_process_series(struct smi_options *o, const char *arg)
{
	char *end;

	errno = 0;
	o->process_series = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || !o->process_series ||
	    o->process_series > 100000)
		return complain("--process-series: a number from 1 to 100000, not '%s'", arg);
	return SMI_EXIT_OK;
}

static int set_count(struct smi_options *o, const char *arg)
{
	char *end;

	errno = 0;
	o->count = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || !o->count)
		return complain("--count: a number above 0, not '%s'", arg);
	return SMI_EXIT_OK;
}

static int set_query(struct smi_options *o, bool of_processes, const char *arg)
{
	enum smi_action action = of_processes ? SMI_QUERY_PROCESSES : SMI_QUERY_CHIPS;
	char *unknown;
	int rc = set_action(o, action);

	if (rc != SMI_EXIT_OK)
		return rc;
	rc = smi_query_parse(&o->query, of_processes, arg, &unknown);
	if (rc == -ENOENT) {
		complain("%s have no field '%s'; tt-smi --help-query lists them",
			 of_processes ? "processes" : "chips", unknown);
		free(unknown);
		return SMI_EXIT_USAGE;
	}
	return rc ? out_of_memory() : SMI_EXIT_OK;
}

static int refuse_reset(void)
{
	fputs("tt-smi: this tool only reads and resets nothing; Tenstorrent's own tt-smi does\n"
	      "(pip install tt-smi, or the package of that name), with the same option.\n",
	      stderr);
	return SMI_EXIT_USAGE;
}

static int set_when(struct smi_options *o, int opt, const char *arg, int *color)
{
	int when = parse_when(arg);

	if (when < 0)
		return complain("'%s': WHEN is auto, always or never", arg);
	if (opt == OPT_COLOR)
		*color = when;
	else
		o->view.breakdown = when == 1 ? SMI_BREAKDOWN_ALWAYS :
				    when == 2 ? SMI_BREAKDOWN_NEVER : SMI_BREAKDOWN_AUTO;
	return SMI_EXIT_OK;
}

static int take_output(struct smi_options *o, int opt, const char *arg, int *color)
{
	switch (opt) {
	case OPT_CSV:
		return set_action(o, SMI_CSV);
	case OPT_QUERY_CHIPS:
	case OPT_QUERY_PROCESSES:
		return set_query(o, opt == OPT_QUERY_PROCESSES, arg);
	case OPT_FORMAT:
		if (smi_query_format(&o->query, arg))
			return complain("--format: csv[,noheader][,nounits], not '%s'", arg);
		return SMI_EXIT_OK;
	case OPT_PROMETHEUS:
		return set_action(o, SMI_PROMETHEUS);
	case OPT_PROCESS_SERIES:
		return set_process_series(o, arg);
	case OPT_OUTPUT:
		if (!arg[0])
			return complain("--output needs a name");
		o->output = arg;
		return SMI_EXIT_OK;
	case OPT_SNAPSHOT_NO_TTY:
		o->one_line = true;
		return set_action(o, SMI_JSON);
	case 'f':
		if (!arg[0])
			return complain("--filename needs a name");
		o->file = arg;
		return SMI_EXIT_OK;
	case 'b':
		o->view.bytes = true;
		return SMI_EXIT_OK;
	case 'c':
		o->view.breakdown = SMI_BREAKDOWN_NEVER;
		return SMI_EXIT_OK;
	case OPT_VERBOSE:
		o->view.verbose = true;
		return SMI_EXIT_OK;
	case OPT_ASCII:
		o->view.utf8 = false;
		return SMI_EXIT_OK;
	case OPT_COLOR:
	case OPT_BREAKDOWN:
		return set_when(o, opt, arg, color);
	case OPT_MAX_USED:
		if (smi_limit_parse(&o->limits, arg))
			return complain("--max-used: such as l1=90%% or dram=10GiB, not '%s'", arg);
		return SMI_EXIT_OK;
	default:
		fputs("Try 'tt-smi --help'.\n", stderr);
		return SMI_EXIT_USAGE;
	}
}

static int take(struct smi_options *o, int opt, const char *arg, int *color)
{
	switch (opt) {
	case 'i':
		return each(o, "chip", arg, add_chip);
	case 'p':
		return each(o, "pid", arg, add_pid);
	case 'u':
		return each(o, "user", arg, add_user);
	case OPT_SORT:
		return set_sort(o, arg);
	case OPT_NO_TELEMETRY:
		o->request.telemetry = false;
		return SMI_EXIT_OK;
	case OPT_SYSFS_ROOT:
		if (!arg[0])
			return complain("--sysfs-root needs a directory");
		o->request.sysfs_root = arg;
		return SMI_EXIT_OK;
	case 'w':
		return set_watch(o, arg);
	case 'n':
		return set_count(o, arg);
	case 'l':
		return set_action(o, SMI_LIST);
	case OPT_ACCOUNTING:
		o->accounting = true;
		return SMI_EXIT_OK;
	case 'J':
	case 's':
		return set_action(o, SMI_JSON);
	case 'r':
		return refuse_reset();
	default:
		return take_output(o, opt, arg, color);
	}
}

/* What the locale says of the encoding, without loading it. */
static bool says_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]), *dot;

		if (!value || !value[0])
			continue;
		dot = strchr(value, '.');
		return dot && (strncasecmp(dot, ".UTF-8", 6) == 0 ||
			       strncasecmp(dot, ".UTF8", 5) == 0);
	}
	return false;
}

static int conclude_prometheus(const struct smi_options *o)
{
	if (o->action != SMI_PROMETHEUS) {
		if (o->output)
			return complain("--output goes with --prometheus");
		if (o->process_series)
			return complain("--process-series goes with --prometheus");
		return SMI_EXIT_OK;
	}
	if (o->watch)
		return complain("--prometheus is one reading: not with --watch");
	if (o->output && o->file)
		return complain("--output and --filename exclude each other");
	if ((o->request.pid_count || o->request.uid_count) && !o->process_series)
		return complain("--prometheus has no processes to choose from without "
				"--process-series");
	return SMI_EXIT_OK;
}

/* What the options mean together. */
static int conclude(struct smi_options *o)
{
	bool query = o->action == SMI_QUERY_CHIPS || o->action == SMI_QUERY_PROCESSES;

	if (o->accounting && ((o->action != SMI_SHOW && o->action != SMI_JSON) || o->watch))
		return complain("--accounting is a table, or with --json an object; not with --watch");
	if (o->file && o->action == SMI_SHOW)
		o->action = SMI_JSON;
	if (o->file && strcmp(o->file, "-") == 0)
		o->file = NULL;
	if (!query && (!o->query.header || !o->query.units))
		return complain("--format goes with --query-chips or --query-processes");
	if (o->count && !o->watch)
		return complain("--count goes with --watch");
	if (o->watch && o->action == SMI_LIST)
		return complain("--list does not change: not with --watch");
	if (o->watch && o->action == SMI_SHOW && smi_limits_set(&o->limits))
		return complain("--max-used does not go with the full screen");
	if (conclude_prometheus(o) != SMI_EXIT_OK)
		return SMI_EXIT_USAGE;
	/* One object per line, whoever reads them. */
	o->one_line |= o->watch || (o->action == SMI_JSON && o->one_line);
	o->request.whole = o->action != SMI_SHOW;
	if (o->accounting)
		o->action = o->action == SMI_JSON ? SMI_ACCOUNTING_JSON : SMI_ACCOUNTING;
	return SMI_EXIT_OK;
}

/* Options of Tenstorrent's tt-smi that look like clusters of short ones. */
static const char *translate(const char *arg)
{
	if (strcmp(arg, "-ls") == 0)
		return "--list";
	if (strncmp(arg, "-glx_", 5) == 0 || strcmp(arg, "--no_reinit") == 0)
		return "--reset";
	return arg;
}

static bool asks_for_help(int opt, enum smi_action *action)
{
	switch (opt) {
	case 'h':
		*action = SMI_HELP;
		return true;
	case OPT_HELP_QUERY:
		*action = SMI_HELP_QUERY;
		return true;
	case OPT_HELP_METRICS:
		*action = SMI_HELP_METRICS;
		return true;
	case 'V':
	case 'v':
		*action = SMI_PRINT_VERSION;
		return true;
	}
	return false;
}

int smi_options_parse(struct smi_options *o, int argc, char **argv)
{
	bool tty = isatty(STDOUT_FILENO);
	const char *term = getenv("TERM");
	int opt, rc, color = 0;

	memset(o, 0, sizeof(*o));
	o->view.width = terminal_width(tty);
	o->view.utf8 = says_utf8();
	o->request.telemetry = true;
	o->query.header = o->query.units = true;
	o->interval_ms = 2000;
	for (int i = 1; i < argc; i++)
		argv[i] = (char *)translate(argv[i]);
	while ((opt = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		if (asks_for_help(opt, &o->action))
			return SMI_EXIT_OK;
		/* "-w 5" as well as "-w5": no other word may stand alone. */
		if (opt == 'w' && !optarg && optind < argc && argv[optind][0] != '-')
			optarg = argv[optind++];
		rc = take(o, opt, optarg, &color);
		if (rc != SMI_EXIT_OK)
			return rc;
	}
	if (optind < argc)
		return complain("unexpected argument '%s'", argv[optind]);
	o->view.color = color == 1 || (color == 0 && tty && !non_empty("NO_COLOR") && term &&
				       strcmp(term, "dumb") != 0);
	return conclude(o);
}

void smi_options_release(struct smi_options *o)
{
	for (size_t i = 0; i < o->request.chip_count; i++)
		free(o->request.chips[i]);
	free(o->request.chips);
	free(o->request.pids);
	free(o->request.uids);
	smi_query_release(&o->query);
}
