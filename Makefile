# Everything a newcomer needs. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := .venv
# Companies sign with authorities of their own: trust what the machine trusts.
export UV_SYSTEM_CERTS := 1
# Where Python may keep no bytecode of its own, each process would compile every library again.
export UV_COMPILE_BYTECODE := 1
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := .venv/bin

.PHONY: help setup demo test lint bench bench-load truth soak clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: .venv/.ready ## Create .venv with the locked versions

.venv/.ready: uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11"; exit 1; }
	@command -v $(UV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv .uv || { echo "Python's venv module is missing: install python3-venv"; exit 1; }; \
	  .uv/bin/python -m pip install --quiet uv==$(UV_VERSION); }
	@$(UV) sync --locked --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@touch $@

demo: setup ## Sandbox, one whole round, dashboards; Ctrl-C stops all of it
	@$(RUN)/promesa demo

test: setup ## Every test (browser tests need Debian's chromium)
	@$(RUN)/python -m pytest tests -n 4 --dist loadfile --no-loadscope-reorder

lint: setup ## ruff, mypy, sqlfluff, room boundaries, unused dependencies
	@$(RUN)/ruff check . && $(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/sqlfluff lint dbt/models dbt/tests --processes 2 --disable-progress-bar
	@$(RUN)/lint-imports
	@$(RUN)/deptry .

bench: setup ## Ratios of extraction, models, placement and write-back, in one run
	@$(RUN)/python -m tests.bench

bench-load: setup ## A first load of a million CRM rows and 200,000 ERP documents, with its memory
	@$(RUN)/python -m tests.bench.first_load

truth: setup ## Three companies, their marts against what their own plants know; takes some minutes
	@$(RUN)/python -m tests.truth

soak: setup ## Thousands of plants and of fault schedules, a run killed everywhere; takes an hour
	@$(RUN)/python tests/promise/two_thousand_plants.py
	@$(RUN)/python -m tests.simulation --schedules 2000
	@$(RUN)/python tests/faults/kill_everywhere.py

clean: ## Delete what can be made again (data/made); kept data stays
	@rm -rf data/made dbt/target
