// SPDX-License-Identifier: GPL-2.0-only
/* Host resources of processes: see usage.h. */
#include "usage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND	INT64_C(1000000000)
#define FRESH	(29 * SECOND / 10)	/* a process is read again after three seconds */
#define KIN_MOST	64	/* generations, in case of a loop in a recorded tree */

struct entry {
	pid_t pid;
	int fd;			/* -1: cannot be opened */
	bool used;
	bool read;		/* @last and @at are valid */
	struct smi_proc_stat last;
	int64_t at;		/* CLOCK_MONOTONIC */
	struct smi_value cpu;	/* at that time */
};

struct smi_usages {
	const char *root;
	struct entry *list;
	size_t count;
};

/* Parse field @n, 3 or above. The name before it may contain blanks and parentheses. */
static bool field(const char *text, unsigned int n, uint64_t *value)
{
	const char *at = strrchr(text, ')');
	char *end;

	for (n -= 2; at && n; n--)
		at = strchr(at + 1, ' ');
	if (!at || at[1] < '0' || at[1] > '9')
		return false;
	errno = 0;
	*value = strtoull(at + 1, &end, 10);
	return !errno && (*end == ' ' || *end == '\n' || !*end);
}

bool smi_proc_stat_parse(struct smi_proc_stat *out, const char *text)
{
	uint64_t parent, user, system;

	if (!field(text, 4, &parent) || !field(text, 14, &user) || !field(text, 15, &system) ||
	    !field(text, 22, &out->start) || !field(text, 24, &out->pages) || parent > INT32_MAX ||
	    out->pages > INT64_MAX / (uint64_t)sysconf(_SC_PAGESIZE) ||
	    __builtin_add_overflow(user, system, &out->cpu))
		return false;
	out->parent = (pid_t)parent;
	return true;
}

struct smi_usages *smi_usages_new(const char *root)
{
	struct smi_usages *u = calloc(1, sizeof(*u));

	if (u)
		u->root = root;
	return u;
}

static void sweep(struct smi_usages *u)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->count; i++) {
		if (u->list[i].used) {
			u->list[kept] = u->list[i];
			u->list[kept++].used = false;
		} else if (u->list[i].fd >= 0) {
			close(u->list[i].fd);
		}
	}
	u->count = kept;
}

void smi_usages_free(struct smi_usages *u)
{
	if (!u)
		return;
	sweep(u);
	sweep(u);
	free(u->list);
	free(u);
}

static int open_stat(const char *root, pid_t pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/proc/%d/stat", root ? root : "", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* NULL without memory. */
static struct entry *entry_of(struct smi_usages *u, pid_t pid)
{
	struct entry *grown;

	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].pid == pid)
			return &u->list[i];
	grown = reallocarray(u->list, u->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	u->list = grown;
	grown[u->count] = (struct entry){ .pid = pid, .fd = open_stat(u->root, pid) };
	return &grown[u->count++];
}

static bool read_stat(int fd, struct smi_proc_stat *out)
{
	char text[1024];

	return fd >= 0 && smi_read_fd(fd, text, sizeof(text)) > 0 && smi_proc_stat_parse(out, text);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

/* Tenths of a percent of one CPU since the previous reading. */
static struct smi_value cpu_since(const struct entry *e, const struct smi_proc_stat *now, int64_t at)
{
	const int64_t tick = SECOND / sysconf(_SC_CLK_TCK);
	struct smi_value cpu = { 0 };

	if (!e->read || at <= e->at || now->cpu < e->last.cpu || now->cpu - e->last.cpu > INT32_MAX)
		return cpu;
	cpu.known = true;
	cpu.v = (int64_t)((__int128)(now->cpu - e->last.cpu) * tick * 1000 / (at - e->at));
	return cpu;
}

static bool is_listed(const struct smi_snapshot *s, pid_t pid)
{
	for (size_t i = 0; i < s->usage_count; i++)
		if (s->usages[i].pid == pid)
			return true;
	return false;
}

static bool reports(const struct smi_snapshot *s, pid_t pid)
{
	for (size_t i = 0; i < s->process_count; i++)
		if (s->processes[i].client->pid == pid)
			return true;
	return false;
}

/* Read a process, unless that was done lately. False: it cannot be read. */
static bool refresh(struct smi_usages *u, struct entry *e)
{
	struct smi_proc_stat stat;
	int64_t at = now_ns();

	if (e->read && at - e->at < FRESH)
		return true;
	/* The process has ended, so another one may have its pid; or it could not be opened before. */
	if (!read_stat(e->fd, &stat)) {
		if (e->fd >= 0)
			close(e->fd);
		*e = (struct entry){ .pid = e->pid, .fd = open_stat(u->root, e->pid), .used = true };
		if (!read_stat(e->fd, &stat))
			return false;
	}
	e->cpu = cpu_since(e, &stat, at);
	e->last = stat;
	e->at = at;
	e->read = true;
	return true;
}

/* Add a process to the snapshot. @parent: its parent, 0 if unknown. */
static int add(struct smi_usages *u, struct smi_snapshot *s, struct smi_names *names, pid_t pid,
	       pid_t *parent)
{
	struct smi_usage *grown = reallocarray(s->usages, s->usage_count + 1, sizeof(*grown));
	struct entry *e = entry_of(u, pid);
	struct smi_usage *usage;

	*parent = 0;
	if (grown)
		s->usages = grown;
	if (!grown || !e)
		return -ENOMEM;
	e->used = true;
	if (!refresh(u, e))
		return 0;
	usage = &grown[s->usage_count++];
	*usage = (struct smi_usage){
		.pid = pid, .parent = e->last.parent, .cpu = e->cpu,
		.memory = { true, (int64_t)e->last.pages * sysconf(_SC_PAGESIZE) },
	};
	*parent = e->last.parent;
	if (reports(s, pid))
		return 0;
	usage->command = smi_names_command(names, pid, e->last.start, u->root);
	return usage->command ? 0 : -ENOMEM;
}

static int add_with_kin(struct smi_usages *u, struct smi_snapshot *s, struct smi_names *names,
			pid_t pid)
{
	int rc = 0;

	for (unsigned int n = 0; !rc && pid > 1 && n < KIN_MOST && !is_listed(s, pid); n++)
		rc = add(u, s, names, pid, &pid);
	return rc;
}

int smi_usages_read(struct smi_usages *u, struct smi_snapshot *s, const pid_t *pids, size_t count,
		    bool kin, struct smi_names *names)
{
	pid_t parent;
	int rc = 0;

	for (size_t i = 0; !rc && kin && i < s->process_count; i++)
		rc = add_with_kin(u, s, names, s->processes[i].client->pid);
	for (size_t i = 0; !rc && !kin && i < count; i++)
		if (!is_listed(s, pids[i]))
			rc = add(u, s, names, pids[i], &parent);
	sweep(u);
	return rc;
}

bool smi_usage_is_same(const struct smi_process *p)
{
	const uint64_t tick = (uint64_t)(SECOND / sysconf(_SC_CLK_TCK));
	int fd = open_stat(NULL, p->client->pid);
	struct smi_proc_stat stat;
	bool same = read_stat(fd, &stat) && stat.start == p->client->start_time / tick;

	if (fd >= 0)
		close(fd);
	return same;
}
