/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client with a ring, using only the uAPI. Included by ttmem-ring.c, ttmem-life.c and
 * ttmem-access.c. If a call that must not fail does, the program ends with a message.
 */

#include <sys/socket.h>

#define L1	TT_MEMSTAT_POOL_L1
#define MAX_RING	1024

struct ring {
	int fd;
	uint32_t chip;
	uint32_t handle;
	uint64_t client;
	uint32_t entries;
	uint64_t offset;
	size_t size;
	size_t slots_at;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;
};

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}

static void want(const char *what, long long wanted, long long saw)
{
	if (wanted != saw)
		fail("%s: expected %lld, saw %lld", what, wanted, saw);
}

static void want_error(const char *what, int wanted, int saw)
{
	if (wanted != saw)
		fail("%s: expected %s, saw %s", what, wanted ? strerrorname_np(-wanted) : "success",
		     saw ? strerrorname_np(-saw) : "success");
}

/* 0 or a negative errno. */
static int call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

static int open_device(void)
{
	int fd = open("/dev/tt_memstat", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("/dev/tt_memstat: %s", strerror(errno));
	return fd;
}

static uint64_t client_of(int fd)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };

	want_error("GET_INFO", 0, call(fd, TT_MEMSTAT_GET_INFO, &info));
	return info.client;
}

static void attach(struct ring *r, uint32_t chip)
{
	struct tt_memstat_attach arg = {
		.argsz = sizeof(arg), .chip = chip, .proof = -1, .runtime_id = -1,
		.covers = TT_MEMSTAT_POOL_MASK_ALL,
	};

	memset(r, 0, sizeof(*r));
	r->fd = open_device();
	want_error("ATTACH", 0, call(r->fd, TT_MEMSTAT_ATTACH, &arg));
	r->chip = chip;
	r->handle = arg.attachment;
	r->client = client_of(r->fd);
}

static int try_setup(struct ring *r, uint32_t entries)
{
	struct tt_memstat_ring_setup arg = {
		.argsz = sizeof(arg), .attachment = r->handle, .entries = entries,
	};
	int err = call(r->fd, TT_MEMSTAT_RING_SETUP, &arg);

	if (err)
		return err;
	r->entries = entries;
	r->offset = arg.offset;
	r->size = (size_t)arg.size;
	r->slots_at = (size_t)arg.entries_offset;
	return 0;
}

static int try_map(struct ring *r, size_t size, uint64_t offset, int prot, int flags, void **map)
{
	*map = mmap(NULL, size, prot, flags, r->fd, (off_t)offset);
	return *map == MAP_FAILED ? -errno : 0;
}

static void map_ring(struct ring *r)
{
	void *map;

	want_error("mmap", 0, try_map(r, r->size, r->offset, PROT_READ | PROT_WRITE, MAP_SHARED,
				      &map));
	r->shared = map;
	r->slot = (void *)((char *)map + r->slots_at);
}

static void unmap_ring(struct ring *r)
{
	if (r->shared)
		munmap(r->shared, r->size);
	r->shared = NULL;
}

static inline void make_ring(struct ring *r, uint32_t chip, uint32_t entries)
{
	attach(r, chip);
	want_error("RING_SETUP", 0, try_setup(r, entries));
	map_ring(r);
}

static int doorbell(struct ring *r, uint32_t *credit)
{
	struct tt_memstat_ring_doorbell arg = { .argsz = sizeof(arg), .attachment = r->handle };
	int err = call(r->fd, TT_MEMSTAT_RING_DOORBELL, &arg);

	if (credit)
		*credit = arg.credit;
	return err;
}

static inline struct tt_memstat_ring_status status(struct ring *r)
{
	struct tt_memstat_ring_status arg = { .argsz = sizeof(arg), .attachment = r->handle };

	want_error("RING_STATUS", 0, call(r->fd, TT_MEMSTAT_RING_STATUS, &arg));
	return arg;
}

