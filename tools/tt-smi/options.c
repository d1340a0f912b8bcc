// SPDX-License-Identifier: GPL-2.0-only
/* The command line and the environment: see options.h. */
#include "options.h"
#include "options_parts.h"
#include "levels.h"
#include "owner.h"
#include "sort.h"
#include "tt-smi.options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
		return smi_refuse("--pid: a process id, not '%s'", text);
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
		return smi_refuse("--user: no such user: '%s'", text);
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
		return smi_refuse_actions();
	o->action = action;
	return SMI_EXIT_OK;
}

static int set_sort(struct smi_options *o, const char *arg)
{
	o->sorted = true;
	o->request.reverse = arg[0] == '-';
	o->request.sort = smi_sort_parse(arg + o->request.reverse);
	if (o->request.sort == SMI_SORTS)
		return smi_refuse("--sort: " SMI_VALUES_SORT ", not '%s'", arg);
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
		smi_refuse("no field of %s is called '%s'; tt-smi --help-query lists all",
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
		return smi_refuse("--by: " SMI_VALUES_BY ", not '%s'", arg);
	return SMI_EXIT_OK;
}

/* One table of all, or all fields of chips or processes alone, in numbers. */
static int set_csv(struct smi_options *o, const char *arg)
{
	bool of_processes = arg && strcmp(arg, "processes") == 0;

	if (!arg)
		return set_action(o, SMI_CSV);
	if (!of_processes && strcmp(arg, "chips") != 0)
		return smi_refuse("--csv: " SMI_VALUES_CSV ", not '%s'", arg);
	o->tabled = true;
	o->query.units = false;
	return set_query(o, of_processes, "all");
}

static int set_when(struct smi_options *o, int opt, const char *arg, int *color)
{
	int when = parse_when(arg);

	if (when < 0)
		return smi_refuse("--%s: " SMI_VALUES_COLOR ", not '%s'",
				  opt == SMI_OPT_COLOR ? "color" : "breakdown", arg);
	if (opt == SMI_OPT_COLOR)
		*color = when;
	else
		o->view.breakdown = when == 1 ? SMI_BREAKDOWN_ALWAYS :
				    when == 2 ? SMI_BREAKDOWN_NEVER : SMI_BREAKDOWN_AUTO;
	return SMI_EXIT_OK;
}

static int take_output(struct smi_options *o, int opt, const char *arg, int *color)
{
	switch (opt) {
	case SMI_OPT_LONG:
		return set_action(o, SMI_LONG);
	case SMI_OPT_BY:
		return set_by(o, arg);
	case SMI_OPT_CSV:
		return set_csv(o, arg);
	case SMI_OPT_QUERY_CHIPS:
	case SMI_OPT_QUERY_GPU:
		o->queried = true;
		return set_query(o, false, arg);
	case SMI_OPT_QUERY_PROCESSES:
	case SMI_OPT_QUERY_COMPUTE_APPS:
		o->queried = true;
		return set_query(o, true, arg);
	case SMI_OPT_FORMAT:
		o->formatted = true;
		if (smi_query_format(&o->query, arg))
			return smi_refuse("--format: csv[,noheader][,nounits][,kib|mib|gib], not '%s'",
					  arg);
		return SMI_EXIT_OK;
	case SMI_OPT_PROMETHEUS:
		return set_action(o, SMI_PROMETHEUS);
	case SMI_OPT_PROCESS_SERIES:
		return set_process_series(o, arg);
	case SMI_OPT_OUTPUT:
		if (!arg[0])
			return smi_refuse("--output needs a name");
		o->output = arg;
		return SMI_EXIT_OK;
	case SMI_OPT_FILENAME:
		if (arg && !arg[0])
			return smi_refuse("--filename needs a name");
		o->file = arg ? arg : "";
		return SMI_EXIT_OK;
	case SMI_OPT_BYTES:
		o->view.bytes = true;
		return SMI_EXIT_OK;
	case SMI_OPT_COMPACT:
		o->view.breakdown = SMI_BREAKDOWN_NEVER;
		return SMI_EXIT_OK;
	case SMI_OPT_VERBOSE:
		o->view.verbose = true;
		return SMI_EXIT_OK;
	case SMI_OPT_ASCII:
		o->view.utf8 = o->view.bars = false;
		return SMI_EXIT_OK;
	case SMI_OPT_COLOR:
	case SMI_OPT_BREAKDOWN:
		return set_when(o, opt, arg, color);
	case SMI_OPT_LEVELS:
		o->leveled = true;
		return smi_levels_parse(&o->view.levels, arg) ?
			smi_refuse("--levels: two percentages such as 75,90, not '%s'", arg) :
			SMI_EXIT_OK;
	case SMI_OPT_MAX_USED:
		if (smi_limit_parse(&o->limits, arg))
			return smi_refuse("--max-used: a limit such as l1=90%% or dram=10GiB, not '%s'", arg);
		return SMI_EXIT_OK;
	default:
		fputs("Try 'tt-smi --help'.\n", stderr);
		return SMI_EXIT_USAGE;
	}
}

static int take(struct smi_options *o, int opt, const char *arg, int *color)
{
	switch (opt) {
	case SMI_OPT_CHIP:
		return each(o, "chip", arg, add_chip);
	case SMI_OPT_PID:
		return each(o, "pid", arg, add_pid);
	case SMI_OPT_USER:
		return each(o, "user", arg, add_user);
	case SMI_OPT_SORT:
		return set_sort(o, arg);
	case SMI_OPT_NO_TELEMETRY:
		o->request.telemetry = false;
		return SMI_EXIT_OK;
	case SMI_OPT_SYSFS_ROOT:
		if (!arg[0])
			return smi_refuse("--sysfs-root needs a directory");
		o->request.sysfs_root = arg;
		return SMI_EXIT_OK;
	case SMI_OPT_WATCH:
		return set_watch(o, arg);
	case SMI_OPT_COUNT:
		return set_count(o, arg);
	case SMI_OPT_LOCAL:
		o->request.local = true;
		return SMI_EXIT_OK;
	case SMI_OPT_ONLY_VISIBLE:
		o->request.only_visible = true;
		return SMI_EXIT_OK;
	case SMI_OPT_LIST:
		return set_action(o, SMI_LIST);
	case SMI_OPT_LIST_CHIPS:
		return set_action(o, SMI_NAME_LINES);
	case SMI_OPT_LINE:
		return set_action(o, SMI_USE_LINES);
	case SMI_OPT_ACCOUNTING:
		o->accounting = true;
		return SMI_EXIT_OK;
	case SMI_OPT_JSON:
		return set_action(o, SMI_JSON);
	case SMI_OPT_SNAPSHOT:
	case SMI_OPT_SNAPSHOT_NO_TTY:
		return set_action(o, SMI_SNAPSHOT);
	case SMI_OPT_NO_REINIT:
	case SMI_OPT_ETH_TRAIN_SKIP:
	case SMI_OPT_USE_LUWEN:
	case SMI_OPT_OFFLINE:
		return SMI_EXIT_OK;
	default:
		return take_output(o, opt, arg, color);
	}
}

/* Whether the locale's encoding is UTF-8, without loading the locale. */
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
	case SMI_OPT_HELP:
		*action = SMI_HELP;
		return true;
	case SMI_OPT_HELP_QUERY:
		*action = SMI_HELP_QUERY;
		return true;
	case SMI_OPT_HELP_METRICS:
		*action = SMI_HELP_METRICS;
		return true;
	case SMI_OPT_VERSION:
		*action = SMI_PRINT_VERSION;
		return true;
	}
	return false;
}

