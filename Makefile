# `make run` and `make test` are all the set-up there is: both make .venv from the pinned, hashed
# locks first, and do nothing of that a second time. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# Each stamp is written last, so a failed install leaves none and is taken up again.
TOOLS_STAMP := $(VENV)/.stamp-tools
RUN_STAMP := $(VENV)/.stamp-run
DEV_STAMP := $(VENV)/.stamp-dev
INSTALL := VIRTUAL_ENV="$(CURDIR)/$(VENV)" UV_NO_CONFIG=1 $(UV) pip install --quiet --python $(PY)
COMPILE := UV_NO_CONFIG=1 $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
ARGS ?=
JOBS ?= 2
LIMIT_S ?= 2100
SAFETY := $(addprefix tests/,bot/telegram conformance engine/execution engine/risk engine/rules engine/venues storage)
TESTS = $(PY) -m pytest -n $(JOBS) --dist worksteal --session-timeout $(LIMIT_S)

.PHONY: help run test fast lint format types contracts bench docs lock install clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name about; do printf '  make %-10s %s\n' "$$name" "$$about"; done

run: $(RUN_STAMP) ## the desk: then open the page it prints (ARGS="--market-speed 600" for flags)
	@exec $(VENV)/bin/parley run $(ARGS)

test: lint types contracts ## the whole gate: style, types, import contract, tests, coverage floors
	@$(TESTS) $(SAFETY) -m safety --cov --cov-report term:skip-covered --cov-report json:.coverage.json $(ARGS)
	@$(PY) -m tests.house.coverage_floor .coverage.json
	@$(TESTS) -m "not safety" $(ARGS)

fast: $(DEV_STAMP) ## the tests without the slow ones, no coverage
	@$(PY) -m pytest -q -n $(JOBS) --dist worksteal -m "not slow and not browser" $(ARGS)

lint: $(DEV_STAMP) ## ruff: rules and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(DEV_STAMP) ## write what ruff can mend by itself
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

types: $(DEV_STAMP) ## mypy --strict
	@$(PY) -m mypy

contracts: $(DEV_STAMP) ## who may import whom
	@$(VENV)/bin/lint-imports --no-logo

bench: $(DEV_STAMP) ## measure, and write BENCHMARKS.md
	@$(PY) -m benchmarks $(ARGS)

docs: $(DEV_STAMP) ## write the generated pages again: .env.example, docs/commands.md, docs/parameters.md
	@$(PY) -m tests.house.generated

lock: $(TOOLS_STAMP) ## pin the newest allowed versions in all three locks
	@printf 'setuptools>=77\nuv>=0.9\n' | $(COMPILE) --upgrade --allow-unsafe - -o requirements-tools.lock
	@$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements-dev.lock
	@$(COMPILE) --upgrade --constraints requirements-dev.lock pyproject.toml -o requirements.lock

install: $(RUN_STAMP) ## only the set-up of `make run`

clean: ## remove caches and coverage; .venv and var/ stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov build dist

# --- the set-up -------------------------------------------------------------------------------

# A folder that was moved or copied holds a .venv that still points at the old place: make it anew.
PLACE := $(VENV)/.stamp-place
ifneq ($(wildcard $(PLACE)),)
ifneq ($(shell cat $(PLACE)),$(CURDIR))
$(shell rm -f $(TOOLS_STAMP) $(RUN_STAMP) $(DEV_STAMP) $(PLACE))
FRESH := --clear
endif
endif

# The first Python of at least 3.11; `make run PYTHON=...` names another.
OLD_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
  "$$each" -c '$(OLD_ENOUGH)' 2>/dev/null && { echo "$$each"; break; }; done)

$(TOOLS_STAMP): requirements-tools.lock
	@[ -n "$(PYTHON)" ] || { echo "Parley needs Python 3.11 or newer, and python3 here is $$(python3 -V 2>/dev/null || echo absent): install one, or name it with make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c '$(OLD_ENOUGH)' || { echo "Parley needs Python 3.11 or newer: $(PYTHON) is $$("$(PYTHON)" -V 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again." >&2; exit 1; }
	@echo "Setting up .venv (once; about a minute on a usual connection) ..."
	@"$(PYTHON)" -m venv $(FRESH) $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@printf '%s' "$(CURDIR)" > $(PLACE)
	@touch $@

$(RUN_STAMP): $(TOOLS_STAMP) requirements.lock pyproject.toml
	@$(INSTALL) --require-hashes --compile-bytecode -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
