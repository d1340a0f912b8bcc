// SPDX-License-Identifier: GPL-2.0-only
/* Print chips and processes as comma separated values: see query.h. */
#include "query.h"
#include "aliases.h"
#include "sums.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_field(struct smi_query *query, const struct smi_field *field)
{
	struct smi_field *grown = reallocarray(query->fields, query->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	query->fields = grown;
	grown[query->count++] = *field;
	return 0;
}

static int add_all(struct smi_query *query, unsigned int of)
{
	struct smi_field field;
	int rc = 0;

	for (size_t n = 0; !rc && smi_field(n, &field); n++)
		if (field.of & of)
			rc = add_field(query, &field);
	return rc;
}

int smi_query_parse(struct smi_query *query, bool of_processes, const char *list, char **unknown)
{
	unsigned int of = of_processes ? SMI_OF_PROCESSES : SMI_OF_CHIPS;
	int rc = 0;

	*unknown = NULL;
	if (strcmp(list, "all") == 0)
		return add_all(query, of);
	while (!rc) {
		struct smi_field field;
		size_t len;

		list += strspn(list, " ");
		len = strcspn(list, ",");
		while (len && list[len - 1] == ' ')
			len--;
		if (!smi_field_by_name(list, len, of, &field) && !smi_alias(list, len, of, &field)) {
			*unknown = strndup(list, len);
			return *unknown ? -ENOENT : -ENOMEM;
		}
		rc = add_field(query, &field);
		list += strcspn(list, ",");
		if (!*list)
			break;
		list++;
	}
	return rc;
}

void smi_query_release(struct smi_query *query)
{
	free(query->fields);
	*query = (struct smi_query){ 0 };
}

static const struct {
	const char *word;
	const char *name;
	unsigned int scale;
} scales[] = { { "bytes", "B", 0 }, { "kib", "KiB", 10 }, { "mib", "MiB", 20 }, { "gib", "GiB", 30 } };

#define SCALES (sizeof(scales) / sizeof(scales[0]))

static bool take_word(struct smi_query *query, const char *word, size_t len)
{
	if (len == 8 && strncmp(word, "noheader", len) == 0) {
		query->header = false;
		return true;
	}
	if (len == 7 && strncmp(word, "nounits", len) == 0) {
		query->units = false;
		return true;
	}
	for (size_t i = 0; i < SCALES; i++)
		if (len == strlen(scales[i].word) && strncmp(word, scales[i].word, len) == 0) {
			query->scale = scales[i].scale;
			return true;
		}
	return false;
}

int smi_query_format(struct smi_query *query, const char *text)
{
	query->header = true;
	query->units = true;
	query->scale = 0;
	if (strncmp(text, "csv", 3) != 0 || (text[3] && text[3] != ','))
		return -EINVAL;
	text += 3;
	while (*text) {
		size_t len = strcspn(++text, ",");

		if (!take_word(query, text, len))
			return -EINVAL;
		text += len;
	}
	return 0;
}

static const char *unit_of(const struct smi_field *field, unsigned int scale)
{
	for (size_t i = 0; field->unit && strcmp(field->unit, "B") == 0 && i < SCALES; i++)
		if (scales[i].scale == scale)
			return scales[i].name;
	return field->unit;
}

/* Replace bytes by thousandths of a larger unit, rounded to the nearest. */
static void rescale(char *text, size_t size, unsigned int scale)
{
	int64_t bytes = strtoll(text, NULL, 10);
	uint64_t v = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes;
	uint64_t whole = v >> scale, rest = v & ((UINT64_C(1) << scale) - 1);
	uint64_t thousandths = (rest * 1000 + (UINT64_C(1) << scale) / 2) >> scale;

	snprintf(text, size, "%s%" PRIu64 ".%03" PRIu64, bytes < 0 ? "-" : "",
		 whole + thousandths / 1000, thousandths % 1000);
}

void smi_csv_text(struct smi_text *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n") && text[0] != ' ' &&
	    (!text[0] || text[strlen(text) - 1] != ' ')) {
		smi_text_puts(out, text);
		return;
	}
	smi_text_puts(out, "\"");
	for (; *text; text++) {
		if (*text == '"')
			smi_text_puts(out, "\"");
		smi_text_add(out, text, 1);
	}
	smi_text_puts(out, "\"");
}

/* Whether spreadsheets would evaluate the text. */
static bool is_formula(const char *text)
{
	text += strspn(text, " ");
	return *text && strchr("=+-@", *text);
}

