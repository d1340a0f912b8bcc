// SPDX-License-Identifier: GPL-2.0-only
/* The command line and the environment: see options.h. */
#include "options.h"
#include "options_parts.h"
#include "owner.h"
#include "sort.h"

#include <errno.h>
#include <getopt.h>
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
	OPT_BY,
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
	OPT_LIST,
	OPT_HAND_OVER,
	OPT_MEANS_NOTHING,
};

/* + : words that are no options end them, and are none of ours. */
static const char short_options[] = "+i:p:u:w::n:qlJsf::bcrhvV";

static const struct option long_options[] = {
	{ "chip", required_argument, NULL, 'i' },
	{ "pid", required_argument, NULL, 'p' },
	{ "user", required_argument, NULL, 'u' },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "by", required_argument, NULL, OPT_BY },
	{ "no-telemetry", no_argument, NULL, OPT_NO_TELEMETRY },
	{ "sysfs-root", required_argument, NULL, OPT_SYSFS_ROOT },
	{ "watch", optional_argument, NULL, 'w' },
	{ "count", required_argument, NULL, 'n' },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "accounting", no_argument, NULL, OPT_ACCOUNTING },
	{ "long", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'J' },
	{ "csv", optional_argument, NULL, OPT_CSV },
	{ "query-chips", required_argument, NULL, OPT_QUERY_CHIPS },
	{ "query-processes", required_argument, NULL, OPT_QUERY_PROCESSES },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "help-query", no_argument, NULL, OPT_HELP_QUERY },
	{ "prometheus", no_argument, NULL, OPT_PROMETHEUS },
	{ "process-series", required_argument, NULL, OPT_PROCESS_SERIES },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "help-metrics", no_argument, NULL, OPT_HELP_METRICS },
	{ "filename", optional_argument, NULL, 'f' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "breakdown", optional_argument, NULL, OPT_BREAKDOWN },
	{ "compact", no_argument, NULL, 'c' },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "color", optional_argument, NULL, OPT_COLOR },
	{ "ascii", no_argument, NULL, OPT_ASCII },
	{ "max-used", required_argument, NULL, OPT_MAX_USED },
	{ "snapshot", no_argument, NULL, 's' },
	{ "snapshot_no_tty", no_argument, NULL, OPT_SNAPSHOT_NO_TTY },
	{ "local", no_argument, NULL, 'l' },
	{ "reset", optional_argument, NULL, 'r' },
	{ "galaxy_6u_trays_reset", no_argument, NULL, OPT_HAND_OVER },
	{ "galaxy_6u_trays_reset_auto", no_argument, NULL, OPT_HAND_OVER },
	{ "galaxy_6u_list_tray_to_device", no_argument, NULL, OPT_HAND_OVER },
	{ "no_reinit", no_argument, NULL, OPT_MEANS_NOTHING },
	{ "eth_train_skip", no_argument, NULL, OPT_MEANS_NOTHING },
	{ "use_luwen", no_argument, NULL, OPT_MEANS_NOTHING },
	{ "offline", no_argument, NULL, OPT_MEANS_NOTHING },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

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
		return smi_out_of_memory();
	*slot = strdup(text);
	return *slot ? SMI_EXIT_OK : smi_out_of_memory();
}

static int add_pid(struct smi_options *o, const char *text)
{
	unsigned long n;
	pid_t *slot;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || n == 0 || n > INT32_MAX)
		return smi_refuse("'%s' is no process id", text);
	slot = grown(&o->request.pids, &o->request.pid_count, sizeof(*slot));
	if (!slot)
		return smi_out_of_memory();
	*slot = (pid_t)n;
	return SMI_EXIT_OK;
}

