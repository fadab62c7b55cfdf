# Kiosque. Every target is one command; what it does is in scripts/ or in cargo's and npm's own files.
.DEFAULT_GOAL := help
.PHONY: help run test lint fmt web openapi bench arm64 doctor clean

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1 - /p' Makefile

run: ## install what is missing, build, start on port 8080 and show the set-up link
	@scripts/run.sh serve

test: ## install what is missing and run every test there is
	@scripts/test.sh all

lint: ## formatting, clippy and the checks of the web client, without the tests
	@scripts/test.sh lint

fmt: ## format the Rust sources
	@scripts/with.sh cargo fmt --all

web: ## build the web client if its sources changed
	@scripts/web.sh

openapi: ## write again what is made from the code: openapi.json, the client's types, configuration.md
	@scripts/openapi.sh

bench: ## measure this machine; docs/measures.md says how to read it
	@scripts/bench.sh

arm64: ## build for a 64-bit Raspberry Pi on an x86-64 Debian and try it under emulation
	@cross/arm64.sh

doctor: ## look at this machine: encoder, plug-ins, disk, clock, ports
	@scripts/run.sh doctor

clean: ## remove what was built, keep the data
	@rm -rf target web/dist web/node_modules scripts/node/node_modules
