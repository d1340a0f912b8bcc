// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measure one user's calls while another attacks the same chip. Prints lines
 * `bench: attacks.NAME VALUE UNIT`.
 *
 *   ttmem-attacks ATTACK CHIP THREADS MILLISECONDS
 *	none        no attack, for comparison
 *	busy        each thread only computes: shows the cost of waiting for a processor
 *	snapshots   each client reports 256 snapshots, then another one again and again
 *	ring        each client fills its ring with entries that walk over many small records
 *	pieces      each client records and frees all of L1 over the small records of the others
 *	dram        the same in DRAM
 *	dispatch    each client dispatches a list of its programs, and then the next one
 *	drop        each client records many small records and drops all of them at once
 *	readers     each thread reads the chip's figures
 *
 * Requires root, a chip that is open to all, and a cgroup /sys/fs/cgroup/attack for the attackers.
 * cpu_ns is processor time of the thread; with tests/vm/run --icount it is instructions. wall_ns is
 * elapsed time, including waiting for the processor.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ttmemstat.h>

#define CGROUP		"/sys/fs/cgroup/attack"
#define USER		1000
#define ATTACKER	1001
#define MAX_ROUNDS	4096
#define BATCH		256
#define L1_BYTES	1499136u	/* of a Wormhole core */
#define BANK_BYTES	(1u << 30)	/* of a Wormhole DRAM bank */
#define ALL_ID		(1ull << 40)	/* above the ids of the pieces */

struct attacker {
	struct ttmemstat_ctx *ctx;
	struct ttmemstat_attachment *att;
	unsigned int number;
};

/* Shared by the processes: number of running attackers. */
static atomic_uint *ready;
static atomic_uint *clients;

static atomic_bool pieces_made;

static unsigned int chip;
static char stat_path[64];

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "ttmem-attacks: %s: %s\n", what, strerror(-err));
	exit(1);
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int attach(struct attacker *self, uint32_t flags)
{
	struct ttmemstat_attach_options o;
	int err = ttmemstat_open(&self->ctx, NULL);

	if (err)
		return err;
	ttmemstat_attach_options_init(&o);
	o.chip = chip;
	o.covers = TT_MEMSTAT_POOL_MASK_ALL;
	o.flags = flags;
	err = ttmemstat_attach(self->ctx, &o, &self->att, NULL);
	if (err)
		ttmemstat_close(self->ctx);
	return err;
}

/* Make as many records of one granule as the user may have, at most @most; returns the number. */
static uint64_t make_pieces(struct attacker *self, uint32_t pool, uint64_t most)
{
	struct tt_memstat_entry entries[BATCH];
	uint64_t id, made = 0;
	size_t taken;
	int err = 0;

	while (!err && made < most) {
		for (id = 0; id < BATCH; id++) {
			const struct ttmemstat_record r = {
				.id = made + id + 1, .addr = (made + id) * 32, .size = 16,
				.pool = pool,
			};

			must(ttmemstat_entry_record(&entries[id], &r), "a record");
		}
		err = ttmemstat_submit(self->att, entries, BATCH, &taken);
		made += taken;
	}
	return made;
}

/* Only the first attacker makes pieces. */
static void make_pieces_once(struct attacker *self, uint32_t pool, uint64_t most)
{
	const struct timespec tick = { .tv_nsec = 10000000 };

	if (self->number == 0 && !atomic_load(&pieces_made)) {
		make_pieces(self, pool, most);
		atomic_store(&pieces_made, true);
	}
	while (!atomic_load(&pieces_made))
		nanosleep(&tick, NULL);
}

static void attack_snapshots(struct attacker *self)
{
	struct ttmemstat_snapshot s = {
		.allocatable = 1 << 20, .allocated = 1 << 10, .free = (1 << 20) - (1 << 10),
		.largest_free_block = 1 << 19, .pool = TT_MEMSTAT_POOL_L1,
	};
	const uint16_t side = 7;
	uint32_t n;

	for (n = 0; n < 255; n++) {
		const struct tt_memstat_rect rect = {
			.x0 = (uint16_t)(n % side), .y0 = (uint16_t)(n / side % side),
			.x1 = (uint16_t)(n % side), .y1 = (uint16_t)(n / side % side + n / 49 % 2),
		};

		if (ttmemstat_bank_set_l1(self->att, &rect, 1, &s.set) ||
		    ttmemstat_report_snapshot(self->att, &s))
			break;
	}
	atomic_fetch_add(ready, 1);
	for (;;) {
		s.allocated ^= 16;
		s.free ^= 16;
		ttmemstat_report_snapshot(self->att, &s);
	}
}

static void attack_all(struct attacker *self, uint32_t pool, uint64_t bytes)
{
	const struct ttmemstat_record all = {
		.id = ALL_ID + self->number, .size = bytes, .pool = pool,
	};

	make_pieces_once(self, pool, bytes / 32 - 1);
	atomic_fetch_add(ready, 1);
	for (;;) {
		ttmemstat_report_record(self->att, &all);
		ttmemstat_report_free(self->att, all.id);
	}
}

