// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Find the runtime's operation that allocates or launches: the innermost function on the stack
 * whose exported symbol belongs to an operation. Results are cached by address, so that later walks
 * only compare addresses.
 *
 * Locking: the loader's lock is taken under other locks, and around constructors that may allocate,
 * so no lock is held during a walk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

#include "names.h"
#include "published.h"

#define FIRST_FD	256	/* above the low descriptors that programs expect to get */
#define DEPTH		48	/* functions on the stack to examine */
#define CACHE		8192	/* addresses */
#define PROBES		8
#define NO_NAME		0xffffu	/* in the cache: not an operation, continue */

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE	0x0010
#endif

bool names_wanted;

/* Functions of the unwinder that the runtime uses for exceptions. */
static __typeof__(_Unwind_Backtrace) *backtrace;
static __typeof__(_Unwind_GetIP) *get_address;
static _Atomic uint64_t cache[CACHE];	/* address << 16 | name */

/**
 * struct names - the file of names
 * @lock: guards @file, @identity, @fd, @count; holders of a name's number may read @file without
 *	it
 * @file: NULL: not needed so far
 * @identity: of @fd
 * @fd: -1: @file is private memory
 * @count: number of names, including name 0
 * @unused: free entries of the file; guarded by the books' lock
 * @unused_count: number of @unused
 * @unused_room: size of @unused
 */
static struct names {
	pthread_mutex_t lock;
	struct published *file;
	struct stat identity;
	int fd;
	uint32_t count;
	uint32_t *unused;
	size_t unused_count;
	size_t unused_room;
} names = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .count = 1 };

