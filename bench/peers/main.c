// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measure the same stream of events with every way of reporting. Prints lines
 * `bench: NAME VALUE UNIT`, each the median of several rounds, in which all ways take turns.
 *
 *   ttmem-peers [ROUNDS [MILLISECONDS [NAME...]]]
 *	rounds, how long one measurement lasts, and which ones (default: all)
 *
 * Requires virtual chips 0 to 3 that it may attach to. NAME.event_ns is the reporter's time for an
 * event in bursts of 256, without the wait after each burst until all events are applied.
 * NAME.sustained_ns is the time from the first to the last event, including the wait at the end,
 * divided by the number of events. 4clients: four processes, each on its own chip; time divided by
 * the events of all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "peers.h"

#define MAX_ROUNDS	31

enum how { BURSTS, SUSTAINED };

struct outcome {
	uint64_t start;
	uint64_t end;
	uint64_t spent;		/* of it in events */
};

/* Shared by the processes of one measurement. */
static struct {
	pthread_barrier_t barrier;
	struct outcome client[PEERS_CHIPS];
} *shared;

static const struct measurement {
	const char *name;
	const struct peer *peer;
	enum how how;
	unsigned int clients;
	bool reader;
} measurements[] = {
	{ "ring.event_ns", &peer_ring, BURSTS, 1, false },
	{ "ring.sustained_ns", &peer_ring, SUSTAINED, 1, false },
	{ "ring.with_reader_ns", &peer_ring, SUSTAINED, 1, true },
	{ "ioctl1.event_ns", &peer_submit1, SUSTAINED, 1, false },
	{ "ioctl16.event_ns", &peer_submit16, SUSTAINED, 1, false },
	{ "ioctl256.event_ns", &peer_submit256, SUSTAINED, 1, false },
	{ "socket.event_ns", &peer_socket, BURSTS, 1, false },
	{ "socket.sustained_ns", &peer_socket, SUSTAINED, 1, false },
	{ "socket_answer.event_ns", &peer_socket_answer, SUSTAINED, 1, false },
	{ "shm.event_ns", &peer_shm, BURSTS, 1, false },
	{ "null_ioctl_ns", &peer_null_ioctl, SUSTAINED, 1, false },
	{ "atomic_add_ns", &peer_atomic_add, SUSTAINED, 1, false },
	{ "ring.4clients_event_ns", &peer_ring, BURSTS, 4, false },
	{ "ring.4clients_ns", &peer_ring, SUSTAINED, 4, false },
	{ "ioctl1.4clients_ns", &peer_submit1, SUSTAINED, 4, false },
	{ "ioctl16.4clients_ns", &peer_submit16, SUSTAINED, 4, false },
	{ "ioctl256.4clients_ns", &peer_submit256, SUSTAINED, 4, false },
	{ "socket.4clients_ns", &peer_socket, SUSTAINED, 4, false },
	{ "socket_answer.4clients_ns", &peer_socket_answer, SUSTAINED, 4, false },
	{ "shm.4clients_ns", &peer_shm, SUSTAINED, 4, false },
};

#define COUNT	(sizeof(measurements) / sizeof(measurements[0]))

void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "ttmem-peers: failed: %s (%s)\n", what, strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void run_bursts(const struct peer *peer, void *self, uint64_t pairs, struct outcome *out)
{
	uint64_t first, start;

	for (first = 0; first < pairs; first += BURST_PAIRS) {
		start = now();
		peer->run(self, first, BURST_PAIRS);
		out->spent += now() - start;
		peer->sync(self);
	}
}

static void client(const struct measurement *m, unsigned int number, uint64_t pairs)
{
	struct outcome *out = &shared->client[number];
	void *self = m->peer->open(number);

	/* Pages that were never touched, caches and the like. */
	m->peer->run(self, 0, BURST_PAIRS);
	m->peer->sync(self);
	memset(out, 0, sizeof(*out));
	pthread_barrier_wait(&shared->barrier);
	out->start = now();
	if (m->how == BURSTS) {
		run_bursts(m->peer, self, pairs, out);
	} else {
		m->peer->run(self, 0, pairs);
		m->peer->sync(self);
	}
	out->end = now();
	/* Do not let one process end during the measurement of another. */
	pthread_barrier_wait(&shared->barrier);
	m->peer->close(self);
}

