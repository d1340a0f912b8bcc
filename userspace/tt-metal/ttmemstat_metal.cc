// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The adapter between tt-metal's IGraphProcessor and libttmemstat: the one file to compile.
 *
 * Here: the public functions, and the life of the adapter. The rest of its functions is in
 * detail/: chips.hpp (and buffers), programs.hpp, snapshots.hpp; the hooks in processors.hpp.
 */
#include "ttmemstat_metal.hpp"

#include <pthread.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "detail/adapter.hpp"
#include "detail/chips.hpp"
#include "detail/processors.hpp"
#include "detail/programs.hpp"
#include "detail/snapshots.hpp"

namespace ttmemstat::detail {

Adapter &Adapter::get()
{
	static Adapter *const adapter = new Adapter;

	return *adapter;
}

std::uint64_t Adapter::now() const
{
	using namespace std::chrono;

	if (options_.clock)
		return options_.clock();
	return static_cast<std::uint64_t>(
		duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

void Adapter::say_once(const std::string &line)
{
	if (options_.log && said_.insert(line).second)
		options_.log(line.c_str());
}

void Adapter::failed()
{
	const Lock lock(mutex_);

	counters_.errors++;
}

Counters Adapter::counters()
{
	const Lock lock(mutex_);

	return counters_;
}

bool Adapter::start(const Options &options)
{
	Lock lock(mutex_);
	ttm_open_options open{};

	if (on())
		return true;
	options_ = options;
	counters_ = {};
	open.size = sizeof(open);
	open.flags = TTM_OPEN_OPTIONAL;
	open.path = options_.path.empty() ? nullptr : options_.path.c_str();
	const int error = ttm_open(&ctx_, &open);
	if (error || !ttm_enabled(ctx_)) {
		const int reason = error ? error : ttm_disabled_reason(ctx_);

		ttm_close(ctx_);
		ctx_ = nullptr;
		say_once(std::string("tt_memstat: nothing is reported: ") +
			 std::strerror(-reason));
		return false;
	}
	if (!processor_) {
		processor_ = make_processor();
		/* A child shares neither the records nor the threads. */
		pthread_atfork(nullptr, nullptr, [] { Adapter::get().forked(); });
		std::atexit([] { Adapter::get().stop_trailing(); });
	}
	on_ = true;
	/* Upstream holds a lock of its own around that and around the hooks. */
	lock.unlock();
	register_everywhere();
	return true;
}

void Adapter::stop()
{
	stop_trailing();
	const Lock open(open_mutex_);
	const Lock lock(mutex_);

	if (!on_.exchange(false))
		return;
	open_.clear();
	tracked_.clear();
	buffers_.clear();
	watches_.clear();
	chips_.clear();
	ttm_close(ctx_);
	ctx_ = nullptr;
}

void announce(const Program &program, const IDevice *device, const upstream::CoreRangeSet &cores,
	      std::uint64_t size, bool view) noexcept
{
	quietly([&](Adapter &adapter) {
		Block block;

		block.cores = upstream::cores_of(cores);
		block.size = size;
		block.view = view;
		adapter.announce(program, *device, std::move(block));
	});
}

}  // namespace ttmemstat::detail

namespace ttmemstat {

using detail::Adapter;
using detail::Chip;
using detail::quietly;

bool start(const Options &options)
{
	try {
		return Adapter::get().start(options);
	} catch (...) {
		return false;
	}
}

void stop() noexcept
{
	quietly([](Adapter &adapter) { adapter.stop(); });
}

bool running() noexcept
{
	return Adapter::get().on();
}

Counters counters() noexcept
{
	return Adapter::get().counters();
}

void register_thread() noexcept
{
	quietly([](Adapter &adapter) {
		auto &tracker = tt::tt_metal::GraphTracker::instance();

		for (const auto &processor : tracker.get_processors())
			if (processor == adapter.processor())
				return;
		tracker.push_processor(adapter.processor());
	});
}

ThreadRegistration::~ThreadRegistration()
{
	try {
		auto &tracker = tt::tt_metal::GraphTracker::instance();
		const auto &processors = tracker.get_processors();

		if (!processors.empty() && processors.back() &&
		    processors.back() == Adapter::get().processor())
			tracker.pop_processor();
	} catch (...) {
		Adapter::get().failed();
	}
}

void device_opened(IDevice *device) noexcept
{
	if (device)
		quietly([&](Adapter &adapter) { adapter.opened(*device); });
}

void device_closed(IDevice *device) noexcept
{
	if (device)
		quietly([&](Adapter &adapter) { adapter.closed(*device); });
}

void snapshot_devices() noexcept
{
	quietly([](Adapter &adapter) { adapter.snapshot_open(); });
}

void trace_begin(IDevice *device, std::uint32_t trace) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [&](Chip &chip) { chip.trace_begin(trace); });
	});
}

void trace_end(IDevice *device, std::uint32_t) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [](Chip &chip) { chip.trace_end(); });
	});
}

void trace_replay(IDevice *device, std::uint32_t trace) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [&](Chip &chip) { chip.trace_replay(trace); });
	});
}

void trace_release(IDevice *device, std::uint32_t trace) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [&](Chip &chip) { chip.trace_release(trace); });
	});
}

void program_destroyed(const Program *program) noexcept
{
	if (program)
		quietly([&](Adapter &adapter) { adapter.destroyed(*program); });
}

void destroying(const Program *program, const std::function<void()> &destroy)
{
	struct Scope {
		Scope() { detail::dying = true; }
		~Scope() { detail::dying = false; }
	};

	{
		const Scope scope;

		destroy();
	}
	program_destroyed(program);
}

void kernel_load(std::uint64_t bytes, std::uint64_t id, const IDevice *device, std::uint8_t type,
		 std::uint32_t cores) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [&](Chip &chip) {
			chip.kernel_load(id, bytes * cores, type != 0);
		});
	});
}

void kernel_unload(std::uint64_t id, const IDevice *device) noexcept
{
	quietly([&](Adapter &adapter) {
		adapter.on_chips(*device, [&](Chip &chip) { chip.kernel_unload(id); });
	});
}

}  // namespace ttmemstat
