/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Print a snapshot as JSON, schema_version 1: integers in bytes, null for unknown. Members are only
 * added within a schema version.
 */
#ifndef SMI_JSON_H
#define SMI_JSON_H

#include "accounting.h"
#include "by.h"
#include "smi.h"
#include "text.h"

#define SMI_SCHEMA_VERSION 1

/* @one_line: print a single line, for readers of JSON lines. */
void smi_json(const struct smi_snapshot *s, bool one_line, struct smi_text *out);
struct builder;
struct json_object;

/* The document as an object, to be a part of another one. */
struct json_object *smi_json_object(struct builder *b, const struct smi_snapshot *s);

/* Members that every document begins with; and a row of sums, in the shape of a process's figures. */
struct json_object *smi_json_root(struct builder *b, const struct timespec *time,
				  const char *module);
void smi_json_use(struct builder *b, struct json_object *row, const struct smi_use *use);

/* --by: a document of its own, with the rows that make the sums add up. */
void smi_json_by(const struct smi_snapshot *s, enum smi_by by, struct smi_text *out);

void smi_json_accounting(const struct smi_accounting *a, struct smi_text *out);

#endif
