# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
#
# For a program that links tt-metal:
#
#	include(/usr/share/ttmemstat/tt-metal/ttmemstat_metal.cmake)
#	target_link_libraries(my_program PRIVATE TT::Metalium ttmemstat_metal)
#
# The adapter is compiled as part of the program, with the headers of tt-metal that it uses. It
# works as C++17 and later; tt-metal's own headers may want more.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(TTMEMSTAT REQUIRED IMPORTED_TARGET libttmemstat)

add_library(ttmemstat_metal STATIC ${CMAKE_CURRENT_LIST_DIR}/ttmemstat_metal.cc)
target_compile_features(ttmemstat_metal PUBLIC cxx_std_17)
target_include_directories(ttmemstat_metal PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(ttmemstat_metal PUBLIC PkgConfig::TTMEMSTAT Threads::Threads)
if(TARGET TT::Metalium)
	target_link_libraries(ttmemstat_metal PUBLIC TT::Metalium)
endif()
