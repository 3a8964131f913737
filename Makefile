# SPDX-License-Identifier: Apache-2.0
# The one door. Every target first installs what it needs and is missing (scripts/setup).
#
#   make demo     build, make the demo's year of data, serve the page
#   make test     every test of the release build, real clients and browser included
#   make check    format, rooms, headers alone, the linter; what takes in and keeps bytes under the
#                 sanitizers
#   make sanitize every room under the sanitizers: half an hour
#   make bench    speed, with its answers checked: the first gate on 20 M events, then 2 M events
#                 beside ClickHouse and DuckDB. make bench BESIDE_EVENTS=20000000 or 100000000 for
#                 the table of docs/performance.md (half an hour; three hours and 15 GB of disk)
#   make soak     the long runs: more seeds, more kills
#   make format   rewrite sources in the house's format

SHELL := /bin/bash
JOBS ?= $(shell nproc)
DATA ?= twofold-data/demo
RELEASE := build/release

.PHONY: demo build build-tests test check sanitize bench soak format page clean

demo:
	@scripts/demo $(DATA)

# The binary alone.
build: page
	@cmake --preset release -DBUILD_TESTING=OFF >build/configure.log || (cat build/configure.log; exit 1)
	@cmake --build --preset release -j $(JOBS) --target twofold

# The binary and every test.
build-tests: page
	@scripts/setup test
	@cmake --preset release -DBUILD_TESTING=ON >build/configure.log || (cat build/configure.log; exit 1)
	@cmake --build --preset release -j $(JOBS)

page:
	@scripts/setup build
	@mkdir -p build
	@scripts/page

test: build-tests
	@scripts/test

check:
	@scripts/setup build test check
	@mkdir -p build
	@scripts/check

sanitize:
	@scripts/setup build test check
	@mkdir -p build
	@SANITIZED=all scripts/check asan tsan

bench: build-tests
	@scripts/bench

soak: build-tests
	@scripts/soak

format:
	@scripts/setup check
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

clean:
	rm -rf build web/dist
