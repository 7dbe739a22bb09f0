# Everything a person does with this house. `make` alone tells what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The interpreter that makes .venv: the first one that is new enough. PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
# For one command: make up ARGS="--port 9000". ONCE=1 lets the demo run unattended and leave.
ARGS ?=
DEMO_ARGS := $(if $(ONCE),--once --yes) $(ARGS)
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-header --no-annotate

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help up demo test check bench fmt migrate migration replay-record lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.runtime ## Start everything, send fourteen payments through it, show the outcome (ONCE=1 leaves afterwards)
	@$(BIN)/deltran demo $(DEMO_ARGS)

up: .venv/.runtime ## Start everything and stay until Ctrl-C (ARGS="--demo --port 9000")
	@$(BIN)/deltran up $(ARGS)

test: .venv/.dev ## Run the tests, in parts side by side, or some (ARGS="tests/domain -x")
	@$(BIN)/python -m $(if $(ARGS),pytest $(ARGS),tests.parts)

check: .venv/.dev ## What CI runs: format, lint, types, import law, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.parts

bench: .venv/.dev ## Measure payments per second on a throw-away stack (ARGS="--payments 500")
	@$(BIN)/python -m bench lifecycle $(ARGS)

fmt: .venv/.dev ## Format and put in order what can be put in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migrate: .venv/.runtime ## Bring the database of DATABASE_URL to the newest schema (ARGS="-1" goes back)
	@$(BIN)/deltran migrate $(ARGS)

migration: .venv/.dev ## Draft the next migration from the tables (MESSAGE="what it does")
	@$(BIN)/python -m tests.schema.draft "$(MESSAGE)"

replay-record: .venv/.dev ## Add the histories of new scenarios to the replay corpus
	@$(BIN)/pytest -q $(addprefix tests/workflows/test_,scenarios.py list_changes.py warehouse.py exchanges.py) --record-histories $(ARGS)

lock: .venv/.dev ## Resolve the dependencies again into the hashed requirements files
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.txt
	$(LOCK) $(ARGS) pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	echo 'setuptools>=77' | $(LOCK) $(ARGS) - --output-file requirements-build.txt

# --- The virtual environment: made once, and again whenever what it is made from changes. -----------------------------

.venv/.made:
	@test -n "$(PYTHON)" || { echo "DelTran needs Python 3.11 or newer: install it, or name it with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian: apt install python3-venv)" >&2; \
		exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.made requirements.txt requirements-build.txt pyproject.toml
	@echo "Installing what DelTran runs on (from requirements.txt; this takes half a minute)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.txt -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing what its developers need (from requirements-dev.txt)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
