// SPDX-License-Identifier: GPL-2.0-only
/* Answer scrapes over HTTP, one at a time: see exporter.h. */
#include "exporter.h"
#include "collect.h"
#include "prometheus.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS	32u	/* at most; idle ones end after IDLE_SECONDS */
#define IDLE_SECONDS	15u

#define TYPE_TEXT	"text/plain; version=0.0.4; charset=utf-8"
#define TYPE_OPEN	"application/openmetrics-text; version=1.0.0; charset=utf-8"

struct smi_exporter {
	const struct smi_exporter_config *config;
	struct MHD_Daemon *daemon;
};

/* Each scrape has its own source: an open file would delay the removal of a chip. */
static void read_figures(const struct smi_options *o, enum smi_exposition format,
			 struct smi_text *out)
{
	struct smi_source *source = NULL;
	struct smi_snapshot s = { 0 };
	const char *missing = NULL;
	int rc = smi_source_new(&source, &o->request, false);

	if (!rc)
		rc = smi_collect(&s, source, NULL, &missing);
	if (rc)
		smi_prometheus_down(format, out);
	else
		smi_prometheus(&s, o->process_series, format, out);
	smi_snapshot_release(&s);
	smi_source_free(source);
}

/* Takes ownership of @text. */
static enum MHD_Result respond(struct MHD_Connection *connection, unsigned int status,
			       const char *type, struct smi_text *text)
{
	struct MHD_Response *response;
	enum MHD_Result queued = MHD_NO;

	if (text->failed) {
		smi_text_release(text);
		return MHD_NO;
	}
	response = MHD_create_response_from_buffer(text->len, text->buf, MHD_RESPMEM_MUST_COPY);
	smi_text_release(text);
	if (!response)
		return MHD_NO;
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
	    (status != MHD_HTTP_METHOD_NOT_ALLOWED ||
	     MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD") == MHD_YES))
		queued = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result respond_metrics(const struct smi_exporter *exporter,
				       struct MHD_Connection *connection)
{
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_ACCEPT);
	bool open = accept && strstr(accept, "application/openmetrics-text");
	struct smi_text text = { 0 };

	read_figures(exporter->config->options, open ? SMI_OPENMETRICS : SMI_TEXT_0_0_4, &text);
	return respond(connection, MHD_HTTP_OK, open ? TYPE_OPEN : TYPE_TEXT, &text);
}

/* A page for browsers. */
static enum MHD_Result respond_page(const struct smi_exporter *exporter,
				    struct MHD_Connection *connection)
{
	struct smi_text text = { 0 };

	smi_text_printf(&text,
			"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
			"<title>tt-memstat-exporter</title></head>\n"
			"<body><h1>tt-memstat-exporter " SMI_VERSION "</h1>\n"
			"<p>Memory of the Tenstorrent cards of this host: <a href=\"%s\">metrics</a></p>"
			"</body></html>\n", exporter->config->path);
	return respond(connection, MHD_HTTP_OK, "text/html; charset=utf-8", &text);
}

static enum MHD_Result respond_error(struct MHD_Connection *connection, unsigned int status,
				     const char *sentence)
{
	struct smi_text text = { 0 };

	smi_text_puts(&text, sentence);
	return respond(connection, status, "text/plain; charset=utf-8", &text);
}

static enum MHD_Result answer(void *data, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	const struct smi_exporter *exporter = data;

	(void)version;
	(void)upload;
	(void)upload_size;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return respond_error(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				     "Only GET and HEAD are allowed.\n");
	/* The first call is for the headers; a response would close the connection. */
	if (!*state) {
		*state = data;
		return MHD_YES;
	}
	if (!strcmp(url, exporter->config->path))
		return respond_metrics(exporter, connection);
	if (!strcmp(url, "/"))
		return respond_page(exporter, connection);
	return respond_error(connection, MHD_HTTP_NOT_FOUND, "Not found.\n");
}

int smi_exporter_start(struct smi_exporter **out, const struct smi_exporter_config *config,
		       int socket)
{
	struct smi_exporter *exporter = calloc(1, sizeof(*exporter));

	if (!exporter)
		return -ENOMEM;
	exporter->config = config;
	exporter->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0,
					    NULL, NULL, answer, exporter,
					    MHD_OPTION_LISTEN_SOCKET, socket,
					    MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
					    MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
					    MHD_OPTION_END);
	if (!exporter->daemon) {
		free(exporter);
		return -EIO;
	}
	*out = exporter;
	return 0;
}

void smi_exporter_stop(struct smi_exporter *exporter)
{
	if (!exporter)
		return;
	MHD_stop_daemon(exporter->daemon);
	free(exporter);
}
