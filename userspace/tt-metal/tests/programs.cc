// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of programs: the cache, workloads, plain programs, traces, what dies. */
#include <thread>

#include "ttmemstat_instrumented.hpp"
#include "world.hpp"

namespace metal {

constexpr std::uint32_t CB = 1u << TT_MEMSTAT_POOL_CB;

/* A model in its steady state: after the warm-up every dispatch is a hit. */
static void cached(World &w)
{
	std::vector<std::unique_ptr<Program>> programs;
	std::uint64_t cbs = 0, random = 1;

	w.start();
	Mesh mesh = w.open(1);
	auto weights = w.alloc(*mesh, 40 << 20, 2048, BufferType::DRAM);
	programs.push_back(program(rect(0, 0, 7, 6), {4096, 8192, 2048}));
	programs.push_back(program(rect(0, 0, 3, 3), {65536}));
	programs.push_back(program(rect(4, 0, 7, 6), {32768, 100, 32768}));
	programs.push_back(program(rect(2, 2, 5, 5), {1024, 2048}));
	programs.push_back(program(rect(0, 6, 7, 6), {262144}));
	for (const auto &p : programs)
		cbs += p->circular_buffers().size();
	for (int i = 0; i < 1000; i++) {
		std::size_t which = static_cast<std::size_t>(i);

		random = random * 6364136223846793005u + 1442695040888963407u;
		if (which >= programs.size())
			which = (random >> 33) % programs.size();
		auto activation = w.alloc(*mesh, 56u * 2048u * static_cast<DeviceAddr>(1 + i % 3),
					  2048, BufferType::L1);
		w.op(mesh, {programs[which].get()});
		w.check("after dispatch " + std::to_string(i));
		w.free(activation);
		w.check("after dispatch " + std::to_string(i) + ", its output freed");
	}
	w.expect("programs were loaded once", programs.size(), ttmemstat::counters().loads);
	w.expect("circular buffers were sent once", cbs, ttmemstat::counters().cb_records);
	w.expect("every dispatch was sent", 1000, ttmemstat::counters().dispatches);
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

static void resized(World &w)
{
	w.start();
	Mesh mesh = w.open(2);
	auto a = program(rect(0, 0, 7, 6), {4096, 8192});
	auto b = program(rect(0, 0, 3, 6), {2048});

	w.op(mesh, {a.get()});
	w.op(mesh, {b.get()});
	w.check("two programs");
	a->resize(1, 65536);
	w.op(mesh, {a.get()});
	w.check("one of them larger");
	a->resize(1, 64);
	w.op(mesh, {a.get()});
	w.check("and smaller");
	/* Allocated again with the same sizes: a reload that looks like a hit until it comes. */
	a->resize(1, 64);
	w.op(mesh, {a.get()});
	w.check("and as it was");
	w.op(mesh, {b.get()});
	w.check("the other hits");
	w.expect("loads on two chips", 2 * 5, ttmemstat::counters().loads);
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

static void views(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto tensor = w.alloc(*mesh, 16 * 4096, 4096, BufferType::L1, {16u, {}, {}});
	auto p = std::make_unique<Program>();
	auto only = std::make_unique<Program>();
	auto other = program(rect(0, 0, 7, 6), {8192});

	CreateCircularBuffer(*p, rect(0, 0, 3, 3), CircularBufferConfig(1024));
	CreateCircularBuffer(*p, rect(0, 0, 7, 6),
			     CircularBufferConfig(4096).set_globally_allocated_address(*tensor));
	CreateCircularBuffer(*only, rect(0, 0, 7, 3),
			     CircularBufferConfig(4096).set_globally_allocated_address(*tensor));
	w.op(mesh, {other.get()});
	w.check("a program on all cores");
	w.op(mesh, {p.get()});
	w.check("a view counts nowhere, and takes its cores");
	w.op(mesh, {other.get()});
	w.op(mesh, {only.get()});
	w.check("a program of views alone");
	w.op(mesh, {only.get()});
	w.check("and its hit");
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

/* Several programs in one workload, compiled by a pool of threads. */
static void heterogeneous(World &w)
{
	w.start();
	Mesh mesh = w.open(8);
	auto a = program(rect(0, 0, 7, 6), {4096, 8192});
	auto b = program(rect(0, 0, 7, 6), {16384, 4096});
	auto twin = program(rect(0, 0, 7, 6), {4096, 8192});
	auto c = program(rect(0, 0, 7, 6), {65536});

#ifdef STANDIN_NEW
	w.op(mesh, {a.get(), b.get(), twin.get()});
	w.check("a workload of three, two of them alike");
	w.op(mesh, {c.get()});
	w.check("another operation takes their place");
	w.op(mesh, {a.get(), b.get(), twin.get()});
	w.check("the workload hits");
	w.op(mesh, {b.get()});
	w.check("one of them alone");
	w.expect("each was loaded once on each chip", 8 * 4, ttmemstat::counters().loads);
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
#else
	/* Without a context for the pool upstream's hooks of that time were of the process. */
	w.op(mesh, {a.get(), b.get()});
	w.check("a workload of two");
	w.op(mesh, {c.get()});
	w.op(mesh, {a.get(), b.get()});
	w.check("the workload hits");
	w.expect("each was loaded once on each chip", 8 * 3, ttmemstat::counters().loads);
#endif
}

/* Nobody tracks them: what they have is seen, which of them runs is not. */
static void plain(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	const CoreRangeSet cores = rect(0, 0, 7, 6);

	for (int i = 0; i < 20; i++) {
		auto p = program(cores, {4096, 8192});

		w.plain(mesh, *p);
		if (!i) {
			w.oracle[0].nameless({cores_in(cores), standin::L1_BASE, 4096 + 8192});
			w.oracle[0].l1_partial = CB;
		}
		w.check("plain program " + std::to_string(i));
	}
	/* Its end has no name either. */
	auto p = program(rect(0, 0, 1, 1), {262144});
	w.plain(mesh, *p);
	w.oracle[0].nameless({cores_in(rect(0, 0, 1, 1)), standin::L1_BASE, 262144});
	w.check("a larger one");
	auto tracked = program(rect(0, 0, 3, 3), {16384});
	w.op(mesh, {tracked.get()});
	w.check("one that is tracked, beside them");
}

static void instrumented(World &w)
{
	using namespace tt::tt_metal::instrumented;

	w.start();
	Mesh mesh = w.open(2);
	auto p = std::make_unique<Program>();

	CreateCircularBufferWithTracking(mesh.get(), *p, rect(0, 0, 7, 6),
					 CircularBufferConfig(4096));
	CreateCircularBufferWithTracking(mesh.get(), *p, rect(0, 0, 3, 6),
					 CircularBufferConfig(8192));
	w.check("nothing is there before it runs");
	w.plain(mesh, *p);
	w.ran(mesh, {p.get()});
	w.check("only its buffers are created with a name");
	auto q = program(rect(0, 0, 7, 6), {2048});
	MeshWorkload workload;
	workload.add_program(q.get());
	EnqueueMeshWorkloadWithTracking(*mesh, mesh.get(), workload, false);
	w.ran(mesh, {q.get()});
	w.check("a workload is enqueued with a name");
	TrackProgram(mesh.get(), *p);
	w.plain(mesh, *p);
	w.ran(mesh, {p.get()});
	w.check("a program runs by name");
	for (Oracle &o : w.oracle)
		o.unload(p.get());
	DestroyWithTracking(p);
	w.check("and goes by name");
	for (Oracle &o : w.oracle)
		o.unload(q.get());
	DestroyWithTracking(q);
	w.check("and so does the last");
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

/* A program dies, and upstream does not say which. */
static void deaths(World &w)
{
	w.start();
	Mesh mesh = w.open(2);
	auto a = program(rect(0, 0, 7, 6), {4096});
	auto b = program(rect(0, 0, 7, 6), {65536});
	auto c = program(rect(0, 0, 3, 3), {32768});
	const auto partial = [&w](std::uint32_t mask) {
		for (std::size_t i = 0; i < 2; i++)
			w.oracle[i].l1_partial = mask;
	};
	const auto gone = [&w](Program *p) {
		for (Oracle &o : w.oracle)
			o.unload(p);
	};

	w.op(mesh, {a.get()});
	w.op(mesh, {b.get()});
	w.op(mesh, {c.get()});
	w.check("three programs");
#ifdef STANDIN_NEW
	Program *dead = a.get();
	a.reset();
	partial(CB);
	w.check("one of three dies: all stay, and the pool is partial");
	w.op(mesh, {b.get()});
	w.check("one proves to live");
	gone(dead);
	partial(0);
	w.ran(mesh, {c.get()});
	w.op(mesh, {c.get()});
	w.check("so does the other: the first was it, and all is exact again");
	gone(c.get());
	gone(b.get());
	b.reset();
	c.reset();
	w.check("all die: none is left to guess");
	/* One comes again where one may have died. */
	a = program(rect(0, 0, 7, 6), {4096});
	b = program(rect(0, 0, 7, 6), {8192});
	w.op(mesh, {a.get()});
	w.op(mesh, {b.get()});
	dead = b.get();
	b.reset();
	a->resize(0, 2048);
	partial(CB);
	w.op(mesh, {a.get()});
	w.check("a reload beside an unnamed death stays partial");
	(void)dead;
#else
	gone(b.get());
	ttmemstat::destroying(b.get(), [&b] { b.reset(); });
	w.check("one of them dies by name");
	Program *p = a.get();
	a.reset();
	gone(p);
	ttmemstat::program_destroyed(p);
	w.check("and another after the fact");
	partial(0);
#endif
}

/* A capture that only pretends: nothing is allocated, nothing runs. */
static void pretended(World &w)
{
	struct Block : IGraphHooks {
		bool hook_allocate(const Buffer *) override { return true; }
		bool hook_deallocate(Buffer *) override { return true; }
		bool hook_program(Program *) override { return true; }
	};

	w.start();
	Mesh mesh = w.open(1);
	auto a = program(rect(0, 0, 7, 6), {4096});
	auto b = program(rect(0, 0, 7, 6), {65536});

	w.op(mesh, {a.get()});
	w.check("a program");
	GraphTracker::instance().add_hook(std::make_shared<Block>());
	auto buffer = Buffer::create(mesh.get(), 1 << 20, 2048, BufferType::DRAM);
	w.check("no buffer is there");
	w.op(mesh, {b.get()});
	/* What a capture would report of it, without addresses. */
	GraphTracker::instance().track_allocate_cb(rect(0, 0, 7, 6), 0, 65536, false, mesh.get());
#ifdef STANDIN_NEW
	GraphTracker::instance().track_allocate_dataflow_buffer(rect(0, 0, 7, 6), 0, 65536, false,
								mesh.get());
	GraphTracker::instance().track_allocate_scratchpad(rect(0, 0, 7, 6), 0, 65536, mesh.get());
#endif
	w.check("and no program ran");
	buffer.reset();
	GraphTracker::instance().clear_hook();
	w.check("nor was one freed");
	w.op(mesh, {b.get()});
	w.check("now it does");
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
}

static void traced(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto a = program(rect(0, 0, 3, 6), {4096});
	auto b = program(rect(2, 0, 7, 6), {65536});
	auto c = program(rect(0, 0, 7, 6), {32768});
	auto later = program(rect(0, 0, 1, 1), {524288});

	w.op(mesh, {a.get()});
	w.op(mesh, {b.get()});
	w.op(mesh, {c.get()});
	w.check("warm-up");
	ttmemstat::trace_begin(mesh.get(), 7);
	for (Program *p : {a.get(), b.get(), a.get()}) {
		Oracle before = w.oracle[0];

		w.op(mesh, {p});
		w.oracle[0] = before;
		w.check("captured, not run");
	}
	w.op(mesh, {later.get()});
	for (Oracle &o : w.oracle)
		o.clear();
	for (Program *p : {a.get(), b.get(), c.get()})
		w.ran(mesh, {p});
	w.loaded(mesh, *later);
	w.check("loaded in the capture, not run");
	ttmemstat::trace_end(mesh.get(), 7);
	ttmemstat::trace_replay(mesh.get(), 7);
	w.ran(mesh, {a.get(), b.get(), later.get()});
	w.check("replayed: resident together");
	w.op(mesh, {c.get()});
	w.check("another program takes their place");
	ttmemstat::trace_replay(mesh.get(), 7);
	w.ran(mesh, {a.get(), b.get(), later.get()});
	w.check("and they take it back");
	ttmemstat::trace_release(mesh.get(), 7);
	ttmemstat::trace_replay(mesh.get(), 7);
	ttmemstat::trace_replay(mesh.get(), 8);
	w.check("a trace that is not there does nothing");
}

/* Dataflow buffers have no hook where they are allocated. */
static void metal_2(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto a = program(rect(0, 0, 7, 6), {4096});
	auto none = std::make_unique<Program>();

	w.op(mesh, {a.get()});
	w.check("a program");
	w.op(mesh, {none.get()});
	w.oracle[0].clear();
	w.ran(mesh, {a.get()});
	w.oracle[0].l1_partial = CB;
	w.check("one whose memory is not shown marks the pool");
	w.op(mesh, {a.get()});
	w.check("which stays");
}

/* Loaded where nobody looked. */
static void unseen(World &w)
{
	w.start();
	Mesh mesh = w.open(1);
	auto a = program(rect(0, 0, 7, 6), {4096});
	auto b = program(rect(0, 0, 3, 6), {65536, 64});

	GraphTracker::instance().pop_processor();
	w.op(mesh, {b.get()});
	ttmemstat::register_thread();
	ttmemstat::register_thread();
	w.oracle[0].clear();
	w.op(mesh, {a.get()});
	w.check("a program that is seen");
	w.op(mesh, {b.get()});
	/* It has no memory that is known, but it takes its cores. */
	w.oracle[0].load(b.get(), {}, cores_in(rect(0, 0, 3, 6)));
	w.oracle[0].l1_partial = CB;
	w.check("one that was loaded before takes its cores, and marks the pool");
	w.op(mesh, {a.get()});
	w.oracle[0].load(b.get(), {}, cores_in(rect(0, 0, 3, 6)));
	w.check("and loses them");
	b->resize(0, 32768);
	w.op(mesh, {b.get()});
	w.check("when it is loaded again it is known");
}

#ifdef STANDIN_NEW
static void threads(World &w)
{
	w.start();
	Mesh mesh = w.open(2);
	std::vector<std::thread> workers;
	std::vector<std::unique_ptr<Program>> programs;

	for (std::size_t i = 0; i < 4; i++)
		programs.push_back(program(rect(2 * i, 0, 2 * i + 1, 6),
					   {static_cast<std::uint32_t>(4096 * (i + 1)), 512}));
	for (auto &p : programs)
		workers.emplace_back([&mesh, q = p.get()] {
			ttmemstat::ThreadRegistration registered;
			GraphTracker &tracker = GraphTracker::instance();
			MeshWorkload workload;

			workload.add_program(q);
			for (int i = 0; i < 50; i++) {
				tracker.track_function_start("op");
				tracker.track_program(q, mesh.get());
				EnqueueMeshWorkload(*mesh, workload, false);
				tracker.track_function_end();
			}
		});
	for (std::thread &worker : workers)
		worker.join();
	for (auto &p : programs)
		w.ran(mesh, {p.get()});
	w.check("each thread's program is its own");
	w.expect("loaded once on each chip", 8, ttmemstat::counters().loads);
	w.expect("nothing was guessed", 0, ttmemstat::counters().unseen);
	/* Buffers are seen on every thread. */
	std::shared_ptr<Buffer> buffer;
	std::thread([&] { buffer = w.alloc(*mesh, 1 << 20, 2048, BufferType::DRAM); }).join();
	w.check("a buffer of a thread that is not registered");
	std::thread([&] { w.free(buffer); }).join();
	w.check("and its end");
}
#endif

const std::vector<Named> program_scenarios = {
	{"cached", cached},
	{"resized", resized},
	{"views", views},
	{"heterogeneous", heterogeneous},
	{"plain", plain},
	{"instrumented", instrumented},
	{"deaths", deaths},
	{"pretended", pretended},
	{"traced", traced},
	{"metal-2", metal_2},
	{"unseen", unseen},
#ifdef STANDIN_NEW
	{"threads", threads},
#endif
};

}  // namespace metal
