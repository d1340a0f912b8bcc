/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tools of ttmem-faults: make allocations and user copies of this thread fail, record the state of
 * sysfs, and compute the expected totals of a chip, by counting every granule of every core.
 * Included once, by ttmem-faults.c.
 */

/* ---- Faults ---- */

#define FAULT_DIR	"/sys/kernel/debug/"

static int nth_fd = -1;
static int make_fail_fd = -1;

static int try_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static void put(const char *path, const char *text)
{
	want_error(path, 0, try_put(path, text));
}

/* Nothing fails yet. Lock all memory of this program. */
static void faults_init(void)
{
	static const char * const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char path[128];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(path, sizeof(path), FAULT_DIR "%s/verbose", kinds[i]);
		put(path, "0");
	}
	put(FAULT_DIR "failslab/ignore-gfp-wait", "N");
	put(FAULT_DIR "failslab/task-filter", "Y");
	put(FAULT_DIR "failslab/times", "-1");
	put(FAULT_DIR "failslab/probability", "100");
	put(FAULT_DIR "fail_page_alloc/ignore-gfp-wait", "N");
	put(FAULT_DIR "fail_page_alloc/ignore-gfp-highmem", "N");
	put(FAULT_DIR "fail_page_alloc/min-order", "0");
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	make_fail_fd = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0 || make_fail_fd < 0)
		fail("no fault injection here: %s", strerror(errno));
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		fail("mlockall: %s", strerror(errno));
}

static void put_number(int fd, long long number)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%lld", number);

	/* The pending fault may hit this copy; then the second attempt succeeds. */
	if (pwrite(fd, text, (size_t)len, 0) < 0 && pwrite(fd, text, (size_t)len, 0) < 0)
		fail("fault injection: %s", strerror(errno));
}

static long long get_number(int fd)
{
	char text[24] = "";

	return pread(fd, text, sizeof(text) - 1, 0) < 0 ? -errno : atoll(text);
}

/* Set the bytes of slab memory that a thread gets before it fails. */
static void put_space(long long bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", bytes);
	put(FAULT_DIR "failslab/space", text);
}

static long long get_space(void)
{
	int fd = open(FAULT_DIR "failslab/space", O_RDONLY | O_CLOEXEC);
	char text[24] = "";
	ssize_t len = read(fd, text, sizeof(text) - 1);

	close(fd);
	return len < 0 ? 0 : atoll(text);
}

/**
 * struct fault - which allocations and copies fail
 * @from_on: all slab allocations after @n bytes; else only the @n'th allocation or user copy
 */
struct fault {
	bool from_on;
	long long n;
};

static void arm(const struct fault *f)
{
	if (f->from_on) {
		put_space(f->n);
		put_number(make_fail_fd, 1);
	} else if (f->n) {
		put_number(nth_fd, f->n);
	}
}

/* Returns whether something failed. */
static bool disarm(const struct fault *f)
{
	bool met;

	if (f->from_on) {
		put_number(make_fail_fd, 0);
		return true;
	}
	if (!f->n)
		return false;
	/* The read is itself a copy to the user, and may fail. */
	met = get_number(nth_fd) == 0;
	put_number(nth_fd, 0);
	return met;
}

/* ---- Expected totals ---- */

#define MODEL_RECORDS	64
#define MODEL_PROGRAMS	8
#define MODEL_WINDOW	65536	/* addresses below this */
#define MODEL_GRANULES	(MODEL_WINDOW / TT_MEMSTAT_GRANULE)

/* A client: its live records, and the cores where its programs are resident. */
struct model {
	struct tt_memstat_entry record[MODEL_RECORDS];
	size_t records;
	struct {
		uint64_t id;
		uint64_t resident;
	} program[MODEL_PROGRAMS];
	bool dispatched;
	uint64_t all[2];	/* set 0, by space */
	uint64_t set[4];	/* the others, by number */
};

static bool model_is_dram(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
}

static uint64_t model_banks(const struct model *m, const struct tt_memstat_entry *e)
{
	return e->set ? m->set[e->set] : m->all[model_is_dram(e->pool)];
}

static uint64_t model_cores(const struct model *m, uint64_t program)
{
	uint64_t cores = 0;

	for (size_t i = 0; i < m->records; i++)
		if (m->record[i].program == program)
			cores |= model_banks(m, &m->record[i]);
	return cores;
}

/* Free all records except those for which @keep is true. */
static void model_free(struct model *m, const struct tt_memstat_entry *e)
{
	size_t n = 0;

	for (size_t i = 0; i < m->records; i++) {
		const struct tt_memstat_entry *r = &m->record[i];
		bool goes = e->op == TT_MEMSTAT_OP_FREE ? r->id == e->id :
							  r->program == e->program;

		if (!goes)
			m->record[n++] = *r;
	}
	m->records = n;
}

static void model_dispatch(struct model *m, uint64_t program)
{
	uint64_t cores = model_cores(m, program);

	m->dispatched = true;
	for (size_t i = 0; i < MODEL_PROGRAMS; i++)
		m->program[i].resident &= ~cores;
	for (size_t i = 0; i < MODEL_PROGRAMS; i++) {
		if (m->program[i].id == program || !m->program[i].id) {
			m->program[i].id = program;
			m->program[i].resident = cores;
			return;
		}
	}
}

