# SPDX-License-Identifier: Apache-2.0
# The rooms of the house, row by row from the bottom up. A room may depend on rooms of lower rows
# only, so a cycle cannot be written down and neighbours do not know each other; a new dependency
# is a one-line diff. ARCHITECTURE.md says what lives where. scripts/check-layers holds the includes
# to what is declared here.
set(TWOFOLD_ROOMS
  "1:base"
  "2:io" "2:model" "2:stats"
  "3:column" "3:ask" "3:http"
  "4:log" "4:kernel" "4:money" "4:intake" "4:demo"
  "5:directory" "5:store" "5:ledger" "5:plan" "5:account"
  "6:frame"
  "7:engine" "7:clickhouse"
  "8:project"
  "9:api"
  "10:app")

# The headers that nearly every source reads anyway, read once. Sources still include what they use:
# `scripts/check-headers` compiles every header without this.
option(TWOFOLD_PCH "precompile the common headers" ON)
if(TWOFOLD_PCH)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cc "")
  add_library(twofold_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(twofold_precompiled PRIVATE twofold_flags fmt::fmt Threads::Threads)
  target_precompile_headers(twofold_precompiled PRIVATE
    <algorithm> <array> <atomic> <bit> <chrono> <cmath> <condition_variable> <cstdint> <cstring>
    <expected> <functional> <limits> <map> <memory> <mutex> <optional> <random> <set> <span>
    <sstream> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
    <fmt/format.h>)
  if(BUILD_TESTING)
    add_library(twofold_precompiled_tests OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
    target_link_libraries(twofold_precompiled_tests PRIVATE twofold_flags fmt::fmt Threads::Threads
                                                            GTest::gtest GTest::gmock)
    target_precompile_headers(twofold_precompiled_tests PRIVATE
      <algorithm> <array> <atomic> <chrono> <cstdint> <expected> <functional> <map> <memory>
      <mutex> <optional> <random> <set> <span> <sstream> <string> <string_view> <thread>
      <unordered_map> <utility> <variant> <vector> <fmt/format.h> <gtest/gtest.h>)
  endif()
endif()

# Sets `out` to the row of room `name`; stops when the house has no such room.
function(twofold_row name out)
  foreach(entry IN LISTS TWOFOLD_ROOMS)
    if(entry MATCHES "^([0-9]+):${name}$")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "src/${name} is not in TWOFOLD_ROOMS (cmake/rooms.cmake): decide its row first")
endfunction()

# twofold_room(name SOURCES ... [DEPENDS rooms ...] [LIBRARIES targets ...] [TESTS ...]
#              [THREADED_TESTS ...])
#   One folder under src/, one static library twofold_<name>, one test binary <name>_test.
#   LIBRARIES are outside libraries whose headers stay in this room's sources.
#   THREADED_TESTS make a second binary <name>_threads_test, which is also run under tsan.
function(twofold_room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LIBRARIES;TESTS;THREADED_TESTS")
  twofold_row(${name} row)
  add_library(twofold_${name} STATIC ${arg_SOURCES})
  target_include_directories(twofold_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(twofold_${name} PUBLIC fmt::fmt Threads::Threads PRIVATE twofold_flags)
  target_link_libraries(twofold_${name} PRIVATE ${arg_LIBRARIES})
  if(TWOFOLD_PCH)
    target_precompile_headers(twofold_${name} REUSE_FROM twofold_precompiled)
  endif()
  foreach(dependency IN LISTS arg_DEPENDS)
    twofold_row(${dependency} dependency_row)
    if(NOT dependency_row LESS row)
      message(FATAL_ERROR "${name} (row ${row}) must not depend on ${dependency} (row "
                          "${dependency_row}): see ARCHITECTURE.md")
    endif()
    target_link_libraries(twofold_${name} PUBLIC twofold_${dependency})
  endforeach()
  if(BUILD_TESTING AND arg_TESTS)
    twofold_test(${name}_test SOURCES ${arg_TESTS} ROOMS ${name} LIBRARIES ${arg_LIBRARIES})
  endif()
  if(BUILD_TESTING AND arg_THREADED_TESTS)
    twofold_test(${name}_threads_test SOURCES ${arg_THREADED_TESTS} ROOMS ${name}
                 LIBRARIES ${arg_LIBRARIES} LABELS threads)
  endif()
endfunction()

# Tests of which the slow and obvious side takes long. All others are compiled in less time: what they
# test is in the libraries.
set(TWOFOLD_SLOW_JUDGES kernel_test column_test store_test questions_test belonging_test)

# twofold_test(name SOURCES ... ROOMS ... [LIBRARIES ...] [LABELS ...]): a GoogleTest binary.
function(twofold_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;ROOMS;LIBRARIES;LABELS")
  add_executable(${name} ${arg_SOURCES})
  foreach(room IN LISTS arg_ROOMS)
    target_link_libraries(${name} PRIVATE twofold_${room})
  endforeach()
  target_link_libraries(${name} PRIVATE twofold_flags ${arg_LIBRARIES} GTest::gtest GTest::gmock
                                        GTest::gtest_main)
  if(TWOFOLD_PCH)
    target_precompile_headers(${name} REUSE_FROM twofold_precompiled_tests)
  endif()
  target_compile_definitions(${name} PRIVATE TWOFOLD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(NOT name IN_LIST TWOFOLD_SLOW_JUDGES)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 300)
  add_dependencies(room_tests ${name})
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
endfunction()

# All that `ctest -L threads` runs, to build under tsan nothing else.
add_custom_target(threaded_tests)
# All that ctest runs but the bench: without the program and its commands.
add_custom_target(room_tests)
