// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: its input determines the choices of a history, in which the ledger in userspace
 * is compared with the oracle after every event.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <stdarg.h>
#include <stdlib.h>
#include "../../driver/ledger/ledger.h"
#include "../kunit/history.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static u64 histories;

/* A difference is a crash. */
void shim_kunit_fail(struct kunit *test, const char *format, ...)
{
	va_list args;

	(void)test;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static void tell(void)
{
	fprintf(stderr, "ledger-fuzz: %llu events compared with the oracle\n",
		histories * HISTORY_EVENTS);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	atexit(tell);
	return ttmem_prealloc_init();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct history_chance chance = { .choices = data, .left = size };
	struct kunit test = { .name = "fuzz" };

	for (size_t i = 0; i < size; i++)
		chance.random = history_mix(chance.random ^ data[i]);
	if (!setjmp(test.end))
		history_run(&test, &chance, "the input that libFuzzer has written");
	histories++;
	return 0;
}
