// SPDX-License-Identifier: GPL-2.0-only
/* Read JSON value by value, and fields with tolerance for their types. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define DEPTH	256

static void place_of(const char *text, size_t offset, struct capture_error *error)
{
	size_t start = 0;

	error->line = 1;
	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			error->line++;
			start = i + 1;
		}
	}
	error->column = offset - start + 1;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int json_source_open(struct json_source *source, const char *text, size_t len,
		     struct capture_error *error)
{
	*source = (struct json_source){
		.text = text, .len = len, .tokener = json_tokener_new_ex(DEPTH), .error = error,
	};
	if (!source->tokener)
		return -ENOMEM;
	json_tokener_set_flags(source->tokener,
			       JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	return 0;
}

void json_source_close(struct json_source *source)
{
	json_tokener_free(source->tokener);
}

char json_peek(struct json_source *source)
{
	while (source->at < source->len && is_space(source->text[source->at]))
		source->at++;
	return source->at < source->len ? source->text[source->at] : '\0';
}

bool json_take(struct json_source *source, char c)
{
	if (json_peek(source) != c || source->at == source->len)
		return false;
	source->at++;
	return true;
}

int json_wrong(struct json_source *source, const char *why)
{
	place_of(source->text, source->at, source->error);
	snprintf(source->error->message, sizeof(source->error->message), "%s",
		 source->at < source->len ? why : "unexpected end of the text");
	return -EINVAL;
}

/*
 * The tokener takes lengths as int and keeps its state between calls, so long values are passed in
 * pieces. A number at the end of the text is only complete with the terminating NUL.
 */
int json_value(struct json_source *source, struct json_object **value)
{
	const size_t piece = 1u << 30;
	enum json_tokener_error verdict = json_tokener_continue;

	json_tokener_reset(source->tokener);
	*value = NULL;
	while (source->at < source->len && verdict == json_tokener_continue) {
		size_t left = source->len - source->at, now = left < piece ? left : piece;
		size_t read;

		*value = json_tokener_parse_ex(source->tokener, source->text + source->at,
					       (int)now);
		verdict = json_tokener_get_error(source->tokener);
		read = json_tokener_get_parse_end(source->tokener);
		source->at += read;
		/* The tokener stops at a NUL without an error. */
		if (verdict == json_tokener_continue && read < now)
			verdict = json_tokener_error_parse_unexpected;
	}
	if (verdict == json_tokener_continue) {
		*value = json_tokener_parse_ex(source->tokener, "", 1);
		verdict = json_tokener_get_error(source->tokener);
	}
	if (verdict == json_tokener_success)
		return 0;
	json_object_put(*value);
	*value = NULL;
	return json_wrong(source, json_tokener_error_desc(verdict));
}

int json_member(struct json_source *source, char close, bool first)
{
	if (json_take(source, close))
		return 0;
	if (!first && !json_take(source, ','))
		return json_wrong(source, close == ']' ? "expected , or ] in a list" :
							 "expected , or } in an object");
	return 1;
}

bool json_at_end(struct json_source *source)
{
	json_peek(source);
	return source->at == source->len;
}

static struct json_object *value_of(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object))
		return NULL;
	json_object_object_get_ex(object, key, &value);
	return value;
}

static int text_to_u64(const char *text, uint64_t *value)
{
	uint64_t made = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' ||
		    __builtin_mul_overflow(made, (uint64_t)10, &made) ||
		    __builtin_add_overflow(made, (uint64_t)(*text - '0'), &made))
			return -EINVAL;
	}
	*value = made;
	return 1;
}

int json_field_u64(struct json_object *object, const char *key, uint64_t *value)
{
	struct json_object *field = value_of(object, key);

	switch (json_object_get_type(field)) {
	case json_type_null:
		return 0;
	case json_type_int:
		/*
		 * json-c clamps numbers beyond 64 bits. Negative numbers show in the signed value;
		 * UINT64_MAX counts as clamped, as no valid address or size has that value.
		 */
		if (json_object_get_int64(field) < 0 || json_object_get_uint64(field) == UINT64_MAX)
			return -EINVAL;
		*value = json_object_get_uint64(field);
		return 1;
	case json_type_string:
		return text_to_u64(json_object_get_string(field), value);
	default:
		return -EINVAL;
	}
}

int json_field_s64(struct json_object *object, const char *key, int64_t *value)
{
	struct json_object *field = value_of(object, key);
	const char *text;
	char *end;

	switch (json_object_get_type(field)) {
	case json_type_null:
		return 0;
	case json_type_int:
		*value = json_object_get_int64(field);
		return 1;
	case json_type_string:
		text = json_object_get_string(field);
		errno = 0;
		*value = strtoll(text, &end, 10);
		return errno || end == text || *end ? -EINVAL : 1;
	default:
		return -EINVAL;
	}
}

int json_field_bool(struct json_object *object, const char *key, bool *value)
{
	struct json_object *field = value_of(object, key);
	const char *text;

	switch (json_object_get_type(field)) {
	case json_type_null:
		return 0;
	case json_type_boolean:
		*value = json_object_get_boolean(field);
		return 1;
	case json_type_int:
		*value = json_object_get_int64(field) != 0;
		return 1;
	case json_type_string:
		text = json_object_get_string(field);
		if (!strcmp(text, "1") || !strcmp(text, "true") || !strcmp(text, "True"))
			*value = true;
		else if (!strcmp(text, "0") || !strcmp(text, "false") || !strcmp(text, "False"))
			*value = false;
		else
			return -EINVAL;
		return 1;
	default:
		return -EINVAL;
	}
}

const char *json_field_string(struct json_object *object, const char *key)
{
	struct json_object *field = value_of(object, key);

	return json_object_is_type(field, json_type_string) ? json_object_get_string(field) : NULL;
}

struct json_object *json_field(struct json_object *object, const char *key, enum json_type type)
{
	struct json_object *field = value_of(object, key);

	return field && json_object_is_type(field, type) ? field : NULL;
}
