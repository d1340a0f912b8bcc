/* SPDX-License-Identifier: GPL-2.0-only */
/* Find the line of Python that called a function of a capture. */
#ifndef TT_MEMSTAT_CAPTURE_PYTHON_H
#define TT_MEMSTAT_CAPTURE_PYTHON_H

#include <json-c/json.h>

#include "capture.h"

/*
 * @records: a report's `python_io`, in the order of calls, NULL = none. Each record belongs to the
 *	next start of a function with its name. -ENOMEM.
 */
int capture_python(struct capture *capture, struct json_object *records);

#endif
