/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the parts of the fuzzer: random numbers, data shared by all processes, and the state of
 * a process and of its threads.
 *
 * A run is a tree of processes. The first one (main.c) makes the others and outlives them; workers
 * (worker.c) make calls from several threads and die; readers (reader.c) read everything and check
 * it; an administrator (admin.c) plugs, unplugs, imports and tries to unload. Each has a seed that
 * determines its actions, but not the order in which the kernel sees calls of several threads.
 */
#ifndef TTMEMSTAT_FUZZ_H
#define TTMEMSTAT_FUZZ_H

#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../uapi/tt_memstat.h"

#define DEVICE		"/dev/tt_memstat"
#define CLASS		"/sys/class/tt_memstat"
#define MODULE		"/sys/module/tt_memstat"
#define CARDS		"/sys/module/fake_pci/parameters/"

#define FUZZ_PROCESSES	16	/* at most, not counting readers and administrator */
#define FUZZ_THREADS	4	/* of a worker */
#define FUZZ_CHIPS	16	/* chips that are told of */
#define FUZZ_FILES	6	/* files of a worker that are its own */
#define FUZZ_FOREIGN	4	/* and that came from others */
#define FUZZ_ON_FILE	4	/* tracked attachments of a file */
#define FUZZ_IDS	192	/* tracked records of an attachment */
#define FUZZ_PROGRAMS	12
#define FUZZ_SETS	6	/* of each space */
#define FUZZ_CALLS	20	/* numbers of the uAPI */
#define FUZZ_MESSAGES	16
#define FUZZ_ERRNOS	134

/* ---- Random numbers ------------------------------------------------------------------------ */

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* From 0 to @n - 1. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(((rng_next(r) >> 32) * n) >> 32);
}

/* True once in @n times. */
static inline bool rng_once_in(struct rng *r, uint32_t n)
{
	return !rng_below(r, n);
}

static inline uint64_t rng_mix(uint64_t a, uint64_t b)
{
	struct rng r = { a ^ (b * 0xd1342543de82ef95ull) };

	rng_next(&r);
	return rng_next(&r);
}

/* ---- Shared by all processes --------------------------------------------------------------- */

/* Kinds of call, beyond the numbers of the uAPI. */
enum kind {
	KIND_UNKNOWN = FUZZ_CALLS,	/* ioctl() with an unknown number */
	KIND_COMPAT,			/* ioctl() as a 32-bit caller, any number */
	KIND_OPEN,
	KIND_CLOSE,
	KIND_MMAP,
	KIND_MREMAP,
	KIND_MPROTECT,
	KIND_MADVISE,
	KIND_MUNMAP,
	KIND_READ,
	KIND_WRITE,
	KIND_POLL,
	KIND_SEND,
	KIND_RECEIVE,
	KIND_FORK,
	KIND_EXEC,
	KIND_PLUG,
	KIND_PARAMETER,
	KIND_UNLOAD,
	KIND_LOAD,
	KINDS,
};

struct tally {
	_Atomic uint64_t ok;
	_Atomic uint64_t failed;
	_Atomic uint64_t slowest;	/* nanoseconds */
	_Atomic uint32_t error[FUZZ_ERRNOS];
};

/* A present or former chip, and its valid addresses. */
struct chip_hint {
	_Atomic uint32_t number;
	_Atomic uint32_t l1;		/* granules of a core */
	_Atomic uint32_t dram;		/* granules of a bank */
	_Atomic uint32_t card;		/* the slot of its PCI function plus 1; 0 = virtual */
};

#define COVER_SECTIONS	4
#define COVER_TEXT	(1u << 20)

struct cover_map {
	unsigned long base[COVER_SECTIONS];
	unsigned char hit[COVER_SECTIONS][COVER_TEXT];
	_Atomic uint32_t found;		/* places of the module's code that were reached */
};

/* Seeds of runs that reached new code: their beginning is repeated. */
#define CORPUS	256

struct corpus {
	_Atomic uint32_t count;
	_Atomic uint64_t seed[CORPUS];
};

struct fuzz {
	uint64_t seed;
	uint64_t calls;			/* wanted in this epoch */
	_Atomic uint64_t done;		/* made in this epoch */
	_Atomic uint64_t total;		/* made in all */
	_Atomic bool stop;
	bool cards;			/* fake_pci is there */
	bool compat;			/* 32-bit calls can be made */
	bool kcov;
	int channel[2];			/* descriptors travel here */
	struct tally tally[KINDS];
	struct chip_hint chip[FUZZ_CHIPS];
	_Atomic uint32_t chips;
	_Atomic uint64_t client[64];	/* client ids to query */
	_Atomic uint64_t entries;	/* submitted and taken */
	_Atomic uint64_t ring_entries;	/* published in rings */
	_Atomic uint64_t checks;	/* sets of figures that were checked */
	_Atomic uint64_t sums;		/* chips compared with their clients */
	_Atomic uint64_t lives;
	_Atomic uint32_t failures;
	char message[FUZZ_MESSAGES][512];
	struct cover_map cover;
	struct corpus corpus;
};

