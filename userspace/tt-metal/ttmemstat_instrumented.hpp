/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * For plain tt-metal programs, which upstream's cache does not know: the calls that they make
 * anyway, with names for what the hooks leave nameless.
 *
 *	auto cb = instrumented::CreateCircularBufferWithTracking(device, program, cores, config);
 *	instrumented::EnqueueMeshWorkloadWithTracking(queue, workload, false);
 *	instrumented::DestroyWithTracking(program_pointer);
 *
 * Include it after tt-metal's host_api.hpp (and distributed.hpp). Without the module each is the
 * call alone.
 */
#ifndef TTMEMSTAT_INSTRUMENTED_HPP
#define TTMEMSTAT_INSTRUMENTED_HPP

#include <utility>

#include "detail/adapter.hpp"

namespace tt::tt_metal::instrumented {

/** CreateCircularBuffer(): when the program first runs on @device, the buffer is its. */
template <class Cores, class Config>
auto CreateCircularBufferWithTracking(IDevice *device, Program &program, const Cores &cores,
				      const Config &config)
{
	auto handle = CreateCircularBuffer(program, cores, config);

	ttmemstat::register_thread();
	ttmemstat::detail::announce(program, device, cores, config.total_size(),
				    config.globally_allocated_address().has_value());
	return handle;
}

/** Says that a program runs on a device; before the call that makes it do so. */
inline void TrackProgram(IDevice *device, Program &program)
{
	ttmemstat::register_thread();
	GraphTracker::instance().track_program(&program, device);
}

namespace detail {

/* A workload has its programs by pointer, or by the range of devices. */
inline Program &program_of(Program *program) { return *program; }

template <class Range>
Program &program_of(std::pair<Range, Program> &entry)
{
	return entry.second;
}

}  // namespace detail

/** EnqueueMeshWorkload(): all programs of the workload run, together if there are several. */
template <class Queue, class Workload>
void EnqueueMeshWorkloadWithTracking(Queue &queue, IDevice *device, Workload &workload,
				     bool blocking)
{
	struct Operation {
		Operation() { GraphTracker::instance().track_function_start("EnqueueMeshWorkload"); }
		~Operation() { GraphTracker::instance().track_function_end(); }
	};

	ttmemstat::register_thread();
	const Operation operation;

	for (auto &&entry : workload.get_programs())
		TrackProgram(device, detail::program_of(entry));
	EnqueueMeshWorkload(queue, workload, blocking);
}

/** Ends a program that a pointer holds alone: what it had is gone, by its name. */
template <class Pointer>
void DestroyWithTracking(Pointer &program)
{
	ttmemstat::destroying(&*program, [&program] { program.reset(); });
}

}  // namespace tt::tt_metal::instrumented

#endif /* TTMEMSTAT_INSTRUMENTED_HPP */
