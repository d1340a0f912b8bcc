/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#ifndef TTMEM_SHIM_LIMITS_H
#define TTMEM_SHIM_LIMITS_H

#include_next <linux/limits.h>

#define U32_MAX	((u32)~0u)
#define U64_MAX	((u64)~0ull)

#endif
