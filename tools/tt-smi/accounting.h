/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --accounting: the processes that have left a chip, which root can have the module keep.
 *
 * Knows that list, how it is read, and its table. Its JSON is in json.c.
 */
#ifndef SMI_ACCOUNTING_H
#define SMI_ACCOUNTING_H

#include "collect.h"
#include "text.h"

struct smi_exited {
	char chip[16];		/* its name */
	struct ttmemstat_exited e;
	char *user;		/* login name, or the uid in digits */
};

/* In the order in which they left. Zeroed = empty. */
struct smi_accounting {
	struct timespec time;
	struct timespec since_boot;	/* at the same moment; 0: another system's */
	struct smi_value kept;	/* how many each chip keeps at most; 0: it is off */
	char version[32];	/* of the module */
	struct smi_exited *list;
	size_t count;
};

/*
 * -EACCES: there are some that only root can read; else as smi_collect(). Release in any case.
 */
int smi_accounting_read(struct smi_accounting *a, const struct smi_request *request,
			const char **missing);
void smi_accounting_release(struct smi_accounting *a);

void smi_accounting_screen(const struct smi_accounting *a, const struct smi_view *view,
			   struct smi_text *out);

/* When it left, of the calendar; false: unknown. */
bool smi_exited_when(const struct smi_accounting *a, const struct smi_exited *x,
		     struct timespec *when);

#endif
