/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/slab.h>

#define kvzalloc(size, flags)	kzalloc(size, flags)
#define kvfree(memory)		kfree(memory)
