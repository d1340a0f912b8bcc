/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON text value by value, with the place of an error, and tolerant reading of fields.
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

/**
 * struct json_source - a text that is read value by value, so that no tree of all is made
 * @at: how far it was read
 */
struct json_source {
	const char *text;
	size_t len;
	size_t at;
	struct json_tokener *tokener;
	struct capture_error *error;
};

/* @text and @error must outlive it. -ENOMEM. */
int json_source_open(struct json_source *source, const char *text, size_t len,
		     struct capture_error *error);
void json_source_close(struct json_source *source);

/* What comes next, blanks passed over; 0 at the end. */
char json_peek(struct json_source *source);
/* Whether that is @c, which then is passed over. */
bool json_take(struct json_source *source, char c);
/* The next value; NULL for null. -EINVAL with place and reason in the error. */
int json_value(struct json_source *source, struct json_object **value);
/*
 * Before each member of a list or an object that ends with @close, @first for the first: 1: there is
 * one, 0: the end, which is passed over, or -EINVAL.
 */
int json_member(struct json_source *source, char close, bool first);
/* What is wrong at the place that was read up to: -EINVAL. */
int json_wrong(struct json_source *source, const char *why);

/* Whether nothing but blanks follows. */
bool json_at_end(struct json_source *source);

/* 1: there, 0: missing or null, -EINVAL: there, but no such value. */
int json_field_u64(struct json_object *object, const char *key, uint64_t *value);
int json_field_s64(struct json_object *object, const char *key, int64_t *value);
int json_field_bool(struct json_object *object, const char *key, bool *value);
/* NULL: missing, null or no string; lives as long as @object. */
const char *json_field_string(struct json_object *object, const char *key);
/* NULL: missing or of another type. */
struct json_object *json_field(struct json_object *object, const char *key, enum json_type type);

#endif
