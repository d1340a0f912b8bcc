/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The differences between kernels that the code cannot dodge; nothing else asks for a version.
 */
#ifndef TTM_COMPAT_H
#define TTM_COMPAT_H

#include <linux/device.h>
#include <linux/mm.h>
#include <linux/version.h>

/* The callbacks of class attributes take constant pointers since 6.4. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define TTM_CLASS_CONST const
#else
#define TTM_CLASS_CONST
#endif

/* The flags of a mapping are changed by a function since 6.3. */
static inline void ttm_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				    unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

#endif /* TTM_COMPAT_H */
