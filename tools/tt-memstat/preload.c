// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload.h"

#define WORD	"$LIB"
#define HARMLESS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-"

bool preload_for(const char *name, const char *word, char file[PATH_MAX])
{
	const char *at = strstr(name, WORD);
	int len;

	if (!at)
		return false;
	len = snprintf(file, PATH_MAX, "%.*s%s%s", (int)(at - name), name, word, at + strlen(WORD));
	return len > 0 && len < PATH_MAX && !access(file, R_OK);
}

static int look_below(const char *directory, char name[PATH_MAX])
{
	char file[PATH_MAX];

	if (directory[strspn(directory, HARMLESS)])
		return -EINVAL;
	if (snprintf(name, PATH_MAX, "%s/" WORD "/%s", directory, PRELOAD_NAME) >= PATH_MAX)
		return -ENAMETOOLONG;
	errno = 0;
	return preload_for(name, TTMEMSTAT_DST_LIB, file) ? 0 : errno ? -errno : -ENAMETOOLONG;
}

int preload_find(char name[PATH_MAX])
{
	char self[PATH_MAX], beside[PATH_MAX + sizeof("/../lib/tt-memstat")];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *directory = NULL;
	int err = -ENOENT;

	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		if (slash)
			*slash = '\0';
		snprintf(beside, sizeof(beside), "%s/../lib/tt-memstat", self);
		directory = realpath(beside, NULL);
	}
	if (directory)
		err = look_below(directory, name);
	free(directory);
	return err && err != -EINVAL ? look_below(TTMEMSTAT_PRELOADDIR, name) : err;
}

char *preload_join(const char *name, const char *before)
{
	char *list;

	if (before && strstr(before, PRELOAD_NAME))
		return strdup(before);
	if (asprintf(&list, "%s%s%s", name, before && *before ? ":" : "", before ? before : "") < 0)
		return NULL;
	return list;
}