static void model_take(struct model *m, const struct tt_memstat_entry *e)
{
	if (e->op == TT_MEMSTAT_OP_RECORD)
		m->record[m->records++] = *e;
	else if (e->op == TT_MEMSTAT_OP_DISPATCH)
		model_dispatch(m, e->program);
	else if (e->op != TT_MEMSTAT_OP_SNAPSHOT)
		model_free(m, e);
}

static uint64_t model_resident(const struct model *m, const struct tt_memstat_entry *e)
{
	if (!m->dispatched || !e->program)
		return UINT64_MAX;
	for (size_t i = 0; i < MODEL_PROGRAMS; i++)
		if (m->program[i].id == e->program)
			return m->program[i].resident;
	return 0;
}

/* Bytes of the union of some pools over some clients. */
static uint64_t model_bytes(const struct model *const *clients, uint32_t pools, bool resident)
{
	static uint64_t lane[MODEL_GRANULES];
	uint64_t bytes = 0;

	memset(lane, 0, sizeof(lane));
	for (; *clients; clients++) {
		const struct model *m = *clients;

		for (size_t i = 0; i < m->records; i++) {
			const struct tt_memstat_entry *r = &m->record[i];
			uint64_t banks = model_banks(m, r);

			if (!(pools & (1u << r->pool)) || (r->flags & TT_MEMSTAT_ENTRY_VIEW))
				continue;
			if (resident && r->pool == TT_MEMSTAT_POOL_CB)
				banks &= model_resident(m, r);
			for (uint64_t at = r->addr; at < r->addr + r->size; at += 16)
				lane[at / 16] |= banks;
		}
	}
	for (size_t i = 0; i < MODEL_GRANULES; i++)
		bytes += (uint64_t)__builtin_popcountll(lane[i]) * TT_MEMSTAT_GRANULE;
	return bytes;
}

static uint64_t model_kernels(const struct model *const *clients, uint32_t flags)
{
	uint64_t bytes = 0;

	for (; *clients; clients++)
		for (size_t i = 0; i < (*clients)->records; i++) {
			const struct tt_memstat_entry *r = &(*clients)->record[i];

			if (r->pool == TT_MEMSTAT_POOL_KERNEL && r->flags == flags)
				bytes += r->size * (unsigned int)__builtin_popcountll(
						 model_banks(*clients, r));
		}
	return bytes;
}

static uint64_t model_records(const struct model *const *clients)
{
	uint64_t n = 0;

	for (; *clients; clients++)
		n += (*clients)->records;
	return n;
}

#define POOL(name)	(1u << TT_MEMSTAT_POOL_##name)

static const struct {
	unsigned int figure;
	uint32_t pools;
	bool resident;
	const char *name;
} model_unions[] = {
	{ TT_MEMSTAT_FIG_L1_USED, POOL(L1) | POOL(L1_SMALL) | POOL(CB), true, "l1_used" },
	{ TT_MEMSTAT_FIG_L1_FOOTPRINT, POOL(L1) | POOL(L1_SMALL) | POOL(CB), false,
	  "l1_footprint" },
	{ TT_MEMSTAT_FIG_L1_BUFFERS_USED, POOL(L1), true, "l1_buffers_used" },
	{ TT_MEMSTAT_FIG_L1_SMALL_USED, POOL(L1_SMALL), true, "l1_small_used" },
	{ TT_MEMSTAT_FIG_CB_USED, POOL(CB), true, "cb_used" },
	{ TT_MEMSTAT_FIG_CB_LOADED, POOL(CB), false, "cb_loaded" },
	{ TT_MEMSTAT_FIG_DRAM_USED, POOL(DRAM) | POOL(TRACE), true, "dram_used" },
	{ TT_MEMSTAT_FIG_DRAM_BUFFERS_USED, POOL(DRAM), true, "dram_buffers_used" },
	{ TT_MEMSTAT_FIG_TRACE_USED, POOL(TRACE), true, "trace_used" },
};

/* Check every total of a chip, or of a client, against its expected clients. */
static void model_check(const char *of, int fd, uint32_t chip, uint64_t client,
			const struct model *const *clients)
{
	struct tt_memstat_figures f = figures_of(fd, chip, client);
	char what[96];

	for (size_t i = 0; i < sizeof(model_unions) / sizeof(model_unions[0]); i++) {
		snprintf(what, sizeof(what), "%s: %s", of, model_unions[i].name);
		want(what, (long long)model_bytes(clients, model_unions[i].pools,
						  model_unions[i].resident),
		     (long long)f.value[model_unions[i].figure]);
	}
	snprintf(what, sizeof(what), "%s: kernel_app", of);
	want(what, (long long)model_kernels(clients, 0),
	     (long long)f.value[TT_MEMSTAT_FIG_KERNEL_APP]);
	snprintf(what, sizeof(what), "%s: kernel_system", of);
	want(what, (long long)model_kernels(clients, TT_MEMSTAT_ENTRY_SYSTEM),
	     (long long)f.value[TT_MEMSTAT_FIG_KERNEL_SYSTEM]);
	snprintf(what, sizeof(what), "%s: records", of);
	want(what, (long long)model_records(clients), (long long)f.value[TT_MEMSTAT_FIG_RECORDS]);
}

