// SPDX-License-Identifier: GPL-2.0-only
/* In the place of played.cc where a module answers. */
#include "world.hpp"

namespace metal {

bool played() { return false; }

std::uint64_t played_wrong() { return 0; }

}  // namespace metal
