// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The foreign ABI: the only place that knows tt-metal's names, prototypes and layouts.
 *
 * The library is preloaded, and tt-metal's libraries call one another's functions, and their own,
 * through tables that the loader fills: a function defined here under a name of theirs is called in
 * place of theirs, on every thread. Each such function calls theirs, which is looked for from the
 * library that called, as Python loads them where nobody else finds them.
 *
 * Theirs may throw. Nothing here holds a lock while it calls them, and brackets end by cleanup.
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

#define BUFFERS	(1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_TRACE | \
		 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL)
#define ALL_L1	(1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL)
#define CB	(1u << TT_MEMSTAT_POOL_CB)
#define TM	"_ZN2tt8tt_metal"
#define TMC	"_ZNK2tt8tt_metal"
#define UMD	"_ZNK2tt3umd17ClusterDescriptor"
#define MESH_IMPL	TM "11distributed14MeshDeviceImpl"
#define TRACE_ID	"N4ttsl10StrongTypeIjNS1_14MeshTraceIdTagEEE"
#define PER_CORES	TM "12experimental19per_core_allocation"

/*
 * Interposed: the name must be one that is called through a table. In front of each its prototype,
 * and the releases of ttnn that have it.
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
/* void GraphTracker::track_allocate_cb(const CoreRangeSet &, u64 addr, u64 size, bool borrowed, ...) */
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

/* void distributed::MeshDeviceImpl::begin_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_BEGIN	MESH_IMPL "16begin_mesh_traceEhRK" TRACE_ID
/* void distributed::MeshDeviceImpl::end_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_END	MESH_IMPL "14end_mesh_traceEhRK" TRACE_ID
/* void distributed::MeshDeviceImpl::replay_mesh_trace(uint8_t queue, const MeshTraceId &, bool): all */
#define TRACE_REPLAY	MESH_IMPL "17replay_mesh_traceEhRK" TRACE_ID "b"
/* void distributed::MeshDeviceImpl::release_mesh_trace(const MeshTraceId &): all */
#define TRACE_RELEASE	MESH_IMPL "18release_mesh_traceERK" TRACE_ID

enum call {
	CALL_ALLOCATE, CALL_DEALLOCATE, CALL_DEALLOCATE_ALL, CALL_CLEAR, CALL_SHRINK, CALL_RESET,
	CALL_ALLOCATOR_END, CALL_ALLOCATOR_BASE_END, CALL_CIRCULAR, CALL_DATAFLOW, CALL_SCRATCHPADS,
	CALL_TRACK_CIRCULAR, CALL_MARK, CALL_PROGRAM_END, CALL_JOIN, CALL_ENQUEUE,
	CALL_TRACE_BEGIN, CALL_TRACE_END, CALL_TRACE_REPLAY, CALL_TRACE_RELEASE,
	BANK_BYTES, BUFFER_TYPE, IS_DRAM, IS_L1, IS_TRACE, DEVICE, ALIGNMENT, BANK_SIZE, BASE,
	BANKS, STATISTICS, SHARD_CORES, PAGES, PER_CORE, CORE_PLACES,
	PROGRAM_CORES, DEVICE_IDS, IMPL_IDS, MESH_ID, SHAPE, GRID, MESH_TABLE, DEVICE_TABLE, START, END, COORDS,
	CONTEXT, CLUSTER, DESCRIPTOR, UNIQUE_IDS, REMOTE, GATEWAY, LOCATION, ARCH, HARVEST, SERIALIZE,
	CALLS,
};

/**
 * struct row - a name of theirs
 * @call: what it is for
 * @unless: it is not missed in a release that has this
 * @name: mangled
 * @where: it is missed only in a release that has this word in its names
 * @unseen: pools that are not seen without it
 * @partial: pools that are not seen wholly without it
 * @figure: another figure that is not seen without it
 * @interposed: called through a table, not only exported
 */
#define HOOKED(what, ...)	{ .call = CALL_##what, .name = what, .interposed = true, ##__VA_ARGS__ }
#define ASKED(what, mangled, ...)	{ .call = what, .name = mangled, ##__VA_ARGS__ }

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
	HOOKED(TRACE_BEGIN, .partial = CB),
	HOOKED(TRACE_END, .partial = CB),
	HOOKED(TRACE_REPLAY, .partial = CB),
	HOOKED(TRACE_RELEASE, .figure = "trace_release"),
	/* Asked: it is enough that they are exported. Prototypes are in the functions below. */
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
	ASKED(SERIALIZE, UMD "9serializeB5cxx11Ev"),
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

