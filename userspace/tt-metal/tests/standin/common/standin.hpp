/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stand-in for what the adapter uses of tt-metal: devices, allocators, buffers, programs, with
 * upstream's names and signatures, that calls the hooks in the order in which upstream does.
 *
 * Written for these tests. Two variants: with STANDIN_NEW the interfaces of tt-metal commit
 * 25ac38cf35dc, without it those of b76659f6107a. Knows nothing of the adapter.
 */
#ifndef STANDIN_HPP
#define STANDIN_HPP

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#if __cplusplus >= 202002L
#include <span>
#else
/* Upstream is C++20; all that a build of C++17 lacks of it here is this. */
namespace std {
template <class T>
class span {
public:
	span() = default;
};
}  // namespace std
#endif

namespace nlohmann {
class json {};
}  // namespace nlohmann

/* ---- Cores ------------------------------------------------------------------------------ */

#ifdef STANDIN_NEW
namespace tt::tt_metal {
#endif
struct CoreCoord {
	std::size_t x = 0;
	std::size_t y = 0;

	bool operator==(const CoreCoord &o) const { return x == o.x && y == o.y; }
};

struct CoreRange {
	CoreCoord start_coord;
	CoreCoord end_coord;
};

class CoreRangeSet {
public:
	CoreRangeSet() = default;
	CoreRangeSet(const CoreRange &range) : ranges_{range} {}
	explicit CoreRangeSet(std::vector<CoreRange> &&ranges) : ranges_(std::move(ranges)) {}

	const std::vector<CoreRange> &ranges() const { return ranges_; }
	std::uint32_t num_cores() const
	{
		std::size_t n = 0;

		for (const CoreRange &r : ranges_)
			n += (r.end_coord.x - r.start_coord.x + 1) *
			     (r.end_coord.y - r.start_coord.y + 1);
		return static_cast<std::uint32_t>(n);
	}

private:
	std::vector<CoreRange> ranges_;
};
#ifdef STANDIN_NEW
}  // namespace tt::tt_metal
using CoreCoordOfStandin = tt::tt_metal::CoreCoord;
#else
using CoreCoordOfStandin = ::CoreCoord;
#endif

template <>
struct std::hash<CoreCoordOfStandin> {
	std::size_t operator()(const CoreCoordOfStandin &c) const { return c.x * 31 + c.y; }
};

namespace tt {
enum class ARCH { GRAYSKULL = 1, WORMHOLE_B0 = 2, BLACKHOLE = 3 };
}  // namespace tt

namespace tt::tt_metal {

using DeviceAddr = std::uint64_t;
using chip_id_t = int;
enum class HalMemType : std::uint8_t { L1, DRAM, HOST };
enum class HalProgrammableCoreType { TENSIX, ACTIVE_ETH };
#ifdef STANDIN_NEW
enum class BufferType : std::uint8_t { DRAM, L1, SYSTEM_MEMORY, L1_SMALL, TRACE };
#else
enum class BufferType { DRAM, L1, SYSTEM_MEMORY, L1_SMALL, TRACE };
#endif

struct SubDeviceId {
	std::uint8_t id = 0;

	bool operator==(const SubDeviceId &o) const { return id == o.id; }
};

/* What both sides of a test must agree on: an n300's chip with two rows off. */
namespace standin {
constexpr std::uint64_t L1_SIZE = 1499136;
constexpr std::uint64_t L1_BASE = 102784;
constexpr std::uint64_t L1_SMALL_SIZE = 32768;
constexpr std::uint64_t DRAM_BASE = 2048;
constexpr std::uint64_t DRAM_SIZE = 1ull << 30;
constexpr std::uint64_t TRACE_SIZE = 16ull << 20;
constexpr std::uint32_t DRAM_BANKS = 12;
constexpr std::size_t GRID_X = 8;
constexpr std::size_t GRID_Y = 8;
constexpr std::size_t WORKER_Y = 7;
}  // namespace standin

/* ---- Allocator -------------------------------------------------------------------------- */

struct Statistics {
	std::size_t total_allocatable_size_bytes = 0;
	std::size_t total_allocated_bytes = 0;
	std::size_t total_free_bytes = 0;
	std::size_t largest_free_block_bytes = 0;
	std::vector<std::uint32_t> largest_free_block_addrs;
};

/* One range of addresses, in lockstep on all banks; first fit. */
class StandinBank {
public:
	StandinBank(std::uint64_t from, std::uint64_t to, bool top_down)
		: from_(from), to_(to), top_down_(top_down)
	{
	}
	std::uint64_t allocate(std::uint64_t size);
	void free(std::uint64_t at) { live_.erase(at); }
	void shrink(std::uint64_t by) { from_ += by; }
	Statistics statistics() const;

private:
	std::vector<std::pair<std::uint64_t, std::uint64_t>> holes() const;

