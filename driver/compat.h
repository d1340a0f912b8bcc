/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The differences between kernels that the code cannot dodge; nothing else asks for a version.
 * Red Hat's kernels call themselves 5.14 and have much of what came later, so they are asked for
 * their own release, which no other kernel defines.
 */
#ifndef TTMEM_COMPAT_H
#define TTMEM_COMPAT_H

#include <linux/device.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/version.h>

#if defined(RHEL_RELEASE_CODE) && defined(RHEL_RELEASE_VERSION)
#define TTMEM_RHEL(major, minor) (RHEL_RELEASE_CODE >= RHEL_RELEASE_VERSION(major, minor))
#else
#define TTMEM_RHEL(major, minor) 0
#endif

/* The callbacks of class attributes take constant pointers since 6.4, and RHEL 9.4. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0) || TTMEM_RHEL(9, 4)
#define TTMEM_CLASS_CONST const
#else
#define TTMEM_CLASS_CONST
#endif

/*
 * Userspace can map pages that are charged to a memory cgroup since 5.11. Before, only what a user
 * may pin bounds them.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define TTMEM_GFP_MAPPED GFP_KERNEL_ACCOUNT
#else
#define TTMEM_GFP_MAPPED GFP_KERNEL
#endif

/* The flags of a mapping are changed by a function since 6.3, and RHEL 9.5. */
static inline void ttmem_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				      unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0) || TTMEM_RHEL(9, 5)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

#endif /* TTMEM_COMPAT_H */
