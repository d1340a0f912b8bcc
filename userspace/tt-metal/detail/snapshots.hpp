/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The adapter's snapshots of allocators: at most one in an interval, and one after the last
 * change. The last one needs somebody to make it while nothing happens, who must not meet a device
 * that closes: it is made for open devices only (device_opened()).
 */
#ifndef TTMEMSTAT_DETAIL_SNAPSHOTS_HPP
#define TTMEMSTAT_DETAIL_SNAPSHOTS_HPP

#include "adapter.hpp"

namespace ttmemstat::detail {

/* Under mutex_. One call for all chips. */
inline void Adapter::report(const std::set<Chip *> &chips)
{
	std::vector<std::vector<Snapshot>> snapshots;
	std::vector<ttm_device_snapshots> devices;

	snapshots.reserve(chips.size());
	for (Chip *chip : chips) {
		snapshots.push_back(chip->snapshots());
		if (snapshots.back().empty())
			continue;
		ttm_device_snapshots device{};

		device.att = chip->attachment();
		device.snapshots = snapshots.back().data();
		device.count = snapshots.back().size();
		devices.push_back(device);
	}
	if (devices.empty())
		return;
	counters_.snapshot_calls++;
	if (ttm_snapshot_devices(devices.data(), devices.size()))
		counters_.errors++;
}

/* The devices stay open meanwhile: their hook is this thread's, or open_mutex_ is held. */
inline void Adapter::take(const Due &due)
{
	std::vector<std::vector<Statistics>> all;
	std::set<Chip *> chips;

	for (const auto &device : due) {
		try {
			all.push_back(upstream::statistics_of(*device.first, device.second));
		} catch (...) {
			/* A sub-device that is not there any more. */
			const Lock lock(mutex_);

			all.emplace_back();
			watches_[device.first].sub_devices.clear();
			counters_.errors++;
		}
	}
	const Lock lock(mutex_);

	for (std::size_t i = 0; i < due.size(); i++) {
		if (all[i].empty())
			continue;
		for (Chip *chip : known_chips_of(*due[i].first)) {
			chip->statistics(due[i].first, all[i]);
			chips.insert(chip);
		}
	}
	report(chips);
}

/* An allocator of the device has changed, as a hook of this thread says. Gives @lock back. */
inline void Adapter::changed(const IDevice &device, Lock &lock)
{
	if (!options_.snapshot_interval_ms)
		return;
	Watch &watch = watches_[&device];
	const std::uint64_t time = now();
	const bool due = !watch.taken || time - watch.last >= options_.snapshot_interval_ms;

	if (due) {
		watch.taken = true;
		watch.dirty = false;
		watch.last = time;
		const Due one{{&device, watch.sub_devices}};

		lock.unlock();
		take(one);
		return;
	}
	const bool wake = watch.open && !watch.dirty;

	watch.dirty = true;
	lock.unlock();
	if (!wake)
		return;
	{
		const Lock open(open_mutex_);

		trail_due_ = true;
	}
	wake_.notify_one();
}

inline void Adapter::snapshot_open()
{
	const Lock open(open_mutex_);
	Due due;

	{
		const Lock lock(mutex_);

		for (const IDevice *device : open_) {
			Watch &watch = watches_[device];

			watch.taken = true;
			watch.dirty = false;
			watch.last = now();
			due.emplace_back(device, watch.sub_devices);
		}
	}
	take(due);
}

/* The thread that makes the last snapshot of a burst. */
inline void Adapter::trail()
{
	Lock open(open_mutex_);

	while (!stopping_) {
		wake_.wait(open, [this] { return stopping_ || trail_due_; });
		wake_.wait_for(open, std::chrono::milliseconds(options_.snapshot_interval_ms),
			       [this] { return stopping_; });
		if (stopping_ || !on())
			break;
		trail_due_ = false;
		Due due;

		try {
			{
				const Lock lock(mutex_);

				for (const IDevice *device : open_) {
					Watch &watch = watches_[device];

					if (!watch.dirty)
						continue;
					watch.dirty = false;
					watch.last = now();
					due.emplace_back(device, watch.sub_devices);
				}
			}
			take(due);
		} catch (...) {
			failed();
		}
	}
}

inline void Adapter::stop_trailing()
{
	std::thread thread;

	{
		const Lock open(open_mutex_);

		stopping_ = true;
		thread = std::move(trailing_);
	}
	wake_.notify_all();
	if (thread.joinable())
		thread.join();
}

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_SNAPSHOTS_HPP */
