// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers: read every file of sysfs repeatedly while everything changes, and check the equations
 * that hold within one set of figures, from `stat` and from the queries.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define L1_OF_A_CORE	1572864u	/* no arch has more */

/* ---- Figures -------------------------------------------------------------------------------- */

#define NAME(figure, name) [TT_MEMSTAT_FIG_##figure] = name
static const char * const names[TT_MEMSTAT_FIGURES] = {
	NAME(GENERATION, "generation"), NAME(CLIENTS, "clients"),
	NAME(TENSIX_ACTIVE, "tensix_active"),
	NAME(L1_CAPACITY, "l1_capacity"), NAME(L1_ALLOCATABLE, "l1_allocatable"),
	NAME(L1_RESERVED, "l1_reserved"), NAME(L1_USED, "l1_used"), NAME(L1_PEAK, "l1_peak"),
	NAME(L1_FOOTPRINT, "l1_footprint"), NAME(L1_FOOTPRINT_PEAK, "l1_footprint_peak"),
	NAME(L1_OVERLAP, "l1_overlap"), NAME(L1_SHARED, "l1_shared"),
	NAME(L1_BUFFERS_USED, "l1_buffers_used"), NAME(L1_BUFFERS_PEAK, "l1_buffers_peak"),
	NAME(L1_SMALL_USED, "l1_small_used"), NAME(L1_SMALL_PEAK, "l1_small_peak"),
	NAME(CB_USED, "cb_used"), NAME(CB_PEAK, "cb_peak"), NAME(CB_LOADED, "cb_loaded"),
	NAME(CB_LOADED_PEAK, "cb_loaded_peak"),
	NAME(L1_FULLEST_CORE_USED, "l1_fullest_core_used"),
	NAME(L1_FULLEST_CORE_PEAK, "l1_fullest_core_peak"),
	NAME(DRAM_CAPACITY, "dram_capacity"), NAME(DRAM_USED, "dram_used"),
	NAME(DRAM_PEAK, "dram_peak"), NAME(DRAM_OVERLAP, "dram_overlap"),
	NAME(DRAM_SHARED, "dram_shared"), NAME(DRAM_BUFFERS_USED, "dram_buffers_used"),
	NAME(TRACE_USED, "trace_used"), NAME(KERNEL_APP, "kernel_app"),
	NAME(KERNEL_SYSTEM, "kernel_system"), NAME(PROGRAMS, "programs"),
	NAME(RECORDS, "records"),
};

static bool known(const struct tt_memstat_figures *f, unsigned int n)
{
	return f->known[n / 64] >> (n % 64) & 1;
}

static uint64_t get(const struct tt_memstat_figures *f, unsigned int n)
{
	return known(f, n) ? f->value[n] : 0;
}

#define GET(figure)	get(f, TT_MEMSTAT_FIG_##figure)
#define KNOWN(figure)	known(f, TT_MEMSTAT_FIG_##figure)

static void at_most(const struct tt_memstat_figures *f, unsigned int a, unsigned int b,
		    const char *what)
{
	if (known(f, a) && known(f, b) && f->value[a] > f->value[b])
		fuzz_fail("%s: %s %llu above %s %llu", what, names[a],
			  (unsigned long long)f->value[a], names[b],
			  (unsigned long long)f->value[b]);
}

#define AT_MOST(a, b)	at_most(f, TT_MEMSTAT_FIG_##a, TT_MEMSTAT_FIG_##b, what)

static void equal(const char *what, const char *identity, uint64_t a, uint64_t b)
{
	if (a != b)
		fuzz_fail("%s: %s: %llu is not %llu", what, identity, (unsigned long long)a,
			  (unsigned long long)b);
}

