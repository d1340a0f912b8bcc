// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The foreign ABI: names of tt-metal's functions, and the functions that replace them. Only this
 * file and asked.c know prototypes and layouts of tt-metal.
 *
 * Overview: this library is preloaded. tt-metal's libraries call each other, and themselves,
 * through tables that the loader fills, so a function defined here under a name of tt-metal is
 * called in its place, on all threads. Each such function calls the original, which is looked up
 * from the library of the caller, as Python loads libraries outside the global scope.
 *
 * Exceptions and locking: the originals may throw, so no lock is held while one runs, and brackets
 * end in cleanup handlers.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "foreign_private.h"

#define BUFFERS	FOREIGN_BUFFERS
#define ALL_L1	(1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL)
#define CB	(1u << TT_MEMSTAT_POOL_CB)
#define KERNELS	(1u << TT_MEMSTAT_POOL_KERNEL)
#define TM	"_ZN2tt8tt_metal"
#define TMC	"_ZNK2tt8tt_metal"
#define UMD	"_ZNK2tt3umd17ClusterDescriptor"
#define MESH_IMPL	TM "11distributed14MeshDeviceImpl"
#define TRACE_ID	"N4ttsl10StrongTypeIjNS1_14MeshTraceIdTagEEE"
#define PER_CORES	TM "12experimental19per_core_allocation"

/*
 * Interposed functions. Callers must reach them through a table. Each name has its prototype, and
 * the releases of ttnn that have it.
 */
/* DeviceAddr AllocatorImpl::allocate_buffer(Buffer *): all */
#define ALLOCATE	TM "13AllocatorImpl15allocate_bufferEPNS0_6BufferE"
/* void AllocatorImpl::deallocate_buffer(Buffer *): all */
#define DEALLOCATE	TM "13AllocatorImpl17deallocate_bufferEPNS0_6BufferE"
/* void AllocatorImpl::deallocate_buffers(): all */
#define DEALLOCATE_ALL	TM "13AllocatorImpl18deallocate_buffersEv"
/* void AllocatorImpl::clear(): all */
#define CLEAR		TM "13AllocatorImpl5clearEv"
/* void AllocatorImpl::shrink_allocator_size(const BufferType &, DeviceAddr, bool): all */
#define SHRINK		TM "13AllocatorImpl21shrink_allocator_sizeERKNS0_10BufferTypeEmb"
/* void AllocatorImpl::reset_allocator_size(const BufferType &): all */
#define RESET		TM "13AllocatorImpl20reset_allocator_sizeERKNS0_10BufferTypeE"
/* AllocatorImpl::~AllocatorImpl(), of the whole object and as a base: all */
#define ALLOCATOR_END	TM "13AllocatorImplD1Ev"
#define ALLOCATOR_BASE_END TM "13AllocatorImplD2Ev"
/* void detail::ProgramImpl::allocate_circular_buffers(const IDevice *): all */
#define CIRCULAR	TM "6detail11ProgramImpl25allocate_circular_buffersEPKNS0_7IDeviceE"
/* void detail::ProgramImpl::allocate_dataflow_buffers(const IDevice *): since 0.67 */
#define DATAFLOW	TM "6detail11ProgramImpl25allocate_dataflow_buffersEPKNS0_7IDeviceE"
/* void detail::ProgramImpl::allocate_scratchpads(const IDevice *): since 0.75 */
#define SCRATCHPADS	TM "6detail11ProgramImpl20allocate_scratchpadsEPKNS0_7IDeviceE"
/*
 * void GraphTracker::track_allocate_cb(const CoreRangeSet &, u64 addr, u64 size, bool borrowed,
 * ...)
 */
#define TRACK_CIRCULAR	TM "12GraphTracker17track_allocate_cbE" \
			   "RKNS0_12CoreRangeSetEmmbPKNS0_7IDeviceE"
/* void detail::ProgramImpl::CircularBufferAllocator::mark_address(u64 addr, u64 size, u64 base) */
#define MARK		TM "6detail11ProgramImpl23CircularBufferAllocator12mark_addressEmmm"
/* detail::ProgramImpl::~ProgramImpl(): all */
#define PROGRAM_END	TM "6detail11ProgramImplD1Ev"
/* void distributed::MeshWorkloadImpl::add_program(const MeshCoordinateRange &, Program &&) */
#define JOIN		TM "11distributed16MeshWorkloadImpl11add_programE" \
			   "RKNS1_19MeshCoordinateRangeEONS0_7ProgramE"