extern struct fuzz *fuzz;

/* Its address, which misplaced results of calls must not hit. */
#define FUZZ_AT		((void *)0x2357bd1000ull)

/* tally.c */

/* Report a violated guarantee, or a bug of the fuzzer, and end the run. */
void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

uint64_t fuzz_now(void);

/* Count a call. @ret: what it returned, a negative errno if it failed. */
void fuzz_count(unsigned int kind, long ret, uint64_t started);

void tally_print(void);

/* main.c */
void fuzz_tell_chip(uint32_t number, uint32_t l1, uint32_t dram, uint32_t card);

/* ---- A worker ------------------------------------------------------------------------------ */

/* A process's model of its attachment. Threads race for it deliberately. */
struct standing {
	uint32_t handle;		/* 0: none */
	uint32_t chip;			/* index of its hint */
	uint32_t l1, dram;
	uint32_t set[2][FUZZ_SETS];	/* by space */
	uint32_t sets[2];
	uint8_t pool[FUZZ_IDS];		/* 1 + pool of a live record, 0 = not live */
	uint8_t program[FUZZ_IDS];
	uint32_t ring_entries;
	uint64_t ring_offset;
	uint64_t ring_size;
	unsigned char *ring;		/* where it was mapped */
};

struct file {
	int fd;
	uint64_t client;
	struct standing on[FUZZ_ON_FILE];
};

struct process {
	uint64_t seed;
	uint32_t index;
	bool privileged;
	bool orderly;			/* makes only valid calls, so that long histories result */
	uint32_t budget;		/* calls of this life */
	uint32_t threads;
	uint64_t other;			/* its seed after @same calls */
	uint32_t same;
	_Atomic uint32_t made;
	struct file file[FUZZ_FILES];
	int foreign[FUZZ_FOREIGN];
	int proof;			/* an open node of a card, or -1 */
	unsigned char *window;		/* addresses reserved for rings */
};

/* Memory for structures, below 4 GiB for 32-bit callers. */
struct arena {
	unsigned char *scratch;		/* 64 KiB, then nothing */
	unsigned char *edge;		/* one page before unmapped memory */
	unsigned char *alias;		/* the same page, read-only */
};

struct thread {
	struct process *p;
	struct rng rng;
	struct arena arena;
	uint64_t *kcov;
	int kcov_fd;
	bool found;			/* this life reached new code */
	bool turned;			/* continues differently */
	sigjmp_buf fault;
	volatile sig_atomic_t guarded;
};

#define FUZZ_SCRATCH	65536
#define FUZZ_PAGE	4096
#define FUZZ_ARG	(2 * FUZZ_PAGE)	/* room of a call's structure */

/* All addresses of mappings of rings; nothing else is mapped there. */
#define WINDOW		((unsigned char *)0x1000000000ull)
#define WINDOW_SLOT	(64ull << 20)
#define WINDOW_SLOTS	64

/* Copy until the first fault; false: there was one. */
bool guarded_copy(struct thread *t, void *to, const void *from, size_t size);

/* bend.c */
uint64_t odd_number(struct rng *r);
unsigned char *far_place(struct rng *r);
long call_ioctl(struct thread *t, int fd, unsigned int nr, void *data, size_t size);

/* calls.c */
void call_any(struct thread *t);
int any_fd(struct thread *t);
struct file *own_file(struct thread *t);
struct standing *any_standing(struct thread *t, struct file **file);

/* events.c */
void event_any(struct thread *t, const struct standing *on, struct tt_memstat_entry *e);
void event_taken(struct standing *on, const struct tt_memstat_entry *e);
uint32_t event_crowd(struct thread *t, struct standing *on, struct tt_memstat_entry *e,
		     uint32_t room);

/* memory.c */
void memory_any(struct thread *t);
void ring_any(struct thread *t);

/* files.c */
void files_any(struct thread *t);
void file_open(struct thread *t, struct file *file);
void kin_any(struct thread *t);
int run_after_exec(int argc, char **argv);

/* worker.c */
pid_t worker_start(uint32_t index, uint64_t seed);
void arena_make(struct arena *arena);
void guard_thread(struct thread *t);

/* reader.c */
pid_t reader_start(uint32_t index, uint64_t seed, bool privileged);
void check_query(const struct tt_memstat_figures *f, bool chip, const char *what);
void check_sums(void);

/* admin.c */
pid_t admin_start(uint64_t seed);
long put_text(const char *path, const char *text);
long module_load(const char *file, const char *parameters);
long module_unload(const char *name);

/* cover.c */
void cover_find(void);
void cover_start(struct thread *t);
void cover_stop(struct thread *t);
void cover_take(struct thread *t);

#endif /* TTMEMSTAT_FUZZ_H */
