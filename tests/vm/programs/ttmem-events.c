// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-events: make calls of libttmemstat and of the uAPI on behalf of a script.
 *
 * Reads commands from standard input, one a line, and answers each with one line: the command, OK
 * or the name of the error, and what the call returned as key=value. Numbers are in C notation. An
 * empty line or one that starts with # does nothing. Ends with status 0 at the end of the input, 2
 * at a line that is no command. Shell scripts choose the calls and check the answers.
 *
 * Through the library (one context, one attachment at a time; `select N` changes between
 * contexts 0 to 7, each with its own attachment):
 *
 *   open | close | info | select N
 *   create ARCH MASK [dram=MASK] [open] [ephemeral] [unique=N] [board=TEXT]
 *   destroy CHIP                               CHIP is a number, as all chips below
 *   find name=TEXT | find unique=N | find pci=TEXT
 *   attach CHIP [covers=POOLS] [partial=POOLS] [grid=XxY] [base=N] [end=N] [small=N]
 *          [kernel_region=N] [trace_region=N] [label=TEXT] [runtime=N]
 *          [proof=PATH|@SLOT|FD] [remote=LOCATION] [arch=ARCH mask=MASK|cores=XxY [dram=MASK]]
 *          [present]
 *          [ring=ENTRIES]
 *                                              POOLS: names with commas between, all, or a number;
 *                                              present: tells the geometry also at EEXIST
 *   hold SLOT PATH [o_path] | let SLOT         opens a descriptor for proof=@SLOT, closes it
 *   geometry_set CHIP ARCH MASK [dram=MASK] [remote=LOCATION|location=LOCATION] [unique=N]
 *          [board_id=N] [board=TEXT] [side=l1] [force]
 *   geometry_unset CHIP [force]
 *   detach
 *   set X0,Y0,X1,Y1...                         rectangles of logical cores
 *   dset MASK                                  DRAM banks
 *   record ID ADDR SIZE SET POOL [PROGRAM [FLAGS]]   FLAGS: view,system,part,replace or a number
 *   free ID | program_free P | dispatch P [LIST]
 *   snapshot POOL SET ALLOCATABLE ALLOCATED FREE LARGEST [loaded]
 *   total POOL BYTES [loaded]
 *   drop POOLS | partial POOLS|0
 *   why                                        the text of the attachment's last failure; where
 *                                              there is no attachment, of the context's
 *   flush | ring_status
 *   batch ENTRY [/ ENTRY]...                   one ttmemstat_submit(); ENTRY is record, free,
 *                                              program_free or dispatch as above
 *   query CHIP [FIGURE]... | query CHIP client=ID [FIGURE]...
 *   records CHIP ID [PAGE] | programs CHIP ID [PAGE] | sets CHIP ID [PAGE]
 *                                              the items come first, one a line; `me` is the id of
 *                                              the selected context
 *
 * The calls as they are, on a descriptor of its own (raw):
 *
 *   raw open | raw close | raw dup
 *   entry [FIELD=N]...                         adds to the entries that `@entries` points to
 *   entries                                    forgets them
 *   ioctl NAME|NR [FIELD=N|@entries|@bad|@me]... [argsz=N] [size=N] [tail=N] [guard] [readonly]
 *          [FIELD?]...
 *          NAME as in TT_MEMSTAT_<NAME>, lower case; a field of a nested structure by its path.
 *          All bytes are 0 at first (so attach without proof wants proof=-1).
 *          `size` bytes are passed (default: the structure's), `argsz` says how many (default:
 *          size), `tail` is put into the last byte; `guard` ends them at an unmapped page,
 *          `readonly` keeps the answer out; FIELD? prints it afterwards.
 *
 * Processes:
 *
 *   pid                                        prints it
 *   fork COMMAND                               a child runs it and exits; the parent waits
 *   fork-hold                                  a child keeps all descriptors until it is killed
 *   sleep MS | pause | echo TEXT | exit STATUS
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ttmemstat.h>

#define CONTEXTS	8
#define WORDS		512
#define ENTRIES		4096
#define HELD		8

