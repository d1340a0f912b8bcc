/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that ttmem-faults tries: preparation, call and clean-up of each. Included once, by
 * ttmem-faults.c.
 */

#define RING_ENTRIES	64

/* The world: a bystander whose figures must never move, and the client that tries. */
struct world {
	uint32_t chip;
	uint32_t pci;
	uint32_t remote;	/* behind it; its number comes back with it */
	struct ring bystander;
	struct ring tried;
	struct model bystander_model;
	struct model tried_model;
	uint32_t done;		/* entries of a submit that are taken */
	uint32_t events;	/* of the client before it */
	struct view before;
	struct view after;
	struct view wanted;
	struct view saw;
};

static struct world w;

/* What a call is allowed to do. */
#define NO_MEMORY_NEEDED	1u	/* it never fails for want of memory */
#define STANDS			2u	/* -EFAULT: it may be done all the same, see docs/uapi.md */
#define PARTLY			4u	/* a failed one may have done some of it, as the model says */
#define OF_CARD			8u	/* needs a card */

/**
 * struct trial - a call to be tried
 * @name: of it
 * @flags: see above
 * @prepare: makes what the call needs; may be NULL
 * @act: the call; 0 or a negative errno
 * @undo: leads back to the world before @prepare; may be NULL
 */
struct trial {
	const char *name;
	unsigned int flags;
	void (*prepare)(void);
	int (*act)(void);
	void (*undo)(void);
};

/* ---- Clients ---- */

static const uint64_t worker_cores = UINT64_MAX;	/* 8x8 */
static const uint64_t dram_banks = 0xfff;

/* The sets are those of define_sets(). */
static void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->all[0] = worker_cores;
	m->all[1] = dram_banks;
	m->set[1] = 0x0303;
	m->set[2] = 0x0e0e;
	m->set[3] = 0xf;
}

static int bank_set(struct ring *r, uint32_t space, const struct tt_memstat_rect *rect,
		    uint64_t mask, uint32_t wanted)
{
	struct tt_memstat_bank_set arg = {
		.argsz = sizeof(arg), .attachment = r->handle, .space = space,
		.rects = (uintptr_t)rect, .count = !!rect, .mask = mask,
	};
	int err = call(r->fd, TT_MEMSTAT_BANK_SET, &arg);

	if (!err)
		want("number of the set", wanted, arg.set);
	return err;
}

static const struct tt_memstat_rect first_rect = { 0, 0, 1, 1 };
static const struct tt_memstat_rect second_rect = { 1, 0, 3, 1 };

static void define_sets(struct ring *r)
{
	want_error("a set", 0, bank_set(r, TT_MEMSTAT_SPACE_L1, &first_rect, 0, 1));
	want_error("a set", 0, bank_set(r, TT_MEMSTAT_SPACE_L1, &second_rect, 0, 2));
	want_error("a set", 0, bank_set(r, TT_MEMSTAT_SPACE_DRAM, NULL, 0xf, 3));
}

