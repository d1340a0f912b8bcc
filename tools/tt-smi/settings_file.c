// SPDX-License-Identifier: GPL-2.0-only
/* The file of settings: see settings.h. */
#include "settings.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MOST	65536

char *smi_settings_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path;

	/* The XDG Base Directory Specification says to ignore relative paths. */
	if (base && base[0] == '/')
		return asprintf(&path, "%s/tt-memstat/tt-smi.conf", base) < 0 ? NULL : path;
	if (home && home[0] == '/')
		return asprintf(&path, "%s/.config/tt-memstat/tt-smi.conf", home) < 0 ? NULL : path;
	return NULL;
}

/* Read the file into @text, which the caller frees; empty if there is none. 0 or -errno. */
static int read_text(const char *path, char **text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t len = 0;

	*text = calloc(1, TEXT_MOST);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		len = -errno;
	else if (!*text)
		len = -ENOMEM;
	else if (fd >= 0)
		len = smi_read_fd(fd, *text, TEXT_MOST);
	if (fd >= 0)
		close(fd);
	return len < 0 ? (int)len : len == TEXT_MOST - 1 ? -EFBIG : 0;
}

int smi_settings_read(struct smi_settings *set, const char *path, size_t *bad)
{
	char *text;
	int rc = read_text(path, &text);

	*bad = rc ? 0 : smi_settings_parse(set, text);
	free(text);
	return rc;
}

/* Create the directories above the file, including the user's configuration directory. */
static int make_directories(const char *path)
{
	char *copy = strdup(path);
	int rc = 0;

	if (!copy)
		return -ENOMEM;
	for (char *slash = strchr(copy + 1, '/'); !rc && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			rc = -errno;
		*slash = '/';
	}
	free(copy);
	return rc;
}

/* Replace the file in one go. @path: not a link */
static int replace(const struct smi_settings *set, const char *path, const char *old)
{
	char *beside;
	int rc = 0;
	FILE *f;

	if (asprintf(&beside, "%s.new", path) < 0)
		return -ENOMEM;
	f = fopen(beside, "we");
	if (!f) {
		rc = -errno;
		free(beside);
		return rc;
	}
	smi_settings_print(set, old, f);
	rc = ferror(f) ? -EIO : 0;
	if (fclose(f) && !rc)
		rc = -errno;
	if (!rc && rename(beside, path))
		rc = -errno;
	if (rc)
		unlink(beside);
	free(beside);
	return rc;
}

/* The file may be a link into a repository; @target: the file behind it. 0 or -errno. */
static int follow(const char *path, char *target)
{
	struct stat st;

	if (realpath(path, target))
		return 0;
	if (errno != ENOENT || lstat(path, &st) == 0)
		return -errno;
	return snprintf(target, PATH_MAX, "%s", path) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int smi_settings_write(const struct smi_settings *set, const char *path)
{
	char target[PATH_MAX], *old;
	int rc = make_directories(path);

	if (!rc)
		rc = follow(path, target);
	if (rc)
		return rc;
	rc = read_text(target, &old);
	if (!rc)
		rc = replace(set, target, old);
	free(old);
	return rc;
}
