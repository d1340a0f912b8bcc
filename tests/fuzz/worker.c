// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker: one process that makes calls from several threads. Its seed determines the number of
 * calls and the way in which it ends. It may be killed at any time before.
 *
 * A run that reached new code is repeated from its beginning and then continues differently.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fuzz.h"

static _Thread_local struct thread *self;

/* ---- Faults --------------------------------------------------------------------------------- */

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (self && self->guarded)
		siglongjmp(self->fault, 1);
	fuzz_fail("the fuzzer itself: signal %d at %p", signal, info->si_addr);
	_exit(9);
}

/* Make the current thread @t. */
void guard_thread(struct thread *t)
{
	self = t;
}

static void guard_install(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault, .sa_flags = SA_NODEFER | SA_SIGINFO,
	};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

bool guarded_copy(struct thread *t, void *to, const void *from, size_t size)
{
	if (sigsetjmp(t->fault, 0)) {
		t->guarded = 0;
		return false;
	}
	t->guarded = 1;
	memcpy(to, from, size);
	t->guarded = 0;
	return true;
}

static void *map_low(size_t size, int prot, int flags, int fd)
{
	void *at = mmap(NULL, size, prot, flags | MAP_32BIT, fd, 0);

	if (at == MAP_FAILED) {
		fuzz_fail("the fuzzer itself: mmap: %s", strerror(errno));
		_exit(9);
	}
	return at;
}

