# The commands of the project; `make` alone lists them. Python 3.11 and make are all that must be there beforehand.

PYTHON ?= python3
PORT ?= 6543
T ?=
SCALE ?= small
AT ?=

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
SIDRA := $(BIN)/sidra
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq

# Debian's packages that the tests drive, each with the program that tells it is there.
BROWSER := command -v chromium || command -v chromium-browser || command -v google-chrome
POSTGRESQL := command -v initdb || ls /usr/lib/postgresql/*/bin/initdb
NODE := node -e 'process.exit(Number.parseInt(process.versions.node) >= 20 ? 0 : 1)'

# Coverage is taken of the tests that mirror what it is taken of.
MIRRORS := tests/core tests/metamodel

# No index, path or link of the machine that locks gets into a lock.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe \
  --no-strip-extras --annotation-style=line --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

ASSET_SOURCES := $(wildcard ui/package.json ui/package-lock.json) \
  $(shell find ui/assets ui/sidra_ui/assets -type f -not -path '*/node_modules/*' 2>/dev/null)

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.assets ## Create .venv with the locked dependencies and build the browser's files

.PHONY: demo
demo: setup ## Prepare demo data if there is none and serve it, with reload: make demo PORT=6543
	$(SIDRA) demo --port $(PORT)

.PHONY: run
run: setup ## Serve what is there, with reload: make run PORT=6543
	$(SIDRA) serve --reload --port $(PORT)

.PHONY: prove
prove: setup .venv/.test machine ## Run the proofs, long ones too, and print what each counted: make prove T=tests/proofs
	$(BIN)/python -m tests.proofs $(T)

.PHONY: check
check: setup ## Check the YAML of all affiliates
	$(SIDRA) check

.PHONY: test
ifeq ($(T),)
test: setup .venv/.test machine ## Lint, types, imports, all tests; make test T=tests/core/access runs a part
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder
else
test: setup .venv/.test
	$(BIN)/pytest $(T)
endif

.PHONY: coverage
coverage: setup .venv/.test machine ## Which branches no test runs, by the tests that mirror the code; it makes them half as fast
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(MIRRORS)

.PHONY: bench
bench: setup .venv/.test ## Run the benchmarks and print one table: make bench SCALE=full AT=folder takes hours at first
	@$(BIN)/python bench/run.py --scale $(SCALE) $(if $(AT),--at $(AT))

.PHONY: lock
lock: .venv/.test ## Resolve the dependencies anew and lock them with hashes
	$(COMPILE) --build-deps-for=editable --build-deps-for=wheel --output-file=requirements.lock pyproject.toml
	$(COMPILE) --build-deps-for=editable --build-deps-for=wheel --extra=test --constraint=requirements.lock \
	  --output-file=requirements-test.lock pyproject.toml
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["assets"], sep="\n")' \
	  | $(COMPILE) --output-file=requirements-assets.lock -

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Sidra needs Python 3.11 or later: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python has no venv module: on Debian, apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements.lock pyproject.toml | .venv/.created
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: requirements-test.lock | .venv/.runtime
	$(PIP) --require-hashes -r requirements-test.lock
	@touch $@

.venv/.node: requirements-assets.lock | .venv/.runtime
	@$(NODE) 2>/dev/null || { echo "No Node 20 on PATH: installing one into .venv"; \
	  $(PIP) --require-hashes -r requirements-assets.lock; }
	@touch $@

.venv/.assets: $(ASSET_SOURCES) | .venv/.runtime .venv/.node
	$(SIDRA) assets
	@touch $@

# The tests drive a browser and a database server; without the right to install them, tests that need them are skipped,
# but never in CI.
.PHONY: machine
machine:
	@missing=""; \
	{ $(BROWSER); } >/dev/null 2>&1 || missing="$$missing chromium"; \
	{ $(POSTGRESQL); } >/dev/null 2>&1 || missing="$$missing postgresql"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; \
	elif sudo -n true 2>/dev/null; then sudo="sudo -n"; \
	else sudo=refused; fi; \
	if [ "$$sudo" != refused ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing for the tests"; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null && exit 0; \
	fi; \
	if [ "$${CI:-}" = true ]; then echo "CI needs$$missing and could not install it"; exit 1; fi; \
	echo "Without$$missing, and with no right to install it: tests that need it are skipped"
