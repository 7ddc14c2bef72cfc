# One command for each intention. Each sets up what it needs in .venv; a second call starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-ready
DEV_STAMP := $(VENV)/.dev-ready

.DEFAULT_GOAL := help
.PHONY: help run test check format bench soak clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Marge needs Python 3.11 or newer; set PYTHON=python3.x")'
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing Marge and what it needs (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar on --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing Marge with the tools for tests and checks (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar on --editable '.[dev]'
	@touch $@ $(RUN_STAMP)

run: $(RUN_STAMP) ## Start the demo home on http://127.0.0.1:8123
	@$(BIN)/marge demo --data .run

test: $(DEV_STAMP) ## Run the tests
	@$(BIN)/python -m pytest

check: $(DEV_STAMP) ## Check format, lint, types and layers
	@echo "ruff"; $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "mypy"; $(BIN)/mypy
	@echo "layers, tables and docs"; $(BIN)/python -m pytest tests/architecture

format: $(DEV_STAMP) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(DEV_STAMP) ## Measure the budgets of docs/benchmarks.md
	@$(BIN)/python -m compileall -q src $(VENV)/lib
	@$(BIN)/python -m bench

soak: $(DEV_STAMP) ## Run two hundred automations for ten minutes and look for what they leave behind
	@SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/python -m pytest tests/integration/resilience/test_soak.py

clean: ## Remove the virtual environment and what the demo home wrote
	rm -rf $(VENV) .run
