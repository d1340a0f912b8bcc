/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot as JSON, schema_version 1: integers in bytes, null for what is unknown. Within a
 * schema version, members are only added.
 */
#ifndef SMI_JSON_H
#define SMI_JSON_H

#include "accounting.h"
#include "smi.h"
#include "text.h"

#define SMI_SCHEMA_VERSION 1

/* @one_line: a line of its own, for those who read line by line. */
void smi_json(const struct smi_snapshot *s, bool one_line, struct smi_text *out);
struct builder;
struct json_object;

/* Returns the document as an object, to be part of another one. */
struct json_object *smi_json_object(struct builder *b, const struct smi_snapshot *s);

void smi_json_accounting(const struct smi_accounting *a, struct smi_text *out);

#endif
