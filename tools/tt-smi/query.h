/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chips and processes as comma separated values (RFC 4180): fields that the caller names, or all
 * in one table. Unknown is an empty field. A text that a spreadsheet would take for a formula
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
	unsigned int scale;	/* bytes are told in units of two to the power of this */
};

/*
 * Takes a list of names separated by commas, or "all". -ENOENT: @unknown is the first that is none, to be
 * released by free().
 */
int smi_query_parse(struct smi_query *query, bool of_processes, const char *list, char **unknown);
void smi_query_release(struct smi_query *query);

/* "csv", "csv,noheader,nounits,mib"; -EINVAL. */
int smi_query_format(struct smi_query *query, const char *text);

void smi_query_chips(const struct smi_snapshot *s, const struct smi_query *query,
		     struct smi_text *out);
void smi_query_processes(const struct smi_snapshot *s, const struct smi_query *query,
			 struct smi_text *out);

/* Everything: a row for each chip and each process, bytes without a unit. */
void smi_csv(const struct smi_snapshot *s, struct smi_text *out);

/* The names of all fields, what they are and in which unit. */
void smi_query_help(struct smi_text *out);

/* One field as RFC 4180 wants it; @text is clean. */
void smi_csv_text(struct smi_text *out, const char *text);

#endif
