// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * watch.c in C++.
 *
 *   ttmemstat-watch-cxx CHIP PERCENT
 */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <ttmemstat.h>

struct Closer {
	void operator()(ttmemstat_reader *reader) const { ttmemstat_reader_free(reader); }
	void operator()(ttmemstat_chip *chip) const { ttmemstat_chip_free(chip); }
};
using Reader = std::unique_ptr<ttmemstat_reader, Closer>;
using Chip = std::unique_ptr<ttmemstat_chip, Closer>;

static Chip read_chip(const Reader &reader, uint32_t n)
{
	ttmemstat_chip *chip = nullptr;
	char text[TTMEMSTAT_ERROR_LEN];

	if (ttmemstat_reader_chip(reader.get(), n, 0, &chip)) {
		ttmemstat_reader_error(reader.get(), text, sizeof(text));
		throw std::runtime_error(text);
	}
	return Chip(chip);
}

/* 0 if unknown, as no process reports it. */
static uint64_t figure(const Chip &chip, unsigned int n)
{
	uint64_t value;

	ttmemstat_figure(&chip->figures, n, &value);
	return value;
}

int main(int argc, char **argv)
try {
	if (argc != 3)
		return 2;
	const std::string path = std::string("/sys/class/tt_memstat/tt") + argv[1] + "/generation";
	const uint32_t n = static_cast<uint32_t>(std::stoul(argv[1]));
	const uint64_t percent = std::stoul(argv[2]);
	pollfd generation{ open(path.c_str(), O_RDONLY | O_CLOEXEC), POLLPRI, 0 };
	ttmemstat_reader *made = nullptr;
	char content[64];
	bool above = false;

	if (ttmemstat_reader_new(&made, nullptr))
		return 2;
	/* The removal of a chip does not wake poll(): use a timeout. */
	for (Reader reader(made);; poll(&generation, 1, 1000)) {
		/* To read it arms poll(): what happens from here on wakes it. */
		const bool armed = pread(generation.fd, content, sizeof(content), 0) > 0;
		const Chip chip = read_chip(reader, n);
		const uint64_t used = figure(chip, TT_MEMSTAT_FIG_DRAM_USED);
		const uint64_t capacity = figure(chip, TT_MEMSTAT_FIG_DRAM_CAPACITY);

		if (!armed)
			throw std::runtime_error(path);
		if ((used && used >= capacity / 100 * percent) == above)
			continue;
		above = !above;
		std::cout << (above ? "above: " : "below: ") << used << " of " << capacity << " bytes"
			  << std::endl;
	}
} catch (const std::exception &error) {
	std::cerr << "watch: " << error.what() << std::endl;
	return 1;
}