void arena_make(struct arena *arena)
{
	int memory = memfd_create("arena", MFD_CLOEXEC);
	unsigned char *edge;

	arena->scratch = map_low(FUZZ_SCRATCH + FUZZ_PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	mprotect(arena->scratch + FUZZ_SCRATCH, FUZZ_PAGE, PROT_NONE);
	edge = map_low(2 * FUZZ_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (memory < 0 || ftruncate(memory, FUZZ_PAGE) ||
	    mmap(edge, FUZZ_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory, 0) !=
	    edge) {
		fuzz_fail("the fuzzer itself: memfd: %s", strerror(errno));
		_exit(9);
	}
	arena->edge = edge;
	arena->alias = map_low(FUZZ_PAGE, PROT_READ, MAP_SHARED, memory);
	close(memory);
}

/* ---- Threads -------------------------------------------------------------------------------- */

static void step(struct thread *t)
{
	uint32_t pick = rng_below(&t->rng, 4000);

	if (pick < 3420)
		call_any(t);
	else if (pick < 3720)
		ring_any(t);
	else if (pick < 3870)
		memory_any(t);
	else if (pick < 3998)
		files_any(t);
	else
		kin_any(t);
}

static bool life_goes_on(const struct process *p)
{
	return !atomic_load(&fuzz->stop) && atomic_load(&p->made) < p->budget &&
	       atomic_load_explicit(&fuzz->done, memory_order_relaxed) < fuzz->calls;
}

static void remember(const struct thread *t)
{
	uint32_t n = atomic_fetch_add(&fuzz->corpus.count, 1);

	atomic_store(&fuzz->corpus.seed[n % CORPUS], t->p->seed);
}

static void *thread_main(void *data)
{
	struct thread *t = data;

	guard_thread(t);
	arena_make(&t->arena);
	/* KCOV takes time, so enable it for some threads only. */
	if (rng_once_in(&t->rng, 3))
		cover_start(t);
	while (life_goes_on(t->p)) {
		if (!t->turned && atomic_load(&t->p->made) >= t->p->same) {
			t->rng.state ^= t->p->other;
			t->turned = true;
		}
		step(t);
		atomic_fetch_add_explicit(&t->p->made, 1, memory_order_relaxed);
		cover_take(t);
		if (t->found) {
			t->found = false;
			remember(t);
		}
	}
	cover_stop(t);
	return NULL;
}

/* ---- The process ---------------------------------------------------------------------------- */

/* Become root, or one of two unprivileged users. */
static void become(struct process *p, struct rng *r)
{
	static const uid_t uids[] = { 0, 0, 1000, 1000, 65534 };
	uid_t uid = uids[rng_below(r, sizeof(uids) / sizeof(uids[0]))];

	p->privileged = !uid;
	if (uid && (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
		fuzz_fail("the fuzzer itself: setuid: %s", strerror(errno));
	prctl(PR_SET_DUMPABLE, 1);
}

static void end(struct process *p, struct rng *r)
{
	char fd[16], seed[32];

	snprintf(fd, sizeof(fd), "%d", p->file[0].fd);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)rng_next(r));
	switch (rng_below(r, 6)) {
	case 0:				/* perhaps during a call */
		raise(SIGKILL);
		break;
	case 1:				/* as another program */
		if (p->file[0].fd >= 0)
			fcntl(p->file[0].fd, F_SETFD, 0);
		execl("/proc/self/exe", "ttmem-fuzz", "after-exec", fd, seed, (char *)NULL);
		break;
	case 2:				/* tidily */
		for (int i = 0; i < FUZZ_FILES; i++)
			close(p->file[i].fd);
		break;
	}
	_exit(0);
}

/* Running threads end with the process, or by themselves. */
static void live(struct process *p, struct rng *r)
{
	static struct thread thread[FUZZ_THREADS];
	pthread_t id[FUZZ_THREADS];
	uint32_t started = 0;

	for (uint32_t i = 0; i < p->threads; i++) {
		thread[i].p = p;
		thread[i].kcov_fd = -1;
		thread[i].rng.state = rng_next(r);
		if (i && pthread_create(&id[started], NULL, thread_main, &thread[i]) == 0)
			started++;
	}
	thread_main(&thread[0]);
	if (rng_once_in(r, 3))
		end(p, r);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(id[i], NULL);
	end(p, r);
}

/* A new seed, or the beginning of one that reached new code. */
static uint64_t choose_seed(uint64_t seed)
{
	struct rng r = { seed };
	uint32_t n = atomic_load(&fuzz->corpus.count);

	if (!fuzz->kcov || !n || !rng_once_in(&r, 4))
		return seed;
	return atomic_load(&fuzz->corpus.seed[rng_below(&r, n < CORPUS ? n : CORPUS)]);
}

static void worker_main(uint32_t index, uint64_t seed)
{
	static struct process p;
	struct thread opener = { .p = &p };
	struct rng r;

	p.seed = choose_seed(seed);
	r.state = p.seed;
	p.index = index;
	p.budget = 500 + rng_below(&r, 1u << (10 + rng_below(&r, 5)));
	p.threads = 1 + rng_below(&r, FUZZ_THREADS);
	p.orderly = rng_once_in(&r, 3);
	p.other = p.seed == seed ? 0 : seed;
	p.same = rng_below(&r, p.budget);
	p.window = WINDOW;
	p.proof = -1;
	become(&p, &r);
	guard_install();
	for (int i = 0; i < FUZZ_FOREIGN; i++)
		p.foreign[i] = -1;
	opener.rng.state = rng_next(&r);
	for (int i = 0; i < FUZZ_FILES; i++) {
		p.file[i].fd = -1;
		if (!i || rng_below(&r, 4))
			file_open(&opener, &p.file[i]);
	}
	if (fuzz->cards) {
		char node[32];

		snprintf(node, sizeof(node), "/dev/tenstorrent/%u", rng_below(&r, 2));
		p.proof = open(node, O_RDWR | O_CLOEXEC);
	}
	live(&p, &r);
}

pid_t worker_start(uint32_t index, uint64_t seed)
{
	pid_t pid = fork();

	/* In both processes, because either may need it first. */
	if (pid >= 0)
		setpgid(pid, pid);
	if (pid)
		return pid;
	atomic_fetch_add(&fuzz->lives, 1);
	worker_main(index, seed);
	_exit(0);
}
