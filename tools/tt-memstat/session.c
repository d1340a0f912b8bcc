// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "session.h"

#define LARGEST	((size_t)4 << 20)
/* Notes in the marked line that let a removal restore the file. */
#define JOINED	", the line before had no end"
#define MADE	", there was no file"

/* Read a file as a string. */
static int read_text(const char *path, char **text, size_t *len)
{
	int err = cli_read(path, LARGEST, text, len);
	char *ended;

	if (!err && *len > LARGEST)
		err = -EFBIG;
	ended = err ? NULL : realloc(*text, *len + 1);
	if (ended) {
		ended[*len] = '\0';
		*text = ended;
		return 0;
	}
	free(*text);
	*text = NULL;
	return err ? err : -ENOMEM;
}

/* The marked line, including its newline; NULL: none. */
static char *find_line(char *text, size_t len, size_t *line_len)
{
	char *mark = memmem(text, len, SESSION_MARK, strlen(SESSION_MARK));
	char *end, *start = mark;

	if (!mark)
		return NULL;
	while (start > text && start[-1] != '\n')
		start--;
	end = memchr(mark, '\n', len - (size_t)(mark - text));
	*line_len = end ? (size_t)(end + 1 - start) : len - (size_t)(start - text);
	return start;
}

/* Append @text, or leave the file unchanged. */
static int append(int fd, size_t len, const char *text)
{
	int err = cli_write(fd, text, strlen(text), (off_t)len);

	if (err && ftruncate(fd, (off_t)len))
		return err;
	return err;
}

bool session_has_ours(const char *path)
{
	size_t len, line_len;
	char *text;
	bool has = !read_text(path, &text, &len) && find_line(text, len, &line_len);

	free(text);
	return has;
}

/* ---- Files that tt-memstat creates ------------------------------------------------------- */

/* Create missing parent directories of @path; returns their number, or -errno. */
static int make_directories(const char *path)
{
	char above[PATH_MAX];
	int made = 0;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path);
		if (!mkdir(above, 0755))
			made++;
		else if (errno != EEXIST)
			return -errno;
	}
	return made;
}

static void remove_directories(const char *path, int made)
{
	char above[PATH_MAX];

	snprintf(above, sizeof(above), "%s", path);
	for (; made > 0; made--) {
		char *slash = strrchr(above, '/');

		if (!slash)
			return;
		*slash = '\0';
		if (rmdir(above))
			return;
	}
}

/* Whether tt-memstat created the file; @made: number of directories created with it. */
static bool is_ours(const char *path, int *made)
{
	char *text;
	size_t len;
	bool ours = !read_text(path, &text, &len) && len &&
		    sscanf(text, SESSION_MARK ": %d", made) == 1;

	free(text);
	return ours;
}

int session_file_add(const char *path, const char *text)
{
	char *whole, *before = NULL;
	int made, fd, err;
	size_t len;

	if (is_ours(path, &made)) {
		bool same = !read_text(path, &before, &len) && len >= strlen(text) &&
			    !strcmp(before + len - strlen(text), text);

		free(before);
		err = same ? 0 : session_file_remove(path);
		if (same || err < 0)
			return err;
	}
	made = make_directories(path);
	if (made < 0)
		return made;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	err = fd < 0 ? -errno : 0;
	if (!err && asprintf(&whole, SESSION_MARK ": %d directories made for this; tt-memstat disable removes it\n%s",
			     made, text) < 0)
		err = -ENOMEM;
	if (!err) {
		err = append(fd, 0, whole);
		free(whole);
	}
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (!err)
		return 1;
	if (fd >= 0)
		unlink(path);
	remove_directories(path, made);
	return err;
}

int session_file_remove(const char *path)
{
	int made;

	if (!is_ours(path, &made))
		return 0;
	if (unlink(path))
		return -errno;
	remove_directories(path, made);
	return 1;
}

/* ---- Lines in files of users ------------------------------------------------------------- */

static int add_line(const char *path, const char *line, bool made)
{
	char *text = NULL, *added;
	size_t len = 0;
	bool joined;
	int fd, err;

	err = made ? 0 : read_text(path, &text, &len);
	joined = text && len && text[len - 1] != '\n';
	free(text);
	fd = err ? -1 : open(path, O_WRONLY | O_CLOEXEC | (made ? O_CREAT | O_EXCL : 0), 0644);
	if (!err && fd < 0)
		err = -errno;
	if (err)
		return err;
	if (asprintf(&added, "%s%s " SESSION_MARK "%s\n", joined ? "\n" : "", line,
		     made ? MADE : joined ? JOINED : "") < 0)
		err = -ENOMEM;
	if (!err) {
		err = append(fd, len, added);
		free(added);
	}
	if (close(fd) && !err)
		err = -errno;
	if (err && made)
		unlink(path);
	return err ? err : 1;
}

int session_line_add(const char *path, const char *line)
{
	size_t len, line_len;
	char *text, *ours;
	int err = read_text(path, &text, &len);
	bool made = err == -ENOENT;

	ours = err ? NULL : find_line(text, len, &line_len);
	if (ours && line_len > strlen(line) && !strncmp(ours, line, strlen(line)) &&
	    ours[strlen(line)] == ' ') {
		free(text);
		return 0;
	}
	free(text);
	if (ours) {
		err = session_line_remove(path);
		made = access(path, F_OK) != 0;
	}
	return err < 0 && !made ? err : add_line(path, line, made);
}

int session_line_remove(const char *path)
{
	char *text, *ours, *behind;
	size_t len, line_len, at;
	bool made, joined;
	int fd, err;

	err = read_text(path, &text, &len);
	ours = err ? NULL : find_line(text, len, &line_len);
	if (!ours) {
		free(text);
		return err == -ENOENT ? 0 : err;
	}
	behind = ours + line_len;
	made = memmem(ours, line_len, MADE, strlen(MADE));
	joined = memmem(ours, line_len, JOINED, strlen(JOINED));
	len -= (size_t)(behind - text);
	at = (size_t)(ours - text);
	if (joined && !len && at)
		at--;
	if (made && !at && !len) {
		free(text);
		return unlink(path) ? -errno : 1;
	}
	/* Write in place to preserve the file's owner and links. */
	fd = open(path, O_WRONLY | O_CLOEXEC);
	err = fd < 0 ? -errno : cli_write(fd, behind, len, (off_t)at);
	if (!err && ftruncate(fd, (off_t)(at + len)))
		err = -errno;
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	free(text);
	return err ? err : 1;
}