/* Within one level: parts and wholes, usage and peaks. */
static void check_level(const struct tt_memstat_figures *f, const char *what)
{
	if (KNOWN(L1_USED))
		equal(what, "pools - l1_overlap = l1_used", GET(L1_BUFFERS_USED) +
		      GET(L1_SMALL_USED) + GET(CB_USED) - GET(L1_OVERLAP), GET(L1_USED));
	if (KNOWN(DRAM_USED))
		equal(what, "pools - dram_overlap = dram_used", GET(DRAM_BUFFERS_USED) +
		      GET(TRACE_USED) - GET(DRAM_OVERLAP), GET(DRAM_USED));
	AT_MOST(L1_BUFFERS_USED, L1_USED);
	AT_MOST(L1_SMALL_USED, L1_USED);
	AT_MOST(CB_USED, L1_USED);
	AT_MOST(CB_LOADED, L1_FOOTPRINT);
	AT_MOST(DRAM_BUFFERS_USED, DRAM_USED);
	AT_MOST(TRACE_USED, DRAM_USED);
	AT_MOST(L1_USED, L1_PEAK);
	AT_MOST(L1_FOOTPRINT, L1_FOOTPRINT_PEAK);
	AT_MOST(L1_BUFFERS_USED, L1_BUFFERS_PEAK);
	AT_MOST(L1_SMALL_USED, L1_SMALL_PEAK);
	AT_MOST(CB_USED, CB_PEAK);
	AT_MOST(CB_LOADED, CB_LOADED_PEAK);
	AT_MOST(DRAM_USED, DRAM_PEAK);
	AT_MOST(L1_FULLEST_CORE_USED, L1_FULLEST_CORE_PEAK);
	/* Without snapshots, as the fullest core is known. */
	if (KNOWN(L1_FULLEST_CORE_USED)) {
		AT_MOST(L1_USED, L1_FOOTPRINT);
		AT_MOST(L1_FULLEST_CORE_USED, L1_USED);
		if (GET(L1_FULLEST_CORE_USED) > L1_OF_A_CORE)
			fuzz_fail("%s: more on a core than it has", what);
	}
	if (!KNOWN(RECORDS) || !KNOWN(PROGRAMS) || GET(RECORDS) > 1u << 27)
		fuzz_fail("%s: records and programs are always known", what);
	atomic_fetch_add(&fuzz->checks, 1);
}

static void check_chip(const struct tt_memstat_figures *f, const char *what)
{
	if ((KNOWN(L1_USED) && !KNOWN(L1_CAPACITY)) || (KNOWN(DRAM_USED) && !KNOWN(DRAM_CAPACITY)))
		fuzz_fail("%s: usage without a capacity", what);
	AT_MOST(L1_USED, L1_CAPACITY);
	AT_MOST(L1_PEAK, L1_CAPACITY);
	AT_MOST(L1_FOOTPRINT_PEAK, L1_CAPACITY);
	AT_MOST(L1_ALLOCATABLE, L1_CAPACITY);
	AT_MOST(DRAM_USED, DRAM_CAPACITY);
	AT_MOST(DRAM_PEAK, DRAM_CAPACITY);
	if (KNOWN(L1_RESERVED))
		equal(what, "l1_allocatable + l1_reserved = l1_capacity",
		      GET(L1_ALLOCATABLE) + GET(L1_RESERVED), GET(L1_CAPACITY));
	if (KNOWN(L1_FULLEST_CORE_USED) &&
	    GET(L1_USED) > GET(L1_FULLEST_CORE_USED) * GET(TENSIX_ACTIVE))
		fuzz_fail("%s: more in all than on the fullest core times the cores", what);
}

void check_query(const struct tt_memstat_figures *f, bool chip, const char *what)
{
	check_level(f, what);
	if (chip)
		check_chip(f, what);
}

/* The lines of `stat`. */
static void parse_stat(char *text, struct tt_memstat_figures *f)
{
	char *line, *rest;

	memset(f, 0, sizeof(*f));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *space = strchr(line, ' ');

		if (!space)
			continue;
		*space = 0;
		for (unsigned int n = 0; n < TT_MEMSTAT_FIGURES; n++) {
			if (!names[n] || strcmp(names[n], line))
				continue;
			f->known[n / 64] |= 1ull << (n % 64);
			f->value[n] = space[1] == '-' ? (uint64_t)strtoll(space + 1, NULL, 10) :
							strtoull(space + 1, NULL, 10);
		}
	}
}