/* void distributed::EnqueueMeshWorkload(MeshCommandQueue &, MeshWorkload &, bool): all */
#define ENQUEUE		TM "11distributed19EnqueueMeshWorkloadE" \
			   "RNS1_16MeshCommandQueueERNS1_12MeshWorkloadEb"

/* void distributed::MeshWorkloadImpl::finalize_offsets(MeshDevice *): all */
#define FINALIZE	TM "11distributed16MeshWorkloadImpl16finalize_offsetsEPNS1_10MeshDeviceE"
/*
 * u32 program_dispatch::finalize_kernel_bins(IDevice *, u32 type of cores, const
 * std::unordered_map<KernelHandle, std::shared_ptr<Kernel>> &,
 * std::vector<std::shared_ptr<KernelGroup>> &, u32 base, u32 &offset, u32 &size): all
 */
#define BINARIES	TM "16program_dispatch20finalize_kernel_binsEPNS0_7IDeviceEj" \
			   "RKSt13unordered_mapIjSt10shared_ptrINS0_6KernelEESt4hashIjE" \
			   "St8equal_toIjESaISt4pairIKjS7_EEE" \
			   "RSt6vectorIS5_INS0_11KernelGroupEESaISL_EEjRjSP_"

/* void distributed::MeshDeviceImpl::begin_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_BEGIN	MESH_IMPL "16begin_mesh_traceEhRK" TRACE_ID
/* void distributed::MeshDeviceImpl::end_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_END	MESH_IMPL "14end_mesh_traceEhRK" TRACE_ID
/*
 * void distributed::MeshDeviceImpl::replay_mesh_trace(uint8_t queue, const MeshTraceId &, bool):
 * all
 */
#define TRACE_REPLAY	MESH_IMPL "17replay_mesh_traceEhRK" TRACE_ID "b"
/* void distributed::MeshDeviceImpl::release_mesh_trace(const MeshTraceId &): all */
#define TRACE_RELEASE	MESH_IMPL "18release_mesh_traceERK" TRACE_ID

#define HOOKED(what, ...)	{ .call = CALL_##what, .name = what, .interposed = true, ##__VA_ARGS__ }
#define ASKED(what, mangled, ...)	{ .call = what, .name = mangled, ##__VA_ARGS__ }

/**
 * struct row - a name of tt-metal
 * @call: its identifier
 * @unless: it is not needed in releases that have this other function; 0: none
 * @name: mangled
 * @where: it is needed only in releases that have this word in their names
 * @unseen: pools that cannot be reported without it
 * @partial: pools that can only be reported in part without it
 * @figure: other figure that cannot be reported without it
 * @interposed: it is replaced, so it must be called through a table; others are only called
 */