/* Tenstorrent's tt-smi parses the rest. */
static bool hands_over(int opt)
{
	return opt == SMI_OPT_RESET || opt == SMI_OPT_GALAXY_6U_TRAYS_RESET ||
	       opt == SMI_OPT_GALAXY_6U_TRAYS_RESET_AUTO ||
	       opt == SMI_OPT_GALAXY_6U_LIST_TRAY_TO_DEVICE;
}

static bool is_compatible(int opt)
{
	switch (opt) {
	case SMI_OPT_LOCAL:
	case SMI_OPT_SNAPSHOT:
	case SMI_OPT_SNAPSHOT_NO_TTY:
	case SMI_OPT_COMPACT:
	case SMI_OPT_FILENAME:
	case SMI_OPT_LIST:
	case SMI_OPT_NO_REINIT:
	case SMI_OPT_ETH_TRAIN_SKIP:
	case SMI_OPT_USE_LUWEN:
	case SMI_OPT_OFFLINE:
		return true;
	default:
		return false;
	}
}

static int parse(struct smi_options *o, int argc, char **argv, int *color)
{
	int opt, rc;

	o->compatible = true;
	while ((opt = smi_option_next(&smi_commands[0], argc, argv)) != -1) {
		if (asks_for_help(opt, &o->action))
			return SMI_EXIT_OK;
		if (hands_over(opt)) {
			o->action = SMI_HAND_OVER;
			return SMI_EXIT_OK;
		}
		if ((opt == SMI_OPT_WATCH || opt == SMI_OPT_FILENAME) && !optarg)
			optarg = (char *)next_word(argv, argc, opt == SMI_OPT_FILENAME);
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
	o->view.bars = true;
	o->view.levels = SMI_LEVELS_DEFAULT;
	o->request.telemetry = true;
	o->query.header = o->query.units = true;
	for (int i = 0; i < argc; i++)
		words[i] = (char *)(i ? smi_option_unaliased(argv[i]) : argv[i]);
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
