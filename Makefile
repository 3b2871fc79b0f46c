# `make` alone lists what there is. VENV and PYTHON can be set: make test VENV=/tmp/venv PYTHON=python3.12

VENV ?= .venv
PYTHON ?=
PYTHONS ?= 3.14 3.13 3.12 3.11
CONSTRAINTS ?= constraints.txt
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check $(addprefix -c ,$(CONSTRAINTS))
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run cluster test test-all check bench load clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/app.stamp ## Start the app and open it in the browser
	@$(BIN)/python -m streamlit run app.py

cluster: $(VENV)/app.stamp ## Start two replicas on this machine, Caddy in front of them, and Redis
	@$(BIN)/python deploy/cluster.py

test: $(VENV)/dev.stamp ## Run the tests, those in a real browser included; takes minutes
	@$(pytest) -m "not slow"

test-all: $(VENV)/dev.stamp ## The same with those that are long by nature
	@$(pytest)

check: $(VENV)/dev.stamp ## Lint, format, import rules and types
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check .
	@$(BIN)/oxlint --format unix core
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy core deploy $(wildcard app.py pages/*.py)
	@$(BIN)/kubernetes-validate --strict --quiet deploy/kubernetes/*.yaml

bench: $(VENV)/dev.stamp ## Measure how fast it is, and print the figures into README.md
	@$(with_chromium) $(BIN)/python -m pytest tests/benchmarks -s -q --no-header \
		--benchmark-columns=median,iqr,rounds --benchmark-sort=name; \
		status=$$?; $(BIN)/python -m tests.benchmarks.table; exit $$status

load: $(VENV)/dev.stamp ## Measure what a class of students is to a server, and print it into README.md
	@$(with_redis) $(BIN)/python -m tests.load && $(BIN)/python deploy/sizes.py

clean: ## Remove the environment and every cache
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two cores are kept busy by three workers. Tests run in the order of their files, a third for each worker, so the
# browser's stay together; who has finished takes half of what another still has.
pytest = $(with_chromium) $(with_caddy) $(with_redis) $(BIN)/python -m pytest -n 3 --dist worksteal

with_chromium = CHROMIUM="$$($(BIN)/python tests/browser/find_chromium.py)" && export CHROMIUM &&
with_caddy = CADDY="$$($(BIN)/python deploy/cluster.py --find-caddy)" && export CADDY &&
with_redis = REDIS="$$($(BIN)/python deploy/cluster.py --find-redis)" && export REDIS &&

# A stamp is newer than the requirements it installed, so nothing is installed twice.
$(VENV)/app.stamp: requirements.txt $(CONSTRAINTS) | $(VENV)/pyvenv.cfg
	@echo "Installing what the app needs into $(VENV) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt $(CONSTRAINTS) | $(VENV)/pyvenv.cfg
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/pyvenv.cfg:
	@found=; \
	for python in $(or $(PYTHON),python3 $(PYTHONS:%=python%) python); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		case " $(PYTHONS) " in *" $$version "*) ;; *) other="$$other $$version"; continue ;; esac; \
		found=$$python; \
		if $$python -c 'import ensurepip' 2>/dev/null; then exec $$python -m venv "$(VENV)"; fi; \
	done; \
	if [ "$$found" ]; then \
		echo "$$found cannot make virtual environments here. On Debian and Ubuntu: apt install python3-venv"; \
	else \
		echo "Found Python:$${other:- none}. NumPy and SciPy, as pinned here, run on $(PYTHONS)."; \
		echo "Install one of these, or say where it is: make run PYTHON=/path/to/python3"; \
	fi >&2; \
	exit 1
