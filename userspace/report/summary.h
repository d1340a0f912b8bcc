/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The summary of `tt-memstat run --summary`: peaks of the process on each chip, and the operations
 * that held most at its buffers' peak. All calls need the books' lock.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include <ttmemstat.h>

/* A summary is wanted; constant after summary_open(). */
extern bool summary_wanted;

/* @end collects the last figures and prints. It takes the lock, within a second or not at all. */
void summary_open(void (*end)(void));

/* In a child: forget the parent's figures. */
void summary_forget(void);

/* Add @bytes to the buffers of an operation in a pool of a device, by the runtime's number. */
void summary_buffers(int device, int pool, uint32_t name, int64_t bytes);

/* Note the own L1 of an operation's program on a device. */
void summary_program(int device, uint32_t name, uint64_t bytes);

/* Note the process's figures on a device, which is chip tt<@chip>, before they end. */
void summary_figures(int device, uint32_t chip, const struct tt_memstat_figures *figures);

/* Print to standard error, once. */
void summary_print(void);

#endif
