/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of a process's owner and command, of the live system, and whose it is. Reads two files of
 * /proc for each process asked about, and nothing else of it.
 */
#ifndef SMI_OWNER_H
#define SMI_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "file.h"
#include "place.h"

/* Login name, or the uid in digits; NULL without memory. To be released by free(). */
char *smi_user_name(uid_t uid);
char *smi_user_digits(uid_t uid);

/* A uid from a login name or digits; -ENOENT: no such user. */
int smi_user_parse(const char *text, uid_t *uid);

#define SMI_COMMAND_MAX 512

/*
 * The start of the command line as the kernel has it, a NUL behind each word, and its length; 0: it
 * cannot be read. @root: where /proc is: "" or the root of a recorded tree. @uid: who runs it; may
 * be NULL.
 */
ssize_t smi_command_read(char buf[SMI_COMMAND_MAX], pid_t pid, const char *root,
			 struct smi_done *done, uid_t *uid);

/* The same with blanks between the words; NULL if there is none. By free(). Changes @buf. */
char *smi_command_text(char *buf, ssize_t len);

/*
 * Names that were looked up before; what a sweep finds unused since the last goes. Zeroed = empty.
 * A process that ended and another that got its pid are told apart by the module's client.
 */
struct smi_names {
	struct smi_name *list;
	size_t count;
	struct smi_done *done;	/* of the source: what it closes */
};

/* NULL without memory; an empty command is one that cannot be read. */
const char *smi_names_user(struct smi_names *names, uid_t uid, bool live);
const char *smi_names_command(struct smi_names *names, pid_t pid, uint64_t client);

/* Of the live system, or of the recorded tree @root. NULL without memory. */
const struct smi_place *smi_names_place(struct smi_names *names, pid_t pid, uint64_t client,
					const char *root);
void smi_names_sweep(struct smi_names *names);
void smi_names_release(struct smi_names *names);

#endif
