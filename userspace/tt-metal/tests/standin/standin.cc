// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the stand-in does: allocates as upstream's allocators do, and calls the hooks when upstream
 * does. The order of the calls is the point; see the comments.
 */
#include <standin.hpp>
#include <tt-metalium/graph_tracking.hpp>

#include <algorithm>
#include <thread>

namespace tt::tt_metal {

/* ---- Allocators ------------------------------------------------------------------------- */

std::vector<std::pair<std::uint64_t, std::uint64_t>> StandinBank::holes() const
{
	std::vector<std::pair<std::uint64_t, std::uint64_t>> holes;
	std::uint64_t at = from_;

	for (const auto &block : live_) {
		if (block.first > at)
			holes.emplace_back(at, block.first);
		at = block.first + block.second;
	}
	if (at < to_)
		holes.emplace_back(at, to_);
	return holes;
}

std::uint64_t StandinBank::allocate(std::uint64_t size)
{
	auto free = holes();

	size = (size + 31) / 32 * 32;
	if (top_down_)
		std::reverse(free.begin(), free.end());
	for (const auto &hole : free)
		if (hole.second - hole.first >= size) {
			const std::uint64_t at = top_down_ ? hole.second - size : hole.first;

			live_.emplace(at, size);
			return at;
		}
	throw std::runtime_error("out of memory");
}

Statistics StandinBank::statistics() const
{
	Statistics s;

	s.total_allocatable_size_bytes = to_ - from_;
	for (const auto &block : live_)
		s.total_allocated_bytes += block.second;
	for (const auto &hole : holes()) {
		s.total_free_bytes += hole.second - hole.first;
		s.largest_free_block_bytes =
			std::max(s.largest_free_block_bytes,
				 static_cast<std::size_t>(hole.second - hole.first));
	}
	return s;
}

Allocator::Allocator(std::uint32_t workers) : workers_(workers)
{
	using namespace standin;
	const std::uint64_t small = L1_SIZE - L1_SMALL_SIZE, trace = DRAM_SIZE - TRACE_SIZE;

	banks_.emplace(BufferType::L1, StandinBank(L1_BASE, small, true));
	banks_.emplace(BufferType::L1_SMALL, StandinBank(small, L1_SIZE, true));
	banks_.emplace(BufferType::DRAM, StandinBank(DRAM_BASE, trace, false));
	banks_.emplace(BufferType::TRACE, StandinBank(trace, DRAM_SIZE, false));
}

Allocator::Allocator(std::uint32_t workers, std::uint64_t from, std::uint64_t to)
	: workers_(workers)
{
	banks_.emplace(BufferType::L1, StandinBank(from, to, true));
}

/* ---- Devices ---------------------------------------------------------------------------- */

StandinDevice::StandinDevice()
	: allocator_(std::make_unique<Allocator>(
		  static_cast<std::uint32_t>(standin::GRID_X * standin::WORKER_Y)))
{
}

const std::unique_ptr<Allocator> &StandinDevice::allocator(SubDeviceId id) const
{
	if (id.id >= sub_allocators_.size())
		throw std::runtime_error("SubDevice allocator not initialized");
	return sub_allocators_[id.id];
}

CoreRangeSet StandinDevice::worker_cores(HalProgrammableCoreType, SubDeviceId id) const
{
	return sub_cores_.at(id.id);
}

void StandinDevice::load_sub_devices(std::vector<CoreRangeSet> cores, std::uint64_t local_l1_size)
{
	sub_cores_ = std::move(cores);
	for (const CoreRangeSet &set : sub_cores_)
		sub_allocators_.push_back(std::make_unique<Allocator>(
			set.num_cores(), standin::L1_BASE, standin::L1_BASE + local_l1_size));
	allocator_->bank(BufferType::L1).shrink(local_l1_size);
}

void StandinDevice::clear_sub_devices()
{
	sub_cores_.clear();
	sub_allocators_.clear();
}

std::uint64_t Device::allocate_on_core(CoreCoord core, std::uint64_t size)
{
	const auto it = top_.emplace(core, standin::L1_SIZE - standin::L1_SMALL_SIZE).first;

	return it->second -= size;
}

namespace distributed {

static int next_mesh = 100;

MeshDevice::MeshDevice(std::vector<std::shared_ptr<Device>> devices, bool root)
	: devices_(std::move(devices)), root_(root), id_(next_mesh++)
{
}

std::vector<IDevice *> MeshDevice::get_devices() const
{
	std::vector<IDevice *> all;

	for (const auto &device : devices_)
		all.push_back(device.get());
	return all;
}

void MeshDevice::close()
{
	initialized_ = false;
}

}  // namespace distributed

/* ---- Buffers ---------------------------------------------------------------------------- */

/* Whole pages, dealt out to the banks, or to the cores of the shards. */
DeviceAddr Buffer::per_bank() const
{
	const std::uint64_t align = device_->allocator()->get_alignment(type_);
	const std::uint64_t page = (page_size_ + align - 1) / align * align;
	std::uint64_t banks = device_->allocator()->get_num_banks(type_);

	if (options_.shards)
		banks = *options_.shards;
	else if (!options_.per_core.empty())
		banks = options_.per_core.size();
	return (num_pages() + banks - 1) / banks * page;
}

Allocator &Buffer::allocator() const
{
	return options_.sub_device ? *device_->allocator(*options_.sub_device)
				   : *device_->allocator();
}

void Buffer::allocate()
{
	GraphTracker &tracker = GraphTracker::instance();

	if (tracker.hook_allocate(this)) {
		hooked_ = true;
	} else if (!options_.per_core.empty()) {
		for (const CoreCoord &core : options_.per_core)
			per_core[core] = dynamic_cast<Device &>(*device_).allocate_on_core(
				core, per_bank());
	} else if (type_ != BufferType::SYSTEM_MEMORY) {
		address_ = allocator().bank(type_).allocate(per_bank());
	}
	allocated_ = true;
	/* After the address is there. */
	tracker.track_allocate(this);
}

std::shared_ptr<Buffer> Buffer::create(IDevice *device, DeviceAddr size, DeviceAddr page_size,
				       BufferType type, StandinBufferOptions options)
{
	auto buffer = std::make_shared<Buffer>();

	buffer->device_ = device;
	buffer->size_ = size;
	buffer->page_size_ = page_size;
	buffer->type_ = type;
	buffer->options_ = std::move(options);
	buffer->owns_ = true;
	if (size)
		buffer->allocate();
	return buffer;
}

std::shared_ptr<Buffer> Buffer::create(IDevice *device, DeviceAddr address, DeviceAddr size,
				       DeviceAddr page_size, BufferType type)
{
	auto buffer = std::make_shared<Buffer>();

	buffer->device_ = device;
	buffer->size_ = size;
	buffer->page_size_ = page_size;
	buffer->type_ = type;
	buffer->address_ = address;
	buffer->allocated_ = true;
	return buffer;
}

Buffer::~Buffer()
{
	if (!allocated_ || !owns_ || !device_->is_initialized() || !size_)
		return;
	/* Before the memory is given back. */
	GraphTracker::instance().track_deallocate(this);
	if (GraphTracker::instance().hook_deallocate(this) || hooked_ || !per_core.empty() ||
	    type_ == BufferType::SYSTEM_MEMORY)
		return;
	allocator().bank(type_).free(address_);
}

/* ---- Programs --------------------------------------------------------------------------- */

std::uint32_t CircularBuffer::address() const
{
	if (!global_ && !local_)
		throw std::runtime_error("Circular buffer has not been allocated");
	return global_ ? *global_ : *local_;
}

CBHandle Program::add(const CoreRangeSet &cores, const CircularBufferConfig &config)
{
	cbs_.push_back(std::make_shared<CircularBuffer>(cores, config));
	needed_ = true;
	return cbs_.size() - 1;
}

void Program::resize(std::size_t cb, std::uint32_t size)
{
	cbs_.at(cb)->set_size(size);
	for (const auto &each : cbs_)
		each->set_address({});
	needed_ = true;
}

/*
 * From the bottom, one above the other. The newer variant tells each device of a mesh, buffer by
 * buffer, and the views too; the older one tells the mesh.
 */
void Program::allocate_circular_buffers(const IDevice *device)
{
	GraphTracker &tracker = GraphTracker::instance();
	std::vector<const IDevice *> told{device};
	std::uint64_t at = standin::L1_BASE;

#ifdef STANDIN_NEW
	if (const auto *mesh = dynamic_cast<const distributed::MeshDevice *>(device)) {
		told.clear();
		for (const IDevice *each : mesh->get_devices())
			told.push_back(each);
	}
#endif
	devices_.insert(told.begin(), told.end());
	if (!needed_)
		return;
	for (const auto &cb : cbs_) {
#ifndef STANDIN_NEW
		if (cb->globally_allocated())
			continue;
#endif
		if (!cb->globally_allocated()) {
			cb->set_address(static_cast<std::uint32_t>(at));
			at += (cb->size() + 31) / 32 * 32;
		}
		for (const IDevice *each : told)
			tracker.track_allocate_cb(cb->core_ranges(), cb->address(), cb->size(),
						  cb->globally_allocated(), each);
	}
	needed_ = false;
}

/* The newer variant says that some program of each device has gone; the older says nothing. */
Program::~Program()
{
#ifdef STANDIN_NEW
	if (!cbs_.empty())
		for (const IDevice *each : devices_)
			GraphTracker::instance().track_deallocate_cb(each);
#endif
}

CBHandle CreateCircularBuffer(Program &program, const CoreRangeSet &cores,
			      const CircularBufferConfig &config)
{
	return program.add(cores, config);
}

void EnqueueMeshWorkload(distributed::MeshDevice &mesh, distributed::MeshWorkload &workload, bool)
{
	std::vector<std::thread> pool;

	if (workload.get_programs().size() == 1) {
		workload.get_programs()[0]->allocate_circular_buffers(&mesh);
		return;
	}
	for (Program *program : workload.get_programs()) {
		std::function<void()> task = [program, &mesh] {
			program->allocate_circular_buffers(&mesh);
		};

#ifdef STANDIN_NEW
		task = GraphTracker::instance().wrap_with_current_context(std::move(task));
#endif
		pool.emplace_back(std::move(task));
	}
	for (std::thread &thread : pool)
		thread.join();
}

/* ---- The tracker ------------------------------------------------------------------------ */

GraphTracker &GraphTracker::instance()
{
	static GraphTracker tracker;

	return tracker;
}

void GraphTracker::push_processor(const std::shared_ptr<IGraphProcessor> &processor)
{
	processors.push_back(processor);
}

bool GraphTracker::add_hook(const std::shared_ptr<IGraphHooks> &h)
{
	if (hook)
		return false;
	hook = h;
	return true;
}

void GraphTracker::track_allocate_cb(const CoreRangeSet &cores, uint64_t addr, uint64_t size,
				     bool global, const IDevice *device)
{
	for (const auto &p : processors)
		p->track_allocate_cb(cores, addr, size, global, device);
}

void GraphTracker::track_deallocate_cb(const IDevice *device)
{
	for (const auto &p : processors)
		p->track_deallocate_cb(device);
}

void GraphTracker::track_program(Program *program, const IDevice *device)
{
	for (const auto &p : processors)
		p->track_program(program, device);
}

void GraphTracker::track_function_start(std::string_view name)
{
	for (const auto &p : processors)
		p->track_function_start(name, {});
}

void GraphTracker::track_function_end()
{
	for (const auto &p : processors)
		p->track_function_end(std::any());
}

#ifdef STANDIN_NEW

thread_local std::vector<std::shared_ptr<IGraphProcessor>> GraphTracker::processors;
thread_local std::shared_ptr<IGraphHooks> GraphTracker::hook;

bool GraphTracker::is_enabled() const
{
	return std::any_of(processors.begin(), processors.end(),
			   [](const auto &p) { return p->is_capture_processor(); });
}

void GraphTracker::track_allocate(const Buffer *buffer)
{
	for (const auto &p : processors)
		p->track_allocate(buffer);
	const std::lock_guard<std::mutex> lock(background_mutex);

	for (const auto &p : background)
		p->track_allocate(buffer);
}

void GraphTracker::track_deallocate(Buffer *buffer)
{
	for (const auto &p : processors)
		p->track_deallocate(buffer);
	const std::lock_guard<std::mutex> lock(background_mutex);

	for (const auto &p : background)
		p->track_deallocate(buffer);
}

void GraphTracker::track_allocate_dataflow_buffer(const CoreRangeSet &cores, uint64_t addr,
						  uint64_t size, bool borrows,
						  const IDevice *device)
{
	for (const auto &p : processors)
		p->track_allocate_dataflow_buffer(cores, addr, size, borrows, device);
}

void GraphTracker::track_allocate_scratchpad(const CoreRangeSet &cores, uint64_t addr,
					     uint64_t size, const IDevice *device)
{
	for (const auto &p : processors)
		p->track_allocate_scratchpad(cores, addr, size, device);
}

std::function<void()> GraphTracker::wrap_with_current_context(std::function<void()> task)
{
	if (processors.empty())
		return task;
	return [mine = processors, task = std::move(task)] {
		auto theirs = std::move(processors);

		processors = mine;
		task();
		processors = std::move(theirs);
	};
}

namespace internal {

bool register_background_processor_once(
	const std::type_info &type, const std::function<std::shared_ptr<IGraphProcessor>()> &factory)
{
	GraphTracker &tracker = GraphTracker::instance();
	const std::lock_guard<std::mutex> lock(tracker.background_mutex);

	for (const auto &p : tracker.background) {
		const IGraphProcessor &known = *p;

		if (typeid(known) == type)
			return false;
	}
	tracker.background.push_back(factory());
	return true;
}

}  // namespace internal

#else

void GraphTracker::track_allocate(const Buffer *buffer)
{
	for (const auto &p : processors)
		p->track_allocate(buffer);
}

void GraphTracker::track_deallocate(Buffer *buffer)
{
	for (const auto &p : processors)
		p->track_deallocate(buffer);
}

#endif

}  // namespace tt::tt_metal