struct state {
	int held[HELD];
	struct ttmemstat_ctx *ctx[CONTEXTS];
	struct ttmemstat_attachment *att[CONTEXTS];
	unsigned int now;
	int raw;
	struct tt_memstat_entry *entries;
	size_t count;
};

struct words {
	char *word[WORDS];
	size_t count;
};

static void answer(const char *command, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "record ERANGE", "set OK set=1"; @format only after OK. */
static void answer(const char *command, int err, const char *format, ...)
{
	const char *name = err ? strerrorname_np(-err) : "OK";
	va_list args;

	printf("%s %s", command, name ? name : "?");
	if (!err && format) {
		putchar(' ');
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
	}
	putchar('\n');
	fflush(stdout);
}

static void wrong(const char *what, const char *text)
{
	fflush(stdout);
	fprintf(stderr, "ttmem-events: %s: %s\n", what, text);
	exit(2);
}

/* The name of a call's error; calls return -1 and errno, or 0. */
static int result(int returned)
{
	return returned < 0 ? -errno : 0;
}

static uint64_t number(const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		wrong("no number", text);
	return value;
}

static uint32_t number32(const char *text)
{
	return (uint32_t)number(text);
}

static const char *word(const struct words *words, size_t n)
{
	if (n >= words->count)
		wrong("too few arguments", words->word[0]);
	return words->word[n];
}

static bool has(const struct words *words, size_t from, const char *want)
{
	for (size_t i = from; i < words->count; i++) {
		if (!strcmp(words->word[i], want))
			return true;
	}
	return false;
}

/* The value of KEY=VALUE, or NULL. */
static const char *value(const struct words *words, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 1; i < words->count; i++) {
		if (!strncmp(words->word[i], key, len) && words->word[i][len] == '=')
			return words->word[i] + len + 1;
	}
	return NULL;
}

static uint64_t value_number(const struct words *words, const char *key, uint64_t otherwise)
{
	const char *text = value(words, key);

	return text ? number(text) : otherwise;
}

static uint32_t pool(const char *name)
{
	int found = ttmemstat_pool_by_name(name);

	return found < 0 ? number32(name) : (uint32_t)found;
}

static uint32_t pools(const char *text)
{
	char copy[256];
	char *rest = copy;
	char *name;
	uint32_t mask = 0;

	if (!strcmp(text, "all"))
		return TT_MEMSTAT_POOL_MASK_ALL;
	if (*text >= '0' && *text <= '9')
		return number32(text);
	snprintf(copy, sizeof(copy), "%s", text);
	while ((name = strsep(&rest, ",")))
		mask |= 1u << (pool(name) & 31);
	return mask;
}

static uint32_t record_flags(const char *text)
{
	char copy[256];
	char *rest = copy;
	char *name;
	uint32_t flags = 0;

	if (*text >= '0' && *text <= '9')
		return number32(text);
	snprintf(copy, sizeof(copy), "%s", text);
	while ((name = strsep(&rest, ","))) {
		if (!strcmp(name, "view"))
			flags |= TT_MEMSTAT_ENTRY_VIEW;
		else if (!strcmp(name, "system"))
			flags |= TT_MEMSTAT_ENTRY_SYSTEM;
		else if (!strcmp(name, "part"))
			flags |= TT_MEMSTAT_ENTRY_PART;
		else if (!strcmp(name, "replace"))
			flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
		else
			wrong("no flag", name);
	}
	return flags;
}

static void arch_and_mask(struct tt_memstat_geometry *geometry, const char *arch, const char *mask)
{
	int found = ttmemstat_arch_parse(arch);

	geometry->arch = found < 0 ? number32(arch) : (uint32_t)found;
	geometry->valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
	geometry->tensix_mask = number32(mask);
}

/* ---- Contexts and chips ----------------------------------------------------------------- */

static void do_open(struct state *s, const struct words *w)
{
	(void)w;
	answer("open", ttmemstat_open(&s->ctx[s->now], NULL), NULL);
}

static void do_close(struct state *s, const struct words *w)
{
	(void)w;
	ttmemstat_close(s->ctx[s->now]);
	ttmemstat_detach(s->att[s->now]);
	s->ctx[s->now] = NULL;
	s->att[s->now] = NULL;
	answer("close", 0, NULL);
}