	std::uint64_t from_, to_;
	bool top_down_;
	std::map<std::uint64_t, std::uint64_t> live_;
};

class Allocator {
public:
	explicit Allocator(std::uint32_t workers);
	/* Of a sub-device: L1 alone. */
	Allocator(std::uint32_t workers, std::uint64_t from, std::uint64_t to);

	Statistics get_statistics(const BufferType &type) const
	{
		asked++;
		return bank(type).statistics();
	}
	std::uint32_t get_num_banks(const BufferType &type) const
	{
		return type == BufferType::DRAM || type == BufferType::TRACE ?
			standin::DRAM_BANKS : workers_;
	}
	std::uint32_t get_alignment(BufferType type) const
	{
		return type == BufferType::L1 || type == BufferType::L1_SMALL ? 16 : 32;
	}
	DeviceAddr get_base_allocator_addr(const HalMemType &type) const
	{
		return type == HalMemType::L1 ? standin::L1_BASE : standin::DRAM_BASE;
	}

	StandinBank &bank(BufferType type) { return banks_.at(type); }
	const StandinBank &bank(BufferType type) const { return banks_.at(type); }

	mutable std::uint64_t asked = 0;	/* get_statistics() */

private:
	std::uint32_t workers_;
	std::map<BufferType, StandinBank> banks_;
};

/* ---- Devices ---------------------------------------------------------------------------- */

class IDevice {
public:
	virtual ~IDevice() = default;
	virtual tt::ARCH arch() const = 0;
	virtual chip_id_t id() const = 0;
	virtual bool is_initialized() const = 0;
	virtual std::uint32_t l1_size_per_core() const = 0;
	virtual CoreCoord logical_grid_size() const = 0;
	virtual CoreCoord compute_with_storage_grid_size() const = 0;
	virtual CoreRangeSet worker_cores(HalProgrammableCoreType type, SubDeviceId id) const = 0;
	virtual const std::unique_ptr<Allocator> &allocator() const = 0;
	virtual const std::unique_ptr<Allocator> &allocator(SubDeviceId id) const = 0;
};

class StandinDevice : public IDevice {
public:
	StandinDevice();

	tt::ARCH arch() const override { return tt::ARCH::WORMHOLE_B0; }
	bool is_initialized() const override { return initialized_; }
	std::uint32_t l1_size_per_core() const override { return standin::L1_SIZE; }
	CoreCoord logical_grid_size() const override { return {standin::GRID_X, standin::GRID_Y}; }
	CoreCoord compute_with_storage_grid_size() const override
	{
		return {standin::GRID_X, standin::WORKER_Y};
	}
	CoreRangeSet worker_cores(HalProgrammableCoreType type, SubDeviceId id) const override;
	const std::unique_ptr<Allocator> &allocator() const override { return allocator_; }
	const std::unique_ptr<Allocator> &allocator(SubDeviceId id) const override;

	/* Each set of cores gets an allocator over the lowest @local_l1_size bytes. */
	void load_sub_devices(std::vector<CoreRangeSet> cores, std::uint64_t local_l1_size);
	void clear_sub_devices();

protected:
	bool initialized_ = true;

private:
	std::unique_ptr<Allocator> allocator_;
	std::vector<CoreRangeSet> sub_cores_;
	std::vector<std::unique_ptr<Allocator>> sub_allocators_;
};

class Device : public StandinDevice {
public:
	explicit Device(chip_id_t id) : id_(id) {}
	chip_id_t id() const override { return id_; }

	/* Core by core, from the top; for buffers that are not in lockstep. */
	std::uint64_t allocate_on_core(CoreCoord core, std::uint64_t size);

private:
	chip_id_t id_;
	std::unordered_map<CoreCoord, std::uint64_t> top_;
};

class Program;

namespace distributed {

class MeshDevice : public StandinDevice {
public:
	/* A mesh of these chips, which it opens; the root has no parent. */
	MeshDevice(std::vector<std::shared_ptr<Device>> devices, bool root);
	~MeshDevice() override { close(); }

	chip_id_t id() const override { return id_; }
	std::vector<IDevice *> get_devices() const;
	bool is_parent_mesh() const { return root_; }
	void close();

private:
	std::vector<std::shared_ptr<Device>> devices_;
	bool root_;
	chip_id_t id_;
};

/* Programs that run at the same time, each on some of the chips. */
class MeshWorkload {
public:
	void add_program(Program *program) { programs_.push_back(program); }
	const std::vector<Program *> &get_programs() const { return programs_; }

private:
	std::vector<Program *> programs_;
};

}  // namespace distributed

/* ---- Buffers ---------------------------------------------------------------------------- */

struct StandinBufferOptions {
	std::optional<std::uint32_t> shards;	/* cores that a sharded buffer is cut to */
	std::optional<SubDeviceId> sub_device;
	std::vector<CoreCoord> per_core;	/* not in lockstep: these cores, each by itself */
};

class Buffer {
public:
	static std::shared_ptr<Buffer> create(IDevice *device, DeviceAddr size,
					      DeviceAddr page_size, BufferType type,
					      StandinBufferOptions options = {});
	/* Memory of another buffer: no hook is called for it. */
	static std::shared_ptr<Buffer> create(IDevice *device, DeviceAddr address,
					      DeviceAddr size, DeviceAddr page_size,
					      BufferType type);
	~Buffer();

