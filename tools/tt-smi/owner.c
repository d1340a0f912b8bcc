// SPDX-License-Identifier: GPL-2.0-only
/* Names of users, commands and places of processes: see owner.h. */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Call a getpw*_r function with a buffer that is large enough. */
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

ssize_t smi_command_read(char buf[SMI_COMMAND_MAX], pid_t pid, const char *root,
			 struct smi_done *done, uid_t *uid)
{
	int fd = smi_open(AT_FDCWD, "%s/proc/%d/cmdline", root, pid);
	struct stat st;
	ssize_t len;

	if (fd < 0)
		return 0;
	len = smi_read_fd(fd, buf, SMI_COMMAND_MAX);
	if (uid)
		*uid = fstat(fd, &st) ? (uid_t)-1 : st.st_uid;
	smi_done(done, fd);
	return len < 0 ? 0 : len;
}

enum kind { USER, COMMAND, PLACE };

/* The name of a user, or the command line or place of a process. */
struct smi_name {
	char *text;
	struct smi_place *place;
	uint64_t client;
	uint32_t number;	/* uid or pid */
	enum kind kind;
	bool used;
};

static struct smi_name *find(struct smi_names *names, enum kind kind, uint32_t number,
			     uint64_t client)
{
	for (size_t i = 0; i < names->count; i++) {
		struct smi_name *name = &names->list[i];

		if (name->kind == kind && name->number == number &&
		    name->client == client) {
			name->used = true;
			return name;
		}
	}
	return NULL;
}

/* Takes ownership of the name's memory; false: no memory. */
static bool add(struct smi_names *names, struct smi_name name)
{
	struct smi_name *grown = NULL;

	if (name.text || name.place)
		grown = reallocarray(names->list, names->count + 1, sizeof(*grown));
	if (!grown) {
		free(name.text);
		free(name.place);
		return false;
	}
	names->list = grown;
	name.used = true;
	grown[names->count++] = name;
	return true;
}

const char *smi_names_user(struct smi_names *names, uid_t uid, bool live)
{
	struct smi_name *name = find(names, USER, uid, 0);
	char *text;

	if (name)
		return name->text;
	text = live ? smi_user_name(uid) : smi_user_digits(uid);
	return add(names, (struct smi_name){
		.text = text, .number = uid, .kind = USER,
	}) ? text : NULL;
}

const char *smi_names_command(struct smi_names *names, pid_t pid, uint64_t client,
			      const char *root)
{
	struct smi_name *name = find(names, COMMAND, (uint32_t)pid, client);
	char buf[SMI_COMMAND_MAX], *text;

	if (name)
		return name->text;
	text = smi_command_text(buf, smi_command_read(buf, pid, root ? root : "",
						      names->done, NULL));
	if (!text)
		text = strdup("");
	return add(names, (struct smi_name){
		.text = text, .number = (uint32_t)pid, .client = client, .kind = COMMAND,
	}) ? text : NULL;
}

/* Control groups have long paths, in version 1 up to a dozen. */
static void read_place(struct smi_place *place, pid_t pid, const char *root,
		       struct smi_done *done)
{
	int fd = smi_open(AT_FDCWD, "%s/proc/%d/cgroup", root, pid);
	char buf[8192];

	memset(place, 0, sizeof(*place));
	if (fd < 0)
		return;
	if (smi_read_fd(fd, buf, sizeof(buf)) > 0)
		smi_place_parse(place, buf);
	smi_done(done, fd);
}

const struct smi_place *smi_names_place(struct smi_names *names, pid_t pid, uint64_t client,
					const char *root)
{
	struct smi_name *name = find(names, PLACE, (uint32_t)pid, client);
	struct smi_place *place;

	if (name)
		return name->place;
	place = malloc(sizeof(*place));
	if (!place)
		return NULL;
	read_place(place, pid, root ? root : "", names->done);
	return add(names, (struct smi_name){
		.place = place, .number = (uint32_t)pid, .client = client, .kind = PLACE,
	}) ? place : NULL;
}

void smi_names_sweep(struct smi_names *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (!names->list[i].used) {
			free(names->list[i].text);
			free(names->list[i].place);
			continue;
		}
		names->list[kept] = names->list[i];
		names->list[kept++].used = false;
	}
	names->count = kept;
}

void smi_names_release(struct smi_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->list[i].text);
		free(names->list[i].place);
	}
	free(names->list);
	names->list = NULL;
	names->count = 0;
}
