// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-region: keep statistics of chips in shared memory like tt-metal, in the layouts of its
 * versions 3 and 4, as far as their offsets are known. Used to test the reporter's mirror.
 *
 * Reads commands from standard input, one a line, and answers each with one line: the command,
 * then OK or the name of the error. Numbers are in C notation. Ends with status 0 at the end of
 * the input, 2 at a line that is no command.
 *
 *   node PATH                       opens a chip's node and keeps it
 *   open UNIQUE_ID DEVICE VERSION   a device: makes or joins its region; the regions of this
 *                                   process are named by UNIQUE_ID below
 *   alloc UNIQUE_ID POOL BYTES [CHIP]   dram, l1, l1_small, trace; of a chip behind the device
 *   free UNIQUE_ID POOL BYTES [CHIP]
 *   cb UNIQUE_ID BYTES              circular buffers, as an allocator says
 *   shut UNIQUE_ID                  closes the device
 *   slot UNIQUE_ID                  prints this process's slot: dram, l1, l1_small, trace, cb
 *   slots UNIQUE_ID                 prints how many slots are taken
 *   unlink UNIQUE_ID
 *   close-all                       closes every descriptor above 2, as daemons do
 *   fork COMMAND                    a child runs it, then shuts all; the parent waits
 *   child                           a child goes on with the commands; the parent waits for it
 *   pid | echo TEXT | sleep MS | exit STATUS
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHIP_NONE	UINT32_MAX
#define READY		0x52454459u
#define POOLS		5
#define DEVICES		8

struct chip {
	_Atomic uint32_t id;
	_Atomic uint32_t remote;
	_Atomic uint64_t bytes[POOLS];
};

struct slot {
	_Atomic int32_t pid;
	_Atomic uint64_t bytes[POOLS];
	_Atomic uint64_t time;
	char name[64];
};

struct region {
	_Atomic uint32_t version;
	_Atomic uint32_t processes;
	_Atomic uint64_t time;
	_Atomic uint32_t users;
	_Atomic uint64_t board;
	_Atomic uint64_t unique_id;
	_Atomic uint32_t device;
	_Atomic uint64_t total[POOLS];
	struct chip chips[16];
	struct slot slots[64];
	_Atomic uint32_t state;		/* version 4 */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct region) == 8576 && offsetof(struct region, chips) == 88 &&
	       offsetof(struct region, slots) == 856 && offsetof(struct region, state) == 8536,
	       "the layout is tt-metal's");

struct device {
	uint64_t unique_id;
	uint32_t id;
	uint32_t version;
	struct region *region;
	int fd;
};

static struct device devices[DEVICES];

static const char *const pool_names[] = { "dram", "l1", "l1_small", "trace", "cb" };

