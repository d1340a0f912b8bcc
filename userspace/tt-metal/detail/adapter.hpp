/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the hooks say, turned into what is on which chip.
 *
 * Knows the order in which upstream calls its hooks, and what each leaves unsaid. Does not know
 * how an interface is spelt (upstream.hpp) nor how a chip is reported (chip.hpp).
 *
 * A load of a program that upstream's cache does not have is track_program, then one
 * track_allocate_cb for each circular buffer (for each device, or for the mesh); a hit is
 * track_program alone; a workload of several programs is all their track_program first, and the
 * buffers of each from any thread of a pool. So a program is entered at its track_program, with
 * the buffers to come, and these find it by their cores and sizes.
 *
 * Locks: open_mutex_, then mutex_. Statistics are read with neither of them by the thread whose
 * hook it is, and under open_mutex_ by others, so that a device does not close meanwhile.
 */
#ifndef TTMEMSTAT_DETAIL_ADAPTER_HPP
#define TTMEMSTAT_DETAIL_ADAPTER_HPP

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "chip.hpp"
#include "upstream.hpp"

namespace ttmemstat::detail {

class Adapter {
public:
	/* Never destroyed: hooks may be called until the very end of the process. */
	static Adapter &get();

	bool start(const Options &options);
	void stop();
	bool on() const { return on_.load(std::memory_order_acquire); }
	void forked() { on_ = false; }
	Counters counters();
	/* The adapter's own processor for this thread; made at the first start. */
	std::shared_ptr<upstream::IGraphProcessor> processor() const { return processor_; }

	/* The hooks. */
	void allocated(const upstream::Buffer &buffer);
	void deallocated(const upstream::Buffer &buffer);
	void circular_buffer(const upstream::CoreRangeSet &cores, std::uint64_t addr,
			     std::uint64_t size, bool view, const IDevice &device);
	void unnamed_death(const IDevice &device);
	void program(upstream::Program &program, const IDevice &device);
	void function_start();
	void function_end();

	/* What programs say themselves. */
	void opened(IDevice &device);
	void closed(IDevice &device);
	void snapshot_open();
	void announce(const Program &program, const IDevice &device, Block block);
	void destroyed(const Program &program);
	template <class F> void on_chips(const IDevice &device, F &&act);

	void failed();

private:
	using Lock = std::unique_lock<std::mutex>;

	struct Allocation {
		std::uint32_t pool;
		std::vector<std::pair<Chip *, std::uint64_t>> records;
	};

	/* A program that was tracked, or announced, and what is known of its load on each chip. */
	struct Tracked {
		struct Part {
			Chip *chip;
			bool settled;	/* loaded and run; it may yet be loaded again */
			Blocks got;	/* those that are no views, in their order */
		};

		Key key;
		const IDevice *device;
		std::thread::id owner;
		std::thread::id filler;	/* whose events fill it */
		bool announced;
		std::uint64_t list;
		Blocks expected;	/* empty: what the chip has already */
		std::vector<Part> parts;
	};

	/* What is remembered of a device for its snapshots. */
	struct Watch {
		std::uint64_t last = 0;
		bool taken = false;
		bool dirty = false;
		bool open = false;
		std::vector<upstream::SubDeviceId> sub_devices;
	};

	static Key key_of(const Program &program)
	{
		return reinterpret_cast<std::uintptr_t>(&program);
	}

	std::uint64_t now() const;
	void say_once(const std::string &line);

	/* Chips. */
	bool resolve(const IDevice &device, ttm_attach_options &options);
	std::unique_ptr<Chip> attach(const IDevice &device, const IDevice &owner);
	Chip *chip_of(const IDevice &device, const IDevice &owner, std::uint64_t session);
	std::vector<Chip *> chips_of(const IDevice &device);
	std::vector<Chip *> known_chips_of(const IDevice &device);
	void drop_chip(int id);

	/* Buffers. */
	void forget(const upstream::Buffer *buffer);

	/* Programs. */
	static const Blocks &expected_of(Tracked &tracked, const Tracked::Part &part);
	static const Block *awaited(Tracked &tracked, const Tracked::Part &part);
	Tracked::Part *find_part(Chip *chip, const Block &block, Tracked **whose);
	void place(Chip *chip, const Block &block);
	void complete(Tracked &tracked, Tracked::Part &part);
	void give_up(Tracked &tracked, Tracked::Part &part);
	void retire(std::thread::id owner);
	std::uint64_t join_workload(const IDevice &device, Key key);

	/* Snapshots. */
	using Due = std::vector<std::pair<const IDevice *, std::vector<upstream::SubDeviceId>>>;
	void changed(const IDevice &device, Lock &lock);
	void take(const Due &due);
	void report(const std::set<Chip *> &chips);
	void trail();
	void stop_trailing();

	std::atomic<bool> on_{false};
	std::shared_ptr<upstream::IGraphProcessor> processor_;

	std::mutex open_mutex_;
	std::set<IDevice *> open_;
	std::condition_variable wake_;
	std::thread trailing_;
	bool trail_due_ = false;
	bool stopping_ = false;

	std::mutex mutex_;
	Options options_;
	ttm_ctx *ctx_ = nullptr;
	Counters counters_;
	std::set<std::string> said_;
	std::unordered_map<int, std::unique_ptr<Chip>> chips_;	/* empty: cannot be reported */
	std::unordered_map<const upstream::Buffer *, Allocation> buffers_;
	std::vector<Tracked> tracked_;
	std::uint64_t last_list_ = 0;
	std::unordered_map<const IDevice *, Watch> watches_;
};

/* How deep this thread is in the functions that upstream tracks. */
inline thread_local int depth;
/* Whether it runs the destructor of a program that it names afterwards. */
inline thread_local bool dying;

/* Runs @act if there is somebody to report to; whatever goes wrong stays here. */
template <class F>
void quietly(F &&act) noexcept
{
	Adapter &adapter = Adapter::get();

	if (!adapter.on())
		return;
	try {
		act(adapter);
	} catch (...) {
		adapter.failed();
	}
}

template <class F>
void Adapter::on_chips(const IDevice &device, F &&act)
{
	const Lock lock(mutex_);

	for (Chip *chip : chips_of(device))
		act(*chip);
}

/* For ttmemstat_instrumented.hpp: a circular buffer of a program that will run on the device. */
void announce(const Program &program, const IDevice *device, const upstream::CoreRangeSet &cores,
	      std::uint64_t size, bool view) noexcept;

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_ADAPTER_HPP */
