// SPDX-License-Identifier: GPL-2.0-only
/* --accounting: see accounting.h. */
#include "accounting.h"
#include "file.h"
#include "owner.h"
#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

/* Number of exited processes to keep; unknown for a module without accounting. */
static struct smi_value read_kept(const char *root)
{
	struct smi_value kept = { 0 };
	char text[32], *end;
	int fd = smi_open(AT_FDCWD, "%s/module/tt_memstat/parameters/max_exited",
			  root ? root : "/sys");

	if (fd < 0)
		return kept;
	if (smi_read_fd(fd, text, sizeof(text)) > 0) {
		kept.v = (int64_t)strtoul(text, &end, 10);
		kept.known = end != text;
	}
	close(fd);
	return kept;
}

static int add(struct smi_accounting *a, const struct smi_request *request,
	       const struct ttmemstat_chip *chip, const struct ttmemstat_exited *e)
{
	struct smi_exited *grown, *x;

	if (!smi_selects_client(request, &e->client))
		return 0;
	grown = reallocarray(a->list, a->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	a->list = grown;
	x = &grown[a->count];
	snprintf(x->chip, sizeof(x->chip), "tt%" PRIu32, chip->n);
	x->e = *e;
	x->user = e->client.uid == TTMEMSTAT_UID_UNKNOWN ? strdup("") :
		  request->sysfs_root ? smi_user_digits(e->client.uid) :
					smi_user_name(e->client.uid);
	if (!x->user)
		return -ENOMEM;
	a->count++;
	return 0;
}

static int read_chip(struct smi_accounting *a, const struct smi_request *request,
		     struct ttmemstat_reader *reader, const struct ttmemstat_chip *chip)
{
	struct ttmemstat_exited *list = NULL;
	size_t count = 0;
	int rc = ttmemstat_reader_exited(reader, chip->n, &list, &count);

	/* The chip was removed, or the module keeps no exited processes. */
	if (rc == -ENODEV)
		return 0;
	for (size_t i = 0; !rc && i < count; i++)
		rc = add(a, request, chip, &list[i]);
	free(list);
	return rc;
}

static int by_exit(const void *a, const void *b)
{
	const struct smi_exited *x = a, *y = b;

	if (x->e.exited != y->e.exited)
		return x->e.exited < y->e.exited ? -1 : 1;
	return x->e.number < y->e.number ? -1 : x->e.number > y->e.number;
}

int smi_accounting_read(struct smi_accounting *a, const struct smi_request *request,
			const char **missing)
{
	struct ttmemstat_chip_list chips = { 0 };
	struct ttmemstat_reader *reader = NULL;
	int rc;

	memset(a, 0, sizeof(*a));
	clock_gettime(CLOCK_REALTIME, &a->time);
	if (!request->sysfs_root)
		clock_gettime(CLOCK_BOOTTIME, &a->since_boot);
	a->kept = read_kept(request->sysfs_root);
	rc = ttmemstat_reader_new(&reader, request->sysfs_root);
	if (!rc)
		rc = ttmemstat_reader_version(reader, a->version, sizeof(a->version));
	if (!rc)
		rc = ttmemstat_reader_chips(reader, 0, &chips);
	if (!rc)
		rc = smi_select_chips(request, chips.chips, &chips.count, missing);
	for (size_t i = 0; !rc && i < chips.count; i++)
		rc = read_chip(a, request, reader, chips.chips[i]);
	ttmemstat_chip_list_free(&chips);
	ttmemstat_reader_free(reader);
	if (a->count)
		qsort(a->list, a->count, sizeof(*a->list), by_exit);
	return rc;
}

void smi_accounting_release(struct smi_accounting *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->list[i].user);
	free(a->list);
	memset(a, 0, sizeof(*a));
}

bool smi_exited_when(const struct smi_accounting *a, const struct smi_exited *x,
		     struct timespec *when)
{
	int64_t now = a->since_boot.tv_sec * SECOND + a->since_boot.tv_nsec, ns;

	if (!now || !x->e.exited || x->e.exited > (uint64_t)now)
		return false;
	ns = a->time.tv_sec * SECOND + a->time.tv_nsec - (now - (int64_t)x->e.exited);
	when->tv_sec = ns / SECOND;
	when->tv_nsec = ns % SECOND;
	return true;
}

/* ---- The table ---- */

enum { CHIP, LEFT, LASTED, PID, USER, L1, L1_BUFFERS, L1_SMALL, CB, DRAM, DRAM_BUFFERS, TRACE, NAME,
       COLUMNS };

static const unsigned int peak_of[COLUMNS] = {
	[L1] = TT_MEMSTAT_FIG_L1_PEAK,
	[L1_BUFFERS] = TT_MEMSTAT_FIG_L1_BUFFERS_PEAK,
	[L1_SMALL] = TT_MEMSTAT_FIG_L1_SMALL_PEAK,
	[CB] = TT_MEMSTAT_FIG_CB_PEAK,
	[DRAM] = TT_MEMSTAT_FIG_DRAM_PEAK,
	[DRAM_BUFFERS] = TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK,
	[TRACE] = TT_MEMSTAT_FIG_TRACE_PEAK,
};

