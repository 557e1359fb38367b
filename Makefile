# Every target works in a fresh clone: it builds .venv by itself, and again when the lock or the project changes.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check drill bench lock clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
#: Test processes at once: two for each core, for tests of processes wait more than they compute.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 2)
#: More for the tests (ARGS='-k money') or for the lock (ARGS=--upgrade).
ARGS ?=
UV := uv==0.13.9

# Prints the first interpreter that is new enough; nothing when there is none.
FIND_PYTHON = for python in $(PYTHON) python3.11 python3 python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done
NO_PYTHON = { echo 'Dailies needs Python 3.11 or newer; name yours with: make PYTHON=/path/to/python3.11' >&2; exit 1; }

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-12s %s\n", $$1, $$2 }'

demo: $(STAMP) ## play a story on the built-in simulator: no account, no network
	@$(BIN)/dailies demo

# What one run has compiled the next need not: each worker compiles the tests for 4 s where nothing may be kept.
test: $(STAMP) ## run the tests
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(STAMP) ## format, lint, types, import rules, tests and their coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m coverage erase
	$(MAKE) --no-print-directory test ARGS='--cov --cov-report= --long --ignore=tests/drills'
	$(BIN)/python -m coverage report --include='bot/core/*' --fail-under=100
	$(BIN)/python -m coverage report --omit='bot/core/*' --fail-under=90
	$(MAKE) --no-print-directory test ARGS='--long tests/drills'

drill: $(STAMP) ## the long forms of the drills: every pair of crashes, thousands of kills; hours
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/drills tests/jobs/test_budget_machine.py --drill --timeout=0 -o faulthandler_timeout=0 $(ARGS)

bench: $(STAMP) ## measure speed and memory
	@$(BIN)/python -m pytest tests/bench -p no:cacheprovider --timeout=0 -o faulthandler_timeout=0 -s $(ARGS)

lock: ## write requirements.lock anew from pyproject.toml
	@python=$$($(FIND_PYTHON)); test -n "$$python" || $(NO_PYTHON); \
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && "$$python" -m venv "$$tools" && \
	"$$tools/bin/python" -m pip --disable-pip-version-check --quiet install '$(UV)' && \
	env -u PIP_FIND_LINKS "$$tools/bin/uv" --no-config --quiet pip compile pyproject.toml --extra postgres --extra s3 --group dev \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --output-file requirements.lock $(ARGS)

clean: ## remove everything that was built
	rm -rf $(VENV) build dist dailies-demo .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@python=$$($(FIND_PYTHON)); test -n "$$python" || $(NO_PYTHON); \
	echo "Building $(VENV) with $$python: exactly what requirements.lock names, and this project; about a minute."; \
	"$$python" -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