static const struct row {
	enum call call;
	enum call unless;
	const char *name;
	const char *where;
	uint32_t unseen;
	uint32_t partial;
	const char *figure;
	bool interposed;
} rows[] = {
	HOOKED(ALLOCATE, .unseen = BUFFERS),
	HOOKED(DEALLOCATE, .unseen = BUFFERS),
	HOOKED(DEALLOCATE_ALL, .partial = BUFFERS),
	HOOKED(CLEAR, .partial = BUFFERS),
	HOOKED(SHRINK, .figure = "largest_free_block"),
	HOOKED(RESET, .figure = "largest_free_block"),
	HOOKED(ALLOCATOR_BASE_END, .partial = BUFFERS),
	HOOKED(ALLOCATOR_END, .partial = BUFFERS),
	HOOKED(CIRCULAR, .partial = CB),
	HOOKED(TRACK_CIRCULAR, .partial = CB),
	HOOKED(DATAFLOW, .partial = CB, .where = "dataflow_buffers"),
	HOOKED(SCRATCHPADS, .partial = CB, .where = "scratchpad"),
	HOOKED(MARK, .partial = CB),
	HOOKED(PROGRAM_END, .partial = CB),
	HOOKED(JOIN, .unseen = CB),
	HOOKED(ENQUEUE, .unseen = CB),
	HOOKED(FINALIZE, .unseen = KERNELS),
	HOOKED(BINARIES, .unseen = KERNELS),
	HOOKED(TRACE_BEGIN, .partial = CB),
	HOOKED(TRACE_END, .partial = CB),
	HOOKED(TRACE_REPLAY, .partial = CB),
	HOOKED(TRACE_RELEASE, .figure = "trace_release"),
	/* Queries need exported names only. Their prototypes are in asked.c. */
	ASKED(BANK_BYTES, TMC "6Buffer21aligned_size_per_bankEv", .unseen = BUFFERS),
	ASKED(BUFFER_TYPE, TMC "6Buffer11buffer_typeEv", .unseen = BUFFERS, .unless = IS_TRACE),
	ASKED(IS_DRAM, TMC "6Buffer7is_dramEv", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(IS_L1, TMC "6Buffer5is_l1Ev", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(IS_TRACE, TMC "6Buffer8is_traceEv", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(DEVICE, TMC "6Buffer6deviceEv", .unseen = BUFFERS, .unless = IS_TRACE),
	ASKED(ALIGNMENT, TMC "13AllocatorImpl13get_alignmentENS0_10BufferTypeE", .unseen = BUFFERS),
	ASKED(BANK_SIZE, TMC "13AllocatorImpl13get_bank_sizeERKNS0_10BufferTypeE",
	      .partial = BUFFERS),
	ASKED(BASE, TMC "13AllocatorImpl23get_base_allocator_addrERKNS0_10HalMemTypeE",
	      .partial = BUFFERS),
	ASKED(BANKS, TMC "13AllocatorImpl13get_num_banksERKNS0_10BufferTypeE", .partial = BUFFERS),
	ASKED(STATISTICS, TMC "13AllocatorImpl14get_statisticsERKNS0_10BufferTypeE",
	      .figure = "drift"),
	ASKED(SHARD_CORES, TMC "6Buffer9num_coresEv", .figure = "data_cores"),
	ASKED(PAGES, TMC "6Buffer9num_pagesEv", .figure = "data_cores"),
	ASKED(PER_CORE, PER_CORES "22is_per_core_allocationERKNS0_6BufferE",
	      .partial = ALL_L1, .where = "get_per_core_addresses"),
	ASKED(CORE_PLACES, PER_CORES "22get_per_core_addressesERKNS0_6BufferE",
	      .partial = ALL_L1, .where = "is_per_core_allocation"),
	ASKED(DEVICE_IDS, TMC "11distributed10MeshDevice14get_device_idsEv",
	      .unseen = BUFFERS | CB),
	ASKED(PROGRAM_CORES, TMC "6detail11ProgramImpl13logical_coresEv", .partial = CB),
	ASKED(IMPL_IDS, TMC "11distributed14MeshDeviceImpl14get_device_idsEv", .partial = CB),
	ASKED(MESH_ID, TMC "11distributed10MeshDevice2idEv", .partial = ALL_L1),
	ASKED(SHAPE, TMC "11distributed10MeshDevice5shapeEv", .partial = CB),
	ASKED(GRID, TMC "11distributed10MeshDevice30compute_with_storage_grid_sizeEv",
	      .partial = BUFFERS),
	ASKED(MESH_TABLE, "_ZTVN2tt8tt_metal11distributed10MeshDeviceE", .unseen = BUFFERS | CB),
	ASKED(DEVICE_TABLE, "_ZTVN2tt8tt_metal6DeviceE", .partial = ALL_L1),
	ASKED(START, TMC "11distributed19MeshCoordinateRange11start_coordEv", .partial = CB),
	ASKED(END, TMC "11distributed19MeshCoordinateRange9end_coordEv", .partial = CB),
	ASKED(COORDS, TMC "11distributed14MeshCoordinate6coordsEv", .partial = CB),
	ASKED(CONTEXT, TM "12MetalContext8instanceEN4ttsl10StrongTypeIiNS0_12ContextIdTagEEE",
	      .unseen = BUFFERS | CB),
	ASKED(CLUSTER, TM "12MetalContext11get_clusterEv", .unseen = BUFFERS | CB),
	ASKED(DESCRIPTOR, "_ZNK2tt7Cluster16get_cluster_descEv", .unseen = BUFFERS | CB),
	ASKED(UNIQUE_IDS, UMD "19get_chip_unique_idsEv", .unseen = BUFFERS | CB),
	ASKED(REMOTE, UMD "14is_chip_remoteEi", .partial = BUFFERS | CB),
	ASKED(GATEWAY, "_ZN2tt3umd17ClusterDescriptor29get_closest_mmio_capable_chipEi",
	      .partial = BUFFERS | CB),
	ASKED(LOCATION, UMD "17get_asic_locationEi", .partial = BUFFERS | CB),
	ASKED(ARCH, UMD "8get_archEi", .figure = "capacity"),
	ASKED(HARVEST, UMD "20get_harvesting_masksEi", .figure = "capacity"),
	ASKED(SERIALIZE, UMD "9serializeB5cxx11Ev", .figure = "descriptor"),
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

/* Binaries are reported with programs, if these are reported completely and not by the mirror. */
static uint32_t unseen_without(const struct row *row)
{
	return row->unseen | (row->unseen || row->partial & CB ? KERNELS : 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const void *caller;
static bool missing[ROWS];
static bool is_open;
static atomic_bool found;
static const char *_Atomic descriptor_file;	/* to be written at the first buffer */

/* ---- Discovery of tt-metal's library ----------------------------------------------------- */

struct object {
	const ElfW(Sym) *symbols;
	const char *strings;
	size_t strings_size;
	const ElfW(Rela) *tables[2];
	size_t counts[2];
};

/* Read the dynamic section of a loaded object; glibc has relocated its addresses. */
static void read_object(const struct dl_phdr_info *info, struct object *object)
{
	const ElfW(Dyn) *dyn = NULL;

	memset(object, 0, sizeof(*object));
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			/* NOLINTNEXTLINE(performance-no-int-to-ptr): the ABI's type */
			dyn = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
		/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
		const void *there = (const void *)dyn->d_un.d_ptr;

		switch (dyn->d_tag) {
		case DT_SYMTAB:
			object->symbols = there;
			break;
		case DT_STRTAB:
			object->strings = there;
			break;
		case DT_STRSZ:
			object->strings_size = dyn->d_un.d_val;
			break;
		case DT_JMPREL:
			object->tables[0] = there;
			break;
		case DT_PLTRELSZ:
			object->counts[0] = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		case DT_RELA:
			object->tables[1] = there;
			break;
		case DT_RELASZ:
			object->counts[1] = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		}
	}
}

struct survey {
	bool called[ROWS];
	bool worded[ROWS];
};

/* Find names that an object calls through a table, and words in its names. */
static void survey_object(const struct object *object, struct survey *survey)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].where && memmem(object->strings, object->strings_size, rows[i].where,
					    strlen(rows[i].where)))
			survey->worded[i] = true;
	for (int table = 0; table < 2; table++) {
		for (size_t n = 0; object->tables[table] && n < object->counts[table]; n++) {
			size_t symbol = ELF64_R_SYM(object->tables[table][n].r_info);
			const char *name = object->strings + object->symbols[symbol].st_name;

			if (!symbol || name[0] != '_' || name[1] != 'Z' || name[2] != 'N')
				continue;
			for (size_t i = 0; i < ROWS; i++)
				if (rows[i].interposed && !strcmp(name, rows[i].name))
					survey->called[i] = true;
		}
	}
}

/* Examine tt-metal's libraries, which have the names and call them. */
static int survey_one(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *file = strrchr(info->dlpi_name, '/');
	struct object object;

	(void)size;
	file = file ? file + 1 : info->dlpi_name;
	/* The main program has an empty name. */
	if (*file && !strstr(file, "tt_metal") && !strstr(file, "ttnn"))
		return 0;
	read_object(info, &object);
	if (object.symbols && object.strings)
		survey_object(&object, data);
	return 0;
}

/* `tt-memstat run --check`: print which pools cannot be reported, and why. */
static void check(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (missing[i] && rows[i].figure)
			dprintf(STDERR_FILENO, "tt_memstat: %s is not seen: no %s\n",
				rows[i].figure, rows[i].name);
		for (int pool = 0; missing[i] && pool < TT_MEMSTAT_POOLS; pool++) {
			const uint32_t unseen = unseen_without(&rows[i]);

			if ((unseen | rows[i].partial) >> pool & 1)
				dprintf(STDERR_FILENO, "tt_memstat: %s is %s: no %s\n",
					ttmemstat_pool_name((uint32_t)pool),
					unseen >> pool & 1 ? "not seen" : "seen in part",
					rows[i].name);
		}
	}
	dprintf(STDERR_FILENO, "tt_memstat: tt-metal is seen\n");
}

static void find(void)
{
	const char *mode = secure_getenv("TT_MEMSTAT_MODE");
	struct survey survey = { 0 };
	Dl_info info;
	void *handle = NULL;

	if (dladdr(caller, &info) && info.dli_fname)
		handle = dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_LAZY);
	dl_iterate_phdr(survey_one, &survey);
	for (size_t i = 0; i < ROWS; i++) {
		void *symbol = dlsym(handle ? handle : RTLD_NEXT, rows[i].name);

		if (symbol && !foreign_theirs[rows[i].call])
			foreign_theirs[rows[i].call] = symbol;
	}
	for (size_t i = 0; i < ROWS; i++)
		missing[i] = (!rows[i].where || survey.worded[i]) &&
			     (!rows[i].unless || !foreign_theirs[rows[i].unless]) &&
			     (!foreign_theirs[rows[i].call] ||
			      (rows[i].interposed && !survey.called[i]));
	for (size_t i = 0; i < ROWS; i++)
		if (missing[i])
			foreign_miss(unseen_without(&rows[i]), rows[i].partial);
	if (getenv("TT_MEMSTAT_CHECK"))
		check();
	atomic_init(&descriptor_file, secure_getenv("TT_MEMSTAT_SAVE_DESCRIPTOR"));
	is_open = (!mode || strcmp(mode, "off") != 0) && books_start();
	atomic_store_explicit(&found, true, memory_order_release);
}