/* A position, or false without credit. Tail is read before credit, see the uAPI. */
static bool claim(struct ring *r, uint32_t *position)
{
	uint32_t tail = __atomic_load_n(&r->shared->tail, __ATOMIC_ACQUIRE);

	do {
		uint32_t credit = __atomic_load_n(&r->shared->credit, __ATOMIC_ACQUIRE);

		if ((int32_t)(credit - tail) <= 0)
			return false;
	} while (!__atomic_compare_exchange_n(&r->shared->tail, &tail, tail + 1, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	*position = tail;
	return true;
}

static void publish(struct ring *r, uint32_t position, const struct tt_memstat_entry *e)
{
	struct tt_memstat_entry *slot = &r->slot[position & (r->entries - 1)];

	slot->op = e->op;
	slot->flags = e->flags;
	memcpy(&slot->id, &e->id, sizeof(*e) - offsetof(struct tt_memstat_entry, id));
	__atomic_store_n(&slot->seq, position + 1, __ATOMIC_RELEASE);
}

/* With the doorbell where there is no credit. */
static int push(struct ring *r, const struct tt_memstat_entry *e)
{
	uint32_t position;
	int err;

	while (!claim(r, &position)) {
		err = doorbell(r, NULL);
		if (err)
			return err;
	}
	publish(r, position, e);
	return 0;
}

static struct tt_memstat_entry record(uint64_t id, uint64_t addr, uint64_t size)
{
	return (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_RECORD, .id = id, .addr = addr, .size = size, .pool = L1,
	};
}

static struct tt_memstat_entry release(uint64_t id)
{
	return (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_FREE, .id = id };
}

static inline void push_record(struct ring *r, uint64_t id, uint64_t size)
{
	struct tt_memstat_entry e = record(id, id * 4096 % 1048576, size);

	want_error("an event", 0, push(r, &e));
}

static inline void push_free(struct ring *r, uint64_t id)
{
	struct tt_memstat_entry e = release(id);

	want_error("an event", 0, push(r, &e));
}

static int submit(struct ring *r, struct tt_memstat_entry *e, uint32_t count)
{
	struct tt_memstat_submit arg = {
		.argsz = sizeof(arg), .attachment = r->handle, .count = count,
		.entries = (uintptr_t)e,
	};

	return call(r->fd, TT_MEMSTAT_SUBMIT, &arg);
}

static struct tt_memstat_figures figures_of(int fd, uint32_t chip, uint64_t client)
{
	struct tt_memstat_query arg = { .argsz = sizeof(arg), .chip = chip, .client = client };

	want_error("QUERY", 0, call(fd, client ? TT_MEMSTAT_QUERY_CLIENT : TT_MEMSTAT_QUERY_CHIP,
				    &arg));
	return arg.figures;
}

/* A figure of the client, or of its chip. */
static inline long long mine(struct ring *r, unsigned int figure)
{
	return (long long)figures_of(r->fd, r->chip, r->client).value[figure];
}

static inline long long whole(struct ring *r, unsigned int figure)
{
	return (long long)figures_of(r->fd, r->chip, 0).value[figure];
}

static inline int detach(struct ring *r)
{
	struct tt_memstat_detach arg = { .argsz = sizeof(arg), .attachment = r->handle };

	return call(r->fd, TT_MEMSTAT_DETACH, &arg);
}

static inline void leave(struct ring *r)
{
	unmap_ring(r);
	close(r->fd);
}

/* The exit status of @child_main in a child that shares the files; signals are 128 + n. */
static inline int in_child(int (*child_main)(struct ring *), struct ring *r)
{
	int wstatus;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid)
		_exit(child_main(r));
	if (waitpid(pid, &wstatus, 0) < 0)
		fail("waitpid: %s", strerror(errno));
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

/* By SCM_RIGHTS. */
static inline void send_descriptor(int socket, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		fail("sendmsg: %s", strerror(errno));
}

static inline int receive_descriptor(int socket)
{
	char bytes[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = bytes, .msg_controllen = sizeof(bytes),
	};
	int fd;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		fail("no descriptor came: %s", strerror(errno));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* xorshift: the same numbers every time. */
static inline uint64_t roll(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}