static void answer(const char *command, int error)
{
	printf("%s %s\n", command, error ? strerrorname_np(error) : "OK");
	fflush(stdout);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void subtract(_Atomic uint64_t *from, uint64_t bytes)
{
	uint64_t value = atomic_load(from);

	while (!atomic_compare_exchange_weak(from, &value, value > bytes ? value - bytes : 0))
		;
}

static void set_up(const struct device *device)
{
	struct region *r = device->region;

	r->version = device->version;
	r->processes = 0;
	r->time = now();
	r->users = 0;
	for (size_t i = 0; i < POOLS; i++)
		r->total[i] = 0;
	for (size_t i = 0; i < 16; i++) {
		memset(&r->chips[i], 0, sizeof(r->chips[i]));
		r->chips[i].id = i ? CHIP_NONE : device->id;
	}
	memset(r->slots, 0, sizeof(r->slots));
}

static bool is_alive(int32_t pid)
{
	return pid > 0 && (!kill(pid, 0) || errno == EPERM);
}

static bool has_live_slot(const struct region *r)
{
	for (size_t i = 0; i < 64; i++)
		if (is_alive(r->slots[i].pid))
			return true;
	return false;
}

static struct slot *find_slot(struct device *device, bool take)
{
	struct region *r = device->region;

	for (size_t i = 0; i < 64; i++)
		if (r->slots[i].pid == getpid())
			return &r->slots[i];
	for (size_t i = 0; take && i < 64; i++) {
		int32_t none = 0;

		if (!atomic_compare_exchange_strong(&r->slots[i].pid, &none, getpid()))
			continue;
		for (size_t pool = 0; pool < POOLS; pool++)
			r->slots[i].bytes[pool] = 0;
		r->processes++;
		if (device->version == 4)
			r->users++;
		return &r->slots[i];
	}
	return NULL;
}

static void give_back(struct device *device, struct slot *slot)
{
	struct region *r = device->region;

	for (size_t pool = 0; pool < POOLS; pool++)
		subtract(&r->total[pool], atomic_exchange(&slot->bytes[pool], 0));
	slot->pid = 0;
	r->processes--;
	if (device->version == 4)
		r->users--;
}

static void reset_if_idle(struct region *r)
{
	if (r->users)
		return;
	for (size_t pool = 0; pool < POOLS; pool++)
		r->total[pool] = 0;
	for (size_t i = 0; i < 16; i++)
		for (size_t pool = 0; r->chips[i].id != CHIP_NONE && pool < POOLS; pool++)
			r->chips[i].bytes[pool] = 0;
}

static void reap(struct device *device)
{
	for (size_t i = 0; i < 64; i++) {
		struct slot *slot = &device->region->slots[i];

		if (slot->pid && !is_alive(slot->pid))
			give_back(device, slot);
	}
}

/* Whether the region may be used: joined, made, or taken over. */
static int join_v3(struct device *device, bool creator)
{
	struct region *r = device->region;

	if (creator) {
		set_up(device);
	} else if (r->version != device->version) {
		if (r->users)
			return EBUSY;
		set_up(device);
	}
	r->users++;
	return 0;
}

static int join_v4(struct device *device)
{
	struct region *r = device->region;

	if (r->state != READY || r->version != 4) {
		if (r->version && r->version != 4 && has_live_slot(r))
			return EBUSY;
		r->state = 1;
		set_up(device);
		r->state = READY;
	}
	reap(device);
	reset_if_idle(r);
	find_slot(device, true);
	return 0;
}

static void region_path(uint64_t unique_id, char path[64])
{
	snprintf(path, 64, "/tt_device_%" PRIu64 "_memory", unique_id);
}

static int open_device(struct device *device)
{
	bool creator = true;
	char path[64];
	int error;

	region_path(device->unique_id, path);
	device->fd = shm_open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (device->fd < 0 && errno == EEXIST) {
		creator = false;
		device->fd = shm_open(path, O_RDWR, 0600);
	}
	if (device->fd < 0)
		return errno;
	if (ftruncate(device->fd, sizeof(struct region)))
		return errno;
	device->region = mmap(NULL, sizeof(struct region), PROT_READ | PROT_WRITE, MAP_SHARED,
			      device->fd, 0);
	if (device->region == MAP_FAILED)
		return errno;
	error = device->version == 3 ? join_v3(device, creator) : join_v4(device);
	if (error)
		return error;
	device->region->unique_id = device->unique_id;
	device->region->device = device->id;
	return 0;
}

static void shut(struct device *device)
{
	struct slot *slot = find_slot(device, false);
	struct region *r = device->region;

	if (slot)
		give_back(device, slot);
	if (device->version == 3)
		r->users--;
	else
		reap(device);
	reset_if_idle(r);
	munmap(r, sizeof(*r));
	close(device->fd);
	memset(device, 0, sizeof(*device));
}

static struct chip *find_chip(struct region *r, uint32_t id)
{
	for (size_t i = 0; i < 16; i++) {
		if (r->chips[i].id == CHIP_NONE) {
			r->chips[i].id = id;
			r->chips[i].remote = 1;
		}
		if (r->chips[i].id == id)
			return &r->chips[i];
	}
	return NULL;
}

static void count(struct device *device, size_t pool, uint64_t bytes, uint32_t id, bool add)
{
	struct slot *slot = find_slot(device, true);
	struct chip *chip = find_chip(device->region, id);
	_Atomic uint64_t *where[] = {
		&device->region->total[pool], chip ? &chip->bytes[pool] : NULL,
		slot ? &slot->bytes[pool] : NULL,
	};

	for (size_t i = 0; i < 3; i++) {
		if (where[i] && add)
			*where[i] += bytes;
		else if (where[i])
			subtract(where[i], bytes);
	}
	device->region->time = now();
}

/* An allocator's value replaces its previous one. */
static void set_cb(struct device *device, uint64_t bytes)
{
	struct chip *chip = find_chip(device->region, device->id);
	struct slot *slot = find_slot(device, false);

	device->region->total[4] = bytes;
	device->region->time = now();
	if (chip)
		chip->bytes[4] = bytes;
	if (slot)
		slot->bytes[4] = bytes;
}

static _Noreturn void wrong(const char *what, const char *word)
{
	fprintf(stderr, "ttmem-region: %s: %s\n", what, word);
	exit(2);
}

static struct device *find_device(const char *word)
{
	uint64_t unique_id = strtoull(word, NULL, 0);

	for (size_t i = 0; i < DEVICES; i++)
		if (devices[i].region && devices[i].unique_id == unique_id)
			return &devices[i];
	wrong("no device", word);
}

static size_t find_pool(const char *word)
{
	for (size_t i = 0; i < 4; i++)
		if (!strcmp(pool_names[i], word))
			return i;
	wrong("no pool", word);
}

static int do_open(char **word)
{
	struct device *device = devices;
	int error;

	while (device->region)
		if (++device == devices + DEVICES)
			wrong("too many devices", word[1]);
	device->unique_id = strtoull(word[1], NULL, 0);
	device->id = (uint32_t)strtoul(word[2], NULL, 0);
	device->version = (uint32_t)strtoul(word[3], NULL, 0);
	error = open_device(device);
	if (error)
		device->region = NULL;
	return error;
}

static int do_count(char **word)
{
	struct device *device = find_device(word[1]);

	count(device, find_pool(word[2]), strtoull(word[3], NULL, 0),
	      word[4] ? (uint32_t)strtoul(word[4], NULL, 0) : device->id,
	      !strcmp(word[0], "alloc"));
	return 0;
}

static int do_cb(char **word)
{
	set_cb(find_device(word[1]), strtoull(word[2], NULL, 0));
	return 0;
}

static int do_shut(char **word)
{
	shut(find_device(word[1]));
	return 0;
}

static int do_slot(char **word)
{
	const struct slot *slot = find_slot(find_device(word[1]), false);

	printf("slot");
	for (size_t pool = 0; slot && pool < POOLS; pool++)
		printf(" %" PRIu64, slot->bytes[pool]);
	printf(slot ? "\n" : " none\n");
	fflush(stdout);
	return -1;
}

static int do_slots(char **word)
{
	const struct device *device = find_device(word[1]);
	int taken = 0;

	for (size_t i = 0; i < 64; i++)
		taken += device->region->slots[i].pid != 0;
	printf("slots %d\n", taken);
	fflush(stdout);
	return -1;
}

static int do_node(char **word)
{
	return open(word[1], O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

static int do_unlink(char **word)
{
	char path[64];

	region_path(strtoull(word[1], NULL, 0), path);
	return shm_unlink(path) ? errno : 0;
}

static int do_close_all(char **word)
{
	(void)word;
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	return 0;
}

static int do_pid(char **word)
{
	(void)word;
	printf("pid %d\n", getpid());
	fflush(stdout);
	return -1;
}

static int do_echo(char **word)
{
	printf("echo %s\n", word[1] ? word[1] : "");
	fflush(stdout);
	return -1;
}

static int do_sleep(char **word)
{
	unsigned long ms = strtoul(word[1], NULL, 0);
	const struct timespec nap = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	nanosleep(&nap, NULL);
	return 0;
}

static int do_exit(char **word)
{
	exit((int)strtol(word[1], NULL, 0));
}

static int do_child(char **word)
{
	pid_t pid = fork();
	int status;

	(void)word;
	if (pid > 0) {
		waitpid(pid, &status, 0);
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	return pid < 0 ? errno : 0;
}

static int do_fork(char **word);

static const struct {
	const char *name;
	int words;
	int (*run)(char **word);	/* -1: it has answered */
} commands[] = {
	{ "node", 1, do_node }, { "open", 3, do_open }, { "alloc", 3, do_count },
	{ "free", 3, do_count }, { "cb", 2, do_cb }, { "shut", 1, do_shut },
	{ "slot", 1, do_slot }, { "slots", 1, do_slots }, { "unlink", 1, do_unlink },
	{ "close-all", 0, do_close_all }, { "fork", 1, do_fork }, { "child", 0, do_child },
	{ "pid", 0, do_pid },
	{ "echo", 0, do_echo }, { "sleep", 1, do_sleep }, { "exit", 1, do_exit },
};

static void run(char **word, int count_of)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		int error;

		if (strcmp(commands[i].name, word[0]) != 0)
			continue;
		if (count_of <= commands[i].words)
			wrong("too few words", word[0]);
		error = commands[i].run(word);
		if (error >= 0)
			answer(word[0], error);
		return;
	}
	wrong("no command", word[0]);
}

static int do_fork(char **word)
{
	int count_of = 0;
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (pid) {
		waitpid(pid, NULL, 0);
		return 0;
	}
	while (word[1 + count_of])
		count_of++;
	run(word + 1, count_of);
	for (size_t i = 0; i < DEVICES; i++)
		if (devices[i].region)
			shut(&devices[i]);
	_exit(0);
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		char *word[8] = { NULL };
		char *rest = line;
		char *one;
		int n = 0;

		while ((one = strsep(&rest, " \t\n")))
			if (*one && n < 7)
				word[n++] = one;
		if (n && word[0][0] != '#')
			run(word, n);
	}
	free(line);
	return 0;
}
