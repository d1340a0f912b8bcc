/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks with the signatures of tt-metal commit b76659f6107a: processors of the whole process,
 * none in the background, no dataflow buffers.
 */
#ifndef STANDIN_GRAPH_TRACKING_HPP
#define STANDIN_GRAPH_TRACKING_HPP

#include <standin.hpp>

namespace tt::tt_metal {

class IGraphProcessor {
public:
	enum class RunMode { NORMAL, NO_DISPATCH };

	IGraphProcessor() = default;
	virtual ~IGraphProcessor() = default;
	virtual void track_allocate(const tt::tt_metal::Buffer *) {}
	virtual void track_deallocate(tt::tt_metal::Buffer *) {}
	virtual void track_allocate_cb(const CoreRangeSet &, uint64_t, uint64_t, bool,
				       const IDevice *) {}
	virtual void track_deallocate_cb(const IDevice *) {}
	virtual void track_program(tt::tt_metal::Program *, const IDevice *) {}
	virtual void track_function_start(std::string_view, std::span<std::any>) {}
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

class GraphTracker {
public:
	static GraphTracker &instance();

	bool is_enabled() const { return !processors.empty(); }
	void push_processor(const std::shared_ptr<IGraphProcessor> &processor);
	void pop_processor() { processors.pop_back(); }
	bool add_hook(const std::shared_ptr<IGraphHooks> &h);
	void clear_hook() { hook = nullptr; }
	void track_allocate(const Buffer *buffer);
	void track_deallocate(Buffer *buffer);
	void track_allocate_cb(const CoreRangeSet &cores, uint64_t addr, uint64_t size, bool global,
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

private:
	std::vector<std::shared_ptr<IGraphProcessor>> processors;
	std::shared_ptr<IGraphHooks> hook;
};

}  // namespace tt::tt_metal

#endif
