// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * testing.c in C++: TT_MEMSTAT_FAKE=blackhole ttmemstat-testing-cxx
 */
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <ttmemstat.h>

struct Closer {
	void operator()(ttmemstat_ctx *ctx) const { ttmemstat_close(ctx); }
	void operator()(ttmemstat_attachment *att) const { ttmemstat_detach(att); }
};

static void check(int error)
{
	if (error)
		throw std::runtime_error(std::strerror(-error));
}

/* The tested allocator stacks buffers from the end of L1 down, on all cores. */
class Allocator {
public:
	explicit Allocator(ttmemstat_attachment *to) : att(to) {}

	void allocate(uint64_t id, uint64_t size)
	{
		ttmemstat_record buffer{};

		buffer.id = id;
		buffer.pool = TT_MEMSTAT_POOL_L1;
		buffer.size = size;
		buffer.addr = top -= size;
		check(ttmemstat_report_record(att, &buffer));
	}

	void release(uint64_t id) { check(ttmemstat_report_free(att, id)); }

private:
	ttmemstat_attachment *att;
	uint64_t top = 1 << 20;
};

static void expect(const char *what, tt_memstat_figure figure, uint64_t wanted,
		   const tt_memstat_figures &figures)
{
	uint64_t seen = 0;

	if (ttmemstat_figure(&figures, figure, &seen) && seen == wanted)
		return;
	throw std::runtime_error(std::string(what) + ": " + ttmemstat_figure_name(figure) + " is " +
				 std::to_string(seen) + ", expected " + std::to_string(wanted));
}

static void test()
{
	ttmemstat_attach_options what{};
	ttmemstat_attachment *attached = nullptr;
	tt_memstat_get_info info{};
	tt_memstat_figures figures{};
	tt_memstat_chip_find chip{};
	ttmemstat_ctx *opened = nullptr;

	int error = ttmemstat_open(&opened, nullptr);
	std::unique_ptr<ttmemstat_ctx, Closer> ctx(opened);
	if (error || ttmemstat_info(opened, &info) || std::strcmp(info.version, "fake") != 0)
		throw std::runtime_error("no fake: TT_MEMSTAT_FAKE=blackhole makes one");
	chip.flags = TT_MEMSTAT_FIND_NAME;
	std::strcpy(chip.name, "tt0");
	check(ttmemstat_chip_find(opened, &chip));
	ttmemstat_attach_options_init(&what);
	what.covers = 1u << TT_MEMSTAT_POOL_L1;
	check(ttmemstat_attach(opened, &what, &attached, nullptr));
	std::unique_ptr<ttmemstat_attachment, Closer> att(attached);

	Allocator allocator(attached);
	allocator.allocate(1, 64 << 10);
	allocator.allocate(2, 32 << 10);
	allocator.release(1);

	const uint64_t cores = uint64_t{ chip.geometry.grid_x } * chip.geometry.grid_y;
	check(ttmemstat_query_client(opened, 0, info.client, &figures));
	expect("at most", TT_MEMSTAT_FIG_L1_BUFFERS_PEAK, cores * (96 << 10), figures);
	expect("left", TT_MEMSTAT_FIG_L1_BUFFERS_USED, cores * (32 << 10), figures);
	expect("nothing was refused", TT_MEMSTAT_FIG_REJECTED, 0, figures);
}

int main()
try {
	test();
	std::cout << "passed" << std::endl;
	return 0;
} catch (const std::exception &error) {
	std::cout << error.what() << std::endl << "failed" << std::endl;
	return 1;
}
