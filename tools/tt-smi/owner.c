// SPDX-License-Identifier: GPL-2.0-only
/* Names of a process's owner and command: see owner.h. */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_MAX 512

/* Runs one of the getpw*_r calls with a buffer that is large enough. */
static int lookup(const char *name, uid_t uid, struct passwd *pw, char **buf)
{
	struct passwd *found = NULL;
	size_t size = 1024;
	int rc;

	*buf = NULL;
	do {
		char *bigger = realloc(*buf, size);

		if (!bigger)
			return -ENOMEM;
		*buf = bigger;
		rc = name ? getpwnam_r(name, pw, *buf, size, &found) :
			    getpwuid_r(uid, pw, *buf, size, &found);
		size *= 2;
	} while (rc == ERANGE && size <= 1 << 20);
	if (rc)
		return -rc;
	return found ? 0 : -ENOENT;
}

char *smi_user_digits(uid_t uid)
{
	char *text;

	return asprintf(&text, "%" PRIu32, (uint32_t)uid) < 0 ? NULL : text;
}

char *smi_user_name(uid_t uid)
{
	struct passwd pw;
	char *buf, *name;

	name = lookup(NULL, uid, &pw, &buf) ? smi_user_digits(uid) : strdup(pw.pw_name);
	free(buf);
	return name;
}

int smi_user_parse(const char *text, uid_t *uid)
{
	struct passwd pw;
	unsigned long n;
	char *buf, *end;
	int rc;

	rc = lookup(text, 0, &pw, &buf);
	if (!rc)
		*uid = pw.pw_uid;
	free(buf);
	if (!rc)
		return 0;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || text[0] < '0' || text[0] > '9' || n >= UINT32_MAX)
		return -ENOENT;
	*uid = (uid_t)n;
	return 0;
}

char *smi_command(pid_t pid)
{
	char path[48], buf[COMMAND_MAX];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	do {
		len = read(fd, buf, sizeof(buf) - 1);
	} while (len < 0 && errno == EINTR);
	close(fd);
	while (len > 0 && (buf[len - 1] == '\0' || buf[len - 1] == ' '))
		len--;
	if (len <= 0)
		return NULL;
	for (ssize_t i = 0; i < len; i++)
		if (buf[i] == '\0')
			buf[i] = ' ';
	buf[len] = '\0';
	return strdup(buf);
}
