// SPDX-License-Identifier: GPL-2.0-only
/*
 * The public header as C++17 and C++20 see it; see header.sh, which makes structures.h.
 */
#include <ttmemstat.h>

#include <cstdio>
#include <type_traits>

/* Without the word struct, in braces, as a constant, a member and in containers of its kind. */
template <typename T> int takes_part()
{
	struct {
		T member{};
	} holder{};
	const T constant{};
	T array[2]{};

	static_assert(std::is_trivially_copyable<T>::value && std::is_standard_layout<T>::value,
		      "a plain structure, as C has it");
	array[1] = constant;
	holder.member = array[1];
	return sizeof(holder.member) > 0;
}

int main()
{
	ttmemstat_attach_options options{};
	ttmemstat_record record{};
	tt_memstat_entry entry{};
	ttmemstat_reader *reader = nullptr;
	int structures = 0;

#define STRUCTURE(name)								\
	{									\
		name value{};							\
										\
		static_cast<void>(value);					\
		structures += takes_part<name>();				\
	}
#include "structures.h"

	ttmemstat_attach_options_init(&options);
	record.size = 17;
	bool ok = options.proof == -1 && options.size == sizeof(options) &&
		  ttmemstat_entry_record(&entry, &record) == 0 && entry.size == 32 &&
		  ttmemstat_reader_new(&reader, "/nonexistent") == 0;
	ttmemstat_reader_free(reader);
	std::printf("%d structures\n", structures);
	return !ok;
}