static pid_t child(void)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static pid_t start_server(const struct peer *peer)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (!peer->server)
		return 0;
	must(!pipe(ready), "pipe");
	pid = child();
	if (!pid) {
		peer->server(ready[1]);
		exit(1);
	}
	must(read(ready[0], &byte, 1) == 1, "the server");
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* The process must have been killed by this one. */
static void end(pid_t pid)
{
	int status;

	if (!pid)
		return;
	kill(pid, SIGKILL);
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	must(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a helper that lasts");
}

/* Nanoseconds, as a fraction, of one event. */
static double evaluate(const struct measurement *m, uint64_t pairs)
{
	uint64_t start = UINT64_MAX, last = 0, spent = 0;
	unsigned int i;

	for (i = 0; i < m->clients; i++) {
		const struct outcome *o = &shared->client[i];

		start = o->start < start ? o->start : start;
		last = o->end > last ? o->end : last;
		spent += o->spent;
	}
	if (m->how == SUSTAINED)
		spent = last - start;
	return (double)spent / (double)(2 * pairs * m->clients);
}

/* @pairs: of each client, a multiple of a burst */
static double measure(const struct measurement *m, uint64_t pairs)
{
	pid_t server = start_server(m->peer), reader = 0, pid[PEERS_CHIPS];
	pthread_barrierattr_t attr;
	unsigned int i;
	int status;

	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->barrier, &attr, m->clients);
	if (m->reader) {
		reader = child();
		if (!reader)
			read_chip(0, 100);
	}
	for (i = 0; i < m->clients; i++) {
		pid[i] = child();
		if (!pid[i]) {
			client(m, i, pairs);
			exit(0);
		}
	}
	for (i = 0; i < m->clients; i++) {
		must(waitpid(pid[i], &status, 0) == pid[i], "waitpid");
		must(WIFEXITED(status) && !WEXITSTATUS(status), m->name);
	}
	end(reader);
	end(server);
	pthread_barrier_destroy(&shared->barrier);
	return evaluate(m, pairs);
}

/* Find the number of pairs that take the wanted time. */
static uint64_t calibrate(const struct measurement *m, uint64_t wanted_ns)
{
	uint64_t pairs = BURST_PAIRS, start, took;

	for (;; pairs *= 4) {
		start = now();
		measure(m, pairs);
		took = now() - start;
		if (took > wanted_ns / 4 || pairs > 1u << 26)
			break;
	}
	if (took < wanted_ns)
		pairs = pairs * (wanted_ns / (took / 16 + 1)) / 16;
	return pairs / BURST_PAIRS * BURST_PAIRS;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), ascending);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double result_of(const double *results, const char *name)
{
	size_t i;

	for (i = 0; i < COUNT && strcmp(measurements[i].name, name); i++)
		;
	must(i < COUNT, name);
	return results[i];
}

static bool chosen(const char *name, int argc, char **argv)
{
	for (int i = 3; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc <= 3;
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? (unsigned int)atoi(argv[1]) : 7, round;
	uint64_t wanted_ns = 1000000u * (argc > 2 ? (uint64_t)atoi(argv[2]) : 300);
	static double value[COUNT][MAX_ROUNDS], result[COUNT];
	uint64_t pairs[COUNT];
	size_t list[COUNT], count = 0, i;

	must(rounds > 0 && rounds <= MAX_ROUNDS && wanted_ns, "arguments");
	setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	must(shared != MAP_FAILED, "mmap");
	for (i = 0; i < COUNT; i++)
		if (chosen(measurements[i].name, argc, argv))
			list[count++] = i;
	must(count, "no such measurement");
	for (i = 0; i < count; i++)
		pairs[list[i]] = calibrate(&measurements[list[i]], wanted_ns);
	for (round = 0; round < rounds; round++)
		for (i = 0; i < count; i++)
			value[list[i]][round] = measure(&measurements[list[i]], pairs[list[i]]);
	for (i = 0; i < count; i++) {
		size_t m = list[i];

		result[m] = median(value[m], rounds);
		printf("bench: %s %.0f ns\n", measurements[m].name, result[m]);
	}
	if (count < COUNT)
		return 0;
	printf("bench: ring.4clients_speedup %.0f percent\n",
	       100 * result_of(result, "ring.sustained_ns") /
	       result_of(result, "ring.4clients_ns"));
	return 0;
}
