/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The public header for the library's own files. All symbols are hidden, except those that it
 * declares.
 */
#ifndef TTMEMSTAT_PUBLIC_H
#define TTMEMSTAT_PUBLIC_H

#pragma GCC visibility push(default)
#include <ttmemstat.h>
#pragma GCC visibility pop

#endif /* TTMEMSTAT_PUBLIC_H */