/* Every kind of entry, in more than one batch of the module's; programs replace each other. */
static const struct tt_memstat_entry history[] = {
	{ .op = 1, .id = 1, .addr = 0, .size = 4096, .pool = TT_MEMSTAT_POOL_L1 },
	{ .op = 1, .id = 2, .addr = 2048, .size = 4096, .set = 1, .pool = TT_MEMSTAT_POOL_L1 },
	{ .op = 1, .id = 3, .addr = 8192, .size = 512, .pool = TT_MEMSTAT_POOL_L1_SMALL },
	{ .op = 1, .id = 4, .addr = 0, .size = 8192, .pool = TT_MEMSTAT_POOL_DRAM },
	{ .op = 1, .id = 5, .addr = 4096, .size = 8192, .set = 3, .pool = TT_MEMSTAT_POOL_DRAM },
	{ .op = 1, .id = 6, .addr = 16384, .size = 1024, .pool = TT_MEMSTAT_POOL_TRACE },
	{ .op = 1, .id = 7, .addr = 10240, .size = 1024, .set = 1, .pool = TT_MEMSTAT_POOL_CB,
	  .program = 1 },
	{ .op = 1, .id = 8, .addr = 11264, .size = 1024, .set = 2, .pool = TT_MEMSTAT_POOL_CB,
	  .program = 1 },
	{ .op = 1, .id = 9, .size = 640, .set = 1, .pool = TT_MEMSTAT_POOL_KERNEL, .program = 1 },
	{ .op = 1, .id = 10, .addr = 10240, .size = 2048, .set = 2, .pool = TT_MEMSTAT_POOL_CB,
	  .program = 2 },
	{ .op = 1, .id = 11, .addr = 0, .size = 64, .set = 2, .pool = TT_MEMSTAT_POOL_CB,
	  .program = 2, .flags = TT_MEMSTAT_ENTRY_VIEW },
	{ .op = 1, .id = 12, .size = 320, .pool = TT_MEMSTAT_POOL_KERNEL, .program = 3,
	  .flags = TT_MEMSTAT_ENTRY_SYSTEM },
	{ .op = 1, .id = 13, .addr = 20480, .size = 256, .pool = TT_MEMSTAT_POOL_CB },
	{ .op = 4, .program = 1 },
	{ .op = 4, .program = 2 },
	{ .op = 1, .id = 14, .addr = 24576, .size = 4096, .pool = TT_MEMSTAT_POOL_L1 },
	{ .op = 1, .id = 15, .addr = 24592, .size = 16, .set = 2, .pool = TT_MEMSTAT_POOL_L1 },
	{ .op = 2, .id = 1 },
	{ .op = 1, .id = 16, .addr = 32, .size = 32, .pool = TT_MEMSTAT_POOL_L1 },
	{ .op = 5, .pool = TT_MEMSTAT_POOL_L1, .id = 1048576, .addr = 65536, .size = 983040,
	  .program = 524288 },
	{ .op = 3, .program = 3 },
	{ .op = 1, .id = 17, .addr = 12288, .size = 48, .set = 1, .pool = TT_MEMSTAT_POOL_CB,
	  .program = 3 },
	{ .op = 4, .program = 3 },
	{ .op = 1, .id = 18, .addr = 32768, .size = 16, .set = 3, .pool = TT_MEMSTAT_POOL_DRAM },
	{ .op = 2, .id = 4 },
	{ .op = 2, .id = 13 },
	{ .op = 1, .id = 19, .addr = 49152, .size = 16, .pool = TT_MEMSTAT_POOL_DRAM },
};

#define HISTORY	((uint32_t)(sizeof(history) / sizeof(history[0])))

static const struct tt_memstat_entry frees[] = {
	{ .op = 2, .id = 14 }, { .op = 2, .id = 15 }, { .op = 4, .program = 1 },
	{ .op = 3, .program = 1 }, { .op = 3, .program = 2 }, { .op = 2, .id = 5 },
};

#define FREES	((uint32_t)(sizeof(frees) / sizeof(frees[0])))

static uint32_t generation(const struct ring *r)
{
	return (uint32_t)figures_of(w.bystander.fd, r->chip, r->client)
		.value[TT_MEMSTAT_FIG_GENERATION];
}

/*
 * Those of @count entries that are not done yet. What was taken is what the call says; where its
 * very answer is lost, what the books say, in which each is an event.
 */
static int submit_rest(struct ring *r, struct model *m, const struct tt_memstat_entry *entries,
		       uint32_t count)
{
	struct tt_memstat_submit arg = {
		.argsz = sizeof(arg), .attachment = r->handle, .count = count - w.done,
		.entries = (uintptr_t)(entries + w.done), .taken = UINT32_MAX,
	};
	uint32_t taken;
	int err = call(r->fd, TT_MEMSTAT_SUBMIT, &arg);

	taken = arg.taken == UINT32_MAX ? generation(r) - w.events - w.done : arg.taken;
	for (uint32_t i = 0; i < taken; i++)
		model_take(m, &entries[w.done + i]);
	w.done += taken;
	return err;
}

/* What follows is submitted, and nothing is so far. */
static void start_submit(struct ring *r)
{
	w.done = 0;
	w.events = generation(r);
}

static void report_all(struct ring *r, struct model *m)
{
	define_sets(r);
	start_submit(r);
	want_error("SUBMIT", 0, submit_rest(r, m, history, HISTORY));
	want("taken", HISTORY, w.done);
}

