// SPDX-License-Identifier: GPL-2.0-only
/* Select the requested chips and clients: see collect.h. */
#include "collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool all_of(const char *text, const char *set)
{
	return text[0] && text[strspn(text, set)] == '\0';
}

bool smi_chip_matches(const struct ttmemstat_chip *chip, const char *text)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	const char *id = strncasecmp(text, "0x", 2) == 0 ? text + 2 : text;
	size_t len = strlen(text);
	char digits[16];

	if (strcmp(text, chip->name) == 0)
		return true;
	snprintf(digits, sizeof(digits), "%u", chip->n);
	if (strcmp(text, digits) == 0)
		return true;
	if (chip->pci[0] && strchr(text, ':')) {
		size_t domain = strcspn(chip->pci, ":") + 1;

		return strcasecmp(text, chip->pci) == 0 ||
		       (strncmp(chip->pci, "0000:", domain) == 0 &&
			strcasecmp(text, chip->pci + domain) == 0);
	}
	if (chip->kmd_node[0] && strchr(text, '/')) {
		if (strncmp(text, "/dev/", 5) == 0)
			text += 5;
		return strcmp(text, chip->kmd_node) == 0;
	}
	if (chip->unique_id && (id != text || len == 16) && strlen(id) <= 16 && all_of(id, hex))
		return strtoull(id, NULL, 16) == chip->unique_id;
	return false;
}

bool smi_selects_chip(const struct smi_request *request, const struct ttmemstat_chip *chip)
{
	if (request->local && chip->kind == TTMEMSTAT_KIND_REMOTE)
		return false;
	for (size_t i = 0; i < request->chip_count; i++)
		if (smi_chip_matches(chip, request->chips[i]))
			return true;
	return !request->chip_count;
}

int smi_select_chips(const struct smi_request *request, struct ttmemstat_chip **chips,
		     size_t *count, const char **missing)
{
	size_t kept = 0;

	for (size_t i = 0; i < request->chip_count; i++) {
		size_t j = 0;

		while (j < *count && !smi_chip_matches(chips[j], request->chips[i]))
			j++;
		if (j == *count) {
			*missing = request->chips[i];
			return -ENODEV;
		}
	}
	for (size_t i = 0; i < *count; i++) {
		if (smi_selects_chip(request, chips[i]))
			chips[kept++] = chips[i];
		else
			ttmemstat_chip_free(chips[i]);
	}
	*count = kept;
	return 0;
}

bool smi_selects_client(const struct smi_request *request, const struct ttmemstat_client *client)
{
	bool by_pid = !request->pid_count, by_uid = !request->uid_count;

	for (size_t i = 0; i < request->pid_count; i++)
		by_pid |= client->pid == request->pids[i];
	for (size_t i = 0; i < request->uid_count; i++)
		by_uid |= client->uid == request->uids[i];
	return by_pid && by_uid;
}
