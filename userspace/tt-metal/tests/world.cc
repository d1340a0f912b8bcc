// SPDX-License-Identifier: GPL-2.0-only
#include "world.hpp"

#include <cstdio>
#include <cstdlib>

namespace metal {

static std::uint64_t passed, failed;
static std::string rerun;

World::World(std::string scenario) : name_(std::move(scenario))
{
	ttm_open_options options{};

	options.size = sizeof(options);
	options.path = played() ? "/dev/null" : nullptr;
	if (ttm_open(&ctx_, &options)) {
		std::fprintf(stderr, "no device to test against\n");
		std::exit(2);
	}
	for (std::size_t i = 0; i < CHIPS; i++)
		devices_.push_back(std::make_shared<Device>(static_cast<int>(i)));
	rerun = name_;
}

World::~World()
{
	if (started_) {
		expect("no call failed", 0, ttmemstat::counters().errors);
		ttmemstat::stop();
		for (Oracle &o : oracle)
			o.clear();
		if (!played())
			for (std::uint32_t i = 0; i < CHIPS; i++)
				expect("nothing is left of it on " + std::to_string(i), 0,
				       figure(i, "l1_used"));
	}
	while (!GraphTracker::instance().get_processors().empty())
		GraphTracker::instance().pop_processor();
	expect("what the device was told made sense", 0, played_wrong());
	ttm_close(ctx_);
}

bool World::start(ttmemstat::Options options)
{
	const char *const ring = std::getenv("METAL_RING");

	if (played())
		options.path = "/dev/null";
	if (!options.resolve)
		options.resolve = [](const IDevice &device, ttm_attach_options &target) {
			target.chip = static_cast<std::uint32_t>(device.id());
			return true;
		};
	options.log = [](const char *line) { std::printf("# %s\n", line); };
	if (ring)
		options.ring_entries = static_cast<std::uint32_t>(std::atoi(ring));
	for (Oracle &o : oracle)
		o.covers_kernel = options.kernels;
	started_ = ttmemstat::start(options);
	expect("the adapter starts", 1, started_);
	ttmemstat::register_thread();
	return started_;
}

void World::expect(const std::string &what, std::uint64_t wanted, std::uint64_t seen)
{
	if (wanted == seen) {
		passed++;
		return;
	}
	failed++;
	std::printf("not ok - %s: %s\n#   expected: %llu\n#   saw:      %llu\n#   alone: %s %s\n",
		    name_.c_str(), what.c_str(), static_cast<unsigned long long>(wanted),
		    static_cast<unsigned long long>(seen), "metal-*", rerun.c_str());
}

int World::finish()
{
	std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed),
		    static_cast<unsigned long long>(failed));
	return failed ? 1 : 0;
}

std::uint64_t World::figure(std::uint32_t chip, const char *name)
{
	tt_memstat_figures figures{};
	const int number = ttm_figure_by_name(name);

	if (ttm_query_chip(ctx_, chip, &figures) || number < 0 ||
	    !(figures.known[number / 64] >> (number % 64) & 1))
		return UINT64_MAX;
	return figures.value[number];
}

void World::check(const std::string &what)
{
	if (played()) {
		expect(what, 0, played_wrong());
		return;
	}
	for (std::uint32_t i = 0; i < CHIPS; i++) {
		tt_memstat_figures figures{};

		if (ttm_query_chip(ctx_, i, &figures)) {
			expect(what + ": query", 0, 1);
			continue;
		}
		if (!figures.value[TT_MEMSTAT_FIG_CLIENTS])
			continue;
		for (const auto &wanted : oracle[i].figures())
			expect(what + ": tt" + std::to_string(i) + " " + wanted.first,
			       wanted.second,
			       figures.value[ttm_figure_by_name(wanted.first.c_str())]);
	}
}

/* ---- Devices ---------------------------------------------------------------------------- */

Mesh World::open(std::size_t count, std::size_t first, bool root)
{
	std::vector<std::shared_ptr<Device>> some;

	for (std::size_t i = 0; i < count; i++)
		some.push_back(devices_.at(first + i));
	return std::make_shared<MeshDevice>(some, root);
}

std::vector<Oracle *> World::oracles_of(IDevice &device)
{
	std::vector<Oracle *> all;

	if (auto *mesh = dynamic_cast<MeshDevice *>(&device)) {
		for (IDevice *each : mesh->get_devices())
			all.push_back(&oracle[each->id()]);
	} else {
		all.push_back(&oracle[device.id()]);
	}
	return all;
}

/* ---- Buffers ---------------------------------------------------------------------------- */

