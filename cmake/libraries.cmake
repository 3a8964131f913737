# SPDX-License-Identifier: Apache-2.0
# What we take from Debian, under one name each. scripts/setup installs the packages.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(date REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
# Its -pthread is what Threads::Threads says already, and would keep precompiled headers from use.
set_property(TARGET PkgConfig::re2 PROPERTY INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
find_package(CLI11 REQUIRED)
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
endif()

# One place for the flags of our own code; libraries' headers are system headers.
add_library(twofold_flags INTERFACE)
target_compile_options(twofold_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports paths that std::variant and std::string cannot take.
  target_compile_options(twofold_flags INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
    -Wno-stringop-overread -Wno-free-nonheap-object -Wno-dangling-pointer)
endif()
if(CMAKE_UNITY_BUILD)
  # What it warns of, a source being included, is what a unity build is.
  target_compile_options(twofold_flags INTERFACE -Wno-subobject-linkage)
endif()
target_compile_definitions(twofold_flags INTERFACE $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
if(TWOFOLD_SANITIZE STREQUAL "address")
  # Without the checks of every pointer before every use, which take half of the build and find
  # little that asan does not.
  target_compile_options(twofold_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr
    -fno-sanitize=nonnull-attribute,returns-nonnull-attribute
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(twofold_flags INTERFACE -fsanitize=address,undefined)
elseif(TWOFOLD_SANITIZE STREQUAL "thread")
  target_compile_options(twofold_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer -Wno-tsan)
  target_link_options(twofold_flags INTERFACE -fsanitize=thread)
endif()
