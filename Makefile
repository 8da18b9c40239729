# Everything a person does here by hand. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test simulate crash conformance bench fuzz sanitize format lint clean

# The demo's output: text, or json (one summary, no story).
FORMAT ?= text
# Further arguments for the demo, the benchmarks or the crash trials.
ARGS ?=
# Which crash trials run, by the names that a failing one prints, or which tests under a sanitizer; all when empty.
# How many trials run at a time.
ONLY ?=
JOBS ?= 2
# Which histories are simulated.
SEEDS ?= 1..100000
# How long each door is fuzzed.
SECONDS := 600

DEMO_FORMAT := $(if $(filter json,$(FORMAT)),--headless --format json,)

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## Install what the build needs (Debian, Ubuntu), check the toolchain
	@scripts/setup

demo: setup ## Run the insurer's migration: make demo [FORMAT=json] [ARGS=...]
	@swift build -c release --product banyan >&2
	@"$$(swift build -c release --show-bin-path)/banyan" demo $(DEMO_FORMAT) $(ARGS)

test: setup ## Build and run every test, then the language's conformance cases
	@echo '== building the tests'
	@swift build --build-tests
	@echo '== unit, property, crash and tidy tests'
	@swift test --skip-build
	@echo '== simulated histories'
	@$(MAKE) --no-print-directory simulate
	@echo '== conformance of the expression language'
	@scripts/conformance
	@echo '== all passed'

simulate: setup ## Run the core through seeded histories, and without each guard: make simulate [SEEDS=1..100000]
	@swift build -c release --product banyan >&2
	@"$$(swift build -c release --show-bin-path)/banyan" simulate --seeds $(SEEDS) $(ARGS)
	@"$$(swift build -c release --show-bin-path)/banyan" simulate --mutants --seeds $(SEEDS) $(ARGS)

crash: setup ## Kill it at every named place and at system calls, and check: make crash [ONLY=...] [JOBS=2]
	@swift build --product banyan >&2
	@swift build --product crash-matrix >&2
	@scripts/crash "$$(swift build --show-bin-path)/crash-matrix" --jobs $(JOBS) $(if $(ONLY),--only '$(ONLY)') $(ARGS)

conformance: setup ## Run the expression language's conformance cases only
	@scripts/conformance

bench: setup ## Measure; prints one JSON object a line
	@swift build -c release --product banyan >&2
	@scripts/peers
	@PATH="$(CURDIR)/.build/peers/bin:$$PATH" swift run -c release --package-path Benchmarks benchmarks $(ARGS)

fuzz: setup ## Fuzz every door through which bytes come in: make fuzz [SECONDS=600] [ARGS=plans]
	@scripts/fuzz $(SECONDS) $(ARGS)

sanitize: setup ## Run the tests under the address and the thread sanitizer: make sanitize [ARGS=thread] [ONLY=ApplyTests]
	@ONLY='$(ONLY)' scripts/sanitize $(ARGS)

format: ## Format every Swift file in place, comments too
	@scripts/wrap-comments Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources

lint: ## Say what `make format` would change
	@swift format lint --parallel --recursive Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources

clean: ## Remove what builds have made
	@rm -rf .build Benchmarks/.build Fuzz/.build Fuzz/Learned
