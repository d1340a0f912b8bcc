/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What takes the module's place in a process that records without it: attachments and bank sets get
 * numbers, events are taken as they are. It keeps no books and knows no figures.
 */
#ifndef TTMEMSTAT_LOCAL_H
#define TTMEMSTAT_LOCAL_H

struct ttmemstat_ctx;
struct ttmemstat_local;

/* NULL: no memory. */
struct ttmemstat_local *ttmemstat_local_new(void);
void ttmemstat_local_free(struct ttmemstat_local *local);

/* Every call is -EBADF from then on. */
void ttmemstat_local_close(struct ttmemstat_local *local);

/* As the ioctl; -EOPNOTSUPP for what it does not know. */
int ttmemstat_local_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);

#endif /* TTMEMSTAT_LOCAL_H */