static void attack_pieces(struct attacker *self)
{
	attack_all(self, TT_MEMSTAT_POOL_L1, L1_BYTES);
}

static void attack_dram(struct attacker *self)
{
	attack_all(self, TT_MEMSTAT_POOL_DRAM, BANK_BYTES);
}

/* The library rings the doorbell of a full ring. */
static void attack_ring(struct attacker *self)
{
	make_pieces_once(self, TT_MEMSTAT_POOL_L1, 8000);
	attack_all(self, TT_MEMSTAT_POOL_L1, L1_BYTES);
}

static void attack_dispatch(struct attacker *self)
{
	struct ttmemstat_record r = { .size = 16, .pool = TT_MEMSTAT_POOL_CB };
	const uint64_t programs = 512;
	uint64_t n, list;

	for (n = 1; n <= programs; n++) {
		r.id = n;
		r.program = n;
		r.addr = n * 32;
		if (ttmemstat_report_record(self->att, &r))
			break;
	}
	atomic_fetch_add(ready, 1);
	for (list = 1;; list++)
		for (n = 1; n <= programs; n++)
			ttmemstat_report_dispatch(self->att, n, list);
}

static void attack_drop(struct attacker *self)
{
	atomic_fetch_add(ready, 1);
	for (;;) {
		make_pieces(self, TT_MEMSTAT_POOL_L1, 8192);
		ttmemstat_drop(self->att, TT_MEMSTAT_POOL_MASK_ALL);
	}
}

static void read_stat(void)
{
	char text[16384];
	int fd = open(stat_path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text)) <= 0)
		must(-errno, stat_path);
	close(fd);
}

static void attack_readers(struct attacker *self)
{
	(void)self;
	atomic_fetch_add(ready, 1);
	for (;;)
		read_stat();
}

static void attack_busy(struct attacker *self)
{
	volatile uint64_t sum = self->number;

	atomic_fetch_add(ready, 1);
	for (;;)
		sum = sum * 3 + 1;
}

static const struct attack {
	const char *name;
	void (*run)(struct attacker *self);
	uint32_t flags;
} attacks[] = {
	{ "none", NULL, 0 },
	{ "busy", attack_busy, 0 },
	{ "snapshots", attack_snapshots, 0 },
	{ "ring", attack_ring, TTMEMSTAT_ATTACH_RING },
	{ "pieces", attack_pieces, 0 },
	{ "dram", attack_dram, 0 },
	{ "dispatch", attack_dispatch, 0 },
	{ "drop", attack_drop, 0 },
	{ "readers", attack_readers, 0 },
};

static const struct attack *attack;
static struct attacker attackers[256];

/* A user may have fewer clients than threads: further threads use the first client. */
static void *attacking(void *arg)
{
	struct attacker *self = arg;

	if (!self->att) {
		self->ctx = attackers[0].ctx;
		self->att = attackers[0].att;
	}
	attack->run(self);
	return NULL;
}

static void be_attacker(unsigned int threads)
{
	pthread_t thread;
	unsigned int n;
	FILE *procs;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	procs = fopen(CGROUP "/cgroup.procs", "w");
	if (!procs || fprintf(procs, "%d\n", getpid()) < 0 || fclose(procs))
		must(-errno, CGROUP);
	if (setgid(ATTACKER) || setuid(ATTACKER))
		must(-errno, "setuid");
	for (n = 0; n < threads; n++) {
		attackers[n].number = n;
		if (attach(&attackers[n], attack->flags))
			break;
		atomic_fetch_add(clients, 1);
	}
	if (n == 0)
		must(-ENOSPC, "no attacker may attach");
	for (; n < threads; n++)
		attackers[n].number = n;
	for (n = 0; n < threads; n++)
		must(-pthread_create(&thread, NULL, attacking, &attackers[n]), "pthread_create");
	for (;;)
		pause();
}

