// SPDX-License-Identifier: GPL-2.0-only
/* Taking a snapshot: see collect.h. */
#include "collect.h"
#include "devices.h"
#include "owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool all_of(const char *text, const char *set)
{
	return text[0] && text[strspn(text, set)] == '\0';
}

bool smi_chip_matches(const struct ttm_chip *chip, const char *text)
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

/* The chip whose place in the order a chip takes: its gateway, else itself. */
static uint32_t place_of(const struct smi_snapshot *s, const struct ttm_chip *chip)
{
	for (size_t i = 0; chip->kind == TTM_KIND_REMOTE && i < s->chip_count; i++)
		if (s->chips[i]->kind == TTM_KIND_LOCAL && chip->pci[0] &&
		    strcmp(s->chips[i]->pci, chip->pci) == 0)
			return s->chips[i]->n;
	return chip->n;
}

/* Insertion sort: few chips, nearly in order, and the order depends on all of them. */
static void order_chips(struct smi_snapshot *s)
{
	for (size_t i = 1; i < s->chip_count; i++) {
		for (size_t j = i; j > 0; j--) {
			struct ttm_chip *a = s->chips[j - 1], *b = s->chips[j];
			uint32_t x = place_of(s, a), y = place_of(s, b);

			if (x < y || (x == y && (b->kind != TTM_KIND_LOCAL || a->n <= b->n) &&
				      (a->kind == TTM_KIND_LOCAL || a->n <= b->n)))
				break;
			s->chips[j - 1] = b;
			s->chips[j] = a;
		}
	}
}

static int read_chip(struct smi_snapshot *s, struct ttm_reader *reader, uint32_t n,
		     const char *pci)
{
	struct ttm_chip *chip;
	int rc = ttm_reader_chip(reader, n, TTM_READ_CLIENTS, &chip);

	if (rc == -ENODEV) {
		s->vanished++;
		return 0;
	}
	if (rc)
		return rc;
	if (!chip->pci[0] && chip->kind != TTM_KIND_VIRTUAL)
		snprintf(chip->pci, sizeof(chip->pci), "%s", pci);
	s->chips[s->chip_count++] = chip;
	return 0;
}

static int read_live(struct smi_snapshot *s, struct ttm_reader *reader)
{
	struct smi_device *devices = NULL;
	size_t count = 0;
	int rc = smi_devices(&devices, &count);

	if (!rc) {
		s->chips = calloc(count ? count : 1, sizeof(struct ttm_chip *));
		if (!s->chips)
			rc = -ENOMEM;
	}
	for (size_t i = 0; !rc && i < count; i++)
		rc = read_chip(s, reader, devices[i].n, devices[i].pci);
	free(devices);
	return rc;
}

static int read_recorded(struct smi_snapshot *s, struct ttm_reader *reader)
{
	struct ttm_chip_list list;
	int rc = ttm_reader_chips(reader, TTM_READ_CLIENTS, &list);

	if (rc)
		return rc;
	s->chips = list.chips;
	s->chip_count = list.count;
	s->vanished = list.vanished;
	return 0;
}

/* Drops the chips that nobody named. */
static int select_chips(struct smi_snapshot *s, const struct smi_request *request,
			const char **missing)
{
	size_t kept = 0;

	s->hosted = s->chip_count;
	for (size_t i = 0; i < request->chip_count; i++) {
		size_t j = 0;

		while (j < s->chip_count && !smi_chip_matches(s->chips[j], request->chips[i]))
			j++;
		if (j == s->chip_count) {
			*missing = request->chips[i];
			return -ENODEV;
		}
	}
	for (size_t i = 0; request->chip_count && i < s->chip_count; i++) {
		size_t j = 0;

		while (j < request->chip_count &&
		       !smi_chip_matches(s->chips[i], request->chips[j]))
			j++;
		if (j < request->chip_count)
			s->chips[kept++] = s->chips[i];
		else
			ttm_chip_free(s->chips[i]);
	}
	if (request->chip_count)
		s->chip_count = kept;
	return 0;
}

