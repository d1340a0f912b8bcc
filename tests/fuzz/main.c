// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-fuzz: valid and invalid calls to tt_memstat from many processes at once.
 *
 *   ttmem-fuzz seed=N calls=N processes=N epoch=N
 *
 * Runs in the virtual machine, as root, with the module loaded. In each epoch, workers, readers and
 * an administrator are started, killed and restarted until all calls are made. When all have
 * exited, all their reports must be gone. Then the module is unloaded while others open and read,
 * and loaded again.
 *
 * Ends with a table of the calls and `N passed, N failed`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define READERS		2
#define OWN_CHIPS	3
#define LOAD_FILE	"/lib/modules/tt_memstat.ko"
#define LOAD_WITH	"allow_virtual=1"
#define PATIENCE	3000	/* tenths of a second, far above the usual time */

struct fuzz *fuzz;

static unsigned int passed, failed;

void fuzz_tell_chip(uint32_t number, uint32_t l1, uint32_t dram, uint32_t card)
{
	uint32_t n = atomic_load(&fuzz->chips), i;

	for (i = 0; i < n && i < FUZZ_CHIPS; i++)
		if (atomic_load(&fuzz->chip[i].number) == number)
			break;
	if (i == n || i == FUZZ_CHIPS)
		i = n < FUZZ_CHIPS ? n : OWN_CHIPS + number % (FUZZ_CHIPS - OWN_CHIPS);
	atomic_store(&fuzz->chip[i].number, number);
	atomic_store(&fuzz->chip[i].l1, l1);
	atomic_store(&fuzz->chip[i].dram, dram);
	atomic_store(&fuzz->chip[i].card, card);
	if (i >= n)
		atomic_store(&fuzz->chips, i + 1);
}

/* ---- Checks --------------------------------------------------------------------------------- */

static void report(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void report(bool good, const char *format, ...)
{
	va_list args;

	++*(good ? &passed : &failed);
	printf("%sok %u - ", good ? "" : "not ", passed + failed);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (!good)
		printf("#   alone: make fuzz SEED=%llu\n", (unsigned long long)fuzz->seed);
	fflush(stdout);
}

static bool eventually(bool (*done)(char *why), char *why)
{
	for (int i = 0; i < PATIENCE; i++) {
		why[0] = 0;
		if (done(why))
			return true;
		usleep(100000);
	}
	return false;
}

/* Check every total of every remaining chip. */
static bool all_is_given_back(char *why)
{
	static const char * const totals[] = {
		"l1_used ", "dram_used ", "l1_footprint ", "cb_loaded ", "kernel_app ",
		"kernel_system ", "records ", "programs ", "clients ",
	};
	struct dirent *entry;
	char path[300], line[128];
	DIR *class = opendir(CLASS);

	while (class && (entry = readdir(class))) {
		FILE *stat;

		if (strncmp(entry->d_name, "tt", 2))
			continue;
		snprintf(path, sizeof(path), CLASS "/%s/stat", entry->d_name);
		stat = fopen(path, "re");
		while (stat && fgets(line, sizeof(line), stat))
			for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
				if (!strncmp(line, totals[i], strlen(totals[i])) &&
				    strcmp(line + strlen(totals[i]), "0\n"))
					snprintf(why, 400, "%s: %s", path, line);
		if (stat)
			fclose(stat);
	}
	if (class)
		closedir(class);
	return !why[0];
}

static bool nobody_is_left(char *why)
{
	struct dirent *entry;
	char path[300];
	DIR *class = opendir(CLASS), *clients;

	while (class && (entry = readdir(class))) {
		struct dirent *client;

		snprintf(path, sizeof(path), CLASS "/%s/clients", entry->d_name);
		clients = strncmp(entry->d_name, "tt", 2) ? NULL : opendir(path);
		while (clients && (client = readdir(clients)))
			if (client->d_name[0] != '.')
				snprintf(why, 400, "%s/%.40s", path, client->d_name);
		if (clients)
			closedir(clients);
	}
	if (class)
		closedir(class);
	return !why[0];
}

/* ---- An epoch ------------------------------------------------------------------------------- */

static struct {
	pid_t worker[FUZZ_PROCESSES];
	uint64_t generation[FUZZ_PROCESSES];
	pid_t reader[READERS];
	pid_t admin;
	unsigned int processes;
	uint64_t epoch;
} run;

static void chip_make(int fd, uint32_t arch, uint32_t mask, uint32_t l1, uint32_t dram)
{
	struct tt_memstat_chip_create arg = {
		.argsz = sizeof(arg), .flags = TT_MEMSTAT_CREATE_OPEN,
		.geometry = {
			.arch = arch,
			.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
			.tensix_mask = mask, .l1_bytes = l1 * 16u, .dram_bank_bytes = dram * 16u,
		},
		.unique_id = 1,
	};

	if (ioctl(fd, TT_MEMSTAT_CHIP_CREATE, &arg))
		fuzz_fail("the fuzzer itself: chip_create: %s", strerror(errno));
	fuzz_tell_chip(arg.chip, l1, dram, 0);
}

static void start_all(void)
{
	uint64_t seed = rng_mix(fuzz->seed, run.epoch);

	for (uint32_t i = 0; i < run.processes; i++)
		run.worker[i] = worker_start(i, rng_mix(seed, i));
	for (uint32_t i = 0; i < READERS; i++)
		run.reader[i] = reader_start(i, seed, i == 0);
	run.admin = admin_start(rng_mix(seed, 999));
}

static uint32_t worker_index(pid_t pid)
{
	uint32_t i;

	for (i = 0; i < run.processes && run.worker[i] != pid; i++)
		;
	return i;
}

/* Orphans of workers are adopted, and reaped here too. */
static void reap(int options)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, options)) > 0) {
		uint32_t i = worker_index(pid);

		if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL &&
		    WTERMSIG(status) != SIGTERM)
			fuzz_fail("the fuzzer itself: a process died of signal %d",
				  WTERMSIG(status));
		if (i < run.processes)
			run.worker[i] = 0;
	}
}

