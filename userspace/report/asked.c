// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Queries of tt-metal's objects: prototypes and layouts for the names of foreign.c. No lock is held
 * during a call into tt-metal.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreign_private.h"

void *foreign_theirs[CALLS];
static uint32_t unseen, partial;	/* pools that lack a name */

void foreign_miss(uint32_t not_seen, uint32_t in_part)
{
	unseen |= not_seen;
	partial |= in_part;
}

uint32_t foreign_unseen(uint32_t pools)
{
	return unseen & pools;
}

uint32_t foreign_partial(uint32_t pools)
{
	return partial & pools;
}

/* tt-metal's BufferType. */
enum type {
	TYPE_DRAM,
	TYPE_L1,
	TYPE_SYSTEM_MEMORY,
	TYPE_L1_SMALL,
	TYPE_TRACE,
};

/* A BufferType by reference. Its width differs between releases; the low byte suffices. */
static uint64_t ask_allocator(enum call call, const void *allocator, uint64_t type)
{
	return foreign_theirs[call] ? ASK(call, number_by_ref_fn, allocator, &type) : 0;
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

	if (!foreign_theirs[CONTEXT] || !foreign_theirs[CLUSTER] || !foreign_theirs[DESCRIPTOR])
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
 * End of the allocators' L1, which is the end of a core's L1. Sub-devices may have taken L1 from
 * the allocator's size, so the size of the architecture is preferred.
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
	if (cluster && foreign_theirs[ARCH] && foreign_theirs[UNIQUE_IDS]) {
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
 * BufferType Buffer::buffer_type() const. Before 0.79: bool Buffer::is_trace() const, is_dram(),
 * is_l1(). is_l1() includes L1_SMALL, which is at the end of L1.
 */
static int buffer_pool(const void *allocator, const void *buffer, uint64_t addr)
{
	if (foreign_theirs[BUFFER_TYPE])
		return pool_of(ASK(BUFFER_TYPE, number_fn, buffer) & 0xff);
	if (ASK(IS_TRACE, number_fn, buffer) & 1)
		return TT_MEMSTAT_POOL_TRACE;
	if (ASK(IS_DRAM, number_fn, buffer) & 1)
		return TT_MEMSTAT_POOL_DRAM;
	if (!(ASK(IS_L1, number_fn, buffer) & 1) || !foreign_theirs[BASE])
		return -1;
	return addr < l1_end(allocator) - ask_allocator(BANK_SIZE, allocator, TYPE_L1_SMALL) ?
		       TT_MEMSTAT_POOL_L1 : TT_MEMSTAT_POOL_L1_SMALL;
}

/*
 * DeviceAddr Buffer::aligned_size_per_bank() const. The allocator rounds up to its own alignment,
 * which is at least that of DRAM.
 */
bool foreign_place(void *allocator, void *buffer, uint64_t addr, struct foreign_place *place)
{
	uint64_t unit, dram;

	if (foreign_unseen(FOREIGN_BUFFERS))
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

/* A vtable begins with two words before the functions. */
#define TABLE_HEAD	2

static bool is_of(const void *device, enum call table)
{
	const void *const *functions = foreign_theirs[table];

	return device && functions && *(const void *const *)device == functions + TABLE_HEAD;
}

static bool is_mesh(const void *device)
{
	return is_of(device, MESH_TABLE);
}

/*
 * The function of a single device that corresponds to @call of a mesh: both implement IDevice, so
 * it is in the same place of the vtable. NULL: not a single device, or not found.
 */
static void *of_one_device(const void *device, enum call call)
{
	void *const *mesh = foreign_theirs[MESH_TABLE], *const *one = foreign_theirs[DEVICE_TABLE];
	const ElfW(Sym) *symbol;
	Dl_info info;

	if (!is_of(device, DEVICE_TABLE) || !mesh || !foreign_theirs[call] ||
	    !dladdr1(one, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return NULL;
	for (size_t i = TABLE_HEAD; i < symbol->st_size / sizeof(*one); i++)
		if (mesh[i] == foreign_theirs[call])
			return one[i];
	return NULL;
}

/* IDevice *Buffer::device() const; before 0.79, the first member after a weak pointer. */
void *foreign_device(void *buffer)
{
	void *device;

	if (foreign_theirs[DEVICE])
		return ASK(DEVICE, pointer_fn, buffer);
	device = foreign_theirs[IS_TRACE] ? ((void **)buffer)[2] : NULL;
	return (uintptr_t)device % sizeof(void *) ? NULL : device;
}

/* The beginning of a small vector. */
struct small_vector {
	const uint32_t *begin;
	uint32_t count;
};

/* std::vector<int> MeshDevice::get_device_ids() const, or the same of MeshDeviceImpl */
size_t foreign_device_ids(enum call call, const void *device, int ids[FOREIGN_CHIPS])
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
 * const MeshShape &MeshDevice::shape() const, a small vector of uint32_t; int IDevice::id() const.
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
	if (!is_mesh(device) || !foreign_theirs[DEVICE_IDS])
		return 0;
	count = foreign_device_ids(DEVICE_IDS, device, ids);
	if (foreign_theirs[SHAPE]) {
		shape = ASK(SHAPE, pointer_fn, device);
		/* Leading dimensions are 1. */
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

/* std::string ClusterDescriptor::serialize() const, which returns YAML. */
void foreign_save_descriptor(const char *file)
{
	const void *cluster = descriptor();
	struct {
		char *text;
		size_t len;
		char in_place[16];
	} yaml = { 0 };

	if (!cluster || !foreign_theirs[SERIALIZE]) {
		dprintf(STDERR_FILENO, "tt_memstat: cannot write %s: this tt-metal has no descriptor\n",
			file);
		return;
	}
	ASK(SERIALIZE, void (*)(void *, const void *), &yaml, cluster);
	if (!write_file(file, yaml.text, yaml.len))
		dprintf(STDERR_FILENO, "tt_memstat: cannot write %s: %s\n", file, strerror(errno));
	if (yaml.text != yaml.in_place)
		free(yaml.text);
}

/* const std::unordered_map<ChipId, uint64_t> &ClusterDescriptor::get_chip_unique_ids() const */
/* @has_id: set if the descriptor has an id, which may be 0; may be NULL */
static uint64_t unique_id(const void *cluster, int id, bool *has_id)
{
	const struct id_map *map = ASK(UNIQUE_IDS, pointer_fn, cluster);

	for (const struct id_node *node = map->first; node; node = node->next)
		if (node->id == id) {
			if (has_id)
				*has_id = true;
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
	bool has_id = false;

	ttmemstat_device_init(device);
	device->runtime_id = id;
	if (!cluster || !foreign_theirs[UNIQUE_IDS])
		return;
	device->unique_id = unique_id(cluster, id, &has_id);
	if (has_id)
		device->flags |= TTMEMSTAT_DEVICE_UNIQUE_ID;
	if (foreign_theirs[LOCATION]) {
		device->flags |= TTMEMSTAT_DEVICE_LOCATION;
		device->asic_location = ASK(LOCATION, number_by_id_fn, cluster, id) & 0xff;
	}
	if (!foreign_theirs[REMOTE] || !foreign_theirs[GATEWAY] ||
	    !(ASK(REMOTE, number_by_id_fn, cluster, id) & 1))
		return;
	device->flags |= TTMEMSTAT_DEVICE_REMOTE;
	device->gateway_id = (int)ASK(GATEWAY, number_by_id_fn, cluster, id);
	device->gateway_unique_id = unique_id(cluster, device->gateway_id, NULL);
}

/* Add @part to @geometry if both are consistent. */
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
 * and others. The allocator's number of DRAM banks overrides the DRAM mask if they disagree.
 */
void foreign_geometry(int id, void *allocator, struct tt_memstat_geometry *geometry)
{
	struct tt_memstat_geometry part = { 0 };
	const void *cluster = descriptor();
	struct {
		size_t tensix, dram, others[6];
	} masks = { 0 };
	bool known;

	memset(geometry, 0, sizeof(*geometry));
	if (!cluster || !foreign_theirs[ARCH])
		return;
	geometry->arch = arch_of(cluster, id);
	part.dram_banks = (uint32_t)ask_allocator(BANKS, allocator, TYPE_DRAM);
	known = complete(geometry, &part);
	if (foreign_theirs[HARVEST]) {
		ASK(HARVEST, void (*)(void *, const void *, int), &masks, cluster, id);
		part = (struct tt_memstat_geometry){ .valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK,
						     .tensix_mask = (uint32_t)masks.tensix };
		known |= complete(geometry, &part);
		part = (struct tt_memstat_geometry){ .valid = TT_MEMSTAT_GEOMETRY_DRAM_MASK,
						     .dram_mask = (uint32_t)masks.dram };
		known |= complete(geometry, &part);
	}
	if (!known)
		geometry->arch = TT_MEMSTAT_ARCH_UNKNOWN;
}

/* CoreCoord IDevice::compute_with_storage_grid_size() const */
static bool worker_grid(const void *allocator, const void *device,
			struct tt_memstat_layout *layout)
{
	struct grid {
		size_t x, y;
	} grid, (*ask)(const void *);

	ask = is_mesh(device) ? foreign_theirs[GRID] : of_one_device(device, GRID);
	if (!ask || !foreign_theirs[BANKS])
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
	if (!foreign_theirs[BANK_SIZE] || !foreign_theirs[BASE])
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
	return foreign_theirs[BANKS] ? (uint32_t)ask_allocator(BANKS, allocator, type_of(pool)) : 0;
}

/*
 * std::optional<uint32_t> Buffer::num_cores() const, for sharded buffers; uint32_t
 * Buffer::num_pages() const: pages of other buffers are distributed over the banks in turn.
 */
uint32_t foreign_cores(void *allocator, void *buffer, int pool)
{
	uint64_t shards;
	uint32_t pages, banks;

	if ((pool != TT_MEMSTAT_POOL_L1 && pool != TT_MEMSTAT_POOL_L1_SMALL) ||
	    !foreign_theirs[SHARD_CORES] || !foreign_theirs[PAGES])
		return 0;
	shards = ASK(SHARD_CORES, number_fn, buffer);
	if (shards >> 32 & 1)
		return (uint32_t)shards;
	pages = (uint32_t)ASK(PAGES, number_fn, buffer);
	banks = foreign_banks(allocator, pool);
	return pages < banks ? pages : banks;
}

/*
 * std::vector<std::vector<CoreCoord>> ProgramImpl::logical_cores() const. The first element has the
 * Tensix cores, including those on which the program has no memory.
 */
bool foreign_program_cores(const void *program, uint64_t cores[FOREIGN_ROWS])
{
	struct vector all = { 0 }, *kinds;
	struct core {
		size_t x, y;
	};

	memset(cores, 0, FOREIGN_ROWS * sizeof(*cores));
	if (!foreign_theirs[PROGRAM_CORES])
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
 * bool per_core_allocation::is_per_core_allocation(const Buffer &), const
 * std::unordered_map<CoreCoord, DeviceAddr> &per_core_allocation::get_per_core_addresses(const
 * Buffer &)
 */
size_t foreign_parts(void *buffer, struct foreign_part **parts)
{
	const struct core_map *map;
	size_t count = 0;

	*parts = NULL;
	if (!foreign_theirs[PER_CORE] || !foreign_theirs[CORE_PLACES] || !(ASK(PER_CORE, number_fn, buffer) & 1))
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

	if (!foreign_theirs[STATISTICS] || !ask_allocator(BANK_SIZE, allocator, type))
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
