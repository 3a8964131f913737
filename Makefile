# SPDX-License-Identifier: Apache-2.0
# The one door. Every target first installs what it needs and is missing (scripts/setup).
#
#   make demo     build, make the demo's year of data, serve the page
#   make test     every test of the release build, real clients and browser included
#   make check    format, rooms, headers alone, lint, then asan, and tsan for threaded tests
#   make bench    speed, with its answers checked
#   make soak     the long runs: more seeds, more kills
#   make format   rewrite sources in the house's format

SHELL := /bin/bash
JOBS ?= $(shell nproc)
DATA ?= twofold-data/demo
RELEASE := build/release

.PHONY: demo build test check bench soak format page clean

demo:
	@scripts/demo $(DATA)

build: page
	@cmake --preset release >build/release-configure.log || (cat build/release-configure.log; exit 1)
	@cmake --build --preset release -j $(JOBS)

page:
	@scripts/setup build
	@mkdir -p build
	@scripts/page

test:
	@scripts/setup build test
	@$(MAKE) --no-print-directory build
	@scripts/test

check:
	@scripts/setup build check
	@scripts/check

bench: page
	@scripts/setup build
	@$(MAKE) --no-print-directory build
	@scripts/bench

soak: page
	@scripts/setup build test
	@$(MAKE) --no-print-directory build
	@scripts/soak

format:
	@scripts/setup check
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

clean:
	rm -rf build web/dist