static void restart_dead(void)
{
	reap(WNOHANG);
	for (uint32_t i = 0; i < run.processes; i++)
		if (!run.worker[i])
			run.worker[i] = worker_start(i, rng_mix(rng_mix(fuzz->seed, run.epoch),
						     i + FUZZ_PROCESSES * ++run.generation[i]));
}

static void signal_workers(int signal)
{
	for (uint32_t i = 0; i < run.processes; i++)
		if (run.worker[i])
			kill(-run.worker[i], signal);
}

/* Stop all workers, so that nothing changes after the calls in progress. */
static void stop_and_compare(void)
{
	bool dead[FUZZ_PROCESSES] = { false };
	int status;

	signal_workers(SIGSTOP);
	for (uint32_t i = 0; i < run.processes; i++)
		if (run.worker[i] && waitpid(run.worker[i], &status, WUNTRACED) > 0)
			dead[i] = !WIFSTOPPED(status);
	check_sums();
	signal_workers(SIGCONT);
	for (uint32_t i = 0; i < run.processes; i++)
		if (dead[i])
			run.worker[i] = 0;
}

static bool epoch_goes_on(void)
{
	return !atomic_load(&fuzz->stop) && atomic_load(&fuzz->done) < fuzz->calls;
}

static void say_progress(uint64_t started)
{
	printf("# epoch %llu: %llu calls in %llu s, %llu lives, %u places of code\n",
	       (unsigned long long)run.epoch, (unsigned long long)atomic_load(&fuzz->done),
	       (unsigned long long)((fuzz_now() - started) / 1000000000),
	       (unsigned long long)atomic_load(&fuzz->lives), atomic_load(&fuzz->cover.found));
	fflush(stdout);
}

static void end_all(void)
{
	atomic_store(&fuzz->stop, true);
	signal_workers(SIGKILL);
	for (uint32_t i = 0; i < READERS; i++)
		kill(run.reader[i], SIGKILL);
	/* They finish their call in the kernel first. */
	kill(run.admin, SIGTERM);
	reap(0);
	atomic_store(&fuzz->stop, false);
}

/* Each epoch has a new channel: descriptors in the old one have lost their owners. */
static void channel_make(void)
{
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fuzz->channel))
		fuzz_fail("the fuzzer itself: socketpair: %s", strerror(errno));
}

static void channel_close(void)
{
	close(fuzz->channel[0]);
	close(fuzz->channel[1]);
}

static void epoch_run(uint64_t calls)
{
	struct rng r = { rng_mix(fuzz->seed, ~run.epoch) };
	uint64_t started = fuzz_now(), said = started;
	int keep = open(DEVICE, O_RDWR | O_CLOEXEC);
	char why[512];

	fuzz->calls = calls;
	atomic_store(&fuzz->done, 0);
	atomic_store(&fuzz->chips, 0);
	memset(run.generation, 0, sizeof(run.generation));
	channel_make();
	cover_find();
	chip_make(keep, TT_MEMSTAT_ARCH_WORMHOLE, 0, 256, 512);
	chip_make(keep, TT_MEMSTAT_ARCH_BLACKHOLE, 0x3, 1024, 4096);
	chip_make(keep, TT_MEMSTAT_ARCH_WORMHOLE, 0x220, 93696, 1u << 26);
	start_all();
	for (uint32_t tick = 1; epoch_goes_on(); tick++) {
		usleep(10000 + 1000 * rng_below(&r, 30));
		restart_dead();
		if (rng_once_in(&r, 8)) {
			pid_t pid = run.worker[rng_below(&r, run.processes)];

			if (pid > 0)
				kill(pid, SIGKILL);
		}
		if (tick % 64 == 32)
			stop_and_compare();
		if (fuzz_now() - said > 30ull * 1000000000) {
			said = fuzz_now();
			say_progress(started);
		}
	}
	end_all();
	say_progress(started);
	channel_close();
	report(eventually(all_is_given_back, why), "epoch %llu: every total is 0 %s",
	       (unsigned long long)run.epoch, why);
	report(eventually(nobody_is_left, why), "epoch %llu: nobody is left %s",
	       (unsigned long long)run.epoch, why);
	close(keep);
	atomic_fetch_add(&fuzz->total, atomic_load(&fuzz->done));
}