/* The bystander's view of the totals, and of what the client that tries has. */
static void check_totals(void)
{
	const struct model *both[] = { &w.bystander_model, &w.tried_model, NULL };
	const struct model *one[] = { &w.bystander_model, NULL };
	const struct model *other[] = { &w.tried_model, NULL };

	model_check("chip", w.bystander.fd, w.chip, 0, both);
	model_check("bystander", w.bystander.fd, w.chip, w.bystander.client, one);
	if (w.tried.handle && w.tried.chip == w.chip)
		model_check("tried", w.bystander.fd, w.chip, w.tried.client, other);
}

/* ---- What the trials need ---- */

static void prepare_open(void)
{
	memset(&w.tried, 0, sizeof(w.tried));
	w.tried.fd = open_device();
	w.tried.chip = w.chip;
	w.tried.client = client_of(w.tried.fd);
	view_client = w.tried.client;
}

static int act_attach_to(uint32_t chip, uint32_t flags, uint32_t location)
{
	struct tt_memstat_attach arg = {
		.argsz = sizeof(arg), .chip = chip, .proof = -1, .runtime_id = -1,
		.covers = TT_MEMSTAT_POOL_MASK_ALL, .flags = flags, .asic_location = location,
	};
	int err;

	if (flags & TT_MEMSTAT_ATTACH_GEOMETRY) {
		arg.geometry.arch = TT_MEMSTAT_ARCH_WORMHOLE;
		arg.geometry.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK |
				     TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		arg.geometry.tensix_mask = 0x220;
	}
	err = call(w.tried.fd, TT_MEMSTAT_ATTACH, &arg);
	if (!err) {
		w.tried.handle = arg.attachment;
		w.tried.chip = arg.chip_out;
	}
	return err;
}

static void prepare_attach(void)
{
	prepare_open();
	want_error("ATTACH", 0, act_attach_to(w.chip, 0, 0));
}

static void prepare_records(void)
{
	prepare_attach();
	report_all(&w.tried, &w.tried_model);
}

static void undo_open(void)
{
	unmap_ring(&w.tried);
	close(w.tried.fd);
	memset(&w.tried, 0, sizeof(w.tried));
	w.tried.fd = -1;
	model_init(&w.tried_model);
	w.done = 0;
}

/* ---- Calls on a virtual chip ---- */

static int act_open(void)
{
	w.tried.fd = open("/dev/tt_memstat", O_RDWR | O_CLOEXEC);
	return w.tried.fd < 0 ? -errno : 0;
}

static int act_info(void)
{
	struct tt_memstat_get_info arg = { .argsz = sizeof(arg) };

	return call(w.tried.fd, TT_MEMSTAT_GET_INFO, &arg);
}

static int act_create(void)
{
	struct tt_memstat_chip_create arg = {
		.argsz = sizeof(arg), .unique_id = 77, .board = "fault",
		.geometry = {
			.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
			.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
			.tensix_mask = 0xc0,
		},
	};
	int err = call(w.tried.fd, TT_MEMSTAT_CHIP_CREATE, &arg);

	if (!err)
		view_chip = arg.chip;
	return err;
}

static int act_destroy(void)
{
	struct tt_memstat_chip_destroy arg = { .argsz = sizeof(arg), .chip = (uint32_t)view_chip };

	return call(w.tried.fd, TT_MEMSTAT_CHIP_DESTROY, &arg);
}

static void prepare_create(void)
{
	prepare_open();
	want_error("CHIP_CREATE", 0, act_create());
}

static void undo_create(void)
{
	want_error("CHIP_DESTROY", 0, act_destroy());
	view_chip = -1;
	undo_open();
}

static void undo_destroy(void)
{
	view_chip = -1;
	undo_open();
}

static int act_find(void)
{
	struct tt_memstat_chip_find arg = { .argsz = sizeof(arg), .flags = TT_MEMSTAT_FIND_NAME };
	int err;

	snprintf(arg.name, sizeof(arg.name), "tt%u", w.chip);
	err = call(w.tried.fd, TT_MEMSTAT_CHIP_FIND, &arg);
	if (!err)
		want("the chip found", w.chip, arg.chip);
	return err;
}