/* ---- Files ---------------------------------------------------------------------------------- */

/* Read a file; returns its length or a negative errno. */
static ssize_t read_file(const char *path, char *buffer, size_t size)
{
	uint64_t started = fuzz_now();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : read(fd, buffer, size - 1);

	if (fd >= 0 && n < 0)
		n = -errno;
	if (fd >= 0)
		close(fd);
	fuzz_count(KIND_READ, n < 0 ? (long)n : 0, started);
	buffer[n > 0 ? n : 0] = 0;
	return n;
}

static bool read_stat(const char *directory, struct tt_memstat_figures *f)
{
	char path[256], text[4097];

	snprintf(path, sizeof(path), "%s/stat", directory);
	if (read_file(path, text, sizeof(text)) <= 0)
		return false;
	if (strlen(text) > 3072)
		fuzz_fail("%s: longer than 3 KiB", path);
	parse_stat(text, f);
	return true;
}

/* Read at odd offsets and in odd sizes, with a descriptor that may outlive the directory. */
static void read_oddly(struct rng *r, const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct pollfd poll_one = { .events = POLLPRI };
	char buffer[4096];

	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	for (uint32_t n = rng_below(r, 4); n; n--) {
		uint64_t started = fuzz_now();
		ssize_t got = pread(fd, buffer, rng_below(r, sizeof(buffer)),
				    (off_t)rng_below(r, rng_once_in(r, 2) ? 10 : 10000));

		fuzz_count(KIND_READ, got < 0 ? -errno : 0, started);
	}
	if (rng_once_in(r, 4)) {
		uint64_t started = fuzz_now();

		poll_one.fd = fd;
		fuzz_count(KIND_POLL, poll(&poll_one, 1, (int)rng_below(r, 3)) < 0 ? -errno : 0,
			   started);
	}
	close(fd);
}

/* Read some files of a directory; returns the name of a subdirectory, if any. */
static void read_directory(struct rng *r, const char *directory, char *below, size_t size)
{
	DIR *dir = opendir(directory);
	char path[400], text[4097];
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (entry->d_type == DT_DIR && (!below[0] || rng_once_in(r, 2)))
			snprintf(below, size, "%s", path);
		if (entry->d_type != DT_REG || rng_below(r, 8))
			continue;
		if (rng_once_in(r, 8))
			read_oddly(r, path);
		else
			read_file(path, text, sizeof(text));
	}
	if (dir)
		closedir(dir);
}

static void read_chip(struct rng *r, const char *directory)
{
	struct tt_memstat_figures f;
	char path[300], below[400] = "", deeper[400] = "";

	if (read_stat(directory, &f)) {
		check_level(&f, directory);
		check_chip(&f, directory);
	}
	if (rng_once_in(r, 4))
		read_directory(r, directory, deeper, sizeof(deeper));
	snprintf(path, sizeof(path), "%s/clients", directory);
	read_directory(r, path, below, sizeof(below));
	if (!below[0])
		return;
	if (read_stat(below, &f))
		check_level(&f, below);
	if (rng_once_in(r, 2))
		read_directory(r, below, deeper, sizeof(deeper));
}

/* Read fdinfo of all descriptors of all processes. */
static void read_fdinfo(struct rng *r)
{
	char path[64], text[4097], none[64];
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || rng_below(r, 8))
			continue;
		snprintf(path, sizeof(path), "/proc/%.12s/fdinfo", entry->d_name);
		none[0] = 0;
		read_directory(r, path, none, sizeof(none));
		snprintf(path, sizeof(path), "/proc/%.12s/maps", entry->d_name);
		read_file(path, text, sizeof(text));
	}
	if (proc)
		closedir(proc);
}

