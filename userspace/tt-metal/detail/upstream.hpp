/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * How tt-metal's interfaces are read, whichever version of them is there.
 *
 * Knows the headers of tt-metal and what differs between their versions: upstream inserts virtual
 * functions and moves types between namespaces, so nothing optional is named unless a test of the
 * compiler's has found it. Does not know tt_memstat's events.
 */
#ifndef TTMEMSTAT_DETAIL_UPSTREAM_HPP
#define TTMEMSTAT_DETAIL_UPSTREAM_HPP

#include <tt-metalium/allocator.hpp>
#include <tt-metalium/buffer.hpp>
#include <tt-metalium/circular_buffer.hpp>
#include <tt-metalium/core_coord.hpp>
#include <tt-metalium/device.hpp>
#include <tt-metalium/graph_tracking.hpp>
#include <tt-metalium/mesh_device.hpp>
#include <tt-metalium/program.hpp>

#if __has_include(<tt-metalium/experimental/per_core_allocation/buffer.hpp>)
#include <tt-metalium/experimental/per_core_allocation/buffer.hpp>
#define TTMEMSTAT_HAS_PER_CORE 1
#endif
#if __has_include(<internal/graph_tracking.hpp>)
#include <internal/graph_tracking.hpp>
#define TTMEMSTAT_HAS_BACKGROUND 1
#endif

#include <optional>
#include <type_traits>

#include "chip.hpp"