static void do_select(struct state *s, const struct words *w)
{
	s->now = number32(word(w, 1)) % CONTEXTS;
	answer("select", 0, NULL);
}

static uint64_t my_id(struct state *s)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };

	return ttmemstat_info(s->ctx[s->now], &info) ? 0 : (uint64_t)info.client;
}

static void do_info(struct state *s, const struct words *w)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };
	int err = ttmemstat_info(s->ctx[s->now], &info);

	(void)w;
	answer("info", err, "client=%llu api_version=%u granule=%u calls=0x%llx features=0x%llx "
	       "max_records=%u max_submit=%u max_sets=%u max_virtual=%u",
	       (unsigned long long)info.client, info.api_version, info.granule,
	       (unsigned long long)info.calls, (unsigned long long)info.features,
	       info.max_records, info.max_submit, info.max_sets, info.max_virtual);
}

static void do_create(struct state *s, const struct words *w)
{
	struct tt_memstat_geometry geometry = { 0 };
	uint32_t flags = (has(w, 3, "open") ? TT_MEMSTAT_CREATE_OPEN : 0) |
			 (has(w, 3, "ephemeral") ? TT_MEMSTAT_CREATE_EPHEMERAL : 0);
	uint32_t chip = 0;
	int err;

	arch_and_mask(&geometry, word(w, 1), word(w, 2));
	geometry.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	geometry.dram_mask = (uint32_t)value_number(w, "dram", 0);
	err = ttmemstat_chip_create(s->ctx[s->now], &geometry, value(w, "board"),
				    value_number(w, "unique", 0), flags, &chip);
	answer("create", err, "chip=%u", chip);
}

static void do_destroy(struct state *s, const struct words *w)
{
	answer("destroy", ttmemstat_chip_destroy(s->ctx[s->now], number32(word(w, 1))), NULL);
}

static void do_find(struct state *s, const struct words *w)
{
	struct tt_memstat_chip_find find = { .argsz = sizeof(find) };
	int err;

	if (value(w, "name")) {
		find.flags |= TT_MEMSTAT_FIND_NAME;
		snprintf(find.name, sizeof(find.name), "%s", value(w, "name"));
	}
	if (value(w, "pci")) {
		find.flags |= TT_MEMSTAT_FIND_PCI;
		snprintf(find.pci, sizeof(find.pci), "%s", value(w, "pci"));
	}
	if (value(w, "unique")) {
		find.flags |= TT_MEMSTAT_FIND_UNIQUE_ID;
		find.unique_id = number(value(w, "unique"));
	}
	err = ttmemstat_chip_find(s->ctx[s->now], &find);
	answer("find", err, "chip=%u arch=%s grid=%ux%u l1_bytes=%llu dram_banks=%u unique=%llu",
	       find.chip, ttmemstat_arch_name(find.geometry.arch), find.geometry.grid_x,
	       find.geometry.grid_y, (unsigned long long)find.geometry.l1_bytes,
	       find.geometry.dram_banks, (unsigned long long)find.unique_id);
}

/* ---- Attachments ------------------------------------------------------------------------ */

static void attach_layout(const struct words *w, struct tt_memstat_layout *layout)
{
	if (value(w, "grid")) {
		layout->valid |= TT_MEMSTAT_LAYOUT_WORKER;
		if (sscanf(value(w, "grid"), "%ux%u", &layout->worker_x, &layout->worker_y) != 2)
			wrong("no grid", value(w, "grid"));
	}
	if (value(w, "base") || value(w, "end") || value(w, "small")) {
		layout->valid |= TT_MEMSTAT_LAYOUT_L1;
		layout->l1_base = value_number(w, "base", 0);
		layout->l1_end = value_number(w, "end", 0);
		layout->l1_small = value_number(w, "small", 0);
	}
	if (value(w, "kernel_region")) {
		layout->valid |= TT_MEMSTAT_LAYOUT_KERNEL;
		layout->kernel_region = number(value(w, "kernel_region"));
	}
	if (value(w, "trace_region")) {
		layout->valid |= TT_MEMSTAT_LAYOUT_TRACE;
		layout->trace_region = number(value(w, "trace_region"));
	}
}

