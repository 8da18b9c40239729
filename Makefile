# Everything a person does here by hand. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test crash conformance bench format lint clean

# The demo's output: text, or json (one summary, no story).
FORMAT ?= text
# Further arguments for the demo, the benchmarks or the crash trials.
ARGS ?=
# Which crash trials run, by the names that a failing one prints; all when empty. How many run at a time.
ONLY ?=
JOBS ?= 2

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
	@echo '== conformance of the expression language'
	@scripts/conformance
	@echo '== all passed'

crash: setup ## Kill it at every named place and at system calls, and check: make crash [ONLY=...] [JOBS=2]
	@swift build --product banyan >&2
	@swift build --product crash-matrix >&2
	@scripts/crash "$$(swift build --show-bin-path)/crash-matrix" --jobs $(JOBS) $(if $(ONLY),--only '$(ONLY)') $(ARGS)

conformance: setup ## Run the expression language's conformance cases only
	@scripts/conformance

bench: setup ## Measure; prints one JSON object a line
	@swift build -c release --product banyan >&2
	@swift run -c release --package-path Benchmarks benchmarks $(ARGS)

format: ## Format every Swift file in place, comments too
	@scripts/wrap-comments Package.swift Sources Tests
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

lint: ## Say what `make format` would change
	@swift format lint --parallel --recursive Package.swift Sources Tests

clean: ## Remove what builds have made
	@rm -rf .build Benchmarks/.build
