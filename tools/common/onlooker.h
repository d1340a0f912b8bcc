/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Monitors and management tools: programs that have cards open, but run nothing on them.
 *
 * Pure: has their names, and the mappings by which a program that runs something is recognized.
 */
#ifndef TT_MEMSTAT_ONLOOKER_H
#define TT_MEMSTAT_ONLOOKER_H

#include <stdbool.h>
#include <stddef.h>

/* In /proc/PID/maps: the memory that a card is given to work with, and the reporter. */
#define ONLOOKER_HUGEPAGES	"/hugepages"
#define ONLOOKER_REPORTER	"libttmemstat-report.so"

/* Whether a program has the name of one; directories in front do not matter. */
bool onlooker_is_name(const char *program);

/*
 * Whether a command line, as /proc/PID/cmdline has it, is of one: by the program or, of an
 * interpreter, the script or module that it runs.
 */
bool onlooker_is_command(const char *cmdline, size_t len);

#endif
