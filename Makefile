# Every command that README names. `make help` lists them.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

LINNET := target/release/linnet
WEB_SOURCES := $(shell find web/src web/public web/dev web/index.html web/*.ts web/package.json -type f 2>/dev/null)

.PHONY: help build run dev test bench contract fmt lint clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: web/dist/index.html ## Build the program with the web client inside: target/release/linnet
	cargo build --release --locked -p linnet

run: build ## Build everything and serve it on http://127.0.0.1:3000
	exec $(LINNET) serve

dev: web/node_modules/.installed ## Serve the API and the web client, which reloads as its sources change
	cargo build -p linnet
	trap 'kill $$(jobs -p) 2>/dev/null || true' EXIT; \
	target/debug/linnet serve & \
	npm --prefix web run dev & \
	wait -n

test: ## Install what the tests need and run all of them (STEPS="rust wire" runs some: dev/test --list)
	dev/test $(STEPS)

# A folder has the same name as `bench`, and is always there: .PHONY.
bench: web/dist/index.html bench/node/node_modules/.installed ## Measure beside the peers, on a quiet machine (BENCH="--works pairs": bench/run --help)
	bench/run $(BENCH)

contract: ## Write web/src/contract.ts and permissions.ts from crates/contract
	cargo run --quiet -p linnet-contract --bin write-contract web/src

fmt: web/node_modules/.installed ## Format the Rust and the web sources
	cargo fmt --all
	npm --prefix web run format --if-present

lint: web/node_modules/.installed ## Lint the Rust and the web sources
	cargo clippy --workspace --all-targets -- -D warnings
	npm --prefix web run lint

clean: ## Remove what was built and installed here; data/ stays
	cargo clean
	rm -rf web/dist web/node_modules e2e/node_modules e2e/out examples/reference-client/node_modules \
		examples/reference-client/dist bench/node/node_modules .tools crates/socketio/fuzz/target

# A stamp beside each lockfile's packages: `npm ci` runs when the lockfile changed and not otherwise.
%/node_modules/.installed: %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund
	touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	npm --prefix web run build
	touch $@
