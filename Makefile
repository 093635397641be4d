# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the others.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

# Left empty, the first interpreter that is new enough is taken; `make setup PYTHON=/path/to/python3` names one.
PYTHON ?=
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python

# Compiled modules are kept whatever the environment says: without, each process that is started compiles everything first.
unexport PYTHONDONTWRITEBYTECODE

# Handed on: `make test ARGS="tests/escalation -k weekend"`, `make demo ARGS="--port 0"`.
ARGS ?=

.PHONY: help setup demo run test check format bench zones processes security simulation sabotage torture lock count screens clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup ## Try it: the local workspace with an example organisation on an embedded SQLite
	@$(BIN)/buckstop demo $(ARGS)

run: setup ## Run the bot with config.toml
	@$(BIN)/buckstop run $(ARGS)

test: setup ## The tests
	@$(PY) -m pytest $(ARGS)

check: setup ## Format, lint, types, layers
	@$(BIN)/ruff format --check --quiet . || { echo "make format mends these files."; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## Format, and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: setup ## Measure
	@$(PY) -m tests.bench $(ARGS)

zones: setup ## Walk through every minute of every time zone from 2024 to 2032 (a quarter of an hour)
	@$(PY) -m tests.escalation.every_zone $(ARGS)

processes: setup ## Kill, stop, cut off and upgrade several processes on PostgreSQL, at length; then measure
	@BUCKSTOP_LONG=1 $(PY) -m pytest tests/scaling $(ARGS)
	@$(PY) -m tests.scaling

security: setup ## The long runs of docs/security.md: the whole matrix, and ARGS="--requests 1000000"
	@$(PY) -m tests.security --matrix $(ARGS)

sabotage: setup ## Plant bugs, and see that each is caught
	@$(PY) -m tests.sabotage $(ARGS)

simulation: setup ## 10,000 seeds of 30 days on a virtual clock; ARGS="--seed 7 --trace" shows one
	@$(PY) -m tests.simulation $(or $(ARGS),--seeds 0:10000 --days 30 --jobs 2)

torture: setup ## Kill it, at random and at every point, and ask whether anything was lost or doubled (hours)
	@$(PY) -m tests.torture $(ARGS)

count: setup ## Raise the floor under the number of tests, tests/COUNT
	@$(PY) -m tests.count raise

screens: setup ## Write down anew what people see, on each platform; then read the difference
	@BUCKSTOP_UPDATE=1 $(PY) -m pytest --quiet tests/wording tests/adapters/slack/test_screens.py tests/adapters/discord/test_screens.py $(ARGS)
	@git diff --stat

lock: setup ## Remake the lock files from pyproject.toml; UPGRADE=1 takes newer versions as well
	@.ci/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove what make built
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# --- set-up, only when something changed

setup: $(VENV)/.installed ## Build .venv from the lock files

# The lock decides what is in .venv; the project's own line (its command, its place) is redone when pyproject.toml changes.
$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@echo "Installing buckstop"
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.locked: requirements/dev.txt
	@$(MAKE) --no-print-directory $(PY)
	@echo "Installing what requirements/dev.txt pins (once, about a minute)"
	@$(PY) -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

$(PY):
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$python"; \
		"$$python" -m venv $(VENV) && exit 0; \
		rm -rf $(VENV); \
		echo "$$python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; \
	done; \
	echo "Buckstop needs Python 3.11 or later; found none of: $(PYTHONS)" >&2; exit 1