static int add_user(struct smi_options *o, const char *text)
{
	uid_t uid, *slot;
	int rc = smi_user_parse(text, &uid);

	if (rc == -ENOMEM)
		return smi_out_of_memory();
	if (rc)
		return smi_refuse("there is no user '%s'", text);
	slot = grown(&o->request.uids, &o->request.uid_count, sizeof(*slot));
	if (!slot)
		return smi_out_of_memory();
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
		return smi_out_of_memory();
	while (rc == SMI_EXIT_OK && (item = strsep(&at, ",")))
		rc = item[0] ? add(o, item) : smi_refuse("--%s: an element is empty", name);
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
		return smi_refuse("--list, --snapshot, --json, --csv, --prometheus and the queries "
				  "exclude each other");
	o->action = action;
	return SMI_EXIT_OK;
}

static int set_sort(struct smi_options *o, const char *arg)
{
	o->sorted = true;
	o->request.reverse = arg[0] == '-';
	o->request.sort = smi_sort_parse(arg + o->request.reverse);
	if (o->request.sort == SMI_SORTS)
		return smi_refuse("--sort: memory, l1, dram, chip, pid, user or name, not '%s'", arg);
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
		return smi_refuse("--watch: seconds from 0.1 to 86400, not '%s'", arg);
	return SMI_EXIT_OK;
}

static int set_process_series(struct smi_options *o, const char *arg)
{
	char *end;

	errno = 0;
	o->process_series = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || !o->process_series ||
	    o->process_series > 100000)
		return smi_refuse("--process-series: a number from 1 to 100000, not '%s'", arg);
	return SMI_EXIT_OK;
}

static int set_count(struct smi_options *o, const char *arg)
{
	char *end;

	errno = 0;
	o->count = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || !o->count)
		return smi_refuse("--count: a number above 0, not '%s'", arg);
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
		smi_refuse("%s have no field '%s'; tt-smi --help-query lists them",
			   of_processes ? "processes" : "chips", unknown);
		free(unknown);
		return SMI_EXIT_USAGE;
	}
	return rc ? smi_out_of_memory() : SMI_EXIT_OK;
}

static int set_by(struct smi_options *o, const char *arg)
{
	o->by = smi_by_parse(arg);
	if (o->by == SMI_BYS)
		return smi_refuse("--by: container, pod, unit, user or job, not '%s'", arg);
	return SMI_EXIT_OK;
}

/* One table of all, or all fields of chips or processes alone, in numbers. */
static int set_csv(struct smi_options *o, const char *arg)
{
	bool of_processes = arg && strcmp(arg, "processes") == 0;

	if (!arg)
		return set_action(o, SMI_CSV);
	if (!of_processes && strcmp(arg, "chips") != 0)
		return smi_refuse("--csv: chips or processes, not '%s'", arg);
	o->query.units = false;
	return set_query(o, of_processes, "all");
}

