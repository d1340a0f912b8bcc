/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Macros that kernel code uses everywhere. */
#ifndef TTMEM_SHIM_KERNEL_H
#define TTMEM_SHIM_KERNEL_H

#include <linux/bitops.h>
#include <linux/types.h>
#include <stdio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
/* @to: a power of 2 */
#define IS_ALIGNED(n, to)	(((n) & ((__typeof__(n))(to) - 1)) == 0)
#define round_up(n, to)		((((n) - 1) | ((__typeof__(n))(to) - 1)) + 1)
#define PTR_ALIGN(p, to)	((__typeof__(p))round_up((uintptr_t)(p), to))

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))
#define likely(condition)	__builtin_expect(!!(condition), 1)
#define unlikely(condition)	__builtin_expect(!!(condition), 0)
#define fallthrough		__attribute__((fallthrough))

#define static_assert(condition)	_Static_assert(condition, #condition)

#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))

#define min(a, b) __extension__ ({ \
	__typeof__(a) min_a = (a); \
	__typeof__(b) min_b = (b); \
	min_a < min_b ? min_a : min_b; })
#define max(a, b) __extension__ ({ \
	__typeof__(a) max_a = (a); \
	__typeof__(b) max_b = (b); \
	max_a > max_b ? max_a : max_b; })
#define min_t(type, a, b)	min((type)(a), (type)(b))

/* Whether an option is defined as 1, as a constant. */
#define SHIM_COMMA_1		0,
#define SHIM_SECOND(ignored, second, ...)	second
#define SHIM_IS_ONE(comma_or_junk)	SHIM_SECOND(comma_or_junk 1, 0, 0)
#define SHIM_PASTE(value)	SHIM_IS_ONE(SHIM_COMMA_##value)
#define IS_ENABLED(option)	SHIM_PASTE(option)

/* Nobody else waits for the processor here, and signals end the process. */
#define cond_resched()		do { } while (0)
#define current			NULL
#define fatal_signal_pending(task)	((void)(task), false)

#endif
