// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The reading side of the chips of TT_MEMSTAT_FAKE: their list, the host's sums, owners' names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "local.h"

int ttmemstat_local_list(const struct ttmemstat_ctx *ctx, uint32_t **chips, size_t *count)
{
	uint32_t *list = calloc(TTMEMSTAT_LOCAL_CHIPS, sizeof(*list));
	struct ttmemstat_chip *chip;
	size_t found = 0;
	uint32_t n;
	int error = list ? 0 : -ENOMEM;

	for (n = 0; !error && n < TTMEMSTAT_LOCAL_CHIPS; n++) {
		error = ttmemstat_local_chip(ctx, n, 0, &chip);
		if (!error) {
			list[found++] = n;
			ttmemstat_chip_free(chip);
		}
		if (error == -ENODEV)
			error = 0;
	}
	if (error || !found) {
		free(list);
		list = NULL;
	}
	if (!error) {
		*chips = list;
		*count = found;
	}
	return error;
}

/* As of virtual chips, which the totals do not include. */
int ttmemstat_local_host(const struct ttmemstat_ctx *ctx, struct ttmemstat_host *host)
{
	struct ttmemstat_host h = { .known = (1u << 8) - 1, .version = "fake" };
	struct ttmemstat_chip *chip;
	uint32_t n;
	int error = 0;

	for (n = 0; n < TTMEMSTAT_LOCAL_CHIPS && (!error || error == -ENODEV); n++) {
		error = ttmemstat_local_chip(ctx, n, TTMEMSTAT_READ_CLIENTS, &chip);
		if (error)
			continue;
		h.chips_virtual++;
		h.clients |= chip->client_count;
		ttmemstat_chip_free(chip);
	}
	if (error && error != -ENODEV)
		return error;
	*host = h;
	return 0;
}

int ttmemstat_local_comm(const struct ttmemstat_ctx *ctx, uint32_t n, uint64_t client, char *comm,
		     size_t size)
{
	struct ttmemstat_chip *chip;
	int error = ttmemstat_local_chip(ctx, n, TTMEMSTAT_READ_CLIENTS, &chip);

	if (error)
		return error;
	if (chip->client_count && chip->clients[0]->id == client)
		snprintf(comm, size, "%s", chip->clients[0]->comm);
	else
		error = -ENODEV;
	ttmemstat_chip_free(chip);
	return error;
}

int ttmemstat_local_exited(const struct ttmemstat_ctx *ctx, uint32_t n,
		       struct ttmemstat_exited **list, size_t *count)
{
	struct ttmemstat_chip *chip;
	int error = ttmemstat_local_chip(ctx, n, 0, &chip);

	if (error)
		return error;
	ttmemstat_chip_free(chip);
	*list = NULL;
	*count = 0;
	return 0;
}
