/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What `tt-memstat run --summary` says at the end: the highest figures of the process on each chip,
 * and which operations held most when its buffers held most. Knows no buffers and no attachments.
 * All calls with the books' lock held.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include <ttmemstat.h>

/* Whether anybody wants it; does not change after summary_open(). */
extern bool summary_wanted;

void summary_open(void);

/* A child has held nothing yet. */
void summary_forget(void);

/* Buffers of an operation in a pool of a device, which is known by its runtime's number. */
void summary_buffers(int device, int pool, uint32_t name, int64_t bytes);

/* A program of an operation keeps so much of a device's L1 for itself. */
void summary_program(int device, uint32_t name, uint64_t bytes);

/* The process' figures on a device, which is chip tt<@chip>, before they go. */
void summary_figures(int device, uint32_t chip, const struct tt_memstat_figures *figures);

/* On standard error, once. */
void summary_print(void);

/* books.c: gather the last figures and print. Takes the lock by itself, unless that lasts. */
void summary_end(void);

#endif
