/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the scenarios share: chips, the oracle of each, and the ways in which upstream runs things.
 *
 * A device with id N is the chip tt<N>. Knows the stand-in, the oracle and the adapter's public
 * interface. Does not know whether a module or a played device answers; the played one has no
 * figures, and judges the events by itself.
 */
#ifndef METAL_WORLD_HPP
#define METAL_WORLD_HPP

#include <memory>
#include <string>
#include <vector>

#include <tt-metalium/buffer.hpp>
#include <tt-metalium/graph_tracking.hpp>
#include <tt-metalium/host_api.hpp>
#include <tt-metalium/mesh_device.hpp>
#include <tt-metalium/program.hpp>
#include <ttmemstat.h>

#include "oracle.hpp"
#include "ttmemstat_metal.hpp"

namespace metal {

using namespace tt::tt_metal;
using distributed::MeshDevice;
using distributed::MeshWorkload;
using Mesh = std::shared_ptr<MeshDevice>;
#ifdef STANDIN_NEW
using tt::tt_metal::CoreCoord;
#endif

constexpr std::size_t CHIPS = 8;

/* The played device; both are 0 where a module is. */
bool played();
std::uint64_t played_wrong();

class World {
public:
	explicit World(std::string scenario);
	~World();

	bool start(ttmemstat::Options options = {});

	/* ---- Judgement ---- */

	void expect(const std::string &what, std::uint64_t wanted, std::uint64_t seen);
	/* Every figure of every chip is the oracle's. */
	void check(const std::string &what);
	/* One figure; unknown reads as UINT64_MAX. */
	std::uint64_t figure(std::uint32_t chip, const char *name);
	static int finish();

	/* ---- Devices ---- */

	Mesh open(std::size_t count, std::size_t first = 0, bool root = true);
	std::shared_ptr<Device> device(std::size_t id) { return devices_.at(id); }

	/* ---- Buffers ---- */

	std::shared_ptr<Buffer> alloc(IDevice &device, DeviceAddr size, DeviceAddr page,
				      BufferType type, StandinBufferOptions options = {});
	void free(std::shared_ptr<Buffer> &buffer);

	/* ---- Programs ---- */

	/* As ttnn runs an operation: tracked, and enqueued unless a hook keeps it. */
	void op(Mesh &mesh, const std::vector<Program *> &programs);
	/* Enqueued and no more. */
	void plain(Mesh &mesh, Program &program);
	/* What the oracle thinks of an operation. */
	void ran(Mesh &mesh, const std::vector<Program *> &programs);
	void loaded(Mesh &mesh, Program &program);

	Oracle oracle[CHIPS];

private:
	std::vector<Oracle *> oracles_of(IDevice &device);

	std::string name_;
	std::vector<std::shared_ptr<Device>> devices_;
	ttm_ctx *ctx_ = nullptr;
	bool started_ = false;
	std::uint64_t list_ = 0;
};

CoreRangeSet rect(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1);

/* A program of buffers of some sizes on a rectangle. */
std::unique_ptr<Program> program(const CoreRangeSet &cores,
				 const std::vector<std::uint32_t> &sizes);

using Scenario = void (*)(World &);
struct Named {
	const char *name;
	Scenario run;
};

extern const std::vector<Named> program_scenarios, device_scenarios;

}  // namespace metal

#endif /* METAL_WORLD_HPP */
