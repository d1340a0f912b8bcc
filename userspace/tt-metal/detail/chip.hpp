/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What a process has on one chip, and its attachment.
 *
 * Knows buffers, programs and libttmemstat. Does not know tt-metal. Not thread-safe: the adapter's
 * lock is held.
 */
#ifndef TTMEMSTAT_DETAIL_CHIP_HPP
#define TTMEMSTAT_DETAIL_CHIP_HPP

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../ttmemstat_metal.hpp"

inline bool operator==(const tt_memstat_rect &a, const tt_memstat_rect &b)
{
	return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

namespace ttmemstat::detail {

/* Functions of the library have the same names. */
using Record = struct ttm_record;
using Snapshot = struct ttm_snapshot;

/* Rectangles of logical cores, as a program or allocator names them; empty: all that it has. */
using Cores = std::vector<tt_memstat_rect>;

/* Memory of a program at one place on some cores. */
struct Block {
	Cores cores;
	std::uint64_t addr = 0;
	std::uint64_t size = 0;
	bool view = false;

	/* The same but for the address. */
	bool like(const Block &other) const
	{
		return size == other.size && view == other.view && cores == other.cores;
	}
};

using Blocks = std::vector<Block>;
using Key = std::uint64_t;	/* a program's name */

struct Statistics {
	std::uint32_t pool = 0;
	Cores cores;
	std::uint64_t allocatable = 0;
	std::uint64_t allocated = 0;
	std::uint64_t free = 0;
	std::uint64_t largest = 0;
};

class Chip {
public:
	Chip(ttm_attachment *attachment, std::uint32_t covers, Counters &counters)
		: att_(attachment), covers_(covers), counters_(counters)
	{
	}
	~Chip() { ttm_detach(att_); }
	Chip(const Chip &) = delete;
	Chip &operator=(const Chip &) = delete;

	int opens = 0;			/* device_opened() that hold it */
	std::uint64_t session = 0;	/* of the mesh that it was first seen in */

	ttm_attachment *attachment() const { return att_; }

	/* Some of a pool escapes the hooks. */
	void escape(std::uint32_t pool)
	{
		counters_.unseen++;
		escaped_ |= 1u << pool;
		say_partial();
	}

	/* ---- Buffers ---- */

	void record(std::uint64_t id, std::uint32_t pool, const Block &block, std::uint32_t flags = 0)
	{
		send(id, pool, block, 0, flags);
	}

	void free(std::uint64_t id) { check(ttm_free(att_, id)); }

	/* ---- Programs ---- */

	bool has(Key key) const { return programs_.count(key) != 0; }

	const Blocks *blocks(Key key) const
	{
		const auto it = programs_.find(key);

		return it == programs_.end() ? nullptr : &it->second.blocks;
	}

	/* A program is on the chip with these blocks, whatever it had; and runs. */
	void load(Key key, Blocks blocks, std::uint64_t list)
	{
		Program &program = programs_[key];

		/* One that may be dead and comes again: nobody can say whether it had died. */
		if (program.suspect) {
			lost_count_ = true;
			say_partial();
		}
		program.suspect = false;
		program.blocks = std::move(blocks);
		std::uint32_t flags = TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
		for (const Block &block : program.blocks) {
			send(next_id(), TT_MEMSTAT_POOL_CB, block, key,
			     flags | (block.view ? TT_MEMSTAT_ENTRY_VIEW : 0));
			flags = 0;
			counters_.cb_records++;
		}
		counters_.loads++;
		run(key, list);
	}

	/* It runs, and so is alive. */
	void run(Key key, std::uint64_t list)
	{
		const auto it = programs_.find(key);

		if (it == programs_.end())
			return;
		if (it->second.suspect) {
			it->second.suspect = false;
			settle();
		}
		if (capturing_) {
			note(traces_[trace_], key);
			return;
		}
		dispatch(key, list);
	}

	/* It has gone, and is one of the dead if there are any. */
	void unload(Key key)
	{
		const auto it = programs_.find(key);

		if (it == programs_.end())
			return;
		if (it->second.suspect && deaths_)
			deaths_--;
		programs_.erase(it);
		check(ttm_program_free(att_, key));
		settle();
	}

	/* One of the programs has gone, and nobody says which. */
	void unnamed_death()
	{
		if (programs_.empty() && !nameless_)
			return;
		deaths_++;
		for (auto &entry : programs_)
			entry.second.suspect = true;
		settle();
	}

	/* Memory of a program that nobody has named: its dispatches are not seen either. */
	void nameless(const Block &block)
	{
		for (const Block &known : nameless_blocks_)
			if (known.like(block) && known.addr == block.addr)
				return;
		nameless_ = true;
		nameless_blocks_.push_back(block);
		send(next_id(), TT_MEMSTAT_POOL_CB, block, 0,
		     block.view ? TT_MEMSTAT_ENTRY_VIEW : 0);
		counters_.cb_records++;
		escape(TT_MEMSTAT_POOL_CB);
	}

	/* ---- Traces ---- */

	void trace_begin(std::uint32_t trace)
	{
		traces_[trace].clear();
		trace_ = trace;
		capturing_ = true;
	}

	void trace_end() { capturing_ = false; }

	void trace_replay(std::uint32_t trace)
	{
		const auto it = traces_.find(trace);

		if (it == traces_.end())
			return;
		for (const Key key : it->second)
			if (has(key))
				dispatch(key, trace_list(trace));
	}

	void trace_release(std::uint32_t trace) { traces_.erase(trace); }

	/* ---- Kernels ---- */

	void kernel_load(std::uint64_t id, std::uint64_t bytes, bool system)
	{
		if (!(covers_ & 1u << TT_MEMSTAT_POOL_KERNEL))
			return;
		const std::uint64_t record = next_id();

		if (check(ttm_kernel_load(att_, record, bytes,
					  system ? TT_MEMSTAT_ENTRY_SYSTEM : 0)))
			kernels_.emplace(id, record);
	}

	void kernel_unload(std::uint64_t id)
	{
		const auto it = kernels_.find(id);

		if (it == kernels_.end())
			return;
		check(ttm_kernel_unload(att_, it->second));
		kernels_.erase(it);
	}

	/* ---- Snapshots ---- */

	/* What the allocators of one device, which has this chip, say; empty: the device is gone. */
	void statistics(const void *device, std::vector<Statistics> of)
	{
		if (of.empty())
			statistics_.erase(device);
		else
			statistics_[device] = std::move(of);
	}

	/*
	 * Several devices may have the chip, a mesh and its submeshes, each with allocators of its
	 * own over the same memory: what they have allocated adds up, the room is what remains.
	 */
	std::vector<Snapshot> snapshots()
	{
		std::vector<Snapshot> all;

		for (const auto &device : statistics_)
			for (const Statistics &s : device.second)
				add_snapshot(all, s);
		return all;
	}

	static std::uint64_t trace_list(std::uint32_t trace) { return 1ull << 62 | trace; }

	std::uint64_t next_id() { return ++last_id_; }

private:
	struct Program {
		Blocks blocks;
		bool suspect = false;	/* may be one of the dead */
	};

	bool check(int error)
	{
		if (error)
			counters_.errors++;
		return !error;
	}

	/* The number of a bank set; false: the kernel has no more of them. */
	bool set_of(const Cores &cores, std::uint32_t &set)
	{
		set = 0;
		if (cores.empty())
			return true;
		for (const auto &known : sets_)
			if (known.first == cores) {
				set = known.second;
				return true;
			}
		if (!check(ttm_bank_set_l1(att_, cores.data(), cores.size(), &set)))
			return false;
		sets_.emplace_back(cores, set);
		return true;
	}

	/* Whole granules, which hold all of the block. */
	void send(std::uint64_t id, std::uint32_t pool, const Block &block, Key program,
		  std::uint32_t flags)
	{
		const std::uint64_t low = block.addr % TT_MEMSTAT_GRANULE;
		Record record{};

		record.id = id;
		record.addr = block.addr - low;
		record.size = block.size ? block.size + low : 0;
		record.program = program;
		record.pool = pool;
		record.flags = flags;
		recorded_ |= 1u << pool;
		if (!set_of(block.cores, record.set) || !check(ttm_record(att_, &record)))
			escape(pool);
	}

	void dispatch(Key key, std::uint64_t list)
	{
		check(ttm_dispatch(att_, key, list));
		counters_.dispatches++;
	}

	static void note(std::vector<Key> &keys, Key key)
	{
		if (std::find(keys.begin(), keys.end(), key) == keys.end())
			keys.push_back(key);
	}

	/* If there are as many that may be dead as have died, it is they. */
	void settle()
	{
		std::vector<Key> suspects;

		for (const auto &entry : programs_)
			if (entry.second.suspect)
				suspects.push_back(entry.first);
		if (deaths_ > suspects.size())
			lost_count_ = true;
		if (deaths_ && !lost_count_ && !nameless_ && deaths_ == suspects.size()) {
			for (const Key key : suspects) {
				programs_.erase(key);
				check(ttm_program_free(att_, key));
			}
			deaths_ = 0;
		}
		say_partial();
	}

	/* What escaped stays so; deaths without a name may yet find theirs. */
	void say_partial()
	{
		std::uint32_t partial = escaped_;

		if (deaths_ || lost_count_)
			partial |= 1u << TT_MEMSTAT_POOL_CB;
		partial &= covers_;
		if (partial == partial_)
			return;
		partial_ = partial;
		check(ttm_partial(att_, partial));
	}

	void add_snapshot(std::vector<Snapshot> &all, const Statistics &s)
	{
		Snapshot snapshot{};

		const std::uint32_t bit = 1u << s.pool;

		/* Of a pool that nobody uses it would only hide the figures of single cores. */
		if (!s.allocated && !((recorded_ | snapshotted_) & bit))
			return;
		if (!(covers_ & bit) || !set_of(s.cores, snapshot.set))
			return;
		snapshotted_ |= bit;
		snapshot.pool = s.pool;
		snapshot.allocatable = s.allocatable;
		snapshot.allocated = std::min(s.allocated, s.allocatable);
		snapshot.free = s.free;
		snapshot.largest_free_block = s.largest;
		for (Snapshot &known : all)
			if (known.pool == snapshot.pool && known.set == snapshot.set) {
				merge_snapshot(known, snapshot);
				return;
			}
		all.push_back(snapshot);
	}

	static void merge_snapshot(Snapshot &into, const Snapshot &other)
	{
		into.allocatable = std::max(into.allocatable, other.allocatable);
		into.allocated = std::min(into.allocated + other.allocated, into.allocatable);
		into.free = std::min({into.free, other.free, into.allocatable - into.allocated});
		into.largest_free_block = std::min({into.largest_free_block,
						    other.largest_free_block, into.free});
	}

	ttm_attachment *att_;
	std::uint32_t covers_;
	Counters &counters_;
	std::uint32_t escaped_ = 0;	/* pools of which something was not seen */
	std::uint32_t partial_ = 0;	/* as the kernel was told */
	std::uint32_t recorded_ = 0;	/* pools that had a record, */
	std::uint32_t snapshotted_ = 0;	/* or a snapshot */
	std::uint64_t last_id_ = 0;
	std::vector<std::pair<Cores, std::uint32_t>> sets_;
	std::unordered_map<Key, Program> programs_;
	Blocks nameless_blocks_;
	bool nameless_ = false;
	std::size_t deaths_ = 0;	/* that have no name yet */
	bool lost_count_ = false;	/* and never will */
	std::map<std::uint32_t, std::vector<Key>> traces_;
	std::uint32_t trace_ = 0;
	bool capturing_ = false;
	std::unordered_multimap<std::uint64_t, std::uint64_t> kernels_;
	std::map<const void *, std::vector<Statistics>> statistics_;
};

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_CHIP_HPP */
