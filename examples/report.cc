// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * report.c in C++: objects that release themselves, and errors as exceptions.
 *
 *   ttmemstat-report-cxx [CHIP [NODE]]
 */
#include <fcntl.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <ttmemstat.h>

struct Closer {
	void operator()(ttmemstat_ctx *ctx) const { ttmemstat_close(ctx); }
	void operator()(ttmemstat_attachment *att) const { ttmemstat_detach(att); }
};
using Context = std::unique_ptr<ttmemstat_ctx, Closer>;
using Attachment = std::unique_ptr<ttmemstat_attachment, Closer>;

static void check(int error, const Context &ctx, const Attachment &att)
{
	char text[TTMEMSTAT_ERROR_LEN];

	if (!error)
		return;
	if (att)
		ttmemstat_attachment_error(att.get(), text, sizeof(text));
	else if (ctx)
		ttmemstat_error(ctx.get(), text, sizeof(text));
	else
		ttmemstat_open_error(nullptr, error, text, sizeof(text));
	throw std::runtime_error(text);
}

static void report(uint32_t chip, int proof)
{
	ttmemstat_open_options how{};
	ttmemstat_attach_options what{};
	ttmemstat_record tensor{}, buffer{}, cb{};
	ttmemstat_ctx *opened = nullptr;
	ttmemstat_attachment *attached = nullptr;
	Attachment att;
	Context ctx;

	/* Without the module every call below is a cheap no-op that succeeds. */
	how.size = sizeof(how);
	how.flags = TTMEMSTAT_OPEN_OPTIONAL;
	int error = ttmemstat_open(&opened, &how);
	ctx.reset(opened);
	check(error, ctx, att);
	ttmemstat_attach_options_init(&what);
	what.chip = chip;
	what.proof = proof;
	what.covers = 1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_CB;
	what.label = "hello";
	check(ttmemstat_attach(ctx.get(), &what, &attached, nullptr), ctx, att);
	att.reset(attached);

	/* Set 0: 1 MiB on each DRAM bank, 64 KiB on each core of the worker grid. */
	tensor.id = 1;
	tensor.pool = TT_MEMSTAT_POOL_DRAM;
	tensor.size = 1 << 20;
	check(ttmemstat_report_record(att.get(), &tensor), ctx, att);
	buffer.id = 2;
	buffer.pool = TT_MEMSTAT_POOL_L1;
	buffer.addr = 1 << 20;
	buffer.size = 64 << 10;
	check(ttmemstat_report_record(att.get(), &buffer), ctx, att);

	/* Another set: the circular buffer of program 7 is on four cores, where it is dispatched. */
	const tt_memstat_rect square{ 0, 0, 1, 1 };
	check(ttmemstat_bank_set_l1(att.get(), &square, 1, &cb.set), ctx, att);
	cb.id = 3;
	cb.pool = TT_MEMSTAT_POOL_CB;
	cb.addr = 128 << 10;
	cb.size = 16 << 10;
	cb.program = 7;
	check(ttmemstat_report_record(att.get(), &cb), ctx, att);
	check(ttmemstat_report_dispatch(att.get(), 7, 0), ctx, att);

	std::cout << "reported: look with tt-smi, then press Enter" << std::endl;
	std::cin.get();
	check(ttmemstat_report_free(att.get(), 2), ctx, att);
	check(ttmemstat_report_program_free(att.get(), 7), ctx, att);
}

int main(int argc, char **argv)
try {
	report(argc > 1 ? static_cast<uint32_t>(std::atoi(argv[1])) : 0,
	       argc > 2 ? open(argv[2], O_RDWR | O_CLOEXEC) : -1);
	return 0;
} catch (const std::exception &error) {
	std::cerr << "report: " << error.what() << std::endl;
	return 1;
}
