// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat-exporter: the metrics of tt-smi --prometheus over HTTP. */
#include "exporter.h"
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ADDRESS	"127.0.0.1:10096"
#define DEFAULT_PATH	"/metrics"

static const char usage[] =
"Usage: tt-memstat-exporter [OPTION]...\n"
"\n"
"Answers Prometheus with the metrics of `tt-smi --prometheus` (tt-smi --help-metrics\n"
"lists them), read when it is asked. Needs no privilege. Speaks plain HTTP: TLS and\n"
"authentication are left to a proxy in front of it.\n"
"\n"
"  --web.listen-address=ADDRESS:PORT\n"
"                        where to listen (" DEFAULT_ADDRESS "); :PORT is all addresses.\n"
"                        A socket that systemd passes comes first\n"
"  --web.telemetry-path=PATH\n"
"                        of the metrics (" DEFAULT_PATH ")\n"
"  -i, --chip=CHIP       these chips only; with commas, or given again\n"
"  --process-series=COUNT\n"
"                        series of each process, of COUNT clients at most\n"
"  --no-telemetry        without temperature, power and clock\n"
"  --sysfs-root=DIR      a recorded tree instead of this host\n"
"  -h, --help            this text\n"
"  -V, --version         the version\n";

struct arguments {
	const char *address;
	const char *path;
	bool listens;		/* an address was given */
	char **rest;		/* words for the parser of tt-smi */
	int count;
};

static int complain(const char *what, const char *value, const char *why)
{
	fprintf(stderr, "tt-memstat-exporter: %s '%s': %s\n", what, value, why);
	return SMI_EXIT_USAGE;
}

/* NULL: @word is another option. "--name=value" alone, as other exporters have it. */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(word, name, len) && word[len] == '=' ? word + len + 1 : NULL;
}

static bool is_passed_on(const char *word)
{
	static const char *const options[] = {
		"--chip=", "--process-series=", "--sysfs-root=",
	};

	if (!strcmp(word, "--no-telemetry") || !strncmp(word, "-i", 2))
		return true;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (!strncmp(word, options[i], strlen(options[i])))
			return true;
	return false;
}

/* A path is put into a page, so it is made of characters that need no escape there. */
static bool is_path(const char *path)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789/-_.~";

	return path[0] == '/' && path[1] && strspn(path, safe) == strlen(path);
}

static int read_argument(struct arguments *args, char **argv, int *at)
{
	char *word = argv[*at];
	const char *value = value_of(word, "--web.listen-address");

	if (value) {
		args->address = value;
		args->listens = true;
		return SMI_EXIT_OK;
	}
	value = value_of(word, "--web.telemetry-path");
	if (value) {
		args->path = value;
		return is_path(value) ? SMI_EXIT_OK :
			complain("--web.telemetry-path", value,
				 "must begin with / and have letters, digits and /-_.~ alone");
	}
	if (value_of(word, "--web.config.file"))
		return complain("option", word, "TLS and authentication are left to a proxy");
	if (!is_passed_on(word))
		return complain("unknown option", word, "see tt-memstat-exporter --help");
	args->rest[args->count++] = word;
	if (!strcmp(word, "-i") && argv[*at + 1])
		args->rest[args->count++] = argv[++*at];
	return SMI_EXIT_OK;
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
				"systemd has passed a socket already");
	if (*fd == -EINVAL) {
		fputs("tt-memstat-exporter: systemd must pass one listening stream socket\n", stderr);
		return SMI_EXIT_USAGE;
	}
	if (*fd == -ENOENT)
		*fd = smi_exporter_listen(args->address);
	return *fd < 0 ? say_listening(*fd, args->address) : SMI_EXIT_OK;
}

/* Until SIGTERM or SIGINT. Signals are blocked before the server's thread is started. */
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
	int status = smi_options_parse(&options, args->count, args->rest), fd;

	config.options = &options;
	if (status == SMI_EXIT_OK)
		status = open_socket(args, &fd);
	if (status == SMI_EXIT_OK)
		status = serve(&config, fd);
	smi_options_release(&options);
	return status;
}

int main(int argc, char **argv)
{
	struct arguments args = { .address = DEFAULT_ADDRESS, .path = DEFAULT_PATH };
	int status = SMI_EXIT_OK;

	args.rest = calloc((size_t)argc + 3, sizeof(*args.rest));
	if (!args.rest) {
		fputs("tt-memstat-exporter: out of memory\n", stderr);
		return SMI_EXIT_FAILURE;
	}
	args.rest[args.count++] = argv[0];
	args.rest[args.count++] = (char *)"--prometheus";
	for (int i = 1; status == SMI_EXIT_OK && i < argc; i++) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			free(args.rest);
			return SMI_EXIT_OK;
		}
		if (!strcmp(argv[i], "-V") || !strcmp(argv[i], "--version")) {
			puts("tt-memstat-exporter " SMI_VERSION);
			free(args.rest);
			return SMI_EXIT_OK;
		}
		status = read_argument(&args, argv, &i);
	}
	if (status == SMI_EXIT_OK)
		status = run(&args);
	free(args.rest);
	return status;
}
