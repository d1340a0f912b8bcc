/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which line of Python called a function of a capture.
 */
#ifndef TT_MEMSTAT_CAPTURE_PYTHON_H
#define TT_MEMSTAT_CAPTURE_PYTHON_H

#include <json-c/json.h>

#include "capture.h"

/*
 * @records: a report's `python_io`, in the order of the calls, NULL = none: each goes with the next
 * start of a function of its name. -ENOMEM.
 */
int capture_python(struct capture *capture, struct json_object *records);

#endif
