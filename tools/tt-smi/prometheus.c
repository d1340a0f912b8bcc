// SPDX-License-Identifier: GPL-2.0-only
/* Print a snapshot for Prometheus: see prometheus.h. */
#include "prometheus.h"
#include "metrics.h"
#include "sums.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The current metric and scope. */
struct writer {
	struct smi_text *out;
	enum smi_exposition format;
	const struct smi_metric *metric;
	const char *infix;
	bool begun;		/* HELP and TYPE are printed */
	struct smi_text whose;	/* labels of the scope; empty: the host */
};

static void begin(struct writer *w, const struct smi_metric *metric, const char *infix)
{
	w->metric = metric;
	w->infix = infix;
	w->begun = false;
	w->whose.len = 0;
}

static void end(struct writer *w)
{
	w->out->failed |= w->whose.failed;
	smi_text_release(&w->whose);
}

/* Length of the name without @suffix; 0: it has another ending. */
static size_t name_before(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && !strcmp(name + len - n, suffix) ? len - n : 0;
}

/* In OpenMetrics, families of counters have no _total, and metrics have units. */
static void put_metadata(const struct writer *w)
{
	static const char *const units[] = { "bytes", "seconds", "celsius", "watts", "hertz" };
	const struct smi_metric *m = w->metric;
	size_t len = strlen(m->name), family = 0;
	char name[128];

	if (w->format == SMI_OPENMETRICS && !strcmp(m->type, "counter"))
		family = name_before(m->name, "_total");
	snprintf(name, sizeof(name), "%s%s%.*s", SMI_METRIC_PREFIX, w->infix,
		 (int)(family ? family : len), m->name);
	smi_text_printf(w->out, "# HELP %s %s.\n# TYPE %s %s\n", name, m->help, name, m->type);
	for (size_t i = 0; w->format == SMI_OPENMETRICS && i < sizeof(units) / sizeof(*units); i++)
		if (name_before(name, units[i]))
			smi_text_printf(w->out, "# UNIT %s %s\n", name, units[i]);
}

static void sample(void *data, const char *labels, const char *value)
{
	struct writer *w = data;
	const struct smi_metric *m = w->metric;
	bool whose = w->whose.len, more = labels && labels[0];

	if (!w->begun) {
		put_metadata(w);
		w->begun = true;
	}
	smi_text_printf(w->out, "%s%s%s", SMI_METRIC_PREFIX, w->infix, m->name);
	if (whose || more)
		smi_text_printf(w->out, "{%s%s%s}", whose ? w->whose.buf : "",
				whose && more ? "," : "", more ? labels : "");
	smi_text_printf(w->out, " %s\n", value);
}

/* A label with an empty value means the same as none. */
static void add_label(struct smi_text *whose, const char *name, const char *value)
{
	char label[SMI_LABEL_LEN];

	if (!value || !value[0])
		return;
	smi_metric_label(label, name, value);
	smi_text_printf(whose, "%s%s", whose->len ? "," : "", label);
}

static void of_host(struct writer *w, const struct smi_snapshot *s)
{
	const struct smi_row row = { .s = s };

	smi_metric_values(w->metric, &row, sample, w);
}

static void of_chips(struct writer *w, const struct smi_snapshot *s)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct smi_row row = {
			.s = s,
			.chip = s->chips[i],
			.telemetry = s->telemetry ? &s->telemetry[i] : NULL,
		};

		w->whose.len = 0;
		add_label(&w->whose, "chip", s->chips[i]->name);
		smi_metric_values(w->metric, &row, sample, w);
	}
}

/* The client's number makes series unique if a process has several open files. */
static void name_process(struct smi_text *whose, const struct smi_process *p)
{
	char number[24];

	whose->len = 0;
	add_label(whose, "chip", p->chip->name);
	snprintf(number, sizeof(number), "%" PRIu64, p->client->id);
	add_label(whose, "client", number);
	if (p->client->pid > 0) {
		snprintf(number, sizeof(number), "%" PRId32, p->client->pid);
		add_label(whose, "pid", number);
		add_label(whose, "comm", p->client->comm);
		add_label(whose, "user", p->user);
	}
	add_label(whose, "label", p->client->label);
}

static void of_processes(struct writer *w, const struct smi_snapshot *s, size_t left)
{
	for (size_t i = 0; left && i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];
		const struct smi_row row = { .s = s, .chip = p->chip, .process = p };

		if (!smi_listed_or_foreign(s, p))
			continue;
		left--;
		name_process(&w->whose, p);
		smi_metric_values(w->metric, &row, sample, w);
	}
}

static const struct smi_metric left_out = {
	.name = "series_left_out",
	.type = "gauge",
	.help = "Clients without series of their own, as --process-series is lower",
	.of = SMI_OF_HOST,
};

static void put_left_out(struct writer *w, const struct smi_snapshot *s, size_t processes)
{
	size_t count = 0;
	char text[24];

	for (size_t i = 0; i < s->process_count; i++)
		count += smi_listed_or_foreign(s, &s->processes[i]);
	snprintf(text, sizeof(text), "%zu", count > processes ? count - processes : 0);
	begin(w, &left_out, "process_");
	sample(w, NULL, text);
}

static void finish(struct writer *w)
{
	if (w->format == SMI_OPENMETRICS)
		smi_text_puts(w->out, "# EOF\n");
	end(w);
}

void smi_prometheus(const struct smi_snapshot *s, size_t processes, enum smi_exposition format,
		    struct smi_text *out)
{
	struct writer w = { .out = out, .format = format };
	const struct smi_metric *metric;

	for (size_t n = 0; (metric = smi_metric(n)); n++) {
		begin(&w, metric, "");
		if (metric->of & SMI_OF_HOST)
			of_host(&w, s);
		if (metric->of & SMI_OF_CHIPS)
			of_chips(&w, s);
	}
	for (size_t n = 0; processes && (metric = smi_metric(n)); n++) {
		begin(&w, metric, "process_");
		if (metric->of & SMI_OF_PROCESSES)
			of_processes(&w, s, processes);
	}
	if (processes)
		put_left_out(&w, s, processes);
	finish(&w);
}

/* The first metric says whether there are others. */
void smi_prometheus_down(enum smi_exposition format, struct smi_text *out)
{
	struct writer w = { .out = out, .format = format };

	begin(&w, smi_metric(0), "");
	sample(&w, NULL, "0");
	finish(&w);
}

static void help(struct smi_text *out, const struct smi_metric *m, const char *infix,
		 const char *whose)
{
	const char *more = m->labels ? m->labels : "";

	smi_text_printf(out, "%s%s%s (%s) {%s%s%s}\n    %s.\n", SMI_METRIC_PREFIX, infix, m->name,
			m->type, whose, whose[0] && more[0] ? "," : "", more, m->help);
}

void smi_prometheus_help(struct smi_text *out)
{
	const struct smi_metric *metric;

	smi_text_puts(out, "Metrics of --prometheus; what is unknown is absent:\n\n");
	for (size_t n = 0; (metric = smi_metric(n)); n++)
		if (metric->of != SMI_OF_PROCESSES)
			help(out, metric, "", metric->of & SMI_OF_CHIPS ? "chip" : "");
	smi_text_puts(out, "\nMetrics of each process, with --process-series:\n\n");
	for (size_t n = 0; (metric = smi_metric(n)); n++)
		if (metric->of & SMI_OF_PROCESSES)
			help(out, metric, "process_", "chip,client,pid,comm,user,label");
	help(out, &left_out, "process_", "");
}
