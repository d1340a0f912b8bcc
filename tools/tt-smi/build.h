/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Helpers for building a JSON document with json-c. Their names are short because the files
 * that include this one do nothing else. They print unknown values as null and clean
 * untrusted text.
 */
#ifndef SMI_BUILD_H
#define SMI_BUILD_H

#include <stdio.h>

#include <json-c/json.h>

#include "smi.h"
#include "text.h"

/* Records a failed allocation: json-c returns NULL for it, and also for null. */
struct builder {
	bool failed;
};

static inline struct json_object *checked(struct builder *b, struct json_object *o)
{
	if (!o)
		b->failed = true;
	return o;
}

static inline void put(struct builder *b, struct json_object *o, const char *key,
		       struct json_object *v)
{
	if (!o || json_object_object_add(o, key, v))
		b->failed = true;
}

static inline struct json_object *object(struct builder *b, struct json_object *in,
					 const char *key)
{
	struct json_object *o = checked(b, json_object_new_object());

	if (in)
		put(b, in, key, o);
	return o;
}

static inline struct json_object *array(struct builder *b, struct json_object *in,
					const char *key)
{
	struct json_object *o = checked(b, json_object_new_array());

	put(b, in, key, o);
	return o;
}

static inline void append(struct builder *b, struct json_object *to, struct json_object *v)
{
	if (!to || json_object_array_add(to, v))
		b->failed = true;
}

static inline void put_null(struct builder *b, struct json_object *o, const char *key)
{
	put(b, o, key, NULL);
}

static inline void put_u64(struct builder *b, struct json_object *o, const char *key, uint64_t v)
{
	put(b, o, key, checked(b, json_object_new_uint64(v)));
}

static inline void put_bool(struct builder *b, struct json_object *o, const char *key, bool v)
{
	put(b, o, key, checked(b, json_object_new_boolean(v)));
}

/* Ids are strings, as some JSON readers store all numbers as doubles. */
static inline void put_id(struct builder *b, struct json_object *o, const char *key, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%016" PRIx64, id);
	if (id)
		put(b, o, key, checked(b, json_object_new_string(text)));
	else
		put_null(b, o, key);
}

/* Untrusted bytes become clean UTF-8; empty is null. */
static inline void put_text(struct builder *b, struct json_object *o, const char *key,
			    const char *text)
{
	char clean[1024];

	if (!text || !text[0]) {
		put_null(b, o, key);
		return;
	}
	smi_text_clean(clean, sizeof(clean), text, true);
	put(b, o, key, checked(b, json_object_new_string(clean)));
}

static inline void put_value(struct builder *b, struct json_object *o, const char *key,
			     struct smi_value v)
{
	put(b, o, key, v.known ? checked(b, json_object_new_int64(v.v)) : NULL);
}

static inline void put_figure(struct builder *b, struct json_object *o, const char *key,
			      const struct tt_memstat_figures *f, unsigned int n)
{
	uint64_t v;

	if (ttmemstat_figure_is_signed(n))
		put_value(b, o, key, smi_figure(f, n));
	else if (ttmemstat_figure(f, n, &v))
		put_u64(b, o, key, v);
	else
		put_null(b, o, key);
}

/* Releases @root. */
static inline void print(struct builder *b, struct json_object *root, bool one_line,
			 struct smi_text *out)
{
	const int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
			  (one_line ? 0 : JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
	const char *text = b->failed ? NULL : json_object_to_json_string_ext(root, flags);

	if (text) {
		smi_text_puts(out, text);
		smi_text_puts(out, "\n");
	} else {
		out->failed = true;
	}
	json_object_put(root);
}

#endif
