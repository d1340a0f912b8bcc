/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks with the signatures of tt-metal commit 25ac38cf35dc: processors belong to threads,
 * buffers have observers for the whole process, and there are dataflow buffers.
 */
#ifndef STANDIN_GRAPH_TRACKING_HPP
#define STANDIN_GRAPH_TRACKING_HPP

#include <typeinfo>

#include <standin.hpp>

namespace tt::tt_metal {

struct TrackedArgument {
	std::any value;
	std::string (*to_string_fn)(const std::any &);
};

class IGraphProcessor {
public:
	enum class RunMode { NORMAL, NO_DISPATCH };

	IGraphProcessor() = default;
	virtual ~IGraphProcessor() = default;
	virtual bool is_capture_processor() const { return true; }
	virtual void track_allocate(const tt::tt_metal::Buffer *) {}
	virtual void track_deallocate(tt::tt_metal::Buffer *) {}
	virtual void track_allocate_cb(const CoreRangeSet &, uint64_t, uint64_t, bool,
				       const IDevice *) {}
	virtual void track_allocate_dataflow_buffer(const CoreRangeSet &, uint64_t, uint64_t, bool,
						    const IDevice *) {}
	virtual void track_allocate_scratchpad(const CoreRangeSet &, uint64_t, uint64_t,
					       const IDevice *) {}
	virtual void track_deallocate_cb(const IDevice *) {}
	virtual void track_program(tt::tt_metal::Program *, const IDevice *) {}
	virtual void track_function_start(std::string_view, std::span<TrackedArgument>) {}
	virtual void track_function_end() {}
	virtual void track_function_end(const std::any &) {}
	virtual void begin_capture(RunMode) {}
	virtual nlohmann::json end_capture() { return {}; }
};

class IGraphHooks {
public:
	virtual ~IGraphHooks() = default;
	virtual bool hook_allocate(const Buffer *) = 0;
	virtual bool hook_deallocate(Buffer *) = 0;
	virtual bool hook_program(Program *) = 0;
};

class GraphTracker;

namespace internal {
bool register_background_processor_once(
	const std::type_info &type, const std::function<std::shared_ptr<IGraphProcessor>()> &factory);
}  // namespace internal

class GraphTracker {
public:
	static GraphTracker &instance();

	bool is_enabled() const;
	void push_processor(const std::shared_ptr<IGraphProcessor> &processor);
	void pop_processor() { processors.pop_back(); }
	bool add_hook(const std::shared_ptr<IGraphHooks> &h);
	void clear_hook() { hook = nullptr; }
	void track_allocate(const Buffer *buffer);
	void track_deallocate(Buffer *buffer);
	void track_allocate_cb(const CoreRangeSet &cores, uint64_t addr, uint64_t size, bool global,
			       const IDevice *device);
	void track_allocate_dataflow_buffer(const CoreRangeSet &cores, uint64_t addr, uint64_t size,
					    bool borrows, const IDevice *device);
	void track_allocate_scratchpad(const CoreRangeSet &cores, uint64_t addr, uint64_t size,
				       const IDevice *device);
	void track_deallocate_cb(const IDevice *device);
	void track_program(Program *program, const IDevice *device);
	void track_function_start(std::string_view name);
	void track_function_end();
	bool hook_allocate(const Buffer *buffer) { return hook && hook->hook_allocate(buffer); }
	bool hook_deallocate(Buffer *buffer) { return hook && hook->hook_deallocate(buffer); }
	bool hook_program(Program *program) { return hook && hook->hook_program(program); }
	const std::vector<std::shared_ptr<IGraphProcessor>> &get_processors() const
	{
		return processors;
	}
	const std::shared_ptr<IGraphHooks> &get_hook() const { return hook; }
	/* The task with this thread's processors, for a thread of a pool. */
	std::function<void()> wrap_with_current_context(std::function<void()> task);

private:
	static thread_local std::vector<std::shared_ptr<IGraphProcessor>> processors;
	static thread_local std::shared_ptr<IGraphHooks> hook;
	std::mutex background_mutex;
	std::vector<std::shared_ptr<IGraphProcessor>> background;

	friend bool internal::register_background_processor_once(
		const std::type_info &type,
		const std::function<std::shared_ptr<IGraphProcessor>()> &factory);
};

}  // namespace tt::tt_metal

#endif
