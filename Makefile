# The verbs a person types. Whatever needs more than a few lines lives in scripts/.
SHELL := bash
export CARGO_TARGET_DIR ?= $(shell scripts/target-dir)
LISTEN ?= 127.0.0.1:8080
DATA ?= data
# Parts and sizes, such as BENCH="lists --sqlite --rows 100000"; all of it when empty.
BENCH ?=

.PHONY: help run demo web build test check bench fmt sample-import sample-ageing
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

run: web         ## build everything and serve the books in ./data
	cargo run --quiet -- serve --data $(DATA) --listen $(LISTEN)

demo: web        ## serve a generated company from ./data-demo
	cargo run --quiet -- demo --data data-demo --listen $(LISTEN)

web: web/dist/index.html  ## build the web interface

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

WEB_SOURCES := $(shell find web/src web/public web/scripts locales -type f 2>/dev/null)
web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES) web/package.json web/index.html web/vite.config.ts
	cd web && npm run build
	@touch $@

build: web       ## the program, optimised, with the web interface inside
	cargo build --release

test:            ## everything that must pass before a change lands
	scripts/test

check:           ## the invariants of the books in ./data
	cargo run --quiet -- check --data $(DATA)

bench: web       ## speed against the bare databases, as ratios within one run
	cargo build --release
	SETTLEBOOK_TEST_POSTGRES_FSYNC=on scripts/with-postgres cargo run --quiet --release -p bench

sample-ageing:   ## ageing of a real sample of invoices, where the file is at hand
	scripts/sample-ageing

sample-import:   ## a real wholesaler's eight months, where the sample file is at hand
	scripts/sample-import

fmt:             ## format the code
	cargo fmt --all