static int act_attach(void)
{
	return act_attach_to(w.chip, 0, 0);
}

static int act_partial(void)
{
	struct tt_memstat_partial arg = {
		.argsz = sizeof(arg), .attachment = w.tried.handle,
		.partial = TT_MEMSTAT_POOL_MASK_ALL,
	};

	return call(w.tried.fd, TT_MEMSTAT_PARTIAL, &arg);
}

static int act_detach(void)
{
	struct tt_memstat_detach arg = { .argsz = sizeof(arg), .attachment = w.tried.handle };
	int err = call(w.tried.fd, TT_MEMSTAT_DETACH, &arg);

	if (!err) {
		w.tried.handle = 0;
		model_init(&w.tried_model);
	}
	return err;
}

static int act_set_l1(void)
{
	return bank_set(&w.tried, TT_MEMSTAT_SPACE_L1, &first_rect, 0, 1);
}

static int act_set_dram(void)
{
	return bank_set(&w.tried, TT_MEMSTAT_SPACE_DRAM, NULL, 0xf, 1);
}

static void prepare_submit(void)
{
	prepare_attach();
	define_sets(&w.tried);
	start_submit(&w.tried);
}

static int act_submit(void)
{
	return submit_rest(&w.tried, &w.tried_model, history, HISTORY);
}

static void prepare_frees(void)
{
	prepare_records();
	start_submit(&w.tried);
}

static int act_frees(void)
{
	return submit_rest(&w.tried, &w.tried_model, frees, FREES);
}

static int act_drop(void)
{
	struct tt_memstat_drop arg = {
		.argsz = sizeof(arg), .attachment = w.tried.handle,
		.pools = TT_MEMSTAT_POOL_MASK_ALL,
	};
	int err = call(w.tried.fd, TT_MEMSTAT_DROP, &arg);

	if (!err)
		model_init(&w.tried_model);
	return err;
}

static int act_query_chip(void)
{
	struct tt_memstat_query arg = { .argsz = sizeof(arg), .chip = w.chip };

	return call(w.tried.fd, TT_MEMSTAT_QUERY_CHIP, &arg);
}

static int act_query_client(void)
{
	struct tt_memstat_query arg = {
		.argsz = sizeof(arg), .chip = w.chip, .client = w.bystander.client,
	};

	return call(w.tried.fd, TT_MEMSTAT_QUERY_CLIENT, &arg);
}

static int list(unsigned long request, void *items, long long wanted)
{
	struct tt_memstat_list arg = {
		.argsz = sizeof(arg), .chip = w.chip, .count = 100, .client = w.bystander.client,
		.items = (uintptr_t)items,
	};
	int err = call(w.tried.fd, request, &arg);

	if (!err)
		want("what is listed", wanted, arg.count);
	return err;
}

static int act_list_records(void)
{
	struct tt_memstat_record_info items[100];

	return list(TT_MEMSTAT_LIST_RECORDS, items, (long long)w.bystander_model.records);
}

static int act_list_programs(void)
{
	struct tt_memstat_program_info items[100];

	return list(TT_MEMSTAT_LIST_PROGRAMS, items, 3);
}

static int act_list_sets(void)
{
	struct tt_memstat_set_info items[100];

	/* Those of define_sets(), and the two of the chip. */
	return list(TT_MEMSTAT_LIST_SETS, items, 3 + 2);
}

static int act_close(void)
{
	int fd = w.tried.fd;

	w.tried.fd = -1;
	w.tried.handle = 0;
	model_init(&w.tried_model);
	return close(fd) ? -errno : 0;
}

static void undo_close(void)
{
	w.done = 0;
}

/* ---- Rings ---- */

static int act_ring_setup(void)
{
	return try_setup(&w.tried, RING_ENTRIES);
}

static void prepare_ring(void)
{
	prepare_attach();
	define_sets(&w.tried);
	want_error("RING_SETUP", 0, act_ring_setup());
}

static int act_map(void)
{
	void *map;
	int err = try_map(&w.tried, w.tried.size, w.tried.offset, PROT_READ | PROT_WRITE,
			  MAP_SHARED, &map);

	if (!err)
		w.tried.shared = map;
	return err;
}

