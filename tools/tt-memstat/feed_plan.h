/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plan of a capture as a history.
 */
#ifndef TT_MEMSTAT_FEED_PLAN_H
#define TT_MEMSTAT_FEED_PLAN_H

#include "capture.h"
#include "feed.h"
#include "plan.h"

struct feed_plan;

/* @capture and @plan must outlive the feed. -ENOMEM. */
int feed_plan_new(const struct capture *capture, const struct plan *plan, struct feed *feed);
void feed_plan_free(struct feed *feed);

#endif
