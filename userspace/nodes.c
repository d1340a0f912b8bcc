// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * tt-kmd's nodes that this process has open. Identified by device number, because containers may
 * choose other file names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nodes.h"
#include "parse.h"
#include "sysfs.h"

/* Find the PCI function of a device number; false: it is not a chip's node. */
static bool find_function(const char *sysfs, dev_t number, char pci[TT_MEMSTAT_PCI_LEN])
{
	char link[PATH_MAX], path[PATH_MAX];
	const char *name;
	ssize_t len;
	int n;

	n = snprintf(link, sizeof(link), "%s/dev/char/%u:%u", sysfs, major(number), minor(number));
	if (n < 0 || (size_t)n >= sizeof(link))
		return false;
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	name = strrchr(path, '/');
	return name && !strncmp(name, "/tenstorrent!", strlen("/tenstorrent!")) &&
	       ttmemstat_parse_pci_path(path, pci);
}

/* Skip O_PATH descriptors: they prove nothing, and no runtime has opened them. */
static bool look_at(const char *sysfs, int fd, struct ttmemstat_node *node)
{
	struct stat st;
	int flags;

	if (fstat(fd, &st) || !S_ISCHR(st.st_mode))
		return false;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || (flags & O_PATH) || !find_function(sysfs, st.st_rdev, node->pci))
		return false;
	node->fd = fd;
	node->live = st.st_nlink > 0;
	return true;
}

static int fd_number(const char *name, uint64_t *number)
{
	int error = ttmemstat_parse_client_name(name, number);

	return !error && *number > INT_MAX ? -EBADMSG : error;
}

/* Domains may be longer than four digits. */
static int compare_pci(const char *a, const char *b)
{
	size_t x = strlen(a), y = strlen(b);

	return x != y ? (x > y) - (x < y) : strcmp(a, b);
}

static int compare(const void *a, const void *b)
{
	const struct ttmemstat_node *x = a, *y = b;
	int order = compare_pci(x->pci, y->pci);

	if (!order)
		order = y->live - x->live;
	return order ? order : (x->fd > y->fd) - (x->fd < y->fd);
}

/*
 * Keep one node for each function, preferably a live one: after an ordinal is reused, an old
 * descriptor looks like that of the new node.
 */
static size_t sort_out(struct ttmemstat_node *nodes, size_t count)
{
	size_t i, kept = 0;

	qsort(nodes, count, sizeof(*nodes), compare);
	for (i = 0; i < count; i++)
		if (!kept || strcmp(nodes[kept - 1].pci, nodes[i].pci) != 0)
			nodes[kept++] = nodes[i];
	return kept;
}

int ttmemstat_nodes_open(const char *sysfs, const char *fds, struct ttmemstat_node **nodes,
			 size_t *count)
{
	struct ttmemstat_node *found = NULL;
	uint64_t *numbers = NULL;
	size_t i, n = 0, used = 0;
	int dir, error;

	dir = ttmemstat_sysfs_open_dir(NULL, AT_FDCWD, fds);
	if (dir < 0)
		return dir;
	error = ttmemstat_sysfs_numbers(dir, fd_number, UINT64_MAX, &numbers, &n);
	close(dir);
	if (error)
		return error;
	if (n) {
		found = calloc(n, sizeof(*found));
		if (!found)
			error = -ENOMEM;
	}
	for (i = 0; found && i < n; i++)
		used += look_at(sysfs, (int)numbers[i], &found[used]);
	free(numbers);
	if (error)
		return error;
	*count = used ? sort_out(found, used) : 0;
	*nodes = found;
	return 0;
}
