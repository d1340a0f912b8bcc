// SPDX-License-Identifier: GPL-2.0-only
/*
 * The public header as C++17 sees it; linked against the shared library and run.
 */
#include <ttmemstat.h>

#include <cstdio>

int main()
{
	ttmemstat_attach_options options;
	struct ttmemstat_record record = {};
	tt_memstat_entry entry;
	ttmemstat_reader *reader = nullptr;

	ttmemstat_attach_options_init(&options);
	record.size = 17;
	bool ok = options.proof == -1 && options.size == sizeof(options) &&
		  ttmemstat_entry_record(&entry, &record) == 0 && entry.size == 32 &&
		  ttmemstat_reader_new(&reader, "/nonexistent") == 0;
	ttmemstat_reader_free(reader);
	std::printf("%s 1 - a C++17 program\n1..1\n%d passed, %d failed\n", ok ? "ok" : "not ok", ok, !ok);
	return !ok;
}