namespace ttmemstat::detail::upstream {

using namespace tt::tt_metal;
using distributed::MeshDevice;
/* In the global namespace until 2026. */
using CoreRangeSet = CoreRangeSet;

inline Cores cores_of(const CoreRangeSet &set)
{
	Cores cores;

	cores.reserve(set.ranges().size());
	for (const auto &range : set.ranges())
		cores.push_back({static_cast<std::uint16_t>(range.start_coord.x),
				 static_cast<std::uint16_t>(range.start_coord.y),
				 static_cast<std::uint16_t>(range.end_coord.x),
				 static_cast<std::uint16_t>(range.end_coord.y)});
	return cores;
}

/* Without making anything: this is on the path of every dispatch. */
inline bool same_cores(const CoreRangeSet &set, const Cores &cores)
{
	std::size_t i = 0;

	if (set.ranges().size() != cores.size())
		return false;
	for (const auto &range : set.ranges()) {
		const tt_memstat_rect &rect = cores[i++];

		if (range.start_coord.x != rect.x0 || range.start_coord.y != rect.y0 ||
		    range.end_coord.x != rect.x1 || range.end_coord.y != rect.y1)
			return false;
	}
	return true;
}

/* The physical devices of a device: those of a mesh that are this host's, or itself. */
inline std::vector<IDevice *> devices_of(const IDevice *device)
{
	if (const auto *mesh = dynamic_cast<const MeshDevice *>(device))
		return mesh->get_devices();
	return {const_cast<IDevice *>(device)};
}

/* ---- Opening ---------------------------------------------------------------------------- */

template <class M>
auto is_root(const M &mesh, int) -> decltype(mesh.is_parent_mesh())
{
	return mesh.is_parent_mesh();
}

template <class M>
bool is_root(const M &, long)
{
	return false;
}

/*
 * What tells one opening of a mesh from the next one; 0: nothing does. Of a submesh, which may
 * live beside its parent, nothing does.
 */
inline std::uint64_t session_of(const IDevice *device)
{
	const auto *mesh = dynamic_cast<const MeshDevice *>(device);

	if (!mesh || !is_root(*mesh, 0))
		return 0;
	return static_cast<std::uint64_t>(mesh->id()) + 1;
}

template <class D>
auto is_remote(const D &device, int) -> decltype(device.is_mmio_capable())
{
	return !device.is_mmio_capable();
}

template <class D>
bool is_remote(const D &, long)
{
	return false;
}

inline std::uint32_t arch_of(const IDevice &device)
{
	switch (device.arch()) {
	case tt::ARCH::WORMHOLE_B0:
		return TT_MEMSTAT_ARCH_WORMHOLE;
	case tt::ARCH::BLACKHOLE:
		return TT_MEMSTAT_ARCH_BLACKHOLE;
	default:
		return TT_MEMSTAT_ARCH_UNKNOWN;
	}
}

inline tt_memstat_geometry geometry_of(const IDevice &device)
{
	const auto grid = device.logical_grid_size();
	tt_memstat_geometry geometry{};

	geometry.arch = arch_of(device);
	geometry.valid = TT_MEMSTAT_GEOMETRY_GRID;
	geometry.grid_x = static_cast<std::uint32_t>(grid.x);
	geometry.grid_y = static_cast<std::uint32_t>(grid.y);
	geometry.l1_bytes = device.l1_size_per_core();
	if (const auto &allocator = device.allocator())
		geometry.dram_banks = allocator->get_num_banks(BufferType::DRAM);
	return geometry;
}

/* @device: whose allocator gives the addresses: the mesh, where there is one. */
inline tt_memstat_layout layout_of(const IDevice &device)
{
	const auto grid = device.compute_with_storage_grid_size();
	const auto &allocator = device.allocator();
	tt_memstat_layout layout{};

	layout.valid = TT_MEMSTAT_LAYOUT_WORKER;
	layout.worker_x = static_cast<std::uint32_t>(grid.x);
	layout.worker_y = static_cast<std::uint32_t>(grid.y);
	if (!allocator)
		return layout;
	layout.valid |= TT_MEMSTAT_LAYOUT_L1 | TT_MEMSTAT_LAYOUT_TRACE;
	layout.l1_base = allocator->get_base_allocator_addr(HalMemType::L1);
	layout.l1_end = device.l1_size_per_core();
	layout.l1_small =
		allocator->get_statistics(BufferType::L1_SMALL).total_allocatable_size_bytes;
	layout.trace_region =
		allocator->get_statistics(BufferType::TRACE).total_allocatable_size_bytes;
	return layout;
}

/* ---- Buffers ---------------------------------------------------------------------------- */

/* false: memory of the host. */
inline bool pool_of(BufferType type, std::uint32_t &pool)
{
	switch (type) {
	case BufferType::DRAM:
		pool = TT_MEMSTAT_POOL_DRAM;
		return true;
	case BufferType::L1:
		pool = TT_MEMSTAT_POOL_L1;
		return true;
	case BufferType::L1_SMALL:
		pool = TT_MEMSTAT_POOL_L1_SMALL;
		return true;
	case BufferType::TRACE:
		pool = TT_MEMSTAT_POOL_TRACE;
		return true;
	default:
		return false;
	}
}

template <class B>
auto per_bank(const B &buffer, int) -> decltype(buffer.aligned_size_per_bank())
{
	return buffer.aligned_size_per_bank();
}

/* Whole pages, dealt out one by one to the banks, or to the cores of the shards. */
template <class B>
std::uint64_t per_bank(const B &buffer, long)
{
	const auto &allocator = buffer.device()->allocator();
	const std::uint64_t align = allocator->get_alignment(buffer.buffer_type());
	const std::uint64_t page = (buffer.page_size() + align - 1) / align * align;
	const auto shards = buffer.num_cores();
	const std::uint64_t banks =
		shards ? *shards : allocator->get_num_banks(buffer.buffer_type());

	return (buffer.num_pages() + banks - 1) / banks * page;
}

/*
 * The cores whose banks a buffer reserves: in lockstep the whole worker grid, or those of its
 * sub-device, whatever part of it holds data.
 */
inline Cores banks_of(const Buffer &buffer, std::uint32_t pool)
{
	if (pool != TT_MEMSTAT_POOL_L1 || !buffer.sub_device_id())
		return {};
	return cores_of(buffer.device()->worker_cores(HalProgrammableCoreType::TENSIX,
						      *buffer.sub_device_id()));
}

/* The parts of a buffer that is allocated core by core; none: it is not. */
inline Blocks parts_of([[maybe_unused]] const Buffer &buffer)
{
	Blocks parts;
#ifdef TTMEMSTAT_HAS_PER_CORE
	namespace per_core = experimental::per_core_allocation;

	if (!per_core::is_per_core_allocation(buffer))
		return parts;
	std::map<std::uint64_t, Cores> at;
	for (const auto &place : per_core::get_per_core_addresses(buffer)) {
		const auto x = static_cast<std::uint16_t>(place.first.x);
		const auto y = static_cast<std::uint16_t>(place.first.y);

		at[place.second].push_back({x, y, x, y});
	}
	for (auto &place : at) {
		Block part;

		std::sort(place.second.begin(), place.second.end(),
			  [](const tt_memstat_rect &a, const tt_memstat_rect &b) {
				  return a.y0 != b.y0 ? a.y0 < b.y0 : a.x0 < b.x0;
			  });
		part.cores = std::move(place.second);
		part.addr = place.first;
		part.size = per_bank(buffer, 0);
		parts.push_back(std::move(part));
	}
#endif
	return parts;
}

/* A capture that only pretends leaves address 0, which no allocator gives. */
inline bool pretended(const Buffer &buffer)
{
	return GraphTracker::instance().get_hook() && !buffer.address() &&
	       parts_of(buffer).empty();
}

/* ---- Programs --------------------------------------------------------------------------- */

inline bool pretended(Program *program) { return GraphTracker::instance().hook_program(program); }

/* An address is known here only of views; that of the others comes with their allocation. */
inline Blocks blocks_of(const Program &program)
{
	Blocks blocks;

	for (const auto &cb : program.circular_buffers()) {
		Block block;

		block.cores = cores_of(cb->core_ranges());
		block.size = cb->size();
		block.view = cb->globally_allocated();
		if (block.view)
			block.addr = cb->address();
		blocks.push_back(std::move(block));
	}
	return blocks;
}

/* Whether these are the program's, their addresses apart. */
inline bool same_blocks(const Program &program, const Blocks &blocks)
{
	std::size_t i = 0;

	for (const auto &cb : program.circular_buffers()) {
		if (i == blocks.size())
			return false;
		const Block &block = blocks[i++];

		if (cb->size() != block.size || cb->globally_allocated() != block.view ||
		    !same_cores(cb->core_ranges(), block.cores))
			return false;
	}
	return i == blocks.size();
}

/* ---- Statistics ------------------------------------------------------------------------- */

template <class A>
void add_statistics(std::vector<Statistics> &all, const A &allocator, BufferType type, Cores cores)
{
	const auto from = allocator.get_statistics(type);
	Statistics s;

	if (!pool_of(type, s.pool) || !from.total_allocatable_size_bytes)
		return;
	s.cores = std::move(cores);
	s.allocatable = from.total_allocatable_size_bytes;
	s.allocated = from.total_allocated_bytes;
	s.free = from.total_free_bytes;
	s.largest = from.largest_free_block_bytes;
	all.push_back(std::move(s));
}

/*
 * What the allocators of an open device say. @sub_devices: those that are known to have an
 * allocator of their own, as asking for one that is not there is an error upstream.
 */
template <class Ids>
std::vector<Statistics> statistics_of(const IDevice &device, const Ids &sub_devices)
{
	std::vector<Statistics> all;

	if (!device.is_initialized())
		return all;
	const auto &allocator = device.allocator();
	if (!allocator)
		return all;
	for (const BufferType type : {BufferType::DRAM, BufferType::L1, BufferType::L1_SMALL,
				      BufferType::TRACE})
		add_statistics(all, *allocator, type, {});
	for (const auto &id : sub_devices) {
		const auto &own = device.allocator(id);

		if (own && own != allocator)
			add_statistics(all, *own, BufferType::L1,
				       cores_of(device.worker_cores(
					       HalProgrammableCoreType::TENSIX, id)));
	}
	return all;
}

}  // namespace ttmemstat::detail::upstream

#endif /* TTMEMSTAT_DETAIL_UPSTREAM_HPP */
