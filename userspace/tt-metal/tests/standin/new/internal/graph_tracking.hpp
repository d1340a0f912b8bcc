/* SPDX-License-Identifier: GPL-2.0-only */
/* Observers of the whole process, as tt-metal commit 25ac38cf35dc has them. */
#ifndef STANDIN_INTERNAL_GRAPH_TRACKING_HPP
#define STANDIN_INTERNAL_GRAPH_TRACKING_HPP

#include <tt-metalium/graph_tracking.hpp>

#endif