static void do_hold(struct state *s, const struct words *w)
{
	int fd = open(word(w, 2), (has(w, 3, "o_path") ? O_PATH : O_RDWR) | O_CLOEXEC);

	s->held[number32(word(w, 1)) % HELD] = fd;
	answer("hold", result(fd), NULL);
}

static void do_let(struct state *s, const struct words *w)
{
	answer("let", result(close(s->held[number32(word(w, 1)) % HELD])), NULL);
}

static void do_geometry_set(struct state *s, const struct words *w)
{
	struct tt_memstat_geometry_set set = { .argsz = sizeof(set), .chip = number32(word(w, 1)) };
	int err;

	arch_and_mask(&set.geometry, word(w, 2), word(w, 3));
	if (!value(w, "side")) {
		set.geometry.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		set.geometry.dram_mask = (uint32_t)value_number(w, "dram", 0);
	}
	if (value(w, "remote"))
		set.flags |= TT_MEMSTAT_GEOMETRY_REMOTE;
	if (value(w, "location"))
		set.flags |= TT_MEMSTAT_GEOMETRY_LOCATION;
	if (has(w, 4, "force"))
		set.flags |= TT_MEMSTAT_GEOMETRY_FORCE;
	set.asic_location = (uint32_t)value_number(w, "remote", value_number(w, "location", 0));
	set.unique_id = value_number(w, "unique", 0);
	set.board_id = value_number(w, "board_id", 0);
	if (value(w, "board"))
		snprintf(set.board, sizeof(set.board), "%s", value(w, "board"));
	err = ttmemstat_geometry_set(s->ctx[s->now], &set);
	answer("geometry_set", err, "chip=%u", set.chip_out);
}

static void do_geometry_unset(struct state *s, const struct words *w)
{
	uint32_t flags = has(w, 2, "force") ? TT_MEMSTAT_GEOMETRY_FORCE : 0;

	answer("geometry_unset",
	       ttmemstat_geometry_unset(s->ctx[s->now], number32(word(w, 1)), flags), NULL);
}

