// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is played by the program: ioctl() is replaced by the linker (--wrap). It has no
 * figures, but counts events that the module would refuse: ids that are live or unknown, programs
 * that are not there.
 */
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>

#include <ttmemstat.h>

#include "world.hpp"

namespace {

struct Attachment {
	std::map<std::uint64_t, std::uint64_t> records;	/* to their programs */
	std::set<std::uint64_t> programs;
};

std::mutex lock;
std::map<std::uint32_t, Attachment> attachments;
std::uint32_t last_attachment, last_set;
std::uint64_t wrong;

void drop_program(Attachment &a, std::uint64_t program)
{
	for (auto it = a.records.begin(); it != a.records.end();)
		it = it->second == program ? a.records.erase(it) : std::next(it);
	a.programs.erase(program);
}

bool take(Attachment &a, const tt_memstat_entry &e)
{
	switch (e.op) {
	case TT_MEMSTAT_OP_RECORD:
		if (e.flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
			drop_program(a, e.program);
		if (!(e.flags & TT_MEMSTAT_ENTRY_PART) && a.records.count(e.id))
			return false;
		if (e.addr % TT_MEMSTAT_GRANULE || e.size % TT_MEMSTAT_GRANULE || e.set > last_set)
			return false;
		a.records[e.id] = e.program;
		if (e.program)
			a.programs.insert(e.program);
		return true;
	case TT_MEMSTAT_OP_FREE:
		return a.records.erase(e.id) != 0;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		if (!a.programs.count(e.program))
			return false;
		drop_program(a, e.program);
		return true;
	case TT_MEMSTAT_OP_DISPATCH:
		return a.programs.count(e.program) != 0;
	default:
		return e.addr <= e.id;
	}
}

void submit(const tt_memstat_submit &arg)
{
	const auto *entries = reinterpret_cast<const tt_memstat_entry *>(arg.entries);

	for (std::uint32_t i = 0; i < arg.count; i++)
		if (!take(attachments.at(arg.attachment), entries[i]))
			wrong++;
}

}  // namespace

namespace metal {

bool played() { return true; }

std::uint64_t played_wrong()
{
	const std::lock_guard<std::mutex> guard(lock);

	return wrong;
}

}  // namespace metal

extern "C" int __wrap_ioctl(int fd, unsigned long call, ...);

extern "C" int __wrap_ioctl(int, unsigned long call, ...)
{
	const std::lock_guard<std::mutex> guard(lock);
	va_list ap;

	va_start(ap, call);
	void *const arg = va_arg(ap, void *);
	va_end(ap);
	switch (call) {
	case TT_MEMSTAT_GET_INFO: {
		auto *info = static_cast<tt_memstat_get_info *>(arg);

		info->api_version = TT_MEMSTAT_API_VERSION;
		info->max_submit = 16;
		return 0;
	}
	case TT_MEMSTAT_ATTACH:
		static_cast<tt_memstat_attach *>(arg)->attachment = ++last_attachment;
		attachments[last_attachment];
		return 0;
	case TT_MEMSTAT_DETACH:
		attachments.erase(static_cast<tt_memstat_detach *>(arg)->attachment);
		return 0;
	case TT_MEMSTAT_BANK_SET:
		static_cast<tt_memstat_bank_set *>(arg)->set = ++last_set;
		return 0;
	case TT_MEMSTAT_SUBMIT:
		submit(*static_cast<tt_memstat_submit *>(arg));
		return 0;
	case TT_MEMSTAT_PARTIAL:
		return 0;
	default:
		errno = ENOTTY;
		return -1;
	}
}
