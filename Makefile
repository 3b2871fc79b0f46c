# `make` alone lists what there is. VENV and PYTHON can be set: make test VENV=/tmp/venv PYTHON=python3.12

VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/app.stamp ## Start the app and open it in the browser
	@$(BIN)/python -m streamlit run app.py

test: $(VENV)/dev.stamp ## Run every test, those in a real browser included
	@$(with_chromium) $(BIN)/python -m pytest -n 3 --dist worksteal

check: $(VENV)/dev.stamp ## Lint, format, import rules and types
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check .
	@$(BIN)/oxlint --format unix core
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy core $(wildcard app.py pages/*.py)

bench: $(VENV)/dev.stamp ## Measure how fast it is and how many readers it serves
	@$(with_chromium) $(BIN)/python -m pytest tests/benchmarks -s -q --no-header \
		--benchmark-columns=median,iqr,rounds --benchmark-sort=name

clean: ## Remove the environment and every cache
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

with_chromium = CHROMIUM="$$($(BIN)/python tests/browser/find_chromium.py)" && export CHROMIUM &&

# A stamp is newer than the requirements it installed, so nothing is installed twice.
$(VENV)/app.stamp: requirements.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the app needs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the tests need into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/pyvenv.cfg:
	@found=; \
	for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found=$$python; \
		if $$python -c 'import ensurepip' 2>/dev/null; then exec $$python -m venv "$(VENV)"; fi; \
	done; \
	if [ "$$found" ]; then \
		echo "$$found cannot make virtual environments here. On Debian and Ubuntu: apt install python3-venv"; \
	else \
		echo "No Python 3.11 or later found. Install one, or say where it is: make run PYTHON=/path/to/python3"; \
	fi >&2; \
	exit 1
