// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat enable, disable, status: preload the reporter into all programs of a user's sessions,
 * or of all users' sessions. Edits the files that set environment variables of sessions.
 */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "preload.h"
#include "session.h"

#define TEXT_LEN	((size_t)3 * PATH_MAX)
#define CONF		"environment.d/90-tt-memstat.conf"

/* Syntaxes in which a file sets a variable. */
enum syntax {
	CONF_FILE,	/* environment.d */
	SH_FILE,
	SH_LINE,
	FISH_FILE,
};

/**
 * struct place - a file that sets variables of sessions
 * @path: its path
 * @syntax: its syntax
 * @used: the caller's sessions read it; enable writes only these, disable cleans all
 */
struct place {
	char path[PATH_MAX];
	enum syntax syntax;
	bool used;
};

#define PLACES	8

struct places {
	struct place list[PLACES];
	int count;
};

__attribute__((format(printf, 4, 5)))
static void add_place(struct places *places, enum syntax syntax, bool used, const char *format, ...)
{
	struct place *place = &places->list[places->count];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(place->path, sizeof(place->path), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(place->path))
		return;
	place->syntax = syntax;
	place->used = used;
	places->count++;
}

/* The name of the login shell. */
static const char *login_shell(void)
{
	const struct passwd *account = getpwuid(geteuid());
	const char *shell = getenv("SHELL"), *slash;

	if (!shell || !*shell)
		shell = account && *account->pw_shell ? account->pw_shell : "/bin/sh";
	slash = strrchr(shell, '/');

	return slash ? slash + 1 : shell;
}

/* A login shell reads the first of these that exists. */
static void add_profiles(struct places *places, const char *home, const char *shell)
{
	static const char *const names[] = { ".bash_profile", ".bash_login", ".profile" };
	const bool is_bash = !strcmp(shell, "bash");
	bool open = strcmp(shell, "zsh") != 0 && strcmp(shell, "fish") != 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const bool last = i == sizeof(names) / sizeof(names[0]) - 1;
		char path[PATH_MAX];
		bool used;

		snprintf(path, sizeof(path), "%s/%s", home, names[i]);
		used = open && (last || (is_bash && !access(path, F_OK)));
		open = open && !used;
		add_place(places, SH_LINE, used, "%s", path);
	}
}

static int user_places(struct places *places)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *zsh = getenv("ZDOTDIR");
	const char *home = getenv("HOME"), *shell = login_shell();
	char usual[PATH_MAX];

	if (!home || *home != '/')
		return -ENOENT;
	snprintf(usual, sizeof(usual), "%s/.config", home);
	if (!config || *config != '/')
		config = usual;
	add_place(places, CONF_FILE, true, "%s/" CONF, config);
	add_profiles(places, home, shell);
	add_place(places, SH_LINE, !strcmp(shell, "zsh"), "%s/.zprofile", zsh && *zsh ? zsh : home);
	add_place(places, FISH_FILE, !strcmp(shell, "fish"), "%s/fish/conf.d/tt-memstat.fish", config);
	return 0;
}

static void system_places(struct places *places, const char *root)
{
	add_place(places, CONF_FILE, true, "%s/etc/" CONF, root);
	add_place(places, SH_FILE, true, "%s/etc/profile.d/tt-memstat.sh", root);
}

/* Text that appends @name to LD_PRELOAD, unless LD_PRELOAD has it already. */
static void write_text(char text[TEXT_LEN], enum syntax syntax, const char *name)
{
	char file[PATH_MAX] = "";

	preload_for(name, TTMEMSTAT_DST_LIB, file);
	switch (syntax) {
	case CONF_FILE:
		/* environment.d expands $$ to a dollar. */
		snprintf(text, TEXT_LEN, "LD_PRELOAD=${LD_PRELOAD:+${LD_PRELOAD}:}%.*s$%s\n",
			 (int)(strchr(name, '$') - name), name, strchr(name, '$'));
		break;
	case FISH_FILE:
		snprintf(text, TEXT_LEN,
			 "if not string match -q '*" PRELOAD_NAME "*' -- \"$LD_PRELOAD\"; and test -r %s\n"
			 "    set -gx LD_PRELOAD (string join : $LD_PRELOAD '%s')\n"
			 "end\n", file, name);
		break;
	default:
		snprintf(text, TEXT_LEN,
			 "case \"${LD_PRELOAD-}\" in *" PRELOAD_NAME "*) ;; *) [ ! -r %s ] || "
			 "export LD_PRELOAD=\"${LD_PRELOAD:+${LD_PRELOAD}:}\"'%s' ;; esac%s",
			 file, name, syntax == SH_FILE ? "\n" : "");
	}
}

static int put(const struct place *place, const char *name)
{
	char text[TEXT_LEN];

	write_text(text, place->syntax, name);
	return place->syntax == SH_LINE ? session_line_add(place->path, text) :
					  session_file_add(place->path, text);
}

static int take(const struct place *place)
{
	return place->syntax == SH_LINE ? session_line_remove(place->path) :
					  session_file_remove(place->path);
}

static enum cli_status complain(const struct place *place, int err)
{
	char reason[CLI_ERROR_LEN];

	if (err == -EEXIST)
		return cli_fail(CLI_FAILED, "%s exists and was not made by tt-memstat", place->path);
	return cli_fail(CLI_FAILED, "cannot change %s: %s", place->path,
			cli_error(err, reason, sizeof(reason)));
}

