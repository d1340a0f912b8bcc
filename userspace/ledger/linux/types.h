/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The part of the kernel's own headers that driver/ledger/ and driver/geometry.c use, for userspace,
 * beside the uAPI's header of the same name. The same applies to limits.h, stddef.h and string.h.
 */
#ifndef TTMEM_SHIM_TYPES_H
#define TTMEM_SHIM_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
/* As in the kernel, so that formats agree on all archs. */
typedef unsigned long long u64;
typedef int32_t s32;
typedef long long s64;
typedef unsigned int gfp_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#endif
