/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The adapter's chips, which come with their first event and go with the last device that has
 * them, and the buffers on them.
 */
#ifndef TTMEMSTAT_DETAIL_CHIPS_HPP
#define TTMEMSTAT_DETAIL_CHIPS_HPP

#include <cerrno>
#include <cstring>

#include "adapter.hpp"

namespace ttmemstat::detail {

inline bool Adapter::resolve(const IDevice &device, ttm_attach_options &options)
{
	struct ttm_device known;

	if (options_.resolve)
		return options_.resolve(device, options);
	ttm_device_init(&known);
	known.runtime_id = device.id();
	if (upstream::is_remote(device, 0))
		known.flags |= TTM_DEVICE_REMOTE;
	if (options_.describe)
		options_.describe(device, known);
	return ttm_resolve(&known, nullptr, &options) > 0;
}

/*
 * The chip's geometry and the runtime's layout are told if they agree with what the chip is known
 * to have; if not, it is reported all the same.
 */
inline std::unique_ptr<Chip> Adapter::attach(const IDevice &device, const IDevice &owner)
{
	ttm_attach_options o;
	ttm_attachment *attachment = nullptr;
	int error;

	ttm_attach_options_init(&o);
	o.runtime_id = device.id();
	if (!resolve(device, o)) {
		say_once("tt_memstat: device " + std::to_string(device.id()) +
			 " is not reported: its chip is not known");
		return nullptr;
	}
	o.flags |= TT_MEMSTAT_ATTACH_GEOMETRY;
	if (options_.ring_entries) {
		o.flags |= TTM_ATTACH_RING;
		o.ring_entries = options_.ring_entries;
	}
	o.covers = TT_MEMSTAT_POOL_MASK_ALL;
	if (!options_.kernels)
		o.covers &= ~(1u << TT_MEMSTAT_POOL_KERNEL);
	o.label = options_.label.c_str();
	o.geometry = upstream::geometry_of(device);
	o.layout = upstream::layout_of(owner);
	if (options_.kernel_region) {
		o.layout.valid |= TT_MEMSTAT_LAYOUT_KERNEL;
		o.layout.kernel_region = options_.kernel_region;
	}
	error = ttm_attach(ctx_, &o, &attachment, nullptr);
	if (error == -EEXIST || error == -EINVAL || error == -ERANGE) {
		o.flags &= ~TT_MEMSTAT_ATTACH_GEOMETRY;
		o.geometry = {};
		error = ttm_attach(ctx_, &o, &attachment, nullptr);
	}
	if (error == -ENODATA || error == -EINVAL || error == -ERANGE) {
		o.layout = {};
		error = ttm_attach(ctx_, &o, &attachment, nullptr);
	}
	if (error) {
		counters_.errors++;
		say_once("tt_memstat: device " + std::to_string(device.id()) +
			 " is not reported: " + std::strerror(-error));
		return nullptr;
	}
	try {
		return std::make_unique<Chip>(attachment, o.covers, counters_);
	} catch (...) {
		ttm_detach(attachment);
		throw;
	}
}

/* @session: of the mesh; another one than before means that all before is gone. */
inline Chip *Adapter::chip_of(const IDevice &device, const IDevice &owner, std::uint64_t session)
{
	const int id = device.id();
	auto it = chips_.find(id);

	if (it != chips_.end() && it->second && !it->second->opens && session &&
	    it->second->session && it->second->session != session) {
		drop_chip(id);
		it = chips_.end();
	}
	if (it == chips_.end())
		it = chips_.emplace(id, attach(device, owner)).first;
	if (it->second && session)
		it->second->session = session;
	return it->second.get();
}

inline std::vector<Chip *> Adapter::chips_of(const IDevice &device)
{
	const std::uint64_t session = upstream::session_of(&device);
	std::vector<Chip *> chips;

	for (const IDevice *each : upstream::devices_of(&device)) {
		Chip *const chip = each ? chip_of(*each, device, session) : nullptr;

		if (chip)
			chips.push_back(chip);
	}
	return chips;
}

/* Of a device that may be about to close: none are made. */
inline std::vector<Chip *> Adapter::known_chips_of(const IDevice &device)
{
	std::vector<Chip *> chips;

	for (const IDevice *each : upstream::devices_of(&device)) {
		const auto it = each ? chips_.find(each->id()) : chips_.end();

		if (it != chips_.end() && it->second)
			chips.push_back(it->second.get());
	}
	return chips;
}

/* The chip and all that was on it. */
inline void Adapter::drop_chip(int id)
{
	const auto it = chips_.find(id);
	Chip *const chip = it->second.get();

	for (auto buffer = buffers_.begin(); buffer != buffers_.end();) {
		auto &records = buffer->second.records;

		records.erase(std::remove_if(records.begin(), records.end(),
					     [&](const auto &r) { return r.first == chip; }),
			      records.end());
		buffer = records.empty() ? buffers_.erase(buffer) : std::next(buffer);
	}
	for (auto tracked = tracked_.begin(); tracked != tracked_.end();) {
		auto &parts = tracked->parts;

		parts.erase(std::remove_if(parts.begin(), parts.end(),
					   [&](const auto &p) { return p.chip == chip; }),
			    parts.end());
		tracked = parts.empty() ? tracked_.erase(tracked) : std::next(tracked);
	}
	chips_.erase(it);
}

inline void Adapter::opened(IDevice &device)
{
	const Lock open(open_mutex_);
	const Lock lock(mutex_);

	if (!open_.insert(&device).second)
		return;
	/* What could not be reported may be now. */
	for (const IDevice *each : upstream::devices_of(&device)) {
		const auto it = each ? chips_.find(each->id()) : chips_.end();

		if (it != chips_.end() && !it->second)
			chips_.erase(it);
	}
	for (Chip *chip : chips_of(device))
		chip->opens++;
	watches_[&device].open = true;
	if (options_.snapshot_interval_ms && !trailing_.joinable()) {
		stopping_ = false;
		trailing_ = std::thread([this] { trail(); });
	}
}

inline void Adapter::closed(IDevice &device)
{
	const Lock open(open_mutex_);
	const Lock lock(mutex_);
	const bool was_open = open_.erase(&device) != 0;

	watches_.erase(&device);
	for (const IDevice *each : upstream::devices_of(&device)) {
		const auto it = each ? chips_.find(each->id()) : chips_.end();

		if (it == chips_.end())
			continue;
		if (!it->second) {
			chips_.erase(it);
			continue;
		}
		Chip &chip = *it->second;

		chip.statistics(&device, {});
		if (was_open)
			chip.opens--;
		if (chip.opens <= 0)
			drop_chip(each->id());
	}
}

/* ---- Buffers ---------------------------------------------------------------------------- */

inline void Adapter::forget(const upstream::Buffer *buffer)
{
	const auto it = buffers_.find(buffer);

	if (it == buffers_.end())
		return;
	for (const auto &record : it->second.records)
		record.first->free(record.second);
	buffers_.erase(it);
}

inline void Adapter::allocated(const upstream::Buffer &buffer)
{
	std::uint32_t pool;

	if (!buffer.size() || !upstream::pool_of(buffer.buffer_type(), pool) ||
	    upstream::pretended(buffer))
		return;
	const Blocks parts = upstream::parts_of(buffer);
	const IDevice &device = *buffer.device();
	Lock lock(mutex_);
	const std::vector<Chip *> chips = chips_of(device);
	const auto known = buffers_.find(&buffer);

	/* A buffer where one was whose end was not seen. */
	if (known != buffers_.end()) {
		for (const auto &record : known->second.records)
			record.first->escape(known->second.pool);
		forget(&buffer);
	}
	Allocation allocation{pool, {}};
	Block whole;

	if (parts.empty()) {
		whole.cores = upstream::banks_of(buffer, pool);
		whole.addr = buffer.address();
		whole.size = upstream::per_bank(buffer, 0);
	}
	for (Chip *chip : chips) {
		const std::uint64_t id = chip->next_id();

		if (parts.empty())
			chip->record(id, pool, whole);
		for (const Block &part : parts)
			chip->record(id, pool, part, TT_MEMSTAT_ENTRY_PART);
		allocation.records.emplace_back(chip, id);
	}
	if (!allocation.records.empty())
		buffers_.emplace(&buffer, std::move(allocation));
	if (buffer.sub_device_id()) {
		auto &ids = watches_[&device].sub_devices;

		if (std::find(ids.begin(), ids.end(), *buffer.sub_device_id()) == ids.end())
			ids.push_back(*buffer.sub_device_id());
	}
	changed(device, lock);
}

inline void Adapter::deallocated(const upstream::Buffer &buffer)
{
	Lock lock(mutex_);

	if (!buffers_.count(&buffer))
		return;
	forget(&buffer);
	changed(*buffer.device(), lock);
}

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_CHIPS_HPP */