	IDevice *device() const { return device_; }
	DeviceAddr size() const { return size_; }
	std::uint32_t address() const { return static_cast<std::uint32_t>(address_); }
	DeviceAddr page_size() const { return page_size_; }
	std::uint32_t num_pages() const { return static_cast<std::uint32_t>(size_ / page_size_); }
	BufferType buffer_type() const { return type_; }
	std::optional<std::uint32_t> num_cores() const { return options_.shards; }
	std::optional<SubDeviceId> sub_device_id() const { return options_.sub_device; }
	void mark_as_deallocated() { allocated_ = false; }
#ifdef STANDIN_NEW
	DeviceAddr aligned_size_per_bank() const { return per_bank(); }
#endif
	std::unordered_map<CoreCoord, DeviceAddr> per_core;

private:
	DeviceAddr per_bank() const;
	Allocator &allocator() const;
	void allocate();

	IDevice *device_ = nullptr;
	DeviceAddr size_ = 0;
	DeviceAddr page_size_ = 0;
	BufferType type_ = BufferType::DRAM;
	StandinBufferOptions options_;
	DeviceAddr address_ = 0;
	bool owns_ = false;
	bool hooked_ = false;
	bool allocated_ = false;
};

/* ---- Programs --------------------------------------------------------------------------- */

class CircularBufferConfig {
public:
	explicit CircularBufferConfig(std::uint32_t size) : size_(size) {}
	CircularBufferConfig &set_globally_allocated_address(const Buffer &buffer)
	{
		address_ = buffer.address();
		return *this;
	}
	std::uint32_t total_size() const { return size_; }
	const std::optional<std::uint32_t> &globally_allocated_address() const { return address_; }

private:
	std::uint32_t size_;
	std::optional<std::uint32_t> address_;
};

using CBHandle = std::uintptr_t;

class CircularBuffer {
public:
	CircularBuffer(CoreRangeSet cores, const CircularBufferConfig &config)
		: cores_(std::move(cores)), size_(config.total_size()),
		  global_(config.globally_allocated_address())
	{
	}
	const CoreRangeSet &core_ranges() const { return cores_; }
	std::uint32_t size() const { return size_; }
	bool globally_allocated() const { return global_.has_value(); }
	std::uint32_t address() const;

	void set_size(std::uint32_t size) { size_ = size; }
	void set_address(std::optional<std::uint32_t> address) { local_ = address; }

private:
	CoreRangeSet cores_;
	std::uint32_t size_;
	std::optional<std::uint32_t> global_;
	std::optional<std::uint32_t> local_;
};

class Program {
public:
	Program() = default;
	~Program();
	Program(const Program &) = delete;
	Program &operator=(const Program &) = delete;

#ifdef STANDIN_NEW
#if __cplusplus >= 202002L
	std::span<const std::shared_ptr<CircularBuffer>> circular_buffers() const { return cbs_; }
#else
	const std::vector<std::shared_ptr<CircularBuffer>> &circular_buffers() const { return cbs_; }
#endif
#else
	const std::vector<std::shared_ptr<CircularBuffer>> &circular_buffers() const { return cbs_; }
#endif

	/* What enqueueing it on a device does first; nothing if it was done before. */
	void allocate_circular_buffers(const IDevice *device);
	void resize(std::size_t cb, std::uint32_t size);
	CBHandle add(const CoreRangeSet &cores, const CircularBufferConfig &config);

private:
	std::vector<std::shared_ptr<CircularBuffer>> cbs_;
	std::set<const IDevice *> devices_;
	bool needed_ = true;
};

CBHandle CreateCircularBuffer(Program &program, const CoreRangeSet &cores,
			      const CircularBufferConfig &config);
/* One program from this thread, several from a pool of threads, as upstream compiles them. */
void EnqueueMeshWorkload(distributed::MeshDevice &mesh, distributed::MeshWorkload &workload,
			 bool blocking);

#ifdef STANDIN_NEW
namespace experimental::per_core_allocation {
inline bool is_per_core_allocation(const Buffer &buffer) { return !buffer.per_core.empty(); }
inline const std::unordered_map<CoreCoord, DeviceAddr> &get_per_core_addresses(const Buffer &buffer)
{
	return buffer.per_core;
}
}  // namespace experimental::per_core_allocation
#endif

}  // namespace tt::tt_metal

#endif /* STANDIN_HPP */
