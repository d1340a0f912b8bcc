/* SPDX-License-Identifier: GPL-2.0-only */
/* Small files of sysfs and procfs. Knows no names; spends few system calls. */
#ifndef SMI_FILE_H
#define SMI_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* At most @size - 1 bytes of an open file, from its start, NUL terminated: the length, or -errno. */
ssize_t smi_read_fd(int fd, char *buf, size_t size);

/*
 * Descriptors that are done with and not closed yet: runs of them go by one system call each, which
 * never covers a number that is not in here. Zeroed = empty.
 */
struct smi_done {
	size_t count;
	int fds[128];
};

void smi_done(struct smi_done *done, int fd);
void smi_done_close(struct smi_done *done);

#endif
