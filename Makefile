# `make` alone lists the targets. Every target sets up what it needs; a fresh machine has Python >= 3.11, make and git.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
VENV_BENCH ?= .venv-bench
BIN := $(VENV)/bin
# Two workers on two cores; each keeps the tests of a file, so that what a file sets up is set up once.
PYTEST_OPTIONS ?= -n auto --dist loadfile
export OPENBLAS_NUM_THREADS ?= 1
DEMO_OPTIONS ?=
SOURCES := $(wildcard src tests docs benchmarks calibration)
# Element symbols, vendors' column names, German words and journals that codespell takes for mistakes.
NOT_MISSPELT := te,tey,nd,numer,temperatur,chlid,titel,quations

.PHONY: help env demo test test-slow check lint docs bench lock

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

env: $(VENV)/.development ## Make .venv with everything a developer needs

demo: $(VENV)/.runtime ## Simulate a titration campaign, analyse it blind, compare with the truth, report
	$(BIN)/lmct demo $(DEMO_OPTIONS)

test: $(VENV)/.development ## Run the tests that take less than a minute each, and the doctests
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

test-slow: $(VENV)/.development ## Run the slow tests
	$(BIN)/python -m pytest -m slow $(PYTEST_OPTIONS)

lint: $(VENV)/.development ## Check style, spelling, types and layers
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/codespell -L $(NOT_MISSPELT) $(SOURCES) README.md CHANGELOG.md CONTRIBUTING.md CITATION.cff
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.development ## Build the documentation (tutorials are run) into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

check: lint docs ## Everything CI runs: lint, docs, all tests
	$(BIN)/python -m pytest -m "slow or not slow" $(PYTEST_OPTIONS)

bench: $(VENV_BENCH)/.benchmark ## Measure against peers, in an environment of its own
	$(VENV_BENCH)/bin/python -m benchmarks

# --universal: the files serve every platform; no header and no annotation: no address gets into them.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
lock: $(VENV)/.uv ## Pin all dependencies with hashes into requirements/*.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml --extra yadg --extra pybamm --extra absorption --extra photoemission --extra energy-loss --extra multiplet --extra dask --extra executorlib --group test --group check --group docs -o requirements/development.txt
	$(COMPILE) pyproject.toml -c requirements/development.txt -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra dask requirements/benchmark.in -c requirements/development.txt -o requirements/benchmark.txt

# An environment: python -m venv, then uv from its hashed file, then the locked packages, then lmct itself, whose
# electrode is compiled once so that no first call has to wait; without a cache on disk it waits, and nothing fails.
define make_venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "lmct needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	touch $@
endef
define install
	$(1)/bin/uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes $(2) -r requirements/build.txt
	$(1)/bin/uv pip install --quiet --python $(1)/bin/python --no-deps --no-build-isolation -e .
	@$(1)/bin/python -m lmct.electrode.warm >/dev/null 2>&1 \
	  || echo "The electrode could not be compiled ahead; its first call will take half a minute." >&2
	touch $@
endef

$(VENV)/.uv: requirements/uv.txt
	$(call make_venv,$(VENV))

$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.txt requirements/build.txt pyproject.toml
	$(call install,$(VENV),-r requirements/runtime.txt)

$(VENV)/.development: $(VENV)/.uv requirements/development.txt requirements/build.txt pyproject.toml
	$(call install,$(VENV),-r requirements/development.txt)
	touch $(VENV)/.runtime

$(VENV_BENCH)/.uv: requirements/uv.txt
	$(call make_venv,$(VENV_BENCH))

$(VENV_BENCH)/.benchmark: $(VENV_BENCH)/.uv requirements/benchmark.txt requirements/build.txt pyproject.toml
	$(call install,$(VENV_BENCH),-r requirements/benchmark.txt)