/* Change all files or none. */
static enum cli_status put_all(const struct places *places, const char *name)
{
	bool changed[PLACES] = { false };

	for (int i = 0; i < places->count; i++) {
		int done = places->list[i].used ? put(&places->list[i], name) : 0;

		if (done < 0) {
			complain(&places->list[i], done);
			while (i-- > 0)
				if (changed[i])
					take(&places->list[i]);
			return CLI_FAILED;
		}
		changed[i] = done;
	}
	for (int i = 0; i < places->count; i++)
		if (places->list[i].used)
			printf("%s: %s\n", places->list[i].path,
			       changed[i] ? "enabled" : "already enabled");
	return CLI_OK;
}

static enum cli_status take_all(const struct places *places)
{
	enum cli_status status = CLI_OK;

	for (int i = 0; i < places->count; i++) {
		int done = take(&places->list[i]);

		if (done < 0)
			status = complain(&places->list[i], done);
		else if (done)
			printf("%s: restored\n", places->list[i].path);
	}
	return status;
}

/*
 * Programs of all users would load a library from this directory, so only root may be able to write
 * it and its parents. -EPERM: others can.
 */
static int check_owner(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	preload_for(name, TTMEMSTAT_DST_LIB, path);
	for (char *slash = strrchr(path, '/'); slash && !stat(path, &st); slash = strrchr(path, '/')) {
		if (st.st_uid || (st.st_mode & (S_IWGRP | S_IWOTH) && !(st.st_mode & S_ISVTX)))
			return -EPERM;
		*slash = '\0';
	}
	return 0;
}

/* Whether a 32-bit loader exists but no 32-bit reporter: it would complain in each program. */
static bool is_loud32(const char *name)
{
	static const char words[] = TTMEMSTAT_LIB32;
	char file[PATH_MAX], word[sizeof(words)];

	if (access("/lib/ld-linux.so.2", F_OK))
		return false;
	for (const char *at = words; *at; at += strspn(at, " ")) {
		const int len = (int)strcspn(at, " ");

		snprintf(word, sizeof(word), "%.*s", len, at);
		if (!preload_for(name, word, file))
			return true;
		at += len;
	}
	return false;
}

static enum cli_status enable(const struct places *places, bool system, const char *root)
{
	char reason[CLI_ERROR_LEN], name[PATH_MAX];
	int err = preload_find(name);

	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", PRELOAD_NAME,
				cli_error(err, reason, sizeof(reason)));
	if (system && !*root && check_owner(name))
		return cli_fail(CLI_FAILED, "%s cannot serve all users: others than root can write to its path",
				name);
	if (is_loud32(name))
		cli_fail(CLI_OK, "there is no %s for 32-bit programs: their loader prints an error at each start",
			 PRELOAD_NAME);
	return put_all(places, name);
}

struct options {
	bool system;
	const char *root;
};

static enum cli_status parse(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_SYSTEM:
			options->system = true;
			break;
		case MEMSTAT_OPT_ROOT:
			options->root = optarg;
			break;
		default:
			return cli_stop(option);
		}
	}
	if (optind < argc)
		return cli_fail(CLI_USAGE, "unexpected argument: %s", argv[optind]);
	return CLI_OK;
}

static enum cli_status change(int argc, char **argv, bool on)
{
	struct options options = { .root = "" };
	struct places places = { .count = 0 };
	enum cli_status status = parse(argc, argv, &options);

	if (status)
		return status;
	if (*options.root && !options.system)
		return cli_fail(CLI_USAGE, "--root is for --system");
	if (options.system)
		system_places(&places, options.root);
	else if (user_places(&places))
		return cli_fail(CLI_FAILED, "HOME is not an absolute path");
	status = on ? enable(&places, options.system, options.root) : take_all(&places);
	return cli_finish(status);
}

enum cli_status cmd_enable(int argc, char **argv)
{
	return change(argc, argv, true);
}

enum cli_status cmd_disable(int argc, char **argv)
{
	return change(argc, argv, false);
}

/* Print the files that enable the reporter; returns whether there is one. */
static bool show(const char *whose, const struct places *places)
{
	bool any = false;

	printf("%-9s", whose);
	for (int i = 0; i < places->count; i++) {
		if (!session_has_ours(places->list[i].path))
			continue;
		printf("%s%s", any ? ", " : "on: ", places->list[i].path);
		any = true;
	}
	puts(any ? "" : "off");
	return any;
}

static void show_library(void)
{
	char reason[CLI_ERROR_LEN], name[PATH_MAX];
	int err = preload_find(name);

	if (err) {
		printf("library  %s: %s\n", PRELOAD_NAME, cli_error(err, reason, sizeof(reason)));
		return;
	}
	printf("library  %s\n", name);
	printf("32 bits  %s\n", is_loud32(name) ? "no reporter: the loader prints an error at each start" :
						  "no reporter, no error");
}

enum cli_status cmd_status(int argc, char **argv)
{
	struct places user = { .count = 0 }, all = { .count = 0 };
	const char *preloaded = getenv("LD_PRELOAD");
	struct options options = { .root = "" };
	enum cli_status status = parse(argc, argv, &options);
	bool on;

	if (status)
		return status;
	on = preloaded && strstr(preloaded, PRELOAD_NAME);
	printf("session  %s\n", on ? "on" : "off");
	if (!user_places(&user))
		on |= show("user", &user);
	system_places(&all, options.root);
	on |= show("system", &all);
	show_library();
	return cli_finish(on ? CLI_OK : CLI_FAILED);
}