static bool selected(const struct smi_request *request, const struct ttm_client *client)
{
	bool by_pid = !request->pid_count, by_uid = !request->uid_count;

	for (size_t i = 0; i < request->pid_count; i++)
		by_pid |= client->pid == request->pids[i];
	for (size_t i = 0; i < request->uid_count; i++)
		by_uid |= client->uid == request->uids[i];
	return by_pid && by_uid;
}

static int name_process(struct smi_snapshot *s, struct smi_process *p,
			const struct smi_request *request)
{
	const struct ttm_client *client = p->client;

	if (client->pid <= 0 || client->uid == TTM_UID_UNKNOWN) {
		p->user = strdup("-");
	} else if (request->sysfs_root) {
		p->user = smi_user_digits(client->uid);
	} else {
		for (struct smi_process *q = s->processes; q < p && !p->user; q++)
			if (q->client->pid > 0 && q->client->uid == client->uid)
				p->user = strdup(q->user);
		if (!p->user)
			p->user = smi_user_name(client->uid);
	}
	if (!p->user)
		return -ENOMEM;
	if (client->pid > 0 && !request->sysfs_root)
		p->command = smi_command(client->pid);
	return 0;
}

static int64_t memory_of(const struct smi_process *p)
{
	return smi_sum(smi_figure(&p->client->figures, TT_MEMSTAT_FIG_L1_USED),
		       smi_figure(&p->client->figures, TT_MEMSTAT_FIG_DRAM_USED)).v;
}

static int by_memory(const void *a, const void *b)
{
	const struct smi_process *p = a, *q = b;
	int64_t x = memory_of(p), y = memory_of(q);

	if (x != y)
		return x > y ? -1 : 1;
	if (p->chip != q->chip)
		return p->chip->n < q->chip->n ? -1 : 1;
	return (p->client->id > q->client->id) - (p->client->id < q->client->id);
}

static int list_processes(struct smi_snapshot *s, const struct smi_request *request)
{
	size_t room = 0;
	int rc = 0;

	for (size_t i = 0; i < s->chip_count; i++)
		room += s->chips[i]->client_count;
	s->processes = calloc(room ? room : 1, sizeof(*s->processes));
	if (!s->processes)
		return -ENOMEM;
	for (size_t i = 0; !rc && i < s->chip_count; i++) {
		const struct ttm_chip *chip = s->chips[i];

		for (size_t j = 0; !rc && j < chip->client_count; j++) {
			struct smi_process *p = &s->processes[s->process_count];

			p->chip = chip;
			p->client = chip->clients[j];
			p->selected = selected(request, p->client);
			rc = name_process(s, p, request);
			s->process_count++;
		}
	}
	s->filtered = request->pid_count || request->uid_count;
	if (!rc)
		qsort(s->processes, s->process_count, sizeof(*s->processes), by_memory);
	return rc;
}

int smi_collect(struct smi_snapshot *s, const struct smi_request *request, const char **missing)
{
	struct ttm_reader *reader;
	int rc;

	memset(s, 0, sizeof(*s));
	clock_gettime(CLOCK_REALTIME, &s->time);
	rc = ttm_reader_new(&reader, request->sysfs_root);
	if (rc)
		return rc;
	rc = ttm_reader_host(reader, &s->host);
	if (!rc)
		rc = request->sysfs_root ? read_recorded(s, reader) : read_live(s, reader);
	ttm_reader_free(reader);
	if (!rc) {
		order_chips(s);
		rc = select_chips(s, request, missing);
	}
	return rc ? rc : list_processes(s, request);
}

void smi_snapshot_release(struct smi_snapshot *s)
{
	for (size_t i = 0; i < s->process_count; i++) {
		free(s->processes[i].user);
		free(s->processes[i].command);
	}
	free(s->processes);
	for (size_t i = 0; i < s->chip_count; i++)
		ttm_chip_free(s->chips[i]);
	free(s->chips);
	memset(s, 0, sizeof(*s));
}
