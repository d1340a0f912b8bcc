/* SPDX-License-Identifier: GPL-2.0-only */
/* Read small files of sysfs and procfs with few system calls. */
#ifndef SMI_FILE_H
#define SMI_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Open a file or directory for reading; AT_FDCWD for absolute paths. A descriptor, or -1. */
__attribute__((format(printf, 2, 3)))
int smi_open(int dirfd, const char *fmt, ...);

/* Read at most @size - 1 bytes from the start and append a NUL: the length, or -errno. */
ssize_t smi_read_fd(int fd, char *buf, size_t size);

/*
 * Descriptors to close. Runs of consecutive numbers are closed by one system call each, which never
 * covers other numbers. Zeroed = empty.
 */
struct smi_done {
	size_t count;
	int fds[128];
};

void smi_done(struct smi_done *done, int fd);
void smi_done_close(struct smi_done *done);

#endif
