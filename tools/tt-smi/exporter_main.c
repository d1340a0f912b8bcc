// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat-exporter: the metrics of tt-smi --prometheus over HTTP. */
#include "exporter.h"
#include "run.h"
#include "tt-memstat-exporter.options.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ADDRESS	"127.0.0.1:10096"
#define DEFAULT_PATH	"/metrics"

struct arguments {
	const char *address;
	const char *path;
	bool listens;		/* an address was given */
	const char **rest;	/* arguments for tt-smi's parser */
	int count;
};

static int complain(const char *what, const char *value, const char *why)
{
	fprintf(stderr, "tt-memstat-exporter: %s '%s': %s\n", what, value, why);
	return SMI_EXIT_USAGE;
}

/* The path becomes part of a page, so it has no characters that need escaping. */
static bool is_path(const char *path)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789/-_.~";

	return path[0] == '/' && path[1] && strspn(path, safe) == strlen(path);
}

static void pass_on(struct arguments *args, const char *option, const char *value)
{
	args->rest[args->count++] = option;
	if (value)
		args->rest[args->count++] = value;
}

/* Say why getopt_long() did not take a word; it has the option in optopt, if it knows that. */
static int refuse_word(const char *word)
{
	const struct exporter_command *command = &exporter_commands[0];
	bool known = optopt && optopt < UCHAR_MAX && strchr(command->letters, optopt);

	for (const struct option *o = command->words; o->name; o++)
		known |= optopt && o->val == optopt;
	if (known)
		return complain("option", word, strchr(word, '=') ? "takes no value" : "needs a value");
	return complain("unknown option", word, strncmp(word, "--web.config.file", 17) ?
			"see tt-memstat-exporter --help" :
			"TLS and authentication are left to a proxy");
}

static int read_option(struct arguments *args, int option, const char *word)
{
	switch (option) {
	case EXPORTER_OPT_WEB_LISTEN_ADDRESS:
		args->address = optarg;
		args->listens = true;
		return SMI_EXIT_OK;
	case EXPORTER_OPT_WEB_TELEMETRY_PATH:
		args->path = optarg;
		return is_path(optarg) ? SMI_EXIT_OK :
			complain("--web.telemetry-path", optarg,
				 "must begin with / and have only letters, digits and /-_.~");
	case EXPORTER_OPT_CHIP:
		pass_on(args, "--chip", optarg);
		return SMI_EXIT_OK;
	case EXPORTER_OPT_PROCESS_SERIES:
		pass_on(args, "--process-series", optarg);
		return SMI_EXIT_OK;
	case EXPORTER_OPT_NO_TELEMETRY:
		pass_on(args, "--no-telemetry", NULL);
		return SMI_EXIT_OK;
	case EXPORTER_OPT_SYSFS_ROOT:
		pass_on(args, "--sysfs-root", optarg);
		return SMI_EXIT_OK;
	default:
		return refuse_word(word);
	}
}

static int say_listening(int rc, const char *address)
{
	switch (rc) {
	case -EINVAL:
		return complain("--web.listen-address", address,
				"not ADDRESS:PORT, [ADDRESS]:PORT or :PORT with a port up to 65535");
	case -ENOENT:
		return complain("--web.listen-address", address, "no such address");
	}
	complain("cannot listen at", address, strerror(-rc));
	return SMI_EXIT_FAILURE;
}

static int open_socket(const struct arguments *args, int *fd)
{
	*fd = smi_exporter_passed_socket();
	if (*fd >= 0 && args->listens)
		return complain("--web.listen-address", args->address,
				"systemd has already passed a socket");
	if (*fd == -EINVAL) {
		fputs("tt-memstat-exporter: systemd must pass one listening stream socket\n", stderr);
		return SMI_EXIT_USAGE;
	}
	if (*fd == -ENOENT)
		*fd = smi_exporter_listen(args->address);
	return *fd < 0 ? say_listening(*fd, args->address) : SMI_EXIT_OK;
}

/* Run until SIGTERM or SIGINT, which are blocked before the server's thread starts. */
static int serve(const struct smi_exporter_config *config, int fd)
{
	struct smi_exporter *exporter = NULL;
	sigset_t signals;
	int rc, caught;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	rc = smi_exporter_start(&exporter, config, fd);
	if (rc) {
		fprintf(stderr, "tt-memstat-exporter: cannot start: %s\n", strerror(-rc));
		close(fd);
		return SMI_EXIT_FAILURE;
	}
	sigwait(&signals, &caught);
	smi_exporter_stop(exporter);
	return SMI_EXIT_OK;
}

static int run(const struct arguments *args)
{
	struct smi_exporter_config config = { .path = args->path };
	struct smi_options options;
	int status = smi_options_parse(&options, args->count, (char **)args->rest), fd;

	config.options = &options;
	if (status == SMI_EXIT_OK)
		status = open_socket(args, &fd);
	if (status == SMI_EXIT_OK)
		status = serve(&config, fd);
	smi_options_release(&options);
	return status;
}

/* -1: all options are read, else the status to exit with. */
static int parse(struct arguments *args, int argc, char **argv)
{
	int option, status;

	opterr = 0;
	while ((option = exporter_option_next(&exporter_commands[0], argc, argv)) != -1) {
		if (option == EXPORTER_OPT_HELP || option == EXPORTER_OPT_VERSION) {
			fputs(option == EXPORTER_OPT_HELP ? exporter_commands[0].help :
			      "tt-memstat-exporter " SMI_VERSION "\n", stdout);
			return SMI_EXIT_OK;
		}
		status = read_option(args, option, argv[optind - 1]);
		if (status != SMI_EXIT_OK)
			return status;
	}
	if (optind < argc)
		return complain("unknown option", argv[optind], "see tt-memstat-exporter --help");
	/* The next parser begins anew. */
	optind = 0;
	return -1;
}

int main(int argc, char **argv)
{
	struct arguments args = { .address = DEFAULT_ADDRESS, .path = DEFAULT_PATH };
	int status;

	/* The name and --prometheus; each word is at most an option and its value. */
	args.rest = calloc(2 + 2 * (size_t)argc, sizeof(*args.rest));
	if (!args.rest) {
		fputs("tt-memstat-exporter: out of memory\n", stderr);
		return SMI_EXIT_FAILURE;
	}
	pass_on(&args, argv[0], "--prometheus");
	status = parse(&args, argc, argv);
	if (status < 0)
		status = run(&args);
	free(args.rest);
	return status;
}
