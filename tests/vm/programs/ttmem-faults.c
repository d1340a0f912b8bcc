// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-faults: every call of the uAPI while memory or user copies fail, on a kernel with fault
 * injection.
 *
 *   ttmem-faults CHIP PCI_CHIP [WHAT]
 *
 * WHAT: only the calls with this in their name, `files` or `exit`. CHIP is a virtual wormhole of
 * 8x8 cores. PCI_CHIP is a wormhole of a PCI function without an import, or `-` if there is none.
 * Both have no other clients.
 *
 * Each call is repeated: first the first allocation or user copy in it fails, then the second, and
 * so on until none fails any more (only a sample if there are hundreds); then all slab allocations
 * fail from some point on. After each failure, the state must be as before the call, or as the
 * call's documentation says; the totals must equal those of counting every granule; and the same
 * call without a fault must have the same result as in a run without faults. Prints a line for each
 * call with the number of faults.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tt_memstat.h>

/* Made for another program, which uses all of it. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "ttmem-ring.h"
#include "ttmem-faults.h"
#include "ttmem-faults-calls.h"

#define NTH_MAX		20000	/* a call with more that can fail has no bound */
#define FROM_ON_STEPS	16

/* ---- The engine ---- */

/* How often each outcome was seen. */
struct tally {
	unsigned int faults;
	unsigned int nomem;
	unsigned int fault;
	unsigned int went_on;
};

static void failed(const struct trial *t, const struct fault *f, int err)
{
	if (err != -ENOMEM && err != -EFAULT)
		fail("%s: expected ENOMEM or EFAULT, saw %s", t->name, strerrorname_np(-err));
	if (err == -ENOMEM && (t->flags & NO_MEMORY_NEEDED))
		fail("%s: needs no memory, saw ENOMEM (fault %lld%s)", t->name, f->n,
		     f->from_on ? " bytes" : "");
	if (t->flags & PARTLY)
		return;
	/* A worker takes away a remote chip that nobody came to. */
	for (int i = 0; i < 200; i++) {
		view_take(&w.saw);
		if (view_same(&w.before, &w.saw) ||
		    ((t->flags & STANDS) && err == -EFAULT && view_same(&w.wanted, &w.saw)))
			return;
		usleep(50000);
	}
	printf("fault %lld%s, %s\n", f->n, f->from_on ? " bytes" : "", strerrorname_np(-err));
	view_differ(t->name, &w.before, &w.saw);
}

/* One attempt; whether there was something to fail. */
static bool attempt(const struct trial *t, const struct fault *f, struct tally *tally)
{
	bool met;
	int err;

	if (t->prepare)
		t->prepare();
	view_take(&w.before);
	arm(f);
	err = t->act();
	met = disarm(f);
	tally->faults += met;
	tally->nomem += err == -ENOMEM;
	tally->fault += err == -EFAULT;
	tally->went_on += met && !err;
	if (err) {
		if (!met)
			fail("%s: fails without a fault: %s", t->name, strerrorname_np(-err));
		failed(t, f, err);
		check_totals();
		err = t->act();
		if (err)
			fail("%s: not good after a fault: %s", t->name, strerrorname_np(-err));
	}
	check_totals();
	view_take(&w.after);
	if (!w.wanted.len)
		w.wanted = w.after;
	if (!view_same(&w.wanted, &w.after)) {
		printf("fault %lld%s\n", f->n, f->from_on ? " bytes" : "");
		view_differ(t->name, &w.wanted, &w.after);
	}
	if (t->undo)
		t->undo();
	view_client = 0;
	return met;
}

/* The slab memory that the call takes, in bytes. */
static long long appetite(const struct trial *t, struct tally *tally)
{
	const struct fault plenty = { .from_on = true, .n = 1 << 30 };

	attempt(t, &plenty, tally);
	return plenty.n - get_space();
}

