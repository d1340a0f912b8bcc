/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The adapter's programs: whose circular buffers these are, what runs, what has gone.
 */
#ifndef TTMEMSTAT_DETAIL_PROGRAMS_HPP
#define TTMEMSTAT_DETAIL_PROGRAMS_HPP

#include "adapter.hpp"

namespace ttmemstat::detail {

/* Dispatch lists of workloads; those of traces have another bit (Chip::trace_list()). */
constexpr std::uint64_t WORKLOAD_LIST = 1ull << 63;

inline const Blocks &Adapter::expected_of(Tracked &tracked, const Tracked::Part &part)
{
	if (tracked.expected.empty())
		if (const Blocks *blocks = part.chip->blocks(tracked.key))
			tracked.expected = *blocks;
	return tracked.expected;
}

/* The block that is to come next, views apart; null: none is. */
inline const Block *Adapter::awaited(Tracked &tracked, const Tracked::Part &part)
{
	std::size_t skip = part.got.size();

	for (const Block &block : expected_of(tracked, part))
		if (!block.view && !skip--)
			return &block;
	return nullptr;
}

/*
 * Whose block this is. One that this thread is at comes first, then one that nobody is at and
 * that was not loaded yet, then one that was.
 */
inline Adapter::Tracked::Part *Adapter::find_part(Chip *chip, const Block &block, Tracked **whose)
{
	const std::thread::id me = std::this_thread::get_id();
	Tracked::Part *best = nullptr;
	int best_rank = 0;

	for (Tracked &tracked : tracked_)
		for (Tracked::Part &part : tracked.parts) {
			if (part.chip != chip)
				continue;
			const Block *const next = awaited(tracked, part);

			if (!next || !next->like(block))
				continue;
			const bool taken = tracked.filler != std::thread::id();
			const int rank = taken && tracked.filler == me ? 4 :
					 part.settled		       ? 1 :
					 !taken			       ? 3 : 2;

			if (rank > best_rank) {
				best = &part;
				best_rank = rank;
				*whose = &tracked;
			}
		}
	return best;
}

inline void Adapter::complete(Tracked &tracked, Tracked::Part &part)
{
	Blocks blocks = expected_of(tracked, part);
	std::size_t next = 0;

	for (Block &block : blocks)
		if (!block.view)
			block.addr = part.got[next++].addr;
	part.got.clear();
	part.settled = true;
	part.chip->load(tracked.key, std::move(blocks), tracked.list);
}

inline void Adapter::place(Chip *chip, const Block &block)
{
	Tracked *tracked = nullptr;
	Tracked::Part *const part = find_part(chip, block, &tracked);

	if (!part) {
		chip->nameless(block);
		return;
	}
	tracked->filler = std::this_thread::get_id();
	part->got.push_back(block);
	if (awaited(*tracked, *part))
		return;
	complete(*tracked, *part);
	for (const Tracked::Part &each : tracked->parts)
		if (!each.settled || !each.got.empty())
			return;
	tracked->filler = {};
	if (tracked->announced)
		tracked_.erase(tracked_.begin() + (tracked - tracked_.data()));
}

/*
 * It ran, and not all of its buffers were seen: it was loaded before anybody looked, or on a
 * thread that is not registered. It takes the place of what was on its cores all the same.
 */
inline void Adapter::give_up(Tracked &tracked, Tracked::Part &part)
{
	Blocks blocks = expected_of(tracked, part);
	std::size_t next = 0;

	for (Block &block : blocks) {
		if (block.view)
			continue;
		if (next < part.got.size()) {
			block.addr = part.got[next++].addr;
		} else {
			block.view = true;
			block.addr = 0;
		}
	}
	part.got.clear();
	part.settled = true;
	part.chip->escape(TT_MEMSTAT_POOL_CB);
	part.chip->load(tracked.key, std::move(blocks), tracked.list);
}

/* What this thread tracked is done. */
inline void Adapter::retire(std::thread::id owner)
{
	for (auto tracked = tracked_.begin(); tracked != tracked_.end();) {
		if (tracked->owner != owner || tracked->announced) {
			++tracked;
			continue;
		}
		for (Tracked::Part &part : tracked->parts)
			if (!part.settled)
				give_up(*tracked, part);
		tracked = tracked_.erase(tracked);
	}
}

/*
 * Several programs of one operation on a mesh run at the same time, each on some of the chips:
 * which, nobody says. They share a list, so that none of them takes another's place. 0: there is
 * no other.
 */
inline std::uint64_t Adapter::join_workload(const IDevice &device, Key key)
{
	const std::thread::id me = std::this_thread::get_id();
	std::uint64_t list = 0;

	for (Tracked &tracked : tracked_) {
		if (tracked.owner != me || tracked.announced || tracked.device != &device ||
		    tracked.key == key || tracked.parts.size() < 2)
			continue;
		if (!tracked.list)
			tracked.list = list ? list : WORKLOAD_LIST | ++last_list_;
		list = tracked.list;
		for (const Tracked::Part &part : tracked.parts)
			if (part.settled)
				part.chip->run(tracked.key, list);
	}
	return list;
}

inline void Adapter::program(upstream::Program &program, const IDevice &device)
{
	if (upstream::pretended(&program))
		return;
	const std::thread::id me = std::this_thread::get_id();
	const Lock lock(mutex_);
	const std::vector<Chip *> chips = chips_of(device);
	Tracked tracked{key_of(program), &device, me, {}, false, 0, {}, {}};

	/* Out of any function each program is an operation of its own. */
	if (!depth)
		retire(me);
	/* What was announced of it is what it has by now. */
	tracked_.erase(std::remove_if(tracked_.begin(), tracked_.end(),
				      [&](const Tracked &t) {
					      return t.announced && t.key == tracked.key;
				      }),
		       tracked_.end());
	if (program.circular_buffers().empty()) {
		/* Dataflow buffers, or none: either way its cores are not told. */
		for (Chip *chip : chips)
			chip->escape(TT_MEMSTAT_POOL_CB);
		return;
	}
	tracked.list = join_workload(device, tracked.key);
	for (Chip *chip : chips) {
		const Blocks *const has = chip->blocks(tracked.key);
		const bool hit = has && upstream::same_blocks(program, *has);

		tracked.parts.push_back({chip, hit, {}});
		if (hit) {
			chip->run(tracked.key, tracked.list);
			continue;
		}
		if (tracked.expected.empty())
			tracked.expected = upstream::blocks_of(program);
		if (!awaited(tracked, tracked.parts.back()))
			complete(tracked, tracked.parts.back());
	}
	if (!tracked.parts.empty())
		tracked_.push_back(std::move(tracked));
}

inline void Adapter::circular_buffer(const upstream::CoreRangeSet &cores, std::uint64_t addr,
				     std::uint64_t size, bool view, const IDevice &device)
{
	/* Views are the program's to tell; a capture that only pretends has no addresses. */
	if (view || !addr || !size)
		return;
	const Lock lock(mutex_);
	Block block;

	block.cores = upstream::cores_of(cores);
	block.addr = addr;
	block.size = size;
	for (Chip *chip : chips_of(device))
		place(chip, block);
}

inline void Adapter::unnamed_death(const IDevice &device)
{
	if (dying)
		return;
	const Lock lock(mutex_);

	for (Chip *chip : known_chips_of(device))
		chip->unnamed_death();
}

inline void Adapter::function_start()
{
	depth++;
}

inline void Adapter::function_end()
{
	if (depth)
		depth--;
	const Lock lock(mutex_);

	retire(std::this_thread::get_id());
}

inline void Adapter::announce(const Program &program, const IDevice &device, Block block)
{
	const Lock lock(mutex_);
	const Key key = key_of(program);

	for (Tracked &tracked : tracked_)
		if (tracked.announced && tracked.key == key && tracked.device == &device) {
			tracked.expected.push_back(std::move(block));
			return;
		}
	Tracked tracked{key, &device, std::this_thread::get_id(), {}, true, 0,
			{std::move(block)}, {}};

	for (Chip *chip : chips_of(device))
		tracked.parts.push_back({chip, false, {}});
	if (!tracked.parts.empty())
		tracked_.push_back(std::move(tracked));
}

inline void Adapter::destroyed(const Program &program)
{
	const Lock lock(mutex_);
	const Key key = key_of(program);

	tracked_.erase(std::remove_if(tracked_.begin(), tracked_.end(),
				      [&](const Tracked &t) { return t.key == key; }),
		       tracked_.end());
	for (const auto &chip : chips_)
		if (chip.second)
			chip.second->unload(key);
}

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_PROGRAMS_HPP */