static void read_all(struct rng *r)
{
	DIR *class = opendir(CLASS);
	struct dirent *entry;
	char path[400];

	while (class && (entry = readdir(class))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CLASS "/%s", entry->d_name);
		if (!strncmp(entry->d_name, "tt", 2))
			read_chip(r, path);
		else if (rng_once_in(r, 4))
			read_file(path, (char [4097]) { 0 }, 4097);
	}
	if (class)
		closedir(class);
	if (rng_once_in(r, 8))
		read_fdinfo(r);
}

pid_t reader_start(uint32_t index, uint64_t seed, bool privileged)
{
	struct thread t = { .kcov_fd = -1 };
	pid_t pid = fork();

	if (pid)
		return pid;
	t.rng.state = rng_mix(seed, index);
	if (!privileged && (setgroups(0, NULL) || setresgid(65534, 65534, 65534) ||
			    setresuid(65534, 65534, 65534)))
		_exit(9);
	cover_start(&t);
	while (!atomic_load(&fuzz->stop) && atomic_load(&fuzz->done) < fuzz->calls) {
		read_all(&t.rng);
		cover_take(&t);
		usleep(1000 * rng_below(&t.rng, 20));
	}
	cover_stop(&t);
	_exit(0);
}

/* ---- A chip and its clients ----------------------------------------------------------------- */

struct sums {
	uint64_t l1, dram, records, programs, kernel_app, kernel_system, clients;
	bool part;	/* a client's own kernels are unknown, as it reports them in part */
};

static bool sum_clients(const char *directory, struct sums *sums)
{
	struct tt_memstat_figures figures, *f = &figures;
	char path[300], one[600];
	struct dirent *entry;
	bool all = true;
	DIR *dir;

	memset(sums, 0, sizeof(*sums));
	snprintf(path, sizeof(path), "%s/clients", directory);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(one, sizeof(one), "%s/%s", path, entry->d_name);
		all = all && read_stat(one, f);
		sums->l1 += GET(L1_USED);
		sums->dram += GET(DRAM_USED);
		sums->records += GET(RECORDS);
		sums->programs += GET(PROGRAMS);
		sums->kernel_app += GET(KERNEL_APP);
		sums->kernel_system += GET(KERNEL_SYSTEM);
		sums->part = sums->part || (KNOWN(KERNEL_APP) && !KNOWN(KERNEL_SYSTEM));
		sums->clients++;
	}
	if (dir)
		closedir(dir);
	return dir && all;
}

static void check_sums_of(const char *directory)
{
	struct tt_memstat_figures before, after, *f = &after;
	struct sums sums;

	if (!read_stat(directory, &before) || !sum_clients(directory, &sums) ||
	    !read_stat(directory, &after) || memcmp(&before, &after, sizeof(after)) ||
	    sums.clients != GET(CLIENTS))
		return;
	if (KNOWN(L1_USED))
		equal(directory, "clients - l1_shared = l1_used", sums.l1 - GET(L1_SHARED),
		      GET(L1_USED));
	if (KNOWN(DRAM_USED))
		equal(directory, "clients - dram_shared = dram_used",
		      sums.dram - GET(DRAM_SHARED), GET(DRAM_USED));
	equal(directory, "records of the clients = records", sums.records, GET(RECORDS));
	equal(directory, "programs of the clients = programs", sums.programs, GET(PROGRAMS));
	if (KNOWN(KERNEL_APP))
		equal(directory, "kernel_app of the clients = kernel_app", sums.kernel_app,
		      GET(KERNEL_APP));
	if (!sums.part)
		equal(directory, "kernel_system of the clients = kernel_system",
		      sums.kernel_system, GET(KERNEL_SYSTEM));
	atomic_fetch_add(&fuzz->sums, 1);
}

/* While all workers are stopped: compare each chip with the sum of its clients. */
void check_sums(void)
{
	DIR *class = opendir(CLASS);
	struct dirent *entry;
	char path[300];

	while (class && (entry = readdir(class))) {
		if (strncmp(entry->d_name, "tt", 2))
			continue;
		snprintf(path, sizeof(path), CLASS "/%s", entry->d_name);
		check_sums_of(path);
	}
	if (class)
		closedir(class);
}