/* Opened for this call, one that is held, or a number as it is. */
static int attach_proof(struct state *s, const char *text, bool *opened)
{
	int fd;

	*opened = false;
	if (*text == '@')
		return s->held[number32(text + 1) % HELD];
	if (*text >= '0' && *text <= '9')
		return (int)number32(text);
	fd = open(text, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		wrong("cannot open", text);
	*opened = true;
	return fd;
}

static void do_attach(struct state *s, const struct words *w)
{
	struct tt_memstat_geometry present = { 0 };
	struct ttmemstat_attach_options options;
	bool opened = false;
	uint32_t chip = 0;
	int err;

	ttmemstat_attach_options_init(&options);
	options.chip = number32(word(w, 1));
	options.covers = value(w, "covers") ? pools(value(w, "covers")) : TT_MEMSTAT_POOL_MASK_ALL;
	options.partial = value(w, "partial") ? pools(value(w, "partial")) : 0;
	options.label = value(w, "label");
	options.runtime_id = (int32_t)value_number(w, "runtime", UINT32_MAX);
	attach_layout(w, &options.layout);
	if (value(w, "arch")) {
		options.flags |= TT_MEMSTAT_ATTACH_GEOMETRY;
		arch_and_mask(&options.geometry, value(w, "arch"),
			      value(w, "mask") ? value(w, "mask") : "0");
	}
	if (value(w, "cores")) {
		options.geometry.valid = TT_MEMSTAT_GEOMETRY_GRID;
		if (sscanf(value(w, "cores"), "%ux%u", &options.geometry.grid_x,
			   &options.geometry.grid_y) != 2)
			wrong("no grid", value(w, "cores"));
	}
	if (value(w, "dram")) {
		options.geometry.valid |= TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		options.geometry.dram_mask = number32(value(w, "dram"));
	}
	if (value(w, "remote")) {
		options.flags |= TT_MEMSTAT_ATTACH_REMOTE;
		options.asic_location = number32(value(w, "remote"));
	}
	if (value(w, "ring")) {
		options.flags |= TTMEMSTAT_ATTACH_RING;
		options.ring_entries = number32(value(w, "ring"));
	}
	if (value(w, "proof"))
		options.proof = attach_proof(s, value(w, "proof"), &opened);
	err = ttmemstat_attach(s->ctx[s->now], &options, &s->att[s->now], &present);
	if (opened)
		close(options.proof);
	if (err == -EEXIST && has(w, 2, "present")) {
		printf("attach EEXIST grid=%ux%u\n", present.grid_x, present.grid_y);
		fflush(stdout);
	} else if (!err && value(w, "remote")) {
		ttmemstat_attachment_chip(s->att[s->now], &chip);
		answer("attach", err, "grid=%ux%u chip=%u", present.grid_x, present.grid_y, chip);
	} else {
		answer("attach", err, "grid=%ux%u", present.grid_x, present.grid_y);
	}
}

static void do_detach(struct state *s, const struct words *w)
{
	(void)w;
	answer("detach", ttmemstat_detach(s->att[s->now]), NULL);
	s->att[s->now] = NULL;
}

static void do_set(struct state *s, const struct words *w)
{
	struct tt_memstat_rect rects[WORDS];
	uint32_t set = 0;
	int err;

	for (size_t i = 1; i < w->count; i++) {
		struct tt_memstat_rect *r = &rects[i - 1];

		if (sscanf(w->word[i], "%hu,%hu,%hu,%hu", &r->x0, &r->y0, &r->x1, &r->y1) != 4)
			wrong("no rectangle", w->word[i]);
	}
	err = ttmemstat_bank_set_l1(s->att[s->now], rects, w->count - 1, &set);
	answer("set", err, "set=%u", set);
}

static void do_dset(struct state *s, const struct words *w)
{
	uint32_t set = 0;
	int err = ttmemstat_bank_set_dram(s->att[s->now], number(word(w, 1)), &set);

	answer("dset", err, "set=%u", set);
}

static void do_drop(struct state *s, const struct words *w)
{
	answer("drop", ttmemstat_drop(s->att[s->now], pools(word(w, 1))), NULL);
}

static void do_partial(struct state *s, const struct words *w)
{
	answer("partial", ttmemstat_partial(s->att[s->now], pools(word(w, 1))), NULL);
}

static void do_flush(struct state *s, const struct words *w)
{
	(void)w;
	answer("flush", ttmemstat_flush(s->att[s->now]), NULL);
}

static void do_why(struct state *s, const struct words *w)
{
	struct ttmemstat_attachment *att = s->att[s->now];
	char text[TTMEMSTAT_ERROR_LEN];

	(void)w;
	if (att)
		ttmemstat_attachment_error(att, text, sizeof(text));
	else
		ttmemstat_error(s->ctx[s->now], text, sizeof(text));
	printf("why %s\n", text);
	fflush(stdout);
}

static void do_ring_status(struct state *s, const struct words *w)
{
	struct tt_memstat_ring_status status = { 0 };
	int err = ttmemstat_ring_status(s->att[s->now], &status);
	const char *name = strerrorname_np(-status.entry_error);

	(void)w;
	answer("ring_status", err, "head=%u tail=%u refused=%llu last=%s", status.head,
	       status.tail, (unsigned long long)status.refused, name ? name : "0");
}

/* ---- Events ----------------------------------------------------------------------------- */

static struct ttmemstat_record parse_record(const struct words *w)
{
	return (struct ttmemstat_record){
		.id = number(word(w, 1)), .addr = number(word(w, 2)), .size = number(word(w, 3)),
		.set = number32(word(w, 4)), .pool = pool(word(w, 5)),
		.program = w->count > 6 ? number(w->word[6]) : 0,
		.flags = w->count > 7 ? record_flags(w->word[7]) : 0,
	};
}

static void do_record(struct state *s, const struct words *w)
{
	struct ttmemstat_record record = parse_record(w);

	answer("record", ttmemstat_report_record(s->att[s->now], &record), NULL);
}

static void do_free(struct state *s, const struct words *w)
{
	answer("free", ttmemstat_report_free(s->att[s->now], number(word(w, 1))), NULL);
}

static void do_program_free(struct state *s, const struct words *w)
{
	answer("program_free", ttmemstat_report_program_free(s->att[s->now], number(word(w, 1))),
	       NULL);
}

static void do_dispatch(struct state *s, const struct words *w)
{
	answer("dispatch", ttmemstat_report_dispatch(s->att[s->now], number(word(w, 1)),
						     w->count > 2 ? number(w->word[2]) : 0), NULL);
}

static void do_snapshot(struct state *s, const struct words *w)
{
	struct ttmemstat_snapshot snapshot = {
		.pool = pool(word(w, 1)), .set = number32(word(w, 2)),
		.allocatable = number(word(w, 3)), .allocated = number(word(w, 4)),
		.free = number(word(w, 5)), .largest_free_block = number(word(w, 6)),
		.flags = has(w, 7, "loaded") ? TT_MEMSTAT_ENTRY_LOADED : 0,
	};

	answer("snapshot", ttmemstat_report_snapshot(s->att[s->now], &snapshot), NULL);
}

static void do_total(struct state *s, const struct words *w)
{
	uint32_t flags = has(w, 3, "loaded") ? TT_MEMSTAT_ENTRY_LOADED : 0;

	answer("total",
	       ttmemstat_report_snapshot_total(s->att[s->now], pool(word(w, 1)), number(word(w, 2)),
					       flags),
	       NULL);
}

static int batch_entry(struct tt_memstat_entry *entry, const struct words *w)
{
	struct ttmemstat_record record;

	if (!strcmp(word(w, 0), "record")) {
		record = parse_record(w);
		return ttmemstat_entry_record(entry, &record);
	}
	if (!strcmp(w->word[0], "free"))
		return ttmemstat_entry_free(entry, number(word(w, 1)));
	if (!strcmp(w->word[0], "program_free"))
		return ttmemstat_entry_program_free(entry, number(word(w, 1)));
	if (!strcmp(w->word[0], "dispatch"))
		return ttmemstat_entry_dispatch(entry, number(word(w, 1)),
						w->count > 2 ? number(w->word[2]) : 0);
	wrong("not for a batch", w->word[0]);
	return -EINVAL;
}

static void do_batch(struct state *s, const struct words *w)
{
	struct tt_memstat_entry entries[WORDS];
	struct words one = { .count = 0 };
	size_t count = 0;
	size_t taken = 0;
	int err = 0;

	for (size_t i = 1; !err && i <= w->count; i++) {
		if (i < w->count && strcmp(w->word[i], "/")) {
			one.word[one.count++] = w->word[i];
			continue;
		}
		if (one.count)
			err = batch_entry(&entries[count++], &one);
		one.count = 0;
	}
	if (!err)
		err = ttmemstat_submit(s->att[s->now], entries, count, &taken);
	printf("batch %s taken=%zu\n", err ? strerrorname_np(-err) : "OK", taken);
	fflush(stdout);
}

/* ---- Asking ----------------------------------------------------------------------------- */

static void print_figure(const struct tt_memstat_figures *figures, unsigned int n)
{
	const char *name = ttmemstat_figure_name(n);
	uint64_t unsigned_value;
	int64_t signed_value;

	if (!ttmemstat_figure(figures, n, &unsigned_value))
		printf(" %s=unknown", name);
	else if (ttmemstat_figure_is_signed(n) &&
		 ttmemstat_figure_signed(figures, n, &signed_value))
		printf(" %s=%lld", name, (long long)signed_value);
	else
		printf(" %s=%llu", name, (unsigned long long)unsigned_value);
}

static uint64_t client_id(struct state *s, const char *text)
{
	return strcmp(text, "me") ? number(text) : my_id(s);
}

static void do_query(struct state *s, const struct words *w)
{
	struct tt_memstat_figures figures = { 0 };
	uint32_t chip = number32(word(w, 1));
	const char *client = value(w, "client");
	size_t first = client ? 3 : 2;
	int err = client ? ttmemstat_query_client(s->ctx[s->now], chip, client_id(s, client),
						  &figures) :
			   ttmemstat_query_chip(s->ctx[s->now], chip, &figures);

	if (err) {
		answer("query", err, NULL);
		return;
	}
	for (size_t i = first; i < w->count; i++) {
		if (ttmemstat_figure_by_name(w->word[i]) < 0)
			wrong("no figure", w->word[i]);
	}
	printf("query OK");
	for (size_t i = first; i < w->count; i++)
		print_figure(&figures, (unsigned int)ttmemstat_figure_by_name(w->word[i]));
	for (unsigned int n = 0; first >= w->count && n < TT_MEMSTAT_FIGURES; n++)
		print_figure(&figures, n);
	putchar('\n');
	fflush(stdout);
}

static void do_records(struct state *s, const struct words *w)
{
	struct tt_memstat_record_info items[WORDS];
	size_t page = w->count > 3 ? (size_t)number(w->word[3]) : WORDS;
	uint64_t client = client_id(s, word(w, 2));
	uint64_t cursor = 0;
	size_t total = 0;
	int err;

	do {
		size_t count = page < WORDS ? page : WORDS;

		err = ttmemstat_list_records(s->ctx[s->now], number32(word(w, 1)), client, &cursor,
					     items, &count);
		for (size_t i = 0; !err && i < count; i++, total++)
			printf("record id=%llu addr=%llu size=%llu pool=%s set=%u banks=%u "
			       "program=%llu flags=0x%x\n", (unsigned long long)items[i].id,
			       (unsigned long long)items[i].addr, (unsigned long long)items[i].size,
			       ttmemstat_pool_name(items[i].pool), items[i].set, items[i].banks,
			       (unsigned long long)items[i].program, items[i].flags);
	} while (!err && cursor);
	answer("records", err, "count=%zu", total);
}

static void do_programs(struct state *s, const struct words *w)
{
	struct tt_memstat_program_info items[WORDS];
	size_t page = w->count > 3 ? (size_t)number(w->word[3]) : WORDS;
	uint64_t client = client_id(s, word(w, 2));
	uint64_t cursor = 0;
	size_t total = 0;
	int err;

	do {
		size_t count = page < WORDS ? page : WORDS;

		err = ttmemstat_list_programs(s->ctx[s->now], number32(word(w, 1)), client, &cursor,
					      items, &count);
		for (size_t i = 0; !err && i < count; i++, total++)
			printf("program id=%llu list=%llu cb_bytes=%llu records=%u cores=%u "
			       "resident=%u\n", (unsigned long long)items[i].id,
			       (unsigned long long)items[i].list,
			       (unsigned long long)items[i].cb_bytes, items[i].records,
			       items[i].cores, items[i].resident);
	} while (!err && cursor);
	answer("programs", err, "count=%zu", total);
}

/* Print the cores of a set as X,Y and its DRAM banks as numbers. */
static void print_set(const struct tt_memstat_set_info *set)
{
	const bool l1 = set->space == TT_MEMSTAT_SPACE_L1;
	const uint32_t rows = l1 ? 32 : 1, columns = l1 ? set->columns : 64;

	printf("set id=%u space=%s banks=%u has=", set->set, l1 ? "l1" : "dram", set->banks);
	for (uint32_t y = 0; y < rows; y++)
		for (uint32_t x = 0; x < columns; x++)
			if (ttmemstat_set_has(set, x, y))
				l1 ? printf("%u,%u;", x, y) : printf("%u;", x);
	putchar('\n');
}

static void do_sets(struct state *s, const struct words *w)
{
	struct tt_memstat_set_info items[WORDS];
	size_t page = w->count > 3 ? (size_t)number(w->word[3]) : WORDS;
	uint64_t client = client_id(s, word(w, 2));
	uint64_t cursor = 0;
	size_t total = 0;
	int err;

	do {
		size_t count = page < WORDS ? page : WORDS;

		err = ttmemstat_list_sets(s->ctx[s->now], number32(word(w, 1)), client, &cursor,
					  items, &count);
		for (size_t i = 0; !err && i < count; i++, total++)
			print_set(&items[i]);
	} while (!err && cursor);
	answer("sets", err, "count=%zu", total);
}

#include "ttmem-raw.h"

/* ---- Processes -------------------------------------------------------------------------- */

static void do_pid(struct state *s, const struct words *w)
{
	(void)s;
	(void)w;
	answer("pid", 0, "pid=%ld", (long)getpid());
}

static void run_words(struct state *s, const struct words *w);

static void do_fork(struct state *s, const struct words *w)
{
	struct words rest = { .count = w->count - 1 };
	pid_t child;

	word(w, 1);
	memcpy(rest.word, w->word + 1, rest.count * sizeof(rest.word[0]));
	fflush(stdout);
	child = fork();
	if (child < 0) {
		answer("fork", -errno, NULL);
		return;
	}
	if (!child) {
		printf("fork ");
		run_words(s, &rest);
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

static void do_fork_hold(struct state *s, const struct words *w)
{
	pid_t child;

	(void)s;
	(void)w;
	fflush(stdout);
	child = fork();
	if (!child) {
		/* Whoever reads what the parent says must not wait for this one. */
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		for (;;)
			pause();
	}
	answer("fork-hold", result(child), "pid=%ld", (long)child);
}

static void do_sleep(struct state *s, const struct words *w)
{
	uint64_t ms = number(word(w, 1));
	struct timespec left = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	(void)s;
	while (nanosleep(&left, &left) && errno == EINTR)
		;
	answer("sleep", 0, NULL);
}

static void do_pause(struct state *s, const struct words *w)
{
	(void)s;
	(void)w;
	answer("pause", 0, NULL);
	pause();
}

static void do_echo(struct state *s, const struct words *w)
{
	(void)s;
	for (size_t i = 1; i < w->count; i++)
		printf("%s%c", w->word[i], i + 1 < w->count ? ' ' : '\n');
	fflush(stdout);
}

static void do_exit(struct state *s, const struct words *w)
{
	(void)s;
	exit((int)number32(word(w, 1)));
}

static const struct {
	const char *name;
	void (*run)(struct state *s, const struct words *w);
} commands[] = {
	{ "open", do_open }, { "close", do_close }, { "select", do_select }, { "info", do_info },
	{ "create", do_create }, { "destroy", do_destroy }, { "find", do_find },
	{ "hold", do_hold }, { "let", do_let }, { "geometry_set", do_geometry_set },
	{ "geometry_unset", do_geometry_unset },
	{ "attach", do_attach }, { "detach", do_detach }, { "set", do_set }, { "dset", do_dset },
	{ "drop", do_drop }, { "partial", do_partial }, { "flush", do_flush },
	{ "why", do_why },
	{ "ring_status", do_ring_status },
	{ "record", do_record }, { "free", do_free },
	{ "program_free", do_program_free }, { "dispatch", do_dispatch },
	{ "snapshot", do_snapshot }, { "total", do_total }, { "batch", do_batch },
	{ "query", do_query }, { "records", do_records }, { "programs", do_programs },
	{ "sets", do_sets },
	{ "raw", do_raw }, { "entry", do_entry }, { "entries", do_entries },
	{ "ioctl", do_ioctl }, { "pid", do_pid }, { "fork", do_fork },
	{ "fork-hold", do_fork_hold }, { "sleep", do_sleep }, { "pause", do_pause },
	{ "echo", do_echo }, { "exit", do_exit },
};

static void run_words(struct state *s, const struct words *w)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(commands[i].name, w->word[0])) {
			commands[i].run(s, w);
			return;
		}
	}
	wrong("no command", w->word[0]);
}

int main(void)
{
	struct state s = { .raw = -1 };
	char *line = NULL;
	size_t room = 0;

	s.entries = calloc(ENTRIES, sizeof(*s.entries));
	if (!s.entries)
		return 1;
	while (getline(&line, &room, stdin) > 0) {
		struct words w = { .count = 0 };
		char *rest = line;
		char *one;

		while ((one = strsep(&rest, " \t\n"))) {
			if (*one && w.count < WORDS)
				w.word[w.count++] = one;
		}
		if (w.count && w.word[0][0] != '#')
			run_words(&s, &w);
	}
	free(line);
	free(s.entries);
	return 0;
}
