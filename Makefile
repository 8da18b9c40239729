# Everything a person does here by hand. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test conformance bench fuzz sanitize format lint clean

# The demo's output: text, or json (one summary, no story).
FORMAT ?= text
# Further arguments for the demo.
ARGS ?=
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
	@echo '== conformance of the expression language'
	@scripts/conformance
	@echo '== all passed'

conformance: setup ## Run the expression language's conformance cases only
	@scripts/conformance

bench: setup ## Measure; prints one JSON object a line
	@swift build -c release --product banyan >&2
	@swift run -c release --package-path Benchmarks benchmarks $(ARGS)

fuzz: setup ## Fuzz every door through which bytes come in: make fuzz [SECONDS=600] [ARGS=plans]
	@scripts/fuzz $(SECONDS) $(ARGS)

sanitize: setup ## Run the tests under the address and the thread sanitizer: make sanitize [ARGS=thread]
	@scripts/sanitize $(ARGS)

format: ## Format every Swift file in place, comments too
	@scripts/wrap-comments Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources

lint: ## Say what `make format` would change
	@swift format lint --parallel --recursive Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources

clean: ## Remove what builds have made
	@rm -rf .build Benchmarks/.build Fuzz/.build Fuzz/Learned