static void when_text(char *out, size_t size, const struct smi_accounting *a,
		      const struct smi_exited *x)
{
	struct timespec when;
	struct tm tm;

	if (!smi_exited_when(a, x, &when) || !localtime_r(&when.tv_sec, &tm) ||
	    !strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(out, size, "%" PRIu64 " s", x->e.exited / (uint64_t)SECOND);
}

/* "12.3 s", "5 m 12 s", "3 h 5 m", "2 d 3 h" */
static void lasted_text(char *out, size_t size, const struct ttmemstat_exited *e)
{
	uint64_t ns = e->exited > e->attached ? e->exited - e->attached : 0;
	uint64_t s = ns / (uint64_t)SECOND;

	if (s < 60)
		snprintf(out, size, "%" PRIu64 ".%" PRIu64 " s", s, ns / 100000000 % 10);
	else if (s < 3600)
		snprintf(out, size, "%" PRIu64 " m %" PRIu64 " s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, size, "%" PRIu64 " h %" PRIu64 " m", s / 3600, s / 60 % 60);
	else
		snprintf(out, size, "%" PRIu64 " d %" PRIu64 " h", s / 86400, s / 3600 % 24);
}

static void add_row(struct smi_table *t, const struct smi_accounting *a,
		    const struct smi_exited *x, const struct smi_view *view, enum smi_unit unit)
{
	char comm[3 * sizeof(x->e.client.comm)], label[3 * TT_MEMSTAT_LABEL_LEN];
	char text[sizeof(comm) + sizeof(label) + 4];
	struct smi_cell *row = smi_table_row(t);

	if (!row)
		return;
	smi_cell_set(t, &row[CHIP], SMI_HEAD, x->chip);
	when_text(text, sizeof(text), a, x);
	smi_cell_set(t, &row[LEFT], SMI_PLAIN, text);
	lasted_text(text, sizeof(text), &x->e);
	smi_cell_set(t, &row[LASTED], SMI_PLAIN, text);
	snprintf(text, sizeof(text), "%" PRId32, x->e.client.pid);
	smi_cell_set(t, &row[PID], SMI_PLAIN, x->e.client.pid > 0 ? text : "-");
	smi_text_clean(text, sizeof(text), x->user, view->utf8);
	smi_cell_set(t, &row[USER], SMI_PLAIN, smi_dash(text));
	for (unsigned int i = L1; i <= TRACE; i++) {
		smi_format(text, smi_figure(&x->e.client.figures, peak_of[i]), unit, '\0');
		smi_cell_set(t, &row[i], SMI_PLAIN, text);
	}
	smi_text_clean(comm, sizeof(comm), x->e.client.comm, view->utf8);
	smi_text_clean(label, sizeof(label), x->e.client.label, view->utf8);
	snprintf(text, sizeof(text), "%s%s%s%s", label[0] ? "[" : "", label, label[0] ? "] " : "",
		 smi_dash(comm));
	smi_cell_set(t, &row[NAME], SMI_PLAIN, text);
}

void smi_accounting_screen(const struct smi_accounting *a, const struct smi_view *view,
			   struct smi_text *out)
{
	struct smi_table_column columns[COLUMNS] = {
		[CHIP] = { .title = "CHIP" },
		[LEFT] = { .title = "LEFT AT" },
		[LASTED] = { .title = "AFTER", .align = SMI_RIGHT, .drop = 3 },
		[PID] = { .title = "PID", .align = SMI_RIGHT },
		[USER] = { .title = "USER", .most = 16, .drop = 2 },
		[L1] = { .title = "L1 PEAK", .align = SMI_RIGHT },
		[L1_BUFFERS] = { .title = "l1", .align = SMI_RIGHT, .drop = 5 },
		[L1_SMALL] = { .title = "l1_small", .align = SMI_RIGHT, .drop = 8 },
		[CB] = { .title = "cb", .align = SMI_RIGHT, .drop = 4 },
		[DRAM] = { .title = "DRAM PEAK", .align = SMI_RIGHT },
		[DRAM_BUFFERS] = { .title = "dram", .align = SMI_RIGHT, .drop = 6 },
		[TRACE] = { .title = "trace", .align = SMI_RIGHT, .drop = 7 },
		[NAME] = { .title = "NAME", .least = 12 },
	};
	enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG;
	struct smi_table t;

	if (!a->count) {
		smi_text_puts(out, "No process has left a chip.\n");
		return;
	}
	for (;;) {
		smi_table_init(&t, columns, COLUMNS);
		for (size_t i = 0; i < a->count; i++)
			add_row(&t, a, &a->list[i], view, unit);
		if (!smi_table_layout(&t, view) || unit != SMI_UNIT_LONG)
			break;
		unit = SMI_UNIT_SHORT;
		smi_table_release(&t);
	}
	smi_table_print(&t, view, out);
	smi_table_release(&t);
}
