/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The objects whose virtual functions upstream calls.
 *
 * Each optional virtual function is overridden by a layer of its own, which is empty where the
 * function is not there; its arguments are taken from upstream's declaration.
 */
#ifndef TTMEMSTAT_DETAIL_PROCESSORS_HPP
#define TTMEMSTAT_DETAIL_PROCESSORS_HPP

#include <any>
#include <typeinfo>

#include "adapter.hpp"

namespace ttmemstat::detail {

using upstream::CoreRangeSet;
using upstream::IGraphProcessor;

/* Not a capture: the runtime behaves as if nobody listened. */
template <class B, class = void>
struct InBackground : B {};

template <class B>
struct InBackground<B, std::void_t<decltype(&B::is_capture_processor)>> : B {
	bool is_capture_processor() const override { return false; }
};

template <class B, class Function>
struct FunctionStartAs : B {};

template <class B, class C, class... Args>
struct FunctionStartAs<B, void (C::*)(Args...)> : B {
	void track_function_start(Args...) override
	{
		quietly([](Adapter &adapter) { adapter.function_start(); });
	}
};

template <class B, class = void>
struct FunctionStart : B {};

template <class B>
struct FunctionStart<B, std::void_t<decltype(&B::track_function_start)>>
	: FunctionStartAs<B, decltype(&B::track_function_start)> {};

/* With an address it is memory like a circular buffer's; without, one that pretends. */
template <class B, class = void>
struct Dataflow : B {};

template <class B>
struct Dataflow<B, std::void_t<decltype(&B::track_allocate_dataflow_buffer)>> : B {
	void track_allocate_dataflow_buffer(const CoreRangeSet &cores, std::uint64_t addr,
					    std::uint64_t size, bool borrows,
					    const IDevice *device) override
	{
		quietly([&](Adapter &adapter) {
			adapter.circular_buffer(cores, addr, size, borrows, *device);
		});
	}
};

template <class B, class = void>
struct Scratchpad : B {};

template <class B>
struct Scratchpad<B, std::void_t<decltype(&B::track_allocate_scratchpad)>> : B {
	void track_allocate_scratchpad(const CoreRangeSet &cores, std::uint64_t addr,
				       std::uint64_t size, const IDevice *device) override
	{
		quietly([&](Adapter &adapter) {
			adapter.circular_buffer(cores, addr, size, false, *device);
		});
	}
};

template <class B>
struct Buffers : B {
	void track_allocate(const upstream::Buffer *buffer) override
	{
		quietly([&](Adapter &adapter) { adapter.allocated(*buffer); });
	}

	void track_deallocate(upstream::Buffer *buffer) override
	{
		quietly([&](Adapter &adapter) { adapter.deallocated(*buffer); });
	}
};

template <class B>
struct Programs : B {
	void track_allocate_cb(const CoreRangeSet &cores, std::uint64_t addr, std::uint64_t size,
			       bool globally_allocated, const IDevice *device) override
	{
		quietly([&](Adapter &adapter) {
			adapter.circular_buffer(cores, addr, size, globally_allocated, *device);
		});
	}

	void track_deallocate_cb(const IDevice *device) override
	{
		quietly([&](Adapter &adapter) { adapter.unnamed_death(*device); });
	}

	void track_program(upstream::Program *program, const IDevice *device) override
	{
		quietly([&](Adapter &adapter) { adapter.program(*program, *device); });
	}

	void track_function_end() override
	{
		quietly([](Adapter &adapter) { adapter.function_end(); });
	}

	void track_function_end(const std::any &) override
	{
		quietly([](Adapter &adapter) { adapter.function_end(); });
	}
};

using ProgramProcessor =
	Programs<Scratchpad<Dataflow<FunctionStart<InBackground<IGraphProcessor>>>>>;
using BufferProcessor = Buffers<InBackground<IGraphProcessor>>;

/*
 * Where upstream has observers for the whole process, buffers are seen on every thread; programs
 * never are but on those that are registered.
 */
#ifdef TTMEMSTAT_HAS_BACKGROUND

inline std::shared_ptr<IGraphProcessor> make_processor()
{
	return std::make_shared<ProgramProcessor>();
}

inline void register_everywhere()
{
	tt::tt_metal::internal::register_background_processor_once(
		typeid(BufferProcessor), [] { return std::make_shared<BufferProcessor>(); });
}

#else

inline std::shared_ptr<IGraphProcessor> make_processor()
{
	return std::make_shared<Buffers<ProgramProcessor>>();
}

inline void register_everywhere() {}

#endif

}  // namespace ttmemstat::detail

#endif /* TTMEMSTAT_DETAIL_PROCESSORS_HPP */
