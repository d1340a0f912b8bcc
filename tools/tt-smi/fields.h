/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields that a query can name: properties of chips and processes, and all figures. */
#ifndef SMI_FIELDS_H
#define SMI_FIELDS_H

#include "smi.h"

/* The source of a row; a chip's row has no process. */
struct smi_row {
	const struct smi_snapshot *s;
	const struct ttmemstat_chip *chip;
	const struct smi_telemetry *telemetry;
	const struct smi_process *process;
};

#define SMI_OF_CHIPS		1u
#define SMI_OF_PROCESSES	2u

/* @get leaves the text empty for unknown values. Figures have no @get. */
struct smi_field {
	const char *name;
	const char *unit;	/* NULL: a text or a plain number */
	const char *what;
	unsigned int of;
	unsigned int figure;
	bool foreign;		/* may contain untrusted bytes */
	void (*get)(const struct smi_row *row, char *out, size_t size);
};

#define SMI_FIELD_LEN 1600

/* The n-th field; false: there is none. */
bool smi_field(size_t n, struct smi_field *out);
bool smi_field_by_name(const char *name, size_t len, unsigned int of, struct smi_field *out);

/* The value, sanitized; empty = unknown. */
void smi_field_text(const struct smi_field *field, const struct smi_row *row,
		    char out[SMI_FIELD_LEN]);

#endif