/* ---- Unload while others open and read ------------------------------------------------------- */

static void storm(uint64_t seed)
{
	struct rng r = { seed };
	char path[64], text[4096];
	int fd;

	for (;;) {
		if (rng_once_in(&r, 2)) {
			snprintf(path, sizeof(path), CLASS "/tt%u/stat", rng_below(&r, 8));
			fd = open(path, O_RDONLY);
			if (fd >= 0 && read(fd, text, sizeof(text)) < 0)
				usleep(100);
		} else {
			fd = open(DEVICE, O_RDWR);
			if (fd >= 0)
				ioctl(fd, TT_MEMSTAT_GET_INFO, text);
		}
		if (fd >= 0)
			close(fd);
		usleep(rng_below(&r, 2000));
	}
}

static bool is_unloaded(char *why)
{
	long ret = module_unload("tt_memstat");

	if (ret && ret != -ENOENT)
		snprintf(why, 400, "%s", strerror((int)-ret));
	return ret == 0 || ret == -ENOENT;
}

static void reload(void)
{
	char why[512];
	pid_t pid[4];
	long ret;

	for (unsigned int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i])
			storm(rng_mix(fuzz->seed, run.epoch * 8 + i));
	}
	report(eventually(is_unloaded, why), "epoch %llu: the module unloads %s",
	       (unsigned long long)run.epoch, why);
	ret = module_load(LOAD_FILE, LOAD_WITH);
	report(!ret, "epoch %llu: and loads %s", (unsigned long long)run.epoch,
	       ret ? strerror((int)-ret) : "");
	for (unsigned int i = 0; i < 4; i++)
		kill(pid[i], SIGKILL);
	reap(0);
}

/* ---- The program ----------------------------------------------------------------------------- */

static uint64_t option(int argc, char **argv, const char *name, uint64_t otherwise)
{
	size_t length = strlen(name);

	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], name, length) && argv[i][length] == '=')
			return strtoull(argv[i] + length + 1, NULL, 10);
	return otherwise;
}

/* Whether 32-bit calls are possible; otherwise they fault. */
static bool probe_compat(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		long ret;

		__asm__ volatile("int $0x80" : "=a" (ret) : "0" (20l)
				 : "memory", "r8", "r9", "r10", "r11");
		_exit(ret > 0 ? 0 : 1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	uint64_t calls, epoch, left;

	if (argc > 1 && !strcmp(argv[1], "after-exec"))
		return run_after_exec(argc, argv);
	fuzz = mmap(FUZZ_AT, sizeof(*fuzz), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (fuzz == MAP_FAILED)
		return 1;
	fuzz->seed = option(argc, argv, "seed", 1);
	calls = option(argc, argv, "calls", 200000);
	epoch = option(argc, argv, "epoch", 500000);
	run.processes = (unsigned int)option(argc, argv, "processes", 4);
	if (!calls || !epoch || !run.processes || run.processes > FUZZ_PROCESSES ||
	    access(DEVICE, R_OK)) {
		fprintf(stderr, "usage: ttmem-fuzz seed=N calls=N processes=1..%u epoch=N\n",
			FUZZ_PROCESSES);
		return 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	setrlimit(RLIMIT_CORE, &(struct rlimit) { 0, 0 });
	signal(SIGPIPE, SIG_IGN);
	fuzz->cards = !access(CARDS "plug", W_OK);
	fuzz->compat = probe_compat();
	for (left = calls; left && !atomic_load(&fuzz->failures); run.epoch++) {
		uint64_t done;

		epoch_run(left < epoch ? left : epoch);
		done = atomic_load(&fuzz->done);
		left -= done < left ? done : left;
		reload();
	}
	tally_print();
	for (uint32_t i = 0; i < atomic_load(&fuzz->failures) && i < FUZZ_MESSAGES; i++)
		report(false, "%s", fuzz->message[i]);
	report(!left, "%llu calls were made", (unsigned long long)atomic_load(&fuzz->total));
	report(atomic_load(&fuzz->sums) > 0, "chips were compared with their clients");
	printf("1..%u\n%u passed, %u failed\n", passed + failed, passed, failed);
	return failed ? 1 : 0;
}
