// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of devices: buffers, meshes, sub-devices, close and reopen, snapshots, kernels. */
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "world.hpp"

namespace metal {

static void buffers(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto dram = w.alloc(*mesh, 100 * 2048, 2048, BufferType::DRAM);
	w.check("100 pages on 12 banks take 9 of each");
	auto odd = w.alloc(*mesh, 3 * 1000, 1000, BufferType::DRAM);
	w.check("pages are rounded up");
	auto l1 = w.alloc(*mesh, 57 * 2048, 2048, BufferType::L1);
	w.check("57 pages on 56 cores take 2 of each");
	auto sharded = w.alloc(*mesh, 4 * 4096, 4096, BufferType::L1, {1u, {}, {}});
	w.check("4 pages on one core reserve 4 pages on each");
	auto small = w.alloc(*mesh, 56 * 1024, 1024, BufferType::L1_SMALL);
	auto trace = w.alloc(*mesh, 12 * 4096, 4096, BufferType::TRACE);
	w.check("L1_SMALL and trace");
	auto host = w.alloc(*mesh, 1 << 20, 4096, BufferType::SYSTEM_MEMORY);
	auto nothing = w.alloc(*mesh, 0, 4096, BufferType::L1);
	auto view = Buffer::create(mesh.get(), l1->address(), 2048, 2048, BufferType::L1);
	w.check("host memory, an empty buffer and a view are none");
	view.reset();
	w.check("nor is the end of a view one");
	w.free(l1);
	w.check("freed");
	l1 = w.alloc(*mesh, 56 * 512, 512, BufferType::L1);
	w.check("and its place used again");
	for (auto *b : {&dram, &odd, &l1, &sharded, &small, &trace, &host, &nothing})
		w.free(*b);
	w.check("all gone");
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

/* A buffer whose end was not seen, and another one in its place. */
static void missed(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto a = w.alloc(*mesh, 56 * 2048, 2048, BufferType::L1);

	/* The runtime says once more that this object has come to be. */
	GraphTracker::instance().track_allocate(a.get());
	w.oracle[0].l1_partial = 1u << TT_MEMSTAT_POOL_L1;
	w.check("counts once, and marks the pool");
	w.free(a);
	w.check("and goes once");
}

static void mesh_2x4(World &w)
{
	w.start();
	Mesh mesh = w.open(8);
	auto everywhere = w.alloc(*mesh, 1 << 20, 4096, BufferType::DRAM);
	w.check("a buffer is on all chips of a mesh");
	Mesh sub = w.open(2, 2, false);
	auto two = w.alloc(*sub, 56 * 4096, 4096, BufferType::L1);
	w.check("one of a submesh on its two");
	auto one = w.alloc(*w.device(5), 12 * 64, 64, BufferType::DRAM);
	w.check("one of a device on it alone");
	w.free(everywhere);
	w.check("gone from all");
	w.free(two);
	w.free(one);
	w.check("gone from the others");
}

static void sub_devices(World &w)
{
	w.start();
	Mesh mesh = w.open(2);
	std::vector<CoreRangeSet> halves{rect(0, 0, 3, 6), rect(4, 0, 7, 6)};
	auto before = w.alloc(*mesh, 56 * 2048, 2048, BufferType::L1);

	mesh->load_sub_devices(halves, 200 * 1024);
	auto left = w.alloc(*mesh, 28 * 4096, 4096, BufferType::L1, {{}, SubDeviceId{0}, {}});
	w.check("a buffer of a sub-device is on its cores");
	auto right = w.alloc(*mesh, 8 * 4096, 4096, BufferType::L1, {4u, SubDeviceId{1}, {}});
	w.check("one of the other on the others, at the same place");
	auto all = w.alloc(*mesh, 56 * 1024, 1024, BufferType::L1);
	w.check("and one of the device on all");
	ttmemstat::device_opened(mesh.get());
	ttmemstat::snapshot_devices();
	if (!played()) {
		w.expect("the allocators agree with the records", 0, w.figure(0, "drift"));
		w.expect("on the other chip too", 0, w.figure(1, "drift"));
	}
	w.free(left);
	w.free(right);
	/* Their allocators go: a snapshot of them fails upstream, and nothing else does. */
	mesh->clear_sub_devices();
	ttmemstat::snapshot_devices();
	w.expect("that was noticed", 1, ttmemstat::counters().errors);
	w.free(all);
	w.free(before);
	w.check("all gone");
	ttmemstat::stop();
	w.start();
}

#ifdef STANDIN_NEW
static void per_core(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	Device &chip = *w.device(0);
	auto a = w.alloc(chip, 2 * 4096, 4096, BufferType::L1, {{}, {}, {{0, 0}, {1, 0}}});
	w.check("a buffer on two cores takes those");
	auto b = w.alloc(chip, 3 * 2048, 2048, BufferType::L1, {{}, {}, {{1, 0}, {2, 0}, {3, 3}}});
	w.check("one that lies at different places");
	auto c = w.alloc(*mesh, 12 * 2048, 2048, BufferType::DRAM);
	w.free(a);
	w.check("all parts go at once");
	w.free(b);
	w.free(c);
	w.check("all gone");
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}
#endif

static void reopened(World &w)
{
	w.start();
	{
		Mesh mesh = w.open(2);
		ttmemstat::DeviceGuard guard(mesh.get());
		auto p = program(rect(0, 0, 7, 6), {4096});
		auto left = w.alloc(*mesh, 1 << 20, 4096, BufferType::DRAM);

		w.op(mesh, {p.get()});
		w.check("open, with a buffer and a program");
		ttmemstat::device_closed(mesh.get());
		if (!played())
			w.expect("closed: nobody is on the chip", 0, w.figure(0, "clients"));
		mesh->close();
		/* Their destructors come late. */
	}
	for (Oracle &o : w.oracle)
		o.clear();
	Mesh again = w.open(2);
	{
		ttmemstat::DeviceGuard guard(again.get());
		auto buffer = w.alloc(*again, 1 << 21, 4096, BufferType::DRAM);

		w.check("reopened: only what is new");
		w.free(buffer);
	}
	/* Without guards another mesh on the same chips says it. */
	Mesh third = w.open(2);
	auto leaked = w.alloc(*third, 1 << 20, 4096, BufferType::DRAM);
	w.check("opened without a guard");
	leaked->mark_as_deallocated();
	third->close();
	for (Oracle &o : w.oracle)
		o.clear();
	Mesh fourth = w.open(2);
	auto fresh = w.alloc(*fourth, 1 << 22, 4096, BufferType::DRAM);
	w.check("and reopened: only what is new");
	w.free(fresh);
	w.check("all gone");
}

/* A mesh and its submesh, each open by itself. */
static void nested(World &w)
{
	w.start();
	Mesh mesh = w.open(2);
	Mesh sub = w.open(1, 1, false);
	ttmemstat::device_opened(mesh.get());
	ttmemstat::device_opened(sub.get());
	ttmemstat::device_opened(sub.get());
	auto buffer = w.alloc(*mesh, 56 * 4096, 4096, BufferType::L1);
	ttmemstat::device_closed(sub.get());
	w.check("the mesh still has the chip that its submesh had");
	w.free(buffer);
	ttmemstat::device_closed(mesh.get());
	if (!played())
		w.expect("and now nobody has", 0, w.figure(1, "clients"));
}

/* Allocator statistics of the 8 chips of a mesh in one call, 1,000 times. */
static void snapshots(World &w)
{
	ttmemstat::Options options;
	std::uint64_t time = 1000;

	options.clock = [&time] { return time; };
	w.start(options);
	Mesh mesh = w.open(8);
	ttmemstat::device_opened(mesh.get());
	auto dram = w.alloc(*mesh, 1 << 20, 4096, BufferType::DRAM);
	auto l1 = w.alloc(*mesh, 56 * 8192, 8192, BufferType::L1);
	const std::uint64_t before = ttmemstat::counters().snapshot_calls;

	for (int i = 0; i < 1000; i++)
		ttmemstat::snapshot_devices();
	w.expect("each is one call", before + 1000, ttmemstat::counters().snapshot_calls);
	w.check("nothing has grown");
	const Statistics is = mesh->allocator()->get_statistics(BufferType::L1);
	for (std::uint32_t i = 0; !played() && i < CHIPS; i++) {
		w.expect("allocators and records agree", 0, w.figure(i, "drift"));
		w.expect("largest free block", is.largest_free_block_bytes,
			 w.figure(i, "l1_largest_free_block"));
	}
	/* Of L1_SMALL, which is empty, there is no snapshot that would hide what each core has. */
	if (!played())
		w.expect("the fullest core is known", 8192, w.figure(7, "l1_fullest_core_used"));
	w.free(dram);
	w.free(l1);
	ttmemstat::device_closed(mesh.get());
}

/* The library's call alone, for a runtime that reports nothing else. */
static void statistics(World &w)
{
	constexpr std::uint64_t CORES = standin::GRID_X * standin::GRID_Y;
	struct ttm_device_snapshots devices[CHIPS] = {};
	struct ttm_snapshot of[CHIPS][2] = {};
	ttm_attachment *attached[CHIPS] = {};
	ttm_open_options open{};
	ttm_ctx *ctx = nullptr;

	open.size = sizeof(open);
	open.path = played() ? "/dev/null" : nullptr;
	w.expect("open", 0, static_cast<std::uint64_t>(-ttm_open(&ctx, &open)));
	for (std::uint32_t i = 0; i < CHIPS; i++) {
		ttm_attach_options o;

		ttm_attach_options_init(&o);
		o.chip = i;
		o.flags = i % 2 ? TTM_ATTACH_RING : 0;
		o.covers = 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_DRAM;
		w.expect("attach", 0, static_cast<std::uint64_t>(
			-ttm_attach(ctx, &o, &attached[i], nullptr)));
		of[i][0].pool = TT_MEMSTAT_POOL_L1;
		of[i][0].allocatable = 1369120;
		of[i][0].allocated = 45000 + i * 1000;
		of[i][0].free = of[i][0].allocatable - of[i][0].allocated;
		of[i][1].pool = TT_MEMSTAT_POOL_DRAM;
		of[i][1].allocatable = 1071181792;
		of[i][1].allocated = i << 20;
		devices[i].att = attached[i];
		devices[i].snapshots = of[i];
		devices[i].count = 2;
	}
	for (int round = 0; round < 1000; round++) {
		for (std::uint32_t i = 0; i < CHIPS; i++)
			of[i][0].allocated = 45000 + i * 1000 + static_cast<unsigned>(round % 7);
		w.expect("one call for 8 chips", 0, static_cast<std::uint64_t>(
			-ttm_snapshot_devices(devices, CHIPS)));
		for (std::uint32_t i = 0; !played() && round % 100 == 99 && i < CHIPS; i++) {
			w.expect("L1 of its chip, and no more than that",
				 of[i][0].allocated * CORES, w.figure(i, "l1_used"));
			w.expect("DRAM of its chip", (i << 20) * std::uint64_t{12},
				 w.figure(i, "dram_used"));
		}
	}
	for (ttm_attachment *each : attached)
		ttm_detach(each);
	ttm_close(ctx);
}

/* At most one in 100 ms, and one after the last change. */
static void paced(World &w)
{
	ttmemstat::Options options;
	std::uint64_t time = 1000;

	options.clock = [&time] { return time; };
	w.start(options);
	Mesh mesh = w.open(1);
	const auto calls = [] { return ttmemstat::counters().snapshot_calls; };
	std::vector<std::shared_ptr<Buffer>> some;

	for (int i = 0; i < 50; i++)
		some.push_back(w.alloc(*mesh, 4096, 4096, BufferType::DRAM));
	w.expect("50 buffers at once, one snapshot", 1, calls());
	time += 99;
	some.push_back(w.alloc(*mesh, 4096, 4096, BufferType::DRAM));
	w.expect("99 ms later none", 1, calls());
	time += 1;
	some.push_back(w.alloc(*mesh, 4096, 4096, BufferType::DRAM));
	w.expect("100 ms later one", 2, calls());
	/* An open device: somebody makes the last one. */
	ttmemstat::device_opened(mesh.get());
	const std::uint64_t asked = mesh->allocator()->asked;
	time += 1;
	some.push_back(w.alloc(*mesh, 4096, 4096, BufferType::DRAM));
	for (int i = 0; i < 600 && calls() < 3; i++)
		std::this_thread::sleep_for(std::chrono::milliseconds(50));
	w.expect("and the last change is not forgotten", 3, calls());
	w.expect("the allocators were asked again", 1, mesh->allocator()->asked > asked);
	if (!played())
		w.expect("and agree", 0, w.figure(0, "drift"));
	for (auto &buffer : some)
		w.free(buffer);
	ttmemstat::device_closed(mesh.get());
}

/*
 * The working set of 127.4 MB that was counted three times: loaded three times, each kernel
 * unloaded by its id, without a size.
 */
static void kernels(World &w)
{
	constexpr std::uint64_t SET = 127400000, EACH = SET / 1000;
	ttmemstat::Options options;

	options.kernels = true;
	w.start(options);
	Mesh mesh = w.open(2);
	const auto all = [&w](std::uint64_t Oracle::*what, std::int64_t by) {
		for (std::size_t i = 0; i < 2; i++)
			w.oracle[i].*what += static_cast<std::uint64_t>(by);
	};
	/* What the kernel has of it, in whole granules. */
	const auto grown = static_cast<std::int64_t>((EACH + 15) / 16 * 16);

	for (IDevice *device : mesh->get_devices()) {
		ttmemstat::kernel_load(56 * 1024, 1, device, 1, 16);
		ttmemstat::kernel_load(46 * 1024, 2, device, 2, 2);
	}
	all(&Oracle::kernel_system, 56 * 1024 * 16 + 46 * 1024 * 2);
	w.check("dispatch and fabric kernels");
	for (int run = 0; run < 3; run++) {
		for (std::uint64_t id = 0; id < 1000; id++)
			ttmemstat::kernel_load(EACH, 1000 + id, mesh.get());
		all(&Oracle::kernel_app, 1000 * grown);
		w.check("the working set");
		for (std::uint64_t id = 0; id < 1000; id++)
			ttmemstat::kernel_unload(1000 + id, mesh.get());
		all(&Oracle::kernel_app, -1000 * grown);
		w.check("unloaded: only the system's are left");
	}
	/* Three loads of the same ids, none unloaded between. */
	for (int run = 0; run < 3; run++)
		for (std::uint64_t id = 0; id < 1000; id++)
			ttmemstat::kernel_load(EACH, 1000 + id, mesh.get());
	all(&Oracle::kernel_app, 3000 * grown);
	w.check("three times the working set");
	for (int run = 0; run < 3; run++)
		for (std::uint64_t id = 0; id < 1000; id++)
			ttmemstat::kernel_unload(1000 + id, mesh.get());
	ttmemstat::kernel_unload(1000, mesh.get());
	ttmemstat::kernel_unload(77, mesh.get());
	all(&Oracle::kernel_app, -3000 * grown);
	w.check("and back to none");
}

/* A child of fork() has no part in what its parent reports. */
static void forked(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto buffer = w.alloc(*mesh, 1 << 20, 4096, BufferType::DRAM);
	const pid_t pid = fork();

	if (!pid) {
		auto mine = Buffer::create(mesh.get(), 1 << 20, 4096, BufferType::DRAM);
		auto p = program(rect(0, 0, 7, 6), {4096});
		MeshWorkload workload;

		workload.add_program(p.get());
		GraphTracker::instance().track_program(p.get(), mesh.get());
		EnqueueMeshWorkload(*mesh, workload, false);
		buffer.reset();
		_exit(ttmemstat::running() ? 1 : 0);
	}
	int status = -1;

	waitpid(pid, &status, 0);
	w.expect("the child reports nothing", 0, static_cast<std::uint64_t>(status));
	w.check("and changes nothing");
	w.free(buffer);
	w.check("the parent goes on");
}

/* Chips that cannot be found or attached to: the workload runs all the same. */
static void unreachable(World &w)
{
	ttmemstat::Options options;

	options.resolve = [](const IDevice &device, ttm_attach_options &target) {
		target.chip = 4000;
		return device.id() == 1;
	};
	w.start(options);
	Mesh mesh = w.open(2);
	auto buffer = Buffer::create(mesh.get(), 1 << 20, 4096, BufferType::DRAM);
	auto p = program(rect(0, 0, 7, 6), {4096});

	w.op(mesh, {p.get()});
	buffer.reset();
	p.reset();
	if (!played()) {
		w.expect("one could not be attached to", 1, ttmemstat::counters().errors);
		w.expect("nothing was sent", 0, ttmemstat::counters().loads);
	}
	ttmemstat::stop();
	w.start();
	for (Oracle &o : w.oracle)
		o.clear();
}

/* No module: nothing listens, nothing is said. */
static void absent(World &w)
{
	ttmemstat::Options options;
	std::string said;

	options.path = "/nonexistent/tt_memstat";
	options.log = [&said](const char *line) { said += line; };
	w.expect("it does not start", 0, ttmemstat::start(options));
	w.expect("and says so", 1, !said.empty());
	ttmemstat::register_thread();
	w.expect("nobody listens to this thread", 0,
		 GraphTracker::instance().get_processors().size());
	Mesh mesh = w.open(1);
	ttmemstat::DeviceGuard guard(mesh.get());
	auto buffer = Buffer::create(mesh.get(), 1 << 20, 4096, BufferType::DRAM);
	auto p = program(rect(0, 0, 7, 6), {4096});
	bool ran = false;

	w.plain(mesh, *p);
	ttmemstat::snapshot_devices();
	ttmemstat::kernel_load(1, 1, mesh.get());
	ttmemstat::kernel_unload(1, mesh.get());
	ttmemstat::trace_begin(mesh.get(), 1);
	ttmemstat::trace_end(mesh.get(), 1);
	ttmemstat::trace_replay(mesh.get(), 1);
	ttmemstat::trace_release(mesh.get(), 1);
	ttmemstat::program_destroyed(p.get());
	ttmemstat::destroying(p.get(), [&ran] { ran = true; });
	ttmemstat::device_opened(nullptr);
	w.expect("what a program wants done is done", 1, ran);
	w.expect("it does not run", 0, ttmemstat::running());
	ttmemstat::stop();
}

const std::vector<Named> device_scenarios = {
	{"absent", absent},
	{"buffers", buffers},
	{"missed", missed},
	{"mesh-2x4", mesh_2x4},
	{"sub-devices", sub_devices},
#ifdef STANDIN_NEW
	{"per-core", per_core},
#endif
	{"reopened", reopened},
	{"nested", nested},
	{"snapshots", snapshots},
	{"statistics", statistics},
	{"paced", paced},
	{"kernels", kernels},
	{"forked", forked},
	{"unreachable", unreachable},
};

}  // namespace metal
