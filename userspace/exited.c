// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Read a chip's directory `exited`, which has its exited clients. Requires CAP_SYS_ADMIN.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip_read.h"
#include "parse.h"
#include "sysfs.h"

static void get_text(struct ttmemstat_done *done, int dirfd, const char *name, char *dst,
		     size_t size)
{
	char buf[256];
	size_t len;

	if (!ttmemstat_sysfs_read(done, dirfd, name, buf, sizeof(buf), &len))
		ttmemstat_parse_string(buf, len, dst, size);
}

static void get_number(const char *buf, size_t len, const char *key, uint64_t *value)
{
	int64_t n;

	if (!ttmemstat_parse_stat_number(buf, len, key, 0, INT64_MAX, &n))
		*value = (uint64_t)n;
}

static int parse_stat(struct ttmemstat_exited *e, const char *buf, size_t len)
{
	size_t malformed;
	int error;

	error = ttmemstat_parse_stat(buf, len, &e->client.figures, &malformed);
	if (error)
		return error;
	e->client.malformed = malformed;
	ttmemstat_client_parse_owner(&e->client, buf, len);
	get_number(buf, len, "client", &e->client.id);
	get_number(buf, len, "attached", &e->attached);
	get_number(buf, len, "exited", &e->exited);
	return 0;
}

/* Read exited/<n>. */
static int read_one(struct ttmemstat_done *done, int dirfd, struct ttmemstat_exited *e)
{
	char name[32], *buf;
	size_t len;
	int error;

	buf = malloc(TTMEMSTAT_SYSFS_MAX);
	if (!buf)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%llu/stat", (unsigned long long)e->number);
	error = ttmemstat_sysfs_read(done, dirfd, name, buf, TTMEMSTAT_SYSFS_MAX, &len);
	if (!error)
		error = parse_stat(e, buf, len);
	free(buf);
	if (error)
		return error;
	snprintf(name, sizeof(name), "%llu/comm", (unsigned long long)e->number);
	get_text(done, dirfd, name, e->client.comm, sizeof(e->client.comm));
	snprintf(name, sizeof(name), "%llu/label", (unsigned long long)e->number);
	get_text(done, dirfd, name, e->client.label, sizeof(e->client.label));
	return 0;
}

int ttmemstat_exited_read(struct ttmemstat_done *done, int dirfd, struct ttmemstat_exited **out,
			  size_t *count)
{
	struct ttmemstat_exited *list;
	uint64_t *numbers = NULL;
	size_t i, n = 0;
	int error;

	error = ttmemstat_sysfs_numbers(dirfd, ttmemstat_parse_client_name, UINT64_MAX, &numbers,
					&n);
	if (error)
		return error;
	list = calloc(n ? n : 1, sizeof(*list));
	if (!list)
		error = -ENOMEM;
	*count = 0;
	for (i = 0; !error && i < n; i++) {
		list[*count].number = numbers[i];
		error = read_one(done, dirfd, &list[*count]);
		if (!error)
			(*count)++;
		else if (error == -ENOENT || error == -ENODEV)
			error = 0;	/* removed meanwhile */
	}
	free(numbers);
	if (error) {
		free(list);
		return error;
	}
	*out = list;
	return 0;
}
