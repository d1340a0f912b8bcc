// SPDX-License-Identifier: GPL-2.0-only
/*
 * A workaround for ttnn's mock card, which has no memory for command queues: events, traces,
 * sub-devices and second queues, and before 0.75 all programs, write to unmapped addresses. With
 * this library preloaded, each thread has memory for commands, which is never read.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define TM "_ZN2tt8tt_metal"
#define RESERVE		TM "19SystemMemoryManager19issue_queue_reserveEjh"
#define PUSH		TM "19SystemMemoryManager21issue_queue_push_backEjh"
#define FETCH_RESERVE	TM "19SystemMemoryManager24fetch_queue_reserve_backEh"
#define FETCH_WRITE	TM "19SystemMemoryManager17fetch_queue_writeEjhb"
#define BYPASS		"_ZNK2tt8tt_metal19SystemMemoryManager15get_bypass_modeEv"

#define ADDRESS		"_ZNK2tt8tt_metal6Buffer7addressEv"
#define CONFIGURE	TM "6detail26ConfigureDeviceWithProgramEPNS0_7IDeviceERNS0_7ProgramEb"
/* Before 0.70. */
#define DESCRIBE(what)	"_ZNK2tt8tt_metal6detail11ProgramImpl" what \
			"ERKSt6vectorINS0_9CoreRangeESaIS4_EERNS0_15JitBuildOptionsE"

#define NAMED(name) __asm__(name) __attribute__((visibility("default")))

void *queue_reserve(void *manager, uint32_t size, uint8_t queue) NAMED(RESERVE);
void queue_push(void *manager, uint32_t size, uint8_t queue) NAMED(PUSH);
void queue_fetch_reserve(void *manager, uint8_t queue) NAMED(FETCH_RESERVE);
void queue_fetch_write(void *manager, uint32_t size, uint8_t queue, bool stall) NAMED(FETCH_WRITE);
uint32_t queue_address(const void *buffer) NAMED(ADDRESS);
void queue_configure(void *device, void *program, bool slow) NAMED(CONFIGURE);
void queue_cb_format(void) NAMED(DESCRIBE("15set_cb_data_fmt"));
void queue_cb_tile(void) NAMED(DESCRIBE("16set_cb_tile_dims"));
void queue_dfb_format(void) NAMED(DESCRIBE("16set_dfb_data_fmt"));
void queue_dfb_tile(void) NAMED(DESCRIBE("17set_dfb_tile_dims"));

static void *theirs(const char *name)
{
	void *library = dlopen("libtt_metal.so", RTLD_NOLOAD | RTLD_LAZY);

	return library ? dlsym(library, name) : dlsym(RTLD_NEXT, name);
}

/* While a trace is captured, commands go where the trace is made of. */
static bool captures(void *manager)
{
	static bool (*call)(void *);

	if (!call)
		call = (bool (*)(void *))theirs(BYPASS);
	return call && call(manager);
}

void *queue_reserve(void *manager, uint32_t size, uint8_t queue)
{
	static __thread char *memory;
	static __thread uint32_t room;
	static void *(*call)(void *, uint32_t, uint8_t);

	if (!call)
		call = (void *(*)(void *, uint32_t, uint8_t))theirs(RESERVE);
	if (captures(manager))
		return call(manager, size, queue);
	if (room < size + 4096) {
		room = (size + (1 << 20) + 4095) & ~4095u;
		free(memory);
		memory = aligned_alloc(4096, room);
	}
	return memory;
}

void queue_push(void *manager, uint32_t size, uint8_t queue)
{
	static void (*call)(void *, uint32_t, uint8_t);

	if (!call)
		call = (void (*)(void *, uint32_t, uint8_t))theirs(PUSH);
	if (captures(manager))
		call(manager, size, queue);
}

void queue_fetch_reserve(void *manager, uint8_t queue)
{
	(void)manager;
	(void)queue;
}

void queue_fetch_write(void *manager, uint32_t size, uint8_t queue, bool stall)
{
	(void)manager;
	(void)size;
	(void)queue;
	(void)stall;
}

/* Kernels, which a mock does not load, are nowhere. */
uint32_t queue_address(const void *buffer)
{
	static uint32_t (*call)(const void *);

	if (!call)
		call = (uint32_t (*)(const void *))theirs(ADDRESS);
	return buffer ? call(buffer) : 0;
}

/* Before 0.75, opening the card writes kernels to its cores, which a mock has not compiled. */
void queue_configure(void *device, void *program, bool slow)
{
	(void)device;
	(void)program;
	(void)slow;
}

/* The compiler of kernels asks for the formats of buffers, for which a mock has no memory. */
void queue_cb_format(void)
{
}

void queue_cb_tile(void)
{
}

void queue_dfb_format(void)
{
}

void queue_dfb_tile(void)
{
}