void smi_csv_foreign(struct smi_text *out, const char *raw)
{
	char text[SMI_FIELD_LEN + 1], *at = text + 1;

	smi_text_clean(at, SMI_FIELD_LEN, raw, true);
	if (is_formula(at))
		*--at = '\'';
	smi_csv_text(out, at);
}

static void add_value(struct smi_text *out, const struct smi_field *field,
		      const struct smi_row *row, bool units, unsigned int scale)
{
	char text[SMI_FIELD_LEN + 8], *at = text + 1;

	smi_field_text(field, row, at);
	if (*at && scale && field->unit && strcmp(field->unit, "B") == 0)
		rescale(at, SMI_FIELD_LEN, scale);
	if (field->foreign && is_formula(at))
		*--at = '\'';
	if (units && field->unit && *at) {
		size_t len = strlen(text + 1);

		/* Only numbers have units. */
		snprintf(text + 1 + len, sizeof(text) - 1 - len, " %s",
			 unit_of(field, scale));
	}
	smi_csv_text(out, at);
}

static void add_header(struct smi_text *out, const struct smi_query *query)
{
	for (size_t i = 0; query->header && i < query->count; i++) {
		const struct smi_field *field = &query->fields[i];

		smi_text_puts(out, field->name);
		if (query->units && field->unit)
			smi_text_printf(out, " [%s]", unit_of(field, query->scale));
		smi_text_puts(out, i + 1 < query->count ? "," : "\n");
	}
}

static void add_row(struct smi_text *out, const struct smi_query *query,
		    const struct smi_row *row)
{
	for (size_t i = 0; i < query->count; i++) {
		add_value(out, &query->fields[i], row, query->units, query->scale);
		smi_text_puts(out, i + 1 < query->count ? "," : "\n");
	}
}

static struct smi_row row_of_chip(const struct smi_snapshot *s, size_t i)
{
	return (struct smi_row){ s, s->chips[i], s->telemetry ? &s->telemetry[i] : NULL, NULL };
}

static struct smi_row row_of_process(const struct smi_snapshot *s, size_t i)
{
	return (struct smi_row){ s, s->processes[i].chip, NULL, &s->processes[i] };
}

void smi_query_chips(const struct smi_snapshot *s, const struct smi_query *query,
		     struct smi_text *out)
{
	add_header(out, query);
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_row row = row_of_chip(s, i);

		add_row(out, query, &row);
	}
}

void smi_query_processes(const struct smi_snapshot *s, const struct smi_query *query,
			 struct smi_text *out)
{
	add_header(out, query);
	for (size_t i = 0; i < s->process_count; i++) {
		struct smi_row row = row_of_process(s, i);

		if (smi_listed_or_foreign(s, &s->processes[i]))
			add_row(out, query, &row);
	}
}

/* Fields that do not apply to the row stay empty. */
static void add_csv_row(struct smi_text *out, const char *what, unsigned int of,
			const struct smi_row *row)
{
	struct smi_field field;

	smi_text_puts(out, what);
	for (size_t n = 0; smi_field(n, &field); n++) {
		smi_text_puts(out, ",");
		if (field.of & of)
			add_value(out, &field, row, false, 0);
	}
	smi_text_puts(out, "\n");
}

void smi_csv(const struct smi_snapshot *s, struct smi_text *out)
{
	struct smi_field field;

	smi_text_puts(out, "row");
	for (size_t n = 0; smi_field(n, &field); n++)
		smi_text_printf(out, ",%s", field.name);
	smi_text_puts(out, "\n");
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_row row = row_of_chip(s, i);

		add_csv_row(out, "chip", SMI_OF_CHIPS, &row);
	}
	for (size_t i = 0; i < s->process_count; i++) {
		struct smi_row row = row_of_process(s, i);

		if (smi_listed_or_foreign(s, &s->processes[i]))
			add_csv_row(out, "process", SMI_OF_PROCESSES, &row);
	}
}

void smi_query_help(struct smi_text *out)
{
	struct smi_field field;

	smi_text_puts(out, "Fields of --query-chips (C) and --query-processes (P); unknown is "
		      "empty:\n\n");
	for (size_t n = 0; smi_field(n, &field); n++)
		smi_text_printf(out, "  %c%c  %-24s %s%s%s%s\n", field.of & SMI_OF_CHIPS ? 'C' : ' ',
				field.of & SMI_OF_PROCESSES ? 'P' : ' ', field.name, field.what,
				field.unit ? " [" : "", field.unit ? field.unit : "",
				field.unit ? "]" : "");
	smi_text_puts(out, "\nNames of nvidia-smi for fields of the same meaning:\n\n");
	smi_aliases_help(out);
}