std::shared_ptr<Buffer> World::alloc(IDevice &device, DeviceAddr size, DeviceAddr page,
				     BufferType type, StandinBufferOptions options)
{
	const std::uint64_t align =
		type == BufferType::L1 || type == BufferType::L1_SMALL ? 16 : 32;
	const std::uint64_t banks = type == BufferType::L1 || type == BufferType::L1_SMALL ?
		worker_grid().size() : standin::DRAM_BANKS;
	std::uint64_t over = options.shards ? *options.shards : banks;
	auto buffer = Buffer::create(&device, size, page, type, options);
	std::vector<Piece> pieces;
	Oracle::Pool pool = Oracle::DRAM;

	if (options.sub_device && !options.shards)
		over = cores_in(device.worker_cores(HalProgrammableCoreType::TENSIX,
						    *options.sub_device)).size();
	if (!options.per_core.empty())
		over = options.per_core.size();
	const std::uint64_t per_bank =
		(size / page + over - 1) / over * ((page + align - 1) / align * align);

	switch (type) {
	case BufferType::L1:
		pool = Oracle::L1;
		break;
	case BufferType::L1_SMALL:
		pool = Oracle::L1_SMALL;
		break;
	case BufferType::TRACE:
		pool = Oracle::TRACE;
		break;
	case BufferType::SYSTEM_MEMORY:
		return buffer;
	default:
		break;
	}
	for (const auto &place : buffer->per_core)
		pieces.push_back({{{place.first.x, place.first.y}}, place.second, per_bank});
	if (pieces.empty())
		pieces.push_back({options.sub_device ?
				  cores_in(device.worker_cores(HalProgrammableCoreType::TENSIX,
							       *options.sub_device)) :
				  worker_grid(), buffer->address(), per_bank});
	if (size)
		for (Oracle *o : oracles_of(device))
			o->alloc(buffer.get(), pool, pieces);
	return buffer;
}

void World::free(std::shared_ptr<Buffer> &buffer)
{
	for (Oracle &o : oracle)
		o.free(buffer.get());
	buffer.reset();
}

/* ---- Programs --------------------------------------------------------------------------- */

void World::op(Mesh &mesh, const std::vector<Program *> &programs)
{
	GraphTracker &tracker = GraphTracker::instance();
	MeshWorkload workload;
	bool hooked = false;

	tracker.track_function_start("ttnn::operation");
	for (Program *p : programs) {
		tracker.track_program(p, mesh.get());
		hooked |= tracker.hook_program(p);
		workload.add_program(p);
	}
	if (!hooked)
		EnqueueMeshWorkload(*mesh, workload, false);
	tracker.track_function_end();
	if (!hooked)
		ran(mesh, programs);
}

void World::plain(Mesh &mesh, Program &program)
{
	MeshWorkload workload;

	workload.add_program(&program);
	EnqueueMeshWorkload(*mesh, workload, false);
}

void World::loaded(Mesh &mesh, Program &program)
{
	std::vector<Piece> pieces;
	CoreSet cores;

	for (const auto &cb : program.circular_buffers()) {
		const CoreSet where = cores_in(cb->core_ranges());

		cores.insert(where.begin(), where.end());
		if (!cb->globally_allocated())
			pieces.push_back({where, cb->address(), cb->size()});
	}
	for (Oracle *o : oracles_of(*mesh))
		o->load(&program, pieces, cores);
}

void World::ran(Mesh &mesh, const std::vector<Program *> &programs)
{
	const std::uint64_t list = programs.size() > 1 ? ++list_ : 0;

	for (Program *p : programs) {
		loaded(mesh, *p);
		for (Oracle *o : oracles_of(*mesh))
			o->run(p, list);
	}
}

CoreRangeSet rect(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1)
{
	return CoreRangeSet(CoreRange{{x0, y0}, {x1, y1}});
}

std::unique_ptr<Program> program(const CoreRangeSet &cores,
				 const std::vector<std::uint32_t> &sizes)
{
	auto p = std::make_unique<Program>();

	for (const std::uint32_t size : sizes)
		CreateCircularBuffer(*p, cores, CircularBufferConfig(size));
	return p;
}

}  // namespace metal

int main(int argc, char **argv)
{
	for (const auto *list : {&metal::program_scenarios, &metal::device_scenarios})
		for (const metal::Named &scenario : *list) {
			if (argc > 1 && std::string(argv[1]) != scenario.name)
				continue;
			metal::World world(scenario.name);

			std::printf("# %s\n", scenario.name);
			std::fflush(stdout);
			scenario.run(world);
		}
	return metal::World::finish();
}
