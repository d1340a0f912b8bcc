/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --accounting: the processes that have left a chip, which the module keeps if root enables it.
 * Reads the list and prints it as a table; json.c prints it as JSON.
 */
#ifndef SMI_ACCOUNTING_H
#define SMI_ACCOUNTING_H

#include "collect.h"
#include "text.h"

struct smi_exited {
	char chip[16];		/* name of the chip */
	struct ttmemstat_exited e;
	char *user;		/* login name, or the uid in digits; empty: unknown */
};

/* Oldest first. Zeroed = empty. */
struct smi_accounting {
	struct timespec time;
	struct timespec since_boot;	/* at the same moment; 0: a recorded tree */
	struct smi_value kept;	/* limit for each chip; 0: accounting is off */
	char version[32];	/* of the module */
	struct smi_exited *list;
	size_t count;
};

/*
 * -EACCES: only root can read some of them; else as smi_collect(). Release in any case.
 */
int smi_accounting_read(struct smi_accounting *a, const struct smi_request *request,
			const char **missing);
void smi_accounting_release(struct smi_accounting *a);

void smi_accounting_screen(const struct smi_accounting *a, const struct smi_view *view,
			   struct smi_text *out);

/* Wall-clock time at which it left; false: unknown. */
bool smi_exited_when(const struct smi_accounting *a, const struct smi_exited *x,
		     struct timespec *when);

#endif