static bool is_set(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

void names_open(void)
{
	void *library;

	if (!is_set("TT_MEMSTAT_NAMES") && !is_set("TT_MEMSTAT_SUMMARY") &&
	    !is_set("TT_MEMSTAT_RECORD"))
		return;
	/* C++ programs have loaded it already; it depends on libc only. */
	library = dlopen("libgcc_s.so.1", RTLD_LAZY);
	if (!library)
		return;
	backtrace = (__typeof__(backtrace))dlsym(library, "_Unwind_Backtrace");
	get_address = (__typeof__(get_address))dlsym(library, "_Unwind_GetIP");
	names_wanted = backtrace && get_address;
}

/* ---- The file ---------------------------------------------------------------------------- */

/* Seal the size and, where the kernel can, future writes by others. */
static int make_file(void)
{
	const int seals = F_SEAL_GROW | F_SEAL_SHRINK;
	int fd = memfd_create(PUBLISHED_NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int moved;

	if (fd < 0)
		return -1;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
	if (moved >= 0) {
		close(fd);
		fd = moved;
	}
	if (ftruncate(fd, sizeof(struct published)) || fcntl(fd, F_ADD_SEALS, seals) ||
	    fstat(fd, &names.identity)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Without a file, names are still used for the summary and recordings. */
static void map_file(void)
{
	void *map;

	names.fd = make_file();
	map = mmap(NULL, sizeof(struct published), PROT_READ | PROT_WRITE,
		   names.fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, names.fd, 0);
	if (map == MAP_FAILED)
		return;
	if (names.fd >= 0)
		fcntl(names.fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
	names.file = map;
	names.file->head.version = PUBLISHED_VERSION;
	names.file->head.pid = (uint32_t)getpid();
	__atomic_store_n(&names.file->head.magic, PUBLISHED_MAGIC, __ATOMIC_RELEASE);
}

void names_forget(void)
{
	struct stat st;

	if (names.file)
		munmap(names.file, sizeof(struct published));
	/* The program may have closed the descriptor and reused its number. */
	if (names.fd >= 0 && !fstat(names.fd, &st) && st.st_dev == names.identity.st_dev &&
	    st.st_ino == names.identity.st_ino)
		close(names.fd);
	free(names.unused);
	memset(&names, 0, sizeof(names));
	pthread_mutex_init(&names.lock, NULL);
	names.fd = -1;
	names.count = 1;
	for (size_t i = 0; i < CACHE; i++)
		atomic_store_explicit(&cache[i], 0, memory_order_relaxed);
}

/* The number of a name; a new name gets the next one. */
static uint32_t number(const char *text)
{
	uint32_t n;

	pthread_mutex_lock(&names.lock);
	if (!names.file)
		map_file();
	for (n = 1; names.file && n < names.count; n++)
		if (!strcmp(names.file->names[n], text))
			break;
	if (!names.file || n == PUBLISHED_NAMES) {
		n = 0;
	} else if (n == names.count) {
		strncpy(names.file->names[n], text, PUBLISHED_NAME_LEN - 1);
		names.count++;
	}
	pthread_mutex_unlock(&names.lock);
	return n;
}

const char *names_text(uint32_t name)
{
	return name && names.file ? names.file->names[name] : NULL;
}

uint32_t names_publish(uint64_t id, uint32_t name, uint32_t cores)
{
	struct published_entry *entry;
	uint32_t n;

	if (!name || names.fd < 0)
		return 0;
	if (names.unused_count)
		n = names.unused[--names.unused_count];
	else if (names.file->head.used < PUBLISHED_ENTRIES)
		n = names.file->head.used + 1;
	else
		return 0;
	entry = &names.file->entries[n - 1];
	entry->name = name;
	entry->cores = cores;
	__atomic_store_n(&entry->id, id, __ATOMIC_RELEASE);
	if (n > names.file->head.used)
		__atomic_store_n(&names.file->head.used, n, __ATOMIC_RELEASE);
	return n;
}

void names_withdraw(uint32_t n)
{
	if (!n)
		return;
	__atomic_store_n(&names.file->entries[n - 1].id, 0, __ATOMIC_RELEASE);
	/* Order the invalid id before the next user's name and cores. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (names.unused_count == names.unused_room) {
		const size_t room = names.unused_room ? names.unused_room * 2 : 256;
		uint32_t *grown = realloc(names.unused, room * sizeof(*grown));

		/* The entry cannot be reused. */
		if (!grown)
			return;
		names.unused = grown;
		names.unused_room = room;
	}
	names.unused[names.unused_count++] = n;
}

/* ---- The stack --------------------------------------------------------------------------- */

static _Atomic uint64_t *slot(uint64_t address, size_t probe)
{
	return &cache[((address * 0x9e3779b97f4a7c15u >> 40) + probe) % CACHE];
}

/* False: the address is not in the cache. */
static bool recall(uint64_t address, uint32_t *name)
{
	for (size_t probe = 0; probe < PROBES; probe++) {
		const uint64_t known = atomic_load_explicit(slot(address, probe), memory_order_acquire);

		if (known >> 16 == address) {
			*name = known & 0xffff;
			return true;
		}
	}
	return false;
}

/* Use a free slot, else replace another address. */
static void remember(uint64_t address, uint32_t name)
{
	_Atomic uint64_t *place = slot(address, 0);

	for (size_t probe = 0; probe < PROBES; probe++) {
		if (!atomic_load_explicit(slot(address, probe), memory_order_relaxed)) {
			place = slot(address, probe);
			break;
		}
	}
	atomic_store_explicit(place, address << 16 | name, memory_order_release);
}

/* The name of the function at an address: an operation, or Python, which calls operations. */
static uint32_t look(uint64_t address)
{
	char text[PUBLISHED_NAME_LEN];
	Dl_info info;

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the unwinder's type */
	if (!dladdr((const void *)address, &info) || !info.dli_sname)
		return NO_NAME;
	if (!strncmp(info.dli_sname, "_Py", 3) || !strncmp(info.dli_sname, "Py", 2))
		return number("python");
	return names_shorten(info.dli_sname, text, sizeof(text)) ? number(text) : NO_NAME;
}

struct walk {
	int depth;
	uint32_t name;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *arg)
{
	/* A return address may be past the end of its function. */
	const uint64_t address = get_address(context) - 1;
	struct walk *walk = arg;

	if (!recall(address, &walk->name)) {
		walk->name = look(address);
		remember(address, walk->name);
	}
	return walk->name == NO_NAME && ++walk->depth < DEPTH ? _URC_NO_REASON : _URC_END_OF_STACK;
}

uint32_t names_walk(void)
{
	struct walk walk = { .name = NO_NAME };

	backtrace(step, &walk);
	return walk.name == NO_NAME ? 0 : walk.name;
}
