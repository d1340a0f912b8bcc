/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The live objects of a chip as a history: a record for each buffer, then one program with the
 * resident circular buffers, on their cores.
 */
#ifndef TT_MEMSTAT_FEED_LIVE_H
#define TT_MEMSTAT_FEED_LIVE_H

#include "feed.h"
#include "live.h"
#include "naming.h"

/**
 * struct live_owner - a client of the chip
 * @naming: names that its process publishes; NULL: none
 */
struct live_owner {
	struct live_client live;
	struct naming *naming;
};

/*
 * @title: name of what runs; copied. @owners: must outlive the feed. -EINVAL: the module is too old to
 * list bank sets; -ENOMEM.
 */
int feed_live_new(const char *title, const struct live_owner *owners, size_t count,
		  struct feed *feed);
void feed_live_free(struct feed *feed);

#endif
