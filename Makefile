# What everybody types. Each target makes the virtual environment it needs from nothing.
#   make run     serve the sample blog with data      make test    all tests
#   make lint    ruff, format, imports, audit          make types   mypy --strict
#   make test-azure   the contract of stores on a real Cosmos DB account: docs/stores.md says what it takes and costs
#   make bicep   compile infra/ with the Bicep CLI, where it is installed
#   make bench   ratios against a bare floor          make clean   remove environments and local data
# PYTHON chooses the interpreter; each has an environment of its own: make test PYTHON=python3.13

PYTHON ?= python3
ifeq ($(PYTHON),python3)
VENV := .venv
else
VENV := .venv-$(notdir $(PYTHON))
endif
BIN := $(VENV)/bin
DATA ?= .atakora/data.db
SAMPLES ?= examples/blog
TEST_WORKERS ?= 2
ARGS ?=

SEEDED := $(DATA).seeded

.PHONY: run test test-azure lint types bench bicep clean
.DELETE_ON_ERROR:

run: $(VENV)/.run-ready
	@if [ ! -f "$(SEEDED)" ] || [ ! -f "$(DATA)" ]; then \
		$(BIN)/python -m atakora_data seed "$(SAMPLES)" --data "$(DATA)" && touch "$(SEEDED)"; \
	fi
	@exec $(BIN)/python -m atakora_data dev --data "$(DATA)" $(ARGS)

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(ARGS)

test-azure: $(VENV)/.dev-ready
	@test -n "$$COSMOS$$COSMOS__accountEndpoint" || { echo "Set COSMOS (a connection string) or COSMOS__accountEndpoint (an identity) to an account that is there for tests: docs/stores.md."; exit 2; }
	TEST_AZURE=1 $(BIN)/python -m pytest tests/azure $(ARGS)

lint: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.audit

types: $(VENV)/.dev-ready
	$(BIN)/mypy

bicep:
	@command -v bicep > /dev/null || { echo "The Bicep CLI is not installed: https://aka.ms/install-bicep"; exit 2; }
	bicep lint infra/main.bicep
	bicep build infra/main.bicep --stdout > /dev/null

bench: $(VENV)/.dev-ready
	$(BIN)/python bench/run.py $(ARGS)

clean:
	rm -rf .venv .venv-* .atakora .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready
