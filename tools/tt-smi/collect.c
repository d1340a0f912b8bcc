// SPDX-License-Identifier: GPL-2.0-only
/* Take a snapshot: see collect.h. */
#include "collect.h"
#include "details.h"
#include "holders.h"
#include "kmd.h"
#include "owner.h"
#include "sort.h"
#include "usage.h"
#include "visible.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <unistd.h>

/* A remote chip sorts with its gateway. */
static uint32_t place_of(const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	for (size_t i = 0; chip->kind == TTMEMSTAT_KIND_REMOTE && i < s->chip_count; i++)
		if (s->chips[i]->kind == TTMEMSTAT_KIND_LOCAL && chip->pci[0] &&
		    strcmp(s->chips[i]->pci, chip->pci) == 0)
			return s->chips[i]->n;
	return chip->n;
}

/* Insertion sort, as there are few chips, nearly in order, and the order depends on all of them. */
static void order_chips(struct smi_snapshot *s)
{
	for (size_t i = 1; i < s->chip_count; i++) {
		for (size_t j = i; j > 0; j--) {
			struct ttmemstat_chip *a = s->chips[j - 1], *b = s->chips[j];
			uint32_t x = place_of(s, a), y = place_of(s, b);

			if (x < y || (x == y && (b->kind != TTMEMSTAT_KIND_LOCAL || a->n <= b->n) &&
				      (a->kind == TTMEMSTAT_KIND_LOCAL || a->n <= b->n)))
				break;
			s->chips[j - 1] = b;
			s->chips[j] = a;
		}
	}
}

struct smi_source {
	const struct smi_request *request;
	struct ttmemstat_reader *reader;
	bool by_identity;	/* the request needs identities, which a brief reading lacks */
	bool keep;
	struct smi_names names;
	struct smi_kmd kmd;
	struct smi_usages *usages;	/* NULL: smi_source_watch() was not called */
	const pid_t *watched;		/* the caller's */
	size_t watched_count;
	bool kin;
	struct smi_done done;	/* descriptors to close; empty between readings */
};

/* Whether the request may name a chip by its unique id, the one name that a brief reading lacks. */
static bool asks_for_id(const struct smi_request *request)
{
	for (size_t i = 0; i < request->chip_count; i++)
		if (!strpbrk(request->chips[i], ":/") && strncmp(request->chips[i], "tt", 2) &&
		    strlen(request->chips[i]) > 2)
			return true;
	return false;
}

int smi_source_new(struct smi_source **out, const struct smi_request *request, bool keep)
{
	struct smi_source *source = calloc(1, sizeof(*source));
	int rc;

	if (!source)
		return -ENOMEM;
	source->request = request;
	source->keep = keep;
	source->names.done = source->kmd.done = &source->done;
	source->kmd.root = request->sysfs_root;
	source->by_identity = asks_for_id(request);
	rc = ttmemstat_reader_new(&source->reader, request->sysfs_root);
	if (!rc && keep)
		rc = ttmemstat_reader_keep(source->reader, true);
	if (rc) {
		smi_source_free(source);
		return rc;
	}
	*out = source;
	return 0;
}

void smi_source_free(struct smi_source *source)
{
	if (!source)
		return;
	ttmemstat_reader_free(source->reader);
	smi_names_release(&source->names);
	smi_kmd_close(&source->kmd);
	smi_usages_free(source->usages);
	smi_done_close(&source->done);
	free(source);
}

int smi_source_watch(struct smi_source *source, const pid_t *pids, size_t count, bool kin)
{
	if (!source->usages)
		source->usages = smi_usages_new(source->request->sysfs_root);
	source->watched = pids;
	source->watched_count = count;
	source->kin = kin;
	return source->usages ? 0 : -ENOMEM;
}

void smi_source_forget(struct smi_source *source)
{
	ttmemstat_reader_forget(source->reader);
	smi_kmd_close(&source->kmd);
}

/* Replace a chip by the same one with its cores; no change if it was removed meanwhile. */
static int read_cores(struct smi_snapshot *s, struct smi_source *source, const char *name,
		      uint32_t flags)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		struct ttmemstat_chip *chip;
		int rc;

		if (strcmp(s->chips[i]->name, name) != 0)
			continue;
		rc = ttmemstat_reader_chip(source->reader, s->chips[i]->n,
					   flags | TTMEMSTAT_READ_CORES, &chip);
		if (rc)
			return rc == -ENODEV ? 0 : rc;
		ttmemstat_chip_free(s->chips[i]);
		s->chips[i] = chip;
		return 0;
	}
	return 0;
}

static int read_chips(struct smi_snapshot *s, struct smi_source *source, const char *cores)
{
	uint32_t flags = TTMEMSTAT_READ_CLIENTS;
	struct ttmemstat_chip_list list;
	int rc;

	if (!source->request->whole && !source->by_identity)
		flags |= TTMEMSTAT_READ_BRIEF;
	/* Like telemetry, reading the card's identity queries its firmware. */
	if (source->request->telemetry)
		flags |= TTMEMSTAT_READ_CARD;
	rc = ttmemstat_reader_chips(source->reader, flags, &list);
	if (rc)
		return rc;
	s->chips = list.chips;
	s->chip_count = list.count;
	s->vanished = list.vanished;
	return cores ? read_cores(s, source, cores, flags) : 0;
}

static int name_process(struct smi_source *source, struct smi_process *p)
{
	const struct smi_request *request = source->request;
	struct ttmemstat_client *client = p->mutable_client;
	bool live = !request->sysfs_root;

	if (client->pid <= 0 || client->uid == TTMEMSTAT_UID_UNKNOWN)
		p->user = "";
	else
		p->user = smi_names_user(&source->names, client->uid, live);
	if (!p->user)
		return -ENOMEM;
	if (client->pid <= 0)
		return 0;
	p->place = smi_names_place(&source->names, client->pid, client->id, request->sysfs_root);
	if (!p->place)
		return -ENOMEM;
	if (live) {
		p->command = smi_names_command(&source->names, client->pid, client->id, NULL);
		if (!p->command)
			return -ENOMEM;
	}
	/* Brief readings lack it, and only processes without a command line need it. */
	if (!client->comm[0] && (!p->command || !p->command[0]))
		ttmemstat_reader_comm(source->reader, p->chip->n, client->id, client->comm,
				      sizeof(client->comm));
	return 0;
}

static int list_processes(struct smi_snapshot *s, struct smi_source *source)
{
	const struct smi_request *request = source->request;
	size_t room = 0;
	int rc = 0;

	for (size_t i = 0; i < s->chip_count; i++)
		room += s->chips[i]->client_count;
	s->processes = calloc(room + 1, sizeof(*s->processes));
	if (!s->processes)
		return -ENOMEM;
	for (size_t i = 0; !rc && i < s->chip_count; i++) {
		const struct ttmemstat_chip *chip = s->chips[i];

		for (size_t j = 0; !rc && j < chip->client_count; j++) {
			struct smi_process *p = &s->processes[s->process_count];

			p->chip = chip;
			p->client = p->mutable_client = chip->clients[j];
			p->selected = smi_selects_client(request, p->client);
			rc = name_process(source, p);
			/* Sorting needs all names. */
			if (!rc)
				s->process_count++;
		}
	}
	s->filtered = request->pid_count || request->uid_count;
	smi_sort(s, request->sort, request->reverse);
	return rc;
}

static int read_telemetry(struct smi_snapshot *s, struct smi_source *source)
{
	int rc = 0;

	s->telemetry = calloc(s->chip_count + 1, sizeof(*s->telemetry));
	if (!s->telemetry)
		return -ENOMEM;
	for (size_t i = 0; !rc && i < s->chip_count; i++)
		rc = smi_kmd_telemetry(&source->kmd, &s->telemetry[i], s->chips[i]);
	return rc;
}

static int read_details(struct smi_snapshot *s, const struct smi_request *request)
{
	s->details = calloc(s->chip_count + 1, sizeof(*s->details));
	if (!s->details)
		return -ENOMEM;
	for (size_t i = 0; i < s->chip_count; i++)
		smi_details_read(&s->details[i], request->sysfs_root, request->telemetry,
				 s->chips[i]);
	smi_details_driver(s->driver, sizeof(s->driver), request->sysfs_root);
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A recorded tree has its own host name. */
static void read_host(struct smi_snapshot *s, const char *root)
{
	struct timespec now;
	struct utsname name;
	int fd;

	if (!root) {
		clock_gettime(CLOCK_BOOTTIME, &now);
		s->boot_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
		if (!uname(&name))
			snprintf(s->hostname, sizeof(s->hostname), "%s", name.nodename);
		return;
	}
	fd = smi_open(AT_FDCWD, "%s/proc/sys/kernel/hostname", root);
	if (fd < 0)
		return;
	if (smi_read_fd(fd, s->hostname, sizeof(s->hostname)) > 0)
		s->hostname[strcspn(s->hostname, "\n")] = '\0';
	close(fd);
}

static int select_visible(struct smi_snapshot *s, const struct smi_request *request,
			  const char **missing)
{
	int rc = smi_visible_set(s, !request->sysfs_root);

	if (rc || !request->only_visible)
		return rc;
	if (s->visible_wrong[0]) {
		*missing = s->visible_wrong;
		return -ENXIO;
	}
	smi_visible_only(s);
	return 0;
}

int smi_collect(struct smi_snapshot *s, struct smi_source *source, const char *cores,
		const char **missing)
{
	const struct smi_request *request = source->request;
	int64_t start = request->whole ? now_ns() : 0;
	int rc;

	memset(s, 0, sizeof(*s));
	clock_gettime(CLOCK_REALTIME, &s->time);
	read_host(s, request->sysfs_root);
	if (request->whole)
		rc = ttmemstat_reader_host(source->reader, &s->host);
	else
		rc = ttmemstat_reader_version(source->reader, s->host.version,
					      sizeof(s->host.version));
	if (!rc)
		rc = read_chips(s, source, cores);
	if (!rc) {
		order_chips(s);
		s->hosted = s->chip_count;
		rc = select_visible(s, request, missing);
	}
	if (!rc)
		rc = smi_holders(s, request, &source->kmd, &source->names);
	if (!rc)
		rc = smi_select_chips(request, s->chips, &s->chip_count, missing);
	if (!rc)
		rc = list_processes(s, source);
	if (!rc && source->usages)
		rc = smi_usages_read(source->usages, s, source->watched, source->watched_count,
				     source->kin, &source->names);
	if (!rc && request->telemetry)
		rc = read_telemetry(s, source);
	if (!rc && request->details)
		rc = read_details(s, request);
	smi_names_sweep(&source->names);
	smi_kmd_sweep(&source->kmd);
	/* Otherwise the source is released soon, which closes all in a few calls. */
	if (source->keep)
		smi_done_close(&source->done);
	if (request->whole)
		s->took_ns = now_ns() - start;
	return rc;
}

void smi_snapshot_release(struct smi_snapshot *s)
{
	free(s->processes);
	free(s->usages);
	for (size_t i = 0; i < s->holder_count; i++)
		free(s->holders[i].command);
	free(s->holders);
	for (size_t i = 0; i < s->chip_count; i++)
		ttmemstat_chip_free(s->chips[i]);
	free(s->chips);
	free(s->telemetry);
	free(s->visible);
	free(s->details);
	memset(s, 0, sizeof(*s));
}