bool foreign_open(const void *from)
{
	if (!atomic_load_explicit(&found, memory_order_acquire)) {
		caller = from;
		pthread_once(&once, find);
	}
	return is_open;
}

/* The original function; the first call of all finds them. */
static inline __attribute__((always_inline)) void *real(enum call call)
{
	if (!atomic_load_explicit(&found, memory_order_acquire))
		foreign_open(__builtin_return_address(0));
	return foreign_theirs[call];
}

/* ---- Interposed functions ---------------------------------------------------------------- */

#define INTERPOSED(name)	__asm__(name) __attribute__((visibility("default")))

uint64_t report_allocate(void *allocator, void *buffer) INTERPOSED(ALLOCATE);
void report_deallocate(void *allocator, void *buffer) INTERPOSED(DEALLOCATE);
void report_deallocate_all(void *allocator) INTERPOSED(DEALLOCATE_ALL);
void report_clear(void *allocator) INTERPOSED(CLEAR);
void report_shrink(void *allocator, const void *type, uint64_t size, bool bottom_up) INTERPOSED(SHRINK);
void report_reset(void *allocator, const void *type) INTERPOSED(RESET);
void report_allocator_end(void *allocator) INTERPOSED(ALLOCATOR_END);
void report_allocator_base_end(void *allocator) INTERPOSED(ALLOCATOR_BASE_END);
void report_circular(void *program, const void *device) INTERPOSED(CIRCULAR);
void report_dataflow(void *program, const void *device) INTERPOSED(DATAFLOW);
void report_scratchpads(void *program, const void *device) INTERPOSED(SCRATCHPADS);
void report_track_circular(void *tracker, const void *cores, uint64_t addr, uint64_t size,
			   bool global, const void *device) INTERPOSED(TRACK_CIRCULAR);
