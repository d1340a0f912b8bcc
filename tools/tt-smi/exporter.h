/* SPDX-License-Identifier: GPL-2.0-only */
/* The HTTP server of tt-memstat-exporter, which is idle between scrapes. */
#ifndef SMI_EXPORTER_H
#define SMI_EXPORTER_H

#include "options.h"

struct smi_exporter;

/* @path: path of the metrics; @options: must outlive the exporter. */
struct smi_exporter_config {
	const char *path;
	const struct smi_options *options;
};

/*
 * Serve a listening socket, which the exporter owns from then on. Returns 0, -ENOMEM, or -EIO if
 * libmicrohttpd cannot start.
 */
int smi_exporter_start(struct smi_exporter **exporter, const struct smi_exporter_config *config,
		       int socket);

/* Finish pending requests, then stop. @exporter may be NULL. */
void smi_exporter_stop(struct smi_exporter *exporter);

/*
 * Open a listening socket at "ADDRESS:PORT", "[ADDRESS]:PORT" or ":PORT" (all addresses). Returns
 * the socket, -EINVAL for another form, -ENOENT for an address that does not resolve, or the error
 * of the system.
 */
int smi_exporter_listen(const char *address);

/* The listening socket that systemd passed; -ENOENT: none; -EINVAL: several, or not a stream. */
int smi_exporter_passed_socket(void);

#endif
