/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Lines to standard error.
 */
#ifndef REPORT_SAY_H
#define REPORT_SAY_H

#include <stdbool.h>
#include <sys/stat.h>

/* Remember the file that standard error is. */
void say_open(void);

/* Whether a descriptor still is of the file with this identity. */
bool say_is_same(int fd, const struct stat *identity);

/* Print a line to standard error, unless the program has replaced it. */
__attribute__((format(printf, 1, 2)))
void chips_say(const char *format, ...);

#endif