void report_mark(const void *cores, uint64_t addr, uint64_t size, uint64_t base) INTERPOSED(MARK);
void report_program_end(void *program) INTERPOSED(PROGRAM_END);
void report_join(void *workload, const void *range, void *program) INTERPOSED(JOIN);
void report_enqueue(void *queue, void *workload, bool blocking) INTERPOSED(ENQUEUE);
void report_finalize(void *workload, void *device) INTERPOSED(FINALIZE);
uint32_t report_binaries(void *device, uint32_t type, const void *kernels, void *groups, uint32_t base,
			 uint32_t *offset, uint32_t *size) INTERPOSED(BINARIES);

void report_trace_begin(void *device, uint8_t queue, const uint32_t *id) INTERPOSED(TRACE_BEGIN);
void report_trace_end(void *device, uint8_t queue, const uint32_t *id) INTERPOSED(TRACE_END);
void report_trace_replay(void *device, uint8_t queue, const uint32_t *id, bool blocking)
	INTERPOSED(TRACE_REPLAY);
void report_trace_release(void *device, const uint32_t *id) INTERPOSED(TRACE_RELEASE);

typedef void (*object_fn)(void *object);
typedef void (*pair_fn)(void *object, const void *other);

uint64_t report_allocate(void *allocator, void *buffer)
{
	uint64_t (*call)(void *, void *) = real(CALL_ALLOCATE);
	uint64_t addr = call(allocator, buffer);
	const char *file = atomic_load_explicit(&descriptor_file, memory_order_relaxed);

	if (file && atomic_exchange(&descriptor_file, NULL))
		foreign_save_descriptor(file);
	if (is_open)
		books_allocated(allocator, buffer, addr);
	return addr;
}