/* Processor time, in ns, of all kernel workers. */
static uint64_t workers(void)
{
	unsigned long user, system;
	struct dirent *entry;
	uint64_t sum = 0;
	char path[300];
	DIR *proc = opendir("/proc");

	while (proc && (entry = readdir(proc))) {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		if (!isdigit((unsigned char)entry->d_name[0]) || !(file = fopen(path, "r")))
			continue;
		if (fscanf(file, "%*d (kworker%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			   "%lu %lu", &user, &system) == 2)
			sum += (uint64_t)(user + system) * 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
		fclose(file);
	}
	if (proc)
		closedir(proc);
	return sum;
}

static uint64_t attackers_ns(void)
{
	unsigned long long usec = 0;
	FILE *file = fopen(CGROUP "/cpu.stat", "r");

	if (file && fscanf(file, "usage_usec %llu", &usec) != 1)
		usec = 0;
	if (file)
		fclose(file);
	return usec * 1000;
}

struct samples {
	uint64_t cpu[MAX_ROUNDS];
	uint64_t wall[MAX_ROUNDS];
};

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print(const char *what, struct samples *s, unsigned int count)
{
	qsort(s->cpu, count, sizeof(s->cpu[0]), compare);
	qsort(s->wall, count, sizeof(s->wall[0]), compare);
	printf("bench: attacks.%s.%s.cpu_median %llu ns\n", attack->name, what,
	       (unsigned long long)s->cpu[count / 2]);
	printf("bench: attacks.%s.%s.cpu_most %llu ns\n", attack->name, what,
	       (unsigned long long)s->cpu[count - 1]);
	printf("bench: attacks.%s.%s.wall_median %llu ns\n", attack->name, what,
	       (unsigned long long)s->wall[count / 2]);
	printf("bench: attacks.%s.%s.wall_most %llu ns\n", attack->name, what,
	       (unsigned long long)s->wall[count - 1]);
}

static void record_and_free(struct attacker *self)
{
	const struct ttmemstat_record r = {
		.id = 1, .addr = 65536, .size = 4096, .pool = TT_MEMSTAT_POOL_L1,
	};

	must(ttmemstat_report_record(self->att, &r), "a record");
	must(ttmemstat_report_free(self->att, 1), "a free");
}

static void sample(struct samples *s, unsigned int n, uint64_t cpu, uint64_t wall)
{
	s->cpu[n] = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
	s->wall[n] = now(CLOCK_MONOTONIC) - wall;
}

/* The attacked user: as many rounds as the time allows, with pauses between them. */
static void work(struct attacker *self, unsigned int ms)
{
	static struct samples reports, reads;
	const struct timespec pause_between = { .tv_nsec = 1000000 };
	uint64_t end = now(CLOCK_MONOTONIC) + (uint64_t)ms * 1000000;
	unsigned int n;

	for (n = 0; n < MAX_ROUNDS && (n < 8 || now(CLOCK_MONOTONIC) < end); n++) {
		uint64_t cpu = now(CLOCK_THREAD_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);

		record_and_free(self);
		sample(&reports, n, cpu, wall);
		cpu = now(CLOCK_THREAD_CPUTIME_ID);
		wall = now(CLOCK_MONOTONIC);
		read_stat();
		sample(&reads, n, cpu, wall);
		nanosleep(&pause_between, NULL);
	}
	print("report", &reports, n);
	print("stat", &reads, n);
	printf("bench: attacks.%s.rounds %u rounds\n", attack->name, n);
}

static void measure(unsigned int threads, unsigned int ms)
{
	const struct timespec tick = { .tv_nsec = 10000000 };
	uint64_t start, worked, attacked;
	struct attacker self = { 0 };
	pid_t pid = 0;

	must(attach(&self, 0), "attach");
	record_and_free(&self);
	read_stat();
	if (attack->run) {
		pid = fork();
		if (!pid)
			be_attacker(threads);
		while (atomic_load(ready) < threads && !waitpid(pid, NULL, WNOHANG))
			nanosleep(&tick, NULL);
		printf("bench: attacks.%s.clients %u clients\n", attack->name,
		       atomic_load(clients));
	}
	worked = workers();
	attacked = attackers_ns();
	start = now(CLOCK_MONOTONIC);
	work(&self, ms);
	printf("bench: attacks.%s.workers %llu us\n", attack->name,
	       (unsigned long long)(workers() - worked) / 1000);
	printf("bench: attacks.%s.attackers %llu us\n", attack->name,
	       (unsigned long long)(attackers_ns() - attacked) / 1000);
	printf("bench: attacks.%s.time %llu us\n", attack->name,
	       (unsigned long long)(now(CLOCK_MONOTONIC) - start) / 1000);
	if (pid) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	must(ttmemstat_detach(self.att), "detach");
	ttmemstat_close(self.ctx);
}

int main(int argc, char **argv)
{
	unsigned int threads, ms;
	void *shared;
	size_t n;

	if (argc != 5)
		must(-EINVAL, "usage: ttmem-attacks ATTACK CHIP THREADS MILLISECONDS");
	for (n = 0; n < sizeof(attacks) / sizeof(attacks[0]); n++)
		if (!strcmp(attacks[n].name, argv[1]))
			attack = &attacks[n];
	chip = (unsigned int)atoi(argv[2]);
	threads = (unsigned int)atoi(argv[3]);
	ms = (unsigned int)atoi(argv[4]);
	snprintf(stat_path, sizeof(stat_path), "/sys/class/tt_memstat/tt%u/stat", chip);
	if (!attack || !threads || threads > 256 || !ms)
		must(-EINVAL, argv[1]);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		must(-errno, "mmap");
	ready = shared;
	clients = ready + 1;
	measure(threads, ms);
	return 0;
}
