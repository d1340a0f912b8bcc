/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of a process's owner and command, of the live system. Reads one file of /proc for each
 * process asked about, and nothing else of it.
 */
#ifndef SMI_OWNER_H
#define SMI_OWNER_H

#include <sys/types.h>

/* Login name, or the uid in digits; NULL without memory. To be released by free(). */
char *smi_user_name(uid_t uid);
char *smi_user_digits(uid_t uid);

/* A uid from a login name or digits; -ENOENT: no such user. */
int smi_user_parse(const char *text, uid_t *uid);

/* The command line, blanks between the words; NULL if it cannot be read. By free(). */
char *smi_command(pid_t pid);

#endif
