/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Print chips and processes as comma separated values (RFC 4180): fields that the caller names, or
 * all in one table. Unknown is an empty field. Text that spreadsheets would evaluate as a formula
 * gets an apostrophe in front.
 */
#ifndef SMI_QUERY_H
#define SMI_QUERY_H

#include "fields.h"
#include "smi.h"
#include "text.h"

struct smi_query {
	struct smi_field *fields;
	size_t count;
	bool header;
	bool units;
	unsigned int scale;	/* bytes are in units of 2^scale */
};

/*
 * Parse a list of names separated by commas, or "all". -ENOENT: @unknown is the first unknown name,
 * to be released with free().
 */
int smi_query_parse(struct smi_query *query, bool of_processes, const char *list, char **unknown);
void smi_query_release(struct smi_query *query);

/* "csv", "csv,noheader,nounits,mib"; -EINVAL. */
int smi_query_format(struct smi_query *query, const char *text);

void smi_query_chips(const struct smi_snapshot *s, const struct smi_query *query,
		     struct smi_text *out);
void smi_query_processes(const struct smi_snapshot *s, const struct smi_query *query,
			 struct smi_text *out);

/* Print all fields, a row for each chip and each process, in bytes. */
void smi_csv(const struct smi_snapshot *s, struct smi_text *out);

/* Print the names of all fields with their descriptions and units. */
void smi_query_help(struct smi_text *out);

/* Print a field in the format of RFC 4180; @text is clean. */
void smi_csv_text(struct smi_text *out, const char *text);

/* Likewise a text that others chose, which need not be clean. */
void smi_csv_foreign(struct smi_text *out, const char *raw);

#endif
