// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <string.h>

#include "openers.h"

size_t openers_parse(const char *text, pid_t *out, size_t max, size_t *zeros)
{
	size_t count = 0;

	*zeros = 0;
	while (*text) {
		size_t len = strcspn(text, "\n"), i = 0;
		long long pid = 0;

		for (i = 0; i < len && text[i] >= '0' && text[i] <= '9' && pid <= INT32_MAX; i++)
			pid = pid * 10 + (text[i] - '0');
		if (len && i == len && pid <= INT32_MAX) {
			*zeros += pid == 0;
			for (i = 0; i < count && out[i] != pid; i++)
				;
			if (pid && i == count && count < max)
				out[count++] = (pid_t)pid;
		}
		text += len;
		text += *text == '\n';
	}
	return count;
}

bool opener_reports(struct ttmemstat_chip *const *chips, size_t count,
		    const struct ttmemstat_chip *chip, pid_t pid)
{
	for (size_t i = 0; i < count; i++) {
		const struct ttmemstat_chip *other = chips[i];

		if (other != chip && (!*chip->pci || strcmp(other->pci, chip->pci) != 0))
			continue;
		for (size_t j = 0; j < other->client_count; j++) {
			if (other->clients[j]->pid == pid)
				return true;
		}
	}
	return false;
}