/* tt-metal's BufferType. */
enum type {
	TYPE_DRAM,
	TYPE_L1,
	TYPE_SYSTEM_MEMORY,
	TYPE_L1_SMALL,
	TYPE_TRACE,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const void *caller;
static void *theirs[CALLS];
static bool missing[ROWS];
static uint32_t unseen, partial;	/* pools, for what is missing */
static bool is_open;
static atomic_bool found;
static const char *_Atomic descriptor_file;	/* where it is to be written, with the first buffer */

/* ---- The library, when it appears -------------------------------------------------------- */

struct object {
	const ElfW(Sym) *symbols;
	const char *strings;
	size_t strings_size;
	const ElfW(Rela) *tables[2];
	size_t counts[2];
};

/* What a loaded object has in its dynamic section; addresses are final on all that glibc runs on. */
static void read_object(const struct dl_phdr_info *info, struct object *object)
{
	const ElfW(Dyn) *dyn = NULL;

	memset(object, 0, sizeof(*object));
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			/* NOLINTNEXTLINE(performance-no-int-to-ptr): so they come */
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

/* Which names an object calls through a table, and which words are in its names. */
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

/* The one that has the names, and those that call it. */
static int survey_one(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *file = strrchr(info->dlpi_name, '/');
	struct object object;

	(void)size;
	file = file ? file + 1 : info->dlpi_name;
	/* The program itself has no name. */
	if (*file && !strstr(file, "tt_metal") && !strstr(file, "ttnn"))
		return 0;
	read_object(info, &object);
	if (object.symbols && object.strings)
		survey_object(&object, data);
	return 0;
}

/* For `tt-memstat run --check`, on standard error: where pools are not seen, and why. */
static void check(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (missing[i] && rows[i].figure)
			dprintf(STDERR_FILENO, "tt_memstat: %s is not seen: no %s\n",
				rows[i].figure, rows[i].name);
		for (int pool = 0; missing[i] && pool < TT_MEMSTAT_POOLS; pool++) {
			if ((rows[i].unseen | rows[i].partial) >> pool & 1)
				dprintf(STDERR_FILENO, "tt_memstat: %s is %s: no %s\n",
					ttmemstat_pool_name((uint32_t)pool),
					rows[i].unseen >> pool & 1 ? "not seen" : "seen in part",
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

		if (symbol && !theirs[rows[i].call])
			theirs[rows[i].call] = symbol;
	}
	for (size_t i = 0; i < ROWS; i++)
		missing[i] = (!rows[i].where || survey.worded[i]) &&
			     (!rows[i].unless || !theirs[rows[i].unless]) &&
			     (!theirs[rows[i].call] ||
			      (rows[i].interposed && !survey.called[i]));
	for (size_t i = 0; i < ROWS; i++) {
		unseen |= missing[i] ? rows[i].unseen : 0;
		partial |= missing[i] ? rows[i].partial : 0;
	}
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

/* The function that is called instead, found with the first of all calls. */
static inline __attribute__((always_inline)) void *real(enum call call)
{
	if (!atomic_load_explicit(&found, memory_order_acquire))
		foreign_open(__builtin_return_address(0));
	return theirs[call];
}

uint32_t foreign_unseen(uint32_t pools)
{
	return unseen & pools;
}

uint32_t foreign_partial(uint32_t pools)
{
	return partial & pools;
}

/* ---- What is asked ----------------------------------------------------------------------- */

/* Calls a function of theirs, which is there. */
#define ASK(call, type, ...)	((type)theirs[call])(__VA_ARGS__)

typedef uint64_t (*number_fn)(const void *object);
typedef uint32_t (*number_by_id_fn)(const void *object, int id);
typedef void *(*pointer_fn)(const void *object);
typedef uint64_t (*number_by_ref_fn)(const void *object, const uint64_t *type);

/* A type of theirs by reference: its width differs, its low byte tells. */
static uint64_t ask_allocator(enum call call, const void *allocator, uint64_t type)
{
	return theirs[call] ? ASK(call, number_by_ref_fn, allocator, &type) : 0;
}

static int pool_of(uint64_t type)
{
	switch (type) {
	case TYPE_DRAM:
		return TT_MEMSTAT_POOL_DRAM;
	case TYPE_L1:
		return TT_MEMSTAT_POOL_L1;
	case TYPE_L1_SMALL:
		return TT_MEMSTAT_POOL_L1_SMALL;
	case TYPE_TRACE:
		return TT_MEMSTAT_POOL_TRACE;
	default:
		return -1;
	}
}

static enum type type_of(int pool)
{
	switch (pool) {
	case TT_MEMSTAT_POOL_L1:
		return TYPE_L1;
	case TT_MEMSTAT_POOL_L1_SMALL:
		return TYPE_L1_SMALL;
	case TT_MEMSTAT_POOL_TRACE:
		return TYPE_TRACE;
	default:
		return TYPE_DRAM;
	}
}

/* A node of std::unordered_map<int, uint64_t>. */
struct id_node {
	const struct id_node *next;
	int id;
	uint64_t value;
};

struct id_map {
	void *buckets;
	size_t bucket_count;
	const struct id_node *first;
};

/*
 * MetalContext &MetalContext::instance(ContextId), Cluster &MetalContext::get_cluster(), const
 * ClusterDescriptor *Cluster::get_cluster_desc() const
 */
static const void *descriptor(void)
{
	void *context, *cluster;

	if (!theirs[CONTEXT] || !theirs[CLUSTER] || !theirs[DESCRIPTOR])
		return NULL;
	context = ASK(CONTEXT, void *(*)(int), 0);
	cluster = ASK(CLUSTER, pointer_fn, context);
	return ASK(DESCRIPTOR, pointer_fn, cluster);
}

/* tt::ARCH ClusterDescriptor::get_arch(ChipId) const */
static uint32_t arch_of(const void *cluster, int id)
{
	switch (ASK(ARCH, number_by_id_fn, cluster, id)) {
	case 2:
		return TT_MEMSTAT_ARCH_WORMHOLE;
	case 3:
		return TT_MEMSTAT_ARCH_BLACKHOLE;
	default:
		return TT_MEMSTAT_ARCH_UNKNOWN;
	}
}

/*
 * Where L1 ends that is given away, which is where a core's ends. Before it L1 of sub-devices may
 * have been taken from what the allocator calls its size.
 */
static uint64_t l1_end(const void *allocator)
{
	static _Atomic uint64_t of_arch;
	const struct ttmemstat_arch_info *info;
	const void *cluster;
	uint64_t end = atomic_load_explicit(&of_arch, memory_order_relaxed);

	if (end)
		return end;
	cluster = descriptor();
	if (cluster && theirs[ARCH] && theirs[UNIQUE_IDS]) {
		const struct id_map *map = ASK(UNIQUE_IDS, pointer_fn, cluster);

		info = map->first ? ttmemstat_arch_get_info(arch_of(cluster, map->first->id)) : NULL;
		if (info) {
			atomic_store_explicit(&of_arch, info->l1_bytes, memory_order_relaxed);
			return info->l1_bytes;
		}
	}
	return (uint32_t)ask_allocator(BASE, allocator, 0) +
	       ask_allocator(BANK_SIZE, allocator, TYPE_L1) +
	       ask_allocator(BANK_SIZE, allocator, TYPE_L1_SMALL);
}

/* uint32_t AllocatorImpl::get_alignment(BufferType) const */
static uint64_t alignment(const void *allocator, enum type type)
{
	return ASK(ALIGNMENT, number_by_id_fn, allocator, (int)type);
}

/*
 * BufferType Buffer::buffer_type() const; before 0.79 bool Buffer::is_trace() const, is_dram(),
 * is_l1(), which is both kinds: L1_SMALL is at the end.
 */
static int buffer_pool(const void *allocator, const void *buffer, uint64_t addr)
{
	if (theirs[BUFFER_TYPE])
		return pool_of(ASK(BUFFER_TYPE, number_fn, buffer) & 0xff);
	if (ASK(IS_TRACE, number_fn, buffer) & 1)
		return TT_MEMSTAT_POOL_TRACE;
	if (ASK(IS_DRAM, number_fn, buffer) & 1)
		return TT_MEMSTAT_POOL_DRAM;
	if (!(ASK(IS_L1, number_fn, buffer) & 1) || !theirs[BASE])
		return -1;
	return addr < l1_end(allocator) - ask_allocator(BANK_SIZE, allocator, TYPE_L1_SMALL) ?
		       TT_MEMSTAT_POOL_L1 : TT_MEMSTAT_POOL_L1_SMALL;
}

/*
 * DeviceAddr Buffer::aligned_size_per_bank() const. The allocator takes multiples of its own
 * alignment, which is that of DRAM at least.
 */
bool foreign_place(void *allocator, void *buffer, uint64_t addr, struct foreign_place *place)
{
	uint64_t unit, dram;

	if (foreign_unseen(BUFFERS))
		return false;
	place->pool = buffer_pool(allocator, buffer, addr);
	if (place->pool < 0)
		return false;
	unit = alignment(allocator, type_of(place->pool));
	dram = alignment(allocator, TYPE_DRAM);
	if (unit < dram)
		unit = dram;
	place->addr = addr;
	place->size = ASK(BANK_BYTES, number_fn, buffer);
	if (unit)
		place->size = (place->size + unit - 1) / unit * unit;
	return true;
}

/* A table of virtual functions begins with two words of its own. */
#define TABLE_HEAD	2

static bool is_of(const void *device, enum call table)
{
	const void *const *functions = theirs[table];

	return device && functions && *(const void *const *)device == functions + TABLE_HEAD;
}

static bool is_mesh(const void *device)
{
	return is_of(device, MESH_TABLE);
}

/*
 * What one device of a mesh has at the place where the table of the mesh has @call: the same
 * function of IDevice. NULL: it is no such device, or has none.
 */
static void *of_one_device(const void *device, enum call call)
{
	void *const *mesh = theirs[MESH_TABLE], *const *one = theirs[DEVICE_TABLE];
	const ElfW(Sym) *symbol;
	Dl_info info;

	if (!is_of(device, DEVICE_TABLE) || !mesh || !theirs[call] ||
	    !dladdr1(one, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return NULL;
	for (size_t i = TABLE_HEAD; i < symbol->st_size / sizeof(*one); i++)
		if (mesh[i] == theirs[call])
			return one[i];
	return NULL;
}

/* IDevice *Buffer::device() const; before 0.79 it is the first member behind a weak pointer. */
void *foreign_device(void *buffer)
{
	void *device;

	if (theirs[DEVICE])
		return ASK(DEVICE, pointer_fn, buffer);
	device = theirs[IS_TRACE] ? ((void **)buffer)[2] : NULL;
	return (uintptr_t)device % sizeof(void *) ? NULL : device;
}

/* A vector of theirs, returned by value: what it points to is the caller's. */
struct vector {
	void *begin;
	void *end;
	void *room;
};

/* What a small vector begins with. */
struct small_vector {
	const uint32_t *begin;
	uint32_t count;
};

/* std::vector<int> MeshDevice::get_device_ids() const, MeshDeviceImpl's alike */
static size_t device_ids(enum call call, const void *device, int ids[FOREIGN_CHIPS])
{
	struct vector all = { 0 };
	size_t count;

	ASK(call, void (*)(struct vector *, const void *), &all, device);
	count = (size_t)((int *)all.end - (int *)all.begin);
	if (count > FOREIGN_CHIPS)
		count = FOREIGN_CHIPS;
	if (count)
		memcpy(ids, all.begin, count * sizeof(int));
	free(all.begin);
	return count;
}

/*
 * const MeshShape &MeshDevice::shape() const,
 * which is a small vector of uint32_t; int IDevice::id() const.
 */
size_t foreign_chips(void *device, int ids[FOREIGN_CHIPS], size_t *columns)
{
	const struct small_vector *shape;
	int (*one)(const void *);
	size_t count;

	*columns = 0;
	one = of_one_device(device, MESH_ID);
	if (one) {
		ids[0] = one(device);
		return 1;
	}
	if (!is_mesh(device) || !theirs[DEVICE_IDS])
		return 0;
	count = device_ids(DEVICE_IDS, device, ids);
	if (theirs[SHAPE]) {
		shape = ASK(SHAPE, pointer_fn, device);
		/* It begins with ones. */
		if (shape->count >= 2 && (size_t)shape->begin[shape->count - 2] *
						 shape->begin[shape->count - 1] == count)
			*columns = shape->begin[shape->count - 1];
	}
	return count;
}

static bool write_file(const char *file, const char *text, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	ssize_t n = 0;

	if (fd < 0)
		return false;
	for (; len; text += n, len -= (size_t)n) {
		n = write(fd, text, len);
		if (n < 0)
			break;
	}
	return !close(fd) && !len;
}

/* std::string ClusterDescriptor::serialize() const: YAML. For `tt-memstat run --save-descriptor`. */
static void save_descriptor(const char *file)
{
	const void *cluster = descriptor();
	struct {
		char *text;
		size_t len;
		char in_place[16];
	} yaml = { 0 };

	if (!cluster || !theirs[SERIALIZE]) {
		dprintf(STDERR_FILENO, "tt_memstat: %s is not written: this tt-metal does not tell it\n",
			file);
		return;
	}
	ASK(SERIALIZE, void (*)(void *, const void *), &yaml, cluster);
	if (!write_file(file, yaml.text, yaml.len))
		dprintf(STDERR_FILENO, "tt_memstat: %s is not written: %s\n", file, strerror(errno));
	if (yaml.text != yaml.in_place)
		free(yaml.text);
}

/* const std::unordered_map<ChipId, uint64_t> &ClusterDescriptor::get_chip_unique_ids() const */
/* @told: out: whether there is one, which may be 0; may be NULL */
static uint64_t unique_id(const void *cluster, int id, bool *told)
{
	const struct id_map *map = ASK(UNIQUE_IDS, pointer_fn, cluster);

	for (const struct id_node *node = map->first; node; node = node->next)
		if (node->id == id) {
			if (told)
				*told = true;
			return node->value;
		}
	return 0;
}

/*
 * bool ClusterDescriptor::is_chip_remote(ChipId) const, ChipId
 * ClusterDescriptor::get_closest_mmio_capable_chip(ChipId), uint8_t
 * ClusterDescriptor::get_asic_location(ChipId) const
 */
void foreign_identity(int id, struct ttmemstat_device *device)
{
	const void *cluster = descriptor();
	bool told = false;

	ttmemstat_device_init(device);
	device->runtime_id = id;
	if (!cluster || !theirs[UNIQUE_IDS])
		return;
	device->unique_id = unique_id(cluster, id, &told);
	if (told)
		device->flags |= TTMEMSTAT_DEVICE_UNIQUE_ID;
	if (theirs[LOCATION]) {
		device->flags |= TTMEMSTAT_DEVICE_LOCATION;
		device->asic_location = ASK(LOCATION, number_by_id_fn, cluster, id) & 0xff;
	}
	if (!theirs[REMOTE] || !theirs[GATEWAY] ||
	    !(ASK(REMOTE, number_by_id_fn, cluster, id) & 1))
		return;
	device->flags |= TTMEMSTAT_DEVICE_REMOTE;
	device->gateway_id = (int)ASK(GATEWAY, number_by_id_fn, cluster, id);
	device->gateway_unique_id = unique_id(cluster, device->gateway_id, NULL);
}

/* Adds to @geometry what @part tells, if it is possible with what is told already. */
static bool complete(struct tt_memstat_geometry *geometry, const struct tt_memstat_geometry *part)
{
	struct tt_memstat_geometry whole = *geometry;
	struct ttmemstat_resolved resolved;

	whole.valid |= part->valid;
	whole.tensix_mask |= part->tensix_mask;
	whole.dram_mask |= part->dram_mask;
	whole.dram_banks |= part->dram_banks;
	if (ttmemstat_geometry_resolve(&whole, &resolved))
		return false;
	*geometry = whole;
	return true;
}

/*
 * HarvestingMasks ClusterDescriptor::get_harvesting_masks(ChipId) const: size_t for Tensix, DRAM
 * and others. The allocator is right where it has another number of DRAM banks than that leaves.
 */
void foreign_geometry(int id, void *allocator, struct tt_memstat_geometry *geometry)
{
	struct tt_memstat_geometry part = { 0 };
	const void *cluster = descriptor();
	struct {
		size_t tensix, dram, others[6];
	} masks = { 0 };
	bool told;

	memset(geometry, 0, sizeof(*geometry));
	if (!cluster || !theirs[ARCH])
		return;
	geometry->arch = arch_of(cluster, id);
	part.dram_banks = (uint32_t)ask_allocator(BANKS, allocator, TYPE_DRAM);
	told = complete(geometry, &part);
	if (theirs[HARVEST]) {
		ASK(HARVEST, void (*)(void *, const void *, int), &masks, cluster, id);
		part = (struct tt_memstat_geometry){ .valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK,
						     .tensix_mask = (uint32_t)masks.tensix };
		told |= complete(geometry, &part);
		part = (struct tt_memstat_geometry){ .valid = TT_MEMSTAT_GEOMETRY_DRAM_MASK,
						     .dram_mask = (uint32_t)masks.dram };
		told |= complete(geometry, &part);
	}
	if (!told)
		geometry->arch = TT_MEMSTAT_ARCH_UNKNOWN;
}

/* CoreCoord IDevice::compute_with_storage_grid_size() const */
static bool worker_grid(const void *allocator, const void *device,
			struct tt_memstat_layout *layout)
{
	struct grid {
		size_t x, y;
	} grid, (*ask)(const void *);

	ask = is_mesh(device) ? theirs[GRID] : of_one_device(device, GRID);
	if (!ask || !theirs[BANKS])
		return false;
	grid = ask(device);
	if (grid.x * grid.y != (uint32_t)ask_allocator(BANKS, allocator, TYPE_L1))
		return false;
	layout->worker_x = (uint32_t)grid.x;
	layout->worker_y = (uint32_t)grid.y;
	return true;
}

/*
 * uint32_t AllocatorImpl::get_num_banks(const BufferType &) const, DeviceAddr
 * AllocatorImpl::get_bank_size(const BufferType &) const, DeviceAddr
 * AllocatorImpl::get_base_allocator_addr(const HalMemType &) const, where L1 is 0
 */
void foreign_layout(void *allocator, void *device, struct tt_memstat_layout *layout)
{
	memset(layout, 0, sizeof(*layout));
	if (worker_grid(allocator, device, layout))
		layout->valid |= TT_MEMSTAT_LAYOUT_WORKER;
	if (!theirs[BANK_SIZE] || !theirs[BASE])
		return;
	layout->l1_base = (uint32_t)ask_allocator(BASE, allocator, 0);
	layout->l1_small = ask_allocator(BANK_SIZE, allocator, TYPE_L1_SMALL);
	layout->l1_end = l1_end(allocator);
	layout->trace_region = ask_allocator(BANK_SIZE, allocator, TYPE_TRACE);
	layout->valid |= TT_MEMSTAT_LAYOUT_L1 | TT_MEMSTAT_LAYOUT_TRACE;
}

/* uint32_t AllocatorImpl::get_num_banks(const BufferType &) const */
uint32_t foreign_banks(void *allocator, int pool)
{
	return theirs[BANKS] ? (uint32_t)ask_allocator(BANKS, allocator, type_of(pool)) : 0;
}

/*
 * std::optional<uint32_t> Buffer::num_cores() const, of shards, uint32_t Buffer::num_pages() const:
 * without shards one page lies in each bank in turn.
 */
uint32_t foreign_cores(void *allocator, void *buffer, int pool)
{
	uint64_t shards;
	uint32_t pages, banks;

	if ((pool != TT_MEMSTAT_POOL_L1 && pool != TT_MEMSTAT_POOL_L1_SMALL) ||
	    !theirs[SHARD_CORES] || !theirs[PAGES])
		return 0;
	shards = ASK(SHARD_CORES, number_fn, buffer);
	if (shards >> 32 & 1)
		return (uint32_t)shards;
	pages = (uint32_t)ASK(PAGES, number_fn, buffer);
	banks = foreign_banks(allocator, pool);
	return pages < banks ? pages : banks;
}

/*
 * std::vector<std::vector<CoreCoord>> ProgramImpl::logical_cores() const: the first is of Tensix, which
 * is asked as it may be on cores where it keeps nothing.
 */
bool foreign_program_cores(const void *program, uint64_t cores[FOREIGN_ROWS])
{
	struct vector all = { 0 }, *kinds;
	struct core {
		size_t x, y;
	};

	memset(cores, 0, FOREIGN_ROWS * sizeof(*cores));
	if (!theirs[PROGRAM_CORES])
		return false;
	ASK(PROGRAM_CORES, void (*)(struct vector *, const void *), &all, program);
	kinds = all.begin;
	for (struct core *core = kinds ? kinds->begin : NULL; core && core != kinds->end; core++)
		if (core->x < 64 && core->y < FOREIGN_ROWS)
			cores[core->y] |= (uint64_t)1 << core->x;
	for (; kinds && kinds != all.end; kinds++)
		free(kinds->begin);
	free(all.begin);
	return true;
}

/* A node of std::unordered_map<CoreCoord, DeviceAddr>. */
struct core_node {
	const struct core_node *next;
	size_t x, y;
	uint64_t addr;
};

struct core_map {
	void *buckets;
	size_t bucket_count;
	const struct core_node *first;
	size_t count;
};

/*
 * bool per_core_allocation::is_per_core_allocation(const Buffer &), const std::unordered_map<CoreCoord,
 * DeviceAddr> &per_core_allocation::get_per_core_addresses(const Buffer &)
 */
size_t foreign_parts(void *buffer, struct foreign_part **parts)
{
	const struct core_map *map;
	size_t count = 0;

	*parts = NULL;
	if (!theirs[PER_CORE] || !theirs[CORE_PLACES] || !(ASK(PER_CORE, number_fn, buffer) & 1))
		return 0;
	map = ASK(CORE_PLACES, pointer_fn, buffer);
	*parts = map->count ? calloc(map->count, sizeof(**parts)) : NULL;
	if (!*parts)
		return 0;
	for (const struct core_node *node = map->first; node && count < map->count; node = node->next)
		(*parts)[count++] = (struct foreign_part){
			.addr = node->addr,
			.where = { node->x, node->y, node->x, node->y },
		};
	return count;
}

/* Statistics AllocatorImpl::get_statistics(const BufferType &) const */
bool foreign_statistics(void *allocator, int pool, struct ttmemstat_snapshot *snapshot)
{
	struct {
		uint64_t allocatable;
		uint64_t allocated;
		uint64_t free;
		uint64_t largest;
		struct vector addresses;
		uint64_t more[8];
	} said = { 0 };
	const uint64_t type = type_of(pool);

	if (!theirs[STATISTICS] || !ask_allocator(BANK_SIZE, allocator, type))
		return false;
	ASK(STATISTICS, void (*)(void *, const void *, const uint64_t *), &said, allocator, &type);
	free(said.addresses.begin);
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->pool = (uint32_t)pool;
	snapshot->allocatable = said.allocatable;
	snapshot->allocated = said.allocated;
	snapshot->free = said.free;
	snapshot->largest_free_block = said.largest;
	return true;
}

/* ---- What is interposed ------------------------------------------------------------------ */

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
		save_descriptor(file);
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

/* L1 for sub-devices, which there is not for others: what is free is another. */
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
 * struct bracket - a program's memory of one kind is being placed by this thread
 * @kind: which
 * @extents: so far
 * @outer: what it is within
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

/* A CoreRangeSet begins with a vector of core ranges. */
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

/* A CircularBufferAllocator begins with its core range. */
void report_mark(const void *cores, uint64_t addr, uint64_t size, uint64_t base)
{
	void (*call)(const void *, uint64_t, uint64_t, uint64_t) = real(CALL_MARK);

	if (bracket && bracket->kind != BOOKS_CIRCULAR)
		extents_add(&bracket->extents, cores, 1, addr, size, false);
	call(cores, addr, size, base);
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

	if (!theirs[which] || !theirs[COORDS])
		return false;
	span = ASK(COORDS, struct span (*)(const void *), ASK(which, pointer_fn, range));
	if (span.count != 1 && span.count != 2)
		return false;
	*y = span.count == 2 ? span.begin[0] : 0;
	*x = span.begin[span.count - 1];
	return true;
}

/* A Program begins with the address of its ProgramImpl, which stays when it is moved. */
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

/* A MeshWorkload begins with the address of its MeshWorkloadImpl. */
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
	if (theirs[IMPL_IDS])
		count = device_ids(IMPL_IDS, device, ids);
	books_trace_begins(device, *id, ids, count);
}

void report_trace_end(void *device, uint8_t queue, const uint32_t *id)
{
	void (*call)(void *, uint8_t, const uint32_t *) = real(CALL_TRACE_END);

	/* One that fails captures no more. */
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
