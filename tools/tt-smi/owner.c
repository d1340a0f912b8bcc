// SPDX-License-Identifier: GPL-2.0-only
/* Names of a process's owner and command: see owner.h. */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

char *smi_command_text(char *buf, ssize_t len)
{
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

char *smi_command(pid_t pid, const char *root, struct smi_done *done, uid_t *uid)
{
	char path[PATH_MAX], buf[COMMAND_MAX];
	struct stat st;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/%d/cmdline", root, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	len = smi_read_fd(fd, buf, sizeof(buf));
	if (uid)
		*uid = fstat(fd, &st) ? (uid_t)-1 : st.st_uid;
	smi_done(done, fd);
	return smi_command_text(buf, len);
}

/* A user's name or a process's command line. */
struct smi_name {
	char *text;
	uint64_t client;
	uint32_t number;	/* uid or pid */
	bool is_user;
	bool used;
};

static struct smi_name *find(struct smi_names *names, bool is_user, uint32_t number,
			     uint64_t client)
{
	for (size_t i = 0; i < names->count; i++) {
		struct smi_name *name = &names->list[i];

		if (name->is_user == is_user && name->number == number &&
		    name->client == client) {
			name->used = true;
			return name;
		}
	}
	return NULL;
}

/* Takes @text over. */
static const char *add(struct smi_names *names, struct smi_name name)
{
	struct smi_name *grown = NULL;

	if (name.text)
		grown = reallocarray(names->list, names->count + 1, sizeof(*grown));
	if (!grown) {
		free(name.text);
		return NULL;
	}
	names->list = grown;
	name.used = true;
	grown[names->count++] = name;
	return name.text;
}

const char *smi_names_user(struct smi_names *names, uid_t uid, bool live)
{
	struct smi_name *name = find(names, true, uid, 0);

	if (name)
		return name->text;
	return add(names, (struct smi_name){
		.text = live ? smi_user_name(uid) : smi_user_digits(uid),
		.number = uid,
		.is_user = true,
	});
}

const char *smi_names_command(struct smi_names *names, pid_t pid, uint64_t client)
{
	struct smi_name *name = find(names, false, (uint32_t)pid, client);
	char *text;

	if (name)
		return name->text;
	text = smi_command(pid, "", names->done, NULL);
	return add(names, (struct smi_name){
		.text = text ? text : strdup(""),
		.number = (uint32_t)pid,
		.client = client,
	});
}

void smi_names_sweep(struct smi_names *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (!names->list[i].used) {
			free(names->list[i].text);
			continue;
		}
		names->list[kept] = names->list[i];
		names->list[kept++].used = false;
	}
	names->count = kept;
}

void smi_names_release(struct smi_names *names)
{
	smi_names_sweep(names);
	smi_names_sweep(names);
	free(names->list);
	names->list = NULL;
}