/* ---- State of sysfs ---- */

#define CLASS		"/sys/class/tt_memstat"
#define VIEW_ROOM	65536
#define VIEW_NAMES	128

struct view {
	size_t len;
	char text[VIEW_ROOM];
};

/* Numbers that differ each time are replaced by names, so that views can be compared. */
static uint64_t view_client;	/* `tried` */
static long view_chip = -1;	/* `made` */

static const char *view_name(const char *name)
{
	if (view_client && view_client == strtoull(name, NULL, 10))
		return "tried";
	return view_chip >= 0 && !strncmp(name, "tt", 2) && view_chip == atol(name + 2) ? "made" :
											  name;
}

static void view_add(struct view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void view_add(struct view *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	v->len += (size_t)vsnprintf(v->text + v->len, VIEW_ROOM - v->len, format, args);
	va_end(args);
	if (v->len >= VIEW_ROOM)
		fail("more to see than there is room for");
}

/* Read a file, or get the name of the error. Returns 0 or the error. */
static int read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, room - 1);
	int err = len < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (err)
		snprintf(text, room, "%s\n", strerrorname_np(-err));
	else
		text[len] = '\0';
	return err;
}

/* List the subdirectories, or with @dirs false the files, sorted by number. Returns their number. */
static size_t list_names(const char *path, bool dirs, char names[][32])
{
	struct dirent **found;
	int n = scandir(path, &found, NULL, versionsort);
	size_t count = 0;

	for (int i = 0; i < n; i++) {
		bool dir = found[i]->d_type != DT_REG;

		if (dir == dirs && found[i]->d_name[0] != '.' && count < VIEW_NAMES)
			snprintf(names[count++], 32, "%.31s", found[i]->d_name);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
	return count;
}

/* The view excludes figures that change with time or with every event. */
/* Add a stat to the view, without figures that change with time, and counters of the chip. */
static void view_stat(struct view *v, const char *path, bool chip)
{
	char text[4096], *rest = text, *line;

	read_file(path, text, sizeof(text));
	while ((line = strsep(&rest, "\n")))
		if (*line && strncmp(line, "generation ", 11) &&
		    strncmp(line, "snapshot_age_ms ", 16) &&
		    strncmp(line, "dispatch_age_ms ", 16) &&
		    !(chip && !strncmp(line, "dropped ", 8)))
			view_add(v, "  %s\n", line);
}

static void view_clients(struct view *v, const char *chip)
{
	char names[VIEW_NAMES][32], path[160], text[256];
	size_t n;

	snprintf(path, sizeof(path), CLASS "/%.31s/clients", chip);
	n = list_names(path, true, names);
	for (size_t i = 0; i < n; i++) {
		view_add(v, " client %s\n", view_name(names[i]));
		snprintf(path, sizeof(path), CLASS "/%.31s/clients/%.31s/stat", chip, names[i]);
		view_stat(v, path, false);
		snprintf(path, sizeof(path), CLASS "/%.31s/clients/%.31s/covers", chip, names[i]);
		read_file(path, text, sizeof(text));
		view_add(v, "  covers %s", text);
	}
}

/* Record everything that is visible of the module. */
static void view_take(struct view *v)
{
	static const char * const facts[] = {
		"kind", "arch", "grid", "geometry_source", "board", "unique_id", "asic_location",
	};
	char names[VIEW_NAMES][32], path[160], text[256];
	size_t n = list_names(CLASS, false, names);

	v->len = 0;
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), CLASS "/%.31s", names[i]);
		read_file(path, text, sizeof(text));
		view_add(v, "%s %s", names[i], text);
	}
	n = list_names(CLASS, true, names);
	for (size_t i = 0; i < n; i++) {
		view_add(v, "chip %s\n", view_name(names[i]));
		for (size_t k = 0; k < sizeof(facts) / sizeof(facts[0]); k++) {
			snprintf(path, sizeof(path), CLASS "/%.31s/%.31s", names[i], facts[k]);
			read_file(path, text, sizeof(text));
			view_add(v, "  %s %s", facts[k], text);
		}
		snprintf(path, sizeof(path), CLASS "/%.31s/stat", names[i]);
		view_stat(v, path, true);
		view_clients(v, names[i]);
	}
}

static bool view_same(const struct view *a, const struct view *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

/* Print the first line in which two views differ. */
static void view_differ(const char *what, const struct view *wanted, const struct view *saw)
{
	size_t i = 0, from = 0;

	while (wanted->text[i] && wanted->text[i] == saw->text[i]) {
		if (wanted->text[i] == '\n')
			from = i + 1;
		i++;
	}
	fail("%s: expected `%.*s`, saw `%.*s`", what,
	     (int)strcspn(wanted->text + from, "\n"), wanted->text + from,
	     (int)strcspn(saw->text + from, "\n"), saw->text + from);
}
