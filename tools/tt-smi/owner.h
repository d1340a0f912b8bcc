/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of users, and command lines and control groups of processes. Reads two files of /proc for
 * each process.
 */
#ifndef SMI_OWNER_H
#define SMI_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "file.h"
#include "place.h"

/* Login name, or the uid in digits; NULL: no memory. Release with free(). */
char *smi_user_name(uid_t uid);
char *smi_user_digits(uid_t uid);

/* A uid from a login name or digits; -ENOENT: no such user. */
int smi_user_parse(const char *text, uid_t *uid);

#define SMI_COMMAND_MAX 512

/*
 * Read the beginning of the command line, with a NUL after each word. Returns its length; 0: it
 * cannot be read. @root: "" or the root of a recorded tree. @uid: user of the process; may be NULL.
 */
ssize_t smi_command_read(char buf[SMI_COMMAND_MAX], pid_t pid, const char *root,
			 struct smi_done *done, uid_t *uid);

/*
 * The same as a string with blanks between the words; NULL if it is empty. Changes @buf. Release
 * with free().
 */
char *smi_command_text(char *buf, ssize_t len);

/*
 * A cache of names; a sweep removes those unused since the last sweep. Zeroed = empty. Processes
 * are identified by pid and client id, as pids are reused.
 */
struct smi_names {
	struct smi_name *list;
	size_t count;
	struct smi_done *done;	/* the source's descriptors to close */
};

/* NULL: no memory. An empty command is unreadable. */
const char *smi_names_user(struct smi_names *names, uid_t uid, bool live);

/* @client: or any other number that two processes of one pid do not share. */
const char *smi_names_command(struct smi_names *names, pid_t pid, uint64_t client,
			      const char *root);

/* From the live system, or the recorded tree @root. NULL: no memory. */
const struct smi_place *smi_names_place(struct smi_names *names, pid_t pid, uint64_t client,
					const char *root);
void smi_names_sweep(struct smi_names *names);
void smi_names_release(struct smi_names *names);

#endif
