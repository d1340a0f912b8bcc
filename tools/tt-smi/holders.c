// SPDX-License-Identifier: GPL-2.0-only
/* Processes that have a card open and report no memory: see holders.h. */
#include "holders.h"
#include "onlooker.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIDS_MAX	256	/* on one card */
#define FILE_MAX	16384

size_t smi_holders_parse(const char *text, pid_t *out, size_t max, size_t *zeros)
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

/* Whether the process is a client of the chip, or of one behind the same PCI function. */
static bool reports(const struct smi_snapshot *s, const struct ttmemstat_chip *chip, pid_t pid)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct ttmemstat_chip *other = s->chips[i];

		if (other != chip && (!chip->pci[0] || strcmp(other->pci, chip->pci) != 0))
			continue;
		for (size_t j = 0; j < other->client_count; j++)
			if (other->clients[j]->pid == pid)
				return true;
	}
	return false;
}

/* Whether a process has what a program that runs something has; unknown is no. */
static bool is_at_work(pid_t pid, const char *root)
{
	char path[PATH_MAX], *line = NULL;
	size_t room = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/%d/maps", root, pid);
	file = fopen(path, "re");
	while (file && !found && getline(&line, &room, file) > 0)
		found = strstr(line, ONLOOKER_HUGEPAGES) || strstr(line, ONLOOKER_REPORTER);
	free(line);
	if (file)
		fclose(file);
	return found;
}

static int add(struct smi_snapshot *s, const struct ttmemstat_chip *chip, pid_t pid,
	       const char *root, struct smi_names *names)
{
	struct smi_holder *grown = reallocarray(s->holders, s->holder_count + 1, sizeof(*grown));
	char buf[SMI_COMMAND_MAX];
	struct smi_holder *h;
	ssize_t len;
	uid_t uid;

	if (!grown)
		return -ENOMEM;
	s->holders = grown;
	h = &grown[s->holder_count++];
	*h = (struct smi_holder){ .chip = chip, .pid = pid };
	if (!pid)
		return 0;
	len = smi_command_read(buf, pid, root ? root : "", names->done, &uid);
	if (!len)
		return 0;
	h->tool = onlooker_is_command(buf, (size_t)len) && !is_at_work(pid, root ? root : "");
	h->command = smi_command_text(buf, len);
	if (h->command)
		h->user = smi_names_user(names, uid, !root);
	return h->command && !h->user ? -ENOMEM : 0;
}

static int holders_of(struct smi_snapshot *s, const struct ttmemstat_chip *chip,
		      struct smi_kmd *kmd, struct smi_names *names)
{
	char text[FILE_MAX];
	pid_t pids[PIDS_MAX];
	size_t count, zeros;
	ssize_t len = smi_kmd_pids(kmd, chip, text, sizeof(text));
	int rc = 0;

	if (len <= 0)
		return (int)len;
	count = smi_holders_parse(text, pids, PIDS_MAX, &zeros);
	for (size_t i = 0; !rc && i < count; i++)
		if (!reports(s, chip, pids[i]))
			rc = add(s, chip, pids[i], kmd->root, names);
	/*
	 * Foreign processes are indistinguishable: they count as silent if no foreign client
	 * exists.
	 */
	if (!rc && zeros && !reports(s, chip, 0))
		rc = add(s, chip, 0, kmd->root, names);
	return rc;
}

int smi_holders(struct smi_snapshot *s, const struct smi_request *request, struct smi_kmd *kmd,
		struct smi_names *names)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->chip_count; i++)
		if (smi_selects_chip(request, s->chips[i]))
			rc = holders_of(s, s->chips[i], kmd, names);
	return rc;
}