void report_deallocate(void *allocator, void *buffer)
{
	void (*call)(void *, void *) = real(CALL_DEALLOCATE);

	const int pool = is_open ? books_freed(allocator, buffer) : -1;

	call(allocator, buffer);
	if (pool >= 0)
		books_settled(allocator, pool);
}

void report_deallocate_all(void *allocator)
{
	object_fn call = real(CALL_DEALLOCATE_ALL);

	if (is_open)
		books_emptied(allocator, false);
	call(allocator);
	for (int pool = TT_MEMSTAT_POOL_DRAM; is_open && pool <= TT_MEMSTAT_POOL_L1_SMALL; pool++)
		books_settled(allocator, pool);
}

void report_clear(void *allocator)
{
	object_fn call = real(CALL_CLEAR);

	if (is_open)
		books_emptied(allocator, true);
	call(allocator);
}

/* L1 moves between the allocator and sub-devices, which changes its free memory. */
void report_shrink(void *allocator, const void *type, uint64_t size, bool bottom_up)
{
	void (*call)(void *, const void *, uint64_t, bool) = real(CALL_SHRINK);

	call(allocator, type, size, bottom_up);
	if (is_open)
		books_settled(allocator, TT_MEMSTAT_POOL_L1);
}

void report_reset(void *allocator, const void *type)
{
	pair_fn call = (pair_fn)real(CALL_RESET);

	call(allocator, type);
	if (is_open)
		books_settled(allocator, TT_MEMSTAT_POOL_L1);
}

void report_allocator_end(void *allocator)
{
	object_fn call = real(CALL_ALLOCATOR_END);

	if (is_open)
		books_emptied(allocator, true);
	call(allocator);
}

void report_allocator_base_end(void *allocator)
{
	object_fn call = real(CALL_ALLOCATOR_BASE_END);

	if (is_open)
		books_emptied(allocator, true);
	call(allocator);
}

/**
 * struct bracket - this thread is placing a program's memory of one kind
 * @kind: the kind
 * @extents: memory placed so far
 * @outer: enclosing bracket
 */
struct bracket {
	enum books_kind kind;
	struct extents extents;
	struct bracket *outer;
};

static __thread struct bracket *bracket __attribute__((tls_model("initial-exec")));

static void end_bracket(struct bracket *ended)
{
	bracket = ended->outer;
	extents_free(&ended->extents);
}

static void place(void *program, const void *device, enum books_kind kind, pair_fn call)
{
	struct bracket b __attribute__((cleanup(end_bracket))) = { .kind = kind, .outer = bracket };

	bracket = &b;
	call(program, device);
	if (is_open)
		books_placed(program, (void *)device, kind, &b.extents);
}

void report_circular(void *program, const void *device)
{
	place(program, device, BOOKS_CIRCULAR, (pair_fn)real(CALL_CIRCULAR));
}

void report_dataflow(void *program, const void *device)
{
	place(program, device, BOOKS_DATAFLOW, (pair_fn)real(CALL_DATAFLOW));
}

void report_scratchpads(void *program, const void *device)
{
	place(program, device, BOOKS_SCRATCHPAD, (pair_fn)real(CALL_SCRATCHPADS));
}

/* The first member of a CoreRangeSet is a vector of core ranges. */
void report_track_circular(void *tracker, const void *cores, uint64_t addr, uint64_t size,
			   bool global, const void *device)
{
	void (*call)(void *, const void *, uint64_t, uint64_t, bool, const void *) =
		real(CALL_TRACK_CIRCULAR);
	const struct vector *ranges = cores;

	if (bracket && bracket->kind == BOOKS_CIRCULAR)
		extents_add(&bracket->extents, ranges->begin,
				  (size_t)((struct foreign_range *)ranges->end -
					   (struct foreign_range *)ranges->begin),
				  addr, size, global);
	call(tracker, cores, addr, size, global, device);
}

/* The first member of a CircularBufferAllocator is its core range. */
void report_mark(const void *cores, uint64_t addr, uint64_t size, uint64_t base)
{
	void (*call)(const void *, uint64_t, uint64_t, uint64_t) = real(CALL_MARK);

	if (bracket && bracket->kind != BOOKS_CIRCULAR)
		extents_add(&bracket->extents, cores, 1, addr, size, false);
	call(cores, addr, size, base);
}

