/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#ifndef TTMEM_SHIM_SIZES_H
#define TTMEM_SHIM_SIZES_H

#define SZ_1K	0x400
#define SZ_1G	0x40000000

#endif