static void try_call(const struct trial *t)
{
	const struct fault none = { 0 };
	struct tally tally = { 0 }, ignored = { 0 };
	struct fault f = { .n = 1 };
	long long bytes;

	/* Twice: peaks stand from the first time on. */
	w.wanted.len = 0;
	attempt(t, &none, &ignored);
	w.wanted.len = 0;
	attempt(t, &none, &ignored);
	/* Of thousands of nodes for a ring not each one. */
	while (attempt(t, &f, &tally)) {
		f.n += 1 + f.n / 100;
		if (f.n > NTH_MAX)
			fail("%s: no end to what can fail", t->name);
	}
	bytes = appetite(t, &ignored);
	for (int i = 0; i < FROM_ON_STEPS; i++) {
		const struct fault from = { .from_on = true, .n = bytes * i / FROM_ON_STEPS };

		attempt(t, &from, &tally);
	}
	printf("%s: %u faults, %u ENOMEM, %u EFAULT, %u did no harm\n", t->name, tally.faults,
	       tally.nomem, tally.fault, tally.went_on);
}

static void meet_bystander(void)
{
	model_init(&w.bystander_model);
	model_init(&w.tried_model);
	attach(&w.bystander, w.chip);
	report_all(&w.bystander, &w.bystander_model);
	w.tried.fd = -1;
	check_totals();
}

/* ---- Files ---- */

static unsigned int try_file(const char *path, unsigned int *errors)
{
	static char wanted[4096], saw[4096];
	struct fault f = { .n = 1 };
	int without = read_file(path, wanted, sizeof(wanted));
	bool met;
	int err;

	do {
		arm(&f);
		err = read_file(path, saw, sizeof(saw));
		met = disarm(&f);
		if (err && err != without && err != -ENOMEM && err != -EFAULT)
			fail("%s: expected ENOMEM or EFAULT, saw %s", path, strerrorname_np(-err));
		if (err == without && !strstr(path, "_age_ms") && !strstr(path, "/stat") &&
		    strcmp(wanted, saw))
			fail("%s: expected %s, saw %s", path, wanted, saw);
		*errors += err && err != without;
		want_error(path, without, read_file(path, saw, sizeof(saw)));
	} while (met && f.n++ < NTH_MAX);
	return (unsigned int)f.n - 1;
}

static void try_files(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void try_files(const char *format, ...)
{
	char dir[64], path[128], names[VIEW_NAMES * 2][32];
	unsigned int faults = 0, errors = 0;
	va_list args;
	size_t n;

	va_start(args, format);
	vsnprintf(dir, sizeof(dir), format, args);
	va_end(args);
	n = list_names(dir, false, names);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%.31s", dir, names[i]);
		if (!access(path, R_OK) && strcmp(names[i], "peak_reset") &&
		    strcmp(names[i], "uevent"))
			faults += try_file(path, &errors);
	}
	printf("%zu files of %s: %u faults, %u errors\n", n, dir, faults, errors);
}

/* ---- The end of a process ---- */

/* In a child of its own: what its death leaves behind when nothing can be allocated. */
static void try_exit(void)
{
	struct fault f = { .n = 1 };

	view_take(&w.before);
	for (; f.n <= 60; f.n++) {
		pid_t child = fork();
		int status;

		if (!child) {
			/* Its own thread's files, its own memory. */
			faults_init();
			prepare_mapped_ring();
			publish_history();
			f.from_on = f.n % 2;
			f.n /= 2;
			arm(&f);
			_exit(0);
		}
		if (child < 0 || waitpid(child, &status, 0) != child || status)
			fail("the child that dies: status %d", status);
		view_take(&w.after);
		if (!view_same(&w.before, &w.after))
			view_differ("exit", &w.before, &w.after);
		check_totals();
	}
	printf("exit: 60 deaths\n");
}

int main(int argc, char **argv)
{
	const char *only = argc == 4 ? argv[3] : "";
	bool card;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3 || argc > 4) {
		fprintf(stderr, "Usage: ttmem-faults CHIP PCI_CHIP [WHAT]\n");
		return 2;
	}
	faults_init();
	w.chip = (uint32_t)strtoul(argv[1], NULL, 10);
	card = strcmp(argv[2], "-") != 0;
	w.pci = (uint32_t)strtoul(argv[2], NULL, 10);
	meet_bystander();
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++)
		if (strstr(trials[i].name, only) && (card || !(trials[i].flags & OF_CARD)))
			try_call(&trials[i]);
	if (strstr("files", only)) {
		try_files(CLASS);
		try_files(CLASS "/tt%u", w.chip);
		try_files(CLASS "/tt%u/clients/%llu", w.chip,
			  (unsigned long long)w.bystander.client);
	}
	if (strstr("exit", only))
		try_exit();
	return 0;
}