/* Bytes of the binaries on each core, of the workload that this thread finalizes. */
static __thread uint32_t *finalized __attribute__((tls_model("initial-exec")));

static void end_finalize(uint32_t *bytes)
{
	(void)bytes;
	finalized = NULL;
}

void report_finalize(void *workload, void *device)
{
	void (*call)(void *, void *) = real(CALL_FINALIZE);
	uint32_t bytes __attribute__((cleanup(end_finalize))) = 0;

	finalized = &bytes;
	call(workload, device);
	if (is_open && bytes)
		books_finalized(workload, bytes);
}

/* Cores of type 0 are the Tensix cores. */
uint32_t report_binaries(void *device, uint32_t type, const void *kernels, void *groups, uint32_t base,
			 uint32_t *offset, uint32_t *size)
{
	uint32_t (*call)(void *, uint32_t, const void *, void *, uint32_t, uint32_t *, uint32_t *) =
		real(CALL_BINARIES);
	uint32_t end = call(device, type, kernels, groups, base, offset, size);

	if (finalized && !type)
		*finalized = *size;
	return end;
}

void report_program_end(void *program)
{
	object_fn call = real(CALL_PROGRAM_END);

	if (is_open)
		books_program_gone(program);
	call(program);
}

/* std::span<const uint32_t> MeshCoordinate::coords() const */
static bool coordinate(const void *range, enum call which, size_t *x, size_t *y)
{
	struct span {
		const uint32_t *begin;
		size_t count;
	} span;

	if (!foreign_theirs[which] || !foreign_theirs[COORDS])
		return false;
	span = ASK(COORDS, struct span (*)(const void *), ASK(which, pointer_fn, range));
	if (span.count != 1 && span.count != 2)
		return false;
	*y = span.count == 2 ? span.begin[0] : 0;
	*x = span.begin[span.count - 1];
	return true;
}

/* The first member of a Program points to its ProgramImpl, which a move preserves. */
void report_join(void *workload, const void *range, void *program)
{
	void (*call)(void *, const void *, void *) = real(CALL_JOIN);
	struct foreign_range where = { 0, 0, SIZE_MAX, SIZE_MAX };
	void *impl = *(void **)program;

	if (!coordinate(range, START, &where.x0, &where.y0) ||
	    !coordinate(range, END, &where.x1, &where.y1))
		where = (struct foreign_range){ 0, 0, SIZE_MAX, SIZE_MAX };
	call(workload, range, program);
	if (is_open)
		books_joined(workload, impl, &where);
}

/* The first member of a MeshWorkload points to its MeshWorkloadImpl. */
void report_enqueue(void *queue, void *workload, bool blocking)
{
	void (*call)(void *, void *, bool) = real(CALL_ENQUEUE);

	call(queue, workload, blocking);
	if (is_open)
		books_launched(*(void **)workload);
}

void report_trace_begin(void *device, uint8_t queue, const uint32_t *id)
{
	void (*call)(void *, uint8_t, const uint32_t *) = real(CALL_TRACE_BEGIN);
	int ids[FOREIGN_CHIPS];
	size_t count = 0;

	call(device, queue, id);
	if (!is_open)
		return;
	if (foreign_theirs[IMPL_IDS])
		count = foreign_device_ids(IMPL_IDS, device, ids);
	books_trace_begins(device, *id, ids, count);
}

void report_trace_end(void *device, uint8_t queue, const uint32_t *id)
{
	void (*call)(void *, uint8_t, const uint32_t *) = real(CALL_TRACE_END);

	/* Capturing ends even if the call fails. */
	if (is_open)
		books_trace_ends(device, *id);
	call(device, queue, id);
}

void report_trace_replay(void *device, uint8_t queue, const uint32_t *id, bool blocking)
{
	void (*call)(void *, uint8_t, const uint32_t *, bool) = real(CALL_TRACE_REPLAY);

	call(device, queue, id, blocking);
	if (is_open)
		books_trace_replayed(device, *id);
}

void report_trace_release(void *device, const uint32_t *id)
{
	pair_fn call = (pair_fn)real(CALL_TRACE_RELEASE);

	if (is_open)
		books_trace_released(device, *id);
	call(device, id);
}
