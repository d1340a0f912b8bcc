// SPDX-License-Identifier: GPL-2.0-only
/* --long: see long.h. */
#include "long.h"
#include "fields.h"
#include "sums.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "l1_used: 62390272 B (59.5 MiB)"; prints nothing if the value is unknown. */
static void put_field(struct smi_text *out, const struct smi_field *field,
		      const struct smi_row *row, unsigned int indent)
{
	char text[SMI_FIELD_LEN], human[SMI_NUMBER_LEN];

	smi_field_text(field, row, text);
	if (!text[0])
		return;
	smi_text_fill(out, " ", indent);
	smi_text_printf(out, "%s: %s%s%s", field->name, text, field->unit ? " " : "",
			field->unit ? field->unit : "");
	if (field->unit && strcmp(field->unit, "B") == 0 && strlen(text) > 4) {
		smi_format_bytes(human, strtoll(text, NULL, 10), SMI_UNIT_LONG, '\0');
		smi_text_printf(out, " (%s)", human);
	}
	smi_text_puts(out, "\n");
}

static void put_row(struct smi_text *out, const struct smi_row *row, unsigned int of,
		    unsigned int indent)
{
	struct smi_field field;

	for (size_t n = 0; smi_field(n, &field); n++)
		/* A process follows its chip, whose properties are not repeated. */
		if ((field.of & of) && !(row->process && (field.of & SMI_OF_CHIPS) && field.get) &&
		    strcmp(field.name, "timestamp") != 0)
			put_field(out, &field, row, indent);
}

static void put_head(struct smi_text *out, const struct smi_snapshot *s)
{
	const struct smi_row row = { .s = s };
	struct smi_field timestamp;
	char version[sizeof(s->host.version) * 3], host[sizeof(s->hostname) * 3];

	smi_text_clean(version, sizeof(version), s->host.version, true);
	smi_text_clean(host, sizeof(host), s->hostname, true);
	smi_text_printf(out, "tt-smi: %s\nmodule: %s\n", SMI_VERSION,
			version[0] ? version : "unknown");
	if (host[0])
		smi_text_printf(out, "host: %s\n", host);
	if (smi_field_by_name("timestamp", 9, SMI_OF_CHIPS, &timestamp))
		put_field(out, &timestamp, &row, 0);
	smi_text_printf(out, "chips: %zu\n", s->chip_count);
}

void smi_long(const struct smi_snapshot *s, struct smi_text *out)
{
	put_head(out, s);
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_row row = { s, s->chips[i], s->telemetry ? &s->telemetry[i] : NULL, NULL };

		smi_text_printf(out, "\nchip %s\n", s->chips[i]->name);
		put_row(out, &row, SMI_OF_CHIPS, 4);
		for (size_t j = 0; j < s->process_count; j++) {
			const struct smi_process *p = &s->processes[j];

			if (p->chip != s->chips[i] || !(s->filtered ? smi_listed(p) : p->selected))
				continue;
			row = (struct smi_row){ s, p->chip, NULL, p };
			smi_text_puts(out, "\n    process\n");
			put_row(out, &row, SMI_OF_PROCESSES, 8);
		}
	}
}
