/* SPDX-License-Identifier: GPL-2.0-only */
/* Small files of sysfs and procfs. */
#ifndef SMI_FILE_H
#define SMI_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* At most @size - 1 bytes, NUL terminated: the length, or -errno. */
ssize_t smi_read_file(int dirfd, const char *path, char *buf, size_t size);

/* The same of an open file, from its start. */
ssize_t smi_read_fd(int fd, char *buf, size_t size);

#endif
