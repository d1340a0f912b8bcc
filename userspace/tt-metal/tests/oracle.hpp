/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a chip's figures must be, worked out from what a test did and from what the stand-in's
 * objects say of themselves: per core, from the definitions, and without the adapter.
 */
#ifndef METAL_ORACLE_HPP
#define METAL_ORACLE_HPP

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <standin.hpp>

namespace metal {

struct Range {
	std::uint64_t from, to;
};

inline std::uint64_t covered(std::vector<Range> ranges)
{
	std::uint64_t sum = 0, end = 0;

	std::sort(ranges.begin(), ranges.end(),
		  [](const Range &a, const Range &b) { return a.from < b.from; });
	for (const Range &r : ranges) {
		const std::uint64_t from = std::max(r.from, end);

		if (r.to > from) {
			sum += r.to - from;
			end = r.to;
		}
	}
	return sum;
}

using Core = std::pair<std::size_t, std::size_t>;
using CoreSet = std::set<Core>;

template <class Set>
CoreSet cores_in(const Set &set)
{
	CoreSet cores;

	for (const auto &r : set.ranges())
		for (std::size_t y = r.start_coord.y; y <= r.end_coord.y; y++)
			for (std::size_t x = r.start_coord.x; x <= r.end_coord.x; x++)
				cores.insert({x, y});
	return cores;
}

inline CoreSet worker_grid()
{
	CoreSet cores;

	for (std::size_t y = 0; y < tt::tt_metal::standin::WORKER_Y; y++)
		for (std::size_t x = 0; x < tt::tt_metal::standin::GRID_X; x++)
			cores.insert({x, y});
	return cores;
}

/* Bytes on each of some cores (of L1), or on all banks (of DRAM). */
struct Piece {
	CoreSet cores;
	std::uint64_t at, size;
};

class Oracle {
public:
	enum Pool { DRAM, TRACE, L1, L1_SMALL };

	struct Program {
		std::vector<Piece> cbs;
		CoreSet cores;	/* views included */
		std::map<Core, std::uint64_t> last;	/* where it was the last: its list */
	};

	void alloc(const void *buffer, Pool pool, std::vector<Piece> pieces)
	{
		buffers_[buffer] = {pool, std::move(pieces)};
	}
	void free(const void *buffer) { buffers_.erase(buffer); }
	bool has(const void *buffer) const { return buffers_.count(buffer) != 0; }

	void load(const void *program, std::vector<Piece> cbs, CoreSet cores)
	{
		Program &p = programs_[program];
		const auto last = p.last;

		p.cbs = std::move(cbs);
		p.cores = std::move(cores);
		p.last.clear();
		for (const auto &where : last)
			if (p.cores.count(where.first))
				p.last.insert(where);
	}
	void unload(const void *program) { programs_.erase(program); }

	/* @list: 0: alone */
	void run(const void *program, std::uint64_t list)
	{
		Program &p = programs_[program];

		ran_ = true;
		for (const Core &core : p.cores) {
			for (auto &other : programs_) {
				const auto at = other.second.last.find(core);

				if (at != other.second.last.end() && (!list || at->second != list))
					other.second.last.erase(at);
			}
			p.last[core] = list;
		}
	}
	void nameless(Piece piece) { nameless_.push_back(std::move(piece)); }
	void clear() { *this = Oracle(); }

	std::uint32_t l1_partial = 0;
	std::uint64_t kernel_app = 0, kernel_system = 0;
	bool covers_kernel = false;

	std::map<std::string, std::uint64_t> figures() const;

private:
	struct Allocation {
		Pool pool;
		std::vector<Piece> pieces;
	};

	std::map<const void *, Allocation> buffers_;
	std::map<const void *, Program> programs_;
	std::vector<Piece> nameless_;
	bool ran_ = false;
};

inline std::map<std::string, std::uint64_t> Oracle::figures() const
{
	std::map<Core, std::vector<Range>> l1, small, used, loaded;
	std::vector<Range> dram, trace, both;
	std::map<std::string, std::uint64_t> f;

	for (const auto &b : buffers_)
		for (const Piece &p : b.second.pieces) {
			const Range r{p.at, p.at + (p.size + 15) / 16 * 16};

			if (b.second.pool == DRAM || b.second.pool == TRACE) {
				(b.second.pool == DRAM ? dram : trace).push_back(r);
				continue;
			}
			for (const Core &core : p.cores)
				(b.second.pool == L1 ? l1 : small)[core].push_back(r);
		}
	for (const auto &program : programs_)
		for (const Piece &p : program.second.cbs)
			for (const Core &core : p.cores) {
				const Range r{p.at, p.at + (p.size + 15) / 16 * 16};

				loaded[core].push_back(r);
				if (!ran_ || program.second.last.count(core))
					used[core].push_back(r);
			}
	for (const Piece &p : nameless_)
		for (const Core &core : p.cores) {
			loaded[core].push_back({p.at, p.at + (p.size + 15) / 16 * 16});
			used[core].push_back({p.at, p.at + (p.size + 15) / 16 * 16});
		}
	for (std::size_t y = 0; y < tt::tt_metal::standin::GRID_Y; y++)
		for (std::size_t x = 0; x < tt::tt_metal::standin::GRID_X; x++) {
			const Core core{x, y};
			std::vector<Range> all = l1[core], foot;

			all.insert(all.end(), small[core].begin(), small[core].end());
			foot = all;
			all.insert(all.end(), used[core].begin(), used[core].end());
			foot.insert(foot.end(), loaded[core].begin(), loaded[core].end());
			f["l1_buffers_used"] += covered(l1[core]);
			f["l1_small_used"] += covered(small[core]);
			f["cb_used"] += covered(used[core]);
			f["cb_loaded"] += covered(loaded[core]);
			f["l1_used"] += covered(all);
			f["l1_footprint"] += covered(foot);
		}
	both = dram;
	both.insert(both.end(), trace.begin(), trace.end());
	f["dram_buffers_used"] = covered(dram) * tt::tt_metal::standin::DRAM_BANKS;
	f["trace_used"] = covered(trace) * tt::tt_metal::standin::DRAM_BANKS;
	f["dram_used"] = covered(both) * tt::tt_metal::standin::DRAM_BANKS;
	f["programs"] = programs_.size();
	f["l1_partial"] = l1_partial;
	f["dram_partial"] = 0;
	if (covers_kernel) {
		f["kernel_app"] = kernel_app;
		f["kernel_system"] = kernel_system;
	}
	f["rejected"] = 0;
	f["dropped"] = 0;
	f["inconsistent"] = 0;
	return f;
}

}  // namespace metal

#endif /* METAL_ORACLE_HPP */