static void prepare_mapped_ring(void)
{
	prepare_ring();
	map_ring(&w.tried);
}

/*
 * Publish the history in the ring for the next call. Reading the state drains the ring, so this is
 * part of the attempt.
 */
static void publish_history(void)
{
	for (; w.done < HISTORY; w.done++) {
		uint32_t position;

		if (!claim(&w.tried, &position))
			fail("a new ring has no credit");
		publish(&w.tried, position, &history[w.done]);
		model_take(&w.tried_model, &history[w.done]);
	}
}

/* Nodes are wanting after that. */
static void prepare_used_ring(void)
{
	prepare_mapped_ring();
	publish_history();
	want("what the ring gives", (long long)w.tried_model.records,
	     mine(&w.tried, TT_MEMSTAT_FIG_RECORDS));
}

static int act_doorbell(void)
{
	uint32_t credit;

	publish_history();
	return doorbell(&w.tried, &credit);
}

static int act_status(void)
{
	struct tt_memstat_ring_status arg = {
		.argsz = sizeof(arg), .attachment = w.tried.handle,
	};

	return call(w.tried.fd, TT_MEMSTAT_RING_STATUS, &arg);
}

static int act_publish_query(void)
{
	publish_history();
	return act_query_chip();
}

static int act_publish_detach(void)
{
	publish_history();
	return act_detach();
}

static int act_publish_read(void)
{
	static char text[4096];
	char path[64];

	publish_history();
	snprintf(path, sizeof(path), CLASS "/tt%u/stat", w.chip);
	return read_file(path, text, sizeof(text));
}

/* ---- Chips of PCI functions ---- */

static int say_geometry(unsigned long request, uint32_t flags, uint32_t mask)
{
	struct tt_memstat_geometry_set arg = {
		.argsz = sizeof(arg), .flags = flags, .chip = w.pci,
		.asic_location = flags & TT_MEMSTAT_GEOMETRY_REMOTE ? 5 : 0,
	};
	int err;

	if (request == TT_MEMSTAT_GEOMETRY_SET) {
		arg.geometry.arch = TT_MEMSTAT_ARCH_WORMHOLE;
		arg.geometry.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK |
				     TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		arg.geometry.tensix_mask = mask;
	}
	err = call(w.bystander.fd, request, &arg);
	if (!err && (flags & TT_MEMSTAT_GEOMETRY_REMOTE))
		w.remote = arg.chip_out;
	return err;
}

static int act_set(void)
{
	return say_geometry(TT_MEMSTAT_GEOMETRY_SET, 0, 0x220);
}

static void undo_set(void)
{
	want_error("GEOMETRY_UNSET", 0,
		   say_geometry(TT_MEMSTAT_GEOMETRY_UNSET, TT_MEMSTAT_GEOMETRY_FORCE, 0));
}

static void prepare_set(void)
{
	want_error("GEOMETRY_SET", 0, act_set());
}

static int act_unset(void)
{
	return say_geometry(TT_MEMSTAT_GEOMETRY_UNSET, 0, 0);
}

/* A chip that a worker removes is there for a while. */
static void wait_gone(void)
{
	char path[64];

	snprintf(path, sizeof(path), CLASS "/tt%u", w.remote);
	for (int i = 0; i < 1000 && !access(path, F_OK); i++)
		usleep(20000);
}

static int act_set_remote(void)
{
	return say_geometry(TT_MEMSTAT_GEOMETRY_SET, TT_MEMSTAT_GEOMETRY_REMOTE, 0x220);
}

static void undo_set_remote(void)
{
	want_error("GEOMETRY_UNSET", 0,
		   say_geometry(TT_MEMSTAT_GEOMETRY_UNSET, TT_MEMSTAT_GEOMETRY_REMOTE, 0));
	wait_gone();
}

static void prepare_live_pci(void)
{
	struct tt_memstat_entry one = record(1, 0, 64);

	prepare_open();
	want_error("ATTACH", 0, act_attach_to(w.pci, TT_MEMSTAT_ATTACH_GEOMETRY, 0));
	want_error("SUBMIT", 0, submit(&w.tried, &one, 1));
}

