# The commands of this repository. CMake, npm and tools/ do the work; this file says in which order and what depends on what.
#   make run      everything from nothing to a running gateway with its dashboard
#   make help     the other commands

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PORT ?= 8480
HOST ?= 127.0.0.1

# Set-up puts a Node.js here when the machine's own is too old; otherwise the folder does not exist.
export PATH := $(CURDIR)/build/tools/bin:$(PATH)

# Ninja's own choice is one more than there are processors, and then the longest file is left over.
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)

program := build/bin/datasource
wasm_stamp := build/wasm.stamp
dashboard_stamp := build/dashboard.stamp

# All files below the given folders that are not themselves built or installed.
files_below = $(shell find $(wildcard $(1)) -type d \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -print 2>/dev/null)

## ---- For users

.PHONY: help
help: ## Show the commands
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Set up, build, and serve gateway and dashboard on PORT (8480)
	@exec $(program) serve --host $(HOST) --port $(PORT) --dashboard build/dashboard $(if $(DATA),--data $(DATA)) $(ARGS)

.PHONY: build
build: setup gateway dashboard ## The program (build/bin/datasource), the npm package (wasm/dist), the dashboard (build/dashboard)

.PHONY: test
test: setup ## Every test; STAGES="native wasm" for some of them
	node tools/test.mjs $(STAGES)

.PHONY: bench
bench: setup-bench gateway dashboard ## The benchmarks; docs/benchmarks.md keeps what they found
	cmake --preset release -B build/bench -DDATASOURCE_BUILD_TESTS=ON -DDATASOURCE_BUILD_GATEWAY=OFF -DDATASOURCE_BUILD_BENCHMARKS=ON \
	  -DCMAKE_CXX_FLAGS_RELEASE='-O3 -DNDEBUG' # as the SDK's users build by default
	cmake --build build/bench --target tests/bench/all
	node tests/bench/run.mjs build/bench/tests/bench
	node tests/bench/gateway.mjs build/bench/tests/bench

.PHONY: soak
soak: setup-bench gateway ## All kinds of requests at full speed for MINUTES (30): is memory flat, and the log clean of secrets
	node tests/bench/soak.mjs $(or $(MINUTES),30)

.PHONY: fuzz
fuzz: setup-test fuzzers ## The fuzz targets for SECONDS each (600); crashes are kept in build/fuzz/crashes
	FUZZ_SECONDS=$(or $(SECONDS),600) node --test --test-reporter=spec tests/fuzz

.PHONY: docs
docs: setup-docs docs-cpp ## The reference of the C++ headers (build/docs/cpp/html) and of the npm package
	npm run docs -w datasource-sdk --if-present

.PHONY: format
format: setup-lint ## Format the C++ code
	git ls-files '*.hpp' '*.cpp' '*.h' '*.c' | xargs clang-format -i

.PHONY: lint
lint: setup-lint configure-debug wasm docs-cpp ## Check format, that each header stands alone, comments of public names, clang-tidy, TypeScript
	git ls-files '*.hpp' '*.cpp' '*.h' '*.c' | xargs clang-format --dry-run -Werror
	cmake --build --preset debug --target all_verify_interface_header_sets
	run-clang-tidy -quiet -p build/debug '$(CURDIR)/(web/gateway|tests|examples)/.*'
	for project in wasm web/dashboard; do npx tsc --noEmit -p $$project; done

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf build wasm/dist examples/vite/dist node_modules wasm/node_modules

## ---- For this file and tools/test.mjs

.PHONY: setup setup-test setup-bench setup-docs setup-lint setup-trino
setup:
	@tools/setup.sh run
setup-test:
	@tools/setup.sh test
setup-bench:
	@tools/setup.sh bench
setup-docs:
	@tools/setup.sh docs
setup-lint:
	@tools/setup.sh lint
setup-trino:
	@node tests/support/fetch_trino.mjs

# Ninja configures again by itself when a CMakeLists.txt changes; presets and pinned versions it does not know.
build/%/build.ninja: CMakePresets.json CMakeLists.txt tools/downloads.lock.json
	cmake --fresh --preset $*

.PHONY: configure-debug gateway tests-native tests-odbc tests-wasm fuzzers examples
configure-debug: build/debug/build.ninja
gateway: build/release/build.ninja
	@cmake --build --preset release
tests-native: build/sanitize/build.ninja
	@cmake --build --preset sanitize --target test_programs
# Of those the one that an integration test runs against a server.
tests-odbc: build/sanitize/build.ninja
	@cmake --build --preset sanitize --target odbc_tests
fuzzers: build/fuzz/build.ninja
	@cmake --build --preset fuzz
tests-wasm: build/wasm-tests/build.ninja
	@cmake --build --preset wasm-tests --target test_programs
# Less time for GCC, as in cmake/DatasourceOwnCode.cmake.
gcc_memory := --param=ggc-min-heapsize=2000000
# As a user builds them: against the installed SDK.
examples: gateway
	@cmake --install build/release --prefix build/installed >/dev/null
	@[ -e build/examples/build.ninja ] || \
	  cmake -S examples/cpp -B build/examples -G Ninja -DCMAKE_PREFIX_PATH='$(CURDIR)/build/installed' \
	    -DCMAKE_CXX_COMPILER_LAUNCHER="$$(command -v ccache)" -DCMAKE_CXX_FLAGS='$(gcc_memory)'
	@cmake --build build/examples

# Fails when a public name has no comment.
.PHONY: docs-cpp
docs-cpp:
	@mkdir -p build/docs
	@doxygen docs/Doxyfile

.PHONY: wasm dashboard
wasm: $(wasm_stamp)
	@:
$(wasm_stamp): $(call files_below,include wasm) CMakeLists.txt CMakePresets.json package-lock.json $(if $(wildcard wasm/dist),,force)
	npm run build -w datasource-sdk
	@touch $@

dashboard: $(dashboard_stamp)
	@:
$(dashboard_stamp): $(wasm_stamp) $(call files_below,web/dashboard) $(if $(wildcard build/dashboard),,force)
	npm run build -w datasource-dashboard
	@touch $@

.PHONY: force
force:
