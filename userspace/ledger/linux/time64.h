/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#ifndef TTMEM_SHIM_TIME64_H
#define TTMEM_SHIM_TIME64_H

#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L

#endif