static int act_force(void)
{
	return say_geometry(TT_MEMSTAT_GEOMETRY_SET, TT_MEMSTAT_GEOMETRY_FORCE, 1);
}

static void undo_pci(void)
{
	undo_open();
	undo_set();
}

static int act_attach_pci(void)
{
	return act_attach_to(w.pci, TT_MEMSTAT_ATTACH_GEOMETRY, 0);
}

static int act_attach_remote(void)
{
	int err = act_attach_to(w.pci,
				TT_MEMSTAT_ATTACH_GEOMETRY | TT_MEMSTAT_ATTACH_REMOTE, 6);

	if (!err)
		w.remote = w.tried.chip;
	return err;
}

static void undo_remote(void)
{
	undo_open();
	wait_gone();
}

static const struct trial trials[] = {
	{ "open", 0, NULL, act_open, undo_open },
	{ "GET_INFO", 0, prepare_open, act_info, undo_open },
	{ "CHIP_CREATE", 0, prepare_open, act_create, undo_create },
	{ "CHIP_DESTROY", NO_MEMORY_NEEDED, prepare_create, act_destroy, undo_destroy },
	{ "CHIP_FIND", 0, prepare_open, act_find, undo_open },
	{ "ATTACH", 0, prepare_open, act_attach, undo_open },
	{ "DETACH", NO_MEMORY_NEEDED, prepare_records, act_detach, undo_open },
	{ "PARTIAL", NO_MEMORY_NEEDED, prepare_records, act_partial, undo_open },
	{ "BANK_SET of cores", STANDS, prepare_attach, act_set_l1, undo_open },
	{ "BANK_SET of DRAM", STANDS, prepare_attach, act_set_dram, undo_open },
	{ "SUBMIT", PARTLY, prepare_submit, act_submit, undo_open },
	{ "SUBMIT of frees", PARTLY | NO_MEMORY_NEEDED, prepare_frees, act_frees,
	  undo_open },
	{ "DROP", NO_MEMORY_NEEDED, prepare_records, act_drop, undo_open },
	{ "QUERY_CHIP", 0, prepare_open, act_query_chip, undo_open },
	{ "QUERY_CLIENT", 0, prepare_open, act_query_client, undo_open },
	{ "LIST_RECORDS", 0, prepare_open, act_list_records, undo_open },
	{ "LIST_PROGRAMS", 0, prepare_open, act_list_programs, undo_open },
	{ "LIST_SETS", 0, prepare_open, act_list_sets, undo_open },
	{ "close", NO_MEMORY_NEEDED, prepare_records, act_close, undo_close },
	{ "RING_SETUP", 0, prepare_submit, act_ring_setup, undo_open },
	{ "mmap", 0, prepare_ring, act_map, undo_open },
	{ "RING_STATUS", NO_MEMORY_NEEDED, prepare_ring, act_status, undo_open },
	{ "RING_DOORBELL that takes", PARTLY | NO_MEMORY_NEEDED, prepare_mapped_ring,
	  act_doorbell, undo_open },
	{ "RING_DOORBELL that funds", NO_MEMORY_NEEDED, prepare_used_ring, act_doorbell,
	  undo_open },
	{ "QUERY_CHIP with a ring", PARTLY, prepare_mapped_ring, act_publish_query, undo_open },
	{ "reading with a ring", PARTLY, prepare_mapped_ring, act_publish_read, undo_open },
	{ "DETACH with a ring", PARTLY | NO_MEMORY_NEEDED, prepare_mapped_ring,
	  act_publish_detach, undo_open },
	{ "GEOMETRY_SET", OF_CARD | STANDS, NULL, act_set, undo_set },
	{ "GEOMETRY_SET of a remote chip", OF_CARD | STANDS, NULL, act_set_remote,
	  undo_set_remote },
	{ "GEOMETRY_SET by force", OF_CARD | STANDS, prepare_live_pci, act_force, undo_pci },
	{ "GEOMETRY_UNSET", OF_CARD | STANDS, prepare_set, act_unset, undo_set },
	{ "ATTACH with a geometry", OF_CARD, prepare_open, act_attach_pci, undo_pci },
	{ "ATTACH to a remote chip", OF_CARD, prepare_open, act_attach_remote, undo_remote },
};
