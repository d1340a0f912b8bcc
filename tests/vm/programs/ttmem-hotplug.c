// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-hotplug: clients of chips that are removed while in use.
 *
 *   ttmem-hotplug report CHIP NODE RECORDS THREADS
 *          attaches with NODE as proof, makes RECORDS records, prints `ready`, and then records and
 *          frees from THREADS threads until each of them fails. Errors that a change of the
 *          geometry explains (no geometry, no such record) are ignored. Prints a line `error NAME`
 *          for each thread, then the result of detaching
 *   ttmem-hotplug rounds N SLOT ID CHIP NODE
 *          N times: plugs the card in, attaches with proof, records, pulls the card, and checks that
 *          the attachment returns the error; prints `rounds N` on success
 *
 * Cards are those of the module fake_pci.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ttmemstat.h>

#define MAX_THREADS	16
#define CARD		"/sys/module/fake_pci/parameters/"

static const char *name(int err)
{
	const char *text = err ? strerrorname_np(-err) : "OK";

	return text ? text : "?";
}

/* This program, as the runtime, describes the plugged card as an n150. */
static int attach(struct ttmemstat_ctx *ctx, uint32_t chip, const char *node,
		  struct ttmemstat_attachment **att, int *proof)
{
	struct ttmemstat_attach_options options;
	int err;

	ttmemstat_attach_options_init(&options);
	options.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	options.chip = chip;
	options.covers = TT_MEMSTAT_POOL_MASK_ALL;
	options.geometry.arch = TT_MEMSTAT_ARCH_WORMHOLE;
	options.geometry.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	options.geometry.tensix_mask = 64;
	options.proof = open(node, O_RDWR | O_CLOEXEC);
	if (options.proof < 0)
		return -errno;
	err = ttmemstat_attach(ctx, &options, att, NULL);
	/* The library needs the descriptor to attach again. */
	if (proof && !err)
		*proof = options.proof;
	else
		close(options.proof);
	return err;
}

static int record(struct ttmemstat_attachment *att, uint64_t id)
{
	struct ttmemstat_record r = {
		.id = id, .addr = (id % 60000) * 16, .size = 64, .pool = TT_MEMSTAT_POOL_L1,
	};

	return ttmemstat_report_record(att, &r);
}

struct reporter {
	pthread_t thread;
	struct ttmemstat_attachment *att;
	uint64_t first;
	int err;
};

static void *report(void *data)
{
	struct reporter *r = data;

	for (uint64_t id = r->first; !r->err; id = r->first + (id + 1) % 1000) {
		r->err = record(r->att, id);
		if (!r->err)
			r->err = ttmemstat_report_free(r->att, id);
		if (r->err == -ENODATA || r->err == -ENOENT)
			r->err = 0;
	}
	return NULL;
}

static int run_report(char **argv)
{
	unsigned int threads = (unsigned int)strtoul(argv[5], NULL, 0);
	unsigned long records = strtoul(argv[4], NULL, 0);
	struct reporter reporter[MAX_THREADS] = { { .first = 0 } };
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_ctx *ctx = NULL;
	int err, proof = -1;

	err = ttmemstat_open(&ctx, NULL);
	if (!err)
		err = attach(ctx, (uint32_t)strtoul(argv[2], NULL, 0), argv[3], &att, &proof);
	for (uint64_t id = 0; !err && id < records; id++)
		err = record(att, id);
	printf("%s\n", err ? name(err) : "ready");
	fflush(stdout);
	if (err || threads > MAX_THREADS)
		return 1;
	for (unsigned int i = 0; i < threads; i++) {
		reporter[i].att = att;
		reporter[i].first = 1000000ull * (i + 1);
		if (pthread_create(&reporter[i].thread, NULL, report, &reporter[i]))
			return 1;
	}
	for (unsigned int i = 0; i < threads; i++) {
		pthread_join(reporter[i].thread, NULL);
		printf("error %s\n", name(reporter[i].err));
	}
	printf("detach %s\n", name(ttmemstat_detach(att)));
	close(proof);
	ttmemstat_close(ctx);
	return 0;
}

static int put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int err = n < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/* After the chip is gone, nothing more is accepted. */
static int one_round(struct ttmemstat_ctx *ctx, char **argv)
{
	struct ttmemstat_attachment *att = NULL;
	char plug[32];
	int err;

	snprintf(plug, sizeof(plug), "%s %s", argv[3], argv[4]);
	err = put(CARD "plug", plug);
	/* The chip appears a little later. */
	for (int i = 0; !err && !att && i < 5000; i++) {
		err = attach(ctx, (uint32_t)strtoul(argv[5], NULL, 0), argv[6], &att, NULL);
		if (err == -ENODEV) {
			err = 0;
			usleep(1000);
		}
	}
	for (uint64_t id = 0; !err && id < 20; id++)
		err = record(att, id);
	if (!err)
		err = put(CARD "unplug", argv[3]);
	if (!err && record(att, 100) != -ENODEV)
		err = -EPROTO;
	ttmemstat_detach(att);
	return err;
}

static int run_rounds(char **argv)
{
	unsigned long n = strtoul(argv[2], NULL, 0);
	struct ttmemstat_ctx *ctx = NULL;
	int err = ttmemstat_open(&ctx, NULL);
	unsigned long i;

	for (i = 0; !err && i < n; i++)
		err = one_round(ctx, argv);
	if (err)
		printf("round %lu: %s\n", i, name(err));
	else
		printf("rounds %lu\n", n);
	ttmemstat_close(ctx);
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "report"))
		return run_report(argv);
	if (argc == 7 && !strcmp(argv[1], "rounds"))
		return run_rounds(argv);
	fprintf(stderr, "usage: ttmem-hotplug report CHIP NODE RECORDS THREADS\n"
			"       ttmem-hotplug rounds N SLOT ID CHIP NODE\n");
	return 2;
}
