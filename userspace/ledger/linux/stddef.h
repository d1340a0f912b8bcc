/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#include_next <linux/stddef.h>
#include <stddef.h>
