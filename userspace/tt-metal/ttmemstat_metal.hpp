/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * ttmemstat_metal: a tt-metal process reports its device memory to tt_memstat.
 *
 * Knows what a program calls to be seen. Does not know how upstream's hooks are read
 * (detail/upstream.hpp) nor what becomes of it (detail/chip.hpp). README.md lists what the hooks
 * never show, and how to build this in a tree of tt-metal.
 *
 * Nothing here throws, prints, or ends a process. Without the module every call costs a load and
 * a branch. Any thread may call anything, except that device_closed() comes after the last use of
 * the device and before its close.
 */
#ifndef TTMEMSTAT_METAL_HPP
#define TTMEMSTAT_METAL_HPP

#include <cstdint>
#include <functional>
#include <string>

#include <ttmemstat.h>

namespace tt::tt_metal {
class IDevice;
class Program;
}  // namespace tt::tt_metal

namespace ttmemstat {

using tt::tt_metal::IDevice;
using tt::tt_metal::Program;

struct Options {
	/* Device node; empty: the library's. */
	std::string path;
	/* Shown as `label` of the process. */
	std::string label;
	/*
	 * Adds to what ttm_resolve() gets to know of a (physical) device, which is its number and
	 * whether it is remote: unique id, gateway, as the cluster descriptor has them.
	 */
	std::function<void(const IDevice &, struct ttm_device &)> describe;
	/*
	 * Finds the chip in the place of ttm_resolve(): sets chip, remote location, proof; false:
	 * it is not reported. For virtual chips.
	 */
	std::function<bool(const IDevice &, ttm_attach_options &)> resolve;
	/* Says a line, at most once for each reason; empty: silent. */
	std::function<void(const char *)> log;
	/* Milliseconds that only grow; empty: the monotonic clock. */
	std::function<std::uint64_t()> clock;
	/* Least time between two snapshots of a device; 0: none are made by itself. */
	unsigned snapshot_interval_ms = 100;
	/* Entries of each chip's ring, a power of two; 0: events go by system calls. */
	std::uint32_t ring_entries = TTM_RING_ENTRIES;
	/* Bytes of the KERNEL_CONFIG region of each core; 0: not told. */
	std::uint64_t kernel_region = 0;
	/* Whether kernel_load() and kernel_unload() will be called: pool kernel is covered. */
	bool kernels = false;
};

/** What went by since start(). */
struct Counters {
	std::uint64_t loads = 0;	/* programs sent to a chip, reloads included */
	std::uint64_t cb_records = 0;	/* circular buffers sent to a chip */
	std::uint64_t dispatches = 0;	/* to a chip */
	std::uint64_t snapshot_calls = 0;	/* ttm_snapshot_devices() */
	std::uint64_t unseen = 0;	/* what had to be guessed: each marked a pool as partial */
	std::uint64_t errors = 0;	/* calls that failed */
};

/**
 * Begins to report, once for a process; a second start() without stop() between changes nothing.
 * False: there is no module, or no permission; all else then does nothing.
 */
bool start(const Options &options = {});

/** Ends it: what was reported is gone. */
void stop() noexcept;

bool running() noexcept;
Counters counters() noexcept;

/**
 * This thread's devices, programs and buffers are seen from now on. For each thread that creates
 * buffers or runs programs; tt-metal's own workers inherit it. May be called again.
 */
void register_thread() noexcept;

/** register_thread() for a scope. */
class ThreadRegistration {
public:
	ThreadRegistration() noexcept { register_thread(); }
	~ThreadRegistration();
	ThreadRegistration(const ThreadRegistration &) = delete;
	ThreadRegistration &operator=(const ThreadRegistration &) = delete;
};

/**
 * A device, or all devices of a mesh, is open: its chips are covered from now on, and its
 * allocators are looked at also while nothing happens. Without it chips come with their first
 * event, and the last snapshot of a burst waits for the next event.
 */
void device_opened(IDevice *device) noexcept;

/** It is about to be closed: all that was reported of chips that no other open device has goes. */
void device_closed(IDevice *device) noexcept;

/** device_opened() and device_closed() for a scope. Declare it after the device. */
class DeviceGuard {
public:
	explicit DeviceGuard(IDevice *device) noexcept : device_(device) { device_opened(device_); }
	~DeviceGuard() { device_closed(device_); }
	DeviceGuard(const DeviceGuard &) = delete;
	DeviceGuard &operator=(const DeviceGuard &) = delete;

private:
	IDevice *device_;
};

/**
 * The statistics of the allocators of all open devices (device_opened()) and of their sub-devices,
 * now, in one call of ttm_snapshot_devices(). Each chip's replace what it had before.
 */
void snapshot_devices() noexcept;

/*
 * Traces. Between begin and end programs are recorded, not run; a replay makes all of them
 * resident together.
 */
void trace_begin(IDevice *device, std::uint32_t trace) noexcept;
void trace_end(IDevice *device, std::uint32_t trace) noexcept;
void trace_replay(IDevice *device, std::uint32_t trace) noexcept;
void trace_release(IDevice *device, std::uint32_t trace) noexcept;

/**
 * Programs by name, where the hooks have none: ttmemstat_instrumented.hpp calls these.
 *
 * program_destroyed() says that a program has gone; destroying() is better where its destructor
 * runs in @destroy, as it claims the unnamed deallocations that come of it.
 */
void program_destroyed(const Program *program) noexcept;
void destroying(const Program *program, const std::function<void()> &destroy);

/**
 * Kernel binaries, for runtimes that report them (Options::kernels). The arguments are those of
 * the hooks that such runtimes have: bytes of the binary, an id, and optionally a type (0: of the
 * application, else of the system) and the number of cores that hold it. An id may be loaded
 * several times; each unload takes one of them back.
 */
void kernel_load(std::uint64_t bytes, std::uint64_t id, const IDevice *device,
		 std::uint8_t type = 0, std::uint32_t cores = 1) noexcept;
void kernel_unload(std::uint64_t id, const IDevice *device) noexcept;

}  // namespace ttmemstat

#endif /* TTMEMSTAT_METAL_HPP */
