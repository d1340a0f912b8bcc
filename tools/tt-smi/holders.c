// SPDX-License-Identifier: GPL-2.0-only
/* Processes that have a card open and report no memory: see holders.h. */
#include "holders.h"
#include "onlooker.h"
#include "openers.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	char text[OPENERS_TEXT];
	pid_t pids[OPENERS_MAX];
	size_t count, zeros;
	ssize_t len = smi_kmd_pids(kmd, chip, text, sizeof(text));
	int rc = 0;

	if (len <= 0)
		return (int)len;
	count = openers_parse(text, pids, OPENERS_MAX, &zeros);
	for (size_t i = 0; !rc && i < count; i++)
		if (!opener_reports(s->chips, s->chip_count, chip, pids[i]))
			rc = add(s, chip, pids[i], kmd->root, names);
	/*
	 * Foreign processes are indistinguishable: they count as silent if no foreign client
	 * exists.
	 */
	if (!rc && zeros && !opener_reports(s->chips, s->chip_count, chip, 0))
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
