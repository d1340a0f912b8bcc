/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read JSON value by value, with the place of an error, and fields with tolerance for their types:
 * captures write numbers and booleans also as strings.
 */
#ifndef TT_MEMSTAT_JSON_H
#define TT_MEMSTAT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "capture.h"

/**
 * struct json_source - a text that is read value by value, without a tree of the whole
 * @at: offset of the next character
 */
struct json_source {
	const char *text;
	size_t len;
	size_t at;
	struct json_tokener *tokener;
	struct capture_error *error;
};

/* @text and @error must outlive @source. -ENOMEM. */
int json_source_open(struct json_source *source, const char *text, size_t len,
		     struct capture_error *error);
void json_source_close(struct json_source *source);

/* The next character after blanks; 0 at the end. */
char json_peek(struct json_source *source);
/* Consume the next character if it is @c. */
bool json_take(struct json_source *source, char c);
/* The next value; NULL for null. -EINVAL fills in the error. */
int json_value(struct json_source *source, struct json_object **value);
/*
 * Advance to the next member of a list or object that ends with @close; @first for the first. 1: a
 * member follows, 0: the end, which is consumed, or -EINVAL.
 */
int json_member(struct json_source *source, char close, bool first);
/* Report an error at the current offset: -EINVAL. */
int json_wrong(struct json_source *source, const char *why);

/* Whether only blanks remain. */
bool json_at_end(struct json_source *source);

/* 1: present, 0: missing or null, -EINVAL: present with another type. */
int json_field_u64(struct json_object *object, const char *key, uint64_t *value);
int json_field_s64(struct json_object *object, const char *key, int64_t *value);
int json_field_bool(struct json_object *object, const char *key, bool *value);
/* NULL: missing, null or not a string; lives as long as @object. */
const char *json_field_string(struct json_object *object, const char *key);
/* NULL: missing or of another type. */
struct json_object *json_field(struct json_object *object, const char *key, enum json_type type);

#endif
