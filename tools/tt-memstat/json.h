/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON text to a tree with the place of an error, and tolerant reading of fields.
 *
 * Knows json-c and that captures write numbers and booleans also as strings. Does not know which
 * fields a capture has.
 */
#ifndef TT_MEMSTAT_JSON_H
#define TT_MEMSTAT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "capture.h"

/* -EINVAL with the place and the reason in @error; -ENOMEM. */
int json_parse_text(const char *text, size_t len, struct json_object **root,
		    struct capture_error *error);

/* 1: there, 0: missing or null, -EINVAL: there, but no such value. */
int json_field_u64(struct json_object *object, const char *key, uint64_t *value);
int json_field_s64(struct json_object *object, const char *key, int64_t *value);
int json_field_bool(struct json_object *object, const char *key, bool *value);
/* NULL: missing, null or no string; lives as long as @object. */
const char *json_field_string(struct json_object *object, const char *key);
/* NULL: missing or of another type. */
struct json_object *json_field(struct json_object *object, const char *key, enum json_type type);

#endif