static int set_when(struct smi_options *o, int opt, const char *arg, int *color)
{
	int when = parse_when(arg);

	if (when < 0)
		return smi_refuse("'%s': WHEN is auto, always or never", arg);
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
	case 'q':
		return set_action(o, SMI_LONG);
	case OPT_BY:
		return set_by(o, arg);
	case OPT_CSV:
		return set_csv(o, arg);
	case OPT_QUERY_CHIPS:
	case OPT_QUERY_PROCESSES:
		return set_query(o, opt == OPT_QUERY_PROCESSES, arg);
	case OPT_FORMAT:
		if (smi_query_format(&o->query, arg))
			return smi_refuse("--format: csv[,noheader][,nounits][,kib|mib|gib], not '%s'",
					  arg);
		return SMI_EXIT_OK;
	case OPT_PROMETHEUS:
		return set_action(o, SMI_PROMETHEUS);
	case OPT_PROCESS_SERIES:
		return set_process_series(o, arg);
	case OPT_OUTPUT:
		if (!arg[0])
			return smi_refuse("--output needs a name");
		o->output = arg;
		return SMI_EXIT_OK;
	case 'f':
		if (arg && !arg[0])
			return smi_refuse("--filename needs a name");
		o->file = arg ? arg : "";
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
			return smi_refuse("--max-used: such as l1=90%% or dram=10GiB, not '%s'", arg);
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
			return smi_refuse("--sysfs-root needs a directory");
		o->request.sysfs_root = arg;
		return SMI_EXIT_OK;
	case 'w':
		return set_watch(o, arg);
	case 'n':
		return set_count(o, arg);
	case 'l':
		o->request.local = true;
		return SMI_EXIT_OK;
	case OPT_LIST:
		return set_action(o, SMI_LIST);
	case OPT_ACCOUNTING:
		o->accounting = true;
		return SMI_EXIT_OK;
	case 'J':
		return set_action(o, SMI_JSON);
	case 's':
	case OPT_SNAPSHOT_NO_TTY:
		return set_action(o, SMI_SNAPSHOT);
	case OPT_MEANS_NOTHING:
		return SMI_EXIT_OK;
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

/* Replaces options of Tenstorrent's tt-smi that getopt would read as clusters of short ones. */
static const char *translate(const char *arg)
{
	static const char *const words[][2] = {
		{ "-ls", "--list" },
		{ "-glx_reset", "--galaxy_6u_trays_reset" },
		{ "-glx_reset_auto", "--galaxy_6u_trays_reset_auto" },
		{ "-glx_list_tray_to_device", "--galaxy_6u_list_tray_to_device" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(arg, words[i][0]) == 0)
			return words[i][1];
	return arg;
}

/* Takes the next word as the value of -w or -f, unless it is an option. @dash: "-" is a value. */
static const char *next_word(char **argv, int argc, bool dash)
{
	if (optind >= argc || (argv[optind][0] == '-' && !(dash && !argv[optind][1])))
		return NULL;
	return argv[optind++];
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

static bool is_compatible(int opt)
{
	return opt == 'l' || opt == 's' || opt == 'c' || opt == 'f' || opt == OPT_LIST ||
	       opt == OPT_SNAPSHOT_NO_TTY || opt == OPT_MEANS_NOTHING;
}

static int parse(struct smi_options *o, int argc, char **argv, int *color)
{
	int opt, rc;

	o->compatible = true;
	while ((opt = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		if (asks_for_help(opt, &o->action))
			return SMI_EXIT_OK;
		/* Tenstorrent's tt-smi parses the rest. */
		if (opt == 'r' || opt == OPT_HAND_OVER) {
			o->action = SMI_HAND_OVER;
			return SMI_EXIT_OK;
		}
		if ((opt == 'w' || opt == 'f') && !optarg)
			optarg = (char *)next_word(argv, argc, opt == 'f');
		o->compatible &= is_compatible(opt);
		rc = take(o, opt, optarg, color);
		if (rc != SMI_EXIT_OK)
			return rc;
	}
	if (optind < argc)
		return smi_refuse("unexpected argument '%s'", argv[optind]);
	return smi_options_conclude(o);
}

int smi_options_parse(struct smi_options *o, int argc, char **argv)
{
	char **words = calloc((size_t)argc + 1, sizeof(*words));
	bool tty = isatty(STDOUT_FILENO);
	const char *term = getenv("TERM");
	int rc, color = 0;

	memset(o, 0, sizeof(*o));
	if (!words)
		return smi_out_of_memory();
	o->view.width = terminal_width(tty);
	o->view.utf8 = says_utf8();
	o->request.telemetry = true;
	o->query.header = o->query.units = true;
	for (int i = 0; i < argc; i++)
		words[i] = (char *)(i ? translate(argv[i]) : argv[i]);
	rc = parse(o, argc, words, &color);
	o->view.color = color == 1 || (color == 0 && tty && !non_empty("NO_COLOR") && term &&
				       strcmp(term, "dumb") != 0);
	free(words);
	return rc;
}

void smi_options_release(struct smi_options *o)
{
	for (size_t i = 0; i < o->request.chip_count; i++)
		free(o->request.chips[i]);
	free(o->request.chips);
	free(o->request.pids);
	free(o->request.uids);
	smi_query_release(&o->query);
	free(o->default_file);
}
